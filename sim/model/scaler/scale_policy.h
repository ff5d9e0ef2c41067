#pragma once

#include <cstdint>

#include "sim/flow/scale_declaration.h"
#include "sim/kernel/time.h"

namespace spillway {

/// What is seen of a component at a look.
struct ScaleFigures {
  std::int64_t backlog = 0;  ///< messages ready
  Time age = 0;              ///< of the oldest of them
  double busy = 0;           ///< share of the slots, since the look before
  bool failing = false;      ///< a handler has failed since then
  bool held_up = false;      ///< an instance waits for a permit of a shared limit
  std::uint32_t serving = 0;
  std::uint32_t wanted = 0;  ///< those that serve, and those that start
};

/// How many instances a component is to have: target tracking, with what is seen and nothing else.
///
/// A backlog says how many are needed for each to have its share. An age or a utilization is a
/// proportion: those that serve, times figure / target. A figure within the tolerance of its target
/// changes nothing. Pollers have no target: they are more from look to look while there is
/// something to fetch, and rest while handlers fail or are not let begin.
struct ScalePolicy {
  ScaleBy by = ScaleBy::schedule;
  double target = 1;  ///< messages, ns, or a share
  double tolerance = 0;
  std::uint32_t least = 1;
  std::uint32_t most = 1;
  std::uint32_t step = ~std::uint32_t{0};  ///< so many come at once, at most

  /// Range of what it returns: least to most.
  std::uint32_t wanted(const ScaleFigures& figures) const;

 private:
  std::uint32_t tracked(const ScaleFigures& figures) const;
  std::uint32_t polling(const ScaleFigures& figures) const;
};

}  // namespace spillway
