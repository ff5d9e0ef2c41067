#include "analysis/topology/loops.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "analysis/topology/digraph.h"

namespace spillway::topology {
namespace {

bool is_walked(const Link& link) {
  return link.kind == LinkKind::dead_letter || link.per_message > 0;
}

/// Components that reach one another by some of the links, and these links.
struct Group {
  std::vector<std::size_t> vertices;
  std::vector<std::size_t> links;  ///< within the group

  std::size_t local(std::size_t vertex) const {
    return static_cast<std::size_t>(std::ranges::lower_bound(vertices, vertex) - vertices.begin());
  }
};

/// The groups with at least one link of their own that some links between some components make.
/// Range: `vertices` in order.
std::vector<Group> groups_of(const Topology& topology, const std::vector<std::size_t>& vertices,
                             const std::vector<std::size_t>& links) {
  const Group whole{vertices, links};
  std::vector<Arc> arcs;
  for (const std::size_t i : links) {
    const Link& link = topology.links()[i];
    arcs.push_back({whole.local(link.from), whole.local(link.to)});
  }
  std::vector<Group> groups;
  std::vector<std::size_t> group_of(vertices.size());
  for (auto& component : strong_components(vertices.size(), arcs)) {
    for (std::size_t& vertex : component) {
      group_of[vertex] = groups.size();
      vertex = vertices[vertex];
    }
    groups.push_back({std::move(component), {}});
  }
  for (std::size_t i = 0; i < links.size(); ++i) {
    const std::size_t group = group_of[arcs[i].from];
    if (group == group_of[arcs[i].to]) groups[group].links.push_back(links[i]);
  }
  std::erase_if(groups, [](const Group& group) { return group.links.empty(); });
  return groups;
}

/// The shortest loop of the group through a component.
std::vector<std::size_t> loop_through(const Topology& topology, const Group& group,
                                      std::size_t vertex) {
  std::vector<Arc> arcs;
  for (const std::size_t i : group.links) {
    const Link& link = topology.links()[i];
    arcs.push_back({group.local(link.from), group.local(link.to)});
  }
  std::vector<std::size_t> links = shortest_cycle(group.vertices.size(), arcs, group.local(vertex));
  for (std::size_t& link : links) link = group.links[link];
  return links;
}

/// Leaves only one of the ways that lead from where a link begins.
void keep_only(const Topology& topology, Group& group, std::size_t link) {
  const std::size_t from = topology.links()[link].from;
  std::erase_if(group.links,
                [&](std::size_t i) { return i != link && topology.links()[i].from == from; });
}

/// Of the group's links that fit, the one that messages come to first.
template <class Fits>
std::optional<std::size_t> first_link_of(const Topology& topology, const Group& group, Fits fits) {
  const auto place = [&](std::size_t i) {
    return topology.reading_order()[topology.links()[i].from];
  };
  std::optional<std::size_t> first;
  for (const std::size_t i : group.links) {
    if (fits(topology.links()[i]) && (!first || place(i) < place(*first))) first = i;
  }
  return first;
}

/// The loop from where messages come to it first.
void rotate_to_entry(const Topology& topology, std::vector<std::size_t>& links) {
  const auto place = [&](std::size_t link) {
    return topology.reading_order()[topology.links()[link].from];
  };
  std::ranges::rotate(links, std::ranges::min_element(links, {}, place));
}

using Pair = std::pair<std::size_t, std::size_t>;

/// The links of a group, parallel ones as one.
std::map<Pair, double> means_of(const Topology& topology, const Group& group) {
  std::map<Pair, double> means;
  for (const std::size_t i : group.links) {
    const Link& link = topology.links()[i];
    means[{link.from, link.to}] += link.per_message;
  }
  return means;
}

/// Makes the loops of one group, and tells their fate.
class LoopsOf {
 public:
  LoopsOf(const Topology& topology, const Group& group)
      : topology_(topology), group_(group), means_(means_of(topology, group)) {}

  Loop make(std::vector<std::size_t> links) {
    rotate_to_entry(topology_, links);
    Loop loop;
    loop.links = std::move(links);
    loop.entangled = group_.vertices.size();
    loop.is_certain = true;
    loop.per_round = 1;
    for (const std::size_t i : loop.links) {
      const Link& link = topology_.links()[i];
      loop.is_certain = loop.is_certain && link.is_certain;
      loop.per_round *= means_.at({link.from, link.to});
    }
    if (loop.is_certain) {
      loop.growth = Growth::persists;
    } else if (means_.size() == loop.links.size()) {
      // There is no other loop: its product says all. Shares may be a little less in binary.
      loop.growth = loop.per_round < 1 - 1e-9 ? Growth::dies_out : Growth::persists;
    } else {
      loop.growth = of_group();
    }
    return loop;
  }

 private:
  Growth of_group() {
    if (growth_) return *growth_;
    std::vector<WeightedArc> arcs;
    for (const auto& [ends, mean] : means_) {
      arcs.push_back({{group_.local(ends.first), group_.local(ends.second)}, mean});
    }
    growth_ = growth_of(group_.vertices.size(), arcs);
    return *growth_;
  }

