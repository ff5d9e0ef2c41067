#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/flow/steps/declaration.h"
#include "sim/language/distribution.h"
#include "sim/language/field.h"
#include "sim/language/pack.h"
#include "sim/language/quantity.h"
#include "sim/language/zone_name.h"

namespace spillway {

/// What becomes of the work that a crash interrupts.
enum class CrashedWork : std::uint8_t { restart, resample, lost, resume };
template <>
struct Choices<CrashedWork> {
  static constexpr std::array<std::string_view, 4> names{"restart", "resample", "lost", "resume"};
};

/// What of a call or a send is lost: its answer or confirm, or itself.
enum class LossDirection : std::uint8_t { reply, request };
template <>
struct Choices<LossDirection> {
  static constexpr std::array<std::string_view, 2> names{"reply", "request"};
};

/// `{checkout -> payments: 10%}`: edges with a share each.
struct EdgeShares {
  std::vector<std::pair<EdgeName, Share>> edges;
};

/// `{checkout -> payments: +200ms}`: edges with what is added to their delay.
struct EdgeDelays {
  std::vector<std::pair<EdgeName, Distribution>> edges;
};

/// `orders.depth > 10000`: the load that sets a fault off.
struct LoadCondition {
  std::string metric;  ///< `orders.depth`
  std::string bound;   ///< as written
  bool above = true;
  Location at;
  // What they come to, once all components are known.
  std::string component;
  std::string name;
  double value = 0;  ///< SI base unit
};

/// `to: 20` of set, `to: orders` of redrive.
struct FaultTo {
  std::optional<Count> instances;
  std::optional<Reference> queue;
};

/// `worker.instances`: what a fault sets.
struct InstancesOf {
  Reference component;
};

/// `[checkout, payments]`: two components.
struct ComponentPair {
  std::array<Reference, 2> ends;
  Location at;
};

/// Everything that a fault can hit; which component has an answer to which fault is checked when
/// the scenario is loaded.
inline constexpr Noun kFaultTargets =
    Noun::service | Noun::queue | Noun::log | Noun::consumer | Noun::store | Noun::broker;

/// Everything that talks to another over the network.
inline constexpr Noun kPartitioned =
    Noun::producer | Noun::service | Noun::queue | Noun::topic | Noun::consumer | Noun::store;

/// Something that goes wrong for a time, once (`at` + `for`) or at random (`every` + `for`);
/// or what operators do to a queue.
struct FaultParameters {
  std::optional<Reference> outage;
  std::optional<Reference> hang;
  std::optional<Reference> crash;
  std::optional<Reference> slow;
  std::optional<Reference> errors;
  std::optional<Reference> capacity;
  std::optional<Reference> pause;
  std::optional<Reference> restart;
  std::optional<InstancesOf> set;
  std::optional<EdgeShares> loss;
  std::optional<EdgeDelays> latency;
  std::optional<ComponentPair> partition;
  std::optional<ZoneName> zone;
  std::optional<Reference> purge;
  std::optional<Reference> redrive;
  std::optional<Factor> times;
  std::optional<Share> share;
  std::optional<CrashedWork> work;
  std::optional<Count> nodes;
  std::optional<Count> instances;
  std::optional<LossDirection> direction;
  std::optional<FaultTo> to;
  std::optional<Rate> rate;
  bool rolling = false;
  std::optional<Duration> each;
  std::optional<Duration> at;
  std::optional<Distribution> every;
  std::optional<LoadCondition> when;
  std::optional<Distribution> lasts;

