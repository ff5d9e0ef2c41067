#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "sim/flow/confirms.h"
#include "sim/flow/context.h"
#include "sim/flow/impairments.h"
#include "sim/flow/ledger.h"
#include "sim/flow/throughput.h"
#include "sim/model/log/declaration.h"
#include "sim/model/log/member.h"
#include "sim/model/log/metrics.h"
#include "sim/model/log/partition.h"
#include "sim/model/log/reading.h"
#include "sim/model/log/storage.h"
#include "sim/model/log/tournament.h"

namespace spillway {

/// Keeps records in partitions, in order, for each group of consumers by itself.
///
///                 ┌ partition 0 ─ r r r r r r r r ─┐        group billing: member 0 reads 0 and 1
///   send ──key──► │ partition 1 ─ r r r r r        │ ──poll──►              member 1 reads 2
///     │           └ partition 2 ─ r r r r r r r ───┘        group audit:   member 0 reads all
///     ▼
///   confirmed, or refused
///
/// This is the log and the clients that read it. A member of a group is one client, with one record
/// in its handler at a time, or one batch; it polls up to `prefetch` records of its partitions,
/// partition after partition in turn, handles them in order, commits, and polls again. A client
/// fetches ahead of its polls: a record is with it one network delay after its append, and no
/// later.
///
/// Delivery is at least once: what a member had polled and not committed when it went down is read
/// again from the committed offset on. Committed before it is handled: at most once. What the log
/// has deleted by then is passed over.
class Log {
 public:
  using Parameters = LogParameters;
  using Metrics = LogMetrics;

  static constexpr std::uint32_t kUnlimitedAttempts = 0;
  static constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

  /// A consumer in a group.
  struct Reader {
    Address consumer = 0;
    std::uint32_t edge = 0;          ///< this log -> its consumer
    std::uint32_t first_member = 0;  ///< this log's number of its first member
    std::uint32_t members = 1;
    std::uint64_t prefetch = 1;
    std::uint64_t batch = 0;        ///< so many records it handles together; 0: none
    Time window = 0;                ///< that the first of them waits for others at most
    bool returns_failures = false;  ///< what is before the first that failed is handled
    Time commit_every = 0;
    std::uint32_t attempts = 10;  ///< at a record
    Time pause = 0;               ///< before another one
    Time heartbeat = 0;
    Time session = 0;          ///< timeout; 0: a crash is noticed at once
    Time patience = kNever;    ///< with a member, from poll to poll
    LaneId patience_lane = 0;  ///< its clocks
    std::uint32_t closed = 0;  ///< by so many faults
  };

  /// How a group was wired.
  struct GroupWiring {
    std::string name;  ///< `log.group`
    std::vector<Reader> readers;
    bool commits_before = false;
    bool is_cooperative = false;
    bool resets_to_latest = false;  ///< where what it should read next was deleted
  };

  struct Wiring {
    Address address = 0;
    std::uint32_t partitions = 1;
    bool deletes = false;  ///< records may go before all groups have read them
    Time retention = kNever;
    std::int64_t retention_bytes = kNoLimit;  ///< of a partition
    std::vector<GroupWiring> groups;
    std::optional<std::uint32_t> confirm;  ///< site
    std::optional<Throughput> throughput;  ///< of each partition
    bool on_broker = false;
    /// What a broker tells its partitions, one after the other: of each, in the order of Strike.
    std::uint32_t strikes = 0;
  };

  /// What a broker tells a partition.
  enum class Strike : std::uint8_t { crash, failover, waiting, too_few, overtaken };
  static constexpr std::uint32_t kStrikes = 5;

  /// A group in a run.
  struct Group {
    GroupWiring wiring;
    std::vector<std::uint32_t> members;  ///< this log's numbers of them
    bool rebalances = false;             ///< and waits for its members to join
    std::uint32_t missing = 0;           ///< members that crashed, whose session has not ended
    std::uint64_t unread = 0;            ///< partitions
    std::uint64_t ready = 0;
    std::uint64_t in_flight = 0;
    std::vector<Reading> readings;  ///< by partition
    Tournament oldest;              ///< send times of the first ready records
    Tournament behind;              ///< lags, negative
    Ledger places;
    GroupMetrics metrics;

