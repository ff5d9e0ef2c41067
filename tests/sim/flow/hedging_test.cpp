// When a request is sent once more, which answer is taken, and what becomes of the others.

#include "sim/flow/hedging.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "sim/flow/exchange.h"
#include "tests/sim/flow/calling.h"

namespace spillway {
namespace {

constexpr Time kDelay = 20 * kMillisecond;

class HedgedCalls : public CallingTest {
 protected:
  /// Lets the call be hedged.
  void hedge(std::uint16_t copies = 1, RetryBudget budget = {}) {
    HedgeRules rules;
    rules.site = bench_.site(kDelay);
    rules.copies = copies;
    rules.budget = budget;
    bench_.exchange_of_step(call_).hedge = bench_.context.hedges.add(rules);
    bench_.context.has_guards = true;
  }
  Handle call() { return start(bench_.program({call_})); }
  const Message& message(Handle handle) { return bench_.context.messages[handle]; }
};

TEST_F(HedgedCalls, SendACopyWhenNoAnswerHasCome) {
  hedge();
  const Handle frame = call();
  const std::vector<Handle> first = offers();
  ASSERT_EQ(first.size(), 1u);
  bench_.run(caller_, kDelay - 1);
  EXPECT_TRUE(offers().empty());
  bench_.run(caller_, kDelay);
  const std::vector<Handle> copy = offers();
  ASSERT_EQ(copy.size(), 1u);
  EXPECT_EQ(message(copy[0]).parent, frame);
  EXPECT_NE(lane_of_draws(message(copy[0])), lane_of_draws(message(first[0])))
      << "its work is drawn anew";
  EXPECT_EQ(metrics().attempts.at(1), 2u);
  EXPECT_EQ(metrics().hedges.at(1), 1u);
  EXPECT_EQ(metrics().retries.at(1), 0u);
  bench_.run(caller_, 10 * kDelay);
  EXPECT_TRUE(offers().empty()) << "one copy, and no more";
  const Sample sample = metrics().amplification().sample(bench_.context.timeline.windows()[0]);
  EXPECT_EQ(sample.total / sample.weight, 2);
}

TEST_F(HedgedCalls, SendNoneWhenTheAnswerComesSoonEnough) {
  hedge();
  call();
  answer(offers().at(0), Outcome::ok);
  EXPECT_EQ(caller_.last, Progress::ended);
  EXPECT_EQ(bench_.context.alive(), 1u) << "the caller: the copy has gone at once";
  bench_.run(caller_, 10 * kDelay);
  EXPECT_TRUE(offers().empty());
  EXPECT_EQ(metrics().hedges.at(1), 0u);
}

TEST_F(HedgedCalls, SendNoneWhenTheAttemptFailsBefore) {
  hedge();
  call();
  answer(offers().at(0), Outcome::error);
  EXPECT_EQ(caller_.last, Progress::failed);
  bench_.run(caller_, 10 * kDelay);
  EXPECT_TRUE(offers().empty());
  EXPECT_EQ(metrics().errors.at(1), 1u);
}

TEST_F(HedgedCalls, TakeTheFirstGoodAnswerOfEither) {
  for (const bool copy_wins : {false, true}) {
    HedgedCalls::bench_.said.clear();
    hedge();
    bench_.exchange_of_step(call_).cancels = true;
    const int ends = caller_.ends;
    call();
    std::vector<Handle> sent = offers();
    bench_.run(caller_, bench_.context.now() + kDelay);
    std::ranges::copy(offers(), std::back_inserter(sent));
    ASSERT_EQ(sent.size(), 2u);
    answer(sent[copy_wins ? 1 : 0], Outcome::ok);
    EXPECT_EQ(caller_.ends, ends + 1);
    EXPECT_EQ(caller_.last, Progress::ended);
    const Handle loser = sent[copy_wins ? 0 : 1];
    EXPECT_EQ(cancels(), std::vector<Handle>{loser});
    EXPECT_EQ(message(loser).parent, 0u);
    answer(loser, Outcome::ok);
    EXPECT_EQ(caller_.ends, ends + 1) << "whose answer nobody waits for";
  }
}

TEST_F(HedgedCalls, LetTheLoserGoOnUnlessTheyCancel) {
  hedge();
  call();
  bench_.run(caller_, kDelay);
  const std::vector<Handle> sent = offers();
  answer(sent.at(1), Outcome::ok);
  EXPECT_TRUE(cancels().empty());
  EXPECT_TRUE(bench_.context.messages.alive(sent[0]));
}

TEST_F(HedgedCalls, WaitForTheOtherWhenOneFails) {
  for (const bool copy_fails : {false, true}) {
    hedge();
    const int ends = caller_.ends;
    call();
    std::vector<Handle> sent = offers();
    bench_.run(caller_, bench_.context.now() + kDelay);
    std::ranges::copy(offers(), std::back_inserter(sent));
    answer(sent.at(copy_fails ? 1 : 0), Outcome::error);
    EXPECT_EQ(caller_.ends, ends);
    answer(sent.at(copy_fails ? 0 : 1), Outcome::ok);
    EXPECT_EQ(caller_.ends, ends + 1);
    EXPECT_EQ(caller_.last, Progress::ended);
  }
  EXPECT_EQ(metrics().errors.at(1), 2u);
}

TEST_F(HedgedCalls, FailWhenAllHaveFailedAndAreTriedAgainThen) {
  hedge();
  call_ = bench_.tried(call_, 2);
  call();
  bench_.run(caller_, kDelay);
  std::vector<Handle> sent = offers();
  answer(sent.at(0), Outcome::error);
  answer(sent.at(1), Outcome::unavailable);
  EXPECT_EQ(caller_.ends, 0);
  const std::vector<Handle> again = offers();
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(message(again[0]).attempt, 1);
  bench_.run(caller_, 2 * kDelay);
  EXPECT_EQ(offers().size(), 1u) << "and that has a copy too";
  answer(again[0], Outcome::ok);
  EXPECT_EQ(caller_.last, Progress::ended);
  EXPECT_EQ(metrics().attempts.at(1), 4u);
  EXPECT_EQ(metrics().retries.at(1), 1u);
  EXPECT_EQ(metrics().hedges.at(1), 2u);
}

TEST_F(HedgedCalls, TimeOutWithAllThatTheyHaveSent) {
  hedge(3);
  bench_.exchange_of_step(call_).cancels = true;
  call_ = bench_.limited(call_, 3 * kDelay - 1);
  call();
  bench_.run(caller_, 3 * kDelay);
  EXPECT_EQ(caller_.outcome, Outcome::timeout);
  const std::vector<Handle> sent = offers();
  EXPECT_EQ(sent.size(), 3u) << "the third copy was still to come";
  EXPECT_EQ(metrics().timeouts.at(1), 3u);
  std::vector<Handle> told = cancels();
  std::ranges::sort(told);
  std::vector<Handle> all = sent;
  std::ranges::sort(all);
  EXPECT_EQ(told, all);
  EXPECT_EQ(bench_.context.alive(), 4u) << "the caller, and what the callee has";
}

TEST_F(HedgedCalls, LeaveNothingBehindWhenTheyAreGivenUp) {
  hedge(2);
  const Handle frame = call();
  bench_.run(caller_, kDelay);
  const std::vector<Handle> sent = offers();
  ASSERT_EQ(sent.size(), 2u);
  abandon(frame, bench_.context);
  settle();
  EXPECT_EQ(bench_.context.hedges.find(frame), nullptr);
  EXPECT_EQ(bench_.context.alive(), 3u) << "the caller, and what the callee has";
  bench_.run(caller_, 10 * kDelay);
  EXPECT_TRUE(offers().empty());
  for (const Handle request : sent) answer(request, Outcome::ok);
  EXPECT_EQ(bench_.context.alive(), 1u);
}

TEST_F(HedgedCalls, ReleaseACopyThatWasLost) {
  hedge();
  call();
  bench_.run(caller_, kDelay);
  const std::vector<Handle> sent = offers();
  bench_.context.messages[sent.at(1)].flags |= flag::kLost;
  answer(sent[0], Outcome::ok);
  EXPECT_EQ(caller_.last, Progress::ended);
  EXPECT_EQ(bench_.context.alive(), 1u);
}

TEST_F(HedgedCalls, KnowACopyThatHasAnotherPlaceNow) {
  hedge();
  call();
  bench_.run(caller_, kDelay);
  const std::vector<Handle> sent = offers();
  const Handle moved = bench_.context.move_away(sent.at(1));
  bench_.context.unearth(sent[1]);
  answer(sent[0], Outcome::ok);
  EXPECT_EQ(message(moved).parent, 0u) << "it is given up where it is";
}

TEST_F(HedgedCalls, KnowTheEarlyAnswerOfACopy) {
  hedge();
  call();
  bench_.run(caller_, kDelay);
  const std::vector<Handle> sent = offers();
  answer_early(sent.at(1), bench_.context);
  settle();
  EXPECT_EQ(caller_.last, Progress::ended);
  EXPECT_EQ(message(sent[0]).parent, 0u);
  bench_.context.release(sent[1]);  // its handler has ended
  answer(sent[0], Outcome::ok);
  EXPECT_EQ(bench_.context.alive(), 1u);
}

TEST_F(HedgedCalls, SendNoMoreCopiesThanTheirBudgetAllows) {
  hedge(1, RetryBudget(0.5));
  for (int i = 0; i < 4; ++i) call();
  bench_.run(caller_, kDelay);
  EXPECT_EQ(metrics().attempts.at(1), 6u);
  EXPECT_EQ(metrics().hedges.at(1), 2u);
  EXPECT_EQ(bench_.context.alive(), 10u) << "four callers, six requests";
}

TEST_F(HedgedCalls, TakeFreeConnectionsForTheirCopiesOnly) {
  hedge();
  PoolRules rules;
  rules.size = 3;
  bench_.exchange_of_step(call_).pool = bench_.context.connections.add(rules, edge_);
  call();
  call();
  bench_.run(caller_, kDelay);
  const std::vector<Handle> sent = offers();
  EXPECT_EQ(sent.size(), 3u) << "there was one connection for a copy";
  EXPECT_EQ(metrics().connections.level(), 3);
  answer(sent[2], Outcome::error);
  EXPECT_EQ(metrics().connections.level(), 2);
  answer(sent[0], Outcome::ok);
  answer(sent[1], Outcome::ok);
  EXPECT_EQ(metrics().connections.level(), 0);
}

TEST_F(HedgedCalls, BeginToWaitForACopyWhenTheyHaveAConnection) {
  hedge();
  PoolRules rules;
  rules.size = 1;
  bench_.exchange_of_step(call_).pool = bench_.context.connections.add(rules, edge_);
  call();
  call();
  bench_.run(caller_, kDelay / 2);
  answer(offers().at(0), Outcome::ok);
  const Handle second = offers().at(0);
  bench_.run(caller_, kDelay + kDelay / 2);
  EXPECT_TRUE(offers().empty()) << "it has no connection for a copy";
  EXPECT_EQ(metrics().hedges.at(1), 0u);
  answer(second, Outcome::ok);
  EXPECT_EQ(metrics().connections.level(), 0);
}

TEST(Hedges, ByAQuantileTakeTheirTimeFromTheAnswers) {
  Hedges hedges;
  HedgeRules rules;
  rules.quantile = 0.9;
  const std::uint16_t number = hedges.add(rules);
  EXPECT_EQ(hedges.delay(number), kNever) << "nothing is known yet";
  for (Time i = 1; i <= 100; ++i) hedges.answered(number, i);
  EXPECT_EQ(hedges.delay(number), 90);
  for (Time i = 101; i <= 1000; ++i) hedges.answered(number, i);
  EXPECT_NEAR(static_cast<double>(hedges.delay(number)), 900, 4) << "within a bucket";
  for (Time i = 1; i <= 999; ++i) hedges.answered(number, 7);
  EXPECT_GT(hedges.delay(number), 800) << "a thousand at a time";
  hedges.answered(number, 7);
  EXPECT_EQ(hedges.delay(number), 7);
  hedges.restart();
  EXPECT_EQ(hedges.delay(number), kNever);
}

TEST_F(HedgedCalls, ByAQuantileSendNoCopiesBeforeItIsKnown) {
  HedgeRules rules;
  rules.quantile = 0.5;
  const std::uint16_t number = bench_.context.hedges.add(rules);
  bench_.exchange_of_step(call_).hedge = number;
  bench_.context.has_guards = true;
  for (int i = 0; i < 100; ++i) {
    call();
    bench_.run(caller_, bench_.context.now() + kDelay);
    const std::vector<Handle> sent = offers();
    ASSERT_EQ(sent.size(), 1u);
    answer(sent[0], Outcome::ok);
  }
  call();
  bench_.run(caller_, bench_.context.now() + 2 * kDelay);
  EXPECT_EQ(offers().size(), 2u);
}

}  // namespace
}  // namespace spillway
