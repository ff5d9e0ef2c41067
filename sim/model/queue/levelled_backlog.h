#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/model/queue/backlog.h"

namespace spillway {

/// The messages of a queue with priorities that are ready, a backlog for each priority. The next to
/// leave is the head of the highest that has one.
///
/// Cost: constant for what comes and goes; the oldest of all, one step for each priority that has
/// something ready.
class LevelledBacklog {
 public:
  static constexpr std::uint32_t kMost = 256;

  /// Range of `levels`: from 1 up to kMost.
  explicit LevelledBacklog(std::uint32_t levels) : levels_(levels) {}

  std::size_t size() const { return size_; }

  /// The oldest of all by arrival, whatever its priority; 0 when there is none.
  Handle oldest(const Slab<Message>& messages) const {
    Handle oldest = 0;
    each_level([&](const Backlog& level) {
      const Handle head = level.front();
      // Arrival numbers wrap; those that are here lie close together.
      if (oldest == 0 || static_cast<std::int32_t>(messages[head].via - messages[oldest].via) < 0) {
        oldest = head;
      }
    });
    return oldest;
  }

  /// Adds one that has just arrived.
  void add(Slab<Message>& messages, Handle handle, std::uint32_t level) {
    levels_[level].add(messages, handle);
    entered(level);
  }

  /// Puts one that was received back in its old place.
  void put_back(Slab<Message>& messages, Handle handle, std::uint32_t level) {
    levels_[level].put_back(messages, handle);
    entered(level);
  }

  /// Takes the next out. Range: not empty.
  Handle take(Slab<Message>& messages) {
    const std::uint32_t level = highest();
    const Handle handle = levels_[level].take(messages);
    left(level);
    return handle;
  }

  /// Takes out one that stands anywhere in it.
  void erase(Slab<Message>& messages, Handle handle, std::uint32_t level) {
    levels_[level].erase(messages, handle);
    left(level);
  }

  /// Whether a message of this queue stands here, and not elsewhere.
  bool contains(Slab<Message>& messages, Handle handle, std::uint32_t level) {
    return levels_[level].contains(messages, handle);
  }

  /// Visits each, in the order in which they leave; none may leave meanwhile.
  template <class Visitor>
  void each(const Slab<Message>& messages, Visitor&& visit) const {
    each_level([&](const Backlog& level) { level.each(messages, visit); });
  }

  void clear() { *this = LevelledBacklog(static_cast<std::uint32_t>(levels_.size())); }

 private:
  static constexpr std::uint32_t kBits = 64;

  void entered(std::uint32_t level) {
    ++size_;
    used_[level / kBits] |= std::uint64_t{1} << (level % kBits);
  }
  void left(std::uint32_t level) {
    --size_;
    if (levels_[level].empty()) used_[level / kBits] &= ~(std::uint64_t{1} << (level % kBits));
  }
  /// The highest priority that has something ready. Range: not empty.
  std::uint32_t highest() const {
    std::uint32_t word = kMost / kBits - 1;
    while (used_[word] == 0) --word;
    return word * kBits + static_cast<std::uint32_t>(std::bit_width(used_[word])) - 1;
  }
  /// Visits each priority that has something ready, from the highest down.
  template <class Visitor>
  void each_level(Visitor&& visit) const {
    for (std::uint32_t word = kMost / kBits; word-- > 0;) {
      for (std::uint64_t left = used_[word]; left != 0;) {
        const auto bit = static_cast<std::uint32_t>(std::bit_width(left)) - 1;
        left &= ~(std::uint64_t{1} << bit);
        visit(levels_[word * kBits + bit]);
      }
    }
  }

  std::vector<Backlog> levels_;
  std::array<std::uint64_t, kMost / kBits> used_{};  ///< a bit for each that has something ready
  std::size_t size_ = 0;                             ///< of all
};

}  // namespace spillway