    /// The ledger as it stands.
    Ledger ledger() const {
      Ledger ledger = places;
      ledger.ready = ready;
      ledger.in_flight = in_flight;
      return ledger;
    }
  };

  explicit Log(Wiring wiring);

  void claim(Context& context);
  void begin(Context& context, const Demand& demand);

  Next on(Offer, Handle message, Context& context);
  Next on(Together, Handle first, Context& context);        ///< a batch of a sender's
  Next on(Settle, Handle delivery, Context& context);       ///< a handler has ended
  Next on(Credit, Handle member, Context& context);         ///< a delivery is gone, settled by none
  Next on(Tick, std::uint32_t alarm, Context& context);     ///< a member's or partition's clock
  Next on(Expired, Handle member, Context& context);        ///< it should have polled again
  Next on(Resend, Handle member, Context& context);         ///< the window of a batch is over
  Next on(Done, Handle receipt, Context& context);          ///< the time to confirm has passed
  Next on(Impair, std::uint32_t change, Context& context);  ///< of this log, or of a consumer
  Next on(Scale, std::uint32_t change, Context& context);   ///< a member comes or goes

  void mark(Time now) {
    for (Group& group : groups_) {
      group.metrics.drained.mark_level(now, static_cast<std::int64_t>(group.ready));
    }
  }

  Metrics& metrics() { return metrics_; }
  const Metrics& metrics() const { return metrics_; }
  Address address() const { return wiring_.address; }
  std::vector<Group>& groups() { return groups_; }
  const std::vector<Group>& groups() const { return groups_; }
  /// Puts it on a broker, which tells its partitions these.
  void put_on_broker(std::uint32_t strikes) {
    wiring_.on_broker = true;
    wiring_.strikes = strikes;
  }

 private:
  /// What a clock says: a member's, or of a partition that its first record is too old, or the
  /// next stored.
  enum class Alarm : std::uint8_t { commit, again, called, missed, too_old, stored };
  static constexpr std::uint32_t kAlarms = 6;
  Next alarm(Alarm what, std::uint32_t of) const {
    return {say<Tick>(wiring_.address), of * kAlarms + static_cast<std::uint32_t>(what)};
  }

  // Sending: log.cpp
  void refuse(Handle message, Outcome why, Context& context);
  bool is_throttled(Handle message, std::uint32_t partition, Context& context);
  bool is_throttled_together(Handle first, std::uint32_t partition, Context& context);
  Outcome welcomes(const Message& message, Context& context) const;
  std::uint32_t partition_for(const Message& message, Context& context);
  void append(Handle message, std::uint32_t partition, Context& context);
  bool answers() const { return !condition_.down() && !condition_.hung(); }

  // Records that are handled together: batches.cpp
  void batch_settled(Handle delivery, Context& context);
  void batch_over(std::uint32_t member, Context& context);
  void batch_ended(std::uint32_t member, Context& context);
  void hand_over_batch(std::uint32_t member, Context& context);
  std::size_t bring_due_forward(std::uint32_t member, Context& context);
  Time due(const Group& group, const Reader& reader, std::uint32_t partition);

