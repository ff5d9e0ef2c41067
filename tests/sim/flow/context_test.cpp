#include "sim/flow/context.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/flow/bench.h"

namespace spillway {
namespace {

using testing::ElementsAre;

constexpr Address kProducer = component_address(0, 3);

std::vector<Next> posts(Context& context) {
  std::vector<Next> all;
  while (const Next next = context.take_post()) all.push_back(next);
  return all;
}

TEST(Context, HandsPostsOutFirstInFirstOutAlsoWhenOneIsPostedBetween) {
  Context context;
  context.post({1, 1});
  context.post({1, 2});
  EXPECT_EQ(context.take_post(), (Next{1, 1}));
  context.post({1, 3});
  EXPECT_EQ(context.take_post(), (Next{1, 2}));
  EXPECT_EQ(context.take_post(), (Next{1, 3}));
  EXPECT_FALSE(context.take_post());
  context.post({1, 4});
  EXPECT_EQ(context.take_post(), (Next{1, 4}));
  EXPECT_FALSE(context.take_post());
}

TEST(Context, SpawnsPartsOfTheSameRootWithItsNumbersAndNoDeadline) {
  Bench bench;
  const Handle root = bench.root(kProducer, 17);
  bench.context.messages[root].lane = 99;
  bench.context.messages[root].born = 5;
  const Handle request = bench.context.spawn(root);
  const Handle inner = bench.context.spawn(request);
  const Message& message = bench.context.messages[inner];
  EXPECT_EQ(message.root, root);
  EXPECT_EQ(message.parent, request);
  EXPECT_EQ(message.ordinal, 17u);
  EXPECT_EQ(message.lane, 99u);
  EXPECT_EQ(message.deadline, kNever);
  EXPECT_EQ(message.segment, bench.context.messages[root].segment);
  EXPECT_EQ(bench.context.messages[root].outstanding, 3u);
}

TEST(Context, ClosesARootWhenItsLastPartIsReleasedAndNotBefore) {
  Bench bench;
  const Handle root = bench.root(kProducer);
  const Handle first = bench.context.spawn(root);
  const Handle second = bench.context.spawn(first);
  const Handle third = bench.context.spawn(root);
  bench.context.answered(root);
  bench.context.release(first);
  bench.context.release(third);
  EXPECT_THAT(posts(bench.context), ElementsAre());
  bench.context.release(second);
  EXPECT_THAT(posts(bench.context), ElementsAre(to<Settle>(kProducer, root)));
  EXPECT_TRUE(bench.context.messages.alive(root)) << "its producer gives it back";
  EXPECT_EQ(bench.context.messages.live(), 1u);
}

TEST(Context, LetsTheOnlyMessageLeftTakeItsRootsPlace) {
  Bench bench;
  const Handle root = bench.root(kProducer, 4);
  const Handle sent = bench.context.spawn(root);
  bench.context.messages[root].next = sent;
  bench.context.messages[root].flags |= flag::kFailed;
  bench.context.answered(root);
  EXPECT_FALSE(bench.context.messages.alive(root));
  EXPECT_EQ(bench.context.messages[sent].root, sent);
  EXPECT_NE(bench.context.messages[sent].flags & flag::kFailed, 0);
  EXPECT_THAT(posts(bench.context), ElementsAre());
  const Handle delivery = bench.context.spawn(sent);
  bench.context.release(sent);
  EXPECT_THAT(posts(bench.context), ElementsAre());
  bench.context.release(delivery);
  EXPECT_THAT(posts(bench.context), ElementsAre(to<Settle>(kProducer, sent)));
}

TEST(Context, KeepsTheRootWhenMoreThanOneMessageIsLeft) {
  Bench bench;
  const Handle root = bench.root(kProducer);
  bench.context.spawn(root);
  const Handle sent = bench.context.spawn(root);
  bench.context.messages[root].next = sent;
  bench.context.answered(root);
  EXPECT_TRUE(bench.context.messages.alive(root));
  EXPECT_EQ(bench.context.messages[sent].root, root);
  EXPECT_EQ(bench.context.messages[root].outstanding, 2u);
}

TEST(Context, DetachesAMessageSoThatItsRootEndsWithoutIt) {
  Bench bench;
  const Handle root = bench.root(kProducer);
  const Handle sent = bench.context.spawn(root);
  bench.context.answered(root);
  EXPECT_EQ(bench.context.detach(sent), sent);
  EXPECT_THAT(posts(bench.context), ElementsAre(to<Settle>(kProducer, root)));
  const Handle delivery = bench.context.spawn(sent);
  EXPECT_NE(bench.context.messages[delivery].flags & flag::kDetached, 0);
  bench.context.fail_root(bench.context.messages[delivery]);
  EXPECT_EQ(bench.context.messages[root].flags & flag::kFailed, 0) << "it is no part of it";
  bench.context.release(sent);
  bench.context.release(delivery);
  EXPECT_THAT(posts(bench.context), ElementsAre());
  EXPECT_EQ(bench.context.messages.live(), 1u) << "the root, which its producer gives back";
}

TEST(Context, DetachesAMessageThatHasTakenItsRootsPlaceByLettingItLiveOnElsewhere) {
  Bench bench;
  const Handle root = bench.root(kProducer, 6);
  const Handle sent = bench.context.spawn(root);
  bench.context.messages[root].next = sent;
  bench.context.answered(root);
  ASSERT_EQ(bench.context.messages[sent].root, sent);
  const Handle late = bench.context.spawn(sent);  // a delivery that is still being worked on

  const Handle moved = bench.context.detach(sent);
  EXPECT_NE(moved, sent);
  EXPECT_EQ(bench.context.messages[moved].root, moved);
  EXPECT_EQ(bench.context.messages[moved].ordinal, 6u);
  EXPECT_NE(bench.context.messages[moved].flags & flag::kDetached, 0);
  EXPECT_THAT(posts(bench.context), ElementsAre()) << "its delivery still works for the root";
  bench.context.release(late);
  EXPECT_THAT(posts(bench.context), ElementsAre(to<Settle>(kProducer, sent)));
  bench.context.messages.give(sent);
  bench.context.release(moved);
  EXPECT_THAT(posts(bench.context), ElementsAre());
  EXPECT_EQ(bench.context.messages.live(), 0u);
}

TEST(Context, SaysSoWhenTheLimitOfMessagesIsReached) {
  Bench bench;
  bench.context.messages.set_limit(2);
  const Handle root = bench.root(kProducer);
  EXPECT_NE(bench.context.spawn(root), 0u);
  EXPECT_THROW(bench.context.spawn(root), OutOfMessages);
  EXPECT_EQ(bench.context.messages[root].outstanding, 2u);
  bench.context.restart(1, 0);
  EXPECT_EQ(bench.context.messages.live(), 0u);
}

TEST(Context, DrawsTheSameForTheSameMessageAndAnotherValueForEachAttemptAndPath) {
  Bench bench;
  const std::uint32_t site = bench.site(Variate::exponential(1e9));
  const Handle handle = bench.root(kProducer, 12);
  Message& message = bench.context.messages[handle];
  const std::int64_t first = bench.context.draw(site, message);
  message.attempt = 1;
  const std::int64_t second = bench.context.draw(site, message);
  message.attempt = 2;
  const std::int64_t third = bench.context.draw(site, message);
  message.attempt = 0;
  message.lane = 7;
  const std::int64_t elsewhere = bench.context.draw(site, message);
  message.lane = 0;
  EXPECT_EQ(bench.context.draw(site, message), first);
  EXPECT_NE(first, second);
  EXPECT_NE(second, third);
  EXPECT_NE(first, third);
  EXPECT_NE(first, elsewhere);
}

TEST(Context, TravelsAtOnceAfterAFixedTimeOrAfterADrawnOne) {
  Bench bench;
  const Handle handle = bench.root(kProducer);
  const Message& message = bench.context.messages[handle];
  const Next next{5, 6};
  EXPECT_EQ(bench.context.travel({}, next, Phase::kArrival, message), next);

  const Hop fixed = bench.fixed(30);
  EXPECT_FALSE(bench.context.travel(fixed, next, Phase::kArrival, message));
  EXPECT_FALSE(bench.context.travel(fixed, {5, 7}, Phase::kCompletion, message));
  const Hop drawn = bench.drawn(Variate::constant(20));
  EXPECT_FALSE(bench.context.travel(drawn, {5, 8}, Phase::kArrival, message));

  std::vector<std::pair<Time, Next>> arrived;
  for (Event event; bench.context.events.pop(event, kNever);) {
    arrived.emplace_back(event.at, event.action);
  }
  EXPECT_THAT(arrived, ElementsAre(std::pair{Time{20}, Next{5, 8}}, std::pair{Time{30}, Next{5, 7}},
                                   std::pair{Time{30}, Next{5, 6}}));
}

class Watcher : public Tracer {
 public:
  void see(Moment moment, Time now, Address component, const Message&) override {
    seen.push_back({moment, now, component});
  }
  struct Seen {
    Moment moment;
    Time now;
    Address component;
    friend bool operator==(const Seen&, const Seen&) = default;
  };
  std::vector<Seen> seen;
};

TEST(Context, TellsItsTracerWhatHappens) {
  Bench bench;
  const Handle handle = bench.root(kProducer);
  bench.context.see(Moment::born, kProducer, bench.context.messages[handle]);
  Watcher watcher;
  bench.context.tracer = &watcher;
  bench.context.see(Moment::ended, kProducer, bench.context.messages[handle]);
  EXPECT_THAT(watcher.seen, ElementsAre(Watcher::Seen{Moment::ended, 0, kProducer}));
}

TEST(MessageLine, GivesMessagesOutInTheOrderTheyCame) {
  Bench bench;
  auto& messages = bench.context.messages;
  MessageLine line;
  const Handle a = bench.root(kProducer);
  const Handle b = bench.root(kProducer);
  EXPECT_TRUE(line.empty());
  line.push_back(messages, a);
  line.push_back(messages, b);
  EXPECT_EQ(line.size(), 2u);
  EXPECT_EQ(line.front(), a);
  EXPECT_EQ(line.pop_front(messages), a);
  line.push_back(messages, a);
  EXPECT_EQ(line.pop_front(messages), b);
  EXPECT_EQ(line.pop_front(messages), a);
  EXPECT_TRUE(line.empty());
}

}  // namespace
}  // namespace spillway
