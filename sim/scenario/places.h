#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/document.h"

// Where things stand in a scenario's tree before it is read: components, and the steps that send
// something along an edge.

namespace spillway {

/// The most components and edges that a variant says by their names alone: each is looked for in
/// all sections.
inline constexpr std::size_t kMostByName = 500;

/// Values that a variant may put into steps in all: what it says of an edge goes into each of them.
inline constexpr std::size_t kMostPutIntoSteps = 250'000;

/// The component's map, wherever it is declared; nullptr when there is none.
Node* find_component(Node& tree, std::string_view name, std::string_view* section = nullptr);

/// The names of all components.
std::vector<std::string_view> component_names(const Node& tree);

/// Takes a step that calls, sends or publishes; `kind` is the word for it. It may change the step.
using VisitExchange =
    std::function<void(Node& step, std::string_view kind, std::string_view component)>;

/// Visits the steps of a component that call, send or publish, those inside of other steps too, the
/// inner ones first.
void for_each_exchange(Node& component, std::string_view name, const VisitExchange& visit);

/// The same for what stands below one value.
void for_each_exchange_below(Node& node, std::string_view component, const VisitExchange& visit);

/// The same for all components.
void for_each_exchange(Node& tree, const VisitExchange& visit);

/// The same of all steps that go along an edge: those too that ask something of a store, whose
/// `kind` is "read", "write" or "apply".
void for_each_edge_step(Node& tree, const VisitExchange& visit);

/// The name of the edge that a step goes along.
std::string edge_of(const Node& step, std::string_view kind, std::string_view component);

/// The section's map, made when it is not there; nullptr when something else stands there.
Node* section_of(Node& tree, std::string_view key, const Location& at);

/// A value of the tree: an empty map, a text.
Node map_node(const Location& at);
Node text_node(std::string text, const Location& at);

}  // namespace spillway
