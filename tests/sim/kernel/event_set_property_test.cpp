// The event set against the simplest thing that is right: a std::set ordered by (time, order).
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/kernel/event_set.h"

namespace spillway {
namespace {

using Random = std::mt19937_64;

/// What share of operations is what, and how far ahead events lie.
struct Mix {
  std::string name;
  unsigned push, push_timer, cancel, pipe, lane, cancel_lane, set_slot, clear_slot, pop, peek;
  unsigned delay_bits;     // general delays have up to so many bits, each width equally likely
  unsigned same_instant;   // percent of general delays that are 0
  unsigned out_of_order;   // percent of pushes to pipes and lanes before their span
  unsigned until_limited;  // percent of pops with a near limit
  std::size_t low, high;   // pending events sweep between these
  std::uint32_t slots, lanes;
  unsigned restarts = 0;
  std::size_t operations = 200'000;
};

class Oracle {
 public:
  using Key = std::pair<Time, std::uint64_t>;
  struct Entry {
    Action action;
    int way;  // 0 general, 1 general timer, 2 pipe, 3 lane, 4 slot
    std::uint32_t where;
  };

  Key schedule(Time at, Phase phase, Entry entry) {
    const Key key{at, order_of(phase, sequence++)};
    events.emplace(key, entry);
    return key;
  }

  std::map<Key, Entry> events;
  std::uint64_t sequence = 0;
};

class Duel {
 public:
  Duel(const Mix& mix, std::uint64_t seed) : mix_(mix), random_(seed) {
    for (std::uint32_t i = 0; i < mix.slots; ++i) slots_.push_back({set_.add_slot(), kNoKey});
    for (std::uint32_t i = 0; i < mix.lanes; ++i) {
      lanes_.push_back(set_.add_lane());
      spans_.push_back(static_cast<Time>(1 + below(1'000'000)));
      pipes_.push_back(set_.add_pipe());
      last_in_pipe_.emplace_back();
    }
  }

  void run() {
    for (std::size_t i = 0; i < mix_.operations && !::testing::Test::HasFailure(); ++i) {
      step();
      ASSERT_EQ(set_.pending(), oracle_.events.size()) << mix_.name << " operation " << i;
      const bool time_runs_out = set_.now() > kNever - 10'000'000;
      if (time_runs_out || below(mix_.operations) < mix_.restarts) restart();
    }
    while (!oracle_.events.empty() && !::testing::Test::HasFailure()) pop(kNever);
    Event event;
    EXPECT_FALSE(set_.pop(event, kNever));
    EXPECT_EQ(set_.next_at(), kNever);
  }

