// Reply queues: each message says who takes it.

#include "tests/sim/model/queue_bench.h"

namespace spillway {
namespace {

class ReplyQueue : public QueueBench {
 protected:
  void SetUp() override {
    Queue::Wiring wiring;
    for (const Address asker : {kConsumer, kOtherConsumer}) {
      Queue::Taker taker;
      taker.consumer = asker;
      wiring.takers.push_back(taker);
      Envelope envelope;
      envelope.taker = static_cast<std::uint32_t>(wiring.takers.size() - 1);
      bench_.context.envelopes.push_back(envelope);
    }
    wiring.replies = true;
    wiring.levels = 1;
    open(std::move(wiring));
  }

  /// A reply to the first or the second of those who ask.
  Handle reply_to(std::uint32_t asker) {
    const Handle root = bench_.root(kProducer, sent_++);
    const Handle message = bench_.context.spawn(root);
    bench_.context.messages[message].parent = 0;
    bench_.context.messages[message].pc = 1 + asker;
    bench_.context.answered(root);
    offer(message);
    return message;
  }
  Address taken_by(Handle reply) {
    return bench_.context.messages[bench_.context.messages[reply].next].reply_to;
  }
};

TEST_F(ReplyQueue, HandsEachReplyToWhoHasAskedForIt) {
  EXPECT_EQ(taken_by(reply_to(1)), kOtherConsumer);
  EXPECT_EQ(taken_by(reply_to(1)), kOtherConsumer);
  EXPECT_EQ(taken_by(reply_to(0)), kConsumer);
  EXPECT_EQ(queue_->ledger().in_flight, 3U) << "who asks takes any number of them";
}

TEST_F(ReplyQueue, IsDoneWithWhatIsAcknowledged) {
  const Handle reply = reply_to(0);
  acknowledge(bench_.context.messages[reply].next);
  EXPECT_EQ(queue_->ledger().acknowledged, 1U);
  EXPECT_EQ(taken_by(reply_to(0)), kConsumer);
}

}  // namespace
}  // namespace spillway
