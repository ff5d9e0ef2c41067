#pragma once

#include <cmath>
#include <cstdint>

#include "sim/kernel/time.h"

namespace spillway {

/// The next in line, as CoDel looks at it.
struct NextInLine {
  bool there = false;
  bool last = false;  ///< nobody else waits
  Time waited = 0;
};

/// CoDel: drops what has waited in line where even the shortest wait stays long.
///
/// - `spaced`: once every wait of an interval was above the target, one is dropped, then ever more
///   often (interval / sqrt(n)) until one wait is short. Source: RFC 8289, section 5; the last in
///   line is never dropped.
/// - `late`: once the line has not been empty for an interval, all that have waited longer than the
///   target are dropped; before that, what has waited for an interval. Source: B. Maurer, "Fail at
///   Scale", ACM Queue 13 (2015), where it goes with adaptive last in, first out.
/// Cost: O(1) for each that is looked at.
class ControlledDelay {
 public:
  enum class Drops : std::uint8_t { spaced, late };

  /// Range: target > 0, interval > 0.
  ControlledDelay(Time target, Time interval, Drops drops)
      : target_(target), interval_(interval), drops_(drops) {}

  void restart() { *this = {target_, interval_, drops_}; }

  /// A slot is free: drops those of the line who have waited too long, until one is there to be
  /// served, or nobody. `look` tells the next in line; `drop` takes it out.
  void choose(Time now, Time waiting_since, auto look, auto drop) {
    if (drops_ == Drops::spaced) {
      choose_spaced(now, look, drop);
    } else {
      const Time most = waiting_since + interval_ <= now ? target_ : interval_;
      for (NextInLine next = look(); next.there && next.waited > most; next = look()) drop();
    }
  }

 private:
  /// RFC 8289, 5.6: dodequeue().
  bool may_drop(Time now, const NextInLine& next) {
    if (!next.there || next.waited < target_ || next.last) {
      above_from_ = 0;
      return false;
    }
    if (above_from_ == 0) {
      above_from_ = now + interval_;
      return false;
    }
    return now >= above_from_;
  }

  /// RFC 8289, 5.5: deque().
  void choose_spaced(Time now, auto look, auto drop) {
    bool may = may_drop(now, look());
    if (dropping_) {
      if (!may) dropping_ = false;
      while (dropping_ && now >= next_drop_) {
        drop();
        ++count_;
        may = may_drop(now, look());
        if (!may) {
          dropping_ = false;
        } else {
          next_drop_ = after(next_drop_);
        }
      }
    } else if (may) {
      drop();
      may_drop(now, look());
      dropping_ = true;
      // Soon after the last time it goes on nearly where it was.
      const std::uint64_t more = count_ - last_count_;
      count_ = more > 1 && now - next_drop_ < 16 * interval_ ? more : 1;
      next_drop_ = after(now);
      last_count_ = count_;
    }
  }

  /// The control law. A square root and a quotient are the same from every processor.
  Time after(Time time) const {
    return time +
           static_cast<Time>(
               static_cast<double>(interval_) / std::sqrt(static_cast<double>(count_)) + 0.5);
  }

  Time target_;
  Time interval_;
  Drops drops_;
  bool dropping_ = false;
  Time above_from_ = 0;  ///< 0: the last wait was short
  Time next_drop_ = 0;
  std::uint64_t count_ = 0;       ///< drops since it began to drop
  std::uint64_t last_count_ = 0;  ///< the same when it began
};

}  // namespace spillway
