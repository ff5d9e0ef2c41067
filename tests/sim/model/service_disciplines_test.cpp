// In which order services serve: last in, first out, when overloaded only, or all at once.

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "sim/kernel/hash.h"
#include "tests/sim/model/service_bench.h"

namespace spillway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Disciplines : public ServiceBench {
 protected:
  void open_as(Discipline discipline, std::uint64_t slots, std::uint64_t room,
               std::uint32_t program, Time lifo_after = 0) {
    Protection protection;
    protection.line.emplace(discipline, lifo_after);
    open(slots, room, program, protection);
  }
  /// So many processors that at most so many requests share.
  void share(std::uint64_t processors, std::uint64_t places, std::uint32_t program) {
    Protection protection;
    protection.processors.emplace(kService, processors);
    protection.shares = true;
    open(places, 0, program, protection);
  }
  /// Serves by priority; with so many edges, of priorities from 0 on.
  void open_by_priority(std::uint64_t slots, std::uint64_t room, std::uint32_t edges,
                        std::int64_t most_inside = 0) {
    for (std::uint32_t i = 0; i < edges; ++i) {
      by_.push_back(bench_.edge());
      bench_.context.edges[by_.back()].to = kService;
      bench_.context.edges[by_.back()].priority = i;
    }
    Protection protection;
    protection.line.emplace(Discipline::priority);
    ConcurrencyLimit::Rules rules;
    rules.initial = rules.most = most_inside;
    if (most_inside != 0) protection.concurrency_limit.emplace(rules);
    open(slots, room, bench_.program({bench_.work(10)}), protection);
  }
  Handle ask_with(std::uint32_t priority) {
    edge_ = by_[priority];
    return ask();
  }
  std::uint64_t shed() const { return service_->metrics().shed.at(1); }
  std::int64_t in_use() const { return service_->metrics().processors.level(); }

  std::vector<std::uint32_t> by_;  ///< edges, by priority
};

TEST_F(Disciplines, ServeTheLatestFirst) {
  open_as(Discipline::lifo, 1, kUnbounded, bench_.program({bench_.work(10)}));
  for (int i = 0; i < 3; ++i) ask();
  EXPECT_EQ(waiting(), 2);
  run(5);
  ask();
  run(100);
  EXPECT_THAT(answers(), ElementsAre(Answer{10, 0, Outcome::ok}, Answer{20, 3, Outcome::ok},
                                     Answer{30, 2, Outcome::ok}, Answer{40, 1, Outcome::ok}));
  EXPECT_EQ(waiting(), 0);
  EXPECT_EQ(service_->inside(), 0u);
}

TEST_F(Disciplines, HaveTheSameAcceptQueue) {
  open_as(Discipline::lifo, 1, 2, bench_.program({bench_.work(10)}));
  for (int i = 0; i < 4; ++i) ask();
  EXPECT_THAT(answers(), ElementsAre(Answer{0, 3, Outcome::unavailable}));
  run(10);
  answers();
  ask();
  EXPECT_EQ(refused(), 1u) << "one has left the line";
}

TEST_F(Disciplines, TurnToTheLatestWhenTheLineHasNotBeenEmptyForSoLong) {
  open_as(Discipline::adaptive_lifo, 1, kUnbounded, bench_.program({bench_.work(10)}), 25);
  for (int i = 0; i < 5; ++i) ask();
  run(100);
  // At 10 and 20 the first is next; from 25 on the last.
  EXPECT_THAT(answers(), ElementsAre(Answer{10, 0, Outcome::ok}, Answer{20, 1, Outcome::ok},
                                     Answer{30, 2, Outcome::ok}, Answer{40, 4, Outcome::ok},
                                     Answer{50, 3, Outcome::ok}));
  for (int i = 0; i < 3; ++i) ask();
  run(200);
  EXPECT_THAT(answers(), ElementsAre(Answer{110, 5, Outcome::ok}, Answer{120, 6, Outcome::ok},
                                     Answer{130, 7, Outcome::ok}))
      << "it was empty meanwhile";
}

