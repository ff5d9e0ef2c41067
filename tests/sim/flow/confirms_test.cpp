#include "sim/flow/confirms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/flow/bench.h"

namespace spillway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Address kChannel = component_address(1, 0);
constexpr Address kProducer = component_address(0, 0);

class ConfirmsOfAChannel : public testing::Test {
 protected:
  /// A message whose sender waits for its confirm. Returns message and receipt.
  std::pair<Handle, Handle> sent() {
    const Handle root = bench_.root(kProducer);
    const Handle receipt = bench_.request(root, kProducer, edge_);
    const Handle message = bench_.context.spawn(root);
    bench_.context.messages[message].parent = receipt;
    return {message, receipt};
  }
  /// What follows at once.
  std::vector<Next> posted() {
    std::vector<Next> all;
    while (const Next next = bench_.context.take_post()) all.push_back(next);
    return all;
  }
  Outcome outcome(Handle receipt) { return bench_.context.messages[receipt].outcome; }

  Bench bench_;
  std::uint32_t edge_ = bench_.edge();
  Condition condition_;
};

TEST_F(ConfirmsOfAChannel, AreSentAtOnceToWhoWaits) {
  Confirms confirms(kChannel);
  const auto [message, receipt] = sent();
  confirms.confirm(message, Outcome::ok, condition_, bench_.context);
  EXPECT_THAT(posted(), ElementsAre(to<Reply>(kProducer, receipt)));
  EXPECT_EQ(outcome(receipt), Outcome::ok);
  confirms.confirm(message, Outcome::ok, condition_, bench_.context);
  EXPECT_THAT(posted(), IsEmpty()) << "nobody waits any more";
}

TEST_F(ConfirmsOfAChannel, RestAtTheirChannelWhileTheyTakeTime) {
  Confirms confirms(kChannel, bench_.site(10));
  condition_.change({bench_.fault(FaultKind::slow, kChannel, 3), true}, bench_.context);
  const auto [message, receipt] = sent();
  confirms.confirm(message, Outcome::ok, condition_, bench_.context);
  EXPECT_THAT(posted(), IsEmpty());
  Event event;
  ASSERT_FALSE(bench_.context.events.pop(event, 29));
  ASSERT_TRUE(bench_.context.events.pop(event, 30));
  EXPECT_EQ(event.action, to<Done>(kChannel, receipt));
}

TEST_F(ConfirmsOfAChannel, AreHeldUpByAHangInTheirOrder) {
  Confirms confirms(kChannel, bench_.site(10));
  const std::uint32_t hang = bench_.fault(FaultKind::hang, kChannel);
  condition_.change({hang, true}, bench_.context);
  const auto [first, first_receipt] = sent();
  const auto [second, second_receipt] = sent();
  confirms.confirm(first, Outcome::ok, condition_, bench_.context);
  confirms.refuse(second, Outcome::error, condition_, bench_.context);
  EXPECT_THAT(posted(), IsEmpty());
  condition_.change({hang, false}, bench_.context);
  confirms.resume(bench_.context);
  EXPECT_THAT(posted(), ElementsAre(to<Reply>(kProducer, first_receipt),
                                    to<Reply>(kProducer, second_receipt)));
  EXPECT_EQ(outcome(second_receipt), Outcome::error);
  confirms.resume(bench_.context);
  EXPECT_THAT(posted(), IsEmpty());
}

TEST_F(ConfirmsOfAChannel, OfARefusalLeaveToWhoWaitsWhatItMeans) {
  Confirms confirms(kChannel);
  const auto [awaited, receipt] = sent();
  const Handle root = bench_.context.messages[awaited].root;
  confirms.refuse(awaited, Outcome::unavailable, condition_, bench_.context);
  EXPECT_THAT(posted(), ElementsAre(to<Reply>(kProducer, receipt)));
  EXPECT_EQ(outcome(receipt), Outcome::unavailable);
  EXPECT_FALSE(bench_.context.messages.alive(awaited));
  EXPECT_EQ(bench_.context.messages[root].flags & flag::kFailed, 0);

  const Handle other = bench_.root(kProducer);
  const Handle unawaited = bench_.context.spawn(other);
  bench_.context.messages[unawaited].parent = 0;
  confirms.refuse(unawaited, Outcome::unavailable, condition_, bench_.context);
  EXPECT_THAT(posted(), IsEmpty());
  EXPECT_NE(bench_.context.messages[other].flags & flag::kFailed, 0);
}

}  // namespace
}  // namespace spillway
