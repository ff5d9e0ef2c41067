#pragma once

#include <cstdint>
#include <vector>

namespace spillway {

/// What is asked of a store.
enum class Operation : std::uint8_t { read, write, apply };

/// Keys that are drawn as often as messages are written with them, compiled.
struct PopularKeys {
  std::uint32_t site = 0;                ///< uniform below 2^53
  std::uint64_t uniform = 0;             ///< so many keys, each as likely; 0: as the thresholds say
  std::vector<std::int64_t> thresholds;  ///< cumulative, of 2^53
  std::vector<std::uint32_t> keys;       ///< by place; empty: the place is the key
};

/// A `read`, `write` or `apply`, compiled: what an exchange with a store asks for.
struct Access {
  /// Whose key it is about.
  enum class Key : std::uint8_t {
    own,           ///< the message's
    popular,       ///< drawn as keys are written
    last_written,  ///< what its session wrote last; the message's own where it has written nothing
    fixed,         ///< always the same
    any,           ///< of an apply: whatever its message's root has written
  };

  Operation operation = Operation::read;
  Key key = Key::own;
  bool strong = false;       ///< a leader reads for itself
  std::uint32_t number = 0;  ///< of a fixed key; of popular keys: their place in the context
};

}  // namespace spillway
