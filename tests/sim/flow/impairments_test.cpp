#include "sim/flow/impairments.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/sim/flow/bench.h"

namespace spillway {
namespace {

constexpr Address kTarget = component_address(1, 0);
constexpr Address kProducer = component_address(0, 0);

class Conditions : public testing::Test {
 protected:
  void begin(std::uint32_t fault) { condition_.change({fault, true}, bench_.context); }
  void end(std::uint32_t fault) { condition_.change({fault, false}, bench_.context); }

  Bench bench_;
  Condition condition_;
};

TEST_F(Conditions, AreSoundAtFirst) {
  EXPECT_TRUE(condition_.sound());
  EXPECT_FALSE(condition_.down());
  EXPECT_FALSE(condition_.hung());
  EXPECT_FALSE(condition_.crashed());
  EXPECT_EQ(condition_.stretched(17), 17);
}

TEST_F(Conditions, SayWhatEachFaultDoes) {
  const std::uint32_t outage = bench_.fault(FaultKind::outage, kTarget);
  const std::uint32_t hang = bench_.fault(FaultKind::hang, kTarget);
  const std::uint32_t crash = bench_.fault(FaultKind::crash, kTarget);
  begin(outage);
  EXPECT_FALSE(condition_.sound());
  EXPECT_TRUE(condition_.down());
  EXPECT_FALSE(condition_.crashed() || condition_.hung());
  end(outage);
  EXPECT_TRUE(condition_.sound());
  begin(hang);
  EXPECT_TRUE(condition_.hung());
  EXPECT_FALSE(condition_.down());
  end(hang);
  begin(crash);
  EXPECT_TRUE(condition_.down() && condition_.crashed());
  EXPECT_FALSE(condition_.hung());
}

TEST_F(Conditions, LastAsLongAsAnyOfTheFaultsThatOverlap) {
  const std::uint32_t short_one = bench_.fault(FaultKind::hang, kTarget);
  const std::uint32_t long_one = bench_.fault(FaultKind::hang, kTarget);
  const std::uint32_t crash = bench_.fault(FaultKind::crash, kTarget);
  begin(long_one);
  begin(short_one);
  begin(crash);
  end(short_one);
  EXPECT_TRUE(condition_.hung());
  end(crash);
  EXPECT_TRUE(condition_.hung());
  EXPECT_FALSE(condition_.down());
  end(long_one);
  EXPECT_TRUE(condition_.sound());
}

TEST_F(Conditions, MultiplyFaultsThatSlowDownAndRoundToANanosecond) {
  const std::uint32_t five = bench_.fault(FaultKind::slow, kTarget, 5);
  const std::uint32_t half_more = bench_.fault(FaultKind::slow, kTarget, 1.5);
  begin(half_more);
  EXPECT_EQ(condition_.stretched(10), 15);
  EXPECT_EQ(condition_.stretched(3), 5) << "4.5 rounds up";
  begin(five);
  EXPECT_EQ(condition_.stretched(10), 75);
  end(half_more);
  EXPECT_EQ(condition_.stretched(10), 50);
  const std::uint32_t ages = bench_.fault(FaultKind::slow, kTarget, 1e30);
  begin(ages);
  EXPECT_EQ(condition_.stretched(kSecond), Time{1} << 62) << "as long as any drawn time";
}

TEST_F(Conditions, FailTheShareOfMessagesThatTheySayAndTheSameOnesAgain) {
  constexpr int kMessages = 10'000;
  const std::uint32_t errors = bench_.errors(kTarget, 0.3);
  begin(errors);
  int failed = 0;
  for (std::uint32_t ordinal = 0; ordinal < kMessages; ++ordinal) {
    const Handle root = bench_.root(kProducer, ordinal);
    const Message& message = bench_.context.messages[root];
    const bool errs = condition_.errs(message, bench_.context);
    failed += errs ? 1 : 0;
    EXPECT_EQ(condition_.errs(message, bench_.context), errs);
  }
  // Binomial: 4.9 standard deviations, exceeded with probability 1e-6.
  EXPECT_NEAR(failed, 0.3 * kMessages, 4.9 * std::sqrt(0.3 * 0.7 * kMessages));
}

TEST_F(Conditions, FailAllOrNoneAtTheEnds) {
  const std::uint32_t none = bench_.errors(kTarget, 0);
  const std::uint32_t all = bench_.errors(kTarget, 1);
  const Message& message = bench_.context.messages[bench_.root(kProducer)];
  begin(none);
  EXPECT_FALSE(condition_.errs(message, bench_.context));
  begin(all);
  EXPECT_TRUE(condition_.errs(message, bench_.context)) << "one of them is enough";
  end(all);
  EXPECT_FALSE(condition_.errs(message, bench_.context));
}

TEST_F(Conditions, StartAfreshForTheNextReplication) {
  begin(bench_.fault(FaultKind::crash, kTarget));
  begin(bench_.fault(FaultKind::slow, kTarget, 5));
  condition_.restart();
  EXPECT_TRUE(condition_.sound());
  EXPECT_FALSE(condition_.down());
  EXPECT_EQ(condition_.stretched(10), 10);
}

TEST_F(Conditions, TravelAsAFaultsNumberAndWhetherItBegins) {
  for (const std::uint32_t number : {0u, 1u, 70'000u}) {
    for (const bool begins : {true, false}) {
      const auto change = ImpairmentChange::of(ImpairmentChange{number, begins}.payload());
      EXPECT_EQ(change.impairment, number);
      EXPECT_EQ(change.begins, begins);
    }
  }
}

}  // namespace
}  // namespace spillway
