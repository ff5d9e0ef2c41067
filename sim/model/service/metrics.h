#pragma once

#include "sim/flow/measure.h"
#include "sim/language/pack.h"

namespace spillway {

/// What a service measures. Requests count in the window their message was born in; levels by time.
struct ServiceMetrics {
  Level busy;
  Level waiting;
  Durations answered_after;
  Counter received;
  Counter refused;
  PeakRate peak;
  Counter throttled;
  Counter shed;
  Counter cancelled;
  Counter for_nobody;
  Level processors;     ///< in use, where all work shares them
  bool shares = false;  ///< as it does here
  Level cores_in_use;
  double cores = 0;
  double slots = 1;
  const Level* available = nullptr;  ///< slots, where it scales

  Utilization utilization() const { return {shares ? processors : busy, slots, available}; }
  Utilization cpu() const { return {cores_in_use, cores}; }
  ShareOf<const Counter&, Durations> wasted() const { return {for_nobody, answered_after}; }

  static constexpr auto parts() {
    using M = ServiceMetrics;
    return Pack{&M::peak,       &M::busy,           &M::waiting,    &M::received,
                &M::refused,    &M::throttled,      &M::shed,       &M::cancelled,
                &M::for_nobody, &M::answered_after, &M::processors, &M::cores_in_use};
  }
  static constexpr auto metrics() {
    using M = ServiceMetrics;
    return Pack{
        Metric{&M::peak, "arrivals.peak", "1/s", "Requests in the busiest second"},
        Metric{&M::utilization, "utilization", "share", "Share of the slots in use"},
        Metric{&M::cpu, "cpu", "share", "Share of the cores in use"},
        Metric{&M::busy, "in_service", "1",
               "Slots in use; where all share the slots, requests that have begun"},
        Metric{&M::waiting, "waiting", "1", "Requests that wait for a slot"},
        Metric{&M::received, "received", "1", "Requests that arrived"},
        Metric{&M::refused, "refused", "1",
               "Requests refused: the accept queue was full, a limit reached, or the service down"},
        Metric{&M::throttled, "throttled", "1",
               "Of those refused, the ones that the rate limit refused, or that found no permit of "
               "a limit "
               "that the service shares"},
        Metric{
            &M::shed, "shed", "1",
            "Of those refused, the ones that CoDel dropped from the line, that made room there for "
            "more urgent ones, or that the concurrency limit refused"},
        Metric{&M::cancelled, "cancelled", "1",
               "Requests taken out because their caller had gone and said so, or not begun because "
               "their deadline had passed"},
        Metric{
            &M::wasted, "wasted", "share",
            "Share of the handled requests whose caller had gone by the end, or whose answer was "
            "lost on its way"},
        Metric{&M::answered_after, "latency", "s", "From a request's arrival to its answer"},
    };
  }
};

}  // namespace spillway
