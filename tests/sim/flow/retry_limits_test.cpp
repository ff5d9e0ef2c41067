// Which retries clients allow themselves: by tokens, as those of AWS and gRPC, and by how many are
// under way, as Envoy.

#include "sim/flow/retry_limits.h"

#include <gtest/gtest.h>

#include "sim/flow/exchange.h"
#include "tests/sim/flow/calling.h"

namespace spillway {
namespace {

constexpr std::int64_t kToken = RetryRules::kToken;

/// Lets a call fail until it may not be tried again. Returns how many retries it had.
int retries_of(RetryLimits& limits, std::uint16_t number, Handle frame, Outcome outcome,
               int wanted = 1'000'000) {
  int retries = 0;
  limits.begins(number, frame);
  limits.ended(frame, outcome);
  while (retries < wanted && limits.allow(frame, outcome)) {
    limits.take(frame, outcome);
    limits.ended(frame, outcome);
    ++retries;
  }
  limits.closed(frame);
  return retries;
}

/// The legacy bucket of the AWS SDKs: 500 tokens, 5 a retry and 10 after a timeout.
RetryRules aws() {
  RetryRules rules;
  rules.size = 500 * kToken;
  rules.cost = 5 * kToken;
  rules.late_cost = 10 * kToken;
  rules.success = kToken;
  rules.refund = true;
  return rules;
}

// A hundred retries of a client in a total outage, and then none: 500 / 5; fifty after timeouts.
TEST(RetryLimits, OfTheAwsSdksRunDryInAnOutage) {
  RetryLimits limits;
  const std::uint16_t number = limits.add(aws());
  EXPECT_EQ(retries_of(limits, number, 1, Outcome::error), 100);
  EXPECT_EQ(retries_of(limits, number, 2, Outcome::error), 0);
  limits.restart();
  EXPECT_EQ(retries_of(limits, number, 3, Outcome::timeout), 50);
}

TEST(RetryLimits, OfTheAwsSdksAreFilledByWhatGoesWell) {
  RetryLimits limits;
  const std::uint16_t number = limits.add(aws());
  ASSERT_EQ(retries_of(limits, number, 1, Outcome::error), 100);
  for (Handle frame = 10; frame < 15; ++frame) {
    limits.begins(number, frame);
    limits.ended(frame, Outcome::ok);
  }
  // Five that needed no retry pay for one; and that gives back what it cost, as it goes well.
  for (Handle frame = 20; frame < 30; ++frame) {
    limits.begins(number, frame);
    limits.ended(frame, Outcome::error);
    ASSERT_TRUE(limits.allow(frame, Outcome::error));
    limits.take(frame, Outcome::error);
    EXPECT_EQ(retries_of(limits, number, 40, Outcome::error), 0) << "there was one";
    limits.ended(frame, Outcome::ok);
  }
  EXPECT_EQ(retries_of(limits, number, 50, Outcome::error), 1);
}

TEST(RetryLimits, NeverHoldMoreTokensThanTheyMay) {
  RetryLimits limits;
  const std::uint16_t number = limits.add(aws());
  for (Handle frame = 1; frame < 1000; ++frame) {
    limits.begins(number, frame);
    limits.ended(frame, Outcome::ok);
  }
  EXPECT_EQ(retries_of(limits, number, 1000, Outcome::error), 100);
}

// gRPC: 10 tokens at most, a failure takes one and a success brings a tenth; none while at most
// half of them are there.
TEST(RetryLimits, OfGrpcStopAtHalfOfTheirTokens) {
  RetryRules rules;
  rules.size = 10 * kToken;
  rules.failure = kToken;
  rules.success = kToken / 10;
  rules.floor = 5 * kToken;
  RetryLimits limits;
  const std::uint16_t number = limits.add(rules);
  EXPECT_EQ(retries_of(limits, number, 1, Outcome::error), 4)
      << "five failures leave five tokens: too few";
  for (Handle frame = 10; frame < 20; ++frame) {
    limits.begins(number, frame);
    limits.ended(frame, Outcome::ok);
  }
  EXPECT_EQ(retries_of(limits, number, 2, Outcome::error), 0) << "six, less the failure: five";
  for (Handle frame = 10; frame < 25; ++frame) {
    limits.begins(number, frame);
    limits.ended(frame, Outcome::ok);
  }
  EXPECT_EQ(retries_of(limits, number, 3, Outcome::error), 1);
}

// Envoy: a fifth of the requests under way, three at least.
TEST(RetryLimits, OfEnvoyAreAShareOfWhatIsUnderWay) {
  RetryRules rules;
  rules.at_once = true;
  rules.at_least = 3;
  rules.share_at_once = RetryRules::kWhole / 5;
  RetryLimits limits;
  const std::uint16_t number = limits.add(rules);
  const auto granted = [&](Handle first, Handle calls) {
    for (Handle frame = first; frame < first + calls; ++frame) limits.begins(number, frame);
    int retries = 0;
    for (Handle frame = first; frame < first + calls; ++frame) {
      limits.ended(frame, Outcome::unavailable);
      if (!limits.allow(frame, Outcome::unavailable)) continue;
      limits.take(frame, Outcome::unavailable);
      ++retries;
    }
    for (Handle frame = first; frame < first + calls; ++frame) limits.closed(frame);
    return retries;
  };
  EXPECT_EQ(granted(1, 10), 3);
  EXPECT_EQ(granted(100, 100), 20);
  EXPECT_EQ(granted(1000, 5), 3) << "nothing is left of those before";
}

class LimitedRetries : public CallingTest {
 protected:
  void limit(const RetryRules& rules, std::uint16_t attempts = 5, std::vector<Time> pauses = {}) {
    call_ = bench_.tried(call_, attempts, std::move(pauses));
    bench_.exchange_of_step(call_).retry_limit = bench_.context.retry_limits.add(rules);
    bench_.context.has_guards = true;
  }
  RetryRules two_retries() {
    RetryRules rules;
    rules.size = 2 * kToken;
    rules.cost = rules.late_cost = kToken;
    return rules;
  }
};

TEST_F(LimitedRetries, FailWhenNoTokensAreLeft) {
  limit(two_retries());
  start(bench_.program({call_}));
  for (int i = 0; i < 3; ++i) answer(offers().at(0), Outcome::error);
  EXPECT_EQ(caller_.last, Progress::failed);
  EXPECT_EQ(metrics().attempts.at(1), 3u);
  start(bench_.program({call_}));
  answer(offers().at(0), Outcome::error);
  EXPECT_EQ(caller_.ends, 2);
  EXPECT_TRUE(offers().empty());
}

TEST_F(LimitedRetries, CountTimeoutsToo) {
  RetryRules rules = two_retries();
  rules.late_cost = 2 * kToken;
  limit(rules);
  call_ = bench_.limited(call_, kSecond);
  start(bench_.program({call_}));
  bench_.run(caller_, kSecond);
  EXPECT_EQ(offers().size(), 2u);
  bench_.run(caller_, 2 * kSecond);
  EXPECT_EQ(caller_.last, Progress::failed) << "both tokens have gone";
}

TEST_F(LimitedRetries, MakeRoomForOthersWhenTheyAreGivenUpInTheirPause) {
  RetryRules rules;
  rules.at_once = true;
  rules.at_least = 1;
  limit(rules, 2, {kSecond});
  const Handle first = start(bench_.program({call_}));
  answer(offers().at(0), Outcome::error);
  start(bench_.program({call_}));
  answer(offers().at(0), Outcome::error);
  EXPECT_EQ(caller_.ends, 1) << "one pauses, so the other one may not";
  abandon(first, bench_.context);
  start(bench_.program({call_}));
  answer(offers().at(0), Outcome::error);
  EXPECT_EQ(caller_.ends, 1);
  bench_.run(caller_, kSecond);
  EXPECT_EQ(offers().size(), 1u);
}

}  // namespace
}  // namespace spillway
