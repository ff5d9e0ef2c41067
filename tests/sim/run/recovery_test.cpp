// How long it takes until as much is answered as before, and what counts as a collapse.

#include <gtest/gtest.h>

#include <cmath>

#include "tests/sim/run/ran.h"

namespace spillway {
namespace {

double in_window(const Ran& ran, std::string_view metric, std::string_view window) {
  const Plan& plan = ran.world().plan();
  for (std::size_t i = 0; i < plan.metrics.size(); ++i) {
    const MetricKey& key = plan.metrics[i];
    if (key.metric == metric && plan.windows[key.window].name == window) {
      return ran.result().samples[i].total;
    }
  }
  ADD_FAILURE() << "no " << metric << "@" << window;
  return -1;
}

/// 100 a second for 100 s; from 40 s to 50 s they are refused, or taken and held up.
std::string shop(const std::string& fault, const std::string& service, const std::string& more) {
  return "run: {duration: 100s, drain: 10min}\n"
         "producers: {shop: {load: {constant: 100/s}, does: [call: s]}}\n"
         "services: {s: {does: [work: " +
         service +
         "]}}\n"
         "faults: {trigger: {" +
         fault + ": s, at: 40s, for: 10s}}\n" + more;
}

TEST(RecoveryTime, IsNoneWhereAllIsAnsweredAtOnce) {
  Ran ran(shop("outage", "1ms", ""));
  EXPECT_LE(in_window(ran, "recovery_time", "trigger"), 1);
}

TEST(RecoveryTime, IsNoneWhereABacklogIsWorkedOffFasterThanItCame) {
  // The answers of a server that works off a backlog are more than before: recovered at once.
  Ran ran(shop("hang", "5ms", ""));
  EXPECT_LE(in_window(ran, "recovery_time", "trigger"), 1);
}

TEST(RecoveryTime, IsInfiniteWhereItNeverIsAsBefore) {
  Ran ran(
      "run: {duration: 100s, drain: 0s}\n"
      "producers: {shop: {load: {constant: 100/s}, profile: {sale: {spike: {at: 40s, for: 60s, "
      "times: 0}}}, does: [call: s]}}\n"
      "services: {s: {does: [work: 1ms]}}\n"
      "windows: {early: {at: 30s, for: 20s}}\n");
  EXPECT_TRUE(std::isinf(in_window(ran, "recovery_time", "early")));
}

TEST(RecoveryTime, IsOfAWindowWhoseNameOnlyBeginsLikeOneThatFollows) {
  Ran ran(
      "run: {duration: 100s, drain: 0s}\n"
      "producers: {shop: {load: {constant: 100/s}, does: []}}\n"
      "windows: {recovery-drill: {at: 30s, for: 20s}, beforehand: {at: 20s, for: 5s}}\n");
  EXPECT_LE(in_window(ran, "recovery_time", "recovery-drill"), 1);
  EXPECT_LE(in_window(ran, "recovery_time", "beforehand"), 1);
}

TEST(RecoveryTime, IsOfNamedWindowsOnly) {
  Ran ran(shop("outage", "1ms", ""));
  for (const MetricKey& key : ran.world().plan().metrics) {
    if (key.metric != "recovery_time") continue;
    EXPECT_EQ(ran.world().plan().windows[key.window].name, "trigger");
  }
}

TEST(Collapsed, IsToldByTheEndOfTheRun) {
  const std::string collapse =
      "collapse: {when: shop.goodput < 50%, lasting: 10s, trigger: trigger}\n";
  EXPECT_EQ(in_window(Ran(shop("outage", "1ms", collapse)), "collapsed", ""), 0);
  // Retries without end of what is never in time keep it down.
  const std::string stuck =
      "run: {duration: 100s, drain: 0s}\n"
      "producers: {shop: {load: {constant: 100/s}, does: [{call: s, timeout: 50ms, retry: "
      "{attempts: "
      "2}}]}}\n"
      "services: {s: {does: [work: 8ms]}}\n"
      "faults: {trigger: {hang: s, at: 40s, for: 10s}}\n";
  EXPECT_EQ(in_window(Ran(stuck + collapse), "collapsed", ""), 1);
}

}  // namespace
}  // namespace spillway
