#pragma once

#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "sim/flow/attributes.h"
#include "sim/flow/broker_space.h"
#include "sim/flow/confirms.h"
#include "sim/flow/context.h"
#include "sim/flow/impairments.h"
#include "sim/flow/ledger.h"
#include "sim/flow/remembered_ids.h"
#include "sim/flow/request.h"
#include "sim/flow/throughput.h"
#include "sim/flow/turns.h"
#include "sim/model/queue/arrival_line.h"
#include "sim/model/queue/at_risk.h"
#include "sim/model/queue/backlog.h"
#include "sim/model/queue/declaration.h"
#include "sim/model/queue/grouped_backlog.h"
#include "sim/model/queue/levelled_backlog.h"
#include "sim/model/queue/metrics.h"
#include "sim/model/queue/polls.h"
#include "sim/model/queue/receive.h"
#include "sim/model/queue/ticks.h"

namespace spillway {

/// Holds messages until a consumer takes them, and gives a message back when its consumer says so
/// or stays silent for the visibility timeout.
///
///              blocked ─┐   delayed ◄─── pause ────┐
///                 ▲     ▼      ▼                   │
///                 │  ┌─────────────────────────────┼────────┐
///   send ─────────┴► │ ready ───deliver───► in flight       │ ──acknowledge──► gone
///     │              │   ▲                    │             │
///     ▼              │   └─ give back, or ────┤             │
///   rejected,        │   │  visibility over   │             │
///   or the head      └───┼────────────────────┼─────────────┘
///   is dropped           └─► expired          └── received too often ──► dead-letter queue
///
/// Who takes: consumers' instances in turn (round robin), each as long as it has fewer messages
/// than its prefetch: from a message's departure until it is settled; until its handler has ended,
/// where it is acknowledged before. A message given back stands in its old place.
///
/// Delivery is at least once: a consumer slower than the visibility timeout sees its message taken
/// again by another, and the work it did is counted as a duplicate.
///
/// With groups, a message is delivered only while no other of its group is in flight or pauses, but
/// for those of one receive.
/// With priorities, the highest goes first, and those of one priority in their order.
/// A reply queue hands each message to who has asked for it, as soon as it can.
///
/// Beyond its throughput sends are refused. While an alarm of its broker is on, senders wait as
/// they do before a full queue: see BrokerSpace.
///
/// Faults: in an outage sends are refused and nothing is delivered; acknowledgements of what is in
/// flight still count. A hang stores what comes, and neither confirms nor delivers until it ends.
/// Consumers whose connections are closed get nothing. What a broker's faults do beyond that, and
/// what they lose, see broker_failures.cpp.
///
/// By file: queue.cpp has what every message does; the others what some do: arrivals.cpp (a full
/// queue, what is screened at the door), ages.cpp, delays.cpp, redelivery.cpp, heartbeats.cpp,
/// groups.cpp, priorities.cpp, deduplication.cpp, receives.cpp (several messages at a time),
/// polls.cpp, takers.cpp, upkeep.cpp (purge and redrive), faults.cpp, broker_failures.cpp.
class Queue {
 public:
  using Parameters = QueueParameters;
  using Metrics = QueueMetrics;

  static constexpr std::uint64_t kNoLimit = ~std::uint64_t{0};

  /// An instance of a consumer.
  struct Taker {
    Address consumer = 0;
    std::uint32_t instance = 0;
    std::uint64_t prefetch = 1;
    Hop way;                  ///< from here to it
    std::uint32_t edge = 0;   ///< this queue -> its consumer
    Time heartbeat = 0;       ///< so often it keeps what it has hidden; 0 = never
    std::uint64_t batch = 1;  ///< so many messages it takes in one receive; divides `prefetch`
    Time window = 0;          ///< that a receive waits for more at most, from its first message on
    bool starts_open = true;
  };

  /// How long a message pauses that was given back.
  struct Redelivery {
    Time delay = 0;
    double factor = 1;
    Time step = 0;
    Time cap = kNever;
    bool failed = true;   ///< after a negative acknowledgement
    bool silent = false;  ///< after its visibility

    /// The pause after so many receives.
    Time pause_after(std::uint32_t receives) const;
  };

