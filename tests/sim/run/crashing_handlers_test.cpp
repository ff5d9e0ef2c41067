// Handlers that crash by themselves: what becomes of their message, and what their caller hears.

#include <gtest/gtest.h>

#include <string>

#include "tests/sim/run/ran.h"

namespace spillway {
namespace {

/// A message, whose handler fails after 1 s of work as often as it may, and then is a dead letter.
Ran failing(const std::string& queue, const std::string& as, const std::string& more = "") {
  return Ran(
      "run: {duration: 2s, replications: 1, drain: 10min}\n"
      "producers: {p: {load: {constant: 1/s}, does: [send: q]}}\n"
      "queues: {q: {dead_letter: {to: dead, after: 3}" +
      queue +
      "}, dead: {}}\n"
      "consumers: {c: {from: q, does: [{work: 1s}, {fail: 100%" +
      as + "}]" + more + "}}\n");
}

// The queue hears at once that a connection has closed; one that hides messages hears nothing, and
// waits: m failures that are silent take m visibilities (semantics of Amazon SQS).
TEST(CrashingHandlers, GiveTheirMessageBackAtOnceOrWhenItsTimeIsUp) {
  const Ran connected = failing("", ", as: crash");
  EXPECT_EQ(connected.ledger("q").dead_lettered, 1U);
  EXPECT_EQ(connected.ledger("q").receives, 3U) << "each is a delivery";
  EXPECT_EQ(connected.ledger("q").redelivered, 2U);
  EXPECT_EQ(connected.total("c", "failed"), 3);
  EXPECT_EQ(connected.result().ended_at, 1 * kSecond + 3 * kSecond);
  const Ran hidden = failing(", visibility: 30s", ", as: crash");
  EXPECT_EQ(hidden.ledger("q").dead_lettered, 1U);
  EXPECT_EQ(hidden.ledger("q").receives, 3U);
  EXPECT_EQ(hidden.result().ended_at, 1 * kSecond + 3 * 30 * kSecond);
  const Ran told = failing(", visibility: 30s", "");
  EXPECT_EQ(told.result().ended_at, 1 * kSecond + 3 * kSecond) << "who says so hides nothing";
}

// A message that was acknowledged before is lost with its handler.
TEST(CrashingHandlers, LoseWhatWasAcknowledgedBefore) {
  const Ran ran = failing("", ", as: crash", ", ack: before");
  EXPECT_EQ(ran.ledger("q").acknowledged, 1U);
  EXPECT_EQ(ran.ledger("q").receives, 1U);
  EXPECT_EQ(ran.total("p", "completed"), 0);
  EXPECT_EQ(ran.result().alive, 0U);
}

/// A service that fails half of its requests, of a caller that tries again after `when`.
Ran called(const std::string& as, const std::string& when, const std::string& before = "") {
  return Ran(
      "run: {duration: 1000s, replications: 1}\n"
      "producers: {p: {load: {constant: 1/s}, does: [{call: s, retry: {attempts: 2, when: [" +
      when +
      "]}}]}}\n"
      "services: {s: {does: [" +
      before + "{fail: 50%" + as + "}]}}\n");
}

// Its connection breaks: the caller finds it unavailable, and not in error.
TEST(CrashingHandlers, LeaveTheirCallersWithABrokenConnection) {
  EXPECT_GT(called(", as: crash", "unavailable").total("p -> s", "retries"), 400);
  EXPECT_EQ(called(", as: crash", "error").total("p -> s", "retries"), 0);
  EXPECT_EQ(called("", "unavailable").total("p -> s", "retries"), 0);
  EXPECT_GT(called("", "error").total("p -> s", "retries"), 400);
  // The same requests fail, whatever they die of.
  EXPECT_EQ(called(", as: crash", "error").total("p", "failed"),
            called("", "unavailable").total("p", "failed"));
}

// Nobody undoes what a dead handler has done: a saga's rescue is part of it.
TEST(CrashingHandlers, UndoNothing) {
  const auto undone = [](const std::string& as) {
    const Ran ran(
        "run: {duration: 100s, replications: 1}\n"
        "producers: {p: {load: {constant: 1/s}, does: [call: s]}}\n"
        "services: {s: {does: [saga: [{do: [call: a], undo: [call: b]}, {do: [{fail: 100%" +
        as + "}]}]]}, a: {does: [work: 1ms]}, b: {does: [work: 1ms]}}\n");
    EXPECT_EQ(ran.total("p", "failed"), 99);
    EXPECT_EQ(ran.total("s -> a", "attempts"), 99);
    return ran.total("s -> b", "attempts");
  };
  EXPECT_EQ(undone(""), 99);
  EXPECT_EQ(undone(", as: crash"), 0);
}

// A topic takes the broken connection for a failure of its subscriber, and tries again.
TEST(CrashingHandlers, AreTriedAgainByATopic) {
  const Ran ran(
      "run: {duration: 2s, replications: 1, drain: 10min}\n"
      "producers: {p: {load: {constant: 1/s}, does: [publish: t]}}\n"
      "topics: {t: {subscriptions: {s: {to: c, retry: {immediate: 2}}}}}\n"
      "consumers: {c: {does: [{fail: 100%, as: crash}]}}\n");
  EXPECT_EQ(ran.total("c", "failed"), 3);
  EXPECT_EQ(ran.result().alive, 0U);
}

}  // namespace
}  // namespace spillway
