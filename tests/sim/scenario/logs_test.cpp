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
  const ScenarioFile file = load(with(
      "billing: {from: orders, group: money, instances: 2, prefetch: 500, commit: after, "
      "commit_every: 5s, retry: {attempts: unlimited, pause: 1s}, assignor: cooperative, "
      "heartbeat: 3s, session_timeout: 45s, max_poll_interval: 5min, reset: latest, does: [work: "
      "1ms]}, "
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
  EXPECT_EQ(billing.assignor, Assignor::cooperative);
  EXPECT_EQ(billing.heartbeat->ns, 3 * kSecond);
  EXPECT_EQ(billing.session_timeout->ns, 45 * kSecond);
  EXPECT_EQ(billing.max_poll_interval->ns, 300 * kSecond);
  EXPECT_EQ(billing.reset, Reset::latest);
  EXPECT_EQ(group_name("orders", scenario.consumers[1]), "orders.audit");
}

TEST(ScenarioLogs, MayHaveSeveralConsumersInAGroupThatAgree) {
  EXPECT_EQ(findings(with("a: {from: orders, group: g, assignor: cooperative, does: [work: 1ms]}, "
                          "b: {from: orders, group: g, assignor: cooperative, does: [work: 1ms]}",
                          "objectives: {x: orders.g.rebalances <= 0}\n")),
            "");
  const std::string hint =
      " (say the same for all consumers of a group, or give each a group of its own)\n";
  EXPECT_EQ(findings(with("a: {from: orders, group: g, does: [work: 1ms]}, "
                          "b: {from: orders, group: g, assignor: cooperative, commit: before, "
                          "does: [work: 1ms]}")),
            "4:61 consumers.b.commit: 'a' is in the same group and says another commit "
            "[conflicting-group]" +
                hint +
                "4:61 consumers.b.assignor: 'a' is in the same group and says another assignor "
                "[conflicting-group]" +
                hint);
  EXPECT_EQ(findings(with("a: {from: orders, group: 'b c', does: [work: 1ms]}")),
            "4:13 consumers.a.group: the group's name 'b c' has other characters than letters from "
            "a to z, digits, - and _ [bad-name]\n");
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
      "4:13 consumers.a.commit_every: what is committed before it is handled is committed with "
      "its poll, and handled once, by who has polled it [wrong-place] (leave it out, or commit: "
      "after)\n");
}

TEST(ScenarioLogs, WarnOfMembersWithoutAPartition) {
  EXPECT_EQ(findings(with("a: {from: orders, instances: 3, concurrency: 2, does: [work: 1ms]}")),
            "4:13 warning: consumers.a: of the 6 members of orders.a (instances x concurrency) "
            "only 4 have a partition to read [idle]\n");
}

TEST(ScenarioLogs, ShareTheirLoadAmongTheConsumersOfAGroup) {
  // 10/s on 4 partitions: of 3 members a's has two, and each group reads all.
  const auto group = [](const std::string& work) {
    return findings(with("a: {from: orders, group: g, does: [work: " + work +
                         "]}, b: {from: orders, group: g, instances: 2, does: [work: " + work +
                         "]}, c: {from: orders, instances: 4, does: [work: 10ms]}"));
  };
  EXPECT_EQ(group("190ms"), "");
  EXPECT_EQ(group("210ms"),
            "4:13 warning: consumers.a: the ordinary load of 5/s needs 1.05 slots on average; "
            "there are 1: what waits grows as long as it lasts [overload]\n");
}

TEST(ScenarioLogs, WarnOfPollsThatTakeLongerThanTheyMay) {
  const auto polls = [](const std::string& interval) {
    return findings(with("a: {from: orders, prefetch: 500, max_poll_interval: " + interval +
                         ", does: [work: 10ms, {choose: {40%: [wait: 10ms], 60%: []}}]}"));
  };
  EXPECT_EQ(polls("8s"), "");
  EXPECT_EQ(polls("6s"),
            "4:13 warning: consumers.a.max_poll_interval: a full poll of 500 records takes 7s on "
            "average: with that much ready its reader is put out of the group, and the same is "
            "read again [poll-too-long] (poll less at once, by prefetch, or allow more)\n");
}

TEST(ScenarioLogs, DeleteByAgeAndBySize) {
  const auto keeps = [](const std::string& log, const std::string& message = "") {
    return load(
        "run: {duration: 10min}\n"
        "producers: {shop: {load: {poisson: 10/s}, " +
        message + "does: [send: orders]}}\nlogs: {orders: {" + log +
        "}}\nconsumers: {a: {from: orders, does: [work: 1ms]}}\n");
  };
  const ScenarioFile file =
      keeps("retention: 7d, retention_bytes: 1GiB", "message: {size: 1KiB}, ");
  EXPECT_EQ(findings(file), "");
  const LogParameters& log = file.variants.at(0).logs.at(0).parameters;
  EXPECT_EQ(log.retention->ns, 7 * 24 * 3600 * kSecond);
  EXPECT_EQ(log.retention_bytes->bytes, 1 << 30);
  EXPECT_EQ(findings(keeps("retention_bytes: 1GiB")),
            "3:8 warning: logs.orders.retention_bytes: no producer says how large its messages are "
            "[unused] (say so: message: {size: 2KiB})\n");
  EXPECT_EQ(findings(keeps("retention: 0s")),
            "3:28 logs.orders.retention: expected a duration above 0s, such as 30s; found 0s "
            "[out-of-range]\n");
}

TEST(ScenarioLogs, AgreeOnWhereTheirGroupsGoOn) {
  EXPECT_EQ(findings(with("a: {from: orders, group: g, reset: latest, does: [work: 1ms]}, "
                          "b: {from: orders, group: g, does: [work: 1ms]}")),
            "4:76 consumers.b.reset: 'a' is in the same group and says another reset "
            "[conflicting-group] (say the same for all consumers of a group, or give each a group "
            "of its own)\n");
  EXPECT_EQ(findings(with("a: {from: orders, does: [send: q]}, "
                          "w: {from: q, reset: latest, does: [work: 1ms]}",
                          "queues: {q: {}}\n")),
            "4:49 consumers.w.reset: only a consumer that reads a log has a reset [wrong-place] "
            "(leave it out, or say from: and the name of a log)\n");
}

TEST(ScenarioLogs, WarnWhereNobodyReads) {
  EXPECT_EQ(findings(with("")), "3:8 warning: logs.orders: no consumer reads this log [unread]\n");
}

TEST(ScenarioLogs, AreNamedWithTheirGroupsInMetrics) {
  EXPECT_EQ(findings(with("a: {from: orders, does: [work: 1ms]}",
                          "objectives: {x: orders.b.lag.max <= 1, y: orders.a.leg.max <= 1}\n")),
            "5:24 objectives.x: 'orders' has no metric 'b' [unknown-metric] (a log has appended, "
            "rejected, throttled or cost)\n"
            "5:52 objectives.y: 'orders.a' has no metric 'leg' [unknown-metric] (did you mean "
            "'lag'?)\n");
}

TEST(ScenarioLogs, HaveNoAnswerToACrash) {
  EXPECT_EQ(findings(with("a: {from: orders, does: [work: 1ms]}",
                          "faults: {c: {crash: orders, at: 1min, for: 10s}}\n")),
            "5:21 faults.c.crash: a log has no answer to crash: what crashes is the node that it "
            "is on, and what a crash leaves is for its broker to say [not-simulated] (put it on a "
            "broker, and let that crash)\n");
}

}  // namespace
}  // namespace spillway