  struct Wiring {
    Address address = 0;
    bool screens = false;  ///< some of what comes is delayed or too large
    bool expires = false;  ///< some messages have a time to live, or there is retention
    bool weighs = false;   ///< messages have sizes
    bool groups = false;   ///< messages belong to groups
    bool replies = false;  ///< each message says its taker (Envelope::taker); then there is 1 level
    bool receives = false;  ///< its takers take by receives: several messages at a time, or asked
    bool dead_letters_expired = false;  ///< what expires goes to the dead-letter queue
    bool keeps_age = false;             ///< of what goes there: for that queue's retention
    bool late_acks_count = false;
    bool on_broker =
        false;  ///< what does not come in while it is down, and nobody waits for, is lost
    bool replicated = false;         ///< more than one node of its broker has what it stores
    bool may_fail = false;           ///< its broker: messages may be lost, and connections closed
    bool may_confirm_early = false;  ///< some send says when it is confirmed, or is not persistent
    std::vector<Taker> takers;
    std::uint64_t capacity = kNoLimit;
    std::uint64_t max_in_flight = kNoLimit;
    std::optional<Time> visibility;
    std::optional<std::uint32_t> delivery;  ///< site
    std::uint64_t capacity_bytes = kNoLimit;
    Overflow overflow = Overflow::reject;
    Address dead_letter = 0;  ///< says Offer to the dead-letter queue; 0 = none
    std::uint64_t dead_letter_after = kNoLimit;
    std::uint32_t levels = 0;              ///< of priority; 0 = there are none
    std::uint32_t level_unsaid = 0;        ///< of a message that says none
    std::optional<std::uint32_t> delay;    ///< site
    std::optional<std::uint32_t> confirm;  ///< site
    Time delivery_less = 0;                ///< the network's part of the delivery time
    Time retention = kNever;
    std::optional<Time> dedup;  ///< messages taken in are known for so long
    std::int64_t max_message_size = std::numeric_limits<std::int64_t>::max();
    std::optional<Redelivery> redelivery;
    std::optional<PollRules> polls;        ///< takers ask for messages; then `receives` is set too
    std::optional<Throughput> throughput;  ///< then, and with `space`, `screens` is set
    BrokerSpace* space = nullptr;          ///< of its broker, where that has an alarm
    std::uint32_t number_there = 0;        ///< then this queue's
  };

  explicit Queue(Wiring wiring)
      : wiring_(std::move(wiring)), confirms_(wiring_.address, wiring_.confirm) {
    if (wiring_.may_fail || wiring_.may_confirm_early) at_risk_ = std::make_unique<AtRisk>();
    if (wiring_.polls) polls_ = std::make_unique<Polls>();
    apart_ = wiring_.groups || wiring_.levels > 0;
    plain_ = !apart_ && at_risk_ == nullptr && !wiring_.receives && !wiring_.weighs &&
             !wiring_.expires && wiring_.capacity == kNoLimit;
    asks_ = wiring_.screens || wiring_.expires || wiring_.capacity != kNoLimit ||
            wiring_.capacity_bytes != kNoLimit;
  }

  void claim(Context& context);
  void begin(Context& context, const Demand& demand);

  Next on(Offer, Handle message, Context& context);
  Next on(Settle, Handle delivery, Context& context);
  Next on(Credit, Handle taker, Context& context);
  /// Its visibility timeout; of one that waits: its time to live.
  Next on(Expired, Handle message, Context& context);
  Next on(Done, Handle receipt, Context& context);    ///< the time to confirm has passed
  Next on(Resend, Handle message, Context& context);  ///< its delay or pause is over
  Next on(Extend, std::uint32_t heartbeat, Context& context);
  /// 0: the head may be past its retention; else the window of this taker, less 1, is over, or
  /// what ticks.h says.
  Next on(Tick, std::uint32_t what, Context& context);
  Next on(Impair, std::uint32_t change, Context& context);  ///< of this queue, or of a taker's
  Next on(Scale, std::uint32_t change, Context& context);   ///< a taker comes or goes

  void mark(Time now) { metrics_.drained.mark_level(now, metrics_.ready.level()); }

  Metrics& metrics() { return metrics_; }
  const Metrics& metrics() const { return metrics_; }
  Address address() const { return wiring_.address; }
  /// The ledger as it stands, `ready` and `in_flight` counted from what is there.
  Ledger ledger() const;
  /// Calls by which consumers received something, of messages born in a window.
  std::uint64_t receive_calls(const Window& window) const {
    return (wiring_.receives ? metrics_.receive_calls : metrics_.receives).in(window);
  }
  /// Whether it takes and confirms whatever comes, at once, while no fault strikes it.
  bool takes_all() const {
    return !asks_ && !wiring_.confirm && !wiring_.on_broker && at_risk_ == nullptr;
  }
  /// How messages come to a taker and its answers back.
  const Taker& taker(std::uint32_t index) const { return wiring_.takers[index]; }

