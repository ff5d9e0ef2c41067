#include <fmt/format.h>

#include <algorithm>

#include "sim/scenario/reader.h"

namespace spillway {
namespace {

/// Reads a map from edges; `read_value` reads what one says.
template <class T>
void read_edge_map(Reader& reader, const Node& node, std::string_view example,
                   std::vector<std::pair<EdgeName, T>>& out, const auto& read_value) {
  if (!node.is_map() || node.entries.empty()) {
    return reader.unexpected("wrong-kind", node,
                             fmt::format("a map from edges, such as {{{}}}", example));
  }
  for (const Entry& entry : node.entries) {
    const Reader::Scope scope(reader, entry.key);
    Node key;
    key.kind = Node::Kind::scalar;
    key.text = entry.key;
    key.at = entry.key_at;
    EdgeName edge;
    const std::size_t errors_before = reader.error_count();
    reader.read(key, Wanted{}, edge);
    if (reader.error_count() != errors_before) continue;
    const bool twice =
        std::ranges::any_of(out, [&](const auto& other) { return other.first.name == edge.name; });
    if (twice) {
      reader.error("duplicate-name", entry.key_at, "this edge stands here twice");
      continue;
    }
    T value{};
    read_value(entry.value, value);
    out.emplace_back(std::move(edge), std::move(value));
  }
}

}  // namespace

void Reader::read(const Node& node, const Wanted&, EdgeShares& out) {
  read_edge_map(*this, node, "checkout -> payments: 10%", out.edges,
                [&](const Node& said, Share& share) { read(said, {}, share); });
}

void Reader::read(const Node& node, const Wanted&, EdgeDelays& out) {
  read_edge_map(*this, node, "checkout -> payments: +200ms", out.edges,
                [&](const Node& said, Distribution& delay) {
                  Node amount = said;
                  if (said.is_scalar()) {
                    if (!said.text.starts_with('+')) {
                      return unexpected("wrong-kind", said, "what is added, such as +200ms", "",
                                        "write a plus sign before it");
                    }
                    amount.text.erase(0, 1);
                  }
                  read(amount, {}, delay);
                });
}

void Reader::read(const Node& node, const Wanted&, ZoneDistances& out) {
  read_edge_map(*this, node, "eu -> us: 85ms", out.pairs,
                [&](const Node& said, Distribution& delay) { read(said, {}, delay); });
}

void Reader::read(const Node& node, const Wanted& wanted, ComponentPair& out) {
  if (!node.is_list() || node.entries.size() != 2) {
    return unexpected("wrong-kind", node, "a list of two components, such as [checkout, payments]");
  }
  out.at = node.at;
  for (std::size_t i = 0; i < 2; ++i) {
    const Scope scope(*this, fmt::format("[{}]", i + 1));
    read(node.entries[i].value, wanted, out.ends[i]);
  }
}

}  // namespace spillway
