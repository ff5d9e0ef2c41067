#include "sim/scenario/objective.h"

#include <gtest/gtest.h>

#include "tests/sim/scenario/loading.h"

namespace spillway {
namespace {

std::string design(const std::string& objective, const std::string& windows = "") {
  return "run: {duration: 10min, warmup: 1min}\n" + windows +
         "producers: {shop: {load: {poisson: 10/s}, does: [send: orders, call: checkout]}}\n"
         "services: {checkout: {does: []}}\n"
         "queues: {orders: {}}\n"
         "consumers: {worker: {from: orders, does: []}}\n"
         "objectives: {o: " +
         objective + "}\n";
}

constexpr const char* kOne = "windows: {sale: {at: 3min, for: 1min}}\n";
constexpr const char* kTwo =
    "windows: {sale: {at: 3min, for: 1min}, outage: {at: 6min, for: 1min}}\n";

Objective objective(const std::string& text, const std::string& windows = "") {
  const ScenarioFile file = load(design("\"" + text + "\"", windows));
  EXPECT_EQ(findings(file), "") << text;
  if (has_errors(file.diagnostics)) return {};
  return file.variants.at(0).objectives.at(0);
}

TEST(Objectives, AreTakenApart) {
  const Objective quick = objective("shop.latency.p99.9 <= 1.5s in 95% of runs");
  EXPECT_EQ(quick.name, "o");
  EXPECT_EQ(quick.text, "shop.latency.p99.9 <= 1.5s in 95% of runs");
  EXPECT_EQ(quick.metric.component, "shop");
  EXPECT_EQ(quick.metric.metric, "latency");
  EXPECT_EQ(quick.metric.statistic, (Statistic{Statistic::Kind::percentile, 99.9}));
  EXPECT_EQ(quick.metric.window, "");
  EXPECT_EQ(quick.relation, Relation::at_most);
  EXPECT_DOUBLE_EQ(quick.value, 1.5);
  EXPECT_DOUBLE_EQ(*quick.share_of_runs, 0.95);
  EXPECT_FALSE(quick.expect_missed);
  EXPECT_EQ(quick.at.line, 6U);

  EXPECT_DOUBLE_EQ(objective("shop.success >= 99.9%").value, 0.999);
  EXPECT_EQ(objective("shop.success>99.9%").relation, Relation::above);
  EXPECT_EQ(objective("orders.depth.max < 1e5").relation, Relation::below);
  EXPECT_EQ(objective("orders.depth.mean <= 2.5").metric.statistic.kind, Statistic::Kind::mean);
  EXPECT_DOUBLE_EQ(objective("shop.goodput >= 600/min").value, 10);
  EXPECT_EQ(objective("checkout.arrivals.peak <= 50/s").metric.metric, "arrivals.peak");
  EXPECT_DOUBLE_EQ(objective("checkout.utilization <= 80%").value, 0.8);
  EXPECT_EQ(objective("orders.drain_time@sale <= 4min", kOne).metric.window, "sale");
  const Objective edge = objective("shop -> checkout.attempts <= 7000");
  EXPECT_EQ(edge.metric.component, "shop -> checkout");
  EXPECT_EQ(edge.metric.metric, "attempts");
  EXPECT_EQ(objective("shop->checkout.errors<1").metric.component, "shop -> checkout");
  EXPECT_EQ(objective("orders -> worker.attempts >= 0").metric.component, "orders -> worker");
}

TEST(Objectives, KnowWhatComesBeforeAndAfterAWindow) {
  EXPECT_EQ(objective("shop.latency.p99@before <= 1s", kOne).metric.window, "before");
  EXPECT_EQ(objective("shop.latency.p99@recovery:sale <= 1s", kOne).metric.window, "recovery")
      << "with one window its name says nothing more";
  EXPECT_EQ(objective("shop.latency.p99@before:outage <= 1s", kTwo).metric.window, "before:outage");
}

TEST(Objectives, MayBeExpectedToFail) {
  const ScenarioFile file = load(design("{objective: shop.failed <= 0, expect: missed}"));
  ASSERT_EQ(findings(file), "");
  EXPECT_TRUE(file.variants.at(0).objectives.at(0).expect_missed);
}

TEST(Objectives, AreWrittenBack) {
  EXPECT_EQ(to_string(objective("shop.latency.p99.9@sale <= 1s", kOne).metric),
            "shop.latency.p99.9@sale");
  EXPECT_EQ(to_string(objective("orders.depth.max <= 1").metric), "orders.depth.max");
  EXPECT_EQ(to_string(objective("shop->checkout.errors<1").metric), "shop -> checkout.errors");
}

/// The only error, with its column in the objective's text.
std::string wrong(const std::string& text, const std::string& windows = "") {
  const ScenarioFile file = load(design("\"" + text + "\"", windows));
  if (file.diagnostics.size() != 1) return "not one finding:\n" + findings(file);
  const Diagnostic& error = file.diagnostics[0];
  return std::to_string(error.at.column - 17) + " " + error.message + " [" + error.code + "]" +
         (error.hint.empty() ? "" : " (" + error.hint + ")");
}

TEST(Objectives, SayWhatIsWrongAndWhere) {
  EXPECT_EQ(wrong("shop.latency.p99"),
            "1 expected METRIC <= VALUE, such as shoppers.latency.p99 <= 1s in 95% of runs "
            "[bad-objective]");
  EXPECT_EQ(wrong("shop.failed = 1"),
            "1 expected METRIC <= VALUE, such as shoppers.latency.p99 <= 1s in 95% of runs "
            "[bad-objective] (compare by <=, >=, < or >)");
  EXPECT_EQ(wrong("shop.latency.p99 <= 1"),
            "21 expected a duration, such as 30s; found '1' (a bare number) [missing-unit] (units "
            "that fit: ns, us, ms, s, min, h, d, w)");
  EXPECT_EQ(wrong("shop.latency.p99 <="),
            "20 expected a value after the comparison "
            "[bad-objective]");
  EXPECT_EQ(wrong("shp.latency.p99 <= 1s"),
            "1 there is no component 'shp' [unknown-name] (did you mean 'shop'?)");
  EXPECT_EQ(wrong("shop.latncy.p99 <= 1s"),
            "6 'shop' has no metric 'latncy' [unknown-metric] (did you mean 'latency'?)");
  EXPECT_EQ(wrong("shop.latency <= 1s"),
            "6 which statistic of latency? [unknown-statistic] (add .mean, .max, .min or a "
            "percentile: shop.latency.p99)");
  EXPECT_EQ(wrong("shop.latency.p100 <= 1s").substr(0, 43),
            "14 expected a statistic; found 'p100' [unkn");
  EXPECT_EQ(wrong("shop.sent.max <= 1"),
            "11 sent is one figure and has no statistic [unknown-statistic] (write shop.sent)");
  EXPECT_EQ(wrong("shop <= 1").substr(0, 29), "1 which metric of 'shop'? [un");
  EXPECT_EQ(wrong("shop -> worker.attempts <= 1"),
            "1 there is no edge 'shop -> worker' [unknown-name] (did you mean 'shop -> orders'?)");
  EXPECT_EQ(wrong("total.cost <= $1"),
            "7 nothing has a price [no-price] (price: {instance: $0.096/h, request: $0.40/1M})");
  EXPECT_EQ(wrong("orders.cost <= $1"),
            "8 'orders' has no price [no-price] (price: {instance: $0.096/h, request: $0.40/1M})");
  EXPECT_EQ(wrong("orders.filtered <= 0"),
            "8 this version does not measure 'filtered' yet [not-simulated]");
  EXPECT_EQ(wrong("shop.failed <= 1 in 95% of run"),
            "18 expected nothing, or: in 95% of runs [bad-objective]");
  EXPECT_EQ(wrong("shop.failed <= 1 in 0% of runs"),
            "21 expected a share above 0%, such as 95%; found '0%' [out-of-range]");
  EXPECT_EQ(wrong("shop.latency.p99@sal <= 1s", kOne),
            "18 there is no window 'sal' [unknown-window] (did you mean 'sale'?)");
  EXPECT_EQ(wrong("shop.latency.p99@sale <= 1s"),
            "18 there is no window 'sale' [unknown-window] (windows are named under windows and "
            "profile)");
  EXPECT_EQ(wrong("shop.latency.p99@before <= 1s", kTwo),
            "18 before which window? [unknown-window] (write @before:sale)");
  EXPECT_EQ(wrong("shop.latency.p99@sale <= 1s", "windows: {sale: {at: 1s, for: 30s}}\n"),
            "18 nothing is measured in the window 'sale': it has no time after the warm-up and "
            "within the run [empty-window]");
  EXPECT_EQ(wrong("shop.latency.p99@before <= 1s", "windows: {sale: {at: 1s, for: 5min}}\n"),
            "18 nothing is measured in the window 'before': it has no time after the warm-up and "
            "within the run [empty-window]");
  EXPECT_EQ(wrong("shop.latency.p99 <= nan"),
            "21 expected a duration, such as 30s; found 'nan' (not a number) [not-a-number]");
}

}  // namespace
}  // namespace spillway
