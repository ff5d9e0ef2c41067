// When a breaker opens, what it lets pass, and what a frame that it stands in the way of does.

#include "sim/flow/breaker.h"

#include <gtest/gtest.h>

#include "sim/flow/exchange.h"
#include "tests/sim/flow/calling.h"

namespace spillway {
namespace {

constexpr std::int64_t kHalf = BreakerRules::kOne / 2;

/// Lets an attempt pass and end at once. Returns whether it passed.
bool attempt(Breaker& breaker, Time now, bool well, Time took = 0) {
  if (!breaker.admit(now)) return false;
  breaker.ended(breaker.era(), well ? Outcome::ok : Outcome::error, took, now);
  return true;
}

BreakerRules by_count() {
  BreakerRules rules;
  rules.calls = rules.minimum = 4;
  rules.failures = kHalf;
  rules.open = 5 * kSecond;
  return rules;
}

TEST(Breaker, OpensAtAShareOfTheLatestAttempts) {
  Breaker breaker(by_count());
  for (const bool well : {false, true, true, true, true, true}) {
    EXPECT_TRUE(attempt(breaker, 0, well));
  }
  EXPECT_TRUE(attempt(breaker, 0, false)) << "one of four";
  EXPECT_TRUE(attempt(breaker, 0, false)) << "the second of four opens it";
  EXPECT_FALSE(breaker.admit(0));
  EXPECT_FALSE(breaker.admit(5 * kSecond - 1));
  EXPECT_TRUE(breaker.admit(5 * kSecond));
}

TEST(Breaker, SaysNothingOfTooFew) {
  Breaker breaker(by_count());
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(attempt(breaker, 0, false));
  EXPECT_TRUE(attempt(breaker, 0, false));
  EXPECT_FALSE(breaker.admit(0)) << "four of four";
}

TEST(Breaker, ForgetsWhatIsOlderThanItsPeriod) {
  BreakerRules rules = by_count();
  rules.calls = 0;
  rules.period = 10 * kSecond;
  Breaker breaker(rules);
  for (int i = 0; i < 3; ++i) attempt(breaker, 0, false);
  EXPECT_TRUE(attempt(breaker, 10 * kSecond, false)) << "those of the first second have gone";
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(attempt(breaker, 19 * kSecond, true));
  EXPECT_TRUE(attempt(breaker, 19 * kSecond + 1, false)) << "two of five";
  EXPECT_TRUE(attempt(breaker, 19 * kSecond + 2, false)) << "three of six open it";
  EXPECT_FALSE(breaker.admit(19 * kSecond + 3));
}

TEST(Breaker, CountsFailuresInARow) {
  BreakerRules rules;
  rules.consecutive = 3;
  rules.open = kSecond;
  rules.probes = 0;
  Breaker breaker(rules);
  for (const bool well : {false, false, true, false, false}) attempt(breaker, 0, well);
  EXPECT_TRUE(attempt(breaker, 0, false));
  EXPECT_FALSE(breaker.admit(kSecond - 1));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(attempt(breaker, kSecond, false)) << "closed at once";
  EXPECT_FALSE(breaker.admit(kSecond));
}

TEST(Breaker, OpensForSlowAttemptsThatEndWell) {
  BreakerRules rules = by_count();
  rules.failures = BreakerRules::kNoShare;
  rules.slow = kSecond;
  rules.slow_share = kHalf;
  Breaker breaker(rules);
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(attempt(breaker, 0, true, kSecond)) << "not longer";
  EXPECT_TRUE(attempt(breaker, 0, true, kSecond + 1));
  EXPECT_TRUE(attempt(breaker, 0, true, kSecond + 1));
  EXPECT_FALSE(breaker.admit(0));
}

TEST(Breaker, JudgesItsProbes) {
  BreakerRules rules = by_count();
  rules.probes = 2;
  Breaker breaker(rules);
  for (int i = 0; i < 4; ++i) attempt(breaker, 0, false);
  ASSERT_TRUE(breaker.admit(5 * kSecond));
  const std::uint32_t era = breaker.era();
  ASSERT_TRUE(breaker.admit(5 * kSecond));
  EXPECT_FALSE(breaker.admit(5 * kSecond)) << "two and no more";
  EXPECT_FALSE(breaker.ended(era, Outcome::ok, 0, 6 * kSecond));
  EXPECT_FALSE(breaker.admit(6 * kSecond));
  EXPECT_TRUE(breaker.ended(era, Outcome::timeout, 0, 6 * kSecond)) << "one of two opens it again";
  EXPECT_EQ(breaker.open_until(), 11 * kSecond);
  EXPECT_TRUE(attempt(breaker, 11 * kSecond, true));
  EXPECT_TRUE(attempt(breaker, 11 * kSecond, true));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(breaker.admit(11 * kSecond)) << "closed";
}

TEST(Breaker, LetsAnotherPassForAProbeThatWasGivenUp) {
  Breaker breaker(by_count());
  for (int i = 0; i < 4; ++i) attempt(breaker, 0, false);
  ASSERT_TRUE(breaker.admit(5 * kSecond));
  EXPECT_FALSE(breaker.admit(5 * kSecond));
  breaker.given_up(breaker.era());
  EXPECT_TRUE(breaker.admit(5 * kSecond));
}

TEST(Breaker, HearsNothingOfWhatSetOutBeforeItsStateChanged) {
  Breaker breaker(by_count());
  const std::uint32_t before = breaker.era();
  for (int i = 0; i < 4; ++i) attempt(breaker, 0, false);
  ASSERT_TRUE(breaker.admit(5 * kSecond));
  EXPECT_FALSE(breaker.ended(before, Outcome::error, 0, 5 * kSecond));
  breaker.given_up(before);
  EXPECT_FALSE(breaker.admit(5 * kSecond)) << "still its one probe";
  EXPECT_FALSE(breaker.ended(breaker.era(), Outcome::ok, 0, 5 * kSecond));
  EXPECT_TRUE(breaker.admit(5 * kSecond));
}

TEST(Breaker, BeginsAnewWithTheRun) {
  Breaker breaker(by_count());
  for (int i = 0; i < 4; ++i) attempt(breaker, 9 * kSecond, false);
  ASSERT_FALSE(breaker.admit(9 * kSecond));
  breaker.restart();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(attempt(breaker, 0, false));
}

class GuardedCalls : public CallingTest {
 protected:
  GuardedCalls() {
    BreakerRules rules;
    rules.consecutive = 1;
    rules.open = 5 * kSecond;
    bench_.exchange_of_step(call_).breaker = bench_.context.breakers.add(rules, edge_);
    bench_.context.has_guards = true;
  }
  void open() {
    start(bench_.program({call_}));
    answer(offers().at(0), Outcome::error);
  }
};

TEST_F(GuardedCalls, AreRefusedAtOnceWhileItIsOpen) {
  open();
  const std::size_t alive = bench_.context.alive();
  start(bench_.program({call_}));
  EXPECT_TRUE(offers().empty());
  EXPECT_EQ(caller_.ends, 2);
  EXPECT_EQ(caller_.last, Progress::failed);
  EXPECT_EQ(caller_.outcome, Outcome::unavailable);
  EXPECT_EQ(metrics().attempts.at(1), 1u) << "the one that failed";
  EXPECT_EQ(metrics().errors.at(1), 1u);
  EXPECT_EQ(metrics().short_circuited.at(1), 1u);
  EXPECT_EQ(bench_.context.alive(), alive + 1) << "the caller; nothing is left of the attempt";
}

TEST_F(GuardedCalls, AreTriedAgainWhenThatIsSaid) {
  open();
  start(bench_.program({bench_.tried(call_, 3, {kSecond, 5 * kSecond})}));
  EXPECT_TRUE(offers().empty());
  bench_.run(caller_, 4 * kSecond);
  EXPECT_TRUE(offers().empty()) << "the second is refused too";
  bench_.run(caller_, 6 * kSecond);
  const std::vector<Handle> sent = offers();
  ASSERT_EQ(sent.size(), 1u) << "the third is the probe";
  answer(sent[0], Outcome::ok);
  EXPECT_EQ(caller_.last, Progress::ended);
  EXPECT_EQ(metrics().short_circuited.at(1), 2u);
}

TEST_F(GuardedCalls, AreNotTriedAgainWhenOnlyErrorsAre) {
  open();
  start(bench_.program({bench_.tried(call_, 3)}));
  EXPECT_EQ(metrics().short_circuited.at(1), 3u) << "unavailable: three times at once";
  bench_.exchange_of_step(call_).retry_when = 1u << static_cast<unsigned>(Outcome::error);
  start(bench_.program({call_}));
  EXPECT_EQ(metrics().short_circuited.at(1), 4u);
}

TEST_F(GuardedCalls, ThatTimeOutOpenIt) {
  start(bench_.program({bench_.limited(call_, kSecond)}));
  ASSERT_EQ(offers().size(), 1u);
  bench_.run(caller_, kSecond);
  EXPECT_EQ(metrics().timeouts.at(1), 1u);
  start(bench_.program({call_}));
  EXPECT_TRUE(offers().empty());
}

TEST_F(GuardedCalls, ThatAreGivenUpSayNothingOfTheCallee) {
  const Handle frame = start(bench_.program({call_}));
  ASSERT_EQ(offers().size(), 1u);
  abandon(frame, bench_.context);
  EXPECT_FALSE(bench_.context.breakers.under_way(frame));
  start(bench_.program({call_}));
  EXPECT_EQ(offers().size(), 1u);
}

TEST_F(GuardedCalls, ThatAreRefusedAndGivenUpAreCancelledNowhere) {
  open();
  bench_.exchange_of_step(call_).cancels = true;
  const Handle frame = bench_.root(component_address(0, 0), 0, bench_.program({call_}));
  ASSERT_EQ(advance(frame, bench_.context, Self{kCaller}), Progress::waiting);
  abandon(frame, bench_.context);
  while (const Next next = bench_.context.take_post()) bench_.tell(caller_, next);
  EXPECT_TRUE(bench_.said.empty()) << "no word to the callee of a request it has never seen";
}

TEST(OpenTimes, AreAShareOfTheTimeInAWindow) {
  const Timeline timeline(10 * kSecond, 110 * kSecond, {});
  OpenTime open;
  open.begin(timeline, {});
  open.add(5 * kSecond, 15 * kSecond);
  open.add(105 * kSecond, 165 * kSecond);
  const Sample sample = open.sample(timeline.windows()[0]);
  EXPECT_EQ(sample.total, 10);
  EXPECT_EQ(sample.weight, 100);
}

}  // namespace
}  // namespace spillway
