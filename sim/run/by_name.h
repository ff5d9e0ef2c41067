#pragma once

#include <algorithm>
#include <vector>

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

}  // namespace spillway
