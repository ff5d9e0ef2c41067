#include "analysis/topology/loops.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/analysis/topology/architecture.h"

namespace spillway::topology {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> print_all(const Topology& topology, const std::vector<Loop>& loops) {
  std::vector<std::string> texts;
  for (const Loop& loop : loops) texts.push_back(print(loop, topology));
  return texts;
}
std::vector<std::string> calls(const std::string& first, const std::string& services) {
  const Topology topology(architecture(shop_calling(first, services)));
  return print_all(topology, call_loops(topology));
}

TEST(CallLoops, AreNamedFromWhereMessagesComeInAndEndWithTheStepThatClosesThem) {
  EXPECT_THAT(calls("c",
                    "  a: {does: [call: b]}\n"
                    "  b: {does: [call: c]}\n"
                    "  c: {does: [work: 1ms, call: a]}\n"),
              ElementsAre("c -> a -> b -> c"));
  const Topology topology(architecture(
      shop_calling("b", "  a: {does: [work: 1ms, call: b]}\n  b: {does: [call: a]}\n")));
  const auto loops = call_loops(topology);
  ASSERT_THAT(print_all(topology, loops), ElementsAre("b -> a -> b"));
  EXPECT_EQ(topology.links()[loops[0].links.back()].path, "services.a.does[2].call");
}

TEST(CallLoops, AreNoneWhereNothingComesBack) {
  EXPECT_THAT(calls("a",
                    "  a: {does: [call: b, call: c]}\n"
                    "  b: {does: [call: c]}\n"
                    "  c: {does: []}\n"),
              IsEmpty());
  EXPECT_THAT(calls("a", "  a: {does: [choose: {0%: [call: a], 100%: []}]}\n"), IsEmpty());
  EXPECT_THAT(calls("a", "  a: {does: [fail: 100%, call: a]}\n"), IsEmpty());
}

TEST(CallLoops, AreFoundByThemselvesAndOncePerGroup) {
  EXPECT_THAT(calls("a",
                    "  a: {does: [call: a, call: b, call: d]}\n"
                    "  b: {does: [call: c, call: a]}\n"
                    "  c: {does: [call: a]}\n"
                    "  d: {does: [call: e]}\n"
                    "  e: {does: [call: d, call: e]}\n"),
              ElementsAre("a -> a", "a -> b -> a", "e -> e", "d -> e -> d"));
}

TEST(CallLoops, KnowWhetherTheyGoOnForEver) {
  const auto loop = [](const std::string& services) {
    const Topology topology(architecture(shop_calling("a", services)));
    const auto loops = call_loops(topology);
    EXPECT_EQ(loops.size(), 1u);
    return loops.at(0);
  };
  const Loop certain = loop("  a: {does: [call: b]}\n  b: {does: [call: a]}\n");
  EXPECT_TRUE(certain.is_certain);
  EXPECT_EQ(certain.growth, Growth::persists);
  const Loop fading = loop(
      "  a: {does: [choose: {50%: [call: b], 50.0%: []}]}\n"
      "  b: {does: [choose: {20%: [call: a], 80%: []}, call: c]}\n  c: {does: []}\n");
  EXPECT_FALSE(fading.is_certain);
  EXPECT_NEAR(fading.per_round, 0.1, 1e-12);
  EXPECT_EQ(fading.growth, Growth::dies_out);
  EXPECT_EQ(fading.entangled, 2u);
  const Loop growing = loop("  a: {does: [choose: {60%: [call: a, call: a], 40%: []}]}\n");
  EXPECT_FALSE(growing.is_certain);
  EXPECT_NEAR(growing.per_round, 1.2, 1e-12);
  EXPECT_EQ(growing.growth, Growth::persists);
  // Two circles of 0.6 each: neither grows, both together do.
  const Loop tangled = loop(
      "  a: {does: [choose: {60%: [call: b, call: c], 40%: []}]}\n"
      "  b: {does: [call: a]}\n  c: {does: [call: a]}\n");
  EXPECT_NEAR(tangled.per_round, 0.6, 1e-12);
  EXPECT_EQ(tangled.entangled, 3u);
  EXPECT_EQ(tangled.growth, Growth::persists);
}

TEST(CallLoops, AreJudgedTogetherWithTheCallsOfAServiceToItself) {
  // The greatest eigenvalue of {{0.6, 0.6}, {1, 0}} is 1.13: each circle alone would die out.
  const Topology topology(architecture(shop_calling(
      "a", "  a: {does: [choose: {60%: [call: a, call: b], 40%: []}]}\n  b: {does: [call: a]}\n")));
  const auto loops = call_loops(topology);
  ASSERT_THAT(print_all(topology, loops), ElementsAre("a -> a", "a -> b -> a"));
  for (const Loop& loop : loops) EXPECT_EQ(loop.growth, Growth::persists);
}

TEST(MessageLoops, GoThroughQueues) {
  const auto messages = [](const std::string& text) {
    const Topology topology(architecture(text));
    return print_all(topology, message_loops(topology));
  };
  const std::string shop = "producers: {shop: {load: {poisson: 1/s}, does: [send: q]}}\n";
  EXPECT_THAT(messages(shop + "queues: {q: {}}\n"
                              "consumers: {w: {from: q, does: [send: q]}}\n"),
              ElementsAre("q -> w -> q"));
  EXPECT_THAT(
      messages(shop + "queues: {q: {}, r: {}}\n"
                      "consumers: {w: {from: q, does: [send: r]}, v: {from: r, does: []}}\n"),
      IsEmpty());
  // Through a service, and from where the shop calls it.
  EXPECT_THAT(messages("producers: {shop: {load: {poisson: 1/s}, does: [call: api]}}\n"
                       "services: {api: {does: [call: db, send: q]}, db: {does: [call: api]}}\n"
                       "queues: {q: {}}\n"
                       "consumers: {w: {from: q, does: [call: api]}}\n"),
              ElementsAre("api -> q -> w -> api"))
      << "api -> db -> api has no queue";
}

TEST(MessageLoops, AreNotMadeByDeadLettersButDeadLetterLoopsAre) {
  const Topology redrive(architecture(
      "producers: {shop: {load: {poisson: 1/s}, does: [send: q]}}\n"
      "queues: {q: {dead_letter: {to: failed}}, failed: {}}\n"
      "consumers: {w: {from: q, does: [fail: 1%]}, r: {from: failed, does: [send: q]}}\n"));
  EXPECT_THAT(message_loops(redrive), IsEmpty());
  EXPECT_THAT(print_all(redrive, dead_letter_loops(redrive)), ElementsAre("q -> failed -> r -> q"));
  const Topology kept(
      architecture("producers: {shop: {load: {poisson: 1/s}, does: [send: q]}}\n"
                   "queues: {q: {dead_letter: {to: failed}}, failed: {}}\n"
                   "consumers: {w: {from: q, does: [send: q]}}\n"));
  EXPECT_THAT(print_all(kept, message_loops(kept)), ElementsAre("q -> w -> q"));
  EXPECT_THAT(dead_letter_loops(kept), IsEmpty());
}

TEST(MessageLoops, ShareAQueueAmongItsConsumers) {
  const Topology topology(architecture(
      "producers: {shop: {load: {poisson: 1/s}, does: [send: q]}}\n"
      "queues: {q: {}}\n"
      "consumers: {w: {from: q, instances: 3, does: [send: q]}, v: {from: q, does: []}}\n"));
  const auto loops = message_loops(topology);
  ASSERT_EQ(loops.size(), 1u);
  EXPECT_FALSE(loops[0].is_certain);
  EXPECT_EQ(loops[0].per_round, 0.75);
  EXPECT_EQ(loops[0].growth, Growth::dies_out);
}

/// Where the one loop of calls of these services deadlocks; "nowhere" if it doesn't.
std::string deadlock(const std::string& services) {
  const Topology topology(architecture(shop_calling("a", services)));
  const auto loops = call_loops(topology);
  EXPECT_EQ(loops.size(), 1u);
  const auto at = deadlocked_at(loops.at(0), topology);
  return at ? topology.vertices()[*at].name : "nowhere";
}

TEST(Deadlocks, NeedASlotThatIsHeldOnTheWayRound) {
  EXPECT_EQ(deadlock("  a: {does: [call: a]}\n"), "a");
  EXPECT_EQ(deadlock("  a: {holds: nothing, does: [call: a]}\n"), "nowhere");
  EXPECT_EQ(deadlock("  a: {does: [{call: a, holds: nothing}]}\n"), "nowhere");
  EXPECT_EQ(deadlock("  a: {holds: nothing, does: [call: b]}\n  b: {does: [call: a]}\n"), "b")
      << "one slot is enough";
  EXPECT_EQ(deadlock("  a: {does: [call: b]}\n  b: {holds: nothing, does: [call: a]}\n"), "a");
}

TEST(Deadlocks, NeedSomeoneWhoMayWait) {
  EXPECT_EQ(deadlock("  a: {accept_queue: 0, does: [call: a]}\n"), "nowhere");
  EXPECT_EQ(deadlock("  a: {accept_queue: 1, does: [call: a]}\n"), "a");
  EXPECT_EQ(deadlock("  a: {accept_queue: 0, does: [call: b]}\n  b: {does: [call: a]}\n"), "b");
}

TEST(Deadlocks, AreAvoidedByAnAnswerOnlyWhenNoSlotIsHeldAfterIt) {
  EXPECT_EQ(deadlock("  a: {does: [call: b]}\n"
                     "  b: {holds: nothing, does: [reply, call: a]}\n"),
            "nowhere");
  EXPECT_EQ(deadlock("  a: {does: [call: b]}\n  b: {does: [reply, call: a]}\n"), "a")
      << "all slots of b wait for a, all of a for b";
  EXPECT_EQ(deadlock("  a: {does: [call: b]}\n"
                     "  b: {accept_queue: 0, does: [reply, call: a]}\n"),
            "nowhere");
}

TEST(Deadlocks, AreFoundOnALongerWayToo) {
  const std::string services =
      "  a: {holds: nothing, does: [{choose: {50%: [call: b], 50.0%: [call: c]}}]}\n"
      "  b: {holds: nothing, does: [call: a]}\n"
      "  c: {holds: nothing, does: [call: d]}\n"
      "  d: {does: [call: a]}\n";
  EXPECT_EQ(deadlock(services), "d");
  EXPECT_THAT(calls("a", services), ElementsAre("a -> c -> d -> a"));
}

TEST(Loops, OfManyNamesAreShownByTheirEnds) {
  std::string services;
  for (int i = 0; i < 30; ++i) {
    services +=
        "  s" + std::to_string(i) + ": {does: [call: s" + std::to_string((i + 1) % 30) + "]}\n";
  }
  EXPECT_THAT(
      calls("s0", services),
      ElementsAre("s0 -> s1 -> s2 -> s3 -> s4 -> … -> s25 -> s26 -> s27 -> s28 -> s29 -> s0"));
}

}  // namespace
}  // namespace spillway::topology
