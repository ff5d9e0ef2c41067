#pragma once

#include <string_view>

#include "sim/flow/timeline.h"

namespace spillway {

/// Whether the scenario speaks of the window: a spike, a fault. The whole run has no name; `before`
/// and `recovery`, or `before:NAME`, follow from the windows that have.
inline bool is_named_window(const Window& window) {
  const auto derived = [&](std::string_view word) {
    return window.name == word ||
           (window.name.starts_with(word) && window.name[word.size()] == ':');
  };
  return !window.name.empty() && !derived("before") && !derived("recovery");
}

}  // namespace spillway
