#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "sim/language/field.h"

namespace spillway {

/// In which order a service serves its requests.
enum class Discipline : std::uint8_t {
  fifo,
  lifo,
  adaptive_lifo,      ///< last in, first out, but only while the line does not get empty
  priority,           ///< the most urgent first, and of those the first in line
  processor_sharing,  ///< nobody waits: all share the slots
};
template <>
struct Choices<Discipline> {
  static constexpr std::array<std::string_view, 5> names{"fifo", "lifo", "adaptive_lifo",
                                                         "priority", "processor_sharing"};
};

}  // namespace spillway