 private:
  /// Why a message comes back.
  enum class Back : std::uint8_t { failed, silent, disconnected };

  bool may_come_in(Handle message, Context& context);
  void settle(Handle delivery, bool before, Context& context);
  void accept(Handle message, Context& context);
  void confirm(Handle message, Outcome outcome, Context& context) {
    confirms_.confirm(message, outcome, condition_, context);
  }
  /// Confirms a message that is taken.
  void confirm_taken(Handle message, Context& context) {
    if (at_risk_ != nullptr) [[unlikely]]
      return confirm_stored(message, context);
    confirm(message, Outcome::ok, context);
  }
  void deliver(Context& context);
  static constexpr Time kDrawn = -1;  ///< a way takes as long as its hop says
  Handle hand(Handle message, std::uint32_t taker, Time takes, Context& context);
  void hand_over(Handle message, std::uint32_t taker, Context& context);
  void line_up(Handle message, Context& context);
  void leave_line(Handle message, Context& context);
  void depth_changed(Context& context);
  void return_credit(std::uint32_t taker, const Message& delivery, Context& context);
  void close_absent_takers();
  /// Whether somebody takes a message that is ready now.
  bool takes_at_once() const { return turns_.any() && open_ && in_flight_ < limit_in_flight_; }
  /// Whether a message that comes need not line up: it would be taken before anything is measured.
  bool goes_straight_on() const { return plain_ && backlog_.empty() && takes_at_once(); }
  Handle take_next(Context& context);
  std::size_t depth() const {
    if (apart_) [[unlikely]]
      return levelled_ ? levelled_->size() : grouped_->size();
    return backlog_.size();
  }
  Handle oldest(const Context& context) const {
    if (apart_) [[unlikely]]
      return levelled_ ? levelled_->oldest(context.messages) : grouped_->oldest();
    return backlog_.front();
  }

  // arrivals.cpp
  bool screen(Handle message, Context& context);
  /// Whether a message has to wait, or something has to go, before it can come in.
  bool is_full(Handle message, Context& context) {
    if (depth() >= wiring_.capacity) return !takes_at_once(message, context);
    return wiring_.capacity_bytes != kNoLimit && is_too_heavy(message, context);
  }
  bool is_too_heavy(Handle message, Context& context);
  bool make_room(Handle message, Context& context);
  void refuse(Handle message, Outcome why, Context& context);
  void admit_blocked(Context& context);
  void refuse_blocked(Context& context);
  bool is_kept_out(Handle message, Context& context);
  bool screen_further(Handle message, Context& context);
  void wait_for_space();
  void space_again(Context& context);
  void drop(Handle message, Context& context);

  // ages.cpp
  Time ends_at(Handle message, Context& context) const;
  bool is_too_old(Handle message, Context& context) const {
    return wiring_.expires && context.now() > ends_at(message, context);
  }
  void watch_age(Handle message, Context& context);
  void stop_watching(Handle message, Context& context);
  void expire(Handle message, Context& context);
  Time age_begins(const Message& message) const;
  void tick(std::uint32_t what, Context& context);

  // delays.cpp
  void delay(Handle message, Time until, Context& context);
  void end_delay(Handle message, Context& context);

  // redelivery.cpp
  void give_back(Handle message, Back why, Context& context);
  void dead_letter(Handle message, Context& context);
  static Handle rename(Handle message, Context& context);
  void put_back(Handle message, Context& context);
  void room_in_flight(Context& context);
  bool acknowledge_late(const Message& settled, Context& context);

  // broker_failures.cpp
  void confirm_stored(Handle message, Context& context);
  void fail(const Impairment& impairment, Context& context);
  template <class IsLost>
  void lose_waiting(IsLost is_lost, Context& context);
  void end_flight(Handle message, Context& context);
  void lose_in_hand(const AtRisk::Handed& handed, Context& context);
  void take_back(const AtRisk::Handed& handed, Context& context);
  void lose(Handle message, Context& context);

  // groups.cpp
  /// The same of this message, which is not here yet.
  bool takes_at_once(Handle message, Context& context) const {
    return takes_at_once() && (!wiring_.groups || is_group_free(message, context));
  }
  bool is_group_free(Handle message, Context& context) const;
  void enter_group(Handle message, Context& context);
  void leave_group(Handle message, Context& context);
  void free_group(Handle message, Context& context);
  void deliver_by_group(Context& context);
  void receive_by_group(Context& context);
  /// Takes one that is ready out of the middle.
  void take_out(Handle message, Context& context) {
    if (apart_) [[unlikely]]
      return take_out_apart(message, context);
    backlog_.erase(context.messages, message);
  }
  bool is_ready(Handle message, Context& context);