TEST_F(Disciplines, LeaveOutWhoWasCancelledInLine) {
  open_as(Discipline::lifo, 1, 3, bench_.program({bench_.work(10)}));
  std::vector<Handle> requests;
  for (int i = 0; i < 4; ++i) requests.push_back(ask());
  cancel(requests[3]);
  cancel(requests[1]);
  EXPECT_EQ(waiting(), 1);
  ask();
  ask();
  EXPECT_EQ(refused(), 0u) << "they take no room";
  run(100);
  EXPECT_THAT(answers(), ElementsAre(Answer{10, 0, Outcome::ok}, Answer{20, 5, Outcome::ok},
                                     Answer{30, 4, Outcome::ok}, Answer{40, 2, Outcome::ok}));
  EXPECT_EQ(cancelled(), 2u);
  EXPECT_EQ(service_->inside(), 0u);
}

TEST_F(Disciplines, KeepNoMorePlacesThanTwiceThoseWhoWait) {
  open_as(Discipline::lifo, 1, kUnbounded, bench_.program({bench_.work(10)}));
  ask();
  std::vector<Handle> requests;
  for (int i = 0; i < 1000; ++i) requests.push_back(ask());
  for (int i = 0; i < 1000; ++i) {
    if (i % 10 != 0) cancel(requests[static_cast<std::size_t>(i)]);
  }
  EXPECT_EQ(waiting(), 100);
  // A root and a request each, of those who were not cancelled; and what the sweep left.
  EXPECT_LE(bench_.context.messages.live() - 1001 - 101, 100u + 64u);
  run(10 * 101);
  EXPECT_EQ(answers().size(), 101u);
}

TEST_F(Disciplines, BeginAnewAfterACrash) {
  open_as(Discipline::lifo, 1, kUnbounded, bench_.program({bench_.work(10)}));
  std::vector<Handle> requests;
  for (int i = 0; i < 4; ++i) requests.push_back(ask());
  cancel(requests[2]);
  const std::uint32_t crash = fault(FaultKind::crash);
  run(5);
  strike(crash);
  EXPECT_EQ(busy(), 0);
  EXPECT_EQ(waiting(), 3);
  run(50);
  heal(crash);
  run(100);
  EXPECT_THAT(answers(), ElementsAre(Answer{60, 3, Outcome::ok}, Answer{70, 1, Outcome::ok},
                                     Answer{80, 0, Outcome::ok}));
}

TEST_F(Disciplines, ServeTheMostUrgentFirst) {
  open_by_priority(1, kUnbounded, 3);
  for (const std::uint32_t priority : {0u, 1u, 0u, 2u, 1u}) ask_with(priority);
  EXPECT_EQ(waiting(), 4);
  run(15);
  ask_with(2);
  run(100);
  EXPECT_THAT(answers(), ElementsAre(Answer{10, 0, Outcome::ok}, Answer{20, 3, Outcome::ok},
                                     Answer{30, 5, Outcome::ok}, Answer{40, 1, Outcome::ok},
                                     Answer{50, 4, Outcome::ok}, Answer{60, 2, Outcome::ok}));
  EXPECT_EQ(shed(), 0u);
}

TEST_F(Disciplines, MakeRoomForTheMoreUrgent) {
  open_by_priority(1, 2, 3);
  for (const std::uint32_t priority : {2u, 0u, 0u, 1u, 0u, 1u, 1u, 2u}) ask_with(priority);
  EXPECT_THAT(answers(),
              ElementsAre(Answer{0, 2, Outcome::unavailable}, Answer{0, 4, Outcome::unavailable},
                          Answer{0, 1, Outcome::unavailable}, Answer{0, 6, Outcome::unavailable},
                          Answer{0, 5, Outcome::unavailable}))
      << "the last of the least urgent goes, and nobody for one as urgent";
  EXPECT_EQ(shed(), 3u);
  EXPECT_EQ(refused(), 5u);
  EXPECT_EQ(waiting(), 2);
  run(100);
  EXPECT_THAT(answers(), ElementsAre(Answer{10, 0, Outcome::ok}, Answer{20, 7, Outcome::ok},
                                     Answer{30, 3, Outcome::ok}));
  EXPECT_EQ(service_->inside(), 0u);
}

TEST_F(Disciplines, MakeRoomForTheMoreUrgentWhereTooManyAreInside) {
  open_by_priority(1, kUnbounded, 2, 2);
  for (const std::uint32_t priority : {0u, 0u, 1u, 1u, 0u}) ask_with(priority);
  EXPECT_THAT(answers(),
              ElementsAre(Answer{0, 1, Outcome::unavailable}, Answer{0, 3, Outcome::unavailable},
                          Answer{0, 4, Outcome::unavailable}))
      << "who has a slot keeps it";
  EXPECT_EQ(shed(), 3u);
  EXPECT_EQ(service_->inside(), 2u);
}

