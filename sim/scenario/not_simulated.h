#pragma once

#include <string_view>

namespace spillway {

/// Whether the language has this key in that place, though this version does not simulate it.
///
/// `owner`: the section, the step, or the key that holds the map; "scenario" at the top, "does" for
/// steps, "preset" for names of presets, "component.key" for values of a choice.
bool is_not_simulated(std::string_view owner, std::string_view key);

}  // namespace spillway
