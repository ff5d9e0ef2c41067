// What a file may say of instances that have lines of their own, or fail one by one, and what it is
// told where it says it wrong.

#include <gtest/gtest.h>

#include "tests/sim/scenario/loading.h"

namespace spillway {
namespace {

/// A file with a service and a consumer of three instances that say this, and a fault.
std::string told(const std::string& service, const std::string& fault = "",
                 const std::string& consumer = "", const std::string& objective = "") {
  std::string text =
      "run: {duration: 10min}\n"
      "producers: {p: {load: {poisson: 1/s}, does: [{call: s}, {send: q}]}}\n"
      "queues: {q: {}}\n"
      "services:\n  s: {instances: 3, does: [{work: 10ms}]" +
      (service.empty() ? "" : ", " + service) +
      "}\n"
      "consumers:\n  w: {from: q, instances: 3, does: [{work: 10ms}]" +
      (consumer.empty() ? "" : ", " + consumer) + "}\n";
  if (!fault.empty()) text += "faults:\n  f: {at: 1min, for: 1min, " + fault + "}\n";
  if (!objective.empty()) text += "objectives: {o: " + objective + "}\n";
  return findings(load(text));
}

TEST(Balancing, SaysWhoTakesARequest) {
  for (const char* by : {"round_robin", "random", "least_connections", "power_of_two"}) {
    EXPECT_EQ(told("balancing: " + std::string(by)), "");
  }
  EXPECT_NE(told("balancing: sticky").find("services.s.balancing: expected"), std::string::npos);
  EXPECT_EQ(told("balancing: random, discipline: priority, accept_queue: 3, concurrency_limit: {}"),
            "");
  EXPECT_EQ(told("balancing: random, rate_limit: {rate: 1/s}"), "");
  EXPECT_EQ(told("balancing: random, rate_limit: {rate: 1/s, queue: 5}"),
            "5:74 services.s.rate_limit: a leaky bucket that holds requests up and balancing do "
            "not go together in this version [wrong-place] (leave queue out: a token bucket "
            "refuses what is too much)\n");
}

TEST(Ejection, NeedsABalancer) {
  EXPECT_EQ(told("balancing: random, ejection: {}"), "");
  EXPECT_EQ(told("balancing: random, ejection: {after: 3, for: 1s, longest: 1s, at_most: 100%}"),
            "");
  EXPECT_EQ(told("ejection: {}"),
            "5:53 services.s.ejection: all instances draw from one line: there is no balancer that "
            "could leave one out [wrong-place] (say how requests come to them: balancing: "
            "round_robin)\n");
  EXPECT_EQ(told("balancing: random, ejection: {for: 1min, longest: 30s}"),
            "5:93 services.s.ejection.longest: expected at least the 60s of the first ejection; "
            "found 30s [out-of-range]\n");
  EXPECT_NE(told("balancing: random, ejection: {at_most: 0%}")
                .find("services.s.ejection.at_most: expected"),
            std::string::npos);
}

TEST(Ejection, HasMetricsOnlyWhereThereIsSome) {
  EXPECT_EQ(told("balancing: random, ejection: {}", "", "", "s.ejected.max <= 1"), "");
  EXPECT_EQ(told("balancing: random, ejection: {}", "", "", "s.ejections <= 1"), "");
  EXPECT_NE(told("balancing: random", "", "", "s.ejected.max <= 1").find("[no-ejection]"),
            std::string::npos);
}

TEST(FaultsOfInstances, StrikeSomeOfABalancedService) {
  for (const char* fault :
       {"crash: s", "crash: s, work: resume", "outage: s", "hang: s", "pause: s",
        "slow: s, times: 2", "errors: s, share: 10%", "capacity: s, times: 0.5"}) {
    EXPECT_EQ(told("balancing: random", "instances: 2, " + std::string(fault)), "");
  }
  EXPECT_EQ(told("balancing: random", "instances: 3, crash: s"),
            "9:3 faults.f.instances: expected fewer than the 3 instances that there are; found 3 "
            "[out-of-range] (leave instances out, and all are struck)\n");
  EXPECT_NE(told("balancing: random", "instances: 1, restart: s").find("[wrong-place]"),
            std::string::npos);
}

TEST(FaultsOfInstances, CrashSomeOfOneLine) {
  EXPECT_EQ(told("", "instances: 2, crash: s"), "");
  EXPECT_EQ(told("", "instances: 2, crash: s, work: lost"), "");
  EXPECT_EQ(told("", "instances: 1, hang: s"),
            "9:3 faults.f.instances: all instances of 's' draw from one line: only a crash strikes "
            "some of them [wrong-place] (say of the service how requests come to its instances: "
            "balancing: round_robin)\n");
  EXPECT_EQ(told("", "instances: 1, crash: s, work: resume"),
            "9:3 faults.f.instances: all instances of 's' draw from one line: what a crashed one "
            "had does not wait for it [wrong-place] (work: restart, or balancing: round_robin)\n");
  EXPECT_NE(told("discipline: processor_sharing", "instances: 1, crash: s").find("[not-simulated]"),
            std::string::npos);
  EXPECT_EQ(told("discipline: processor_sharing, balancing: random", "instances: 1, crash: s"), "");
}

TEST(FaultsOfInstances, StrikeSomeOfAConsumer) {
  EXPECT_EQ(told("", "instances: 2, crash: w"), "");
  EXPECT_EQ(told("", "instances: 2, outage: w"), "");
  EXPECT_EQ(told("", "instances: 1, hang: w"),
            "9:3 faults.f.instances: only crash and outage strike single instances of a consumer "
            "[not-simulated] (leave instances out)\n");
  EXPECT_EQ(told("", "instances: 1, crash: w", "batch: {size: 10}"),
            "9:3 faults.f.instances: the instances of 'w' cannot be struck one by one in this "
            "version: it handles batches [not-simulated] (leave instances out)\n");
}

TEST(FaultsOfInstances, StrikeNothingThatHasNone) {
  EXPECT_EQ(told("", "instances: 1, outage: q"),
            "9:3 faults.f.instances: 'q' has no instances [wrong-place] (of a broker's crash: "
            "nodes: 1)\n");
}

}  // namespace
}  // namespace spillway
