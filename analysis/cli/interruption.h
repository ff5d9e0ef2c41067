#pragma once

#include <atomic>

namespace spillway::cli {

/// Listens to SIGINT and SIGTERM while it lives. The first asks for a stop: what was finished
/// is kept. The second ends the program at once.
class Interruption {
 public:
  Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;
  ~Interruption();

  /// Set by the first signal.
  const std::atomic<bool>& asked() const;
};

}  // namespace spillway::cli
