#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/run/world.h"

namespace spillway {

/// Finds the warm-up of a variant that leaves it to the program (`warmup: auto`).
///
/// A few replications are run from the same seed, of indices that no other run has, so that they
/// are independent of it and change none of its numbers. Of each service (waiting and in service)
/// and each queue that is taken from (ready and in flight), the level over time is averaged over
/// them; MSER-5 says where it forgets its start; the longest of these is the warm-up. A level that
/// never settles counts as 0, and is warned of.
///
/// Left out: queues that nothing takes from, such as the last dead-letter queue; they only grow.
class Pilot {
 public:
  static constexpr std::uint32_t kReplications = 10;
  /// Above every index that a run may have.
  static constexpr std::uint32_t kFirstReplication = std::uint32_t{1} << 31;

  /// Whether there is a steady state to wait for: not where loads follow a profile.
  static bool can_help(const Scenario& scenario);

  Pilot(const Scenario& scenario, const Limits& limits);

  std::uint32_t replications() const { return static_cast<std::uint32_t>(seen_.size()); }

  std::unique_ptr<World> world() const;

  /// Takes in the result of the i-th replication. Different ones may come from different threads.
  void take(std::uint32_t i, const Result& result);

  /// Whether a replication has failed, so that the others are not needed.
  bool has_failed() const { return failed_.load(); }

  struct Answer {
    Time warmup = 0;
    std::vector<std::string> unsettled;  ///< names of components that found no steady state
    std::string failure;  ///< why the variant is void: a limit, a broken invariant; or empty
  };
  /// Call when all replications were taken in, or all before one that failed.
  Answer answer() const;

 private:
  /// Levels that together say how much is at a component.
  struct Place {
    std::string component;
    std::vector<std::size_t> series;  ///< places in the plan's series
  };
  struct Seen {
    std::vector<std::vector<double>> levels;  ///< of each place, by bin
    std::string failure;
  };

  Scenario scenario_;
  Limits limits_;
  Time step_ = 0;
  std::size_t bins_ = 0;  ///< whole ones
  std::vector<Place> places_;
  std::vector<Seen> seen_;
  std::atomic<bool> failed_{false};
};

}  // namespace spillway
