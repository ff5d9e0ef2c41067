#pragma once

#include <optional>

#include "sim/language/distribution.h"
#include "sim/language/field.h"
#include "sim/language/pack.h"
#include "sim/language/quantity.h"

namespace spillway {

/// `hedge: {after: 20ms}`: a request that is not answered yet is sent once more.
struct HedgeParameters {
  std::optional<Distribution> after;
  std::optional<Share> percentile;
  Count copies = 1;
  std::optional<Share> budget;

  static constexpr auto fields() {
    using H = HedgeParameters;
    constexpr std::string_view kSource =
        "J. Dean, L. A. Barroso, The Tail at Scale, Communications of the ACM, 2013";
    return Pack{
        Field{&H::after, "after", "How long after the attempt, or the copy before, a copy is sent",
              kAtLeastZero},
        Field{&H::percentile, "percentile",
              "Instead: after the time within which this share of the edge's calls was answered "
              "that ended well, by the latest thousand; no copies before there were a hundred",
              Bounds{0, 1, true}, Need::optional, Noun::none, kSource},
        Field{&H::copies, "copies", "Copies of an attempt, at most", Bounds{1, 100}},
        Field{&H::budget, "budget",
              "Copies at most, as a share of the attempts of the last ten seconds, all instances "
              "together; default: no limit",
              Bounds{0, 1}},
    };
  }
};

}  // namespace spillway
