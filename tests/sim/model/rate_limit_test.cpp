#include "sim/flow/rate_limit.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "tests/sim/model/service_bench.h"

namespace spillway {
namespace {

using testing::ElementsAre;

class RateLimits : public ServiceBench {
 protected:
  void limit(const RateLimit& rate_limit) {
    Protection protection;
    protection.rate_limit = rate_limit;
    open(1, 1, bench_.program({bench_.work(10)}), protection);
  }
  std::uint64_t throttled() const { return service_->metrics().throttled.at(1); }
};

/// How many of so many requests, one after the other at these instants, may pass.
std::size_t passed(RateLimit& limit, std::size_t requests, Time at) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < requests; ++i) count += limit.admits(at) ? 1u : 0u;
  return count;
}

TEST(RateLimit, LetsABurstPassAndThenTheRate) {
  RateLimit limit = RateLimit::bucket(200, 3);  // a token each 5 ms
  limit.restart();
  EXPECT_EQ(passed(limit, 5, 0), 3u) << "the bucket is full at first";
  EXPECT_EQ(passed(limit, 5, 5 * kMillisecond - 1), 0u);
  EXPECT_EQ(passed(limit, 5, 5 * kMillisecond), 1u);
  EXPECT_EQ(passed(limit, 5, 16 * kMillisecond), 2u) << "the parts of a token are kept";
  EXPECT_EQ(passed(limit, 5, 20 * kMillisecond), 1u);
  EXPECT_EQ(passed(limit, 5, 3600 * kSecond), 3u) << "and never more than it holds";
  limit.restart();
  EXPECT_EQ(passed(limit, 5, 0), 3u);
}

TEST(RateLimit, DoesAsABucketThatIsFilledBeforeEachRequest) {
  constexpr Time kToken = 700;  // a token is so many ns of filling
  constexpr Time kBurst = 4;
  RateLimit limit = RateLimit::bucket(1e9 / kToken, kBurst);
  limit.restart();
  Time level = kBurst * kToken;
  Time last = 0;
  std::uint64_t state = 1;
  std::size_t taken = 0;
  for (Time now = 0; now < 1'000'000;) {
    level = std::min(kBurst * kToken, level + now - last);
    last = now;
    const bool may = level >= kToken;
    ASSERT_EQ(limit.admits(now), may) << now;
    if (may) {
      level -= kToken;
      ++taken;
    }
    state = state * 6364136223846793005u + 1442695040888963407u;
    now += static_cast<Time>(state >> 33) % 900;
  }
  EXPECT_GT(taken, 1000u);
}

TEST(RateLimit, NeverLetsMorePassInASpanThanBurstAndRate) {
  constexpr Time kInterval = 700;
  constexpr std::int64_t kBurst = 4;
  RateLimit limit = RateLimit::bucket(1e9 / kInterval, kBurst);
  limit.restart();
  std::vector<Time> passes;
  std::uint64_t state = 2;
  for (Time now = 0; now < 400'000;) {
    if (limit.admits(now)) passes.push_back(now);
    state = state * 6364136223846793005u + 1442695040888963407u;
    now += static_cast<Time>(state >> 33) % 500;
  }
  ASSERT_GT(passes.size(), 500u);
  for (std::size_t i = 0; i < passes.size(); ++i) {
    for (std::size_t j = i; j < passes.size(); ++j) {
      const auto count = static_cast<std::int64_t>(j - i + 1);
      ASSERT_LE((count - kBurst) * kInterval, passes[j] - passes[i] + 1);
    }
  }
}

