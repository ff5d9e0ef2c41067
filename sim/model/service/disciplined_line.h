#pragma once

#include <cstddef>
#include <deque>

#include "sim/flow/context.h"
#include "sim/model/service/discipline.h"

namespace spillway {

/// Requests that wait for their first slot, where the first in line is not simply the next: the
/// latest may be, or the line may be thinned.
///
/// A request that is taken out leaves a tombstone; when half of the line are tombstones, they go.
/// Cost: O(1) amortised.
class DisciplinedLine {
 public:
  /// `lifo_after`: of adaptive_lifo, for so long the line must have waited.
  explicit DisciplinedLine(Discipline discipline, Time lifo_after = 0)
      : discipline_(discipline), lifo_after_(lifo_after) {}

  void restart() {
    line_.clear();
    waiting_ = 0;
  }

  /// So many wait.
  std::size_t size() const { return waiting_; }
  /// Since when somebody has waited at every moment. Range: size() > 0.
  Time waiting_since() const { return waiting_since_; }

  void push(Handle request, Time now) {
    if (waiting_++ == 0) waiting_since_ = now;
    line_.push_back(request);
  }
  /// The next one, which stays there; 0: nobody.
  Handle next(Context& context) {
    if (waiting_ == 0) {
      sweep(context);
      return 0;
    }
    for (;;) {
      const Handle handle = takes_last(context.now()) ? line_.back() : line_.front();
      if ((context.messages[handle].flags & flag::kTombstone) == 0) return handle;
      context.unearth(handle);
      drop_end(context.now());
    }
  }
  /// Takes the next one out. Range: next() was not 0 at this instant.
  void pop(Time now) {
    drop_end(now);
    --waiting_;
  }
  /// One that waits has become a tombstone.
  void bury(Context& context) {
    --waiting_;
    if (line_.size() > 2 * waiting_ + kFewTombstones) sweep(context);
  }
  /// Takes all out.
  void clear(Context& context) {
    for (const Handle handle : line_) {
      if ((context.messages[handle].flags & flag::kTombstone) != 0) context.unearth(handle);
    }
    restart();
  }

 private:
  static constexpr std::size_t kFewTombstones = 64;

  bool takes_last(Time now) const {
    return discipline_ == Discipline::lifo ||
           (discipline_ == Discipline::adaptive_lifo && now - waiting_since_ >= lifo_after_);
  }
  void drop_end(Time now) {
    if (takes_last(now)) {
      line_.pop_back();
    } else {
      line_.pop_front();
    }
  }
  void sweep(Context& context) {
    std::erase_if(line_, [&](Handle handle) {
      const bool gone = (context.messages[handle].flags & flag::kTombstone) != 0;
      if (gone) context.unearth(handle);
      return gone;
    });
  }

  Discipline discipline_;
  Time lifo_after_;
  std::deque<Handle> line_;  ///< in the order in which they came
  std::size_t waiting_ = 0;  ///< of those, without tombstones
  Time waiting_since_ = 0;
};

}  // namespace spillway
