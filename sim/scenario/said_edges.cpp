#include "sim/scenario/said_edges.h"

#include <fmt/format.h>

#include "sim/language/printable.h"
#include "sim/language/suggestion.h"
#include "sim/scenario/names.h"
#include "sim/scenario/places.h"

namespace spillway {

std::string SaidEdge::name() const { return edge_name(from, to); }

std::vector<SaidEdge> read_edges(Node& tree, const Entry& said, const std::string& path,
                                 std::string_view example, Diagnostics& diagnostics) {
  std::vector<SaidEdge> edges;
  const auto fail = [&](std::string code, const Location& at, const std::string& where,
                        std::string message, std::string hint = "") {
    diagnostics.push_back(
        error_at(at, std::move(code), where, std::move(message), std::move(hint)));
  };
  if (!said.value.is_map()) {
    fail("wrong-kind", said.value.at, path,
         fmt::format("expected a map from edges, such as {{{}}}; found {}", example,
                     describe(said.value)));
    return edges;
  }
  if (said.value.entries.size() > kMostByName) {
    fail(
        "too-large", said.value.at, path,
        fmt::format("expected at most {} edges; found {}", kMostByName, said.value.entries.size()));
    return edges;
  }
  std::set<std::string> known;
  for (const Entry& entry : said.value.entries) {
    SaidEdge edge{&entry, fmt::format("{}.{}", path, shown(entry.key)), "", "", nullptr};
    const auto [from, to] = split_edge(entry.key);
    edge.from = from;
    edge.to = to;
    edge.component = find_component(tree, from);
    if (from.empty()) {
      fail("bad-name", entry.key_at, edge.path,
           fmt::format("expected an edge such as checkout -> payments; found '{}'",
                       shown(entry.key)));
    } else if (edge.component == nullptr) {
      fail("unknown-name", entry.key_at, edge.path,
           fmt::format("there is no component '{}'", shown(from)),
           diagnostics.size() < 30 ? did_you_mean(from, component_names(tree)) : "");
    } else if (!entry.value.is_map() && !entry.value.is_null()) {
      fail("wrong-kind", entry.value.at, edge.path,
           fmt::format("expected a map, such as {}; found {}", example, describe(entry.value)));
    } else if (!known.insert(edge.name()).second) {
      fail("duplicate-name", entry.key_at, edge.path, "this edge stands here twice");
    } else {
      edges.push_back(std::move(edge));
    }
  }
  return edges;
}

void no_such_step(const SaidEdge& edge, std::string_view kind, const Targets& targets,
                  Diagnostics& diagnostics) {
  const bool call = kind == "call";
  const std::set<std::string>& fitting = call ? targets.calls : targets.sends;
  const std::set<std::string>& other = call ? targets.sends : targets.calls;
  std::string hint;
  if (other.contains(edge.to)) {
    hint = call ? "it sends there already" : "it calls there already";
  } else if (diagnostics.size() < 30) {
    hint = did_you_mean(edge.to, {fitting.begin(), fitting.end()});
  }
  diagnostics.push_back(
      error_at(edge.said->key_at, "unknown-name", edge.path,
               fmt::format("'{}' has no {} to '{}'", shown(edge.from), kind, shown(edge.to)),
               std::move(hint)));
}

}  // namespace spillway
