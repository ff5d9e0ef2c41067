#include "sim/kernel/event_set.h"

#include <gtest/gtest.h>

#include <vector>

namespace spillway {
namespace {

std::vector<std::uint32_t> payloads(EventSet& set, Time until = kNever) {
  std::vector<std::uint32_t> result;
  for (Event event; set.pop(event, until);) result.push_back(event.action.payload);
  return result;
}

using Payloads = std::vector<std::uint32_t>;

TEST(EventSet, IsEmptyAtFirst) {
  EventSet set;
  Event event;
  EXPECT_FALSE(set.pop(event, kNever));
  EXPECT_EQ(set.next_at(), kNever);
  EXPECT_EQ(set.pending(), 0U);
  EXPECT_EQ(set.now(), 0);
}

TEST(EventSet, RunsByTimeThenPhaseThenSequenceWhateverTheWayOfScheduling) {
  EventSet set;
  const SlotId slot = set.add_slot();
  const LaneId lane = set.add_lane();
  set.push(5, Phase::kArrival, {1, 6});
  set.push_lane_timer(lane, 5, Phase::kExpiry, {1, 4});
  set.set_slot(slot, 5, Phase::kFault, {1, 2});
  set.push(5, Phase::kCompletion, {1, 3});
  set.push_lane_timer(lane, 5, Phase::kExpiry, {1, 5});
  set.push(4, Phase::kArrival, {1, 1});
  set.push(5, Phase::kArrival, {1, 7});
  EXPECT_EQ(payloads(set), (Payloads{1, 2, 3, 4, 5, 6, 7}));
}

TEST(EventSet, RunsWhatStandsInAPipeAmongAllOthers) {
  EventSet set;
  const PipeId pipe = set.add_pipe();
  const SlotId slot = set.add_slot();
  set.push(5, Phase::kArrival, {1, 2});
  set.push_pipe(pipe, 5, Phase::kArrival, {1, 3});
  set.set_slot(slot, 4, Phase::kArrival, {1, 1});
  set.push_pipe(pipe, 6, Phase::kArrival, {1, 4});
  EXPECT_EQ(set.pending(), 4U);
  EXPECT_EQ(payloads(set), (Payloads{1, 2, 3, 4}));
  set.push_pipe(pipe, 7, Phase::kArrival, {1, 5});
  EXPECT_EQ(payloads(set), (Payloads{5}));
  EXPECT_EQ(set.pending(), 0U);
}

TEST(EventSet, RunsInOrderWhatComesOutOfOrderInAPipe) {
  EventSet set;
  const PipeId pipe = set.add_pipe();
  set.push_pipe(pipe, 5, Phase::kArrival, {1, 3});
  set.push_pipe(pipe, 5, Phase::kCompletion, {1, 2});
  set.push_pipe(pipe, 4, Phase::kArrival, {1, 1});
  set.push_pipe(pipe, 5, Phase::kArrival, {1, 4});
  EXPECT_EQ(set.pending(), 4U);
  EXPECT_EQ(payloads(set), (Payloads{1, 2, 3, 4}));
}

TEST(EventSet, RunsAnEventExactlyAtTheLimitAndNoneBeyond) {
  EventSet set;
  set.push(10, Phase::kArrival, {1, 1});
  set.push(11, Phase::kArrival, {1, 2});
  Event event;
  EXPECT_FALSE(set.pop(event, 9));
  EXPECT_EQ(set.now(), 0);
  EXPECT_TRUE(set.pop(event, 10));
  EXPECT_EQ(set.now(), 10);
  EXPECT_FALSE(set.pop(event, 10));
  EXPECT_EQ(set.now(), 10);
  EXPECT_EQ(set.next_at(), 11);
}

TEST(EventSet, RunsTheLastInstantThereIs) {
  EventSet set;
  const SlotId slot = set.add_slot();
  set.set_slot(slot, kNever - 1, Phase::kArrival, {1, 1});
  set.push(kNever - 1, Phase::kArrival, {1, 2});
  Event event;
  EXPECT_FALSE(set.pop(event, kNever - 2));
  EXPECT_EQ(payloads(set, kNever - 1), (Payloads{1, 2}));
}

TEST(EventSet, LetsAHandlerScheduleAnEarlierPhaseOfTheSameInstant) {
  EventSet set;
  const SlotId slot = set.add_slot();
  set.set_slot(slot, 5, Phase::kArrival, {1, 1});
  set.push(5, Phase::kArrival, {1, 3});
  Event event;
  ASSERT_TRUE(set.pop(event, kNever));
  set.set_slot(slot, 5, Phase::kFault, {1, 2});
  EXPECT_EQ(payloads(set), (Payloads{2, 3}));
}

TEST(EventSet, ReplacesWhatASlotHeld) {
  EventSet set;
  const SlotId slot = set.add_slot();
  set.set_slot(slot, 5, Phase::kArrival, {1, 1});
  set.set_slot(slot, 7, Phase::kArrival, {1, 2});
  EXPECT_EQ(set.pending(), 1U);
  EXPECT_EQ(set.next_at(), 7);
  set.clear_slot(slot);
  set.clear_slot(slot);
  EXPECT_EQ(set.pending(), 0U);
  EXPECT_EQ(set.next_at(), kNever);
}

TEST(EventSet, CancelsTheHeadOfALaneAndOfTheGeneralSet) {
  EventSet set;
  const LaneId lane = set.add_lane();
  const Timer first = set.push_lane_timer(lane, 5, Phase::kExpiry, {1, 1});
  set.push_lane_timer(lane, 6, Phase::kExpiry, {1, 2});
  const Timer general = set.push_timer(4, Phase::kExpiry, {1, 3});
  set.push(7, Phase::kExpiry, {1, 4});
  EXPECT_EQ(set.next_at(), 4);
  set.cancel(general);
  EXPECT_EQ(set.next_at(), 5);
  set.cancel(first);
  EXPECT_EQ(set.next_at(), 6);
  EXPECT_EQ(set.pending(), 2U);
  EXPECT_EQ(payloads(set), (Payloads{2, 4}));
}

TEST(EventSet, CancelsAMiddleAndALastOfALane) {
  EventSet set;
  const LaneId lane = set.add_lane();
  std::vector<Timer> timers;
  for (std::uint32_t i = 0; i < 5; ++i) {
    timers.push_back(set.push_lane_timer(lane, 10 + i, Phase::kExpiry, {1, i}));
  }
  set.cancel(timers[2]);
  set.cancel(timers[4]);
  set.push_lane_timer(lane, 15, Phase::kExpiry, {1, 5});
  EXPECT_EQ(payloads(set), (Payloads{0, 1, 3, 5}));
}

TEST(EventSet, GoesOnWithALaneThatWasCancelledEmpty) {
  EventSet set;
  const LaneId lane = set.add_lane();
  const LaneId other = set.add_lane();
  set.cancel(set.push_lane_timer(lane, 10, Phase::kExpiry, {1, 1}));
  EXPECT_EQ(set.pending(), 0U);
  EXPECT_EQ(set.next_at(), kNever);
  // What was cancelled stands for no event that comes later, nor for one that comes earlier.
  set.cancel(set.push_lane_timer(lane, 20, Phase::kExpiry, {1, 2}));
  set.push_lane_timer(lane, 30, Phase::kExpiry, {1, 3});
  set.push_lane_timer(other, 25, Phase::kExpiry, {1, 4});
  Event event;
  EXPECT_FALSE(set.pop(event, 24));
  EXPECT_TRUE(set.pop(event, 29));
  EXPECT_EQ(event.action.payload, 4U);
  EXPECT_FALSE(set.pop(event, 29));
  EXPECT_TRUE(set.pop(event, 30));
  set.cancel(set.push_lane_timer(lane, 50, Phase::kExpiry, {1, 5}));
  set.push_lane_timer(lane, 40, Phase::kExpiry, {1, 6});
  set.push_lane_timer(lane, 45, Phase::kExpiry, {1, 7});
  EXPECT_EQ(payloads(set), (Payloads{6, 7}));
}

TEST(EventSet, CancelsATimerThatSpilledFromItsLane) {
  EventSet set;
  const LaneId lane = set.add_lane();
  set.push_lane_timer(lane, 10, Phase::kExpiry, {1, 1});
  const Timer spilled = set.push_lane_timer(lane, 9, Phase::kExpiry, {1, 2});
  set.push_lane_timer(lane, 8, Phase::kExpiry, {1, 3});
  EXPECT_EQ(set.next_at(), 8);
  set.cancel(spilled);
  EXPECT_EQ(payloads(set), (Payloads{3, 1}));
}

TEST(EventSet, DoesNotGrowWithTimersThatAreArmedAndCancelledWhileOneStays) {
  EventSet set;
  const LaneId lane = set.add_lane();
  set.push_lane_timer(lane, 1'000, Phase::kExpiry, {1, 1});
  set.push(1'000, Phase::kExpiry, {1, 2});
  const Timer lane_timer = set.push_lane_timer(lane, 1'000, Phase::kExpiry, {1, 9});
  const Timer timer = set.push_timer(2'000, Phase::kExpiry, {1, 9});
  set.cancel(lane_timer);
  set.cancel(timer);
  std::uint32_t greatest = 0;
  for (int i = 0; i < 100'000; ++i) {
    const Timer a = set.push_lane_timer(lane, 1'000, Phase::kExpiry, {1, 9});
    const Timer b = set.push_timer(2'000, Phase::kExpiry, {1, 9});
    set.cancel(a);
    set.cancel(b);
    greatest = std::max({greatest, timer_index(a), timer_index(b)});
  }
  // At most 64 dead beside the living, and the same again before they are swept.
  EXPECT_LE(greatest, 70U);
  EXPECT_EQ(set.pending(), 2U);
  EXPECT_EQ(payloads(set), (Payloads{1, 2}));
}

TEST(EventSet, AfterARestartDoesWhatANewOneDoes) {
  const auto run = [](EventSet& set, SlotId slot, LaneId lane, PipeId pipe) {
    std::vector<std::uint64_t> trace;
    for (std::uint32_t i = 0; i < 1'000; ++i) {
      const Timer a = set.push_timer(set.now() + (i * 7919) % 1'000, Phase::kExpiry, {1, i});
      const Timer b = set.push_lane_timer(lane, set.now() + 500, Phase::kExpiry, {2, i});
      set.set_slot(slot, set.now() + 3, Phase::kArrival, {3, i});
      set.push_pipe(pipe, set.now() + 200, Phase::kCompletion, {4, i});
      if (i % 3 == 0) set.cancel(a);
      if (i % 5 == 0) set.cancel(b);
      Event event;
      if (set.pop(event, kNever)) {
        trace.insert(trace.end(), {static_cast<std::uint64_t>(event.at), event.order, a, b});
      }
    }
    return trace;
  };
  EventSet set;
  const SlotId slot = set.add_slot();
  const LaneId lane = set.add_lane();
  const PipeId pipe = set.add_pipe();
  const auto first = run(set, slot, lane, pipe);
  EXPECT_NE(set.pending(), 0U);
  set.restart();
  EXPECT_EQ(set.pending(), 0U);
  EXPECT_EQ(set.now(), 0);
  EXPECT_EQ(run(set, slot, lane, pipe), first);
}

TEST(EventSet, TakesClocksAddedWhileItHoldsEvents) {
  EventSet set;
  std::vector<SlotId> slots;
  for (std::uint32_t i = 0; i < 33; ++i) {
    slots.push_back(set.add_slot());
    set.set_slot(slots.back(), 100 - i, Phase::kArrival, {1, 100 - i});
  }
  for (std::uint32_t at = 68; at <= 100; ++at) {
    Event event;
    ASSERT_TRUE(set.pop(event, kNever));
    EXPECT_EQ(event.action.payload, at);
  }
}

TEST(EventSet, RunsAMillionEventsOfOneInstantInSequence) {
  EventSet set;
  for (std::uint32_t i = 0; i < 1'000'000; ++i) set.push(5, Phase::kArrival, {1, i});
  Event event;
  for (std::uint32_t i = 0; i < 1'000'000; ++i) {
    ASSERT_TRUE(set.pop(event, kNever));
    ASSERT_EQ(event.action.payload, i);
  }
}

#ifndef NDEBUG
TEST(EventSetDeathTest, RefusesThePastTheNeverAndTheNothing) {
  EventSet set;
  set.push(5, Phase::kArrival, {1, 1});
  Event event;
  ASSERT_TRUE(set.pop(event, kNever));
  EXPECT_DEATH(set.push(4, Phase::kArrival, {1, 1}), "at >= now_");
  EXPECT_DEATH(set.push(kNever, Phase::kArrival, {1, 1}), "at < kNever");
  EXPECT_DEATH(set.push(6, Phase::kArrival, {0, 1}), "action");
}

TEST(EventSetDeathTest, RefusesToCancelWhatIsNotPending) {
  EventSet set;
  const LaneId lane = set.add_lane();
  const Timer timer = set.push_timer(5, Phase::kArrival, {1, 1});
  const Timer lane_timer = set.push_lane_timer(lane, 6, Phase::kArrival, {1, 1});
  Event event;
  while (set.pop(event, kNever)) {
  }
  EXPECT_DEATH(set.cancel(timer), "not pending");
  EXPECT_DEATH(set.cancel(lane_timer), "not pending");
}
#endif

}  // namespace
}  // namespace spillway
