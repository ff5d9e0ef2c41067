#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

namespace spillway {

/// The smallest of many numbers, each of which changes by itself: of the partitions' oldest
/// records, the oldest.
///
/// Cost: a change plays the matches on its way to the root, log2(numbers), and stops where the
/// winner stays.
class Tournament {
 public:
  static constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::max();

  void restart(std::size_t numbers) {
    leaves_ = 1;
    while (leaves_ < numbers) leaves_ *= 2;
    nodes_.assign(2 * leaves_, kNone);
  }

  std::int64_t smallest() const { return nodes_[1]; }

  void set(std::size_t number, std::int64_t value) {
    std::size_t place = leaves_ + number;
    nodes_[place] = value;
    while (place > 1) {
      const std::int64_t winner = std::min(nodes_[place], nodes_[place ^ 1]);
      place /= 2;
      if (nodes_[place] == winner) return;
      nodes_[place] = winner;
    }
  }

 private:
  std::size_t leaves_ = 1;
  std::vector<std::int64_t> nodes_;  ///< 1 is the root, 2i and 2i + 1 meet at i
};

}  // namespace spillway
