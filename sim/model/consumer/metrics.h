#pragma once

#include "sim/flow/measure.h"
#include "sim/language/pack.h"

namespace spillway {

/// What a consumer measures. Messages count in the window they were born in; levels by time.
struct ConsumerMetrics {
  Level busy;
  Durations handled_after;
  Counter handled;
  Counter failed;
  PeakRate peak;
  Counter absorbed;
  Counter batches;
  Counter throttled;
  Counter for_nobody;
  Level cores_in_use;
  double cores = 0;
  double slots = 1;
  const Level* available = nullptr;  ///< slots, where it scales

  Utilization utilization() const { return {busy, slots, available}; }
  Utilization cpu() const { return {cores_in_use, cores}; }
  ShareOf<const Counter&> wasted() const { return {for_nobody, handled}; }

  static constexpr auto parts() {
    using M = ConsumerMetrics;
    return Pack{&M::peak,    &M::busy,      &M::handled,    &M::failed,        &M::absorbed,
                &M::batches, &M::throttled, &M::for_nobody, &M::handled_after, &M::cores_in_use};
  }
  static constexpr auto metrics() {
    using M = ConsumerMetrics;
    return Pack{
        Metric{&M::peak, "arrivals.peak", "1/s", "Deliveries in the busiest second"},
        Metric{&M::utilization, "utilization", "share", "Share of the slots in use"},
        Metric{&M::cpu, "cpu", "share", "Share of the cores in use"},
        Metric{&M::busy, "in_service", "1", "Slots in use"},
        Metric{&M::handled, "handled", "1", "Handlers that ended well"},
        Metric{&M::failed, "failed", "1", "Handlers that failed"},
        Metric{&M::absorbed, "absorbed", "1",
               "Deliveries of what an idempotent consumer had handled already: without effect"},
        Metric{&M::batches, "batches", "1",
               "Batches that were handled; each counts with its first message"},
        Metric{&M::throttled, "throttled", "1",
               "Messages or batches that found a slot and no permit of a limit that the consumer "
               "shares; a batch counts with its first message"},
        Metric{&M::wasted, "wasted", "share",
               "Share of the handlers that ended well for a message that was no longer theirs"},
        Metric{&M::handled_after, "latency", "s", "From a delivery's arrival to the handler's end"},
    };
  }
};

}  // namespace spillway
