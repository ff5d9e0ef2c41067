#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/flow/broker_space.h"
#include "sim/flow/context.h"
#include "sim/flow/shared_limit.h"
#include "sim/kernel/fingerprint.h"
#include "sim/run/charge.h"
#include "sim/run/dispatch.h"
#include "sim/run/objective_watch.h"
#include "sim/run/result.h"
#include "sim/scenario/scenario.h"
#include "sim/scenario/windows.h"

namespace spillway {

/// What stops a run that would eat the machine.
struct Limits {
  std::uint64_t messages = std::uint64_t{1} << 24;             ///< alive at once: 1 GiB
  std::uint64_t events = 1'000'000'000;                        ///< in one replication
  std::uint64_t said_at_once = 100'000'000;                    ///< without the clock moving
  std::uint64_t state_changes = MmppParameters::kMostChanges;  ///< of one producer's load
  const std::atomic<bool>* stop = nullptr;                     ///< once true, the run is given up
};

/// A scenario wired up: names turned into indices, handlers compiled, components made. Runs one
/// replication after the other, each a pure function of (scenario, seed, replication).
class World {
 public:
  explicit World(const Scenario& scenario, const Demand& demand = {}, const Limits& limits = {});
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World();

  const Plan& plan() const { return plan_; }

  /// Runs a replication from an empty system. Cost: memory of earlier replications is kept.
  Result run(std::uint64_t seed, std::uint32_t replication);

  /// Watches messages; for tests. nullptr = nobody.
  void watch(Tracer* tracer) {
    besides_ = tracer;
    context_.tracer = watch_ != nullptr ? watch_.get() : tracer;
  }

  /// Name of the component behind an address.
  const std::string& name_of(Address address) const;

  /// Makes the site of this name draw from a published generator; for verification.
  void use_stream(std::string_view site, const Mrg32k3a& stream);

 private:
  friend class Wiring;

  struct Uncertain {
    std::uint32_t site;
    std::uint32_t factor;
    Variate variate;
    std::string name;
  };

  /// Thrown to end a run that is given up; without a reason: it was told to stop.
  struct Stopped {
    std::string why;
  };
  static constexpr std::uint32_t kSaidBetweenLooks = 1u << 16;

  void begin(std::uint64_t seed, std::uint32_t replication);
  void draw_faults();
  void run_through(Result& result);
  void run_until(Time until, bool draining, Result& result);
  void look(const Result& result);
  void mark(Time now, std::uint32_t segment);
  void collect(Result& result);
  void collect_costs(Result& result) const;
  void collect_missed_time(Result& result) const;
  bool collapsed() const;
  bool nothing_left() const { return context_.alive() == 0 && context_.under_way == 0; }
  std::uint64_t open() const;
  std::vector<Ledger> ledgers() const;  ///< in the order of the plan's channels
  std::string broken_invariant() const;

  template <class Visitor>
  void each_component(Visitor&& visit) {
    std::apply([&](auto&... pool) { (each_of(pool, visit), ...); }, pools_);
  }
  template <class Pool, class Visitor>
  static void each_of(Pool& pool, Visitor& visit) {
    for (auto& component : pool) visit(component);
  }

  /// Visits everything that measures, components, their fleets, subscriptions and groups, limits
  /// and edges, by name.
  template <class Visitor>
  void each_measured(Visitor&& visit) {
    each_component([&](auto& component) {
      if constexpr (requires { component.metrics(); }) {
        visit(name_of(component.address()), component.metrics());
      }
      if constexpr (requires { component.fleet(); }) {
        if (component.fleet() != nullptr) {
          visit(name_of(component.address()), component.fleet()->metrics());
        }
      }
      if constexpr (requires { component.ejections(); }) {
        if (component.ejections() != nullptr) {
          visit(name_of(component.address()), *component.ejections());
        }
      }
      if constexpr (requires { component.subscriptions(); }) {
        for (auto& part : component.subscriptions()) visit(part.wiring.name, part.metrics);
      }
      if constexpr (requires { component.groups(); }) {
        for (auto& part : component.groups()) visit(part.wiring.name, part.metrics);
      }
    });
    for (const auto& limit : shared_limits_) visit(limit->name(), limit->metrics());
    for (Edge& edge : context_.edges) {
      if (!edge.name.empty()) visit(edge.name, edge.metrics);
    }
  }

  Context context_;
  Pools pools_;
  Plan plan_;
  Demand demand_;
  Limits limits_;
  Time drain_until_ = 0;
  Time represents_ = 0;  ///< what is measured stands for so much; 0 = not said
  std::vector<std::unique_ptr<SharedLimit>> shared_limits_;
  std::vector<std::unique_ptr<BrokerSpace>> spaces_;
  std::vector<Charge> charges_;
  std::optional<Collapse> collapse_;
  std::size_t watched_ = 0;                ///< the producer whose goodput tells
  std::unique_ptr<ObjectiveWatch> watch_;  ///< where the time outside objectives is told
  std::vector<std::uint32_t> incidents_;   ///< the windows of faults, then
  Tracer* besides_ = nullptr;              ///< watches messages, too
  std::vector<NamedSpans> named_;          ///< windows; of faults at random drawn anew each time
  std::uint64_t stood_for_ = 0;
  Time looked_at_ = 0;
  std::vector<std::vector<std::string>> names_;  ///< of components, by kind and index
  std::vector<std::string> site_names_;
  std::vector<Uncertain> uncertain_;
  Fingerprint fingerprint_;
};

}  // namespace spillway
