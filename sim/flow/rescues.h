#pragma once

#include <cstdint>
#include <vector>

namespace spillway {

/// Where a handler goes on after a failure of its steps from `from` up to `to`, instead of failing;
/// target 0: it fails, whatever rescues lie around it.
struct Rescue {
  std::uint32_t from = 0;
  std::uint32_t to = 0;  ///< behind the last
  std::uint32_t target = 0;
};

/// The rescues of all handlers, inner ones before those around them.
class Rescues {
 public:
  void add(const Rescue& rescue) { rescues_.push_back(rescue); }

  /// Where a handler goes on whose step at `failed` has failed; 0 = it fails. Cost: the number of
  /// rescues in the world; only failures ask.
  std::uint32_t after(std::uint32_t failed) const {
    for (const Rescue& rescue : rescues_) {
      if (rescue.from <= failed && failed < rescue.to) return rescue.target;
    }
    return 0;
  }

 private:
  std::vector<Rescue> rescues_;
};

}  // namespace spillway
