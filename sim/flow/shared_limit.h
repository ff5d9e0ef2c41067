#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "sim/flow/address.h"
#include "sim/flow/measure.h"
#include "sim/kernel/ring.h"
#include "sim/language/pack.h"

namespace spillway {

class Context;

/// What a limit that several components share measures. Refusals count in the window their message
/// was born in; the level by time.
struct SharedLimitMetrics {
  Level in_use;
  Counter throttled;
  double size = 1;

  Utilization utilization() const { return {in_use, size}; }

  static constexpr auto parts() {
    using M = SharedLimitMetrics;
    return Pack{&M::in_use, &M::throttled};
  }
  static constexpr auto metrics() {
    using M = SharedLimitMetrics;
    return Pack{
        Metric{&M::utilization, "utilization", "share", "Share of the permits in use"},
        Metric{&M::in_use, "in_use", "1", "Permits in use, by all that share the limit"},
        Metric{&M::throttled, "throttled", "1",
               "Requests that were refused for want of a permit, and messages or batches that had "
               "to wait for one"},
    };
  }
};

/// A cap on how much several components do at once: the concurrency of an account. A handler needs
/// a permit beside its slot, and gives it back with that.
///
///   handler ──► is one free, and nobody waits? ──► taken ──► given back: whoever has waited
///                  │ no                                      longest has it, or it is free
///                  ▼
///         refused (service), or waits for its turn (consumer, line of a service)
///
/// Those who wait take turns, each for one permit at a time; whoever is told has the permit
/// already, and gives it back if there is no more use for it. So nobody is passed over. Cost: O(1)
/// each.
class SharedLimit {
 public:
  /// Of a Tick, plus the number of an instance: it has the permit that it waited for.
  static constexpr std::uint32_t kPermit = std::uint32_t{1} << 29;

  SharedLimit(std::string name, std::uint64_t size) : name_(std::move(name)), size_(size) {
    metrics_.size = static_cast<double>(size);
  }

  void begin(const Timeline& timeline, const Demand& demand) {
    begin_measures(metrics_, timeline, demand);
    in_use_ = 0;
    waiting_.clear();
  }

  /// Takes a permit, unless none is free or somebody waits for one.
  bool take(Time now) {
    if (in_use_ >= size_ || !waiting_.empty()) return false;
    ++in_use_;
    metrics_.in_use.add(now, 1);
    return true;
  }

  /// Waits for a permit: `told` is said to whoever it is for when it is theirs.
  void wait(Next told) { waiting_.push_back(told); }

  /// Gives permits back: to those who wait for one, and the rest is free.
  void give(std::uint64_t permits, Context& context);

  const std::string& name() const { return name_; }
  std::uint64_t in_use() const { return in_use_; }
  SharedLimitMetrics& metrics() { return metrics_; }
  const SharedLimitMetrics& metrics() const { return metrics_; }

 private:
  std::string name_;
  std::uint64_t size_;
  std::uint64_t in_use_ = 0;
  Ring<Next> waiting_;
  SharedLimitMetrics metrics_;
};

}  // namespace spillway
