#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <ranges>

#include "sim/flow/context.h"
#include "sim/model/service/discipline.h"

namespace spillway {

/// Requests that wait for their first slot, where the first in line is not simply the next: the
/// latest may be, or the most urgent, or the line may be thinned.
///
/// A request that is taken out leaves a tombstone; when half of the line are tombstones, they go.
/// Cost: O(priorities that there are) amortised.
class DisciplinedLine {
 public:
  /// `lifo_after`: of adaptive_lifo, for so long the line must have waited.
  explicit DisciplinedLine(Discipline discipline, Time lifo_after = 0)
      : discipline_(discipline), lifo_after_(lifo_after) {}

  void restart() {
    lines_.clear();
    waiting_ = 0;
  }

  /// So many wait.
  std::size_t size() const { return waiting_; }
  /// Since when somebody has waited at every moment. Range: size() > 0.
  Time waiting_since() const { return waiting_since_; }

  void push(Handle request, Context& context) {
    if (waiting_++ == 0) waiting_since_ = context.now();
    lines_[priority_of(request, context)].push_back(request);
  }
  /// The next one, which stays there; 0: nobody.
  Handle next(Context& context) {
    if (waiting_ == 0) {
      sweep(context);
      return 0;
    }
    for (auto& [priority, line] : lines_) {
      while (!line.empty()) {
        const Handle handle = takes_last(context.now()) ? line.back() : line.front();
        if ((context.messages[handle].flags & flag::kTombstone) == 0) return handle;
        context.unearth(handle);
        drop_end(line, context.now());
      }
    }
    return 0;
  }
  /// Takes the next one out. Range: next() was not 0 at this instant.
  void pop(Time now) {
    drop_end(
        std::ranges::find_if(lines_, [](const auto& of) { return !of.second.empty(); })->second,
        now);
    --waiting_;
  }
  /// Takes out who came last of the least urgent, if it is less urgent than `request`; 0: nobody.
  Handle take_less_urgent(Handle request, Context& context) {
    const std::uint32_t priority = priority_of(request, context);
    for (auto& [of, line] : std::views::reverse(lines_)) {
      if (of >= priority) return 0;
      while (!line.empty()) {
        const Handle last = line.back();
        line.pop_back();
        if ((context.messages[last].flags & flag::kTombstone) == 0) {
          --waiting_;
          return last;
        }
        context.unearth(last);
      }
    }
    return 0;
  }
  /// One that waits has become a tombstone.
  void bury(Context& context) {
    --waiting_;
    std::size_t places = 0;
    for (const auto& [priority, line] : lines_) places += line.size();
    if (places > 2 * waiting_ + kFewTombstones) sweep(context);
  }
  /// Takes all out.
  void clear(Context& context) {
    for (const auto& [priority, line] : lines_) {
      for (const Handle handle : line) {
        if ((context.messages[handle].flags & flag::kTombstone) != 0) context.unearth(handle);
      }
    }
    restart();
  }

 private:
  static constexpr std::size_t kFewTombstones = 64;

  bool takes_last(Time now) const {
    return discipline_ == Discipline::lifo ||
           (discipline_ == Discipline::adaptive_lifo && now - waiting_since_ >= lifo_after_);
  }
  /// All stand in one line, but where the most urgent are next.
  std::uint32_t priority_of(Handle request, const Context& context) const {
    if (discipline_ != Discipline::priority) return 0;
    return context.edges[context.messages[request].via].priority;
  }
  void drop_end(std::deque<Handle>& line, Time now) {
    if (takes_last(now)) {
      line.pop_back();
    } else {
      line.pop_front();
    }
  }
  void sweep(Context& context) {
    for (auto& [priority, line] : lines_) {
      std::erase_if(line, [&](Handle handle) {
        const bool gone = (context.messages[handle].flags & flag::kTombstone) != 0;
        if (gone) context.unearth(handle);
        return gone;
      });
    }
  }

  Discipline discipline_;
  Time lifo_after_;
  /// By priority, each in the order in which they came.
  std::map<std::uint32_t, std::deque<Handle>, std::greater<>> lines_;
  std::size_t waiting_ = 0;  ///< of those, without tombstones
  Time waiting_since_ = 0;
};

}  // namespace spillway
