#pragma once

#include "sim/flow/measure.h"
#include "sim/language/pack.h"

namespace spillway {

/// What a log measures.
struct LogMetrics {
  Counter appended;
  Counter rejected;
  Counter throttled;

  static constexpr auto parts() {
    return Pack{&LogMetrics::appended, &LogMetrics::rejected, &LogMetrics::throttled};
  }
  static constexpr auto metrics() {
    return Pack{
        Metric{&LogMetrics::appended, "appended", "1", "Records that the log took"},
        Metric{&LogMetrics::rejected, "rejected", "1", "Records that the log refused"},
        Metric{&LogMetrics::throttled, "throttled", "1",
               "Of those refused, the ones beyond a partition's throughput"},
    };
  }
};

/// What each group measures, a component of its own for metrics: `orders.billing`. Records count in
/// the window they were born in; levels by time.
struct GroupMetrics {
  Level lag;
  Level partition_lag;
  Level unread;
  Counter rebalances;
  Level ready;
  Level in_flight;
  Age oldest;
  Durations waited;
  Counter receives;
  Counter redelivered;
  Counter duplicates;
  Counter reordered;
  Counter dropped;
  Counter expired;
  Counter lost;
  DrainTime drained;

  static constexpr auto parts() {
    using M = GroupMetrics;
    return Pack{&M::lag,      &M::partition_lag, &M::unread,     &M::rebalances,
                &M::ready,    &M::in_flight,     &M::oldest,     &M::waited,
                &M::receives, &M::redelivered,   &M::duplicates, &M::reordered,
                &M::dropped,  &M::expired,       &M::lost,       &M::drained};
  }
  static constexpr auto metrics() {
    using M = GroupMetrics;
    return Pack{
        Metric{&M::lag, "lag", "1", "Records behind the end of the log: not committed yet"},
        Metric{&M::partition_lag, "partition_lag", "1",
               "Lag of the partition that is furthest behind"},
        Metric{&M::unread, "unread", "1", "Partitions that no member reads"},
        Metric{&M::rebalances, "rebalances", "1",
               "Times that partitions were given out anew before the run's end"},
        Metric{&M::ready, "depth", "1", "Records ready to be polled"},
        Metric{&M::in_flight, "in_flight", "1",
               "Records polled and not yet committed; committed before: not yet handled"},
        Metric{&M::oldest, "age", "s", "Age of the oldest record ready to be polled"},
        Metric{&M::waited, "wait", "s", "From the send to the first receive"},
        Metric{&M::receives, "receives", "1", "Records polled, repeated ones too"},
        Metric{&M::redelivered, "redelivered", "1",
               "Receives of a record that the group had received before"},
        Metric{&M::duplicates, "duplicates", "1",
               "Handlers that ended well for a record that the group had handled before"},
        Metric{&M::reordered, "reordered", "1",
               "Receives of a record after a later one of its partition"},
        Metric{&M::dropped, "dropped", "1", "Records skipped after their last attempt"},
        Metric{&M::expired, "expired", "1",
               "Records that the log deleted before the group had handled them"},
        Metric{&M::lost, "lost", "1",
               "Records committed before their handler, which failed or never ran, those passed "
               "over by `reset: latest`, and those lost with nodes of the log's broker"},
        Metric{&M::drained, "drain_time", "s",
               "From a window's end (or the greatest depth) until nothing is ready"},
    };
  }
};

}  // namespace spillway
