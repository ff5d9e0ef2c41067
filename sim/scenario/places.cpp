#include "sim/scenario/places.h"

#include <array>
#include <span>

#include "sim/scenario/names.h"
#include "sim/scenario/sections.h"

namespace spillway {

Node* find_component(Node& tree, std::string_view name, std::string_view* section) {
  for (const std::string_view key : kSectionKeys) {
    Entry* components = tree.find(key);
    if (components == nullptr) continue;
    if (Entry* component = components->value.find(name)) {
      if (section != nullptr) *section = key;
      return &component->value;
    }
  }
  return nullptr;
}

std::vector<std::string_view> component_names(const Node& tree) {
  std::vector<std::string_view> names;
  for (const std::string_view key : kSectionKeys) {
    const Entry* components = tree.find(key);
    if (components == nullptr) continue;
    for (const Entry& component : components->value.entries) names.push_back(component.key);
  }
  return names;
}

namespace {

constexpr std::array<std::string_view, 9> kKinds{"call",  "send",    "publish", "read",  "write",
                                                 "apply", "request", "gather",  "submit"};
constexpr std::span<const std::string_view> kOfExchanges = std::span(kKinds).first(3);

void visit_below(Node& node, std::string_view component, std::span<const std::string_view> kinds,
                 const VisitExchange& visit) {
  for (Entry& entry : node.entries) visit_below(entry.value, component, kinds, visit);
  for (const std::string_view kind : kinds) {
    const Entry* target = node.find(kind);
    if (target != nullptr && target->value.is_scalar()) return visit(node, kind, component);
  }
}

void visit_all(Node& tree, std::span<const std::string_view> kinds, const VisitExchange& visit) {
  for (const std::string_view key : kSectionKeys) {
    Entry* components = tree.find(key);
    if (components == nullptr || !components->value.is_map()) continue;
    for (Entry& component : components->value.entries) {
      if (Entry* does = component.value.find("does")) {
        visit_below(does->value, component.key, kinds, visit);
      }
    }
  }
}

}  // namespace

void for_each_exchange_below(Node& node, std::string_view component, const VisitExchange& visit) {
  visit_below(node, component, kOfExchanges, visit);
}

void for_each_exchange(Node& component, std::string_view name, const VisitExchange& visit) {
  if (Entry* does = component.find("does")) for_each_exchange_below(does->value, name, visit);
}

void for_each_exchange(Node& tree, const VisitExchange& visit) {
  visit_all(tree, kOfExchanges, visit);
}

void for_each_edge_step(Node& tree, const VisitExchange& visit) { visit_all(tree, kKinds, visit); }

std::string edge_of(const Node& step, std::string_view kind, std::string_view component) {
  if (kind == "call") {
    if (const Entry* said = step.find("edge"); said != nullptr && said->value.is_scalar()) {
      const auto [from, to] = split_edge(said->value.text);
      return edge_name(from, to);
    }
  }
  return edge_name(component, step.find(kind)->value.text);
}

Node* section_of(Node& tree, std::string_view key, const Location& at) {
  Entry* section = tree.find(key);
  if (section == nullptr) {
    tree.entries.push_back({std::string(key), at, {}});
    section = &tree.entries.back();
  }
  if (section->value.is_null()) section->value = map_node(at);
  return section->value.is_map() ? &section->value : nullptr;
}

Node map_node(const Location& at) {
  Node node;
  node.kind = Node::Kind::map;
  node.at = at;
  return node;
}

Node text_node(std::string text, const Location& at) {
  Node node;
  node.kind = Node::Kind::scalar;
  node.text = std::move(text);
  node.at = at;
  return node;
}

}  // namespace spillway
