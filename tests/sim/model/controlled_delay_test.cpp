#include "sim/model/service/controlled_delay.h"

#include <vector>

#include "tests/sim/model/service_bench.h"

namespace spillway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A line whose requests come when it is said, and are looked at when a slot is free.
class Line {
 public:
  explicit Line(ControlledDelay::Drops drops) : codel_(10, 100, drops) {}

  /// A slot is free: who is dropped now, and the last of them is who is served.
  std::vector<Time> free_at(Time now, std::vector<Time> came) {
    std::vector<Time> gone;
    std::size_t next = 0;
    const auto look = [&] {
      return NextInLine{next < came.size(), next + 1 == came.size(),
                        next < came.size() ? now - came[next] : 0};
    };
    codel_.choose(now, came.empty() ? 0 : came.front(), look,
                  [&] { gone.push_back(came[next++]); });
    return gone;
  }

 private:
  ControlledDelay codel_;
};

TEST(Codel, DropsOneWhenTheWaitWasLongForAnInterval) {
  Line line(ControlledDelay::Drops::spaced);
  EXPECT_THAT(line.free_at(20, {0, 1, 2}), IsEmpty()) << "20 is above 10, for the first time";
  EXPECT_THAT(line.free_at(119, {1, 2, 3}), IsEmpty());
  EXPECT_THAT(line.free_at(120, {2, 3, 4}), ElementsAre(2));
  EXPECT_THAT(line.free_at(219, {4, 5, 6}), IsEmpty()) << "the next after an interval";
  EXPECT_THAT(line.free_at(220, {5, 6, 7}), ElementsAre(5));
  EXPECT_THAT(line.free_at(290, {7, 8, 9}), IsEmpty());
  EXPECT_THAT(line.free_at(291, {8, 9, 10}), ElementsAre(8)) << "then after 100 / sqrt(2)";
  EXPECT_THAT(line.free_at(349, {10, 11, 12}), ElementsAre(10)) << "and 100 / sqrt(3)";
  EXPECT_THAT(line.free_at(450, {12, 13, 14, 15}), ElementsAre(12, 13)) << "two that were due";
}

TEST(Codel, StopsWhenOneWaitIsShort) {
  Line line(ControlledDelay::Drops::spaced);
  line.free_at(20, {0, 1});
  EXPECT_THAT(line.free_at(120, {1, 2}), ElementsAre(1));
  EXPECT_THAT(line.free_at(130, {121, 122}), IsEmpty());
  EXPECT_THAT(line.free_at(300, {130, 131}), IsEmpty()) << "counts from here";
  EXPECT_THAT(line.free_at(399, {131, 132}), IsEmpty());
  EXPECT_THAT(line.free_at(400, {132, 133}), ElementsAre(132));
}

TEST(Codel, GoesOnNearlyWhereItWasSoonAfter) {
  Line line(ControlledDelay::Drops::spaced);
  line.free_at(20, {0, 1});
  Time now = 120;
  for (int drop = 0; drop < 5; ++drop) line.free_at(now += 100, {0, 1, 2, 3});
  line.free_at(now, {now, now});
  line.free_at(now + 20, {now, now + 1});
  EXPECT_THAT(line.free_at(now + 120, {now + 1, now + 2, now + 3}), ElementsAre(now + 1));
  EXPECT_THAT(line.free_at(now + 170, {now + 2, now + 3, now + 4}), ElementsAre(now + 2))
      << "sooner than after an interval";
}

TEST(Codel, NeverDropsTheLastInLine) {
  Line line(ControlledDelay::Drops::spaced);
  line.free_at(20, {0, 1});
  EXPECT_THAT(line.free_at(120, {1}), IsEmpty());
  EXPECT_THAT(line.free_at(130, {2, 3}), IsEmpty()) << "and begins anew there";
}

