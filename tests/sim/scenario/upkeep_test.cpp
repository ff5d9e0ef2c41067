#include <gtest/gtest.h>

#include "sim/scenario/scenario.h"
#include "tests/sim/scenario/loading.h"

namespace spillway {
namespace {

/// The findings of a fault that says this.
std::string fault(const std::string& says, const std::string& queues = "") {
  return findings(
      "run: {duration: 10min}\n"
      "producers: {p: {load: {poisson: 1/s}, does: [send: a, send: b]}}\n"
      "queues: {a: {dead_letter: {to: dead}}, b: {}, dead: {}" +
      queues +
      "}\nconsumers: {c: {from: a, does: []}, d: {from: b, does: []}}\n"
      "faults: {f: {" +
      says + "}}\n");
}

TEST(Upkeep, HasAnInstantAndNoLength) {
  EXPECT_EQ(fault("purge: a, at: 1min"), "");
  EXPECT_EQ(fault("purge: a, every: {exponential: 1min}"), "");
  EXPECT_EQ(fault("redrive: dead, at: 1min"), "");
  EXPECT_EQ(fault("redrive: dead, to: b, rate: 10/s, at: 1min"), "");
  EXPECT_EQ(fault("purge: a, at: 1min, for: 1min"),
            "5:39 faults.f.for: what operators do begins, and is over when it is done "
            "[wrong-place] (leave it out)\n");
  EXPECT_EQ(fault("redrive: dead, at: 1min, for: 1min"),
            "5:44 faults.f.for: what operators do begins, and is over when it is done "
            "[wrong-place] (leave it out; rate says how fast it is)\n");
  EXPECT_EQ(fault("outage: a, at: 1min"),
            "5:13 faults.f: how long does it last? [missing-key] (say for: 30s)\n");
  EXPECT_EQ(fault("purge: a, to: b, rate: 1/s, at: 1min"),
            "5:28 faults.f.to: only set or redrive has to [wrong-place]\n5:37 faults.f.rate: only "
            "redrive has rate [wrong-place]\n");
  EXPECT_EQ(fault("purge: c, at: 1min"),
            "5:21 faults.f.purge: expected the name of a queue; found 'c', which is a consumer "
            "[wrong-noun]\n");
}

TEST(Upkeep, MovesDeadLettersToAQueueThatIsKnown) {
  EXPECT_EQ(fault("redrive: b, at: 1min"),
            "5:23 faults.f.redrive: no queue's dead letters go to 'b' [missing-key] (say where "
            "they are moved: to: NAME of a queue)\n");
  EXPECT_EQ(fault("redrive: dead, at: 1min", ", e: {dead_letter: {to: dead}}"),
            "5:23 faults.f.redrive: 'dead' has dead letters of 2 queues [missing-key] (say where "
            "they are moved: to: a)\n");
  EXPECT_EQ(fault("redrive: dead, to: dead, at: 1min"),
            "5:33 faults.f.to: they are there already [wrong-place] (name the queue that they are "
            "moved to)\n");
  EXPECT_EQ(
      fault("redrive: dead, to: nowhere, at: 1min"),
      "5:33 faults.f.to: there is no queue 'nowhere' [unknown-name] (there is a, b or dead)\n");
  EXPECT_EQ(fault("redrive: dead, to: g, at: 1min", ", g: {groups: true}"),
            "5:33 faults.f.to: 'g' has message groups, and 'dead' has none [wrong-place] (messages "
            "are moved between queues of the same type: say groups of both)\n");
}

TEST(Upkeep, ReachesWhatItMovesTo) {
  EXPECT_EQ(findings("run: {duration: 10min}\n"
                     "producers: {p: {load: {poisson: 1/s}, does: [send: a]}}\n"
                     "queues: {a: {dead_letter: {to: dead}}, dead: {}, again: {}}\n"
                     "consumers: {c: {from: a, does: []}, d: {from: again, does: []}}\n"
                     "faults: {f: {redrive: dead, to: again, at: 1min}}\n"),
            "");
}

}  // namespace
}  // namespace spillway
