#include "analysis/topology/digraph.h"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/strong_components.hpp>
#include <boost/graph/topological_sort.hpp>
#include <iterator>

namespace spillway::topology {
namespace {

/// Each edge knows the place of its arc.
using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, boost::no_property,
                                    boost::property<boost::edge_index_t, std::size_t>>;

Graph graph_of(std::size_t vertices, const std::vector<Arc>& arcs) {
  Graph graph(vertices);
  for (std::size_t i = 0; i < arcs.size(); ++i) {
    boost::add_edge(arcs[i].from, arcs[i].to, i, graph);
  }
  return graph;
}

}  // namespace

std::vector<std::vector<std::size_t>> strong_components(std::size_t vertices,
                                                        const std::vector<Arc>& arcs) {
  const Graph graph = graph_of(vertices, arcs);
  std::vector<std::size_t> component_of(vertices);
  const std::size_t count = boost::strong_components(
      graph, boost::make_iterator_property_map(component_of.begin(),
                                               boost::get(boost::vertex_index, graph)));
  std::vector<std::vector<std::size_t>> components(count);
  for (std::size_t i = 0; i < vertices; ++i) components[component_of[i]].push_back(i);
  std::ranges::sort(components, {}, [](const auto& component) { return component.front(); });
  return components;
}

std::optional<std::vector<std::size_t>> topological_order(std::size_t vertices,
                                                          const std::vector<Arc>& arcs) {
  const Graph graph = graph_of(vertices, arcs);
  std::vector<std::size_t> order;
  order.reserve(vertices);
  try {
    boost::topological_sort(graph, std::back_inserter(order));
  } catch (const boost::not_a_dag&) {
    return std::nullopt;
  }
  std::ranges::reverse(order);
  return order;
}

std::vector<std::size_t> nearest_first(std::size_t vertices, const std::vector<Arc>& arcs,
                                       const std::vector<std::size_t>& starts) {
  const Graph graph = graph_of(vertices, arcs);
  std::vector<std::size_t> place(vertices, vertices);
  std::vector<std::size_t> visited;
  const auto visit = [&](std::size_t vertex) {
    if (place[vertex] != vertices) return;
    place[vertex] = visited.size();
    visited.push_back(vertex);
  };
  for (const std::size_t start : starts) visit(start);
  for (std::size_t i = 0; i < visited.size(); ++i) {
    for (const auto edge : boost::make_iterator_range(boost::out_edges(visited[i], graph))) {
      visit(boost::target(edge, graph));
    }
  }
  for (std::size_t i = 0; i < vertices; ++i) visit(i);
  return place;
}

std::vector<std::size_t> shortest_cycle(std::size_t vertices, const std::vector<Arc>& arcs,
                                        std::size_t through) {
  const Graph graph = graph_of(vertices, arcs);
  const std::size_t none = arcs.size();
  std::vector<std::size_t> came_by(vertices, none);
  std::vector<std::size_t> visited{through};
  for (std::size_t i = 0; i < visited.size() && came_by[through] == none; ++i) {
    for (const auto edge : boost::make_iterator_range(boost::out_edges(visited[i], graph))) {
      const std::size_t to = boost::target(edge, graph);
      if (came_by[to] != none) continue;
      came_by[to] = boost::get(boost::edge_index, graph, edge);
      visited.push_back(to);
    }
  }
  std::vector<std::size_t> cycle;
  if (came_by[through] == none) return cycle;
  std::size_t at = through;
  do {
    cycle.push_back(came_by[at]);
    at = arcs[came_by[at]].from;
  } while (at != through);
  std::ranges::reverse(cycle);
  return cycle;
}

}  // namespace spillway::topology
