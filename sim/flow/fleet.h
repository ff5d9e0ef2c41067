#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/flow/context.h"
#include "sim/flow/measure.h"
#include "sim/language/pack.h"

namespace spillway {

/// What a component measures whose number of instances changes.
struct FleetMetrics {
  Level there;
  Level starting;
  Level slots;  ///< that could be in use: of instances that serve, and in use of those that end

  static constexpr auto parts() {
    using M = FleetMetrics;
    return Pack{&M::there, &M::starting, &M::slots};
  }
  static constexpr auto metrics() {
    using M = FleetMetrics;
    return Pack{
        Metric{&M::there, "instances", "1",
               "Where they are scaled: instances that are there, which is what they cost, those "
               "that start and those that end included"},
        Metric{&M::starting, "starting", "1",
               "Where they are scaled: instances that start, and take nothing yet"},
    };
  }
};

/// What is wanted of a fleet: the payload of Scale to a service or consumer.
struct FleetChange {
  enum class What : std::uint32_t {
    number,  ///< so many instances
    stop,    ///< that the one at this place ends
    resume,  ///< that it is back
  };
  static constexpr int kShift = 30;  ///< numbers are smaller than 2^30

  What what = What::number;
  std::uint32_t value = 0;  ///< the number, or the place

  std::uint32_t payload() const { return value | static_cast<std::uint32_t>(what) << kShift; }
  static FleetChange of(std::uint32_t payload) {
    return {static_cast<What>(payload >> kShift), payload & ((1U << kShift) - 1)};
  }
};

/// The instances of a component whose number changes, each at a place of its own.
///
///   empty ──► starting ──startup──► serving ──► ending ──► empty
///                └── not wanted any more ──────────────────►
///
/// One that ends keeps its place until what it has in hand is done. Places are taken from the
/// lowest, and given up from the highest: what starts before what serves.
///
/// Cost: O(places) for a change of the number, nothing in between.
class Fleet {
 public:
  enum class Place : std::uint8_t { empty, starting, serving, ending };

  struct Wiring {
    Address address = 0;  ///< of the component: hears Tick about a place that has started
    std::uint32_t first = 1;
    std::uint32_t most = 1;
    std::uint64_t slots = 1;               ///< of each instance
    std::optional<std::uint32_t> startup;  ///< site; drawn by the number of the start
    std::uint32_t places_of_each = 1;      ///< instances that have several come and go as a whole
  };

  explicit Fleet(const Wiring& wiring) : wiring_(wiring) {}

  void begin(Context& context, const Demand& demand);

  /// Lets instances start, or end, until so many start or serve; fewer where places are taken by
  /// those that end. Returns the places that serve no more, or that do so at once, in `changed`.
  void scale_to(std::uint32_t wanted, Context& context, std::vector<std::uint32_t>& changed);
  /// Does what is wanted; as above.
  void change(FleetChange change, Context& context, std::vector<std::uint32_t>& changed);
  /// The instance at this place has started.
  void started(std::uint32_t place, Context& context);
  /// The instance at this place has nothing in hand any more. Range: it ends.
  void ended(std::uint32_t place, Context& context);
  /// Slots in use of those that end have become more or fewer.
  void in_use_at_ending(std::int64_t change, Context& context) {
    metrics_.slots.add(context.now(), change);
  }

  Place at(std::uint32_t place) const { return places_[place]; }
  std::uint32_t size() const { return wiring_.most; }
  std::uint32_t serving() const { return serving_; }
  std::uint32_t ending() const { return ending_; }
  /// Those that serve, or will.
  std::uint32_t wanted() const { return serving_ + starting_; }
  std::uint64_t slots_of_each() const { return wiring_.slots; }

  FleetMetrics& metrics() { return metrics_; }
  const FleetMetrics& metrics() const { return metrics_; }

 private:
  void start(std::uint32_t count, Context& context, std::vector<std::uint32_t>& changed);
  void end(std::uint32_t count, Context& context, std::vector<std::uint32_t>& changed);
  void stop(std::uint32_t place, Context& context);
  void tell(std::uint32_t place, std::int64_t change, Context& context);
  bool resume(std::uint32_t place, Context& context);

  Wiring wiring_;
  std::vector<Place> places_;
  std::vector<Timer> timers_;  ///< of those that start
  std::uint32_t serving_ = 0;
  std::uint32_t starting_ = 0;
  std::uint32_t ending_ = 0;
  std::uint32_t starts_ = 0;  ///< so far
  FleetMetrics metrics_;
};

/// A taker of a queue that opens or closes its connection: the payload of Scale to a queue.
struct TakerChange {
  std::uint32_t taker = 0;
  bool opens = false;
  bool crashes = false;  ///< of one that closes: without a word

  std::uint32_t payload() const { return taker << 2 | (crashes ? 2u : 0u) | (opens ? 1u : 0u); }
  static TakerChange of(std::uint32_t payload) {
    return {payload >> 2, (payload & 1) != 0, (payload & 2) != 0};
  }
};

}  // namespace spillway
