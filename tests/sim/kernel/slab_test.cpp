#include "sim/kernel/slab.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <random>
#include <vector>

namespace spillway {
namespace {

struct Thing {
  std::uint64_t value;
  std::uint32_t words[11];
  std::uint8_t slab_state;
};
static_assert(sizeof(Thing) == 56);

TEST(Slab, NeverGivesOutTheNoneHandle) {
  Slab<Thing> slab;
  EXPECT_FALSE(slab.alive(0));
  EXPECT_NE(slab.take(), 0U);
}

TEST(Slab, ReusesThePlaceGivenBackLastUnderAnotherHandle) {
  Slab<Thing> slab;
  const Handle a = slab.take();
  const Handle b = slab.take();
  slab.give(a);
  slab.give(b);
  EXPECT_FALSE(slab.alive(a));
  EXPECT_FALSE(slab.alive(b));
  const Handle c = slab.take();
  EXPECT_NE(c, b);
  EXPECT_EQ(c & ((1U << Slab<Thing>::kIndexBits) - 1), b & ((1U << Slab<Thing>::kIndexBits) - 1));
  EXPECT_TRUE(slab.alive(c));
  EXPECT_EQ(slab.live(), 1U);
}

TEST(Slab, TellsSixtyFourUsersOfAPlaceApart) {
  Slab<Thing> slab;
  const Handle first = slab.take();
  Handle handle = first;
  for (int i = 0; i < 63; ++i) {
    slab.give(handle);
    EXPECT_FALSE(slab.alive(first));
    handle = slab.take();
    EXPECT_FALSE(slab.alive(first));
    EXPECT_TRUE(slab.alive(handle));
  }
}

TEST(Slab, NeverMovesAnObject) {
  Slab<Thing> slab;
  std::vector<std::pair<Handle, const Thing*>> things;
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    const Handle handle = slab.take();
    slab[handle].value = i;
    things.emplace_back(handle, &slab[handle]);
  }
  for (std::uint64_t i = 0; i < things.size(); ++i) {
    ASSERT_EQ(&slab[things[i].first], things[i].second);
    ASSERT_EQ(slab[things[i].first].value, i);
  }
}

TEST(Slab, SaysWhenItsLimitIsReached) {
  Slab<Thing> slab;
  slab.set_limit(2);
  const Handle a = slab.take();
  EXPECT_NE(slab.take(), 0U);
  EXPECT_EQ(slab.take(), 0U);
  slab.give(a);
  EXPECT_NE(slab.take(), 0U);
  EXPECT_EQ(slab.take(), 0U);
  EXPECT_EQ(slab.live(), 2U);
}

TEST(Slab, AfterAClearGivesOutTheHandlesOfANewOneAndKeepsItsMemory) {
  const auto use = [](Slab<Thing>& slab) {
    std::vector<Handle> handles;
    std::mt19937_64 random(5);
    std::vector<Handle> live;
    for (int i = 0; i < 30'000; ++i) {
      if (live.empty() || random() % 3 != 0) {
        live.push_back(slab.take());
        handles.push_back(live.back());
      } else {
        std::swap(live[random() % live.size()], live.back());
        slab.give(live.back());
        live.pop_back();
      }
    }
    return handles;
  };
  Slab<Thing> slab;
  const auto handles = use(slab);
  slab.clear();
  EXPECT_EQ(slab.live(), 0U);
  EXPECT_FALSE(slab.alive(handles.back()));
  EXPECT_EQ(use(slab), handles);
}

TEST(Slab, KeepsEachLiveObjectUnderRandomUse) {
  Slab<Thing> slab;
  std::map<Handle, std::uint64_t> expected;
  std::mt19937_64 random(11);
  for (std::uint64_t i = 0; i < 200'000; ++i) {
    if (expected.empty() || random() % 100 < (i / 20'000 % 2 == 0 ? 60 : 40)) {
      const Handle handle = slab.take();
      slab.set(handle, {i, {}, 0});
      ASSERT_TRUE(expected.emplace(handle, i).second) << "a live handle given out again";
    } else {
      auto chosen = expected.lower_bound(static_cast<Handle>(random()));
      if (chosen == expected.end()) chosen = expected.begin();
      ASSERT_TRUE(slab.alive(chosen->first));
      ASSERT_EQ(slab[chosen->first].value, chosen->second);
      slab.give(chosen->first);
      ASSERT_FALSE(slab.alive(chosen->first));
      expected.erase(chosen);
    }
    ASSERT_EQ(slab.live(), expected.size());
  }
}

#ifndef NDEBUG
TEST(SlabDeathTest, RefusesAHandleGivenBack) {
  Slab<Thing> slab;
  const Handle handle = slab.take();
  slab.give(handle);
  EXPECT_DEATH(slab[handle].value = 1, "alive");
  EXPECT_DEATH(slab.give(handle), "alive");
}
#endif

}  // namespace
}  // namespace spillway
