#pragma once

#include "sim/flow/measure.h"
#include "sim/language/pack.h"

namespace spillway {

/// What a topic measures.
struct TopicMetrics {
  Counter published;

  static constexpr auto parts() { return Pack{&TopicMetrics::published}; }
  static constexpr auto metrics() {
    return Pack{
        Metric{&TopicMetrics::published, "published", "1", "Messages that came to the topic"},
    };
  }
};

/// What each subscription measures, a component of its own for metrics: `order-events.mail`.
struct SubscriptionMetrics {
  Level in_flight;
  Durations waited;
  Counter receives;
  Level delayed;
  Counter redelivered;
  Counter filtered;
  Counter dead_lettered;
  Counter rejected;
  Counter lost;

  static constexpr auto parts() {
    using M = SubscriptionMetrics;
    return Pack{&M::in_flight, &M::delayed,       &M::waited,   &M::receives, &M::redelivered,
                &M::filtered,  &M::dead_lettered, &M::rejected, &M::lost};
  }
  static constexpr auto metrics() {
    using M = SubscriptionMetrics;
    return Pack{
        Metric{&M::in_flight, "in_flight", "1",
               "Copies handed on and not yet confirmed by their queue, acknowledged by their "
               "consumer or answered by their service"},
        Metric{&M::delayed, "delayed", "1", "Copies that wait for another attempt"},
        Metric{&M::waited, "wait", "s",
               "From the publish until a copy is where it is handed to; of what is tried again: "
               "until it is there for the attempt that succeeds"},
        Metric{&M::receives, "receives", "1", "Copies handed to the queue, consumer or service"},
        Metric{&M::redelivered, "redelivered", "1", "Attempts to hand a copy on after its first"},
        Metric{&M::filtered, "filtered", "1", "Messages that the filter did not want"},
        Metric{&M::dead_lettered, "dead_lettered", "1", "Copies moved to the dead-letter queue"},
        Metric{&M::rejected, "rejected", "1", "Copies that the queue did not take"},
        Metric{&M::lost, "lost", "1",
               "Copies that the consumer or service could not take, or whose handler failed"},
    };
  }
};

}  // namespace spillway
