#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "sim/flow/context.h"
#include "sim/flow/self.h"
#include "sim/model/batcher/metrics.h"

namespace spillway {

/// The client by which records go to a log on one edge: they gather there until a batch is full, or
/// the first of them has lingered, and travel as one.
///
///   send ──► │ partition 0 ─ r r r ──── full ─────┐
///   send ──► │ partition 1 ─ r      ── linger is  ├──► one attempt ──► log: all, or none
///            │ any ───────── r r ──── over ───────┘ ◄── one confirm, timeout, retry
///
/// A record with a key gathers with those of its partition, one without with all of its kind, which
/// then go to one partition, the next in turn: Kafka's sticky partitioner. A batch is a frame of
/// its own, whose exchange is that of the `send`: timeout, retry and what limits it are about the
/// batch, and its numbers are drawn as its first record's. Who waits for a confirm is told what
/// became of the batch; when it is sent again, all of it is, as further messages.
///
/// All instances of a sender share one client. Records whose sender crashes or gives up before
/// their batch sets out are lost.
/// Cost: a record is in two lists; nothing is allocated but to let those grow.
class Batcher {
 public:
  using Metrics = BatcherMetrics;

  static constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

  struct Wiring {
    Address address = 0;
    Address log = 0;             ///< says Together
    std::uint32_t edge = 0;      ///< to the log
    std::uint32_t inside = 0;    ///< the edge from the sender to this client: no way at all
    std::uint32_t exchange = 0;  ///< of a batch
    std::uint32_t pc = 0;        ///< past the step of that exchange
    std::uint32_t partitions = 1;
    bool confirm = true;
    Time linger = 0;
    std::int64_t most_records = kNoLimit;  ///< of a batch
    std::int64_t most_bytes = kNoLimit;    ///< but for a record that is larger
  };

  explicit Batcher(Wiring wiring) : wiring_(wiring) {}

  void claim(Context& context) { linger_ = context.events.add_pipe(); }
  void begin(Context& context, const Demand& demand);

  Next on(Offer, Handle message, Context& context);  ///< a record; or a batch is at the log
  Next on(Reply, Handle receipt, Context& context);  ///< of a record there, or of a batch
  Next on(Expired, Handle carrier, Context& context);
  Next on(Resend, Handle sent, Context& context);
  Next on(Tick, std::uint32_t place, Context& context);     ///< it has lingered
  Next on(Impair, std::uint32_t change, Context& context);  ///< the sender has crashed

  Metrics& metrics() { return metrics_; }
  const Metrics& metrics() const { return metrics_; }
  Address address() const { return wiring_.address; }

 private:
  /// Records that gather.
  struct Gathering {
    std::vector<Handle> records;
    std::int64_t bytes = 0;
    Time due = kNever;
  };

  Self self() const { return {wiring_.address}; }
  std::size_t place_of(const Message& record, Context& context) const;
  void leave(Gathering& gathering, Context& context);
  void drop_given_up(Gathering& gathering, Context& context);
  std::uint32_t keep_receipts(const Gathering& gathering, const Context& context);
  Handle sent_by(Handle carrier, const Context& context) const;
  void load(Handle sent, Handle first, Context& context);
  Handle copy(const std::vector<Handle>& receipts, std::uint16_t attempt, Context& context);
  Next unload(Handle sent, Context& context);
  Next confirmed(Handle part, Context& context);
  void go_on(Handle carrier, Context& context);
  bool somebody_waits(Handle carrier, const Context& context) const;
  void end(Handle carrier, Context& context);
  void lose(Handle first, Context& context);
  void lose_one(Handle record, Context& context);

  Wiring wiring_;
  PipeId linger_ = 0;                          ///< of those that linger
  std::vector<Gathering> gatherings_;          ///< by partition; the last: of any
  std::vector<std::vector<Handle>> receipts_;  ///< of batches under way, whose senders wait
  std::vector<std::uint32_t> free_;            ///< places among them
  Metrics metrics_;
};

}  // namespace spillway
