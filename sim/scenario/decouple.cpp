#include "sim/scenario/decouple.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "sim/language/printable.h"
#include "sim/language/suggestion.h"
#include "sim/scenario/names.h"
#include "sim/scenario/overlay.h"
#include "sim/scenario/places.h"
#include "sim/scenario/said_edges.h"

namespace spillway {
namespace {

/// An edge on its way from call to queue and workers.
struct Decoupling {
  SaidEdge edge;
  std::string queue;
  std::string workers;
  Node queue_keys;    ///< as said: a map, or nothing
  Node workers_keys;  ///< likewise
  bool named = true;  ///< both names are free
  Node call;          ///< what the workers do; nothing before the first call is found
};

bool same_value(const Node& a, const Node& b);

bool same_entries(const Node& a, const Node& b) {
  std::vector<const Entry*> mine;
  std::vector<const Entry*> theirs;
  for (const Entry& entry : a.entries) mine.push_back(&entry);
  for (const Entry& entry : b.entries) theirs.push_back(&entry);
  if (a.is_map()) {
    std::ranges::sort(mine, {}, &Entry::key);
    std::ranges::sort(theirs, {}, &Entry::key);
  }
  return std::ranges::equal(mine, theirs, [](const Entry* one, const Entry* other) {
    return one->key == other->key && same_value(one->value, other->value);
  });
}

/// Whether two values say the same, wherever they stand.
bool same_value(const Node& a, const Node& b) {
  return a.kind == b.kind && a.text == b.text && same_entries(a, b);
}

/// Takes what is said of the queue and the workers apart.
void read_keys(Decoupling& decoupling, Diagnostics& diagnostics) {
  const SaidEdge& edge = decoupling.edge;
  for (const Entry& part : edge.said->value.entries) {
    const std::string path = fmt::format("{}.{}", edge.path, shown(part.key));
    if (part.key != "queue" && part.key != "workers") {
      std::string hint = did_you_mean(part.key, {"queue", "workers"});
      diagnostics.push_back(error_at(
          part.key_at, "unknown-key", path, fmt::format("unknown key '{}'", shown(part.key)),
          hint.empty() ? "the keys here are queue or workers" : std::move(hint)));
    } else if (!part.value.is_map() && !part.value.is_null()) {
      diagnostics.push_back(
          error_at(part.value.at, "wrong-kind", path,
                   fmt::format("expected the keys of a {}; found {}",
                               part.key == "queue" ? "queue" : "consumer", describe(part.value))));
    } else {
      (part.key == "queue" ? decoupling.queue_keys : decoupling.workers_keys) = part.value;
    }
  }
  for (const std::string_view key : {"from", "does"}) {
    const Entry* own = decoupling.workers_keys.find(key);
    if (own == nullptr) continue;
    diagnostics.push_back(error_at(
        own->key_at, "wrong-place", fmt::format("{}.workers.{}", edge.path, key),
        "the workers take from the queue of this edge and make its call",
        fmt::format("what they do besides is said under consumers: {}", decoupling.workers)));
  }
}

/// Checks that the names of what comes are free.
void check_names(Node& tree, Decoupling& decoupling, Diagnostics& diagnostics) {
  for (const std::string& name : {decoupling.queue, decoupling.workers}) {
    std::string code = "duplicate-name";
    std::string message;
    if (const std::string problem = name_problem(name); !problem.empty()) {
      code = "bad-name";
      message = fmt::format("the name '{}' {}", shown(name), problem);
    } else if (find_component(tree, name) != nullptr) {
      message = fmt::format("there is a component '{}' already", name);
    } else {
      continue;
    }
    decoupling.named = false;
    diagnostics.push_back(error_at(decoupling.edge.said->key_at, std::move(code),
                                   decoupling.edge.path, std::move(message),
                                   "queue and workers get their names from the edge"));
  }
}

/// Lets the exchanges within a call's options, as in a fallback, keep their edges where the call
/// moves to the workers. What is on its way to a call can be so from its own component only.
void keep_edges(Node& option, const std::string& from) {
  for_each_exchange_below(
      option, from, [](Node& step, std::string_view kind, std::string_view component) {
        if (kind == "send") {
          std::erase_if(step.entries, [](const Entry& entry) { return entry.key == "edge"; });
        } else if (kind == "call" && step.find("edge") == nullptr) {
          const Entry target = *step.find(kind);
          step.entries.push_back(
              {"edge", target.key_at, text_node(edge_of(step, kind, component), target.value.at)});
        }
      });
}

/// Makes a send of a call; the call itself becomes the workers'.
void convert(Node& step, Decoupling& decoupling, Diagnostics& diagnostics) {
  const SaidEdge& edge = decoupling.edge;
  const std::string name = edge.name();
  const std::string own_name = edge_of(step, "call", edge.from);
  const Entry target = *step.find("call");
  if (own_name != name) {
    diagnostics.push_back(error_at(step.find("edge")->key_at, "conflicting-edge", edge.path,
                                   fmt::format("this call is the edge '{}'", shown(own_name)),
                                   "only a call without an edge of another name can be decoupled"));
    return;
  }
  Node call = map_node(step.at);
  for (Entry& option : step.entries) {
    // Whoever waits for the confirm holds as its service does; a consumer has nothing to hold.
    if (option.key == "holds" || option.key == "edge") continue;
    keep_edges(option.value, edge.from);
    call.entries.push_back(std::move(option));
  }
  call.entries.push_back({"edge", target.key_at, text_node(name, target.value.at)});
  step = map_node(step.at);
  step.entries.push_back({"send", target.key_at, text_node(decoupling.queue, target.value.at)});
  step.entries.push_back({"edge", target.key_at, text_node(name, target.value.at)});
  if (decoupling.call.is_null()) {
    decoupling.call = std::move(call);
  } else if (!same_value(call, decoupling.call)) {
    diagnostics.push_back(
        error_at(target.key_at, "conflicting-edge", edge.path,
                 fmt::format("the call to '{}' in line {} has other options, and the workers make "
                             "one call for both",
                             edge.to, decoupling.call.find("call")->key_at.line),
                 "say the same in each call of the edge"));
  }
}

/// Puts the queue and the workers into the tree.
void add_components(Node& tree, Decoupling& decoupling) {
  const Location& at = decoupling.edge.said->key_at;
  Node queue = std::move(decoupling.queue_keys);
  if (queue.is_null()) queue = map_node(at);
  if (Node* queues = section_of(tree, "queues", at)) {
    queues->entries.push_back({decoupling.queue, at, std::move(queue)});
  }
  Node workers = map_node(at);
  workers.entries.push_back({"from", at, text_node(decoupling.queue, at)});
  const Entry* services = tree.find("services");
  const Entry* callee = services == nullptr ? nullptr : services->value.find(decoupling.edge.to);
  // A preset brings slots of its own.
  if (callee != nullptr && decoupling.workers_keys.find("preset") == nullptr) {
    for (const std::string_view key : {"instances", "concurrency"}) {
      if (const Entry* slots = callee->value.find(key)) workers.entries.push_back(*slots);
    }
  }
  if (decoupling.workers_keys.is_map()) {
    merge(workers, decoupling.workers_keys, {"consumers", decoupling.workers});
  }
  Node does;
  does.kind = Node::Kind::list;
  does.at = decoupling.call.at;
  does.entries.push_back({"", decoupling.call.at, std::move(decoupling.call)});
  workers.entries.push_back({"does", at, std::move(does)});
  if (Node* consumers = section_of(tree, "consumers", at)) {
    consumers->entries.push_back({decoupling.workers, at, std::move(workers)});
  }
}

}  // namespace

void decouple(Node& tree, const Entry& said, const std::string& path, Diagnostics& diagnostics) {
  std::map<std::string, std::size_t> callers;
  std::map<std::string, std::map<std::string, Decoupling>> by_caller;
  for (SaidEdge& edge :
       read_edges(tree, said, path, "checkout -> payments: {queue: {}}", diagnostics)) {
    ++callers[edge.to];
    by_caller[edge.from][edge.to].edge = std::move(edge);
  }
  for (auto& [from, by_callee] : by_caller) {
    for (auto& [to, decoupling] : by_callee) {
      const std::string stem = callers[to] == 1 ? to : fmt::format("{}-{}", from, to);
      decoupling.queue = stem + "-requests";
      decoupling.workers = stem + "-workers";
      read_keys(decoupling, diagnostics);
      check_names(tree, decoupling, diagnostics);
    }
    Targets targets;
    for_each_exchange(*by_callee.begin()->second.edge.component, from,
                      [&](Node& step, std::string_view kind, std::string_view) {
                        const std::string to = step.find(kind)->value.text;
                        (kind == "call" ? targets.calls : targets.sends).insert(to);
                        const auto found = by_callee.find(to);
                        if (kind == "call" && found != by_callee.end() && found->second.named) {
                          convert(step, found->second, diagnostics);
                        }
                      });
    for (auto& [to, decoupling] : by_callee) {
      if (!targets.calls.contains(to)) {
        no_such_step(decoupling.edge, "call", targets, diagnostics);
      }
    }
  }
  for (auto& [from, by_callee] : by_caller) {
    for (auto& [to, decoupling] : by_callee) {
      if (decoupling.named && !decoupling.call.is_null()) add_components(tree, decoupling);
    }
  }
}

}  // namespace spillway
