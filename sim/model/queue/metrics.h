#pragma once

#include "sim/flow/measure.h"
#include "sim/language/pack.h"

namespace spillway {

/// What a queue measures. Messages count in the window they were born in; levels by time.
struct QueueMetrics {
  Level in_flight;
  Durations waited;
  Counter receives;
  Level ready;
  DrainTime drained;
  Age oldest;
  Counter redelivered;
  Counter receive_calls;  ///< of takers that take several messages at a time
  Counter empty_receives;
  Counter extensions;
  Counter duplicates;
  Counter reordered;
  Counter dead_lettered;
  Counter redriven;
  Counter dropped;
  Counter rejected;
  Counter throttled;
  Counter expired;
  Counter lost;
  Counter deduplicated;
  Level delayed;
  Level blocked;
  Level bytes;

  static constexpr auto parts() {
    using M = QueueMetrics;
    return Pack{&M::ready,       &M::in_flight,     &M::delayed,        &M::blocked,
                &M::bytes,       &M::oldest,        &M::waited,         &M::receives,
                &M::redelivered, &M::receive_calls, &M::empty_receives, &M::extensions,
                &M::duplicates,  &M::reordered,     &M::dead_lettered,  &M::redriven,
                &M::dropped,     &M::rejected,      &M::expired,        &M::deduplicated,
                &M::throttled,   &M::lost,          &M::drained};
  }
  static constexpr auto metrics() {
    using M = QueueMetrics;
    return Pack{
        Metric{&M::ready, "depth", "1", "Messages ready to be received"},
        Metric{&M::in_flight, "in_flight", "1", "Messages received and not yet acknowledged"},
        Metric{&M::delayed, "delayed", "1",
               "Messages hidden by a delay, or that pause before another receive"},
        Metric{
            &M::blocked, "blocked", "1",
            "Messages whose senders wait until there is room, or an alarm of the broker is over"},
        Metric{&M::bytes, "bytes", "B", "Bytes of the ready messages"},
        Metric{&M::oldest, "age", "s", "Age of the oldest ready message"},
        Metric{&M::waited, "wait", "s", "From the send to the first receive"},
        Metric{&M::receives, "receives", "1", "Receives, repeated ones too"},
        Metric{&M::redelivered, "redelivered", "1",
               "Receives of a message that was received before"},
        Metric{&M::empty_receives, "empty_receives", "1",
               "Receives that came back without a message: see `poll`; in the window in which they "
               "came back"},
        Metric{&M::extensions, "extensions", "1",
               "Heartbeats that kept a message hidden for longer"},
        Metric{&M::duplicates, "duplicates", "1",
               "Handlers that ended well for a message that was no longer theirs"},
        Metric{&M::reordered, "reordered", "1",
               "Receives of a message sent before one received earlier"},
        Metric{&M::dead_lettered, "dead_lettered", "1", "Messages moved to the dead-letter queue"},
        Metric{&M::redriven, "redriven", "1",
               "Dead letters moved back to the queue that they came from, or to another"},
        Metric{&M::dropped, "dropped", "1",
               "Messages dropped: from the head of a full queue, received too often, or purged"},
        Metric{&M::rejected, "rejected", "1", "Messages that the queue did not take"},
        Metric{&M::throttled, "throttled", "1",
               "Of those rejected, the ones beyond the throughput"},
        Metric{&M::expired, "expired", "1",
               "Messages that waited longer than their time to live or the retention"},
        Metric{&M::deduplicated, "deduplicated", "1",
               "Messages confirmed and not stored: a queue with dedup knew them"},
        Metric{&M::lost, "lost", "1",
               "Messages that the failing broker lost, or that came while it was down and that "
               "nobody waited to have confirmed"},
        Metric{&M::drained, "drain_time", "s",
               "From a window's end (or the greatest depth) until nothing is ready"},
    };
  }
};

}  // namespace spillway
