#pragma once

#include "sim/flow/measure.h"
#include "sim/language/pack.h"

namespace spillway {

/// What a producer measures. Messages count in the window they were born in.
///
/// A message that is all done when it is answered, the ordinary one, is recorded once: latency and
/// completion are put together from the parts.
struct ProducerMetrics {
  Counter sent;
  CounterOverTime failed;
  RateOverTime answers;
  Durations done_at_answer;
  Durations answered_before;  ///< answered well while work was left, or after some had failed
  Durations done_later;

  DurationsOf latency() const { return {done_at_answer, answered_before, sent}; }
  DurationsOf completion() const { return {done_at_answer, done_later, sent}; }
  ShareOf<DurationsOf> success() const { return {latency(), sent}; }
  ShareOf<DurationsOf> completed() const { return {completion(), sent}; }
  RateInBins<DurationsOf> goodput() const { return {latency(), answers}; }
  RecoveryTime recovery() const { return {answers}; }

  static constexpr auto parts() {
    using M = ProducerMetrics;
    return Pack{&M::sent,           &M::failed,          &M::answers,
                &M::done_at_answer, &M::answered_before, &M::done_later};
  }
  static constexpr auto metrics() {
    using M = ProducerMetrics;
    return Pack{
        Metric{&M::sent, "sent", "1", "Messages born"},
        Metric{&M::success, "success", "share", "Share of messages that were answered well"},
        Metric{&M::goodput, "goodput", "1/s", "Messages answered well, a second"},
        Metric{&M::latency, "latency", "s", "From birth to the good answer"},
        Metric{&M::completion, "completion", "s",
               "From birth until all work that the message caused is done, asynchronous too"},
        Metric{&M::completed, "completed", "share", "Share of messages whose work is all done"},
        Metric{&M::recovery, "recovery_time", "s",
               "From a window's end until the goodput is 95 % of what it was before the window; of "
               "windows only"},
        Metric{&M::failed, "failed", "1", "Messages answered with a failure"},
    };
  }
};

}  // namespace spillway
