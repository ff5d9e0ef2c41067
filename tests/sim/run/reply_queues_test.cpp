// `request` with `reply_to`: replies that travel through a queue that has a name.

#include <gtest/gtest.h>

#include "tests/sim/run/ran.h"

namespace spillway {
namespace {

/// 9 messages, one a second, 1 ms of network each way; `queues` are the reply queue and others.
std::string ask(const std::string& request, const std::string& queues,
                const std::string& rest = "") {
  return "run: {duration: 9.5s, drain: 1min, replications: 1}\nnetwork: 1ms\nproducers:\n  p: "
         "{load: {constant: 1/s}, does: [{request: q, reply_to: r" +
         request + "}]}\nqueues: {q: {}, " + queues +
         "}\nconsumers: {w: {from: q, concurrency: 10, does: [work: 20ms, reply, work: 5ms]}}\n" +
         rest;
}

TEST(ReplyQueues, HandEachReplyToWhoHasAsked) {
  const Ran ran(ask("", "r: {}"));
  // To the queue, to the consumer, 20 ms, to the reply queue, and to who has asked.
  EXPECT_EQ(ran.sample("p", "latency").n, 9U);
  EXPECT_NEAR(ran.sample("p", "latency").max, 0.024, 1e-9);
  EXPECT_EQ(ran.ledger("r").sent, 9U);
  EXPECT_EQ(ran.ledger("r").acknowledged, 9U);
  EXPECT_EQ(ran.total("w -> r", "attempts"), 9);
  EXPECT_EQ(ran.total("r -> p", "attempts"), 9);
  EXPECT_NEAR(ran.sample("r", "wait").max, 0.002, 1e-9);
  EXPECT_EQ(ran.result().alive, 0U);
  EXPECT_EQ(ran.result().open, 0U);
}

TEST(ReplyQueues, AddTheirTimeToTheLatency) {
  const Ran ran(ask("", "r: {delay: 30ms}"));
  EXPECT_NEAR(ran.sample("p", "latency").min, 0.054, 1e-9);
  EXPECT_NEAR(ran.sample("p", "latency").max, 0.054, 1e-9);
}

TEST(ReplyQueues, AreNotFilledByRepliesThatComeTooLate) {
  const Ran ran(ask(", timeout: 10ms, fallback: [wait: 1ms]", "r: {capacity: 1}"));
  EXPECT_EQ(ran.total("p -> q", "timeouts"), 9);
  EXPECT_EQ(ran.total("p -> q", "late"), 9);
  EXPECT_EQ(ran.ledger("r").acknowledged, 9U);
  EXPECT_EQ(ran.result().alive, 0U);
}

TEST(ReplyQueues, AreSharedByThoseWhoAsk) {
  const Ran ran(
      "run: {duration: 9.5s, drain: 1min, replications: 1}\nproducers:\n  a: {load: {constant: "
      "1/s}, does: [{request: q, reply_to: r}]}\n  b: {load: {constant: 2/s}, does: [call: "
      "s]}\nservices: {s: {does: [{request: fast, reply_to: r}]}}\nqueues: {q: {}, fast: {}, r: "
      "{}}\nconsumers: {w: {from: q, concurrency: 10, does: [work: 700ms, reply]}, v: {from: fast, "
      "does: [work: 10ms, reply]}}\n");
  EXPECT_NEAR(ran.sample("a", "latency").min, 0.7, 1e-9);
  EXPECT_NEAR(ran.sample("a", "latency").max, 0.7, 1e-9);
  EXPECT_NEAR(ran.sample("b", "latency").max, 0.01, 1e-9);
  EXPECT_EQ(ran.total("r -> a", "attempts"), 9);
  EXPECT_EQ(ran.total("r -> s", "attempts"), 18);
  EXPECT_EQ(ran.ledger("r").acknowledged, 27U);
}

TEST(ReplyQueues, AreChosenByWhoAsks) {
  const Ran ran(
      "run: {duration: 9.5s, drain: 1min, replications: 1}\nproducers:\n  a: {load: {constant: "
      "1/s}, does: [{request: q, reply_to: r}]}\n  b: {load: {constant: 1/s}, does: [{request: q, "
      "reply_to: t}]}\n  c: {load: {constant: 1/s}, does: [{request: q}]}\nqueues: {q: {}, r: {}, "
      "t: {delay: 5ms}}\nconsumers: {w: {from: q, concurrency: 10, does: [work: 10ms, reply]}}\n");
  EXPECT_NEAR(ran.sample("a", "latency").max, 0.010, 1e-9);
  EXPECT_NEAR(ran.sample("b", "latency").min, 0.015, 1e-9);
  EXPECT_NEAR(ran.sample("c", "latency").max, 0.010, 1e-9);
  EXPECT_EQ(ran.ledger("r").sent, 9U);
  EXPECT_EQ(ran.ledger("t").sent, 9U);
}

// Replies set out at 4.021, 5.021, 6.021 and 7.021 s: all wait for the end of the hang.
const std::string kHang = "faults: {f: {hang: r, at: 3.9s, for: 4s}}\n";

TEST(ReplyQueues, KeepWhatTheyCannotHandOver) {
  const Ran ran(ask("", "r: {}", kHang));
  EXPECT_EQ(ran.sample("p", "latency").n, 9U);
  EXPECT_NEAR(ran.sample("p", "latency").max, 3.901, 1e-9);
  EXPECT_EQ(ran.sample("r", "depth").max, 4);
}

TEST(ReplyQueues, DropWhatTheyHaveNoRoomFor) {
  const Ran ran(ask(", timeout: 30s", "r: {capacity: 2, overflow: drop_head}", kHang));
  EXPECT_EQ(ran.ledger("r").dropped, 2U);
  EXPECT_EQ(ran.total("p -> q", "timeouts"), 2);
  EXPECT_EQ(ran.total("p -> q", "late"), 0);
  EXPECT_EQ(ran.result().alive, 0U);
}

TEST(ReplyQueues, ForgetWhatIsTooOld) {
  const Ran ran(ask(", timeout: 30s", "r: {retention: 1.5s}", kHang));
  EXPECT_EQ(ran.ledger("r").expired, 3U) << "the fourth is not a second old when the hang ends";
  EXPECT_EQ(ran.total("p -> q", "timeouts"), 3);
}

TEST(ReplyQueues, RefuseRepliesInAnOutage) {
  const Ran ran(ask(", timeout: 100ms", "r: {}", "faults: {f: {outage: r, at: 3.9s, for: 4s}}\n"));
  EXPECT_EQ(ran.ledger("r").rejected, 4U);
  EXPECT_EQ(ran.total("p", "failed"), 4);
  EXPECT_EQ(ran.result().alive, 0U);
}

TEST(ReplyQueues, LoseWhatComesWhileTheirBrokerIsDown) {
  const Ran ran(ask(", timeout: 100ms", "r: {broker: b}",
                    "brokers: {b: {nodes: 1}}\nfaults: {f: {crash: b, at: 3.9s, for: 4s}}\n"));
  EXPECT_EQ(ran.ledger("r").lost, 4U);
  EXPECT_EQ(ran.total("p", "failed"), 4);
  EXPECT_EQ(ran.result().alive, 0U);
}

// The broker closes its connections at 4.0225 s, while a reply is on its way to who has asked, who
// has it half a millisecond later. It is handed over again when the broker is back, to nobody.
TEST(ReplyQueues, HandOverAgainWhatWasNotAcknowledged) {
  const Ran ran(ask("", "r: {broker: b}",
                    "brokers: {b: {nodes: 1}}\nfaults: {f: {outage: b, at: 4.0235s, for: "
                    "100ms}}\n"));
  EXPECT_NEAR(ran.sample("p", "latency").max, 0.024, 1e-9);
  EXPECT_EQ(ran.ledger("r").redelivered, 1U);
  EXPECT_EQ(ran.ledger("r").duplicates, 1U);
  EXPECT_EQ(ran.ledger("r").acknowledged, 9U);
  EXPECT_EQ(ran.total("p -> q", "late"), 0);
  EXPECT_EQ(ran.result().alive, 0U);
}

TEST(ReplyQueues, AreReachedOverAnEdgeThatMayLose) {
  const Ran ran(
      ask(", timeout: 100ms", "r: {}",
          "faults: {f: {loss: {w -> r: 100%}, direction: request, at: 0s, for: 9.4s}}\n"));
  EXPECT_EQ(ran.total("w -> r", "lost"), 9);
  EXPECT_EQ(ran.ledger("r").sent, 0U);
  EXPECT_EQ(ran.total("p", "failed"), 9);
  EXPECT_EQ(ran.result().alive, 0U);
}

TEST(ReplyQueues, TakeRepliesOfThoseWhoHandleDeadLetters) {
  const Ran ran(
      "run: {duration: 9.5s, drain: 1min, replications: 1}\nproducers:\n  p: {load: {constant: "
      "1/s}, does: [{request: q, reply_to: r, timeout: 1s}, {request: d, reply_to: r}]}\nqueues: "
      "{q: {dead_letter: {to: d, after: 1}}, d: {}, r: {}}\nconsumers: {w: {from: q, does: [fail: "
      "100%, reply]}, v: {from: d, does: [reply]}}\n");
  EXPECT_EQ(ran.ledger("r").acknowledged, 18U);
  EXPECT_EQ(ran.total("v -> r", "attempts"), 18);
  EXPECT_EQ(ran.total("p", "failed"), 0);
  EXPECT_EQ(ran.result().alive, 0U);
}

}  // namespace
}  // namespace spillway
