#pragma once

#include <cassert>
#include <cstddef>
#include <vector>

#include "sim/kernel/event.h"
#include "sim/kernel/order.h"

namespace spillway {

/// A 4-ary heap whose pop leaves a hole at the top, to be filled by the next push.
///
/// An event usually schedules its successor, so pop and push meet in one pass down the heap
/// instead of one down and one up. `settle` closes a hole that no push has filled.
class NearHeap {
 public:
  /// Number of events, a hole not counted.
  std::size_t size() const { return items_.size() - (hole_ ? 1 : 0); }
  bool has_hole() const { return hole_; }

  /// The first event. The heap must be settled and not empty.
  const Event& top() const {
    assert(!hole_ && !items_.empty());
    return items_.front();
  }

  void push(const Event& event) {
    if (hole_) {
      hole_ = false;
      sift_down(0, event);
      return;
    }
    items_.push_back(event);
    sift_up(items_.size() - 1, event);
  }

  /// Removes the first event; leaves a hole.
  void pop() {
    assert(!hole_ && !items_.empty());
    hole_ = true;
  }

  void settle() {
    if (!hole_) return;
    hole_ = false;
    const Event last = items_.back();
    items_.pop_back();
    if (!items_.empty()) sift_down(0, last);
  }

  /// Adds without keeping the heap's order; `build` must follow. No hole may be open.
  void append(const Event& event) { items_.push_back(event); }

  /// Makes a heap of whatever `append` and `erase_if` left.
  void build() {
    if (items_.size() < 2) return;
    for (std::size_t i = (items_.size() - 2) / 4 + 1; i-- > 0;) sift_down(i, Event{items_[i]});
  }

  template <class Predicate>
  void erase_if(Predicate predicate) {
    std::erase_if(items_, predicate);
  }

  /// Calls `visit` with each event, in no order. The heap must be settled.
  template <class Visitor>
  void each(Visitor visit) const {
    for (const Event& event : items_) visit(event);
  }

  void clear() {
    items_.clear();
    hole_ = false;
  }

 private:
  void sift_up(std::size_t place, const Event event) {
    Event* const items = items_.data();
    while (place > 0) {
      const std::size_t parent = (place - 1) / 4;
      if (!comes_before(event, items[parent])) break;
      items[place] = items[parent];
      place = parent;
    }
    items[place] = event;
  }

  void sift_down(std::size_t place, const Event event) {
    Event* const items = items_.data();
    const std::size_t size = items_.size();
    for (;;) {
      const std::size_t first = 4 * place + 1;
      if (first >= size) break;
      std::size_t best = first;
      if (first + 4 <= size) [[likely]] {
        const std::size_t left = first + (comes_before(items[first + 1], items[first]) ? 1 : 0);
        const std::size_t right =
            first + 2 + (comes_before(items[first + 3], items[first + 2]) ? 1 : 0);
        best = comes_before(items[right], items[left]) ? right : left;
      } else {
        for (std::size_t child = first + 1; child < size; ++child) {
          if (comes_before(items[child], items[best])) best = child;
        }
      }
      if (!comes_before(items[best], event)) break;
      items[place] = items[best];
      place = best;
    }
    items[place] = event;
  }

  std::vector<Event> items_;
  bool hole_ = false;
};

}  // namespace spillway
