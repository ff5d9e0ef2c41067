#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/language/diagnostic.h"
#include "sim/language/distribution.h"
#include "sim/language/field.h"
#include "sim/language/pack.h"
#include "sim/language/quantity.h"
#include "sim/model/broker/declaration.h"
#include "sim/model/consumer/declaration.h"
#include "sim/model/fault/declaration.h"
#include "sim/model/limit/declaration.h"
#include "sim/model/log/declaration.h"
#include "sim/model/producer/declaration.h"
#include "sim/model/queue/declaration.h"
#include "sim/model/service/declaration.h"
#include "sim/model/store/declaration.h"
#include "sim/model/topic/declaration.h"
#include "sim/scenario/collapse.h"
#include "sim/scenario/objective.h"
#include "sim/scenario/price.h"
#include "sim/scenario/run_options.h"
#include "sim/scenario/zones.h"

namespace spillway {

/// A component of a scenario: its name, where it stands, and what it says.
template <class P>
struct Component {
  std::string name;
  Location at;
  std::string preset;  ///< the preset it started from, or empty
  P parameters;
};

/// The component that a consumer's group is for metrics: `orders.billing`.
inline std::string group_name(const std::string& log,
                              const Component<ConsumerParameters>& consumer) {
  const std::string& group = consumer.parameters.group;
  return log + "." + (group.empty() ? consumer.name : group);
}

/// A span of time with a name, for metrics: `windows`, a profile's entries, the faults.
struct WindowParameters {
  Duration at;
  Duration lasts;

  static constexpr auto fields() {
    return Pack{
        Field{&WindowParameters::at, "at", "When the window begins", kAtLeastZero, Need::required},
        Field{&WindowParameters::lasts, "for", "How long it lasts", kPositive, Need::required},
    };
  }
};

struct NamedWindow {
  std::string name;
  Location at;
  WindowParameters window;
};

/// How the scenario is run.
struct RunParameters {
  Duration duration;
  Warmup warmup;
  Duration drain{600 * kSecond};
  Replications replications;
  std::uint64_t seed = 1;
  Share confidence{0.95};
  std::optional<Duration> represents;

  static constexpr auto fields() {
    return Pack{
        Field{&RunParameters::duration, "duration", "How long messages are born",
              Bounds{.most = kLongestRun, .above_least = true}, Need::required},
        Field{&RunParameters::warmup, "warmup",
              "Time at the start that metrics leave out; less than the duration. `auto`: what "
              "MSER-5 finds in a pilot of 10 further replications, numbered from 2147483648; 0s "
              "where loads have a profile"},
        Field{&RunParameters::drain, "drain",
              "After the duration, at most this long to let messages finish",
              Bounds{.most = kLongestRun}},
        Field{&RunParameters::replications, "replications",
              "Independent runs: how many, or `{until: {shoppers.latency.p99: 5%}}`, as many as it "
              "takes",
              Bounds{1, 1e6}},
        Field{&RunParameters::seed, "seed", "Where all random numbers come from",
              Bounds{0, 18446744073709551615.0}},
        Field{&RunParameters::confidence, "confidence", "Confidence of every interval",
              Bounds{0.5, 0.9999}},
        Field{&RunParameters::represents, "represents",
              "The time that what is measured stands for, `1d`: scales its cost to that of a month",
              kPositive},
    };
  }
};

/// One variant of a scenario, all overlays applied, checked and typed. Components are in the
/// file's order.
struct Scenario {
  // Nearly every type of the language is in it: what copies and destroys them is compiled once.
  Scenario();
  Scenario(const Scenario&);
  Scenario(Scenario&&) noexcept;
  Scenario& operator=(const Scenario&);
  Scenario& operator=(Scenario&&) noexcept;
  ~Scenario();

  std::string name;
  std::string question;
  std::string variant;  ///< "base" when the file has no variants
  RunParameters run;
  PriceParameters price;
  std::optional<Collapse> collapse;
  Distribution network;  ///< one way, for every edge that doesn't say otherwise
  ZoneParameters zones;
  std::vector<NamedWindow> windows;
  std::vector<Component<ProducerParameters>> producers;
  std::vector<Component<ServiceParameters>> services;
  std::vector<Component<QueueParameters>> queues;
  std::vector<Component<TopicParameters>> topics;
  std::vector<Component<LogParameters>> logs;
  std::vector<Component<ConsumerParameters>> consumers;
  std::vector<Component<StoreParameters>> stores;
  std::vector<Component<BrokerParameters>> brokers;
  std::vector<Component<LimitParameters>> limits;
  std::vector<Component<FaultParameters>> faults;
  std::vector<Objective> objectives;
};

/// A whole file: its text and its variants, in the file's order.
struct ScenarioFile {
  std::shared_ptr<const Source> source;
  std::vector<Scenario> variants;
  Diagnostics diagnostics;  ///< with an error among them, `variants` must not be run
};

/// What the command line adds to a file.
struct LoadOptions {
  std::vector<std::string> set;        ///< `worker.instances=4`, `checkout -> payments.network=2ms`
  std::optional<std::string> variant;  ///< only this one
};

/// Loads a scenario file. Never throws; whatever is wrong is in `diagnostics`, all of it at once.
ScenarioFile load_scenario(const std::string& path, const LoadOptions& options = {});

/// The same for a text that is already in memory; `name` stands for the file in diagnostics, and
/// files that the text names (traces) are looked for beside `path_of_text`.
ScenarioFile load_scenario_text(std::string text, const std::string& name,
                                const LoadOptions& options = {});

}  // namespace spillway
