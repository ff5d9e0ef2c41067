#include "analysis/topology/depth.h"

#include <algorithm>
#include <optional>

#include "analysis/topology/digraph.h"

namespace spillway::topology {
namespace {

/// What lies before a request that comes to a service or a store, until it is answered.
struct Ahead {
  bool is_endless = false;
  std::size_t calls = 0;            ///< one after the other
  std::optional<std::size_t> next;  ///< the first of them leads there
  std::size_t slots = 1;            ///< at once, its own included
};

/// Takes a call into account. `holds`: how many slots the caller keeps meanwhile.
void take(Ahead& ahead, std::size_t to, const Ahead& of_callee, std::size_t holds) {
  const bool is_longer = of_callee.is_endless == ahead.is_endless
                             ? of_callee.calls + 1 > ahead.calls
                             : of_callee.is_endless;
  if (is_longer) {
    ahead.is_endless = of_callee.is_endless;
    ahead.calls = of_callee.calls + 1;
    ahead.next = to;
  }
  ahead.slots = std::max(ahead.slots, of_callee.slots + holds);
}

}  // namespace

std::vector<WaitingChain> waiting_chains(const Topology& topology) {
  const auto& vertices = topology.vertices();
  std::vector<Arc> arcs;
  std::vector<std::vector<const Link*>> calls(vertices.size());
  for (const Link& link : topology.links()) {
    const bool asks = link.kind == LinkKind::call || link.kind == LinkKind::access;
    if (!asks || !(link.per_message > 0)) continue;
    calls[link.from].push_back(&link);
    if (!link.after_reply) arcs.push_back({link.from, link.to});
  }

  // Where it turns in circles there is no longest chain: what is on a loop counts as its end.
  std::vector<Ahead> ahead(vertices.size());
  for (std::size_t i = 0; i < vertices.size(); ++i) {
    if (vertices[i].noun == Noun::store) ahead[i].slots = 0;  // it has none
  }
  std::vector<std::size_t> group_of(vertices.size());
  const auto groups = strong_components(vertices.size(), arcs);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    for (const std::size_t vertex : groups[i]) group_of[vertex] = i;
  }
  for (const Arc& arc : arcs) {
    if (group_of[arc.from] == group_of[arc.to]) ahead[arc.from].is_endless = true;
  }
  std::erase_if(arcs, [&](const Arc& arc) { return ahead[arc.from].is_endless; });
  const auto order = topological_order(vertices.size(), arcs);
  for (auto vertex = order->rbegin(); vertex != order->rend(); ++vertex) {
    Ahead& own = ahead[*vertex];
    if (own.is_endless) continue;
    for (const Link* link : calls[*vertex]) {
      if (!link->after_reply) take(own, link->to, ahead[link->to], link->holds_slot ? 1 : 0);
    }
  }

  std::vector<WaitingChain> chains;
  for (std::size_t start = 0; start < vertices.size(); ++start) {
    const bool is_service = vertices[start].noun == Noun::service;
    Ahead own;
    for (const Link* link : calls[start]) {
      if (is_service && !link->after_reply) continue;
      take(own, link->to, ahead[link->to], link->holds_slot ? 1 : 0);
    }
    if (!own.next) continue;
    WaitingChain chain;
    chain.start = start;
    if (!own.is_endless) {
      chain.calls = own.calls;
      chain.slots = own.slots;
    }
    for (auto at = own.next; at && chain.callees.size() < WaitingChain::kMostCallees;
         at = ahead[*at].next) {
      chain.callees.push_back(*at);
    }
    chains.push_back(std::move(chain));
  }
  return chains;
}

}  // namespace spillway::topology
