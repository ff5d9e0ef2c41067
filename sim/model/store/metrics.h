#pragma once

#include <memory>

#include "sim/flow/amounts.h"
#include "sim/flow/measure.h"
#include "sim/language/pack.h"

namespace spillway {

/// How long writes stayed unseen; those that still are when the run ends count as failures.
struct Staleness {
  static constexpr Sample::Kind kKind = Sample::Kind::distribution;

  const Durations& shown_after;
  const Counter* commits;  ///< at the source; nullptr: unknown
  Sample sample(const Window& window) const {
    Sample sample = shown_after.sample(window);
    if (commits != nullptr) sample.failures = commits->in(window)-sample.n;
    return sample;
  }
};

/// What a store measures. Reads and writes count in the window that the message they were done for
/// was born in.
struct StoreMetrics {
  Counter reads;
  Counter writes;
  Counter applies;
  Counter outdated;
  Counter failed;
  Counter stale_reads;
  Counter own_reads;
  Counter own_reads_seen;
  Counter lookups;  ///< of a cache
  Counter hits;
  Level entries;
  Level in_outbox;
  Durations outbox_wait;
  Counter sent_again;
  Amounts behind;
  Durations shown_after;
  Durations answered_after;
  std::shared_ptr<const Counter> commits;  ///< at the source

  Staleness staleness() const { return {shown_after, commits.get()}; }
  ShareOf<const Counter&> stale() const { return {stale_reads, reads}; }
  ShareOf<const Counter&> hit_ratio() const { return {hits, lookups}; }
  ShareOf<const Counter&> read_your_writes() const { return {own_reads_seen, own_reads}; }

  static constexpr auto parts() {
    using M = StoreMetrics;
    return Pack{&M::reads,       &M::writes,      &M::applies,        &M::outdated,
                &M::failed,      &M::stale_reads, &M::own_reads,      &M::own_reads_seen,
                &M::behind,      &M::shown_after, &M::answered_after, &M::in_outbox,
                &M::outbox_wait, &M::sent_again,  &M::lookups,        &M::hits,
                &M::entries};
  }
  static constexpr auto metrics() {
    using M = StoreMetrics;
    return Pack{
        Metric{&M::staleness, "staleness", "s",
               "From a commit at the source until this write, or a later one of its key, is shown "
               "here; of a leader: by all followers"},
        Metric{&M::stale, "stale", "share",
               "Share of reads that returned an older version of their key than the source held"},
        Metric{&M::behind, "versions_behind", "1",
               "How many versions older a read's was than the source's"},
        Metric{&M::read_your_writes, "read_your_writes", "share",
               "Share of reads of the key that their session wrote last that saw that write, or a "
               "later one"},
        Metric{&M::hit_ratio, "hit_ratio", "share",
               "Of a cache: share of the lookups that found their key"},
        Metric{&M::entries, "entries", "1", "Of a cache: keys that it keeps"},
        Metric{&M::reads, "reads", "1", "Reads answered"},
        Metric{&M::writes, "writes", "1", "Writes committed"},
        Metric{&M::applies, "applies", "1", "Messages applied, those with nothing new too"},
        Metric{
            &M::outdated, "outdated", "1",
            "Messages applied that brought nothing new: repeated, overtaken, or without a write"},
        Metric{&M::failed, "failed", "1", "Requests that were refused or failed"},
        Metric{&M::answered_after, "latency", "s", "From a request's arrival to its good answer"},
        Metric{&M::in_outbox, "outbox.depth", "1",
               "Events of writes that the relay has not marked as sent"},
        Metric{&M::outbox_wait, "outbox.wait", "s", "From a commit until its event is first sent"},
        Metric{&M::sent_again, "outbox.repeated", "1",
               "Events sent once more: unconfirmed, or sent and not marked when the store went "
               "down"},
    };
  }
};

}  // namespace spillway
