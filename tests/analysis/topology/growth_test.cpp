#include "analysis/topology/growth.h"

#include <gtest/gtest.h>

namespace spillway::topology {
namespace {

TEST(Growth, OfAComponentByItselfIsItsOwnMean) {
  EXPECT_EQ(growth_of(1, {{{0, 0}, 0.99}}), Growth::dies_out);
  EXPECT_EQ(growth_of(1, {{{0, 0}, 1.0}}), Growth::persists);
  EXPECT_EQ(growth_of(1, {{{0, 0}, 0.5}, {{0, 0}, 0.6}}), Growth::persists);
}

TEST(Growth, TakesSharesThatAddUpToOneInBinaryAsOne) {
  EXPECT_LT(0.3 + 0.3 + 0.3 + 0.1, 1.0);
  EXPECT_EQ(growth_of(1, {{{0, 0}, 0.3 + 0.3 + 0.3 + 0.1}}), Growth::persists);
}

TEST(Growth, OfACircleIsDecidedByTheProduct) {
  EXPECT_EQ(growth_of(2, {{{0, 1}, 0.5}, {{1, 0}, 1.9}}), Growth::dies_out);
  EXPECT_EQ(growth_of(2, {{{0, 1}, 0.5}, {{1, 0}, 2.1}}), Growth::persists);
  EXPECT_EQ(growth_of(3, {{{0, 1}, 4}, {{1, 2}, 0.5}, {{2, 0}, 0.49}}), Growth::dies_out);
}

TEST(Growth, OfEntangledCirclesIsThatOfAllTogether) {
  // The eigenvalues of {{0, a, a}, {1, 0, 0}, {1, 0, 0}} are 0 and +-sqrt(2 a): each circle alone
  // dies out for a < 1, both together only for a < 1/2.
  const auto two_circles = [](double a) {
    return growth_of(3, {{{0, 1}, a}, {{0, 2}, a}, {{1, 0}, 1}, {{2, 0}, 1}});
  };
  EXPECT_EQ(two_circles(0.49), Growth::dies_out);
  EXPECT_EQ(two_circles(0.51), Growth::persists);
  // {{a, b}, {b, a}} has the greatest eigenvalue a + b.
  const auto symmetric = [](double a, double b) {
    return growth_of(2, {{{0, 0}, a}, {{0, 1}, b}, {{1, 0}, b}, {{1, 1}, a}});
  };
  EXPECT_EQ(symmetric(0.6, 0.39), Growth::dies_out);
  EXPECT_EQ(symmetric(0.6, 0.41), Growth::persists);
}

TEST(Growth, OfManyComponentsEndsWithAnAnswerOrWithoutOne) {
  // A circle of 100,000 on which one hop in the middle decides: too far for powers of a matrix.
  std::vector<WeightedArc> arcs;
  for (std::size_t i = 0; i < 100'000; ++i) arcs.push_back({{i, (i + 1) % 100'000}, 1});
  EXPECT_EQ(growth_of(100'000, arcs), Growth::persists);
  arcs[50'000].per_message = 0.5;
  EXPECT_EQ(growth_of(100'000, arcs), Growth::undecided);
}

}  // namespace
}  // namespace spillway::topology
