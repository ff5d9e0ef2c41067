#include "sim/scenario/validate.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "sim/scenario/file_report.h"
#include "sim/scenario/reader.h"

namespace spillway {
namespace {

/// Where the value of a key stands; the map itself when the key isn't there.
const Location& place_of(const Node& map, std::string_view key) {
  const Entry* entry = map.find(key);
  return entry == nullptr ? map.at : entry->value.at;
}

}  // namespace

void validate(Reader& reader, const Node& node, const RunParameters& run) {
  if (run.warmup.ns < run.duration.ns) return;
  const Reader::Scope scope(reader, "warmup");
  reader.error("out-of-range", place_of(node, "warmup"),
               fmt::format("expected a duration below the run's {}; found {}", print(run.duration),
                           print(run.warmup)));
}

void validate(Reader& reader, const Node& node, MmppParameters& mmpp) {
  if (mmpp.states.empty()) {
    reader.unexpected("wrong-kind", node, "states by name, such as calm: {rate: 10/s, for: 5min}");
  }
}

void validate(Reader& reader, const Node& node, LoadParameters& load) {
  if (load.start && !load.constant && !load.renewal) {
    const Reader::Scope scope(reader, "start");
    reader.error("wrong-place", place_of(node, "start"),
                 "only a constant or a renewal load has a start");
  }
}

void validate(Reader& reader, const Node& node, TraceParameters& trace) {
  const Time scale = nanoseconds_per(trace.unit);
  if (scale == 0 || scale > kSecond) {
    const Reader::Scope scope(reader, "unit");
    return reader.unexpected("unknown-unit", node.find("unit")->value, "ns, us, ms or s");
  }
  constexpr std::size_t kMostColumns = 64;
  if (trace.columns.size() > kMostColumns) {
    return reader.error("too-large", place_of(node, "columns"),
                        fmt::format("expected at most {} columns", kMostColumns));
  }
  auto rows = reader.files().trace(trace);
  if (rows) {
    trace.rows = *rows;
  } else {
    report(reader, node, trace.file, rows.error());
  }
}

void validate(Reader& reader, const Node& node, const SpikeParameters& spike) {
  if (spike.ramp > spike.lasts) {
    const Reader::Scope scope(reader, "ramp");
    reader.error("out-of-range", place_of(node, "ramp"),
                 fmt::format("expected a duration up to the spike's {}; found {}",
                             print(spike.lasts), print(spike.ramp)));
  }
}

void validate(Reader&, const Node& node, KeyParameters& key) { key.at = place_of(node, "column"); }

void validate(Reader& reader, const Node& node, const QueueParameters& queue) {
  const auto refuse = [&](std::string_view key, std::string code, std::string message,
                          std::string hint = "") {
    const Reader::Scope scope(reader, key);
    reader.error(std::move(code), place_of(node, key), std::move(message), std::move(hint));
  };
  if (queue.overflow == Overflow::dead_letter &&
      (!queue.dead_letter || queue.dead_letter->to.name.empty())) {
    refuse("overflow", "missing-key", "overflow: dead_letter needs dead_letter: {to: …}");
  }
  if (queue.overflow == Overflow::block && !queue.capacity.count && !queue.capacity_bytes) {
    refuse("overflow", "missing-key", "overflow: block needs a capacity: no sender ever waits",
           "say how much it holds: capacity: 1000, or capacity_bytes: 64MiB");
  }
  if (queue.late_ack == LateAck::counts && !queue.visibility) {
    refuse("late_ack", "missing-key",
           "no acknowledgement is late without a visibility: the message waits for it",
           "say how long it stays hidden: visibility: 30s");
  }
  if (queue.priority && queue.groups) {
    refuse("priority", "wrong-place",
           "a queue with message groups keeps their order, which priorities break",
           "leave one of the two out");
  }
  if (queue.redelivery && !queue.visibility &&
      std::ranges::find(queue.redelivery->when, GivenBack::silent) !=
          queue.redelivery->when.end()) {
    refuse("redelivery", "missing-key", "no consumer is ever too silent without a visibility",
           "say how long a message stays hidden: visibility: 30s; or leave silent out of `when`");
  }
}

void validate(Reader& reader, const Node& node, const QueuePriorityParameters& priority) {
  if (priority.unsaid < priority.levels) return;
  const Reader::Scope scope(reader, "default");
  reader.error("out-of-range", place_of(node, "default"),
               fmt::format("expected a priority below {}: there are those from 0 to {}; found {}",
                           priority.levels, priority.levels - 1, priority.unsaid));
}

void validate(Reader& reader, const Node& node, const DeadLetterParameters& dead_letter) {
  if (!dead_letter.to.name.empty()) return;
  for (const std::string_view key : {"expired", "age"}) {
    if (node.find(key) == nullptr) continue;
    const Reader::Scope scope(reader, key);
    reader.error("missing-key", place_of(node, key),
                 fmt::format("{} needs the queue that messages go to", key), "to: NAME of a queue");
  }
}

void validate(Reader& reader, const Node& node, const RedeliveryParameters& redelivery) {
  if (redelivery.cap && *redelivery.cap < redelivery.delay) {
    const Reader::Scope scope(reader, "cap");
    reader.error("out-of-range", place_of(node, "cap"),
                 fmt::format("expected a duration of at least the delay's {}; found {}",
                             print(redelivery.delay), print(*redelivery.cap)));
  }
}

void validate(Reader& reader, const Node& node, const HealthCheckParameters& check) {
  if (!check.timeout || *check.timeout <= check.interval) return;
  const Reader::Scope scope(reader, "timeout");
  reader.error("out-of-range", place_of(node, "timeout"),
               fmt::format("expected at most the interval's {}; found {}", print(check.interval),
                           print(*check.timeout)),
               "one check is under way at a time");
}

namespace {

/// Checks what a call says of several services.
void validate_failover(Reader& reader, const Node& node, const CallParameters& call) {
  if (!call.first_healthy) {
    if (!call.health_check) return;
    const Reader::Scope scope(reader, "health_check");
    reader.error(
        "missing-key", place_of(node, "health_check"),
        "a call to one service goes there, healthy or not",
        fmt::format("say where else it may go: first_healthy: [{}, …]", call.service.name));
    return;
  }
  const Reader::Scope scope(reader, "first_healthy");
  const std::vector<Reference>& names = call.first_healthy->names;
  if (names.front().name != call.service.name) {
    reader.error("conflicting-edge", names.front().at,
                 fmt::format("expected '{}', the service that is called, as the first; found '{}'",
                             call.service.name, names.front().name),
                 fmt::format("write call: {}, or begin the list with {}", names.front().name,
                             call.service.name));
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    for (std::size_t before = 0; before < i; ++before) {
      if (names[before].name != names[i].name) continue;
      reader.error("duplicate-name", names[i].at,
                   fmt::format("'{}' stands here a second time", names[i].name),
                   "keep one of them");
      break;
    }
  }
}

}  // namespace

void validate(Reader& reader, const Node& node, const CallParameters& call) {
  validate_failover(reader, node, call);
  if (call.travels && !call.deadline) {
    const Reader::Scope scope(reader, "travels");
    reader.error("missing-key", place_of(node, "travels"), "travels: true needs a deadline",
                 "say how long all attempts may take: deadline: 2s");
  }
  if (call.cancel && !call.timeout && !call.deadline && !call.hedge) {
    const Reader::Scope scope(reader, "cancel");
    reader.error(
        "missing-key", place_of(node, "cancel"),
        "cancel: true needs a timeout, a deadline or a hedge: nobody stops waiting without one");
  }
}

void validate(Reader& reader, const Node& node, const GatherParameters& gather) {
  if (gather.first.has_value() == gather.until.has_value()) {
    return reader.error(
        "missing-key", node.at,
        fmt::format("expected first or until; found {}", gather.first ? "both" : "neither"),
        "first: 1 goes on with the first reply, until: 2s with all that come in 2s");
  }
  if (gather.until && gather.timeout) {
    reader.error("wrong-place", node.at, "until says already how long it waits",
                 "leave timeout out");
  }
}

void validate(Reader& reader, const Node& node, const SendBatchParameters& batch) {
  if (batch.size || batch.bytes) return;
  reader.error("missing-key", node.at, "expected size, bytes or both; found neither",
               "size: 100, or bytes: 16KiB; leave batch out where linger alone says when it goes");
}

void validate(Reader& reader, const Node& node, const SendParameters& send) {
  if (send.batch && !send.linger) {
    const Reader::Scope scope(reader, "batch");
    reader.error("missing-key", place_of(node, "batch"),
                 "without linger no record waits for others: there are no batches",
                 "say how long the first one waits: linger: 5ms");
  }
  if (send.confirm) return;
  for (const std::string_view key : {"timeout", "retry", "fallback"}) {
    if (node.find(key) == nullptr) continue;
    const Reader::Scope scope(reader, key);
    reader.error("wrong-place", place_of(node, key),
                 fmt::format("a send without confirm learns of no failure: it has no {}", key),
                 "leave confirm: false out");
  }
}

void validate(Reader& reader, const Node& node, const BackoffParameters& backoff) {
  if (backoff.cap && *backoff.cap < backoff.base) {
    const Reader::Scope scope(reader, "cap");
    reader.error("out-of-range", place_of(node, "cap"),
                 fmt::format("expected a duration of at least the base's {}; found {}",
                             print(backoff.base), print(*backoff.cap)));
  }
}

void validate(Reader& reader, const Node& node, const HedgeParameters& hedge) {
  if (hedge.after.has_value() != hedge.percentile.has_value()) return;
  reader.error("missing-key", node.at,
               fmt::format("a hedge needs after or percentile, of which it is one; found {}",
                           hedge.after ? "both" : "neither"),
               "after: 20ms says when a copy is sent, percentile: 95% takes it from the answers");
}

void validate(Reader& reader, const Node& node, const RetryParameters& retry) {
  if (retry.reserve && !retry.budget) {
    const Reader::Scope scope(reader, "reserve");
    reader.error("wrong-place", place_of(node, "reserve"),
                 "a reserve belongs to a budget, and there is none", "say the share: budget: 20%");
  }
}

void validate(Reader& reader, const Node& node, const BreakerParameters& breaker) {
  const auto refuse = [&](std::string_view key, std::string code, std::string message,
                          std::string hint = "") {
    const Reader::Scope scope(reader, key);
    reader.error(std::move(code), place_of(node, key), std::move(message), std::move(hint));
  };
  const bool shares = breaker.failures || breaker.slow;
  if (!shares && !breaker.consecutive) {
    reader.error("missing-key", node.at, "nothing ever opens this breaker",
                 "say what does: failures: 50%, consecutive: 5, or slow: 2s");
  } else if (shares && breaker.calls.has_value() == breaker.period.has_value()) {
    reader.error("missing-key", node.at,
                 fmt::format("a share needs calls or period, of which it is one; found {}",
                             breaker.calls ? "both" : "neither"),
                 "calls: 100 looks at the latest 100, period: 10s at those of the latest 10 s");
  }
  if (!breaker.open) {
    reader.error("missing-key", node.at, "expected the key open: how long the breaker is open",
                 "open: 5s");
  }
  if (!shares) {
    for (const std::string_view key : {"calls", "period", "minimum"}) {
      if (node.find(key) == nullptr) continue;
      refuse(key, "wrong-place", fmt::format("{} is about shares, and there are none", key),
             "say a share: failures: 50%");
    }
  }
  if (breaker.slow_share && !breaker.slow) {
    refuse("slow_share", "missing-key", "a share of slow attempts needs to know what slow is",
           "slow: 2s");
  }
  if (breaker.calls && breaker.minimum && *breaker.minimum > *breaker.calls) {
    refuse("minimum", "out-of-range",
           fmt::format("expected at most the {} calls that are looked at; found {}", *breaker.calls,
                       *breaker.minimum));
  }
}

void validate(Reader& reader, const Node& node, const FaultParameters& fault) {
  const auto needs = [&](bool wanted, bool there, std::string_view kind, std::string_view key,
                         std::string_view example) {
    if (wanted == there) return;
    if (wanted) {
      reader.error("missing-key", place_of(node, kind), fmt::format("{} needs {}", kind, key),
                   std::string(example));
    } else {
      const Reader::Scope scope(reader, key);
      reader.error("wrong-place", place_of(node, key), fmt::format("only {} has {}", kind, key));
    }
  };
  if (!fault.capacity) {
    needs(fault.slow.has_value(), fault.times.has_value(), "slow", "times",
          "say how many times as long: times: 5");
  } else if (!fault.times) {
    needs(true, false, "capacity", "times", "say how much is left: times: 0.5");
  } else if (fault.times->value > 1) {
    const Reader::Scope scope(reader, "times");
    reader.error("out-of-range", place_of(node, "times"),
                 fmt::format("expected a number up to 1 of capacity; found {}",
                             print_number(fault.times->value)),
                 "a fault only takes slots away");
  }
  needs(fault.errors.has_value(), fault.share.has_value(), "errors", "share",
        "say how many fail: share: 30%");
  if (fault.direction && !fault.loss) needs(false, true, "loss", "direction", "");
  if (fault.work && !fault.crash && !fault.zone) needs(false, true, "crash", "work", "");
  if (fault.to && !fault.set && !fault.redrive) needs(false, true, "set or redrive", "to", "");
  if (fault.set && !(fault.to && fault.to->instances)) {
    reader.error("missing-key", place_of(node, fault.to ? "to" : "set"), "set needs a number",
                 "say how many: to: 20");
  }
  if (fault.redrive && fault.to && !fault.to->queue) {
    const Reader::Scope scope(reader, "to");
    reader.error("wrong-kind", place_of(node, "to"), "redrive needs the name of a queue",
                 "such as to: orders");
  }
  if (fault.rate && !fault.redrive) needs(false, true, "redrive", "rate", "");
  const bool rolls = fault.rolling && fault.restart;
  if (fault.rolling && !fault.restart) needs(false, true, "restart", "rolling", "");
  if (fault.each && !fault.rolling) needs(false, true, "a rolling restart", "each", "");
  if (rolls && !fault.each) {
    reader.error("missing-key", place_of(node, "rolling"), "a rolling restart needs each",
                 "say how long each instance is away: each: 20s");
  }
  if (rolls && fault.lasts) {
    const Reader::Scope scope(reader, "for");
    reader.error("wrong-place", place_of(node, "for"),
                 "a rolling restart lasts as long as all its instances take", "leave for out");
  }
  const bool is_upkeep = fault.purge || fault.redrive;
  if (is_upkeep && fault.lasts) {
    const Reader::Scope scope(reader, "for");
    reader.error("wrong-place", place_of(node, "for"),
                 "what operators do begins, and is over when it is done",
                 fault.purge ? "leave it out" : "leave it out; rate says how fast it is");
  }
  if (!fault.lasts && !rolls && !is_upkeep && !(fault.set && fault.at)) {
    reader.error("missing-key", node.at, "how long does it last?", "say for: 30s");
  }
  const int begins = fault.at.has_value() + fault.every.has_value() + fault.when.has_value();
  if (begins != 1) {
    reader.error(begins > 1 ? "wrong-place" : "missing-key", node.at,
                 begins > 1
                     ? "a fault comes once (at), at random (every) or by load (when): one of "
                       "them"
                     : "when does it begin?",
                 "say at: 8min for once, every: {exponential: 30d} for at random, or when: "
                 "orders.depth > 10000");
  }
  const bool drawn_by_row =
      fault.latency && std::ranges::any_of(fault.latency->edges, [](const auto& edge) {
        return !edge.second.column.empty();
      });
  if (drawn_by_row || (fault.lasts && !fault.lasts->column.empty()) ||
      (fault.every && !fault.every->column.empty())) {
    reader.error("wrong-place", node.at, "a fault has no row of a trace to take a column from");
  }
}

void validate(Reader& reader, const Node& node, const StoreParameters& store) {
  const auto belongs_to = [&](std::string_view key, std::initializer_list<StoreKind> kinds,
                              std::string_view whose) {
    if (node.find(key) == nullptr || std::ranges::find(kinds, store.kind) != kinds.end()) return;
    const Reader::Scope scope(reader, key);
    reader.error("wrong-place", place_of(node, key),
                 fmt::format("only {} has '{}'; this store is a {}", whose, key,
                             Choices<StoreKind>::names[static_cast<std::size_t>(store.kind)]));
  };
  using enum StoreKind;
  belongs_to("of", {projection}, "a projection");
  belongs_to("followers", {leader}, "a leader");
  belongs_to("lag", {leader}, "a leader");
  belongs_to("replication", {leader}, "a leader");
  belongs_to("write", {single, leader}, "a store that is written to");
  belongs_to("outbox", {single, leader}, "a store that is written to");
  belongs_to("capacity", {cache}, "a cache");
  belongs_to("ttl", {cache}, "a cache");
  belongs_to("apply", {leader, projection}, "a projection or a leader");
  if (store.kind == projection && !store.of) {
    reader.error("missing-key", node.at, "a projection needs of: the store whose writes it shows");
  }
  if (store.kind == leader && !store.lag) {
    reader.error("missing-key", node.at, "a leader needs lag: how long a write takes to a follower",
                 "such as lag: {exponential: 80ms}");
  }
}

}  // namespace spillway
