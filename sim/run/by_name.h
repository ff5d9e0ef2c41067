#pragma once

#include <algorithm>
#include <concepts>
#include <vector>

#include "sim/model/components.h"
#include "sim/scenario/scenario.h"

namespace spillway {

/// Components of a section, or entries of a map, in the order of their names: what is wired in that
/// order does not depend on their order in the file.
template <class C>
std::vector<const C*> by_name(const std::vector<C>& components) {
  std::vector<const C*> sorted;
  sorted.reserve(components.size());
  for (const C& component : components) sorted.push_back(&component);
  std::sort(sorted.begin(), sorted.end(),
            [](const auto* a, const auto* b) { return a->name < b->name; });
  return sorted;
}

/// Whether a declared component becomes one of this kind.
template <class C, class P>
bool becomes(const Component<P>& declared) {
  if constexpr (requires { declared.parameters.balancing; }) {
    return declared.parameters.balancing.has_value() == std::same_as<C, BalancedService>;
  } else {
    return true;
  }
}

/// The components of a section that are of this kind, in the order of its pool.
template <class C, class P>
std::vector<const Component<P>*> by_name_as(const std::vector<Component<P>>& components) {
  std::vector<const Component<P>*> sorted = by_name(components);
  std::erase_if(sorted, [](const Component<P>* declared) { return !becomes<C>(*declared); });
  return sorted;
}

}  // namespace spillway
