#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "sim/model/service/balancer.h"
#include "sim/model/service/service.h"

namespace spillway {

/// A service whose instances each have a line of their own, behind a balancer.
///
///   request ──► rate limit ──► balancer ──► instance 0: accept queue ──► slots ──► answer
///                                      └──► instance 1: accept queue ──► slots ──► answer
///
/// Each instance is a service of one instance (service.h), with its slots, accept queue,
/// discipline, concurrency limit, cores and faults; all measure together. One that goes takes
/// nothing more, finishes what it has, and what waits at it too. No health is checked: who is down
/// refuses what it is sent, until it is ejected.
class BalancedService {
 public:
  using Parameters = ServiceParameters;
  using Metrics = ServiceMetrics;

  struct Wiring {
    ServiceWiring each;           ///< of each instance
    std::uint32_t instances = 1;  ///< at most
    Balancer::Wiring balancer;
    std::optional<RateLimit> rate_limit;  ///< of all
  };

  /// `protection`: of each instance. A fleet: where their number changes.
  explicit BalancedService(const Wiring& wiring, const Protection& protection = {},
                           std::unique_ptr<Fleet> fleet = nullptr);

  void claim(Context& context);
  void begin(Context& context, const Demand& demand);

  Next on(Offer, Handle request, Context& context);
  Next on(Done, Handle request, Context& context);
  Next on(Reply, Handle answer, Context& context);
  Next on(Credit, Handle request, Context& context);
  Next on(Expired, Handle request, Context& context);
  Next on(Resend, Handle sent, Context& context);
  Next on(Cancel, Handle request, Context& context);
  Next on(Probe, Handle probe, Context& context);
  Next on(Overdue, Handle request, Context& context);  ///< its caller has waited for too long
  Next on(Lost, std::uint32_t segment, Context& context);
  Next on(Impair, std::uint32_t change, Context& context);
  Next on(Scale, std::uint32_t change, Context& context);
  Next on(Tick, std::uint32_t what, Context& context);  ///< see What

  /// What Tick says, with the number of an instance: it has started; the first piece of work of
  /// its processors, or of its cores, is done; it is ejected no more.
  enum class What : std::uint32_t { started, done, done_on_cores, back };
  static constexpr std::uint32_t tick(What what, std::uint32_t instance = 0) {
    return static_cast<std::uint32_t>(what) << kShift | instance;
  }

  Fleet* fleet() { return fleet_.get(); }
  const Fleet* fleet() const { return fleet_.get(); }
  Metrics& metrics() { return *metrics_; }
  const Metrics& metrics() const { return *metrics_; }
  /// Where instances are ejected; else nullptr.
  EjectionMetrics* ejections() { return balancer_->ejections(); }
  Address address() const { return wiring_.each.address; }
  /// Requests inside an instance: waiting, in a slot, or waiting for a downstream.
  std::uint64_t inside(std::uint32_t instance) const { return instances_[instance].inside(); }

 private:
  static constexpr std::uint32_t kShift = 28;

  template <class Verb>
  Next tell(std::uint32_t instance, std::uint32_t payload, Context& context);
  template <class Verb>
  Next tell_owner(Handle request, Context& context);
  Next turn_away(Handle request, Context& context);
  bool is_here(Handle request, const Context& context) const;

  Wiring wiring_;
  std::optional<RateLimit> rate_limit_;
  // In places of their own: the instances name them, and this moves while a world is wired.
  std::unique_ptr<ServiceMetrics> metrics_;
  std::unique_ptr<Balancer> balancer_;
  std::vector<ServiceInstance> instances_;  ///< their conditions are named by branches: never moved
  std::unique_ptr<Fleet> fleet_;            ///< where their number changes
  std::vector<std::uint32_t> changed_;      ///< instances, just now
};

}  // namespace spillway
