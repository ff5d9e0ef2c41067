#include "sim/model/queue/grouped_backlog.h"

#include <cassert>

namespace spillway {

/// Writes down which message is the head of a group, if it has one.
void GroupedBacklog::enlist(const Slab<Message>& messages, const Groups::value_type& entry) {
  const auto& [id, group] = entry;
  const Handle head = group.line.front();
  if (head != 0) heads_of(group).insert({messages[head].via, head, id});
}

/// Strikes out what is written down of a group's head.
void GroupedBacklog::strike(const Slab<Message>& messages, const Group& group) {
  const Handle head = group.line.front();
  if (head != 0) heads_of(group).erase({messages[head].via, 0, 0});
}

Handle GroupedBacklog::oldest() const {
  if (free_.empty()) return held_.empty() ? 0 : held_.begin()->message;
  if (held_.empty()) return free_.begin()->message;
  return (*held_.begin() < *free_.begin() ? held_ : free_).begin()->message;
}

void GroupedBacklog::add(Slab<Message>& messages, Handle handle, GroupId id) {
  auto& entry = *groups_.try_emplace(id).first;
  Group& group = entry.second;
  strike(messages, group);
  group.line.insert_by_arrival(messages, handle);
  enlist(messages, entry);
  ++size_;
}

Handle GroupedBacklog::take(Slab<Message>& messages) {
  assert(any());
  auto& entry = *groups_.find(free_.begin()->group);
  Group& group = entry.second;
  free_.erase(free_.begin());
  const Handle handle = group.line.pop_front(messages);
  group.out = 1;
  enlist(messages, entry);
  --size_;
  return handle;
}

Handle GroupedBacklog::take_another(Slab<Message>& messages, GroupId id) {
  auto& entry = *groups_.find(id);
  Group& group = entry.second;
  assert(group.held());
  if (group.line.empty()) return 0;
  strike(messages, group);
  const Handle handle = group.line.pop_front(messages);
  ++group.out;
  enlist(messages, entry);
  --size_;
  return handle;
}

Handle GroupedBacklog::take_oldest(Slab<Message>& messages) {
  const bool is_held = free_.empty() || (!held_.empty() && *held_.begin() < *free_.begin());
  const Head head = *(is_held ? held_ : free_).begin();
  erase(messages, head.message, head.group);
  return head.message;
}

void GroupedBacklog::erase(Slab<Message>& messages, Handle handle, GroupId id) {
  const auto found = groups_.find(id);
  assert(found != groups_.end());
  Group& group = found->second;
  strike(messages, group);
  group.line.erase(messages, handle);
  enlist(messages, *found);
  --size_;
  if (group.line.empty() && !group.held()) groups_.erase(found);
}

void GroupedBacklog::free(const Slab<Message>& messages, GroupId id) {
  const auto found = groups_.find(id);
  assert(found != groups_.end() && found->second.held());
  Group& group = found->second;
  if (group.out > 1) {
    --group.out;
    return;
  }
  strike(messages, group);
  group.out = 0;
  enlist(messages, *found);
  if (group.line.empty()) groups_.erase(found);
}

bool GroupedBacklog::contains(const Slab<Message>& messages, Handle handle, GroupId id) const {
  const auto found = groups_.find(id);
  return found != groups_.end() && found->second.line.contains(messages, handle);
}

}  // namespace spillway
