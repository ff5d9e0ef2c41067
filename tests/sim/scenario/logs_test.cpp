#include <gtest/gtest.h>

#include "tests/sim/scenario/loading.h"

namespace spillway {
namespace {

/// A scenario with a log of four partitions, and these consumers.
std::string with(const std::string& consumers, const std::string& rest = "") {
  return "run: {duration: 10min}\n"
         "producers: {shop: {load: {poisson: 10/s}, does: [send: orders]}}\n"
         "logs: {orders: {partitions: 4, confirm: 2ms}}\n"
         "consumers: {" +
         consumers + "}\n" + rest;
}

TEST(ScenarioLogs, AreRead) {
  const ScenarioFile file =
      load(with("billing: {from: orders, group: money, instances: 2, prefetch: 500, commit: after, "
                "commit_every: 5s, retry: {attempts: unlimited, pause: 1s}, does: [work: 1ms]}, "
                "audit: {from: orders, commit: before, does: [work: 1ms]}",
                "faults: {down: {outage: orders, at: 1min, for: 10s}}\n"
                "objectives: {a: orders.money.lag.max <= 100, b: orders.audit.lost <= 0, c: "
                "orders.appended >= 1, d: orders -> audit.attempts >= 1}\n"));
  EXPECT_EQ(findings(file), "");
  const Scenario& scenario = file.variants.at(0);
  ASSERT_EQ(scenario.logs.size(), 1u);
  EXPECT_EQ(scenario.logs[0].parameters.partitions, 4);
  EXPECT_TRUE(scenario.logs[0].parameters.confirm.has_value());
  const ConsumerParameters& billing = scenario.consumers.at(0).parameters;
  EXPECT_EQ(billing.group, "money");
  EXPECT_EQ(billing.commit, Commit::after);
  EXPECT_EQ(billing.commit_every->ns, 5 * kSecond);
  EXPECT_EQ(billing.retry->attempts, kUnlimited);
  EXPECT_EQ(billing.retry->pause.ns, kSecond);
  EXPECT_EQ(group_name("orders", scenario.consumers[1]), "orders.audit");
}

TEST(ScenarioLogs, HaveOneConsumerForEachGroup) {
  EXPECT_EQ(findings(with("a: {from: orders, group: b, does: [work: 1ms]}, "
                          "b: {from: orders, does: [work: 1ms]}")),
            "4:61 consumers.b.group: 'a' is the group orders.b already [duplicate-name] (a group "
            "has one consumer: give each a group of its own)\n");
  EXPECT_EQ(findings(with("a: {from: orders, group: 'b c', does: [work: 1ms]}")),
            "4:13 consumers.a.group: the group's name 'b c' has other characters than "
            "letters from a to z, digits, - and _ [bad-name]\n");
}

TEST(ScenarioLogs, AloneHaveGroups) {
  const std::string hint = " [wrong-place] (leave it out, or say from: and the name of a log)\n";
  EXPECT_EQ(findings(with("a: {from: orders, does: [send: q]}, "
                          "w: {from: q, group: g, commit: after, commit_every: 1s, "
                          "retry: {}, does: [work: 1ms]}",
                          "queues: {q: {}}\n")),
            "4:49 consumers.w.group: only a consumer that reads a log has a group" + hint +
                "4:49 consumers.w.commit: only a consumer that reads a log has a commit" + hint +
                "4:49 consumers.w.commit_every: only a consumer that reads a log has a "
                "commit_every" +
                hint + "4:49 consumers.w.retry: only a consumer that reads a log has a retry" +
                hint);
}

TEST(ScenarioLogs, AreCommittedAndNotAcknowledged) {
  EXPECT_EQ(findings(with("a: {from: orders, ack: before, does: [work: 1ms]}")),
            "4:13 consumers.a.ack: a log's records are not acknowledged one by one [wrong-place] "
            "(say commit: before)\n");
  EXPECT_EQ(
      findings(with("a: {from: orders, commit: before, commit_every: 1s, does: [work: 1ms]}")),
      "4:13 consumers.a.commit_every: a record that is committed before it is handled is committed "
      "with its poll, and handled once [wrong-place] (leave it out, or commit: after)\n");
}

TEST(ScenarioLogs, WarnOfMembersWithoutAPartition) {
  EXPECT_EQ(findings(with("a: {from: orders, instances: 3, concurrency: 2, does: [work: 1ms]}")),
            "4:13 warning: consumers.a: of 6 members (instances x concurrency) only 4 have a "
            "partition to read [idle]\n");
}

TEST(ScenarioLogs, WarnWhereNobodyReads) {
  EXPECT_EQ(findings(with("")), "3:8 warning: logs.orders: no consumer reads this log [unread]\n");
}

TEST(ScenarioLogs, AreNamedWithTheirGroupsInMetrics) {
  EXPECT_EQ(findings(with("a: {from: orders, does: [work: 1ms]}",
                          "objectives: {x: orders.b.lag.max <= 1, y: orders.a.leg.max <= 1}\n")),
            "5:24 objectives.x: 'orders' has no metric 'b' [unknown-metric] (a log has appended or "
            "rejected)\n"
            "5:52 objectives.y: 'orders.a' has no metric 'leg' [unknown-metric] (did you mean "
            "'lag'?)\n");
}

TEST(ScenarioLogs, HaveNoAnswerToACrash) {
  EXPECT_EQ(findings(with("a: {from: orders, does: [work: 1ms]}",
                          "faults: {c: {crash: orders, at: 1min, for: 10s}}\n")),
            "5:21 faults.c.crash: a log has no answer to crash: what a crash leaves of it depends "
            "on persistence, which is not simulated yet [not-simulated] (use outage or hang)\n");
}

}  // namespace
}  // namespace spillway
