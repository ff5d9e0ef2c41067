#include "sim/model/service/concurrency_limit.h"

#include "tests/sim/model/service_bench.h"

namespace spillway {
namespace {

ConcurrencyLimit::Rules rules(ConcurrencyLimit::Kind kind, std::int64_t initial) {
  ConcurrencyLimit::Rules rules;
  rules.kind = kind;
  rules.initial = initial;
  rules.latency = 100;
  return rules;
}

TEST(ConcurrencyLimitOfAimd, GrowsByOneAndShrinksByAShare) {
  ConcurrencyLimit limit(rules(ConcurrencyLimit::Kind::aimd, 20));
  limit.learn(100, 10, false);
  EXPECT_EQ(limit.most_inside(), 21u);
  limit.learn(100, 10, false);
  EXPECT_EQ(limit.most_inside(), 21u) << "less than half of it is in use";
  limit.learn(101, 10, false);
  EXPECT_EQ(limit.most_inside(), 18u) << "0.9 x 21, rounded down";
  limit.learn(1, 1, true);
  EXPECT_EQ(limit.most_inside(), 16u) << "whoever waited for it has gone";
  limit.restart();
  EXPECT_EQ(limit.most_inside(), 20u);
}

TEST(ConcurrencyLimitOfAimd, StaysBetweenItsEnds) {
  ConcurrencyLimit::Rules ends = rules(ConcurrencyLimit::Kind::aimd, 5);
  ends.least = 3;
  ends.most = 6;
  ConcurrencyLimit limit(ends);
  for (int i = 0; i < 9; ++i) limit.learn(1, 100, false);
  EXPECT_EQ(limit.most_inside(), 6u);
  for (int i = 0; i < 9; ++i) limit.learn(200, 1, false);
  EXPECT_EQ(limit.most_inside(), 3u);
}

// By hand from VegasLimit of Netflix's concurrency-limits.
TEST(ConcurrencyLimitOfVegas, FollowsTheLineThatItReckons) {
  ConcurrencyLimit limit(rules(ConcurrencyLimit::Kind::vegas, 20));
  limit.learn(100, 20, false);
  EXPECT_EQ(limit.most_inside(), 20u) << "the shortest time";
  limit.learn(100, 20, false);
  EXPECT_EQ(limit.most_inside(), 26u) << "nobody in line: 6 x log10(20)";
  limit.learn(107, 20, false);
  EXPECT_EQ(limit.most_inside(), 27u) << "26 (1 - 100 / 107) = 1.7: two in line";
  limit.learn(120, 20, false);
  EXPECT_EQ(limit.most_inside(), 27u) << "27 (1 - 100 / 120) = 4.5: five in line";
  limit.learn(150, 20, false);
  EXPECT_EQ(limit.most_inside(), 26u) << "nine in line";
  limit.learn(101, 12, false);
  EXPECT_EQ(limit.most_inside(), 26u) << "less than half of it is in use";
  limit.learn(101, 1, true);
  EXPECT_EQ(limit.most_inside(), 25u);
}

TEST(ConcurrencyLimitOfVegas, MeasuresTheShortestTimeAnew) {
  ConcurrencyLimit limit(rules(ConcurrencyLimit::Kind::vegas, 10));
  limit.learn(10, 10, false);
  for (int i = 0; i < 298; ++i) limit.learn(100, 1, false);
  ConcurrencyLimit other = limit;
  other.learn(101, 1, false);  // the 300th of 30 x 10: 101 is the shortest now
  other.learn(101, 10, false);
  EXPECT_EQ(other.most_inside(), 16u);
  limit.learn(100, 10, true);  // the 300th too
  limit.learn(1000, 10, false);
  EXPECT_EQ(limit.most_inside(), 9u) << "nine in line";
}

// By hand from Gradient2Limit of Netflix's concurrency-limits.
TEST(ConcurrencyLimitOfGradient, SlidesWithTheTimeInsideAgainstTheUsual) {
  ConcurrencyLimit limit(rules(ConcurrencyLimit::Kind::gradient, 20));
  limit.learn(100, 20, false);  // 20.8
  EXPECT_EQ(limit.most_inside(), 20u);
  limit.learn(100, 20, false);
  EXPECT_EQ(limit.most_inside(), 21u) << "21.6: a fifth of four";
  limit.learn(600, 20, false);
  EXPECT_EQ(limit.most_inside(), 20u) << "usual 266.7, gradient 2 / 3: 20.96";
  limit.learn(10'000, 20, false);
  EXPECT_EQ(limit.most_inside(), 19u) << "usual 2700, gradient 1 / 2: 19.664";
  limit.learn(100, 5, false);
  EXPECT_EQ(limit.most_inside(), 19u) << "less than half of it is in use";
  limit.learn(100, 20, true);
  EXPECT_EQ(limit.most_inside(), 20u) << "20.464: it learns from times alone";
  limit.restart();
  limit.learn(100, 20, false);
  EXPECT_EQ(limit.most_inside(), 20u);
}

TEST(ConcurrencyLimitOfGradient, ForgetsUsualTimesThatAreMuchTooLong) {
  ConcurrencyLimit limit(rules(ConcurrencyLimit::Kind::gradient, 100));
  for (int i = 0; i < 10; ++i) limit.learn(1000, 1, false);
  // Each takes 2 / 601 of the way to 100, and where it is above 200, a twentieth off.
  for (int i = 0; i < 28; ++i) limit.learn(100, 1, false);
  ConcurrencyLimit other = limit;
  limit.learn(400, 100, false);
  EXPECT_EQ(limit.most_inside(), 97u) << "usual 221.9, gradient 0.832: 80 + 0.2 (83.2 + 4)";
  for (int i = 0; i < 100; ++i) other.learn(100, 1, false);
  other.learn(400, 100, false);
  EXPECT_EQ(other.most_inside(), 93u) << "usual 172.2, gradient 0.646";
}

class ConcurrencyLimits : public ServiceBench {
 protected:
  void limit(std::int64_t initial, std::uint32_t program, std::uint64_t slots = 1) {
    Protection protection;
    protection.concurrency_limit.emplace(rules(ConcurrencyLimit::Kind::aimd, initial));
    open(slots, kUnbounded, program, protection);
  }
  std::uint64_t shed() const { return service_->metrics().shed.at(1); }
};

TEST_F(ConcurrencyLimits, RefuseAtOnceWhoIsTooMuchInside) {
  limit(3, bench_.program({bench_.work(10)}));
  EXPECT_EQ(refused_of(5), 2u) << "one in the slot and two in line";
  EXPECT_EQ(shed(), 2u);
  run(10);
  EXPECT_EQ(refused_of(5), 3u) << "one has ended, and one more may be inside";
  EXPECT_EQ(service_->inside(), 4u);
}

TEST_F(ConcurrencyLimits, LearnFromWhatTakesTooLong) {
  limit(4, bench_.program({bench_.work(101)}), 4);
  for (int i = 0; i < 4; ++i) ask();
  run(101);  // 4, 3, 2, 1
  EXPECT_EQ(refused_of(3), 2u);
}

TEST_F(ConcurrencyLimits, LearnFromCallersWhoHaveGone) {
  limit(4, bench_.program({bench_.work(10)}), 4);
  const Handle first = ask();
  const Handle second = ask();
  leave(first);
  cancel(second);  // 3
  run(10);         // 2
  EXPECT_EQ(refused_of(5), 3u);
}

TEST_F(ConcurrencyLimits, LearnNothingFromErrors) {
  limit(2, bench_.program({bench_.work(200), bench_.fail(1)}), 4);
  ask();
  ask();
  run(200);
  EXPECT_EQ(refused_of(5), 3u) << "two may still be inside";
}

}  // namespace
}  // namespace spillway
