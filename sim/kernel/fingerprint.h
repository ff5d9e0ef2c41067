#pragma once

#include <bit>
#include <cstdint>

#include "sim/kernel/event.h"

namespace spillway {

/// A running 64-bit hash of everything that happened, in order: two runs that print the same
/// fingerprint ran the same events.
///
/// Not a defence against forgery. Cost: one dependent multiplication an event.
class Fingerprint {
 public:
  /// Adds an event that is being run.
  void add(const Event& event) {
    const std::uint64_t action = (std::uint64_t{event.action.target} << 32) | event.action.payload;
    // This product does not wait for the events before.
    add(static_cast<std::uint64_t>(event.at) * kSpread ^ action);
  }

  /// Adds anything else; also the value of a replication's fingerprint, in order of index.
  void add(std::uint64_t value) { state_ = (std::rotl(state_, 29) ^ value) * kMultiplier; }

  /// The hash of what was added, well mixed.
  std::uint64_t value() const {
    std::uint64_t hash = state_;
    hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9;
    hash = (hash ^ (hash >> 27)) * 0x94d049bb133111eb;
    return hash ^ (hash >> 31);
  }

  void clear() { *this = Fingerprint{}; }

 private:
  static constexpr std::uint64_t kSpread = 0x9e3779b97f4a7c15;      // 2^64 / golden ratio, odd
  static constexpr std::uint64_t kMultiplier = 0xd1342543de82ef95;  // a spectrally good one

  std::uint64_t state_ = kSpread;
};

}  // namespace spillway
