#include "analysis/topology/digraph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace spillway::topology {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<Arc> arcs_of(const std::vector<std::pair<char, char>>& letters) {
  std::vector<Arc> arcs;
  for (const auto& [from, to] : letters) {
    arcs.push_back({static_cast<std::size_t>(from - 'a'), static_cast<std::size_t>(to - 'a')});
  }
  return arcs;
}

TEST(StrongComponents, AreThoseOfTheTextbooks) {
  // T. H. Cormen, C. E. Leiserson, R. L. Rivest, C. Stein, Introduction to Algorithms, 3rd edition,
  // figure 22.9: {a, b, e}, {c, d}, {f, g}, {h}.
  const auto cormen = arcs_of({{'a', 'b'},
                               {'b', 'c'},
                               {'b', 'e'},
                               {'b', 'f'},
                               {'c', 'd'},
                               {'c', 'g'},
                               {'d', 'c'},
                               {'d', 'h'},
                               {'e', 'a'},
                               {'e', 'f'},
                               {'f', 'g'},
                               {'g', 'f'},
                               {'g', 'h'},
                               {'h', 'h'}});
  EXPECT_THAT(strong_components(8, cormen), ElementsAre(ElementsAre(0, 1, 4), ElementsAre(2, 3),
                                                        ElementsAre(5, 6), ElementsAre(7)));

  // R. Sedgewick, K. Wayne, Algorithms, 4th edition, section 4.2, tinyDG.txt: five components.
  const std::vector<Arc> sedgewick{{4, 2},   {2, 3},  {3, 2},  {6, 0},  {0, 1}, {2, 0},
                                   {11, 12}, {12, 9}, {9, 10}, {9, 11}, {7, 9}, {10, 12},
                                   {11, 4},  {4, 3},  {3, 5},  {6, 8},  {8, 6}, {5, 4},
                                   {0, 5},   {6, 4},  {6, 9},  {7, 6}};
  EXPECT_THAT(strong_components(13, sedgewick),
              ElementsAre(ElementsAre(0, 2, 3, 4, 5), ElementsAre(1), ElementsAre(6, 8),
                          ElementsAre(7), ElementsAre(9, 10, 11, 12)));
}

TEST(StrongComponents, OfNothingAreNoneAndOfSinglesTheSingles) {
  EXPECT_THAT(strong_components(0, {}), IsEmpty());
  EXPECT_THAT(strong_components(2, {}), ElementsAre(ElementsAre(0), ElementsAre(1)));
  EXPECT_THAT(strong_components(1, {{0, 0}, {0, 0}}), ElementsAre(ElementsAre(0)));
}

TEST(StrongComponents, OfACircleOfAMillionAreOne) {
  // Deep enough to end a recursive search.
  constexpr std::size_t kVertices = 1'000'000;
  std::vector<Arc> arcs;
  for (std::size_t i = 0; i < kVertices; ++i) arcs.push_back({i, (i + 1) % kVertices});
  EXPECT_EQ(strong_components(kVertices, arcs).size(), 1u);
  arcs.pop_back();
  EXPECT_EQ(strong_components(kVertices, arcs).size(), kVertices);
}

TEST(ShortestCycle, IsTheShortestOfSeveralAndASelfArcBeforeAll) {
  const auto arcs =
      arcs_of({{'a', 'b'}, {'b', 'c'}, {'c', 'd'}, {'d', 'a'}, {'c', 'a'}, {'d', 'd'}, {'b', 'e'}});
  EXPECT_THAT(shortest_cycle(5, arcs, 0), ElementsAre(0, 1, 4));
  EXPECT_THAT(shortest_cycle(5, arcs, 2), ElementsAre(4, 0, 1));
  EXPECT_THAT(shortest_cycle(5, arcs, 3), ElementsAre(5));
  EXPECT_THAT(shortest_cycle(5, arcs, 4), IsEmpty());
}

