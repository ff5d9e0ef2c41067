#include "analysis/topology/findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "tests/analysis/topology/architecture.h"

namespace spillway::topology {
namespace {

using testing::HasSubstr;

std::string print(const Diagnostics& diagnostics) {
  std::string out;
  for (const Diagnostic& one : diagnostics) out += render(one);
  return out;
}
std::string found(const std::string& text) { return print(findings(Topology(architecture(text)))); }

TEST(Findings, AreNoneForAnArchitectureWithoutLoops) {
  EXPECT_EQ(found(shop_calling("a",
                               "  a: {does: [call: b, send: q]}\n  b: {does: []}\n"
                               "queues: {q: {dead_letter: {to: failed}}, failed: {}}\n"
                               "consumers: {w: {from: q, does: [call: b]}}\n")),
            "");
}

TEST(Findings, ShowTheStepThatClosesTheCircle) {
  EXPECT_EQ(
      found(shop_calling("a", "  a: {does: [call: b]}\n  b: {does: [work: 1ms, call: a]}\n")),
      "s.yaml:5:31: warning: services.b.does[2].call: calls go in a circle, a -> b -> a: each "
      "request makes another one, until all slots of 'a' are held by requests that wait for "
      "one of these slots, a deadlock [sync-cycle]\n"
      "    b: {does: [work: 1ms, call: a]}\n"
      "                                ^\n"
      "  hint: let 'b' answer without calling 'a', or wait without a slot (holds: nothing)\n");
}

TEST(Findings, SayHowACircleOfCallsEnds) {
  const auto of_a = [](const std::string& fields) {
    return found(shop_calling("a", "  a: {" + fields + "}\n"));
  };
  EXPECT_THAT(of_a("does: [choose: {10%: [call: a], 90%: []}]"),
              HasSubstr("a -> a: each request makes 0.1 more on average; it can happen that all "
                        "slots of 'a' are held by requests that wait for one of these slots, a "
                        "deadlock [sync-cycle]"));
  EXPECT_THAT(of_a("holds: nothing, does: [choose: {10%: [call: a], 90%: []}]"),
              HasSubstr("a -> a: each request makes 0.1 more on average [sync-cycle]"));
  EXPECT_THAT(of_a("holds: nothing, does: [call: a]"),
              HasSubstr("a -> a: each request makes another one, without end [sync-cycle]"));
  EXPECT_THAT(of_a("holds: nothing, does: [choose: {60%: [call: a, call: a], 40%: []}]"),
              HasSubstr("each request makes 1.2 more on average, without end [sync-cycle]"));
  EXPECT_THAT(of_a("accept_queue: 0, does: [call: a]"),
              HasSubstr("each request makes another one, until no slot is free and it is refused "
                        "[sync-cycle]"));
  EXPECT_THAT(of_a("does: [call: a]"), HasSubstr("hint: let 'a' do all of it in one request, or"));
  EXPECT_THAT(
      found(
          shop_calling("a",
                       "  a: {holds: nothing, does: [choose: {60%: [call: b, call: c], 40%: []}]}\n"
                       "  b: {holds: nothing, does: [call: a]}\n"
                       "  c: {holds: nothing, does: [call: a]}\n")),
      HasSubstr("a -> b -> a: with the other circles among 3 components requests do not get "
                "fewer, without end [sync-cycle]"));
}

TEST(Findings, SayHowACircleOfMessagesEnds) {
  const auto of_worker = [](const std::string& steps) {
    return found(
        "producers: {shop: {load: {poisson: 1/s}, does: [send: q]}}\n"
        "queues: {q: {}}\nconsumers:\n  w: {from: q, does: " +
        steps + "}\n");
  };
  EXPECT_EQ(of_worker("[send: q]"),
            "s.yaml:5:29: warning: consumers.w.does[1].send: messages go in a circle, q -> w -> q: "
            "each message makes another one, without end [message-loop]\n"
            "    w: {from: q, does: [send: q]}\n"
            "                              ^\n"
            "  hint: send to a queue outside of the circle, or choose a share that goes round\n");
  const std::string retried = of_worker("[choose: {25%: [send: q], 75%: []}]");
  EXPECT_THAT(retried,
              HasSubstr("q -> w -> q: each message makes 0.25 more on average [message-loop]"));
  EXPECT_THAT(retried, HasSubstr("hint: to try again what failed, use fail"));
}

TEST(Findings, SayThatDeadLettersComeBack) {
  EXPECT_THAT(
      found("producers: {shop: {load: {poisson: 1/s}, does: [send: q]}}\n"
            "queues: {q: {dead_letter: {to: failed}}, failed: {}}\n"
            "consumers: {w: {from: q, does: [fail: 1%]}, r: {from: failed, does: [send: q]}}\n"),
      HasSubstr("consumers.r.does[1].send: dead letters go in a circle, q -> failed -> r -> "
                "q: a message that fails each time goes round without end "
                "[dead-letter-loop]"));
}

TEST(Findings, OfVariantsAreSaidOnceInTheOrderOfTheFile) {
  const ScenarioFile file = load_scenario_text(
      "run: {duration: 1min}\n" +
          shop_calling("a",
                       "  a: {does: [call: b]}\n  b: {does: [call: a]}\n  c: {does: [call: c]}\n") +
          "variants:\n  base: {}\n  same: {run: {seed: 2}}\n"
          "  other: {services: {b: {does: [work: 1ms]}}}\n",
      "s.yaml");
  const Diagnostics all = findings(file);
  ASSERT_EQ(all.size(), 2u) << print(all);
  EXPECT_EQ(all[0].path, "services.b.does[1].call");
  EXPECT_EQ(all[1].path, "services.c.does[1].call");
  for (const Diagnostic& one : all) EXPECT_EQ(one.severity, Severity::warning);
}

TEST(Findings, AreCutWhereNobodyWouldReadThem) {
  std::string services;
  for (int i = 0; i < 150; ++i) {
    services += "  s" + std::to_string(i) + ": {does: [call: s" + std::to_string(i) + "]}\n";
  }
  const Diagnostics all = findings(
      load_scenario_text("run: {duration: 1min}\n" + shop_calling("s0", services), "s.yaml"));
  ASSERT_EQ(all.size(), 101u);
  EXPECT_EQ(all.back().code, "more-findings");
  EXPECT_EQ(all.back().message, "50 more findings are not listed");
}

TEST(Findings, OfThousandsOfComponentsTakeMoments) {
  // Pairs that call each other, all tied into one large group, and 1,000 pairs by themselves.
  std::string services;
  const auto name = [](int i) { return "s" + std::to_string(i); };
  for (int i = 0; i < 2000; ++i) {
    const int pair = i ^ 1;
    services += "  " + name(i) + ": {does: [choose: {30%: [call: " + name(pair) +
                "], 30.0%: [call: " + name((i + 2) % 2000) + "], 40%: []}]}\n";
  }
  for (int i = 2000; i < 4000; ++i) {
    services += "  " + name(i) + ": {does: [call: " + name(i ^ 1) + "]}\n";
  }
  const Scenario scenario = architecture(shop_calling("s0", services));
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(findings(Topology(scenario)).size(), 1001u);
  // About 0.05 s; quadratic cost would take minutes.
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(10));
}

}  // namespace
}  // namespace spillway::topology
