#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "sim/language/location.h"

namespace spillway {

/// What a value may be, both ends included, in SI base units (s, 1/s, bytes, fractions of 1).
struct Bounds {
  double least = 0;
  double most = std::numeric_limits<double>::infinity();
  bool above_least = false;  ///< the lower end itself is excluded
};

inline constexpr Bounds kAtLeastZero{};
inline constexpr Bounds kPositive{.above_least = true};
inline constexpr Bounds kAtLeastOne{.least = 1};

/// The longest a run may be, so that the ends of whatever happens in it are still times: 100 years.
/// Unit: s.
inline constexpr double kLongestRun = 36'525.0 * 86'400.0;

/// The nouns of a design, and the sections that declare them.
enum class Noun : std::uint16_t {
  none = 0,
  producer = 1,
  service = 2,
  queue = 4,
  topic = 8,
  log = 16,
  consumer = 32,
  store = 64,
  broker = 128,
  fault = 256,
  subscription = 512,  ///< of a topic, by `topic.subscription`; declared there
  group = 1024,        ///< of a log, by `log.group`; its consumer declares it
  total = 2048,        ///< all together, for metrics
  breaker = 4096,      ///< of a call; for presets
  retry = 8192,        ///< of a call or send; for presets
  call = 16384,        ///< a step; for presets
  limit = 32768,
};
constexpr Noun operator|(Noun a, Noun b) {
  return static_cast<Noun>(static_cast<std::uint16_t>(a) | static_cast<std::uint16_t>(b));
}
constexpr bool includes(Noun set, Noun one) {
  return (static_cast<std::uint16_t>(set) & static_cast<std::uint16_t>(one)) != 0;
}

constexpr bool is_one(Noun set) { return std::has_single_bit(static_cast<std::uint16_t>(set)); }

/// The name of another component. Which nouns it may name is said by its field.
struct Reference {
  std::string name;
  Location at;
};

enum class Need : std::uint8_t { optional, required };

/// One parameter, declared once: loading, defaults, ranges, `--set`, JSON Schema and the
/// reference page all read this record. Its default is the member's initial value; its type
/// says how it is written (Duration, Rate, Size, Share, Factor, Count, Limit, bool, an enum with
/// `Choices`, Distribution, Reference, Program, a struct with fields(), std::optional of these).
template <class Owner, class T>
struct Field {
  using Value = T;

  T Owner::* member;
  std::string_view name;
  std::string_view meaning;
  Bounds bounds = {};
  Need need = Need::optional;
  Noun refers_to = Noun::none;
  std::string_view source = {};
};
template <class Owner, class T, class... Rest>
Field(T Owner::*, Rest...) -> Field<Owner, T>;

/// The words an enum is written with, in the order of its values. Specialised beside each enum:
/// `template <> struct Choices<Ack> { static constexpr std::array names{"after", "before"}; };`
template <class Enum>
struct Choices;

template <class T>
concept Declared = requires { T::fields(); };

/// A declaration of which exactly one of the keys in `exactly_one` must be there.
template <class T>
concept Exclusive = Declared<T> && requires { T::exactly_one; };

/// Visits each field of a declaration, in its order.
template <Declared P, class Visitor>
constexpr void for_each_field(Visitor&& visit) {
  P::fields().apply([&](const auto&... field) { (visit(field), ...); });
}

}  // namespace spillway
