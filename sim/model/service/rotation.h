#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/kernel/wide.h"
#include "sim/model/service/balancing.h"

namespace spillway {

/// The instances that a balancer sends requests to, by their numbers, and which of them is next.
///
/// Cost: O(log instances) for round robin, O(instances) for the fewest requests inside, O(1) for
/// what is drawn; O(instances) for a change.
class Rotation {
 public:
  explicit Rotation(Balancing by) : by_(by) {}

  /// Nobody is in it. Range: instances are numbered below `instances`.
  void restart(std::uint32_t instances) {
    last_ = instances;
    takers_.clear();
  }

  bool empty() const { return takers_.empty(); }
  const std::vector<std::uint32_t>& takers() const { return takers_; }
  /// Whether the choice needs a number that is drawn.
  bool draws() const { return draws(by_); }
  static constexpr bool draws(Balancing by) {
    return by == Balancing::random || by == Balancing::power_of_two;
  }

  /// These are in it from now on, in ascending order.
  void set(std::vector<std::uint32_t> takers) { takers_ = std::move(takers); }

  /// Who takes the next request. `unit`: uniform below 2^53, where the choice draws;
  /// `inside(instance)`: how many requests it has. Range: !empty().
  template <class Inside>
  std::uint32_t next(std::int64_t unit, const Inside& inside) {
    const std::uint64_t count = takers_.size();
    switch (by_) {
      case Balancing::random:
        return takers_[below(count, unit)];
      case Balancing::power_of_two: {
        if (count == 1) return takers_[0];
        // A pair in which the order counts: so the first is either one, where both have as many.
        const std::uint64_t pair = below(count * (count - 1), unit);
        const std::uint64_t one = pair / (count - 1);
        const std::uint64_t rest = pair % (count - 1);
        const std::uint64_t other = rest < one ? rest : rest + 1;
        return inside(takers_[other]) < inside(takers_[one]) ? takers_[other] : takers_[one];
      }
      case Balancing::round_robin:
        return last_ = takers_[after_last()];
      case Balancing::least_connections:
        break;
    }
    // Those who have as few take turns.
    std::size_t best = after_last();
    for (std::size_t step = 1, i = best; step < count; ++step) {
      i = i + 1 == count ? 0 : i + 1;
      if (inside(takers_[i]) < inside(takers_[best])) best = i;
    }
    return last_ = takers_[best];
  }

 private:
  static std::uint64_t below(std::uint64_t count, std::int64_t unit) {
    return static_cast<std::uint64_t>(Uint128{count} * static_cast<std::uint64_t>(unit) >> 53);
  }
  /// The place of who comes after the last one that was chosen.
  std::size_t after_last() const {
    const auto next = std::ranges::upper_bound(takers_, last_);
    return next == takers_.end() ? 0 : static_cast<std::size_t>(next - takers_.begin());
  }

  Balancing by_;
  std::uint32_t last_ = 0;
  std::vector<std::uint32_t> takers_;
};

}  // namespace spillway
