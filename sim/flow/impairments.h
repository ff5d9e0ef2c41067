#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/flow/context.h"
#include "sim/flow/shared_processors.h"

namespace spillway {

/// Names an impairment and says whether it begins or ends: the payload of Impair.
struct ImpairmentChange {
  std::uint32_t impairment = 0;
  bool begins = false;

  std::uint32_t payload() const { return impairment << 1 | (begins ? 1u : 0u); }
  static ImpairmentChange of(std::uint32_t payload) { return {payload >> 1, (payload & 1) != 0}; }
};

/// What ails a component: the impairments that have begun and not ended. Faults may overlap. And
/// whether its work shares processors: that too is nothing for the ordinary path.
class Condition {
 public:
  /// Nothing ails it, and nothing is shared: what is asked on every path.
  bool sound() const { return sound_; }
  /// It cannot be reached: an outage or a crash.
  bool down() const { return down_; }
  bool crashed() const { return crashed_; }
  /// It takes requests and begins nothing.
  bool hung() const { return hung_; }
  /// Work that has begun stands still.
  bool stopped() const { return stopped_; }

  /// How long something takes now that takes `time` when all is well.
  Time stretched(Time time) const {
    if (slowness_ == 1) return time;
    constexpr auto kMost = static_cast<double>(Time{1} << 62);  // as drawn times are kept below
    return static_cast<Time>(std::min(static_cast<double>(time) * slowness_ + 0.5, kMost));
  }

  /// Whether an impairment makes what this message wants fail.
  bool errs(const Message& message, Context& context) const {
    return std::ranges::any_of(active_, [&](std::uint32_t index) {
      const Impairment& impairment = context.impairments[index];
      return impairment.kind == FaultKind::errors &&
             context.draw(impairment.site, message) < impairment.threshold;
    });
  }

  /// How many slots are left of so many: the nearest whole number, but one.
  std::uint64_t left_of(std::uint64_t slots) const {
    if (capacity_ == 1) return slots;
    const double left = static_cast<double>(slots) * capacity_ + 0.5;
    return left < 1 ? 1 : static_cast<std::uint64_t>(left);
  }

  /// What all work shares, or is kept by where it may have to stand still; nullptr = each slot
  /// works for itself.
  SharedProcessors* processors() const { return processors_; }
  void share(SharedProcessors* processors) {
    processors_ = processors;
    sound_ = active_.empty() && processors_ == nullptr;
  }

  /// What work of the kind `cpu` shares; nullptr: there is none.
  SharedProcessors* cores() const { return cores_; }
  void give_cores(SharedProcessors* cores) { cores_ = cores; }
  /// Whose first piece of work is done, by what Tick says.
  SharedProcessors* told_by(std::uint32_t tick) const {
    return tick == SharedProcessors::kDone ? processors_ : cores_;
  }

  void restart() { *this = {}; }

  void change(ImpairmentChange change, const Context& context) {
    if (change.begins) {
      active_.push_back(change.impairment);
    } else if (const auto it = std::ranges::find(active_, change.impairment); it != active_.end()) {
      active_.erase(it);
    }
    sound_ = active_.empty() && processors_ == nullptr;
    down_ = crashed_ = hung_ = stopped_ = false;
    slowness_ = 1;
    capacity_ = 1;
    for (const std::uint32_t index : active_) {
      const Impairment& impairment = context.impairments[index];
      crashed_ |= impairment.kind == FaultKind::crash;
      down_ |= crashed_ || impairment.kind == FaultKind::outage;
      stopped_ |= impairment.kind == FaultKind::pause || impairment.keeps_work;
      hung_ |= impairment.kind == FaultKind::hang || impairment.kind == FaultKind::failover;
      if (impairment.kind == FaultKind::slow) slowness_ *= impairment.times;
      if (impairment.kind == FaultKind::capacity) capacity_ *= impairment.times;
    }
    hung_ |= stopped_;
  }

 private:
  bool sound_ = true;
  bool down_ = false;
  bool crashed_ = false;
  bool hung_ = false;
  bool stopped_ = false;
  double slowness_ = 1;
  double capacity_ = 1;
  std::vector<std::uint32_t> active_;
  SharedProcessors* processors_ = nullptr;
  SharedProcessors* cores_ = nullptr;
};

}  // namespace spillway
