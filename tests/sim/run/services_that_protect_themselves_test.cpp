// How services protect themselves from their callers, in whole runs.

#include <gtest/gtest.h>

#include <string>

#include "tests/sim/run/ran.h"

namespace spillway {
namespace {

/// A service of ten a second, asked twenty times a second by callers who wait for 250 ms.
Ran asked(const std::string& service, const std::string& call = "") {
  return Ran(
      "run: {duration: 10s, drain: 1min}\n"
      "producers: {p: {load: {constant: 20/s}, does: [{call: s, timeout: 250ms" +
      call + "}]}}\nservices: {s: {" + service + "does: [work: 100ms]}}\n");
}

TEST(ServicesThatProtectThemselves, AreToldByAllCallersThatTheyWaitNoMore) {
  const Ran blind = asked("");
  EXPECT_EQ(blind.total("s", "cancelled"), 0);
  EXPECT_GT(blind.total("s", "wasted"), 150);
  const Ran told = asked("cancel: true, ");
  const Ran each = asked("", ", cancel: true");
  EXPECT_GT(told.total("s", "cancelled"), 80);
  EXPECT_EQ(told.total("s", "wasted"), 0);
  EXPECT_EQ(told.total("s", "cancelled"), each.total("s", "cancelled"));
  EXPECT_EQ(told.result().events, each.result().events);
}

TEST(ServicesThatProtectThemselves, LetInWhatTheirRateLimitSays) {
  const Ran bucket = asked("rate_limit: {rate: 10/s, burst: 5}, ");
  // In 10 s a token each 100 ms, and four more that were there; the last request comes at 9.95 s.
  EXPECT_EQ(bucket.total("s", "received"), 199);
  EXPECT_EQ(bucket.total("s", "throttled"), 199 - (5 + 99));
  EXPECT_EQ(bucket.total("s", "refused"), bucket.total("s", "throttled"));
  EXPECT_EQ(bucket.total("p -> s", "errors"), bucket.total("s", "throttled"));
  const Ran windows = asked("rate_limit: {rate: 6/s, window: 1s}, ");
  EXPECT_EQ(windows.total("s", "throttled"), 199 - 10 * 6);
}

/// A service of one processor that all share; its requests work twice at once.
Ran branching(const std::string& call,
              const std::string& works = "parallel: [[work: 100ms], [work: 200ms]]") {
  return Ran(
      "run: {duration: 9.5s, drain: 1min}\nproducers: {p: {load: {constant: 1/s}, "
      "does: [{call: s" +
      call +
      "}]}}\n"
      "services: {s: {discipline: processor_sharing, does: [" +
      works + "]}}\n");
}

TEST(ServicesThatProtectThemselves, LetBranchesOfHandlersShareTheirProcessors) {
  const Ran both = branching("");
  EXPECT_EQ(both.sum_of("s", "latency"), 9u * 300 * kMillisecond);
  EXPECT_NEAR(both.mean("s", "utilization"), 9 * 0.3 / 9.5, 1e-9);
}

TEST(ServicesThatProtectThemselves, TakeBranchesThatAreGivenUpOffTheirProcessors) {
  // Given up after 250 ms, with 50 ms left of one branch; the processor is idle then.
  const Ran told = branching(", timeout: 250ms, cancel: true");
  EXPECT_EQ(told.total("s", "cancelled"), 9);
  EXPECT_NEAR(told.mean("s", "utilization"), 9 * 0.25 / 9.5, 1e-9);
  // One of two is enough: it is done at 200 ms, and the other one goes on.
  const Ran first = branching("", "{parallel: [[work: 100ms], [work: 200ms]], wait_for: 1}");
  EXPECT_EQ(first.sum_of("s", "latency"), 9u * 200 * kMillisecond);
  EXPECT_NEAR(first.mean("s", "utilization"), 9 * 0.3 / 9.5, 1e-9);
}

}  // namespace
}  // namespace spillway