  static constexpr std::array<std::string_view, 15> exactly_one{
      "outage", "hang", "crash",   "slow",      "errors", "capacity", "pause",  "restart",
      "set",    "loss", "latency", "partition", "zone",   "purge",    "redrive"};
  static constexpr auto fields() {
    using F = FaultParameters;
    return Pack{
        Field{
            &F::outage, "outage",
            "It refuses at once; the connections of a consumer or broker close, and what consumers "
            "have not acknowledged goes back at once",
            kAtLeastZero, Need::optional, kFaultTargets},
        Field{&F::hang, "hang",
              "It takes requests but starts no work; running work finishes, what waits starts when "
              "the hang ends",
              kAtLeastZero, Need::optional, kFaultTargets},
        Field{&F::crash, "crash",
              "It loses what is in memory and refuses until it is back; messages that a consumer "
              "had, or that a broker's consumers had, are delivered again",
              kAtLeastZero, Need::optional, kFaultTargets},
        Field{&F::slow, "slow", "What begins there takes `times` as long", kAtLeastZero,
              Need::optional, kFaultTargets},
        Field{&F::errors, "errors", "A `share` of what begins there fails at once", kAtLeastZero,
              Need::optional, kFaultTargets},
        Field{&F::capacity, "capacity",
              "It has `times` as many slots, rounded, one at least; those in use are kept until "
              "their handlers end",
              kAtLeastZero, Need::optional, Noun::service},
        Field{&F::pause, "pause",
              "Its work stands still, and it begins none, as in a garbage collection; what comes "
              "waits",
              kAtLeastZero, Need::optional, Noun::service | Noun::consumer},
        Field{&F::restart, "restart",
              "Its instances end, together or one after the other (`rolling`), and are back: each "
              "finishes what it has in hand, a client of a log takes its leave",
              kAtLeastZero, Need::optional, Noun::service | Noun::consumer},
        Field{&F::set, "set",
              "`worker.instances`: it has another number of instances, `to`, as an operator would "
              "say"},
        Field{&F::loss, "loss",
              "Of edges: shares of the answers and confirms that do not arrive; who waits for them "
              "learns it by a timeout"},
        Field{&F::latency, "latency",
              "Of edges: what their network delay is longer by, in each direction"},
        Field{&F::partition, "partition", "Nothing arrives that either of the two sends the other",
              kAtLeastZero, Need::optional, kPartitioned},
        Field{&F::zone, "zone",
              "What is in that zone is lost as one: its services, consumers and brokers crash, its "
              "queues, logs and stores are out; producers go on"},
        Field{&F::purge, "purge", "All messages that are ready there are dropped", kAtLeastZero,
              Need::optional, Noun::queue},
        Field{&F::redrive, "redrive",
              "The dead letters that are ready there are moved back to the queue that they came "
              "from, the oldest first, and are new there",
              kAtLeastZero, Need::optional, Noun::queue},
        Field{&F::times, "times",
              "Of slow: how many times as long; of capacity: how many times as many, up to 1",
              kPositive},
        Field{&F::share, "share", "Of errors: the share that fails", Bounds{0, 1}},
        Field{&F::work, "work",
              "Of the crash of a service or zone: requests inside begin anew when it is back, with "
              "the same drawn times (restart) or others (resample), go on where they stood "
              "(resume), or are lost and answered with `unavailable` (lost); default: restart"},
        Field{&F::nodes, "nodes",
              "Of a broker's crash: how many of its nodes that are there, first those that lead "
              "most queues; default: all",
              Bounds{1, 100}},
        Field{&F::instances, "instances",
              "How many instances are struck, the first of them, and not all: of a service with "
              "balancing; or of the crash of any service or consumer, or the outage of a consumer",
              Bounds{1, 1e5}},
        Field{&F::direction, "direction",
              "Of loss: answers and confirms are lost (reply), or requests and messages (request); "
              "default: reply"},
        Field{&F::to, "to",
              "Of set: how many instances. Of redrive: the queue that messages are moved to; "
              "default: the one whose dead letters go there",
              Bounds{1, 1e5}},
        Field{&F::rate, "rate", "Of redrive: how fast, one by one; default: all at once",
              kPositive},
        Field{&F::rolling, "rolling",
              "Of restart: true: one instance after the other, each away for `each`; false: all "
              "together, for `for`"},
        Field{&F::each, "each", "Of a rolling restart: how long each instance is away", kPositive},
        Field{&F::at, "at", "When it begins", kAtLeastZero},
        Field{&F::every, "every",
              "Of a fault at random: time from its end (or the start of the run) to its beginning",
              kPositive},
        Field{&F::when, "when",
              "Of a fault that load sets off: `orders.depth > 10000`, a level or an age that is "
              "looked at every second; again, when it holds after the fault's end"},
        Field{&F::lasts, "for",
              "How long it lasts; not of a rolling restart, nor of purge and redrive, which are "
              "over when they are done. Default, of set: to the end of the run",
              kPositive},
    };
  }
};

}  // namespace spillway
