// When a run is outside its objectives: the time missed per incident, and the availability.
// All loads are constant, so that each figure is reckoned with a pencil.

#include <gtest/gtest.h>

#include <string>

#include "tests/sim/run/ran.h"

namespace spillway {
namespace {

/// The metric over the window, total over weight; of the run where the window is empty.
double of_total(const Ran& ran, std::string_view metric, std::string_view window) {
  const Plan& plan = ran.world().plan();
  for (std::size_t i = 0; i < plan.metrics.size(); ++i) {
    const MetricKey& key = plan.metrics[i];
    if (key.component == "total" && key.metric == metric &&
        plan.windows[key.window].name == window) {
      return ran.result().samples[i].total / ran.result().samples[i].weight;
    }
  }
  ADD_FAILURE() << "no " << metric << "@" << window;
  return -1;
}

bool has_total(const Ran& ran) {
  for (const MetricKey& key : ran.world().plan().metrics) {
    if (key.component == "total") return true;
  }
  return false;
}

/// 100 a second for 100 s; from 40 s to 50 s they are refused, or taken and held up.
std::string shop(const std::string& fault, const std::string& objectives,
                 const std::string& more = "") {
  return "run: {duration: 100s, drain: 10min}\n"
         "producers: {shop: {load: {constant: 100/s}, does: [call: s]}}\n"
         "services: {s: {does: [work: 5ms]}}\n"
         "faults: {down: {" +
         fault + ": s, at: 40s, for: 10s}" + more +
         "}\n"
         "windows: {early: {at: 30s, for: 12s}}\n"
         "objectives: {" +
         objectives + "}\n";
}

TEST(MissedTime, IsTheOutageWhereNothingIsLeftBehind) {
  const Ran ran(shop("outage", "up: shop.success >= 99%"));
  EXPECT_DOUBLE_EQ(of_total(ran, "missed_time", "down"), 10);
  EXPECT_DOUBLE_EQ(of_total(ran, "availability", "down"), 0);
  EXPECT_DOUBLE_EQ(of_total(ran, "availability", ""), 0.9);
}

// The k-th request of the hang is born at 40 s + 10 ms k and done at 50 s + 5 ms (k + 1): it takes
// 10.005 s - 5 ms k, a second or less from k = 1801 on, at 58.01 s. So one of the 100 that are born
// in the second from 58 s on is too slow, and all of the seconds before.
TEST(MissedTime, LastsUntilTheBacklogIsWorkedOff) {
  const auto missed = [](const std::string& objective) {
    return of_total(Ran(shop("hang", "fast: " + objective)), "missed_time", "down");
  };
  EXPECT_DOUBLE_EQ(missed("shop.latency.p99 <= 1s"), 18);
  EXPECT_DOUBLE_EQ(missed("shop.latency.p99.5 <= 1s"), 19);
  EXPECT_DOUBLE_EQ(missed("shop.latency.max <= 1s"), 19);
  EXPECT_DOUBLE_EQ(missed("shop.latency.max <= 1005ms"), 18);
  EXPECT_DOUBLE_EQ(missed("shop.latency.max < 1005ms"), 19);
  EXPECT_DOUBLE_EQ(missed("shop.latency.mean <= 1s"), 18);
  EXPECT_DOUBLE_EQ(missed("shop.success >= 99%"), 0) << "late answers are answers";
}

TEST(MissedTime, CountsWhatIsNeverAnsweredAsSlow) {
  EXPECT_DOUBLE_EQ(
      of_total(Ran(shop("outage", "fast: shop.latency.p99 <= 1s")), "missed_time", "down"), 10);
  EXPECT_DOUBLE_EQ(
      of_total(Ran(shop("outage", "fast: shop.latency.mean <= 1s")), "missed_time", "down"), 10);
}

TEST(MissedTime, CountsOnceWhatSeveralObjectivesMiss) {
  const Ran ran(shop("outage", "up: shop.success >= 99%, fast: shop.latency.p99 <= 1s"));
  EXPECT_DOUBLE_EQ(of_total(ran, "missed_time", "down"), 10);
  EXPECT_DOUBLE_EQ(of_total(ran, "availability", ""), 0.9);
}

TEST(MissedTime, IsOfAnObjectivesOwnWindow) {
  const Ran ran(shop("outage", "up: shop.success@early >= 99%"));
  EXPECT_DOUBLE_EQ(of_total(ran, "missed_time", "down"), 2);
  EXPECT_DOUBLE_EQ(of_total(ran, "availability", ""), 0.98);
}

TEST(MissedTime, OfAnIncidentEndsWithTheNext) {
  const Ran ran(
      shop("hang", "fast: shop.latency.p99 <= 1s", ", again: {outage: s, at: 55s, for: 1s}"));
  EXPECT_DOUBLE_EQ(of_total(ran, "missed_time", "down"), 15);
  // What was refused leaves a gap in the line: 100 fewer to be worked off, half a second less.
  EXPECT_DOUBLE_EQ(of_total(ran, "missed_time", "again"), 2);
}

TEST(MissedTime, IsNotCutShortByWhatOperatorsDo) {
  const Ran ran(
      "run: {duration: 100s, drain: 10min}\n"
      "producers: {shop: {load: {constant: 100/s}, does: [{send: orders, confirm: false}, {call: "
      "s}]}}\n"
      "services: {s: {does: [work: 1ms]}}\n"
      "queues: {orders: {}}\nconsumers: {worker: {from: orders, does: []}}\n"
      "faults: {down: {outage: s, at: 40s, for: 10s}, tidy: {purge: orders, every: {exponential: "
      "2s}}}\nobjectives: {up: shop.success >= 99%}\n");
  EXPECT_DOUBLE_EQ(of_total(ran, "missed_time", "down"), 10);
}

// Messages of a queue whose consumer hangs wait as requests do.
TEST(MissedTime, IsOfWhatIsDoneLaterToo) {
  const std::string orders =
      "run: {duration: 100s, drain: 10min}\n"
      "producers: {shop: {load: {constant: 100/s}, does: [send: orders]}}\n"
      "queues: {orders: {}}\n"
      "consumers: {worker: {from: orders, does: [work: 5ms]}}\n"
      "faults: {down: {hang: worker, at: 40s, for: 10s}}\n"
      "objectives: {o: ";
  EXPECT_DOUBLE_EQ(of_total(Ran(orders + "shop.completion.p99 <= 1s}\n"), "missed_time", "down"),
                   18);
  EXPECT_DOUBLE_EQ(of_total(Ran(orders + "shop.latency.p99 <= 1s}\n"), "missed_time", "down"), 0);
  // The depth grows by 100 a second to 1,000 at 50 s, and falls as fast: above 500 for 10 s, told
  // in bins of 200 ms.
  EXPECT_NEAR(of_total(Ran(orders + "orders.depth.max <= 500}\n"), "missed_time", "down"), 10, 0.4);
}

TEST(MissedTime, IsToldOnlyWhereAFaultStrikesAndSomethingIsJudged) {
  EXPECT_TRUE(has_total(Ran(shop("outage", "up: shop.success >= 99%"))));
  EXPECT_FALSE(has_total(Ran(shop("outage", "much: shop.goodput >= 1/s"))));
  EXPECT_FALSE(
      has_total(Ran("run: {duration: 1s}\nproducers: {shop: {load: {constant: 1/s}, does: []}}\n"
                    "objectives: {up: shop.success >= 99%}\n")));
}

}  // namespace
}  // namespace spillway
