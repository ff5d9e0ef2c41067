#pragma once

#include <cstdint>
#include <vector>

#include "sim/flow/measure.h"
#include "sim/kernel/time.h"

namespace spillway {

/// Which keys a look-aside cache holds, and until when: the least recently used goes where there is
/// no room, and each when its time to live is over.
///
/// Cost: O(1) for everything; 16 bytes for each key that there may be, which are few (0 to 10^7).
class Cache {
 public:
  static constexpr std::uint32_t kUnlimited = ~std::uint32_t{0};

  /// Range: capacity at least 1.
  explicit Cache(std::uint32_t capacity = kUnlimited) : capacity_(capacity) {}

  /// What its lookups and its size are told to; before the first run.
  void count_in(Counter* lookups, Counter* hits, Level* entries) {
    lookups_ = lookups;
    hits_ = hits;
    entries_ = entries;
  }

  /// Forgets everything, without a trace.
  void restart();
  /// Loses everything, in a crash.
  void clear(Time now);

  /// Whether a key is there. It counts in `segment`, and is the most recently used then.
  bool find(std::uint32_t key, Time now, std::uint32_t segment);
  /// Puts a key there, or anew, until `expires`.
  void put(std::uint32_t key, Time now, Time expires);

  std::uint32_t size() const { return size_; }

 private:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  struct Entry {
    Time expires = 0;  ///< 0 = it is not there
    std::uint32_t newer = kNone;
    std::uint32_t older = kNone;
  };

  void link(std::uint32_t key);
  void unlink(std::uint32_t key);
  void drop(std::uint32_t key, Time now);

  std::uint32_t capacity_;
  std::uint32_t size_ = 0;
  std::uint32_t newest_ = kNone;
  std::uint32_t oldest_ = kNone;
  std::vector<Entry> entries_of_;  ///< by key
  Counter* lookups_ = nullptr;
  Counter* hits_ = nullptr;
  Level* entries_ = nullptr;
};

}  // namespace spillway
