#include "sim/model/broker/nodes.h"

#include <algorithm>
#include <cassert>

namespace spillway {

void Nodes::restart(std::uint32_t nodes, const std::vector<Keeping>& shards) {
  is_up_.assign(nodes, true);
  down_ = 0;
  shards_.clear();
  for (std::uint32_t i = 0; i < shards.size(); ++i) {
    assert(shards[i].replicas <= nodes);
    Shard& shard = shards_.emplace_back();
    shard.first = shard.leader = i % nodes;
    shard.replicas = shards[i].replicas;
    shard.unclean = shards[i].unclean;
    if (shards[i].in_sync) shard.in_sync.emplace(shard.replicas);
  }
}

std::uint32_t Nodes::first_that_leads_most() const {
  std::vector<std::int64_t> leads(is_up_.size(), 0);
  for (const Shard& shard : shards_) leads[shard.leader] += shard.vacant ? 0 : 1;
  for (std::size_t node = 0; node < leads.size(); ++node) {
    if (!is_up_[node]) leads[node] = -1;
  }
  return static_cast<std::uint32_t>(std::ranges::max_element(leads) - leads.begin());
}

std::vector<std::uint32_t> Nodes::take(std::uint32_t count, Time now) {
  std::vector<std::uint32_t> taken;
  while (taken.size() < count && down_ < is_up_.size()) {
    const std::uint32_t node = first_that_leads_most();
    is_up_[node] = false;
    ++down_;
    taken.push_back(node);
    for (Shard& shard : shards_) {
      shard.vacant = shard.vacant || shard.leader == node;
      if (!shard.in_sync) continue;
      for (std::uint32_t i = 0; i < shard.replicas; ++i) {
        if (node_of(shard, i) == node) shard.in_sync->goes(i, now);
      }
    }
  }
  return taken;
}

void Nodes::give(const std::vector<std::uint32_t>& nodes) {
  for (const std::uint32_t node : nodes) {
    assert(!is_up_[node]);
    is_up_[node] = true;
    --down_;
  }
  // The only node that has something leads it again, and so does a partition's leader that nobody
  // has taken over from; others have to be elected.
  for (Shard& shard : shards_) {
    const bool leads_on =
        shard.replicas == 1 || (shard.in_sync && shard.in_sync->has(replica_that_leads(shard)));
    if (leads_on && is_up_[shard.leader]) shard.vacant = false;
    if (shard.in_sync && !shard.vacant) catch_up(shard);
  }
}

/// All that are there have what the leader of a partition has.
void Nodes::catch_up(Shard& shard) const {
  for (std::uint32_t i = 0; i < shard.replicas; ++i) {
    if (is_up(shard, i)) shard.in_sync->take_in(i);
  }
}

std::uint32_t Nodes::next_up(const Shard& shard, bool of_those_in_sync) const {
  const std::uint32_t from = replica_that_leads(shard);
  for (std::uint32_t i = 1; i <= shard.replicas; ++i) {
    const std::uint32_t replica = (from + i) % shard.replicas;
    if (is_up(shard, replica) && (!of_those_in_sync || shard.in_sync->has(replica))) return replica;
  }
  return shard.replicas;
}

std::uint32_t Nodes::successor(const Shard& shard) const {
  const std::uint32_t clean = next_up(shard, true);
  return clean == shard.replicas && shard.unclean ? next_up(shard, false) : clean;
}

bool Nodes::waits(std::uint32_t index) const {
  const Shard& shard = shards_[index];
  if (shard.vacant) return false;
  for (std::uint32_t i = 0; i < shard.replicas; ++i) {
    if (shard.in_sync->has(i) && !is_up(shard, i)) return true;
  }
  return false;
}

void Nodes::put_out(std::uint32_t index) {
  Shard& shard = shards_[index];
  for (std::uint32_t i = 0; i < shard.replicas; ++i) {
    if (!is_up(shard, i)) shard.in_sync->put_out(i);
  }
}

bool Nodes::has_majority(const Shard& shard) const {
  std::uint32_t up = 0;
  for (std::uint32_t i = 0; i < shard.replicas; ++i) up += is_up_[node_of(shard, i)] ? 1U : 0U;
  return up > shard.replicas / 2;
}

Nodes::Lead Nodes::lead(std::uint32_t index) const {
  const Shard& shard = shards_[index];
  if (shard.in_sync) {
    if (!shard.vacant) return Lead::led;
    return successor(shard) == shard.replicas ? Lead::none : Lead::vacant;
  }
  if (!has_majority(shard)) return Lead::none;
  return shard.vacant ? Lead::vacant : Lead::led;
}

Time Nodes::elect(std::uint32_t index) {
  Shard& shard = shards_[index];
  const std::uint32_t next = shard.in_sync ? successor(shard) : next_up(shard, false);
  assert(next != shard.replicas && (shard.in_sync || has_majority(shard)));
  shard.leader = node_of(shard, next);
  shard.vacant = false;
  if (!shard.in_sync) return kNever;
  const Time missing_since = shard.in_sync->has(next) ? kNever : shard.in_sync->gone_at(next);
  put_out(index);
  catch_up(shard);
  return missing_since;
}

}  // namespace spillway
