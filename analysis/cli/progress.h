#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace spillway::cli {

/// One rewritten line on a terminal's standard error: the variant, how many of its replications
/// are done, how fast, how long it will take. Nothing where there is no terminal. Erased at the
/// end.
class Progress {
 public:
  Progress(bool shown, int columns, std::size_t variants);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

  /// Called from any thread, when a replication of the variant has finished.
  void report(const std::string& variant, std::uint32_t finished, std::uint32_t planned);

 private:
  using Clock = std::chrono::steady_clock;
  struct Part {
    std::string variant;
    std::uint32_t finished = 0;
    std::uint32_t planned = 0;
  };

  std::string line(const Part& part) const;

  const bool shown_;
  const std::size_t columns_;
  const std::size_t variants_;
  const Clock::time_point began_ = Clock::now();
  std::mutex mutex_;
  Clock::time_point drawn_;
  bool visible_ = false;
  std::vector<Part> parts_;
};

/// A time that is still to wait: "8 s", "3 min", "2 h". Range: seconds >= 0.
std::string time_left(double seconds);

}  // namespace spillway::cli
