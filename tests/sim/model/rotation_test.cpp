#include "sim/model/service/rotation.h"

#include <gtest/gtest.h>

#include <array>
#include <map>

namespace spillway {
namespace {

constexpr std::int64_t kAll = std::int64_t{1} << 53;

/// What a share of all that may be drawn makes of it.
std::int64_t unit(int of, int all) { return kAll / all * of + kAll / all / 2; }

const auto kNoneInside = [](std::uint32_t) { return 0; };

TEST(Rotation, GivesEachItsTurn) {
  Rotation rotation(Balancing::round_robin);
  rotation.restart(9);
  rotation.set({1, 4, 7});
  std::vector<std::uint32_t> turns;
  for (int i = 0; i < 4; ++i) turns.push_back(rotation.next(0, kNoneInside));
  // Who joins has his turn where his number stands, and whoever goes is passed over.
  rotation.set({0, 2, 7});
  for (int i = 0; i < 4; ++i) turns.push_back(rotation.next(0, kNoneInside));
  EXPECT_EQ(turns, (std::vector<std::uint32_t>{1, 4, 7, 1, 2, 7, 0, 2}));
}

TEST(Rotation, TakesTheFewestInsideAndThoseWithAsFewInTurns) {
  std::array<int, 4> inside{3, 1, 2, 1};
  const auto counts = [&](std::uint32_t instance) { return inside.at(instance); };
  Rotation rotation(Balancing::least_connections);
  rotation.restart(4);
  rotation.set({0, 1, 2, 3});
  EXPECT_EQ(rotation.next(0, counts), 1u);
  EXPECT_EQ(rotation.next(0, counts), 3u);
  EXPECT_EQ(rotation.next(0, counts), 1u);
  inside[2] = 0;
  EXPECT_EQ(rotation.next(0, counts), 2u);
}

TEST(Rotation, DrawsEachAsOften) {
  Rotation rotation(Balancing::random);
  rotation.restart(3);
  rotation.set({0, 1, 2});
  EXPECT_TRUE(rotation.draws());
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(rotation.next(unit(i, 3), kNoneInside), static_cast<std::uint32_t>(i));
  }
  EXPECT_EQ(rotation.next(0, kNoneInside), 0u);
  EXPECT_EQ(rotation.next(kAll - 1, kNoneInside), 2u);
}

TEST(Rotation, DrawsEachPairAsOften) {
  Rotation rotation(Balancing::power_of_two);
  rotation.restart(4);
  rotation.set({0, 1, 2, 3});
  // The one with the most inside never wins, the one with the fewest whenever it is drawn: of the
  // twelve pairs in order, six have it.
  const auto inside = [](std::uint32_t instance) { return static_cast<int>(instance); };
  std::map<std::uint32_t, int> wins;
  for (int i = 0; i < 12; ++i) ++wins[rotation.next(unit(i, 12), inside)];
  EXPECT_EQ(wins, (std::map<std::uint32_t, int>{{0, 6}, {1, 4}, {2, 2}}));
  // With as many inside each is chosen as often.
  wins.clear();
  for (int i = 0; i < 12; ++i) ++wins[rotation.next(unit(i, 12), kNoneInside)];
  EXPECT_EQ(wins, (std::map<std::uint32_t, int>{{0, 3}, {1, 3}, {2, 3}, {3, 3}}));
  rotation.set({2});
  EXPECT_EQ(rotation.next(unit(5, 12), kNoneInside), 2u) << "there is no second one";
}

}  // namespace
}  // namespace spillway