TEST_F(Disciplines, LeaveOutTheUrgentWhoWereCancelledInLine) {
  open_by_priority(1, 2, 3);
  ask_with(0);
  const Handle urgent = ask_with(2);
  const Handle other = ask_with(1);
  cancel(urgent);
  cancel(other);
  EXPECT_EQ(waiting(), 0);
  ask_with(1);
  ask_with(0);
  ask_with(2);
  EXPECT_EQ(shed(), 1u) << "not a tombstone in place of one that waits";
  run(100);
  EXPECT_THAT(answers(), ElementsAre(Answer{0, 4, Outcome::unavailable}, Answer{10, 0, Outcome::ok},
                                     Answer{20, 5, Outcome::ok}, Answer{30, 3, Outcome::ok}));
}

TEST_F(Disciplines, KnowTheUrgentAfterACrash) {
  open_by_priority(1, 5, 3);
  for (const std::uint32_t priority : {0u, 1u, 2u}) ask_with(priority);
  const std::uint32_t crash = fault(FaultKind::crash);
  strike(crash);
  run(50);
  heal(crash);
  run(100);
  EXPECT_THAT(answers(), ElementsAre(Answer{60, 2, Outcome::ok}, Answer{70, 1, Outcome::ok},
                                     Answer{80, 0, Outcome::ok}));
}

TEST_F(Disciplines, ShareAProcessorEqually) {
  share(1, kUnbounded, bench_.program({bench_.work(120)}));
  ask();
  run(60);
  ask();  // each at half speed from now on
  run(120);
  ask();  // the first has 30 left, the second 90; each at a third
  EXPECT_EQ(busy(), 3);
  EXPECT_EQ(waiting(), 0);
  EXPECT_EQ(in_use(), 1);
  run(1000);
  // 30 x 3 later the first is done; then 60 x 2 and the second; then the last 30 alone.
  EXPECT_THAT(answers(), ElementsAre(Answer{210, 0, Outcome::ok}, Answer{330, 1, Outcome::ok},
                                     Answer{360, 2, Outcome::ok}));
  EXPECT_EQ(in_use(), 0);
  EXPECT_EQ(service_->inside(), 0u);
}

TEST_F(Disciplines, UseAProcessorEachWhileThereAreEnough) {
  share(2, kUnbounded, bench_.program({bench_.work(100)}));
  ask();
  ask();
  EXPECT_EQ(in_use(), 2);
  run(50);
  ask();  // three share two: 50 more take 75
  EXPECT_EQ(in_use(), 2);
  run(1000);
  EXPECT_THAT(answers(), ElementsAre(Answer{125, 0, Outcome::ok}, Answer{125, 1, Outcome::ok},
                                     Answer{175, 2, Outcome::ok}));
}

TEST_F(Disciplines, RefuseWhoIsTooMuchToShare) {
  share(1, 3, bench_.program({bench_.work(10)}));
  EXPECT_EQ(refused_of(5), 2u);
  answers();
  run(30);
  EXPECT_EQ(answers().size(), 3u);
  EXPECT_EQ(refused_of(1), 0u);
}

TEST_F(Disciplines, LeaveTheProcessorToOthersWhileTheyWait) {
  share(1, kUnbounded, bench_.program({bench_.work(10), bench_.wait(100, true), bench_.work(10)}));
  ask();
  run(10);
  ask();
  EXPECT_EQ(in_use(), 1);
  run(1000);
  EXPECT_THAT(answers(), ElementsAre(Answer{120, 0, Outcome::ok}, Answer{130, 1, Outcome::ok}));
}

TEST_F(Disciplines, GiveTheShareOfWhoIsCancelledToTheOthers) {
  share(1, kUnbounded, bench_.program({bench_.work(100)}));
  ask();
  const Handle second = ask();
  const Handle third = ask();
  run(30);  // each has had 10
  cancel(second);
  cancel(third);
  EXPECT_EQ(busy(), 1);
  run(1000);
  EXPECT_THAT(answers(), ElementsAre(Answer{120, 0, Outcome::ok}));
  EXPECT_EQ(bench_.context.alive(), 4u) << "three roots and the answer";
}

