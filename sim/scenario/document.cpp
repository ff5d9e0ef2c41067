#include "sim/scenario/document.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/language/printable.h"

namespace spillway {

const Entry* Node::find(std::string_view key) const {
  if (!is_map()) return nullptr;
  for (const Entry& entry : entries) {
    if (entry.key == key) return &entry;
  }
  return nullptr;
}

Entry* Node::find(std::string_view key) {
  return const_cast<Entry*>(static_cast<const Node*>(this)->find(key));
}

std::string describe(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      return "nothing";
    case Node::Kind::list:
      return node.entries.empty() ? "an empty list" : "a list";
    case Node::Kind::map:
      return node.entries.empty() ? "an empty map" : "a map";
    case Node::Kind::scalar:
      break;
  }
  if (node.text.empty()) return "an empty text";
  const bool plain = std::ranges::all_of(node.text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._-+%/").find(c) != std::string_view::npos;
  });
  if (plain && !node.quoted) return shown(node.text);
  return fmt::format("'{}'", shown(node.text));
}

std::size_t count_nodes(const Node& node) {
  std::size_t n = 1;
  for (const Entry& entry : node.entries) n += count_nodes(entry.value) + (node.is_map() ? 1 : 0);
  return n;
}

}  // namespace spillway
