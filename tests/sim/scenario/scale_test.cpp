#include <gtest/gtest.h>

#include "tests/sim/scenario/loading.h"

namespace spillway {
namespace {

/// A consumer of a queue and a service that scale, and a topic and a log with readers.
std::string with(const std::string& consumer, const std::string& service = "",
                 const std::string& rest = "") {
  return "run: {duration: 10min}\n"
         "queues: {orders: {}}\n"
         "topics: {news: {subscriptions: {all: {to: pushed}}}}\n"
         "logs: {records: {}}\n"
         "producers: {shop: {load: {poisson: 1/s}, does: [{send: orders}, {publish: news}, {send: "
         "records}, {call: api}]}}\n"
         "consumers: {w: {from: orders, instances: 2, " +
         consumer +
         "does: [work: 1ms]}, pushed: {does: [work: 1ms]}, reader: {from: records, does: "
         "[work: 1ms]}}\n"
         "services: {api: {" +
         service + "does: [work: 1ms]}}\n" + rest;
}

TEST(ScenarioScale, IsRead) {
  const ScenarioFile file = load(
      with("scale: {by: backlog_per_instance, target: 100, min: 2, max: 20, every: 30s, startup: "
           "60s, step: 4, tolerance: 5%, cooldown: {out: 0s, in: 5min}, schedule: {evening: {at: "
           "5min, for: 1min, instances: 10}}}, ",
           "scale: {by: utilization, target: 60%, max: 4}, ",
           "objectives: {a: w.instances.mean <= 3, b: api.starting.max <= 1}\n"));
  EXPECT_EQ(findings(file), "");
  const ScaleParameters& scale = *file.variants.at(0).consumers.at(0).parameters.scale;
  EXPECT_EQ(scale.by, ScaleBy::backlog_per_instance);
  EXPECT_EQ(scale.target->number, 100);
  EXPECT_EQ(scale.min, 2);
  EXPECT_EQ(scale.max, 20);
  EXPECT_EQ(scale.every, Duration{30 * kSecond});
  EXPECT_EQ(scale.startup->fixed(), 60 * kSecond);
  EXPECT_EQ(scale.step, 4);
  EXPECT_EQ(scale.tolerance, Share{0.05});
  EXPECT_EQ(scale.cooldown->in, Duration{300 * kSecond});
  EXPECT_EQ(scale.schedule.at(0).name, "evening");
  EXPECT_EQ(scale.schedule.at(0).shift.instances, 10);
  EXPECT_EQ(file.variants.at(0).services.at(0).parameters.scale->target->share, Share{0.6});
}

TEST(ScenarioScale, TakesATargetAsWhatIsLookedAt) {
  EXPECT_EQ(findings(with("scale: {by: age, target: 30s, max: 4}, ",
                          "scale: {by: utilization, target: 0.6, max: 4}, ")),
            "");
  EXPECT_EQ(findings(with("scale: {by: age, target: 100, max: 4}, ",
                          "scale: {by: utilization, target: 30s, max: 4}, ")),
            "6:70 consumers.w.scale.target: expected an age above 0s; found 100 (by: age) "
            "[wrong-kind]\n"
            "7:51 services.api.scale.target: expected a share above 0% and up to 100%; found "
            "30s (by: utilization) [wrong-kind]\n");
  EXPECT_EQ(findings(with("scale: {by: backlog_per_instance, target: 0, max: 4}, ")),
            "6:87 consumers.w.scale.target: expected a number of messages such as 100, an age such "
            "as 30s, or a share such as 60%, above 0; found 0 [wrong-kind]\n");
  EXPECT_EQ(findings(with("scale: {by: age, max: 4}, ")),
            "6:52 consumers.w.scale: by: age needs a target [missing-key] (target: 30s)\n");
}

TEST(ScenarioScale, HasNumbersThatGoTogether) {
  EXPECT_EQ(findings(with("scale: {by: age, target: 30s, min: 5, max: 4}, ")),
            "6:88 consumers.w.scale.max: expected at least the min of 5; found 4 [out-of-range]\n");
  EXPECT_EQ(findings(with("scale: {by: age, target: 30s, min: 0, max: 4}, ")),
            "6:80 consumers.w.scale.min: expected at least 1: of no instances there is no "
            "proportion to an age; found 0 [out-of-range] (only by: backlog_per_instance brings "
            "back the first)\n");
  EXPECT_EQ(findings(with("scale: {by: age, target: 30s, max: 1}, ")),
            "6:13 consumers.w.scale.max: expected at least the 2 instances that there are at "
            "first; found 1 [out-of-range]\n");
  EXPECT_EQ(findings(with("scale: {by: schedule, max: 4, schedule: {late: {at: 1s, for: 1s, "
                          "instances: 5}}}, ")),
            "6:86 consumers.w.scale.schedule.late: expected at most the max of 4 instances; found "
            "5 [out-of-range]\n");
}

TEST(ScenarioScale, ByAScheduleLooksAtNothing) {
  EXPECT_EQ(findings(with("scale: {by: schedule, max: 4}, ")),
            "6:52 consumers.w.scale: by: schedule needs a schedule [missing-key] (schedule: "
            "{evening: {at: 30min, for: 2h, instances: 10}})\n");
  EXPECT_EQ(findings(with("scale: {by: schedule, every: 1min, max: 4, schedule: {late: {at: 1s, "
                          "for: 1s, instances: 3}}}, ")),
            "6:74 consumers.w.scale.every: a schedule looks at nothing: every has no place beside "
            "it [wrong-place] (leave it out, or scale by something that is looked at)\n");
}

TEST(ScenarioScale, ByPollersHasAStepAndNoTarget) {
  EXPECT_EQ(findings(with("scale: {by: pollers, step: 5, max: 4}, ")), "");
  EXPECT_EQ(findings(with("scale: {by: pollers, max: 4}, ")),
            "6:52 consumers.w.scale: by: pollers needs a step: how many come at each look "
            "[missing-key] (every: 1s, step: 5)\n");
  EXPECT_EQ(findings(with("scale: {by: pollers, step: 5, target: 9, max: 4}, ")),
            "6:83 consumers.w.scale.target: pollers have no target: target has no place beside it "
            "[wrong-place] (leave it out)\n");
  EXPECT_EQ(findings(with("scale: {by: pollers, step: 5, min: 0, max: 4}, ")),
            "6:80 consumers.w.scale.min: expected at least 1: without pollers nobody fetches "
            "anything; found 0 [out-of-range] (only by: backlog_per_instance brings back the "
            "first)\n");
}

TEST(ScenarioScale, NeedsAQueueToLookAt) {
  EXPECT_EQ(findings(with("", "scale: {by: age, target: 30s, max: 4}, ")),
            "7:12 services.api.scale.by: a service has no queue whose age could be looked at "
            "[wrong-place] (by: utilization, or by: schedule)\n");
  EXPECT_EQ(findings(with("",
                          "scale: {by: schedule, min: 0, max: 4, schedule: {late: {at: 1s, "
                          "for: 1s, instances: 3}}}, ")),
            "7:12 services.api.scale.min: expected at least 1: a service without instances answers "
            "nobody; found 0 [out-of-range]\n");
  const std::string scaled = "scale: {by: utilization, target: 60%, max: 4}";
  EXPECT_EQ(findings("run: {duration: 1min}\n"
                     "topics: {news: {subscriptions: {all: {to: w}}}}\n"
                     "producers: {shop: {load: {poisson: 1/s}, does: [publish: news]}}\n"
                     "consumers: {w: {" +
                     scaled + ", does: [work: 1ms]}}\n"),
            "4:13 consumers.w.scale.by: only consumers that take from a queue scale; a topic "
            "pushes to this one [wrong-place] (put a queue between them, or leave scale out)\n");
  EXPECT_EQ(findings("run: {duration: 1min}\n"
                     "logs: {records: {}}\n"
                     "producers: {shop: {load: {poisson: 1/s}, does: [send: records]}}\n"
                     "consumers: {w: {from: records, " +
                     scaled + ", does: [work: 1ms]}}\n"),
            "4:13 consumers.w.scale.by: only consumers that take from a queue scale; 'records' is "
            "a log, whose group would rebalance [wrong-place] (put a queue between them, or leave "
            "scale out)\n");
}

TEST(ScenarioScale, HasInstancesAsAMetricWhereItIsSaid) {
  EXPECT_EQ(findings(with("", "", "objectives: {a: w.instances.max <= 3}\n")),
            "8:19 objectives.a: 'w' has the same number of instances all the time [no-scale] "
            "(scale: {by: utilization, target: 60%, max: 20} lets it change)\n");
}

TEST(ScenarioScale, DrawsNoStartFromATrace) {
  EXPECT_EQ(
      findings(with("scale: {by: age, target: 30s, max: 4, startup: {column: ms, unit: ms}}, ")),
      "6:92 consumers.w.scale.startup: only a step has a message to take a column from "
      "[wrong-place]\n");
}

}  // namespace
}  // namespace spillway
