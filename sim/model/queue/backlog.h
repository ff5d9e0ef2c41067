#pragma once

#include "sim/model/queue/arrival_line.h"

namespace spillway {

/// The messages of a queue that are ready, in the order in which they leave: first what was given
/// back, each in its old place, then what was never received.
class Backlog {
 public:
  bool empty() const { return returned_.empty() && waiting_.empty(); }
  std::size_t size() const { return returned_.size() + waiting_.size(); }

  /// The message to leave next, which is the oldest; 0 when there is none.
  Handle front() const { return returned_.empty() ? waiting_.front() : returned_.front(); }
  /// The oldest of those that were never received; 0 when there is none.
  Handle first_unreceived() const { return waiting_.front(); }

  /// Adds one that has just arrived.
  void add(Slab<Message>& messages, Handle handle) { waiting_.push_back(messages, handle); }

  /// Puts one that was received back in its old place.
  void put_back(Slab<Message>& messages, Handle handle) {
    returned_.insert_by_arrival(messages, handle);
  }

  /// Takes the next out. Range: not empty.
  Handle take(Slab<Message>& messages) {
    return (returned_.empty() ? waiting_ : returned_).pop_front(messages);
  }

  /// Takes out one that stands anywhere in it.
  void erase(Slab<Message>& messages, Handle handle) {
    line_of(messages, handle).erase(messages, handle);
  }

  /// Whether a message of this queue stands here, and not elsewhere.
  bool contains(Slab<Message>& messages, Handle handle) {
    return line_of(messages, handle).contains(messages, handle);
  }

  /// Visits each, in the order in which they leave; none may leave meanwhile.
  template <class Visitor>
  void each(const Slab<Message>& messages, Visitor&& visit) const {
    returned_.each(messages, visit);
    waiting_.each(messages, visit);
  }

  void clear() { *this = {}; }

 private:
  /// What was received before is in the one line, everything else in the other.
  ArrivalLine& line_of(Slab<Message>& messages, Handle handle) {
    return messages[handle].attempt == 0 ? waiting_ : returned_;
  }

  ArrivalLine returned_;  ///< all of it came before what is in the other line
  ArrivalLine waiting_;
};

}  // namespace spillway
