#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "sim/flow/handler.h"
#include "sim/model/producer/declaration.h"
#include "sim/model/producer/metrics.h"
#include "sim/model/producer/rate_profile.h"

namespace spillway {

/// Thrown when a producer's hidden state changes more often in a run than it may: the run ends
/// there and is void.
struct TooManyStateChanges {
  Address producer;
  std::uint64_t most;
};

/// Gives birth to messages, runs what each does, and measures how it went.
///
///   arrivals ──► born ──► handler ──► answered ──► all work done
///                  │          latency ┘               │
///                  └──────────────────── completion ──┘
///
/// Open loads (poisson, constant, renewal, mmpp, trace) never wait for answers; a closed load's
/// users do: each thinks after its answer, good or bad, and asks again.
class Producer {
 public:
  using Parameters = ProducerParameters;
  using Metrics = ProducerMetrics;

  enum class Load : std::uint8_t { profiled, users, trace };

  /// How it was wired.
  struct Wiring {
    Address address = 0;
    std::uint32_t program = 0;  ///< where its handler starts
    /// Where the exchange of a handler that is one `call` stands: the message itself then travels
    /// as the request, and nothing else is made for it.
    std::optional<std::uint32_t> only_call;
    std::uint32_t call_lane = 0;  ///< of that request, or of that message:
    /// The same of one that is one `send` or `publish` and waits for no confirm: the message itself
    /// travels.
    std::optional<std::uint32_t> only_send;
    std::uint32_t lane = 0;  ///< tells its messages' random numbers from other producers'
    Load load = Load::profiled;
    std::uint32_t intervals = 0;  ///< site of intervals at the reference rate
    RateProfile profile;
    std::vector<double> state_factors;       ///< of an mmpp: multiples of the reference rate
    std::vector<std::uint32_t> state_sites;  ///< and how long each state lasts
    std::uint64_t most_changes = MmppParameters::kMostChanges;
    bool first_at_start = false;  ///< the first arrival is at `start`, not after one interval
    Time start = 0;
    std::uint32_t users = 0;
    std::uint32_t think = 0;  ///< site of think times
    std::shared_ptr<const TraceParameters::Rows> rows;
  };

  explicit Producer(Wiring wiring) : wiring_(std::move(wiring)), walk_(nullptr) {}
  Producer(Producer&&) = default;

  /// Claims its clock; once, before the first run.
  void claim(Context& context);
  /// Starts a replication: the first arrivals are scheduled.
  void begin(Context& context, const Demand& demand);

  Next on(Tick, Handle user, Context& context);
  Next on(Reply, Handle answer, Context& context);
  Next on(Done, Handle root, Context& context);
  Next on(Settle, Handle root, Context& context);
  Next on(Expired, Handle root, Context& context);  ///< the time of an attempt of its handler
  Next on(Resend, Handle sent, Context& context);

  /// Says that its handler is one `send`: see Wiring::only_send. Set-up only.
  void send_only(std::uint32_t exchange, const Context& context);
  /// Where its handler starts.
  std::uint32_t program() const { return wiring_.program; }

  Metrics& metrics() { return metrics_; }
  const Metrics& metrics() const { return metrics_; }
  Address address() const { return wiring_.address; }
  /// Messages born and not yet wholly done.
  std::uint64_t open() const { return born_ - closed_; }

 private:
  void schedule_next(Context& context);
  Time next_arrival(Context& context);
  void think(std::uint32_t user, Context& context);
  void enter_segment(const Context& context);
  Next call_directly(Message& message, Handle root, Context& context);
  Next send_directly(Message& message, Handle root, Context& context);
  void end(Handle root, Context& context);
  Next go_on(Progress progress, Handle root, Context& context);
  bool ends_plainly(const Message& message, const Context& context) const;
  Next end_only_call(Handle answer, Context& context);
  Next go(Progress progress, Handle root, Context& context);

  Wiring wiring_;
  Metrics metrics_;
  SlotId slot_ = 0;
  std::uint32_t next_ordinal_ = 0;
  std::uint64_t born_ = 0;
  std::uint64_t closed_ = 0;
  Time at_ = 0;
  std::uint16_t segment_ = 0;  ///< of the timeline, which lasts until then
  Time segment_ends_ = 0;
  bool even_ = false;  ///< intervals need no stretching
  ProfileWalk walk_;
  std::size_t state_ = 0;
  std::uint32_t state_visits_ = 0;
  std::uint64_t state_changes_ = 0;
  double state_ends_ = 0;
  std::vector<std::uint32_t> asked_;  ///< of each user: requests so far
};

}  // namespace spillway
