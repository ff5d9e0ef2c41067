#pragma once

#include <optional>
#include <string>

#include "sim/language/field.h"
#include "sim/language/pack.h"
#include "sim/language/quantity.h"

namespace spillway {

/// `collapse: {when: shoppers.goodput < 50%, lasting: 2min, trigger: provider-hangs}`: what counts
/// as a system that stays down after what brought it down has gone (a metastable failure).
///
/// Source: Bronson et al., "Metastable Failures in Distributed Systems", HotOS 2021.
struct CollapseParameters {
  std::string when;
  Duration lasting;
  std::string trigger;

  static constexpr auto fields() {
    using C = CollapseParameters;
    return Pack{
        Field{&C::when, "when",
              "`PRODUCER.goodput < SHARE`, of what it was between the warm-up and the trigger",
              kAtLeastZero, Need::required},
        Field{&C::lasting, "lasting", "Over how long: the last so much of the run", kPositive,
              Need::required},
        Field{&C::trigger, "trigger",
              "The fault, window or entry of a profile that may set it off, at a fixed time",
              kAtLeastZero, Need::required},
    };
  }
};

/// The same, checked: names found, times worked out.
struct Collapse {
  std::string producer;
  double share = 0;       ///< of the goodput before
  Time before_until = 0;  ///< the trigger's beginning; it is compared with [warm-up, this)
  Time from = 0;          ///< with [this, the run's end)
};

}  // namespace spillway
