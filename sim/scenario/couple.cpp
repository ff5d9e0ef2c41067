#include "sim/scenario/couple.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <vector>

#include "sim/language/printable.h"
#include "sim/language/suggestion.h"
#include "sim/scenario/overlay.h"
#include "sim/scenario/places.h"
#include "sim/scenario/said_edges.h"
#include "sim/scenario/sections.h"

namespace spillway {
namespace {

/// What a consumer says of the queue, its deliveries and its backlog: a service has none of them.
constexpr auto kOfDeliveries =
    std::to_array<std::string_view>({"from", "prefetch", "ack", "scale", "batch", "per_batch",
                                     "group", "assignor", "session_timeout", "commit"});

/// The consumers of each queue.
std::map<std::string, std::vector<std::string>> takers_of(const Node& tree) {
  std::map<std::string, std::vector<std::string>> takers;
  const Entry* consumers = tree.find("consumers");
  if (consumers == nullptr) return takers;
  for (const Entry& consumer : consumers->value.entries) {
    const Entry* from = consumer.value.find("from");
    if (from != nullptr) takers[from->value.text].push_back(consumer.key);
  }
  return takers;
}

/// Finds who is to be called in the place of the queue. Returns: nothing after an error.
std::string callee_of(const Node& tree, const SaidEdge& edge,
                      const std::map<std::string, std::vector<std::string>>& takers,
                      Diagnostics& diagnostics) {
  const auto fail = [&](std::string code, std::string message, std::string hint = "") {
    diagnostics.push_back(error_at(edge.said->key_at, std::move(code), edge.path,
                                   std::move(message), std::move(hint)));
    return std::string();
  };
  const Entry* queues = tree.find("queues");
  if (queues == nullptr || queues->value.find(edge.to) == nullptr) {
    std::vector<std::string_view> names;
    if (queues != nullptr) {
      for (const Entry& queue : queues->value.entries) names.push_back(queue.key);
    }
    return fail("unknown-name", fmt::format("there is no queue '{}'", shown(edge.to)),
                diagnostics.size() < 30 ? did_you_mean(edge.to, names) : "");
  }
  const auto found = takers.find(edge.to);
  if (found == takers.end()) {
    return fail("unread",
                fmt::format("nobody takes messages from '{}': there is nobody to call", edge.to));
  }
  if (found->second.size() > 1) {
    return fail("conflicting-edge",
                fmt::format("'{}' has {} consumers: which should be called?", edge.to,
                            found->second.size()),
                "a queue of one consumer can be replaced by calls");
  }
  return found->second.front();
}

/// An edge on its way from send to call.
struct Coupling {
  SaidEdge edge;
  std::string callee;
};

/// Checks the options of the calls that come. Returns: false after an error.
bool check_options(const SaidEdge& edge, Diagnostics& diagnostics) {
  for (const std::string_view key : {"call", "send", "edge"}) {
    const Entry* own = edge.said->value.find(key);
    if (own == nullptr) continue;
    diagnostics.push_back(error_at(own->key_at, "wrong-place", fmt::format("{}.{}", edge.path, key),
                                   "the queue's consumer is called, by the edge's own name",
                                   "say the options of the call, such as timeout"));
    return false;
  }
  return true;
}

/// Makes a call of a send.
void convert(Node& step, const Coupling& coupling, Diagnostics& diagnostics) {
  const SaidEdge& edge = coupling.edge;
  if (const Entry* passes = step.find("edge")) {
    diagnostics.push_back(error_at(passes->key_at, "conflicting-edge", edge.path,
                                   "this message is on its way to a call already",
                                   "leave out the send's edge"));
    return;
  }
  const Entry target = *step.find("send");
  Node call = map_node(step.at);
  call.entries.push_back({"call", target.key_at, text_node(coupling.callee, target.value.at)});
  if (const Entry* network = step.find("network")) call.entries.push_back(*network);
  merge(call, edge.said->value.is_map() ? edge.said->value : map_node(step.at),
        {"edges", "edge", "call"});
  call.entries.push_back({"edge", target.key_at, text_node(edge.name(), target.value.at)});
  step = std::move(call);
}

/// Finds the names that say where messages go; of faults, all they name.
void find_uses(const Node& node, bool of_faults, std::map<std::string, Location>& uses) {
  for (const Entry& entry : node.entries) {
    const bool names_target = of_faults || entry.key == "send" || entry.key == "to" ||
                              entry.key == "request" || entry.key == "submit";
    if (names_target && entry.value.is_scalar()) uses.emplace(entry.value.text, entry.value.at);
    find_uses(entry.value, of_faults, uses);
  }
}

/// Makes a service of the queue's consumer.
void make_service(Node& tree, const Coupling& coupling) {
  Node& consumers = tree.find("consumers")->value;
  const auto place = std::ranges::find(consumers.entries, coupling.callee, &Entry::key);
  Entry moved = std::move(*place);
  consumers.entries.erase(place);
  std::erase_if(moved.value.entries, [](const Entry& field) {
    return std::ranges::find(kOfDeliveries, field.key) != kOfDeliveries.end();
  });
  if (Node* services = section_of(tree, "services", coupling.edge.said->key_at)) {
    services->entries.push_back(std::move(moved));
  }
}

}  // namespace

std::vector<CoupledQueue> couple(Node& tree, const Entry& said, const std::string& path,
                                 Diagnostics& diagnostics) {
  const auto takers = takers_of(tree);
  std::map<std::string, std::map<std::string, Coupling>> by_sender;
  for (SaidEdge& edge :
       read_edges(tree, said, path, "shop -> orders: {timeout: 1s}", diagnostics)) {
    if (!check_options(edge, diagnostics)) continue;
    std::string callee = callee_of(tree, edge, takers, diagnostics);
    if (callee.empty()) continue;
    Coupling& coupling = by_sender[edge.from][edge.to];
    coupling = {std::move(edge), std::move(callee)};
  }
  std::size_t put = 0;
  std::map<std::string, const Coupling*> queues;
  for (const auto& [from, by_queue] : by_sender) {
    Targets targets;
    for_each_exchange(*by_queue.begin()->second.edge.component, from,
                      [&](Node& step, std::string_view kind, std::string_view) {
                        if (kind == "publish") return;
                        const std::string to = step.find(kind)->value.text;
                        (kind == "call" ? targets.calls : targets.sends).insert(to);
                        const auto found = by_queue.find(to);
                        if (kind != "send" || found == by_queue.end()) return;
                        put += count_nodes(found->second.edge.said->value);
                        if (put > kMostPutIntoSteps) return;
                        convert(step, found->second, diagnostics);
                      });
    for (const auto& [to, coupling] : by_queue) {
      if (targets.sends.contains(to)) {
        queues.emplace(to, &coupling);
      } else {
        no_such_step(coupling.edge, "send", targets, diagnostics);
      }
    }
  }
  if (put > kMostPutIntoSteps) {
    diagnostics.push_back(error_at(
        said.key_at, "too-large", path,
        fmt::format("expected at most {} values in all steps of the edges", kMostPutIntoSteps)));
    return {};
  }
  std::vector<CoupledQueue> gone;
  for (const auto& [queue, coupling] : queues) {
    make_service(tree, *coupling);
    gone.push_back({queue, coupling->edge.path});
  }
  return gone;
}

void take_out(Node& tree, const std::vector<CoupledQueue>& queues, Diagnostics& diagnostics) {
  if (queues.empty()) return;
  std::map<std::string, Location> uses;
  for (const std::string_view section : kSectionKeys) {
    const Entry* components = tree.find(section);
    if (components != nullptr) find_uses(components->value, section == "faults", uses);
  }
  std::set<std::string_view> unused;
  for (const CoupledQueue& queue : queues) {
    const auto use = uses.find(queue.name);
    if (use == uses.end()) {
      unused.insert(queue.name);
    } else {
      diagnostics.push_back(
          error_at(use->second, "conflicting-edge", queue.path,
                   fmt::format("the queue '{}' is to go, and is still used here", queue.name),
                   "couple every edge into it, and leave out in the variant what else names it"));
    }
  }
  if (Entry* section = tree.find("queues")) {
    std::erase_if(section->value.entries,
                  [&](const Entry& queue) { return unused.contains(queue.key); });
  }
}

}  // namespace spillway