 private:
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  bool percent(unsigned share) { return below(100) < share; }
  Phase phase() { return static_cast<Phase>(below(4)); }
  Action action() { return {static_cast<std::uint32_t>(1 + below(1'000)), ++payload_}; }

  Time general_at() {
    if (percent(mix_.same_instant)) return set_.now();
    const auto bits = 1 + below(mix_.delay_bits);
    const Time most = kNever - 1 - set_.now();
    return set_.now() + std::min(most, static_cast<Time>(below(std::uint64_t{1} << bits)));
  }

  void step() {
    // Sweeping between few and many crosses the change of structure in both directions.
    if (oracle_.events.size() >= mix_.high) growing_ = false;
    if (oracle_.events.size() <= mix_.low) growing_ = true;
    const unsigned grow = mix_.push + mix_.push_timer + mix_.pipe + mix_.lane + mix_.set_slot;
    const unsigned total =
        grow + mix_.cancel + mix_.cancel_lane + mix_.clear_slot + mix_.pop + mix_.peek;
    if (!growing_ && percent(50)) return pop_some();
    auto draw = static_cast<unsigned>(below(total));
    const auto is = [&draw](unsigned weight) {
      if (draw < weight) return true;
      draw -= weight;
      return false;
    };
    if (is(mix_.push)) return push(false);
    if (is(mix_.push_timer)) return push(true);
    if (is(mix_.pipe)) return push_constant(false);
    if (is(mix_.lane)) return push_constant(true);
    if (is(mix_.set_slot)) return set_slot();
    if (is(mix_.cancel)) return cancel(timers_);
    if (is(mix_.cancel_lane)) return cancel(lane_timers_);
    if (is(mix_.clear_slot)) return clear_slot();
    if (is(mix_.pop)) return pop_some();
    const Time next = oracle_.events.empty() ? kNever : oracle_.events.begin()->first.first;
    ASSERT_EQ(set_.next_at(), next);
  }

  void push(bool cancellable) {
    const Time at = general_at();
    const Phase p = phase();
    const Action a = action();
    const auto key = oracle_.schedule(at, p, {a, cancellable ? 1 : 0, 0});
    if (cancellable) {
      const Timer timer = set_.push_timer(at, p, a);
      ASSERT_NE(timer, 0U);
      timers_.push_back({timer, key});
    } else {
      set_.push(at, p, a);
    }
  }

  void push_constant(bool cancellable) {
    const auto which = static_cast<std::uint32_t>(below(lanes_.size()));
    Time span = spans_[which];
    if (percent(mix_.out_of_order))
      span = static_cast<Time>(below(static_cast<std::uint64_t>(span)));
    const Time at = set_.now() + span;
    const Phase p = percent(90) ? Phase::kExpiry : phase();
    const Action a = action();
    const auto key = oracle_.schedule(at, p, {a, cancellable ? 3 : 2, which});
    if (cancellable) {
      const Timer timer = set_.push_lane_timer(lanes_[which], at, p, a);
      ASSERT_NE(timer, 0U);
      lane_timers_.push_back({timer, key});
    } else if (key < last_in_pipe_[which]) {
      set_.push_pipe(pipes_[which], at, p, a);
    } else {
      last_in_pipe_[which] = key;
      if (percent(50)) {
        set_.push_pipe(pipes_[which], at, p, a);
      } else {
        set_.push_pipe_in_order(pipes_[which], at, p, a);
      }
    }
  }

  void set_slot() {
    auto& slot = slots_[below(slots_.size())];
    oracle_.events.erase(slot.second);
    const Time at = general_at();
    const Phase p = phase();
    const Action a = action();
    slot.second = oracle_.schedule(at, p, {a, 4, 0});
    set_.set_slot(slot.first, at, p, a);
  }

  void clear_slot() {
    auto& slot = slots_[below(slots_.size())];
    oracle_.events.erase(slot.second);
    slot.second = kNoKey;
    set_.clear_slot(slot.first);
  }

  struct Armed {
    Timer timer;
    Oracle::Key key;
  };

  void cancel(std::vector<Armed>& armed) {
    while (!armed.empty()) {
      // Now and then the very next event, else any, the young ones more often.
      std::size_t pick = percent(70)
                             ? armed.size() - 1 - below(std::min<std::size_t>(armed.size(), 50))
                             : below(armed.size());
      if (percent(20) && !oracle_.events.empty() && armed.size() < 500) {
        for (std::size_t i = 0; i < armed.size(); ++i) {
          if (armed[i].key == oracle_.events.begin()->first) pick = i;
        }
      }
      const Armed chosen = armed[pick];
      armed[pick] = armed.back();
      armed.pop_back();
      if (oracle_.events.erase(chosen.key) == 0) continue;  // it has run
      return set_.cancel(chosen.timer);
    }
  }

  void pop_some() {
    if (!percent(mix_.until_limited)) return pop(kNever);
    Time until = set_.now() + static_cast<Time>(below(1'000));
    if (!oracle_.events.empty() && percent(50)) {
      until =
          oracle_.events.begin()->first.first - (percent(50) ? 0 : 1);  // at the limit, just short
    }
    pop(std::max(until, set_.now()));
  }

  void pop(Time until) {
    Event event;
    const Time before = set_.now();
    const bool popped = set_.pop(event, until);
    const bool expected = !oracle_.events.empty() && oracle_.events.begin()->first.first <= until;
    ASSERT_EQ(popped, expected);
    if (!popped) {
      ASSERT_EQ(set_.now(), before);
      return;
    }
    const auto [key, entry] = *oracle_.events.begin();
    oracle_.events.erase(oracle_.events.begin());
    ASSERT_EQ(event.at, key.first);
    ASSERT_EQ(event.order, key.second);
    ASSERT_EQ(event.action, entry.action);
    ASSERT_EQ(set_.now(), event.at);
  }

  void restart() {
    set_.restart();
    oracle_ = {};
    timers_.clear();
    lane_timers_.clear();
    for (auto& slot : slots_) slot.second = kNoKey;
    for (auto& last : last_in_pipe_) last = {};
    ASSERT_EQ(set_.now(), 0);
    ASSERT_EQ(set_.next_at(), kNever);
  }

  static constexpr Oracle::Key kNoKey{-1, 0};

  Mix mix_;
  Random random_;
  EventSet set_;
  Oracle oracle_;
  std::vector<std::pair<SlotId, Oracle::Key>> slots_;
  std::vector<LaneId> lanes_;
  std::vector<PipeId> pipes_;  // as many, each with the span of its lane
  std::vector<Time> spans_;
  std::vector<Oracle::Key> last_in_pipe_;
  std::vector<Armed> timers_, lane_timers_;
  std::uint32_t payload_ = 0;
  bool growing_ = true;
};

class EventSetProperty : public ::testing::TestWithParam<Mix> {};

TEST_P(EventSetProperty, RunsEventsInTheOrderOfAPlainSortedSet) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    SCOPED_TRACE(seed);
    Duel(GetParam(), seed).run();
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Mixes, EventSetProperty,
    ::testing::Values(
        // name, push timer cancel pipe lane cancel_lane set clear pop peek, bits same% ooo%
        // until%
        Mix{"EverythingAtOnce", 3, 3, 2, 3, 3, 2, 3, 1, 8, 1, 24, 5, 10, 20, 0, 3'000, 5, 4, 5},
        Mix{"FewEvents", 3, 3, 3, 2, 2, 2, 2, 1, 9, 2, 10, 20, 10, 30, 0, 8, 3, 2, 3},
        Mix{"SmallToLargeAndBack", 6, 2, 1, 0, 0, 0, 0, 0, 5, 0, 40, 1, 0, 0, 3, 20'000, 1, 1, 0},
        Mix{"GeneralTimersMostlyCancelled",
            1,
            8,
            7,
            0,
            0,
            0,
            0,
            0,
            1,
            0,
            30,
            0,
            0,
            10,
            0,
            5'000,
            1,
            1,
            2},
        Mix{"LaneTimersMostlyCancelled",
            0,
            0,
            0,
            1,
            9,
            8,
            0,
            0,
            1,
            0,
            10,
            0,
            2,
            10,
            0,
            5'000,
            1,
            3,
            2},
        Mix{"SpillsFromLanes", 0, 0, 0, 3, 6, 3, 0, 0, 4, 1, 10, 0, 60, 20, 0, 4'000, 1, 3, 1},
        Mix{"NothingButTies", 4, 4, 2, 1, 1, 1, 1, 1, 6, 1, 1, 80, 50, 10, 0, 3'000, 3, 2, 2},
        Mix{"TheWholeRangeOfTime",
            5,
            5,
            2,
            1,
            1,
            1,
            1,
            1,
            6,
            1,
            62,
            1,
            10,
            10,
            0,
            2'000,
            3,
            2,
            2'000},
        Mix{"NearBurstsBeforeAFarFuture",
            2,
            2,
            1,
            4,
            0,
            0,
            4,
            0,
            6,
            1,
            9,
            10,
            90,
            60,
            0,
            2'000,
            9,
            2,
            1},
        Mix{"ThousandsOfClocks",
            1,
            1,
            1,
            3,
            3,
            2,
            20,
            2,
            20,
            1,
            24,
            2,
            5,
            10,
            0,
            6'000,
            3'000,
            500,
            2},
        // Two slots, four pipes, the lanes and the general set: as many as are all looked at.
        Mix{"EightClocks", 2, 1, 1, 6, 6, 5, 3, 1, 8, 1, 20, 5, 5, 20, 0, 300, 2, 4, 5},
        Mix{"FourClocks", 3, 1, 1, 4, 4, 3, 0, 0, 8, 1, 12, 20, 5, 20, 0, 60, 1, 1, 5},
        Mix{"TwoClocks", 0, 0, 0, 0, 0, 0, 6, 1, 6, 1, 12, 30, 0, 20, 0, 2, 2, 0, 3},
        Mix{"SlotsOnly", 0, 0, 0, 0, 0, 0, 6, 1, 6, 1, 12, 10, 0, 20, 0, 64, 64, 1, 3}),
    [](const auto& mix) { return mix.param.name; });

// The earliest bucket may be taken long before its time, when clocks other than the general set
// hold the nearer events; what is pushed then lies before all buckets.
TEST(EventSetFarFuture, TakesBurstsOfEventsBeforeItsEarliestBucket) {
  Random random(7);
  EventSet set;
  const SlotId slot = set.add_slot();
  std::multiset<Time> expected;
  const auto push = [&](Time at) {
    set.push(at, Phase::kArrival, {1, 1});
    expected.insert(at);
  };
  for (int i = 0; i < 2'000; ++i) push(1'000'000'000 + static_cast<Time>(random() % 1'000'000));
  for (Time now = 1; now <= 20; ++now) {
    set.set_slot(slot, now * 1'000'000, Phase::kFault, {2, 2});
    Event event;
    while (set.pop(event, kNever) && event.action.target == 1) {
      ASSERT_EQ(event.at, *expected.begin());
      expected.erase(expected.begin());
    }
    ASSERT_EQ(event.at, now * 1'000'000);
    for (int i = 0; i < 700 * now; ++i) push(set.now() + static_cast<Time>(random() % 5'000'000));
  }
  Event event;
  while (set.pop(event, kNever)) {
    ASSERT_EQ(event.at, *expected.begin());
    expected.erase(expected.begin());
  }
  EXPECT_TRUE(expected.empty());
}

}  // namespace
}  // namespace spillway