TEST(Codel, DropsAllThatAreLateOnceTheLineHasNotBeenEmptyForAnInterval) {
  Line line(ControlledDelay::Drops::late);
  EXPECT_THAT(line.free_at(99, {0, 50, 95}), IsEmpty());
  EXPECT_THAT(line.free_at(100, {0, 50, 95}), ElementsAre(0, 50)) << "which is 5 behind";
  EXPECT_THAT(line.free_at(150, {40, 50}), ElementsAre(40, 50)) << "110 and 100 are above 10";
}

class Shedding : public ServiceBench {
 protected:
  void shed(Time target, Time interval, ControlledDelay::Drops drops,
            Discipline discipline = Discipline::fifo) {
    Protection protection;
    protection.line.emplace(discipline, interval);
    protection.codel.emplace(target, interval, drops);
    open(1, kUnbounded, bench_.program({bench_.work(10)}), protection);
  }
  std::uint64_t dropped() const { return service_->metrics().shed.at(1); }
};

TEST_F(Shedding, DropsFromTheLineAndSaysUnavailable) {
  shed(15, 25, ControlledDelay::Drops::late);
  for (int i = 0; i < 6; ++i) ask();
  run(20);
  EXPECT_EQ(waiting(), 3);
  run(25);
  ask();
  run(100);
  EXPECT_THAT(answers(),
              ElementsAre(Answer{10, 0, Outcome::ok}, Answer{20, 1, Outcome::ok},
                          Answer{30, 2, Outcome::ok}, Answer{30, 3, Outcome::unavailable},
                          Answer{30, 4, Outcome::unavailable}, Answer{30, 5, Outcome::unavailable},
                          Answer{40, 6, Outcome::ok}));
  EXPECT_EQ(dropped(), 3u);
  EXPECT_EQ(refused(), 3u);
  EXPECT_EQ(service_->inside(), 0u);
  EXPECT_EQ(waiting(), 0);
  EXPECT_EQ(latency().n, 4u);
}

TEST_F(Shedding, LetsTheLineRunEmpty) {
  shed(5, 10, ControlledDelay::Drops::late);
  for (int i = 0; i < 4; ++i) ask();
  run(100);
  EXPECT_EQ(dropped(), 3u) << "at 10 all have waited longer than 5";
  EXPECT_EQ(busy(), 0);
  EXPECT_EQ(service_->inside(), 0u);
  ask();
  run(200);
  EXPECT_EQ(answers().size(), 5u);
}

TEST_F(Shedding, GoesWithTheLatestFirst) {
  shed(15, 25, ControlledDelay::Drops::late, Discipline::adaptive_lifo);
  for (int i = 0; i < 5; ++i) ask();
  run(29);
  ask();
  run(100);
  // At 30 the last, which has waited for 1; at 40 all others have waited too long.
  EXPECT_THAT(answers(), ElementsAre(Answer{10, 0, Outcome::ok}, Answer{20, 1, Outcome::ok},
                                     Answer{30, 2, Outcome::ok}, Answer{40, 5, Outcome::ok},
                                     Answer{40, 4, Outcome::unavailable},
                                     Answer{40, 3, Outcome::unavailable}));
}

TEST_F(Shedding, DropsWhatHadAnsweredBeforeACrashWithoutAnAnswer) {
  Protection protection;
  protection.line.emplace(Discipline::fifo);
  protection.codel.emplace(5, 10, ControlledDelay::Drops::late);
  open(1, kUnbounded, bench_.program({bench_.reply(), bench_.work(10)}), protection);
  ask();
  ask();
  run(5);
  const std::uint32_t crash = fault(FaultKind::crash);
  strike(crash);
  run(50);
  heal(crash);
  run(100);
  EXPECT_THAT(answers(),
              ElementsAre(Answer{0, 0, Outcome::ok}, Answer{50, 1, Outcome::unavailable}));
  EXPECT_EQ(dropped(), 1u) << "the other one had its answer";
  EXPECT_EQ(service_->inside(), 0u);
  EXPECT_EQ(bench_.context.alive(), 4u) << "two roots and two answers";
}

}  // namespace
}  // namespace spillway