TEST(TopologicalOrder, LeadsForwardAlongEachArcAndIsNoneWithACycle) {
  // R. Sedgewick, K. Wayne, Algorithms, 4th edition, section 4.2, tinyDAG.txt.
  const std::vector<Arc> arcs{{2, 3}, {0, 6}, {0, 1}, {2, 0}, {11, 12}, {9, 12}, {9, 10}, {9, 11},
                              {3, 5}, {8, 7}, {5, 4}, {0, 5}, {6, 4},   {6, 9},  {7, 6}};
  const auto order = topological_order(13, arcs);
  ASSERT_TRUE(order);
  const auto place = [&](std::size_t vertex) { return std::ranges::find(*order, vertex); };
  ASSERT_EQ(order->size(), 13u);
  for (const Arc& arc : arcs) EXPECT_LT(place(arc.from), place(arc.to));
  EXPECT_FALSE(topological_order(2, {{0, 1}, {1, 0}}));
  EXPECT_FALSE(topological_order(1, {{0, 0}}));
}

TEST(NearestFirst, VisitsByDistanceAndLeavesTheUnreachedForLast) {
  // 1 is the start; 1 -> 3, 0; 0 -> 4; 2 is not reached.
  EXPECT_THAT(nearest_first(5, {{1, 3}, {1, 0}, {0, 4}, {2, 0}}, {1}), ElementsAre(2, 0, 4, 1, 3));
}

/// Distances along at least one arc by R. Floyd's algorithm, which shares nothing with what is
/// tested.
std::vector<std::vector<std::size_t>> distances(std::size_t vertices,
                                                const std::vector<Arc>& arcs) {
  constexpr std::size_t kNone = 1000;
  std::vector<std::vector<std::size_t>> distance(vertices,
                                                 std::vector<std::size_t>(vertices, kNone));
  for (const Arc& arc : arcs) distance[arc.from][arc.to] = 1;
  for (std::size_t k = 0; k < vertices; ++k) {
    for (std::size_t i = 0; i < vertices; ++i) {
      for (std::size_t j = 0; j < vertices; ++j) {
        distance[i][j] = std::min(distance[i][j], distance[i][k] + distance[k][j]);
      }
    }
  }
  return distance;
}

TEST(Digraphs, OfAnyShapeAgreeWithTheirDistances) {
  std::mt19937 random(20260725);  // 500 graphs of up to 12 vertices, from sparse to dense
  for (int round = 0; round < 500; ++round) {
    const std::size_t vertices = 1 + random() % 12;
    std::vector<Arc> arcs(random() % (2 * vertices + 1));
    for (Arc& arc : arcs) arc = {random() % vertices, random() % vertices};
    const auto distance = distances(vertices, arcs);
    std::vector<std::size_t> component_of(vertices);
    const auto components = strong_components(vertices, arcs);
    for (std::size_t i = 0; i < components.size(); ++i) {
      for (const std::size_t vertex : components[i]) component_of[vertex] = i;
    }
    bool is_cyclic = false;
    for (std::size_t i = 0; i < vertices; ++i) {
      for (std::size_t j = 0; j < vertices; ++j) {
        const bool together = i == j || (distance[i][j] < 1000 && distance[j][i] < 1000);
        ASSERT_EQ(component_of[i] == component_of[j], together) << round;
      }
      const auto cycle = shortest_cycle(vertices, arcs, i);
      ASSERT_EQ(cycle.size(), distance[i][i] < 1000 ? distance[i][i] : 0) << round;
      for (std::size_t k = 0; k < cycle.size(); ++k) {
        ASSERT_EQ(arcs[cycle[k]].to, arcs[cycle[(k + 1) % cycle.size()]].from) << round;
      }
      ASSERT_TRUE(cycle.empty() || arcs[cycle.front()].from == i) << round;
      is_cyclic = is_cyclic || !cycle.empty();
    }
    ASSERT_EQ(topological_order(vertices, arcs).has_value(), !is_cyclic) << round;
  }
}

}  // namespace
}  // namespace spillway::topology
