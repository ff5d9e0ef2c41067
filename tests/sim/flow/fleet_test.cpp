#include "sim/flow/fleet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/flow/bench.h"

namespace spillway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Address kComponent = component_address(3, 0);

class Fleets : public testing::Test {
 protected:
  void open(std::uint32_t first, std::uint32_t most, Time startup = 0) {
    Fleet::Wiring wiring{kComponent, first, most, 4, {}};
    if (startup > 0) wiring.startup = bench_.site(startup);
    fleet_.emplace(wiring);
    fleet_->begin(bench_.context, {});
  }
  /// The places that changed at once.
  std::vector<std::uint32_t> scale_to(std::uint32_t wanted) {
    std::vector<std::uint32_t> changed;
    fleet_->scale_to(wanted, bench_.context, changed);
    return changed;
  }
  /// Moves the clock; what has started meanwhile serves.
  void run(Time until) {
    for (Event event; bench_.context.events.pop(event, until);) {
      EXPECT_EQ(event.action.target, say<Tick>(kComponent));
      fleet_->started(event.action.payload, bench_.context);
    }
  }
  std::int64_t there() const { return fleet_->metrics().there.level(); }
  std::int64_t starting() const { return fleet_->metrics().starting.level(); }
  std::int64_t slots() const { return fleet_->metrics().slots.level(); }

  Bench bench_;
  std::optional<Fleet> fleet_;
};

TEST_F(Fleets, StartAtOnceWhereThatTakesNoTime) {
  open(2, 5);
  EXPECT_EQ(there(), 2);
  EXPECT_EQ(slots(), 8);
  EXPECT_THAT(scale_to(4), ElementsAre(2, 3));
  EXPECT_EQ(fleet_->serving(), 4u);
  EXPECT_EQ(starting(), 0);
  EXPECT_EQ(slots(), 16);
}

TEST_F(Fleets, StartInTheirTimeAndCostFromTheBeginning) {
  open(1, 5, 60);
  EXPECT_THAT(scale_to(3), IsEmpty());
  EXPECT_EQ(there(), 3) << "one that starts is there, and paid";
  EXPECT_EQ(starting(), 2);
  EXPECT_EQ(slots(), 4) << "and takes nothing yet";
  run(59);
  EXPECT_EQ(fleet_->serving(), 1u);
  run(60);
  EXPECT_EQ(fleet_->serving(), 3u);
  EXPECT_EQ(starting(), 0);
  EXPECT_EQ(slots(), 12);
}

TEST_F(Fleets, GiveUpWhatStartsBeforeWhatServes) {
  open(2, 5, 60);
  scale_to(4);
  EXPECT_THAT(scale_to(1), ElementsAre(1)) << "the highest of those that serve";
  EXPECT_EQ(starting(), 0);
  EXPECT_EQ(fleet_->at(1), Fleet::Place::ending);
  run(1000);
  EXPECT_EQ(fleet_->serving(), 1u) << "what was given up never starts";
}

TEST_F(Fleets, KeepThePlaceOfOneThatEndsUntilItHasEnded) {
  open(2, 2);
  EXPECT_THAT(scale_to(1), ElementsAre(1));
  EXPECT_EQ(there(), 2);
  EXPECT_EQ(slots(), 4);
  EXPECT_THAT(scale_to(2), IsEmpty()) << "there is no place";
  fleet_->in_use_at_ending(1, bench_.context);
  EXPECT_EQ(slots(), 5);
  fleet_->in_use_at_ending(-1, bench_.context);
  fleet_->ended(1, bench_.context);
  EXPECT_EQ(there(), 1);
  EXPECT_THAT(scale_to(2), ElementsAre(1));
}

TEST_F(Fleets, DrawEachStartByItsNumber) {
  open(1, 3);
  const std::uint32_t site = bench_.site(Variate::exponential(1e9));
  fleet_.emplace(Fleet::Wiring{kComponent, 1, 3, 1, site});
  fleet_->begin(bench_.context, {});
  const Time first = bench_.context.sites[site].at(0, 0);
  const Time second = bench_.context.sites[site].at(1, 0);
  ASSERT_NE(first, second);
  scale_to(3);
  run(std::min(first, second));
  EXPECT_EQ(fleet_->serving(), 2u);
  run(std::max(first, second));
  EXPECT_EQ(fleet_->serving(), 3u);
}

}  // namespace
}  // namespace spillway
