#pragma once

#include <span>
#include <string_view>

namespace spillway {

/// The text of scenarios/presets/NAME.yaml, as of the build.
struct EmbeddedPreset {
  std::string_view name;
  std::string_view text;
};

/// Made by embed_presets.cmake.
std::span<const EmbeddedPreset> embedded_presets();

}  // namespace spillway
