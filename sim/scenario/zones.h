#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/flow/steps/exchange_declaration.h"
#include "sim/language/distribution.h"
#include "sim/language/field.h"
#include "sim/language/pack.h"

namespace spillway {

struct Scenario;

/// `{eu -> us: 85ms}`: pairs of zones with the delay one way between them, in either direction.
struct ZoneDistances {
  std::vector<std::pair<EdgeName, Distribution>> pairs;
};

/// How far the zones are from one another.
struct ZoneParameters {
  ZoneDistances between;

  static constexpr auto fields() {
    return Pack{
        Field{&ZoneParameters::between, "between",
              "Network delay one way between two zones, in either direction, for every call, send "
              "and delivery that doesn't say otherwise; default: the scenario's network"},
    };
  }
};

/// The zone that a component is in; a queue on a broker is where that is. Empty: in none.
std::string_view zone_of(const Scenario& scenario, std::string_view component);

/// The delay one way between two components where nothing else is said: the distance of their
/// zones, or the scenario's network.
const Distribution& network_between(const Scenario& scenario, std::string_view one,
                                    std::string_view other);

}  // namespace spillway
