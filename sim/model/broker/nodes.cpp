#include "sim/model/broker/nodes.h"

#include <algorithm>
#include <cassert>

namespace spillway {

void Nodes::restart(std::uint32_t nodes, const std::vector<std::uint32_t>& replicas_of_shards) {
  is_up_.assign(nodes, true);
  down_ = 0;
  shards_.clear();
  for (std::uint32_t i = 0; i < replicas_of_shards.size(); ++i) {
    assert(replicas_of_shards[i] <= nodes);
    shards_.push_back({i % nodes, replicas_of_shards[i], i % nodes, false});
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

std::vector<std::uint32_t> Nodes::take(std::uint32_t count) {
  std::vector<std::uint32_t> taken;
  while (taken.size() < count && down_ < is_up_.size()) {
    const std::uint32_t node = first_that_leads_most();
    is_up_[node] = false;
    ++down_;
    taken.push_back(node);
    for (Shard& shard : shards_) shard.vacant = shard.vacant || shard.leader == node;
  }
  return taken;
}

void Nodes::give(const std::vector<std::uint32_t>& nodes) {
  for (const std::uint32_t node : nodes) {
    assert(!is_up_[node]);
    is_up_[node] = true;
    --down_;
  }
  // The only node that has something leads it again; others have to be elected.
  for (Shard& shard : shards_) {
    if (shard.replicas == 1 && is_up_[shard.leader]) shard.vacant = false;
  }
}

bool Nodes::has_majority(const Shard& shard) const {
  std::uint32_t up = 0;
  for (std::uint32_t i = 0; i < shard.replicas; ++i) up += is_up_[node_of(shard, i)] ? 1U : 0U;
  return up > shard.replicas / 2;
}

Nodes::Lead Nodes::lead(std::uint32_t index) const {
  const Shard& shard = shards_[index];
  if (!has_majority(shard)) return Lead::none;
  return shard.vacant ? Lead::vacant : Lead::led;
}

void Nodes::elect(std::uint32_t index) {
  Shard& shard = shards_[index];
  assert(has_majority(shard));
  const auto nodes = static_cast<std::uint32_t>(is_up_.size());
  // From the former leader on, round its replicas.
  const std::uint32_t from = (shard.leader + nodes - shard.first) % nodes;
  for (std::uint32_t i = 1; i <= shard.replicas; ++i) {
    const std::uint32_t node = node_of(shard, (from + i) % shard.replicas);
    if (!is_up_[node]) continue;
    shard.leader = node;
    shard.vacant = false;
    return;
  }
}

}  // namespace spillway
