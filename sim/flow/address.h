#pragma once

#include <concepts>
#include <cstdint>

#include "sim/kernel/event.h"

namespace spillway {

/// A list of types: components, verbs, steps.
template <class... T>
struct List {};

template <class T, class... U>
consteval std::uint32_t index_in(List<U...>) {
  std::uint32_t index = 0;
  bool found = false;
  ((found = found || std::same_as<T, U>, index += found ? 0u : 1u), ...);
  return index;
}

/// Who is meant and what is said: kind of component (6 bits, from 1) | verb (5) | index (21). With
/// no more bits for the verb than this, dispatch is one jump by a table.
using Address = std::uint32_t;
inline constexpr std::uint32_t kIndexBits = 21;
inline constexpr std::uint32_t kVerbBits = 5;

/// The one thing that happens next, said by a handler: to whom (an Address) and about which
/// message.
using Next = Action;

inline constexpr std::uint32_t kMostComponents = 1u << kIndexBits;

/// The address of a component itself, to which verbs are added.
constexpr Address component_address(std::uint32_t kind, std::uint32_t index) {
  return (kind + 1) << (kIndexBits + kVerbBits) | index;
}

/// The kind of the component behind an address.
constexpr std::uint32_t kind_in(Address address) {
  return (address >> (kIndexBits + kVerbBits)) - 1;
}

/// Kind and verb: what dispatch looks at.
constexpr std::uint32_t key_of(Address address) { return address >> kIndexBits; }
constexpr std::uint32_t index_of(Address address) { return address & (kMostComponents - 1); }

}  // namespace spillway