  // Polling and committing: polls.cpp
  void offer_to_poll(Group& group, std::uint32_t partition, Context& context);
  void poll(std::uint32_t member, Context& context);
  void take(std::uint32_t member, std::uint32_t partition, std::uint64_t count, Context& context);
  void receive(std::uint32_t member, std::uint32_t partition, std::uint64_t offset,
               Context& context);
  void hand_over(std::uint32_t member, Context& context);
  Handle deliver(std::uint32_t member, std::uint64_t place, Context& context);
  void receive_again(std::uint32_t member, Context& context);
  void finish(std::uint32_t member, bool well, std::uint32_t segment, Context& context);
  void finish_late(std::uint32_t member, bool well, std::uint32_t segment);
  void go_on(std::uint32_t member, Context& context);
  bool tries_again(std::uint32_t member, Context& context);
  void ended(std::uint32_t member, bool well, std::uint32_t segment, Context& context);
  void poll_over(std::uint32_t member, Context& context);
  void commit_in_time(std::uint32_t member, Context& context);
  void commit(std::uint32_t member, Context& context);
  void settle(Group& group, std::uint32_t partition, std::uint64_t until, Context& context);
  void close(Group& group, std::uint32_t partition, std::uint64_t offset);
  void let_go(std::uint32_t partition, Context& context);
  void leave_root(std::uint32_t partition, std::uint64_t offset, Context& context);
  void go_back(Group& group, std::uint32_t partition, Context& context);
  void stop(std::uint32_t member, Context& context);
  void watch(Group& group, std::uint32_t partition, Context& context);
  void levels_changed(Group& group, Context& context);

  void ended_late(std::uint32_t member, bool well, std::uint32_t segment, Context& context);

  // Deleting what is too old or too much: retention.cpp
  void watch_growth(std::uint32_t partition, Context& context);
  void watch_age(std::uint32_t partition, Context& context);
  void delete_old(std::uint32_t partition, Context& context);
  void delete_before(std::uint32_t partition, std::uint64_t offset, Context& context);
  void pass_over(Group& group, std::uint32_t partition, std::uint64_t until, Reading::Fate fate,
                 Context& context);
  void start_anew(Group& group, std::uint32_t partition, Context& context);

  // On a broker, whose nodes fail: broker_failures.cpp
  void take_in(Handle message, Context& context);
  bool refuses(Handle message, std::uint32_t partition, const Context& context) const;
  void store(Handle message, std::uint32_t partition, Context& context);
  std::uint32_t led_partition_for(const Message& message, Context& context);
  void hide(std::int64_t records);
  void store_due(std::uint32_t partition, Context& context);
  void store_later(std::uint32_t partition, Context& context);
  void strike(std::uint32_t partition, Strike strike, bool begins, Time since, Context& context);
  void lose_unstored(std::uint32_t partition, bool of_those_who_wait, Context& context);
  bool waits_for_all(Handle message, const Context& context) const;
  void lose(Handle message, Context& context);
  void resume(std::uint32_t partition, Context& context);
  /// How many records a group may poll of a partition that is not plain.
  std::uint64_t readable(Group& group, std::uint32_t partition, Context& context);

  // Coming, going and rebalancing: membership.cpp
  Reader& reader_of(const Member& member) {
    return groups_[member.group].wiring.readers[member.reader];
  }
  void come_in(std::uint32_t member, Time now);
  void go_out(std::uint32_t member, bool takes_leave, Context& context);
  void miss(Group& group, const Reader& reader, std::uint32_t member, Context& context);
  void consumer_changes(Group& group, Reader& reader, bool goes, bool crashes, Context& context);
  void make_late(Group& group, Span& span);
  void rebalance(Group& group, Context& context);
  void call(std::uint32_t member, Context& context);
  void join(std::uint32_t member, Context& context);
  void join_if_all(Group& group, Context& context);
  void give_out(Group& group, Context& context);
  void assign(Group& group, std::uint32_t partition, std::uint32_t member, Context& context);
  void give_up(Group& group, std::uint32_t partition, Context& context);
  void give_up_all(std::uint32_t member, Context& context);
  bool offer_to_join(std::uint32_t member, Context& context);

  Wiring wiring_;
  Condition condition_;
  Confirms confirms_;
  std::vector<Partition> partitions_;
  std::vector<Storage> storages_;        ///< of the partitions, on a broker
  std::vector<Throughput> throughputs_;  ///< of the partitions, where they are limited
  std::uint32_t in_turn_ = 0;            ///< where the next record without a key goes
  std::vector<Group> groups_;
  std::vector<Member> members_;
  std::vector<Member::Part> ended_;     ///< of the batch that has just ended
  std::vector<std::uint32_t> waiting_;  ///< partitions, while those are sought that are due
  Metrics metrics_;
};

}  // namespace spillway
