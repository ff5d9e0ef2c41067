#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "sim/language/field.h"
#include "sim/language/pack.h"
#include "sim/language/quantity.h"

namespace spillway {

/// How a balancer chooses the instance that takes a request.
enum class Balancing : std::uint8_t {
  round_robin,        ///< one after the other
  random,             ///< any of them
  least_connections,  ///< the one with the fewest requests inside
  power_of_two,       ///< of two at random the one with fewer requests inside
};
template <>
struct Choices<Balancing> {
  static constexpr std::array<std::string_view, 4> names{"round_robin", "random",
                                                         "least_connections", "power_of_two"};
};

/// `ejection: {after: 5, for: 30s}`: an instance that fails again and again gets no requests for a
/// while. The defaults are Envoy's.
struct EjectionParameters {
  Count after = 5;
  Duration lasts{30 * kSecond};
  Duration longest{300 * kSecond};
  Share at_most{0.1};
  Duration forgets{10 * kSecond};

  static constexpr auto fields() {
    using E = EjectionParameters;
    return Pack{
        Field{&E::after, "after",
              "So many failures of an instance in a row: errors, refusals and timeouts (source: "
              "Envoy, OutlierDetection, consecutive_5xx)",
              Bounds{1, 1e6}},
        Field{&E::lasts, "for",
              "How long it gets no requests, times the number of its ejections (source: Envoy, "
              "base_ejection_time)",
              kPositive},
        Field{&E::longest, "longest", "And no longer than this (source: Envoy, max_ejection_time)",
              kPositive},
        Field{&E::at_most, "at_most",
              "None more is ejected when such a share of the instances is; one may always be "
              "(source: Envoy, max_ejection_percent)",
              Bounds{0, 1, true}},
        Field{&E::forgets, "forgets",
              "One of its ejections is forgotten for each such time that an instance stays in "
              "(source: Envoy, interval)",
              kPositive},
    };
  }
};

}  // namespace spillway