TEST(RateLimit, KeepsRatesThatNoWholeNanosecondsMake) {
  RateLimit limit = RateLimit::bucket(3, 1);
  limit.restart();
  std::size_t count = 0;
  for (Time now = 0; now < 1000 * kSecond; now += kMillisecond)
    count += limit.admits(now) ? 1u : 0u;
  EXPECT_NEAR(static_cast<double>(count), 2994, 1) << "each waits for the next millisecond";
  limit.restart();
  count = 0;
  for (Time third = 0; third < 300'000; ++third) {
    count += limit.admits(third * 333'333'334) ? 1u : 0u;
  }
  EXPECT_EQ(count, 300'000u) << "a third of a second apart, rounded up, all pass";
  limit.restart();
  count = 0;
  for (Time third = 0; third < 300'000; ++third) {
    count += limit.admits(third * 333'333'333) ? 1u : 0u;
  }
  EXPECT_EQ(count, 150'000u) << "rounded down, each other one comes too early";
}

TEST(RateLimit, CountsAnewInEachFixedWindow) {
  RateLimit limit = RateLimit::fixed_window(3, kSecond);
  limit.restart();
  EXPECT_EQ(passed(limit, 5, kSecond - 1), 3u);
  EXPECT_EQ(passed(limit, 5, kSecond), 3u) << "twice as many around the end of one";
  EXPECT_EQ(passed(limit, 5, 2 * kSecond - 1), 0u);
  EXPECT_EQ(passed(limit, 2, 5 * kSecond), 2u);
  EXPECT_EQ(passed(limit, 2, 5 * kSecond), 1u);
  limit.restart();
  EXPECT_EQ(passed(limit, 5, 0), 3u);
}

TEST(RateLimit, SpacesWhatALeakyBucketLetsPass) {
  RateLimit limit = RateLimit::leaky(3, 2);
  limit.restart();
  EXPECT_TRUE(limit.leaks());
  std::vector<Time> passes;
  for (int i = 0; i < 4; ++i) {
    if (limit.admits(0)) passes.push_back(limit.passes_at());
  }
  EXPECT_THAT(passes, ElementsAre(0, 333'333'334, 666'666'667)) << "rounded up, never added up";
  EXPECT_FALSE(limit.admits(333'333'333));
  EXPECT_TRUE(limit.admits(333'333'334)) << "one has passed, and left its place";
  EXPECT_EQ(limit.passes_at(), kSecond);
  EXPECT_TRUE(limit.admits(5 * kSecond));
  EXPECT_EQ(limit.passes_at(), 5 * kSecond) << "no burst is saved up";
  EXPECT_TRUE(limit.admits(5 * kSecond));
  EXPECT_EQ(limit.passes_at(), 5'333'333'334);
  EXPECT_FALSE(RateLimit::bucket(3, 3).leaks());
}

TEST_F(RateLimits, RefuseAtOnceWhatIsTooMuchBeforeTheAcceptQueue) {
  limit(RateLimit::bucket(1e9 / 100, 2));
  EXPECT_EQ(refused_of(4), 2u) << "one in the slot, one in the accept queue";
  EXPECT_EQ(throttled(), 2u);
  EXPECT_EQ(service_->inside(), 2u);
  EXPECT_THAT(answers(),
              ElementsAre(Answer{0, 2, Outcome::unavailable}, Answer{0, 3, Outcome::unavailable}));
  run(20);
  EXPECT_EQ(refused_of(1), 1u) << "though there is a slot";
  run(100);
  EXPECT_EQ(refused_of(1), 0u);
  run(300);
  EXPECT_EQ(refused_of(3), 1u);
  EXPECT_EQ(throttled(), 4u);
  EXPECT_EQ(service_->metrics().received.at(1), 9u);
}

TEST_F(RateLimits, CountWhatTheAcceptQueueThenHasNoRoomFor) {
  limit(RateLimit::bucket(1e9 / 100, 3));
  EXPECT_EQ(refused_of(4), 2u) << "one for want of room, which has taken a token";
  EXPECT_EQ(throttled(), 1u);
}

TEST_F(RateLimits, AreNotAskedWhileTheServiceIsDown) {
  limit(RateLimit::bucket(1e9 / 100, 1));
  const std::uint32_t outage = fault(FaultKind::outage);
  strike(outage);
  EXPECT_EQ(refused_of(3), 3u);
  EXPECT_EQ(throttled(), 0u);
  heal(outage);
  EXPECT_EQ(refused_of(2), 1u) << "the token is still there, and the limit too";
  EXPECT_EQ(throttled(), 1u);
}

TEST_F(RateLimits, AreFullAgainForTheNextReplication) {
  limit(RateLimit::bucket(1e9 / 100, 1));
  EXPECT_EQ(refused_of(2), 1u);
  run(10);
  bench_.begin(*service_);
  EXPECT_EQ(refused_of(2), 1u);
}

class LeakyBuckets : public RateLimits {
 protected:
  /// One passes each 100 ns, and three wait for that.
  LeakyBuckets() { limit(RateLimit::leaky(1e9 / 100, 3)); }
};

TEST_F(LeakyBuckets, HoldUpWhatComesTooSoon) {
  EXPECT_EQ(refused_of(5), 1u);
  EXPECT_EQ(throttled(), 1u);
  EXPECT_EQ(waiting(), 3);
  EXPECT_EQ(busy(), 1);
  EXPECT_EQ(service_->inside(), 4u);
  run(1000);
  EXPECT_THAT(answers(), ElementsAre(Answer{0, 4, Outcome::unavailable}, Answer{10, 0, Outcome::ok},
                                     Answer{110, 1, Outcome::ok}, Answer{210, 2, Outcome::ok},
                                     Answer{310, 3, Outcome::ok}));
  EXPECT_NEAR(latency().total, (10 + 110 + 210 + 310) * 1e-9, 1e-15) << "from when it came";
  EXPECT_EQ(waiting(), 0);
  EXPECT_EQ(service_->inside(), 0u);
}

TEST_F(LeakyBuckets, LetWhoHasGoneHaveATurnThatIsNotUsed) {
  ask();
  const Handle second = ask();
  ask();
  cancel(second);
  EXPECT_EQ(waiting(), 1);
  EXPECT_EQ(service_->inside(), 2u);
  run(1000);
  EXPECT_THAT(answers(), ElementsAre(Answer{10, 0, Outcome::ok}, Answer{210, 2, Outcome::ok}));
  EXPECT_EQ(cancelled(), 1u);
  EXPECT_EQ(bench_.context.alive(), 5u) << "three roots and two answers, which the test keeps";
}

TEST_F(LeakyBuckets, StandBeforeWhatCrashes) {
  ask();
  ask();
  ask();
  std::uint32_t crash = fault(FaultKind::crash);
  strike(crash);
  EXPECT_EQ(waiting(), 3) << "the one that begins anew, and two that nothing has happened to";
  run(100);
  EXPECT_EQ(refused(), 1u) << "whose turn comes while it is down";
  heal(crash);
  run(1000);
  EXPECT_THAT(answers(), ElementsAre(Answer{100, 1, Outcome::unavailable},
                                     Answer{110, 0, Outcome::ok}, Answer{210, 2, Outcome::ok}));
  EXPECT_EQ(waiting(), 0);
}

TEST_F(LeakyBuckets, HandOnToTheAcceptQueueWhichMayBeFull) {
  open(1, 0, bench_.program({bench_.work(150)}), [] {
    Protection protection;
    protection.rate_limit = RateLimit::leaky(1e9 / 100, 3);
    return protection;
  }());
  EXPECT_EQ(refused_of(3), 0u);
  run(1000);
  EXPECT_THAT(answers(), ElementsAre(Answer{100, 1, Outcome::unavailable},
                                     Answer{150, 0, Outcome::ok}, Answer{350, 2, Outcome::ok}));
  EXPECT_EQ(throttled(), 0u);
}

TEST_F(LeakyBuckets, AreEmptyForTheNextReplication) {
  refused_of(4);
  bench_.context.restart(1, 1);
  bench_.begin(*service_);
  asked_ = 0;
  EXPECT_EQ(refused_of(5), 1u);
  run(1000);
  EXPECT_EQ(service_->inside(), 0u);
}

}  // namespace
}  // namespace spillway