TEST_F(Disciplines, ShareWhatFaultsLeave) {
  share(4, kUnbounded, bench_.program({bench_.work(100)}));
  for (int i = 0; i < 4; ++i) ask();
  run(50);
  const std::uint32_t less = fault(FaultKind::capacity, 0.25);
  strike(less);
  EXPECT_EQ(in_use(), 1);
  run(90);  // 40 / 4 each
  heal(less);
  EXPECT_EQ(in_use(), 4);
  run(1000);
  EXPECT_EQ(answers().front(), (Answer{130, 0, Outcome::ok}));
}

TEST_F(Disciplines, ShareAnewAfterACrash) {
  share(1, kUnbounded, bench_.program({bench_.work(10)}));
  ask();
  ask();
  run(5);
  const std::uint32_t crash = fault(FaultKind::crash);
  strike(crash);
  EXPECT_EQ(in_use(), 0);
  run(50);
  heal(crash);
  run(100);
  EXPECT_THAT(answers(), ElementsAre(Answer{70, 0, Outcome::ok}, Answer{70, 1, Outcome::ok}));
  EXPECT_EQ(in_use(), 0);
}

TEST_F(Disciplines, AreAfreshForTheNextReplication) {
  share(1, kUnbounded, bench_.program({bench_.work(10)}));
  ask();
  ask();
  run(5);
  bench_.context.restart(1, 0);
  service_->begin(bench_.context, {});
  bench_.said.clear();
  ask();
  run(100);
  EXPECT_THAT(answers(), ElementsAre(Answer{10, 2, Outcome::ok}));
}

// M/G/1 with processor sharing: whoever needs x takes x / (1 - load) on average, whatever the
// others need. Load 0.6, exponential work, 40 batches of 4000 requests, in four classes of size.
// Given class and batch, the mean of (time - x / 0.4) is 0; |t| of 39 degrees of freedom exceeds
// 4.1 with probability 2e-4, so that one of the four does with less than 0.1 %.
TEST_F(Disciplines, ShareSuchThatTheTimeIsProportionalToTheWork) {
  constexpr double kLoad = 0.6;
  constexpr std::size_t kBatches = 40;
  constexpr std::uint32_t kEach = 4000;
  const std::uint32_t work = bench_.site(Variate::exponential(1e6));
  const std::uint32_t gaps = bench_.site(Variate::exponential(1e6 / kLoad));
  share(1, kUnbounded, bench_.program({Step{op_of<Work>, work}}));
  constexpr std::array<double, 3> kEnds{0.3e6, 1e6, 2e6};
  std::vector<Time> needs;
  std::vector<Time> came;
  std::array<std::vector<double>, 4> means;
  Time now = 0;
  for (std::size_t batch = 0; batch < kBatches; ++batch) {
    std::array<double, 4> sums{};
    std::array<double, 4> counts{};
    for (std::uint32_t i = 0; i < kEach; ++i) {
      now += bench_.context.sites[gaps].at(asked_, 0);
      run(now);
      came.push_back(now);
      const Handle request = ask();
      needs.push_back(bench_.context.draw(work, message(request)));
    }
    for (const auto& [at, ordinal, outcome] : answers()) {
      const auto need = static_cast<double>(needs[ordinal]);
      const auto size =
          static_cast<std::size_t>(std::ranges::upper_bound(kEnds, need) - kEnds.begin());
      sums[size] += static_cast<double>(at - came[ordinal]) - need / (1 - kLoad);
      ++counts[size];
    }
    for (std::size_t size = 0; size < 4; ++size) means[size].push_back(sums[size] / counts[size]);
  }
  for (std::size_t size = 0; size < 4; ++size) {
    double mean = 0;
    for (const double each : means[size]) mean += each / kBatches;
    double squares = 0;
    for (const double each : means[size]) squares += (each - mean) * (each - mean);
    const double error = std::sqrt(squares / (kBatches * (kBatches - 1)));
    EXPECT_LT(std::abs(mean), 4.1 * error) << "size " << size;
    EXPECT_LT(error, 0.15e6) << "an error that shows nothing";
  }
}

}  // namespace
}  // namespace spillway
