#pragma once

#include "sim/flow/measure.h"

namespace spillway {

/// What a producer measures. Messages count in the window they were born in.
struct ProducerMetrics {
  Counter sent;
  Counter succeeded;
  Counter failed;
  Counter done;
  Durations answered_after;
  Durations done_after;

  ShareOf success() const { return {succeeded, sent}; }
  RateOf goodput() const { return {succeeded}; }
  DurationsOf latency() const { return {answered_after, sent}; }
  DurationsOf completion() const { return {done_after, sent}; }
  ShareOf completed() const { return {done, sent}; }

  static constexpr auto parts() {
    return std::tuple{&ProducerMetrics::sent,           &ProducerMetrics::succeeded,
                      &ProducerMetrics::failed,         &ProducerMetrics::done,
                      &ProducerMetrics::answered_after, &ProducerMetrics::done_after};
  }
  static constexpr auto metrics() {
    using M = ProducerMetrics;
    return std::tuple{
        Metric{&M::sent, "sent", "1", "Messages born"},
        Metric{&M::success, "success", "share", "Share of messages that were answered well"},
        Metric{&M::goodput, "goodput", "1/s", "Messages answered well, a second"},
        Metric{&M::latency, "latency", "s", "From birth to the good answer"},
        Metric{&M::completion, "completion", "s",
               "From birth until all work that the message caused is done, asynchronous too"},
        Metric{&M::completed, "completed", "share", "Share of messages whose work is all done"},
        Metric{&M::failed, "failed", "1", "Messages answered with a failure"},
    };
  }
};

}  // namespace spillway
