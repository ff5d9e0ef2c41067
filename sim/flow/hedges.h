#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "sim/flow/retry.h"
#include "sim/kernel/event_set.h"
#include "sim/kernel/histogram.h"
#include "sim/kernel/slab.h"
#include "sim/kernel/time.h"

namespace spillway {

/// When a call sends copies of a request that is not answered yet.
struct HedgeRules {
  static constexpr std::uint32_t kNoSite = ~std::uint32_t{0};

  std::uint32_t site = kNoSite;  ///< of the time before a copy; without it, by the quantile:
  double quantile = 1;           ///< of the times that calls took, from 0 to 1
  std::uint16_t copies = 1;      ///< at most, each so long after what was sent before
  RetryBudget budget;            ///< of copies
};

/// An attempt that may be sent several times: its copies.
struct HedgedAttempt {
  std::uint16_t rules = 0;
  std::uint16_t sent = 0;      ///< copies so far
  Time since = 0;              ///< when it set out
  Handle pending = 0;          ///< the copy that waits to be sent; 0 = none
  Timer timer = 0;             ///< of that one
  std::vector<Handle> copies;  ///< under way, beside what the frame waits for
};

/// The hedges of a run: which attempts may be sent once more while they are not answered. The first
/// good answer is taken; a bad one only when no other can come.
///
///   attempt ────────────────────────────► answer? ──► the first good one wins, and the others
///      │ not answered yet                    ▲         are given up
///      └── delay ──► copy ───────────────────┘
///
/// A copy is sent while something is under way, and draws numbers of its own. The attempt's timeout
/// counts from its beginning, for all that it has sent; its breaker looks at it as a whole; a copy
/// that finds no free connection in the pool is not sent.
///
/// By a quantile, the time is taken from calls that ended well, kWindow at a time; before the first
/// kFirst of them there is none, and no copy is sent.
///
/// Source: J. Dean and L. A. Barroso, "The Tail at Scale", CACM 2013; gRPC proposal A6.
class Hedges {
 public:
  static constexpr std::uint64_t kFirst = 100;
  static constexpr std::uint64_t kWindow = 1000;

  /// Adds rules; returns their place. The first is 1: 0 is none.
  std::uint16_t add(const HedgeRules& rules);
  bool none() const { return hedges_.size() == 1; }
  void restart();

  HedgeRules& rules(std::uint16_t number) { return hedges_[number].rules; }
  HedgedAttempt& begin(Handle frame, std::uint16_t number, Time now);
  /// What a frame waits for; nullptr: it has not been hedged, or that has ended.
  HedgedAttempt* find(Handle frame) {
    const auto found = attempts_.find(frame);
    return found == attempts_.end() ? nullptr : &found->second;
  }
  void end(Handle frame) { attempts_.erase(frame); }

  /// By its quantile, how long it takes until a copy is sent; kNever: not known yet.
  Time delay(std::uint16_t number) const { return hedges_[number].delay; }
  /// A call has ended well after that time.
  void answered(std::uint16_t number, Time took);

  /// What a frame waits for has another place now.
  void replace(Handle frame, Handle from, Handle to);

 private:
  struct Hedge {
    HedgeRules rules;
    Histogram times;
    Time delay = kNever;
  };
  std::vector<Hedge> hedges_ = std::vector<Hedge>(1);
  std::unordered_map<Handle, HedgedAttempt> attempts_;  ///< by frame
};

}  // namespace spillway
