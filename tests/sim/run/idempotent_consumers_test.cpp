// Consumers that remember what they have handled: what comes once more has no effect.

#include <gtest/gtest.h>

#include "tests/sim/run/ran.h"

namespace spillway {
namespace {

/// 9 messages, one a second, 1 ms of network each way.
std::string tick(const std::string& does, const std::string& rest) {
  return "run: {duration: 9.5s, drain: 1min, replications: 1}\nnetwork: 1ms\nproducers: {p: "
         "{load: {constant: 1/s}, does: [" +
         does + "]}}\n" + rest;
}

/// A handler that takes longer than a message is hidden: it is delivered after 50 and 100 ms again.
std::string slow_workers(const std::string& option) {
  return "queues: {q: {visibility: 50ms}}\nconsumers: {w: {from: q, concurrency: 10" + option +
         ", does: [work: 80ms]}}\n";
}

TEST(IdempotentConsumers, OnlyAcknowledgeWhatTheyHaveHandled) {
  const Ran without(tick("send: q", slow_workers("")));
  EXPECT_GT(without.total("w", "handled"), 1000) << "never in time: again until the run is over";
  EXPECT_EQ(without.total("w", "absorbed"), 0);
  const Ran with(tick("send: q", slow_workers(", idempotent: {}")));
  EXPECT_EQ(with.total("w", "handled"), 9);
  EXPECT_GE(with.total("w", "absorbed"), 9);
  EXPECT_EQ(with.total("w", "handled") + with.total("w", "absorbed"), with.total("q", "receives"));
  EXPECT_EQ(with.ledger("q").acknowledged, 9U);
  EXPECT_EQ(with.result().alive, 0U);
}

TEST(IdempotentConsumers, RememberForATime) {
  // The first handler ends 80 ms after it has begun, the second, of the delivery that comes after
  // 50 ms, 50 ms later.
  const Ran longer(tick("send: q", slow_workers(", idempotent: {remembers: 60ms}")));
  EXPECT_EQ(longer.total("w", "handled"), 9);
  const Ran shorter(tick("send: q", slow_workers(", idempotent: {remembers: 40ms}")));
  EXPECT_EQ(shorter.total("w", "handled"), 18);
}

TEST(IdempotentConsumers, HandleAgainWhatHasFailed) {
  const Ran ran(
      tick("send: q",
           "queues: {q: {}}\nconsumers: {w: {from: q, idempotent: {}, does: [fail: 50%]}}\n"));
  EXPECT_EQ(ran.total("w", "handled"), 9);
  EXPECT_GT(ran.total("w", "failed"), 0);
  EXPECT_EQ(ran.total("w", "absorbed"), 0);
  EXPECT_EQ(ran.total("p", "completed"), 9);
}

TEST(IdempotentConsumers, KnowAMessageThatWasSentAgain) {
  const std::string send = "{send: q, timeout: 100ms, retry: {attempts: 3}, fallback: []}";
  const Ran queue(tick(send,
                       "queues: {q: {confirm: 250ms}}\nconsumers: {w: {from: q, concurrency: 9, "
                       "idempotent: {}, does: [work: 1ms]}}\n"));
  EXPECT_EQ(queue.ledger("q").sent, 27U);
  EXPECT_EQ(queue.total("w", "handled"), 9);
  EXPECT_EQ(queue.total("w", "absorbed"), 18);
  // Through a topic, which copies it to two.
  const Ran topic(
      tick("{publish: t, timeout: 100ms, retry: {attempts: 2}, fallback: []}",
           "topics: {t: {confirm: 250ms, subscriptions: {a: {to: q}, b: {to: v}}}}\nqueues: {q: "
           "{}}\nconsumers: {w: {from: q, idempotent: {}, does: [work: 1ms]}, v: {idempotent: {}, "
           "does: [work: 1ms]}}\n"));
  EXPECT_EQ(topic.total("w", "handled"), 9);
  EXPECT_EQ(topic.total("w", "absorbed"), 9);
  EXPECT_EQ(topic.total("v", "handled"), 9);
  EXPECT_EQ(topic.total("v", "absorbed"), 9);
}

TEST(IdempotentConsumers, TellTwoMessagesOfOneHandlerApart) {
  const Ran ran(tick("{send: q}, {repeat: {times: 2, do: [send: q]}}",
                     "queues: {q: {}}\nconsumers: {w: {from: q, idempotent: {}, does: [work: "
                     "1ms]}}\n"));
  EXPECT_EQ(ran.total("w", "handled"), 27);
}

TEST(IdempotentConsumers, AbsorbWhatAnOutboxRepeats) {
  const Ran ran(
      "run: {duration: 9.5s, drain: 1min, replications: 1}\nnetwork: 1ms\nproducers: {p: {load: "
      "{constant: 1/s}, does: [write: db]}}\nstores: {db: {outbox: {to: q, poll: 100ms, timeout: "
      "300ms}}}\nqueues: {q: {}}\nconsumers: {w: {from: q, idempotent: {}, does: [work: "
      "1ms]}}\nfaults: {f: {loss: {db -> q: 100%}, at: 3.5s, for: 3s}}\n");
  EXPECT_GT(ran.total("db", "outbox.repeated"), 3);
  EXPECT_EQ(ran.total("w", "handled"), 9);
  EXPECT_EQ(ran.total("w", "absorbed"), ran.total("db", "outbox.repeated"));
}

TEST(IdempotentConsumers, ReplyOnceMoreToWhoAsksOnceMore) {
  // Given up after 10 ms, asked again 30 ms later; the reply to the first, after 24 ms, is late.
  const Ran ran(tick("{request: q, timeout: 10ms, retry: {attempts: 2, backoff: {base: 30ms}}}",
                     "queues: {q: {}}\nconsumers: {w: {from: q, concurrency: 5, idempotent: {}, "
                     "does: [work: 20ms, reply]}}\n"));
  EXPECT_EQ(ran.total("p", "failed"), 0);
  EXPECT_NEAR(ran.sample("p", "latency").max, 0.044, 1e-9);
  EXPECT_EQ(ran.total("w", "handled"), 9);
  EXPECT_EQ(ran.total("w", "absorbed"), 9);
  EXPECT_EQ(ran.total("p -> q", "late"), 9);
}

TEST(IdempotentConsumers, KnowThatASubmittedJobIsDone) {
  const Ran ran(tick("{submit: q, timeout: 50ms, retry: {attempts: 2}, poll: {every: 100ms}}",
                     "queues: {q: {confirm: 40ms}}\nconsumers: {w: {from: q, concurrency: 5, "
                     "idempotent: {}, does: [work: 1ms]}}\nfaults: {f: {loss: {p -> q: 100%}, at: "
                     "5s, for: 50ms}}\n"));
  EXPECT_EQ(ran.total("p", "failed"), 0);
  EXPECT_EQ(ran.total("w", "handled"), 9);
  EXPECT_EQ(ran.total("w", "absorbed"), 1);
}

TEST(IdempotentConsumers, ForgetNothingInACrash) {
  const Ran ran(tick("send: q",
                     "queues: {q: {visibility: 500ms}}\nconsumers: {w: {from: q, idempotent: {}, "
                     "does: [work: 100ms]}}\nfaults: {f: {crash: w, at: 5.05s, for: 200ms}}\n"));
  EXPECT_EQ(ran.total("w", "handled"), 9);
  EXPECT_EQ(ran.ledger("q").acknowledged, 9U);
}

}  // namespace
}  // namespace spillway
