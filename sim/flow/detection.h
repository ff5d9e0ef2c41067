#pragma once

#include "sim/flow/measure.h"

namespace spillway {

/// The time from a window's beginning until something counts as unhealthy; 0 where it does so
/// already, infinite where that never comes about.
///
/// Looked for until the run ends, or until the window comes again; of a window that comes several
/// times, the mean over those times in which it happens. Only of windows that have a name.
struct Detection {
  static constexpr Sample::Kind kKind = Sample::Kind::value;

  const OpenTime& unhealthy;

  /// Whether the metric is taken over this window.
  static bool applies(const Window& window);
  Sample sample(const Window& window) const;
};

}  // namespace spillway
