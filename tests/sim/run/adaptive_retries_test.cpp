// Clients whose attempts wait for their turn after refusals, reckoned by hand.

#include <gtest/gtest.h>

#include <string>

#include "tests/sim/run/ran.h"

namespace spillway {
namespace {

/// A call a second, answered at once but for an outage from 2.5 s to 4.5 s.
std::string with(const std::string& duration, const std::string& options) {
  return "run: {duration: " + duration +
         ", replications: 1}\n"
         "producers: {p: {load: {constant: 1/s}, does: [{call: s" +
         options +
         "}]}}\n"
         "services: {s: {does: [work: 0s]}}\n"
         "faults: {down: {outage: s, at: 2500ms, for: 2s}}\n";
}

// Answers at 1 and 2 s: 0.96 are measured. Refused at 3 s: 0.992 x 0.7 a second, and one token
// left, for the call of 4 s; refused, too: 0.48608, and so the least, 0.5. The call of 5 s finds
// half a token and goes at 6 s. It ends well: 0.59968 are measured, the cubic is at 1.37776 and the
// rate at 1.19936, so that the call of 6 s waits for 1 / 1.19936 s.
TEST(AdaptiveRetries, LetFirstAttemptsWaitForTheirTurn) {
  const Ran ran(with("6500ms", ", retry: {attempts: 1, adaptive: {}}"));
  EXPECT_EQ(ran.total("p", "sent"), 6);
  EXPECT_EQ(ran.total("p", "failed"), 2);
  EXPECT_EQ(ran.total("p -> s", "attempts"), 6);
  EXPECT_EQ(ran.total("p -> s", "retries"), 0);
  EXPECT_NEAR(static_cast<double>(ran.sum_of("p", "latency")) / 1e9, 1 + 1 / 1.19936, 1e-6);
  EXPECT_EQ(ran.result().alive, 0U);
}

// With a deadline of 500 ms both give up before their turn: nobody has tried.
TEST(AdaptiveRetries, GiveUpWhenTheirTurnIsTooLate) {
  const Ran ran(with("6500ms", ", deadline: 500ms, retry: {attempts: 1, adaptive: {}}"));
  EXPECT_EQ(ran.total("p", "failed"), 3) << "at 6 s there is a token again";
  EXPECT_EQ(ran.total("p -> s", "attempts"), 5);
  EXPECT_EQ(ran.total("p -> s", "timeouts"), 0) << "what has not set out has not timed out";
  EXPECT_EQ(ran.result().alive, 0U);
}

// An overload of 20/s where 5/s are let in: a client that listens is refused little, and gets as
// much done.
TEST(AdaptiveRetries, FindTheRateThatACalleeBears) {
  const auto text = [](const std::string& adaptive) {
    return "run: {duration: 5min, warmup: 1min, replications: 1, drain: 0s}\n"
           "producers: {p: {load: {users: {count: 40, think: {exponential: 1s}}}, does: [{call: s, "
           "retry: "
           "{attempts: 1" +
           adaptive +
           "}}]}}\n"
           "services: {s: {concurrency: 100, rate_limit: {rate: 5/s, burst: 5}, does: [work: "
           "1ms]}}\n";
  };
  const Ran plain(text(""));
  const Ran adaptive(text(", adaptive: {}"));
  EXPECT_GT(plain.total("s", "refused"), 8000);
  EXPECT_LT(adaptive.total("s", "refused"), 400) << "of 1200 that are let in";
  EXPECT_GT(adaptive.total("p", "success") / adaptive.sample("p", "success").weight, 0.75);
  EXPECT_GT(adaptive.total("p -> s", "attempts"), 1000);
}

// It is the refusals that count: errors and silence slow nobody down.
TEST(AdaptiveRetries, TakeErrorsAndTimeoutsForNoRefusals) {
  struct Row {
    std::string fault;
    double failed;
  };
  // Who asks 0.9 s before a hang ends or later is answered in time.
  for (const Row& row : {Row{"errors: s, share: 100%", 200}, Row{"hang: s", 191}}) {
    const Ran ran(
        "run: {duration: 60s, replications: 1}\n"
        "producers: {p: {load: {constant: 10/s}, does: [{call: s, timeout: 1s, retry: {attempts: "
        "1, adaptive: {}}}]}}\n"
        "services: {s: {concurrency: 100, does: [work: 1ms]}}\n"
        "faults: {f: {" +
        row.fault + ", at: 20s, for: 20s}}\n");
    EXPECT_EQ(ran.total("p -> s", "attempts"), 599);
    EXPECT_EQ(ran.total("p", "failed"), row.failed) << row.fault;
  }
}

// A send waits for its turn as a call does, and a message that never set out is nowhere.
TEST(AdaptiveRetries, HoldMessagesBack) {
  const Ran ran(
      "run: {duration: 60s, replications: 1, drain: 5min}\n"
      "producers: {p: {load: {constant: 4/s}, does: [{send: q, retry: {attempts: 3, adaptive: "
      "{}}}]}}\n"
      "queues: {q: {capacity: 3, overflow: reject}}\n"
      "consumers: {c: {from: q, prefetch: 1, does: [work: 500ms]}}\n");
  EXPECT_EQ(ran.ledger("q").sent, static_cast<std::uint64_t>(ran.total("p -> q", "attempts")));
  EXPECT_GT(ran.total("p -> q", "retries"), 10);
  EXPECT_EQ(ran.result().alive, 0U);
  EXPECT_EQ(ran.result().open, 0U);
}

}  // namespace
}  // namespace spillway