  const Topology& topology_;
  const Group& group_;
  std::map<Pair, double> means_;
  std::optional<Growth> growth_;  ///< once for all its loops
};

std::vector<std::size_t> all_of(const Topology& topology) {
  std::vector<std::size_t> vertices(topology.vertices().size());
  std::iota(vertices.begin(), vertices.end(), std::size_t{0});
  return vertices;
}

/// Links that messages walk along, of some kinds.
template <class... Kinds>
std::vector<std::size_t> links_of(const Topology& topology, Kinds... kinds) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < topology.links().size(); ++i) {
    const Link& link = topology.links()[i];
    if (is_walked(link) && ((link.kind == kinds) || ...)) found.push_back(i);
  }
  return found;
}

/// Whether all slots of the link's beginning can be held by requests that wait over this link, and
/// others can wait for these slots.
bool keeps_others_waiting(const Topology& topology, const Link& link) {
  return link.holds_slot && topology.vertices()[link.from].has_waiting_room;
}

/// Whether who waits for the link's beginning may have to wait for its end too. Not once it has its
/// answer, unless no slot gets free.
bool hands_waiting_on(const Topology& topology, const Link& link) {
  return keeps_others_waiting(topology, link) || !link.after_reply;
}

/// The shortest loop of a group of calls, rather one that can deadlock.
std::vector<std::size_t> worst_loop(const Topology& topology, const Group& group) {
  std::vector<std::size_t> waiting;
  for (const std::size_t i : group.links) {
    if (hands_waiting_on(topology, topology.links()[i])) waiting.push_back(i);
  }
  for (Group& narrower : groups_of(topology, group.vertices, waiting)) {
    const auto holding = first_link_of(
        topology, narrower, [&](const Link& link) { return keeps_others_waiting(topology, link); });
    if (!holding) continue;
    keep_only(topology, narrower, *holding);
    return loop_through(topology, narrower, topology.links()[*holding].from);
  }
  const auto first = first_link_of(topology, group, [](const Link&) { return true; });
  return loop_through(topology, group, topology.links()[*first].from);
}

}  // namespace

std::string print(const Loop& loop, const Topology& topology) {
  constexpr std::size_t kMostNames = 12;
  constexpr std::size_t kShownOfLong = 5;  // at each end
  const std::size_t count = loop.links.size();
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    if (count <= kMostNames || i < kShownOfLong || i >= count - kShownOfLong) {
      text += topology.vertices()[topology.links()[loop.links[i]].from].name + " -> ";
    } else if (i == kShownOfLong) {
      text += "… -> ";
    }
  }
  return text + topology.vertices()[topology.links()[loop.links.front()].from].name;
}

std::vector<Loop> call_loops(const Topology& topology) {
  std::vector<Loop> loops;
  const auto calls = links_of(topology, LinkKind::call);
  for (const Group& group : groups_of(topology, all_of(topology), calls)) {
    LoopsOf group_loops(topology, group);
    std::map<std::size_t, Group> to_themselves;
    Group to_others{group.vertices, {}};
    for (const std::size_t i : group.links) {
      const Link& link = topology.links()[i];
      Group& one = link.from == link.to ? to_themselves[link.from] : to_others;
      if (&one != &to_others) one.vertices = {link.from};
      one.links.push_back(i);
    }
    for (const auto& [vertex, one] : to_themselves) {
      loops.push_back(group_loops.make(worst_loop(topology, one)));
    }
    if (!to_others.links.empty()) {
      loops.push_back(group_loops.make(worst_loop(topology, to_others)));
    }
  }
  return loops;
}

std::vector<Loop> message_loops(const Topology& topology) {
  std::vector<Loop> loops;
  const auto links =
      links_of(topology, LinkKind::call, LinkKind::send, LinkKind::copy, LinkKind::delivery);
  for (const Group& group : groups_of(topology, all_of(topology), links)) {
    const auto delivery = first_link_of(topology, group, [](const Link& link) {
      return link.kind == LinkKind::delivery || link.kind == LinkKind::copy;
    });
    if (!delivery) continue;
    const std::size_t queue = topology.links()[*delivery].from;
    loops.push_back(LoopsOf(topology, group).make(loop_through(topology, group, queue)));
  }
  return loops;
}

std::vector<Loop> dead_letter_loops(const Topology& topology) {
  std::vector<Loop> loops;
  const auto links = links_of(topology, LinkKind::call, LinkKind::send, LinkKind::copy,
                              LinkKind::delivery, LinkKind::dead_letter);
  for (Group& group : groups_of(topology, all_of(topology), links)) {
    const auto dead = first_link_of(
        topology, group, [](const Link& link) { return link.kind == LinkKind::dead_letter; });
    if (!dead) continue;
    const std::size_t queue = topology.links()[*dead].from;
    keep_only(topology, group, *dead);
    Loop loop;
    loop.links = loop_through(topology, group, queue);
    rotate_to_entry(topology, loop.links);
    loop.entangled = group.vertices.size();
    loops.push_back(std::move(loop));
  }
  return loops;
}

std::optional<std::size_t> deadlocked_at(const Loop& loop, const Topology& topology) {
  std::optional<std::size_t> deadlocked;
  for (const std::size_t i : loop.links) {
    const Link& link = topology.links()[i];
    if (!hands_waiting_on(topology, link)) return std::nullopt;
    if (!deadlocked && keeps_others_waiting(topology, link)) deadlocked = link.from;
  }
  return deadlocked;
}

}  // namespace spillway::topology
