#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace spillway {

/// What is wrong with a name, as "it …"; empty when it is fine.
///
/// A name begins with a letter, ends with a letter or a digit, has letters, digits, _ and - in
/// between, and at most 64 characters: so `a -> b`, `name.metric` and `metric@name` can always be
/// taken apart.
std::string name_problem(std::string_view name);

/// Whether the word means something of its own at the top of a scenario or in a metric.
bool is_reserved(std::string_view name);

/// The text without the spaces at its ends.
std::string_view trimmed(std::string_view text);

/// Writes `a -> b`.
std::string edge_name(std::string_view from, std::string_view to);

/// Takes `a -> b` apart. Returns: empty names when the text is no edge.
std::pair<std::string_view, std::string_view> split_edge(std::string_view text);

}  // namespace spillway
