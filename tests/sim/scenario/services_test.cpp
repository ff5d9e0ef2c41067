// What a file may say of how a service protects itself, and what it is told where it says it wrong.

#include <gtest/gtest.h>

#include "tests/sim/scenario/loading.h"

namespace spillway {
namespace {

/// A file with a service that says this.
ScenarioFile service(const std::string& says, const std::string& rate = "1/s") {
  return load("run: {duration: 10min}\nproducers: {p: {load: {poisson: " + rate +
              "}, does: [{call: s, timeout: 1s}]}}\nservices:\n  s: {does: [{work: 10ms}], " +
              says + "}\n");
}
std::string told(const std::string& says) { return findings(service(says)); }

TEST(ServicesThatProtectThemselves, LetInWhatARateLimitSays) {
  EXPECT_EQ(told("rate_limit: {rate: 200/s, burst: 200}"), "");
  EXPECT_EQ(told("rate_limit: {rate: 200/s, window: 1s}"), "");
  EXPECT_EQ(told("rate_limit: {rate: 90/min, window: 20s}"), "");
  EXPECT_EQ(told("rate_limit: {rate: 200/s, queue: 50}"), "");
  EXPECT_EQ(told("rate_limit: {rate: 200/s, queue: 50, burst: 5}"),
            "4:62 services.s.rate_limit.queue: a queue is of a leaky bucket: it lets no burst "
            "pass, and has no windows [wrong-place] (leave out queue, or burst and window)\n");
  EXPECT_EQ(told("cancel: true"), "");
  EXPECT_EQ(told("rate_limit: {burst: 5}"),
            "4:41 services.s.rate_limit: the key 'rate' is missing [missing-key] (rate: So many "
            "requests may "
            "pass in the long run; others are refused)\n");
  EXPECT_EQ(
      told("rate_limit: {rate: 0/s}"),
      "4:48 services.s.rate_limit.rate: expected a rate from 1e-06/s to 1000000000/s, such as "
      "120/s; found 0/s [out-of-range]\n");
  EXPECT_EQ(
      told("rate_limit: {rate: 5/s, burst: 0}"),
      "4:60 services.s.rate_limit.burst: expected a count from 1 to 1000000000, such as 4; found 0 "
      "[out-of-range]\n");
  EXPECT_EQ(told("rate_limit: {rate: 5/s, burst: 2, window: 1s}"),
            "4:71 services.s.rate_limit.window: a burst is of a token bucket, and this has fixed "
            "windows [wrong-place] (leave out burst or window)\n");
  EXPECT_EQ(told("rate_limit: {rate: 5/s, window: 100ms}"),
            "4:61 services.s.rate_limit.window: expected a window in which a whole number may "
            "pass; found 0.5 in each [out-of-range] (such as rate: 200/s, window: 1s)\n");
  EXPECT_EQ(told("rate_limit: {rate: 5/s, window: 1500ms}"),
            "4:61 services.s.rate_limit.window: expected a window in which a whole number may "
            "pass; found 7.5 in each [out-of-range] (such as rate: 200/s, window: 1s)\n");
}

TEST(ServicesThatProtectThemselves, SayWhoIsNext) {
  for (const char* discipline :
       {"fifo", "lifo", "adaptive_lifo, lifo_after: 50ms", "processor_sharing"}) {
    EXPECT_EQ(told("discipline: " + std::string(discipline)), "");
  }
  EXPECT_NE(told("discipline: random").find("services.s.discipline: expected"), std::string::npos);
  EXPECT_EQ(told("discipline: lifo, lifo_after: 50ms"),
            "4:59 services.s.lifo_after: only discipline: adaptive_lifo changes to the last in "
            "line after some time [wrong-place]\n");
}

TEST(ServicesThatProtectThemselves, SayWhatIsDroppedFromTheLine) {
  EXPECT_EQ(told("codel: {}"), "");
  EXPECT_EQ(told("codel: {target: 10ms, interval: 200ms, drops: late}, discipline: lifo"), "");
  EXPECT_NE(told("codel: {target: 0s}").find("services.s.codel.target: expected"),
            std::string::npos);
  EXPECT_EQ(told("discipline: processor_sharing, codel: {}"),
            "4:67 services.s.codel: nobody waits where all share the slots: there is no line to "
            "drop from [wrong-place]\n");
}

TEST(ServicesThatProtectThemselves, SayWhoIsUrgent) {
  const auto urgent = [](const std::string& call, const std::string& says) {
    return findings(load(
        "run: {duration: 10min}\nproducers: {p: {load: {poisson: 1/s}, does: [{call: s" + call +
        "}, {call: s, priority: 3}]}}\nservices: {s: {does: [work: 10ms]" + says + "}}\n"));
  };
  EXPECT_EQ(urgent(", priority: 3", ", discipline: priority"), "");
  EXPECT_EQ(urgent(", edge: p -> s-other", ", discipline: priority"), "");
  EXPECT_NE(urgent(", priority: 3", "").find("'s' does not serve by priority [wrong-place]"),
            std::string::npos);
  EXPECT_NE(urgent("", ", discipline: priority")
                .find("another call on p -> s has priority 0 [conflicting-edge]"),
            std::string::npos);
  EXPECT_NE(
      urgent(", priority: 256", ", discipline: priority").find("expected a count from 0 to 255"),
      std::string::npos);
  EXPECT_NE(urgent(", priority: 3", ", discipline: priority, codel: {}")
                .find("there is no CoDel by priority [wrong-place]"),
            std::string::npos);
}

TEST(ServicesThatProtectThemselves, SayHowTheyFindTheirConcurrencyLimit) {
  EXPECT_EQ(told("concurrency_limit: {}"), "");
  EXPECT_EQ(told("concurrency_limit: {kind: vegas, initial: 5, least: 5, most: 50}"), "");
  EXPECT_EQ(told("concurrency_limit: {latency: 1s, backoff: 0.5}"), "");
  EXPECT_EQ(told("concurrency_limit: {initial: 5, least: 6}"),
            "4:58 services.s.concurrency_limit.initial: expected least, initial and most in this "
            "order; found 6, 5 and 1000 [out-of-range]\n");
  EXPECT_EQ(told("concurrency_limit: {kind: vegas, latency: 1s, backoff: 50%}"),
            "4:71 services.s.concurrency_limit.latency: only aimd has a latency, and this is vegas "
            "[wrong-place]\n"
            "4:84 services.s.concurrency_limit.backoff: only aimd has a backoff, and this is vegas "
            "[wrong-place]\n");
  EXPECT_EQ(told("concurrency_limit: {kind: gradient, tolerance: 2, smoothing: 10%, queue: 8}"),
            "");
  EXPECT_EQ(told("concurrency_limit: {tolerance: 2}"),
            "4:60 services.s.concurrency_limit.tolerance: only gradient has a tolerance, and this "
            "is aimd [wrong-place]\n");
}

TEST(ServicesThatProtectThemselves, AreNotSaidToBeOverloadedByWhatTheyRefuse) {
  const auto warned = [](const std::string& says) {
    return findings(service(says, "150/s")).find("the ordinary load of") != std::string::npos;
  };
  EXPECT_TRUE(warned("concurrency: 1"));
  EXPECT_FALSE(warned("rate_limit: {rate: 90/s}"));
  EXPECT_TRUE(warned("rate_limit: {rate: 110/s}"));
}

TEST(ServicesThatProtectThemselves, LetNoMoreThanThatGoOnToOthers) {
  const auto warned = [](const std::string& says) {
    const std::string found = findings(
        load("run: {duration: 10min}\nproducers: {p: {load: {poisson: 150/s}, does: [call: s]}}\n"
             "services: {s: {concurrency: 9, " +
             says + "does: [call: t]}, t: {does: [work: 10ms]}}\n"));
    return found.find("the ordinary load of") != std::string::npos;
  };
  EXPECT_TRUE(warned(""));
  EXPECT_FALSE(warned("rate_limit: {rate: 90/s}, "));
}

}  // namespace
}  // namespace spillway
