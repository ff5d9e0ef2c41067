// What a file may say of calls to the first healthy service, of clients that slow down and of
// handlers that crash, and what it is told where it says it wrong.

#include <gtest/gtest.h>

#include <string>
#include <variant>

#include "sim/scenario/flow_graph.h"
#include "tests/sim/scenario/loading.h"

namespace spillway {
namespace {

std::string with_steps(const std::string& steps, const std::string& more = "") {
  return "run: {duration: 10min}\nproducers: {p: {load: {poisson: 1/s}, does: [" + steps +
         "]}}\nservices: {eu: {does: []}, us: {does: []}}\n" + more;
}
std::string said(const std::string& steps, const std::string& more = "") {
  return findings(load(with_steps(steps, more)));
}
void expect(const std::string& found, const std::string& wanted) {
  EXPECT_NE(found.find(wanted), std::string::npos) << found;
}

TEST(FirstHealthy, IsReadWithTheDefaultsOfHaproxy) {
  const ScenarioFile file = load(with_steps("{call: eu, first_healthy: [eu, us]}"));
  EXPECT_EQ(findings(file), "");
  const auto& call = std::get<CallParameters>(
      file.variants.at(0).producers.at(0).parameters.does.steps.at(0).parameters);
  EXPECT_EQ(callees_of(call).size(), 2U);
  EXPECT_EQ(edge_of(call, "p", callees_of(call)[1]), "p -> us");
  EXPECT_FALSE(call.health_check);
  const HealthRules rules = rules_of(HealthCheckParameters{});
  EXPECT_EQ(rules.interval, 2 * kSecond);
  EXPECT_EQ(rules.timeout, 2 * kSecond);
  EXPECT_EQ(rules.unhealthy, 3U);
  EXPECT_EQ(rules.healthy, 2U);
  EXPECT_EQ(rules.start, kNever);
}

TEST(FirstHealthy, IsToldWhatItLacks) {
  expect(said("{call: eu, first_healthy: [eu]}, call: us"),
         ".first_healthy: expected a list of two services or more, such as [eu, us]; found a list");
  expect(said("{call: eu, first_healthy: [us, eu]}"),
         "expected 'eu', the service that is called, as the first; found 'us' [conflicting-edge]");
  expect(said("{call: eu, first_healthy: [eu, us, eu]}"),
         "'eu' stands here a second time [duplicate-name]");
  expect(said("{call: eu, first_healthy: [eu, asia]}, call: us"),
         "there is no service 'asia' [unknown-name]");
  expect(said("{call: eu, health_check: {}}, call: us"),
         ".health_check: a call to one service goes there, healthy or not [missing-key] (say where "
         "else it may go: first_healthy: [eu, …])");
  expect(said("{call: eu, first_healthy: [eu, us], health_check: {interval: 1s, timeout: 2s}}"),
         ".timeout: expected at most the interval's 1s; found 2s [out-of-range]");
  expect(said("{call: eu, first_healthy: [eu, us], health_check: {unhealthy: 0}}"),
         ".unhealthy: expected a count from 1 to 1000");
  expect(said("{call: eu, first_healthy: [eu, us], health_check: {interval: 0s}}"),
         ".interval: expected a duration above 0s");
}

TEST(FirstHealthy, SharesWhatAnEdgeShares) {
  expect(said("{call: eu, first_healthy: [eu, us], health_check: {interval: 1s}}, {call: us, "
              "first_healthy: [us, eu], health_check: {interval: 2s}}"),
         "another call on p -> us says its health_check differently [conflicting-edge]");
  expect(said("{call: eu, first_healthy: [eu, us], breaker: {consecutive: 3, open: 1s}}, {call: "
              "us, breaker: {consecutive: 4, open: 1s}}"),
         "another call on p -> us says its breaker differently [conflicting-edge]");
  expect(said("{call: eu, first_healthy: [eu, us], network: 1ms}, call: us"),
         "another step says a different network for p -> us [conflicting-edge]");
  expect(said("{call: eu, first_healthy: [eu, us], priority: 1}"),
         "'us' does not serve by priority");
}

// Both are edges: faults strike them, objectives name them, and nobody is unreached.
TEST(FirstHealthy, HasAnEdgeToEach) {
  EXPECT_EQ(said("{call: eu, first_healthy: [eu, us], timeout: 1s}",
                 "faults: {cut: {loss: {p -> us: 10%}, at: 1min, for: 1min}}\n"
                 "objectives: {few: p -> us.attempts <= 100, quick: p -> "
                 "eu.detection_time@cut >= 0s, seldom: p -> us.unhealthy <= 1%}\n"),
            "");
  // An edge of another name is that to the first.
  EXPECT_EQ(said("{call: eu, first_healthy: [eu, us], edge: p -> best}",
                 "objectives: {a: p -> best.checks >= 1, b: p -> us.checks >= 1}\n"),
            "");
}

TEST(AdaptiveRetries, AreReadWithTheirPreset) {
  EXPECT_EQ(said("{call: eu, retry: {preset: aws-sdk-adaptive}}, call: us"), "");
  EXPECT_EQ(said("{call: eu, retry: {attempts: 2, adaptive: {}}}, call: us"), "");
  expect(said("{call: eu, retry: {attempts: 2, adaptive: {beta: 1.5}}}, call: us"),
         ".adaptive.beta: expected a number");
  expect(said("{call: eu, retry: {attempts: 2, adaptive: {least: 0/s}}}, call: us"),
         ".adaptive.least: expected a rate above 0/s");
}

TEST(CrashingHandlers, AreToldWhereTheyCannotBe) {
  EXPECT_EQ(said("call: eu, call: us, send: q",
                 "queues: {q: {}}\nconsumers: {c: {from: q, does: [{fail: 1%, as: crash}]}}\n"),
            "");
  expect(said("{fail: 1%, as: crash}"), "only a service or a consumer crashes");
  expect(said("{fail: 1%, as: died}"), ".as: expected error or crash");
  expect(said("send: l",
              "logs: {l: {partitions: 1}}\nconsumers: {c: {from: l, group: g, does: [{fail: 1%, "
              "as: crash}]}}\n"),
         "a log hears of no single message");
  expect(said("send: q",
              "queues: {q: {}}\nconsumers: {c: {from: q, batch: {size: 2}, does: [{fail: 1%, as: "
              "crash}]}}\n"),
         "a crash would lose the whole batch");
  expect(findings(load("run: {duration: 1min}\nproducers: {p: {load: {poisson: 1/s}, does: [call: "
                       "s]}}\nservices: {s: {does: [parallel: [[{fail: 1%, as: crash}], [work: "
                       "1ms]]]}}\n")),
         "a branch does not crash without its handler");
}

}  // namespace
}  // namespace spillway
