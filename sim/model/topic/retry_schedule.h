#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/flow/retry.h"
#include "sim/kernel/time.h"

namespace spillway {

/// When a copy that was not taken is tried again, compiled: runs of equal pauses.
///
/// Cost of a pause: the logarithm of the number of runs.
class RetrySchedule {
 public:
  static constexpr std::uint32_t kForever = ~std::uint32_t{0};

  /// Adds so many retries after the same pause. kForever: as many as there are attempts.
  void add(std::uint32_t retries, Time pause);

  /// The pause after so many attempts, from 1 on, without jitter; nothing: there is no other.
  std::optional<Time> pause_after(std::uint32_t attempts) const;

  std::uint32_t attempts = kForever;  ///< at most, the first included
  Time within = kNever;               ///< of the publish: no attempt begins later
  Jitter jitter = Jitter::none;       ///< none, full, equal or exponential
  std::uint32_t site = 0;             ///< of the jitter

 private:
  struct Run {
    std::uint32_t until = 0;  ///< attempts, this run's last included
    Time pause = 0;
  };
  std::vector<Run> runs_;
};

}  // namespace spillway
