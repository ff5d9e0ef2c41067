// Calls that go to the first healthy service, reckoned by hand.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/sim/run/ran.h"

namespace spillway {
namespace {

/// A call a second for 100 s, at whole seconds from 1 s on. Checks at 1.5 s, 3.5 s …: three
/// failures in a row, or two that end well.
std::string with(const std::string& faults, const std::string& options = "",
                 const std::string& eu = "", const std::string& check = "start: 1.5s") {
  return "run: {duration: 100s, replications: 1}\n"
         "producers: {p: {load: {constant: 1/s}, does: [{call: eu, first_healthy: [eu, us], "
         "health_check: {interval: 2s, " +
         check + "}" + options +
         "}]}}\n"
         "services: {eu: {concurrency: 10, " +
         eu +
         "does: [work: 10ms]}, us: {concurrency: 10, does: [work: 10ms]}}\n"
         "faults: {" +
         faults + "}\n";
}

// Down from 20 s to 50 s. The checks at 21.5, 23.5 and 25.5 s fail: the calls at 20 … 25 s are
// lost, those at 26 … 53 s go to us; those of 51.5 and 53.5 s end well, and eu has the rest.
TEST(Failover, TakesAsLongAsTheChecksNeed) {
  const Ran ran(with("down: {outage: eu, at: 20s, for: 30s}"));
  EXPECT_EQ(ran.total("p", "sent"), 99);
  EXPECT_EQ(ran.total("p", "failed"), 6);
  EXPECT_EQ(ran.total("p -> eu", "attempts"), 25 + 46);
  EXPECT_EQ(ran.total("p -> us", "attempts"), 28);
  EXPECT_EQ(ran.total("p -> eu", "checks"), 50);
  EXPECT_EQ(ran.total("p -> us", "checks"), 50);
  EXPECT_EQ(ran.total("p -> eu", "failed_checks"), 15);
  EXPECT_EQ(ran.total("p -> us", "failed_checks"), 0);
  EXPECT_DOUBLE_EQ(ran.mean("p -> eu", "unhealthy"), (53.5 - 25.5) / 100);
  EXPECT_EQ(ran.mean("p -> us", "unhealthy"), 0);
  EXPECT_DOUBLE_EQ(ran.total("p -> eu", "detection_time", "down"), 5.5);
  EXPECT_EQ(ran.sample("p -> us", "detection_time", "down").n, 0U);
  EXPECT_EQ(ran.total("eu", "refused"), 6) << "a check is no request";
  EXPECT_EQ(ran.result().alive, 0U);
}

// One that hangs answers no check: each fails when its second is over.
TEST(Failover, TakesLongerWhereChecksHaveToTimeOut) {
  const Ran ran(with("stuck: {hang: eu, at: 20s, for: 30s}", ", timeout: 500ms", "",
                     "timeout: 1s, start: 1.5s"));
  EXPECT_DOUBLE_EQ(ran.total("p -> eu", "detection_time", "stuck"), 6.5);
  EXPECT_EQ(ran.total("p", "failed"), 7) << "20 … 26 s";
  EXPECT_EQ(ran.total("p -> eu", "timeouts"), 7);
  EXPECT_EQ(ran.total("p -> us", "attempts"), 27) << "27 … 53 s";
  EXPECT_EQ(ran.result().alive, 0U);
}

// What fails at 20 … 25 s is tried again 6 s later, when us is known to be the one.
TEST(Failover, LetsAFurtherAttemptGoToWhoIsHealthyThen) {
  const Ran ran(
      with("down: {outage: eu, at: 20s, for: 30s}", ", retry: {attempts: 2, backoff: {base: 6s}}"));
  EXPECT_EQ(ran.total("p", "failed"), 0);
  EXPECT_EQ(ran.total("p -> eu", "attempts"), 71);
  EXPECT_EQ(ran.total("p -> eu", "errors"), 6);
  EXPECT_EQ(ran.total("p -> eu", "retries"), 0);
  EXPECT_EQ(ran.total("p -> us", "attempts"), 34);
  EXPECT_EQ(ran.total("p -> us", "retries"), 6);
  EXPECT_EQ(ran.total("us", "arrivals.peak"), 2);
}

// Pools and breakers belong to the edges: that of eu, open for 10 s after 3 failures, says nothing
// of us.
TEST(Failover, KeepsABreakerForEachService) {
  const Ran ran(with("down: {outage: eu, at: 20s, for: 30s}",
                     ", breaker: {consecutive: 3, open: 10s}, pool: {size: 1}"));
  EXPECT_EQ(ran.total("p -> eu", "short_circuited"), 3) << "23, 24 and 25 s";
  EXPECT_EQ(ran.total("p -> eu", "errors"), 3);
  EXPECT_EQ(ran.total("p -> us", "attempts"), 28);
  EXPECT_EQ(ran.total("p -> us", "short_circuited"), 0);
  EXPECT_EQ(ran.total("p", "failed"), 6);
}

TEST(Failover, TriesTheFirstWhereNoneIsHealthy) {
  const Ran ran(
      with("down: {outage: eu, at: 20s, for: 30s}, too: {outage: us, at: 20s, for: 30s}"));
  EXPECT_EQ(ran.total("p", "failed"), 30) << "20 … 49 s";
  EXPECT_EQ(ran.total("p -> us", "attempts"), 0);
  EXPECT_DOUBLE_EQ(ran.mean("p -> us", "unhealthy"), 28.0 / 100);
}

// Where no request would find room, no check does.
TEST(Failover, SeesWhoHasNoRoomLeft) {
  const std::string slow =
      "run: {duration: 100s, replications: 1}\n"
      "producers: {p: {load: {constant: 1/s}, does: [{call: eu, first_healthy: [eu, us], "
      "health_check: {interval: 2s, start: 1.5s}}]}}\n"
      "services: {eu: {accept_queue: 0, does: [work: 7s]}, us: {concurrency: 10, does: [work: "
      "10ms]}}\n";
  const Ran ran(slow);
  // Taken at 1 s until 8 s: the checks at 1.5, 3.5 and 5.5 s fail, the calls of 2 … 5 s are
  // refused, and those of 6 … 11 s go to us; the checks of 9.5 and 11.5 s end well. From 12 s on
  // the same every 10 s, with a check half a second later: five are refused, and four go to us.
  EXPECT_EQ(ran.total("eu", "refused"), 4 + 9 * 5);
  EXPECT_EQ(ran.total("p -> us", "attempts"), 6 + 8 * 4 + 2);
}

TEST(Failover, DrawsTheFirstCheckWhereNothingIsSaid) {
  const std::string text = with("down: {outage: eu, at: 20s, for: 30s}", "", "", "unhealthy: 3");
  double least = 1e9, most = 0, sum = 0;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const double found = Ran(text, seed).total("p -> eu", "detection_time", "down");
    least = std::min(least, found);
    most = std::max(most, found);
    sum += found;
  }
  // Uniform from 4 s to 6 s: of 50 the mean has a standard error of 0.082 s.
  EXPECT_GE(least, 4);
  EXPECT_LE(most, 6);
  EXPECT_GT(most - least, 1.5);
  EXPECT_NEAR(sum / 50, 5, 4 * 0.082);
}

// A way over the network that loses everything makes its end unhealthy to this caller alone.
TEST(Failover, KnowsWhatTheCallersOwnWayIsLike) {
  const Ran ran(with("cut: {loss: {p -> eu: 100%}, at: 20s, for: 30s}", ", timeout: 500ms", "",
                     "timeout: 1s, start: 1.5s"));
  EXPECT_DOUBLE_EQ(ran.total("p -> eu", "detection_time", "cut"), 6.5);
  EXPECT_EQ(ran.total("p", "failed"), 7);
  EXPECT_EQ(ran.total("p -> us", "attempts"), 27);
  EXPECT_EQ(ran.result().alive, 0U);
}

// Fallbacks, sagas and slots that are given away go on as behind any other call.
TEST(Failover, StandsAmongOtherSteps) {
  const Ran ran(
      "run: {duration: 100s, replications: 1}\n"
      "producers: {p: {load: {constant: 1/s}, does: [call: shop]}}\n"
      "services:\n"
      "  shop: {holds: nothing, does: [{work: 1ms}, {call: eu, first_healthy: [eu, us], "
      "health_check: {interval: 2s, start: 1.5s}, fallback: [call: cache]}, {work: 1ms}]}\n"
      "  eu: {does: [work: 10ms]}\n"
      "  us: {does: [work: 10ms]}\n"
      "  cache: {does: [work: 1ms]}\n"
      "faults: {down: {outage: eu, at: 20s, for: 30s}}\n");
  EXPECT_EQ(ran.total("p", "failed"), 0);
  EXPECT_EQ(ran.total("shop -> cache", "attempts"), 6);
  EXPECT_EQ(ran.total("shop -> us", "attempts"), 28);
  EXPECT_EQ(ran.result().alive, 0U);
}

}  // namespace
}  // namespace spillway
