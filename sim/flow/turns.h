#pragma once

#include <cassert>
#include <cstdint>
#include <vector>

#include "sim/kernel/ring.h"

namespace spillway {

/// Takers that take turns (round robin): each while it has credits, one for each message that it
/// may still be handed, and while its connection is open. Who may take one more again stands at
/// the end of the line.
class Turns {
 public:
  void restart() {
    lines_.clear();
    can_take_.clear();
  }

  /// Adds a taker, numbered from 0.
  void add(std::uint64_t credits) {
    if (credits != 0) can_take_.push_back(static_cast<std::uint32_t>(lines_.size()));
    lines_.push_back({credits, 0, credits != 0});
  }

  /// Whether a taker's connection is open.
  bool is_open(std::uint32_t taker) const { return lines_[taker].closed == 0; }

  /// Whether somebody may take one more.
  bool any() const { return !can_take_.empty(); }

  /// The next in turn, which has `count` credits less now. Range: any(); it has so many.
  std::uint32_t take_many(std::uint64_t count) {
    assert(any());
    const std::uint32_t taker = next();
    can_take_.pop_front();
    Line& line = lines_[taker];
    assert(line.credits >= count);
    line.credits -= count;
    line.waiting = line.credits != 0;
    if (line.waiting) can_take_.push_back(taker);
    return taker;
  }
  /// The next in turn. Range: any().
  std::uint32_t next() const { return can_take_.front(); }

  /// Takes credits back from a taker that has so many. Cost: the length of the line if it had no
  /// more and does not stand first in it.
  void withdraw(std::uint32_t taker, std::uint64_t count) {
    Line& line = lines_[taker];
    assert(line.credits >= count);
    line.credits -= count;
    if (line.credits != 0 || !line.waiting) return;
    line.waiting = false;
    if (next() == taker) return can_take_.pop_front();
    for (std::size_t left = can_take_.size(); left > 0; --left) {
      const std::uint32_t other = can_take_.front();
      can_take_.pop_front();
      if (other != taker) can_take_.push_back(other);
    }
  }

  /// The next in turn, which has a credit less now. Range: any().
  std::uint32_t take() {
    assert(any());
    const std::uint32_t taker = can_take_.front();
    can_take_.pop_front();
    if (--lines_[taker].credits == 0) {
      lines_[taker].waiting = false;
    } else {
      can_take_.push_back(taker);
    }
    return taker;
  }

  /// Gives a taker credits.
  void give(std::uint32_t taker, std::uint64_t count = 1) {
    lines_[taker].credits += count;
    stand_in_line(taker);
  }

  /// Closes the connections of `count` takers from `first` on; closed twice, one opens after two
  /// times. Cost: the length of the line.
  void close(std::uint32_t first, std::uint32_t count) {
    for (std::uint32_t taker = first; taker < first + count; ++taker) ++lines_[taker].closed;
    for (std::size_t left = can_take_.size(); left > 0; --left) {
      const std::uint32_t taker = can_take_.front();
      can_take_.pop_front();
      lines_[taker].waiting = lines_[taker].closed == 0;
      if (lines_[taker].waiting) can_take_.push_back(taker);
    }
  }
  void open(std::uint32_t first, std::uint32_t count) {
    for (std::uint32_t taker = first; taker < first + count; ++taker) {
      assert(lines_[taker].closed > 0);
      --lines_[taker].closed;
      stand_in_line(taker);
    }
  }

 private:
  struct Line {
    std::uint64_t credits = 0;
    std::uint32_t closed = 0;  ///< by so many faults
    bool waiting = false;      ///< stands in the line of those who can take
  };

  void stand_in_line(std::uint32_t taker) {
    Line& line = lines_[taker];
    if (line.waiting || line.credits == 0 || line.closed != 0) return;
    line.waiting = true;
    can_take_.push_back(taker);
  }

  std::vector<Line> lines_;
  Ring<std::uint32_t> can_take_;
};

}  // namespace spillway
