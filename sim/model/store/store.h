#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "sim/flow/access.h"
#include "sim/flow/impairments.h"
#include "sim/flow/request.h"
#include "sim/kernel/ring.h"
#include "sim/model/store/declaration.h"
#include "sim/model/store/history.h"
#include "sim/model/store/metrics.h"
#include "sim/model/store/outbox.h"

namespace spillway {

/// Holds a version of each key. What is written is committed at once; what is read may be older.
///
///   single       write ──► committed ◄── read
///
///   leader       write ──► committed ◄── read, level: strong
///                              │ lag
///                              ▼
///                          followers ◄── read, level: eventual: one of them
///
///   cache        put there after a miss ◄── read: a hit, or a miss; see flow/cache.h
///
///   projection   committed at the source ─ ─ ─ a message, somehow ─ ─ ─► apply ──► shown ◄── read
///
/// Any number of requests are under way at once, each takes its time and no other's. A read sees,
/// and is compared with, what is there at the instant its time is over. While it is out or hangs,
/// what is committed still goes to the followers.
class Store {
 public:
  using Parameters = StoreParameters;
  using Metrics = StoreMetrics;

  /// What a follower draws.
  struct FollowerSites {
    std::uint32_t lag = 0;
    std::optional<std::uint32_t> apply_time;
  };

  struct Wiring {
    Address address = 0;
    StoreKind kind = StoreKind::single;
    std::shared_ptr<History> history;  ///< its own; of a projection: its source's
    std::uint32_t copies = 0;          ///< place of its copies there; of a single store: none
    Replication replication = Replication::in_order;
    std::vector<FollowerSites> followers;    ///< of a leader
    std::optional<std::uint32_t> read_time;  ///< site
    std::optional<std::uint32_t> write_time;
    std::optional<std::uint32_t> apply_time;  ///< of a projection
    std::uint32_t follower_read = 0;          ///< site: which follower is read
    std::optional<Outbox::Wiring> outbox;
    std::optional<std::uint32_t> cache;  ///< of one: its place in the context
  };

  explicit Store(Wiring wiring) : wiring_(std::move(wiring)) {
    metrics_.commits = wiring_.history->commits();
    if (wiring_.outbox) outbox_ = std::make_unique<Outbox>(*wiring_.outbox);
  }

  void claim(Context& context);
  void begin(Context& context, const Demand& demand);

  Next on(Offer, Handle request, Context& context);
  Next on(Done, Handle request, Context& context);    ///< its time is over
  Next on(Tick, Handle what, Context& context);       ///< a write has come to a follower
  Next on(Credit, Handle request, Context& context);  ///< it hangs no more
  Next on(Impair, std::uint32_t payload, Context& context);

  // outbox.cpp
  Next on(Resend, Handle, Context& context);         ///< the relay looks into the outbox
  Next on(Reply, Handle receipt, Context& context);  ///< an event is confirmed, or refused
  Next on(Expired, Handle event, Context& context);  ///< its confirm has not come in time

  Metrics& metrics() { return metrics_; }
  const Metrics& metrics() const { return metrics_; }
  Address address() const { return wiring_.address; }
  const History& history() const { return *wiring_.history; }

 private:
  /// A write on its way to a follower.
  struct Shipment {
    std::uint32_t key = 0;
    std::uint32_t version = 0;
    std::uint32_t follower = 0;  ///< or the next free place
  };
  struct Follower {
    PipeId pipe = 0;      ///< of writes that come in order
    Time shown_at = 0;    ///< when it will have taken over what was sent to it
    Ring<Shipment> sent;  ///< in order
  };

  Next begin_request(Handle request, Context& context);
  Next fail(Outcome outcome, Handle request, Context& context);
  Next serve(Handle request, Context& context);
  void read(const Access& access, const Message& request, Context& context);
  void write(const Access& access, Handle request, Context& context);
  void apply(const Access& access, const Message& request, Context& context);
  void replicate(std::uint32_t key, std::uint32_t version, const Message& request,
                 Context& context);
  /// A copy shows this version. Returns whether it was news.
  bool show(std::uint32_t copy, std::uint32_t key, std::uint32_t version, Context& context);
  std::uint32_t key_of(const Access& access, const Message& request, Context& context) const;
  std::uint32_t returned(const Access& access, std::uint32_t key, const Message& request,
                         Context& context) const;
  std::uint32_t take_place();

  // outbox.cpp
  void leave_event(Handle request, Context& context);
  void schedule_look(Context& context);
  void look(Context& context);
  void event_answered(Handle event, Context& context);
  void end_pass(Context& context);
  void relay_impaired(Context& context);

  Wiring wiring_;
  std::vector<Follower> followers_;
  std::vector<Shipment> under_way_;  ///< of writes that come in any order
  std::uint32_t free_ = 0;
  Condition condition_;
  MessageLine held_;  ///< taken and not begun: it hangs
  std::unique_ptr<Outbox> outbox_;
  Metrics metrics_;
};

}  // namespace spillway
