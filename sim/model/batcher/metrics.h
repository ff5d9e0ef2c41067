#pragma once

#include "sim/flow/measure.h"
#include "sim/language/pack.h"

namespace spillway {

/// What is measured of the batches that records gather in on an edge. A batch counts in the window
/// that its first record's message was born in, a record in that of its own.
struct BatcherMetrics {
  Counter batches;
  Counter batched;  ///< records, each with the first of its batch
  Counter lost;
  Durations wait;

  ShareOf<const Counter&> size() const { return {batched, batches}; }

  static constexpr auto parts() {
    using M = BatcherMetrics;
    return Pack{&M::batches, &M::batched, &M::lost, &M::wait};
  }
  static constexpr auto metrics() {
    using M = BatcherMetrics;
    return Pack{
        Metric{&M::batches, "batches", "1",
               "Batches that set out on an edge where records linger; attempts, timeouts, errors "
               "and what is lost on the way count once for each batch there"},
        Metric{&M::size, "batch_size", "1", "Records of a batch, where records linger"},
        Metric{&M::wait, "batch_wait", "s",
               "Time that a record waited in its sender's client until its batch set out"},
        Metric{&M::lost, "batch_lost", "1",
               "Records that were in a batch that a fault lost on its way, or whose sender crashed "
               "or gave up before it set out"},
    };
  }
};

}  // namespace spillway
