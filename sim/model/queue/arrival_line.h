#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/flow/message.h"

namespace spillway {

/// A queue's line of messages in the order of their arrival there (Message::via), linked both ways
/// through Message::next and Message::parent, so that one can leave from the middle. A message
/// outside has no parent.
class ArrivalLine {
 public:
  bool empty() const { return head_ == 0; }
  std::size_t size() const { return size_; }
  Handle front() const { return head_; }

  /// Whether a message stands here, of one that stands here or in no line at all.
  bool contains(const Slab<Message>& messages, Handle handle) const {
    return head_ == handle || messages[handle].parent != 0;
  }

  void push_back(Slab<Message>& messages, Handle handle) { insert(messages, handle, tail_, 0); }

  Handle pop_front(Slab<Message>& messages) {
    const Handle handle = head_;
    erase(messages, handle);
    return handle;
  }

  /// Takes a message of this line out. Cost: constant.
  void erase(Slab<Message>& messages, Handle handle) {
    Message& message = messages[handle];
    (message.parent != 0 ? messages[message.parent].next : head_) = message.next;
    (message.next != 0 ? messages[message.next].parent : tail_) = message.parent;
    message.parent = 0;
    message.next = 0;
    --size_;
  }

  /// Inserts before the first message of a later arrival. Cost: constant when that is none, else
  /// one step for each earlier message.
  void insert_by_arrival(Slab<Message>& messages, Handle handle) {
    const std::uint32_t arrival = messages[handle].via;
    // Arrival numbers wrap; those in one line lie close together.
    const auto came_before = [&](Handle other) {
      return static_cast<std::int32_t>(messages[other].via - arrival) < 0;
    };
    if (empty() || came_before(tail_)) return push_back(messages, handle);
    Handle before = 0;
    Handle after = head_;
    while (came_before(after)) {
      before = after;
      after = messages[after].next;
    }
    insert(messages, handle, before, after);
  }

  /// Visits each, in order; none may leave meanwhile.
  template <class Visitor>
  void each(const Slab<Message>& messages, Visitor&& visit) const {
    for (Handle handle = head_; handle != 0; handle = messages[handle].next) visit(handle);
  }

  void clear() { *this = {}; }

 private:
  void insert(Slab<Message>& messages, Handle handle, Handle before, Handle after) {
    Message& message = messages[handle];
    message.parent = before;
    message.next = after;
    (before != 0 ? messages[before].next : head_) = handle;
    (after != 0 ? messages[after].parent : tail_) = handle;
    ++size_;
  }

  Handle head_ = 0;
  Handle tail_ = 0;
  std::size_t size_ = 0;
};

}  // namespace spillway