  // priorities.cpp
  std::uint32_t level_of(Handle message, const Context& context) const;
  void enter_apart(Handle message, Context& context);
  void put_back_apart(Handle message, Context& context);
  void take_out_apart(Handle message, Context& context);
  Handle take_next_apart(Context& context);
  void deliver_apart(Context& context);
  void deliver_replies(Context& context);
  void clear_apart();

  // receives.cpp
  void begin_receives();
  void deliver_by_receive(Context& context);
  Time hand_over_first(Handle message, std::uint32_t taker, Context& context);
  void hand_over_behind(Handle message, std::uint32_t taker, Time takes, Context& context);
  void end_receive(std::uint32_t taker);
  void end_receives(std::uint32_t first, std::uint32_t count, Context& context);

  // polls.cpp
  void begin_polls(Context& context);
  void ask(std::uint32_t taker, Context& context);
  void wait_for_messages(std::uint32_t taker, Context& context);
  void wait_for_messages(Context& context);
  void answer_receive(std::uint32_t taker, Handle first, Context& context);
  void count_empty(const Context& context);
  void come_back_empty(std::uint32_t taker, Context& context);
  void suspend_polls(std::uint32_t first, std::uint32_t count, Context& context);
  void end_wait(std::uint32_t taker, Context& context);
  void poll_now(Context& context);
  void expect_fixed_poll(Context& context);

  // upkeep.cpp
  void keep_up(std::uint32_t impairment, Context& context);
  void redrive(std::uint32_t index, Context& context);
  void move_back(Handle message, Address to, Context& context);

  // deduplication.cpp
  MessageId id_of(Handle message, Context& context) const;
  bool absorb(Handle message, Context& context);
  void remember(Handle message, Context& context);

  // heartbeats.cpp
  struct Heartbeat {
    Handle delivery = 0;
    std::uint32_t ordinal = 0;
    std::uint32_t lane = 0;
    std::uint16_t attempt = 0;
  };
  Handle message_of(const Heartbeat& heartbeat, const Context& context) const;
  void expect_heartbeat(Handle delivery, const Taker& taker, Context& context);

  // What every message looks at stands together: where there are many queues, each line of memory
  // more is one to wait for.
  bool open_ = true;    ///< neither down nor hung
  bool apart_ = false;  ///< what is ready stands in lines of their own: groups, or priorities
  bool plain_ = false;  ///< nothing but its place in line is kept of what is ready
  bool asks_ = true;    ///< whether what comes may come in
  LaneId visibility_lane_ = 0;
  LaneId ttl_lane_ = 0;
  std::uint32_t arrivals_ = 0;
  Backlog backlog_;
  std::uint64_t in_flight_ = 0;
  std::uint64_t limit_in_flight_ = kNoLimit;  ///< 0 between fixed polls
  Turns turns_;                               ///< of the takers
  std::uint64_t bytes_ = 0;                   ///< of what is ready
  Time latest_received_ = -1;                 ///< send time of the latest message received so far
  Ledger ledger_;
  Condition condition_;
  alignas(64) Wiring wiring_;
  Confirms confirms_;
  Metrics metrics_;

  // What not every queue has.
  std::unique_ptr<AtRisk> at_risk_;
  MessageLine blocked_;
  bool admitting_ = false;     ///< blocked ones are let in right now
  bool awaits_space_ = false;  ///< of its broker, for them
  ArrivalLine delayed_;
  LaneId delay_lane_ = 0;
  SlotId retention_clock_ = 0;
  bool clock_runs_ = false;
  std::vector<Heartbeat> heartbeats_;
  Ring<std::uint32_t> free_heartbeats_;
  std::unique_ptr<GroupedBacklog> grouped_;    ///< instead of the other backlog
  std::unique_ptr<LevelledBacklog> levelled_;  ///< the same
  std::unique_ptr<RememberedIds> taken_in_;
  Time latest_kept_ = 0;           ///< the latest beginning of an age in the backlog so far
  std::vector<Receive> receives_;  ///< by taker, where some take several messages at a time
  LaneId window_lane_ = 0;
  std::unique_ptr<Polls> polls_;  ///< where takers ask
  /// Dead letters that are being moved back.
  struct Redrive {
    std::uint32_t impairment = 0;
    std::uint64_t left = 0;  ///< so many more
  };
  std::vector<Redrive> redrives_;
};

}  // namespace spillway
