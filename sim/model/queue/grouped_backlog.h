#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <unordered_map>

#include "sim/flow/message_group.h"
#include "sim/model/queue/arrival_line.h"

namespace spillway {

/// The messages of a queue with groups that are ready, a line for each group. A group is held while
/// some of its messages are out: taken, and neither gone nor back. The next to leave is the oldest
/// of the groups that are not held; several of one group are out only where one receive takes them.
///
/// Cost: O(log n) for n groups with ready messages, and memory for these and those held.
class GroupedBacklog {
 public:
  std::size_t size() const { return size_; }
  /// Whether there is one that may leave.
  bool any() const { return !free_.empty(); }
  /// Whether a group is not held and has nothing ready: a message of it that comes now is next.
  bool is_free(GroupId group) const { return !groups_.contains(group); }
  /// The oldest of all, held or not; 0 when there is none.
  Handle oldest() const;

  /// Adds one at its place by arrival: new, or back when its group is held no more.
  void add(Slab<Message>& messages, Handle handle, GroupId group);
  /// Takes the next out, and holds its group. Range: any().
  Handle take(Slab<Message>& messages);
  /// Takes the next of a group that is held already, which has one more out then; 0 when nothing of
  /// it is ready.
  Handle take_another(Slab<Message>& messages, GroupId group);
  /// Takes the oldest of all out for good. Range: not empty.
  Handle take_oldest(Slab<Message>& messages);
  /// Takes one out for good that stands anywhere.
  void erase(Slab<Message>& messages, Handle handle, GroupId group);
  /// Says that one of a group is out no more: with the last of them it is held no more. Range: one
  /// that is held.
  void free(const Slab<Message>& messages, GroupId group);

  /// Whether a message of this queue stands here, and not elsewhere.
  bool contains(const Slab<Message>& messages, Handle handle, GroupId group) const;

  void clear() { *this = {}; }

 private:
  struct Group {
    ArrivalLine line;
    std::uint32_t out = 0;  ///< of its messages; it is held while some are

    bool held() const { return out != 0; }
  };
  using Groups = std::unordered_map<GroupId, Group>;  // only looked up: its order is nothing

  /// The oldest message of a group. Arrival numbers wrap; those that are here lie close together.
  struct Head {
    std::uint32_t arrival = 0;
    Handle message = 0;
    GroupId group = 0;

    bool operator<(const Head& other) const {
      return static_cast<std::int32_t>(arrival - other.arrival) < 0;
    }
  };

  std::set<Head>& heads_of(const Group& group) { return group.held() ? held_ : free_; }
  void enlist(const Slab<Message>& messages, const Groups::value_type& group);
  void strike(const Slab<Message>& messages, const Group& group);

  Groups groups_;         ///< those that are held or have something ready
  std::set<Head> free_;   ///< of groups that are not held
  std::set<Head> held_;   ///< of the others
  std::size_t size_ = 0;  ///< of all lines
};

}  // namespace spillway
