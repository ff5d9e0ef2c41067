#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace spillway {

/// Edits that turn one word into the other: insertions, deletions, replacements, and swaps of two
/// neighbours, no part edited twice (optimal string alignment). Letters of both cases are equal.
///
/// Returns: `most` + 1 when it is more than `most`. Cost: O(length of a x most).
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t most);

/// The candidate that a mistyped word most likely means: at most 2 edits away, or a third of its
/// length, and never all of it. The first of several equally near ones.
///
/// Returns: empty when none is near.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates);

/// Writes "did you mean 'visibility'?", or nothing when no candidate is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates);

/// Writes "a, b or c"; of more than `most`, the first ones and "…".
std::string one_of(const std::vector<std::string_view>& words, std::size_t most = 12);

}  // namespace spillway
