// What holds for every scenario, whatever it says: 500 scenarios drawn at random with every
// component, step, load, option and fault, at least 10,000 messages each. A failing case prints its
// seed; with SPILLWAY_SEED=n in the environment the program runs that one alone.
//
// Checked against errors put into the engine one at a time. Found here: a capacity off by one, an
// acknowledgement counted twice after the third receive, a level that forgets redeliveries, one
// arrival in 10,000 lost, a timer not cancelled. Not found here but by the service's own test: new
// requests before resumed ones, which breaks no invariant.

#include "tests/properties/random_scenario.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <map>
#include <numeric>
#include <string>
#include <tuple>
#include <unordered_map>

#include "sim/kernel/wide.h"
#include "sim/run/world.h"

namespace spillway {
namespace {

constexpr std::uint64_t kScenarios = 500;
constexpr std::uint64_t kShards = 5;
constexpr std::uint64_t kFewestMessages = 10'000;
constexpr std::uint64_t kSeedOfRuns = 2026;
constexpr std::size_t kMoments = static_cast<std::size_t>(Moment::vanished) + 1;

/// The greatest whole number below which every whole number is a double.
constexpr double kExact = 9007199254740992.0;

/// Counts what is seen of each component, and sums up when: the time that things spend between two
/// kinds of moments is the difference of two sums.
class Watcher : public Tracer {
 public:
  struct Seen {
    std::array<std::int64_t, kMoments> count{};
    std::array<Int128, kMoments> times{};

    std::int64_t n(Moment moment) const { return count[static_cast<std::size_t>(moment)]; }
    Int128 sum(std::initializer_list<Moment> moments) const {
      Int128 total = 0;
      for (const Moment moment : moments) total += times[static_cast<std::size_t>(moment)];
      return total;
    }
  };

  void see(Moment moment, Time now, Address component, const Message&) override {
    EXPECT_GE(now, last_);
    last_ = now;
    Seen& seen = seen_[(component >> 26) - 1][index_of(component)];
    ++seen.count[static_cast<std::size_t>(moment)];
    seen.times[static_cast<std::size_t>(moment)] += now;
  }

  /// By name, for the components that were seen.
  std::map<std::string, Seen> by_name(const World& world) const {
    std::map<std::string, Seen> all;
    for (std::uint32_t kind = 0; kind < seen_.size(); ++kind) {
      for (std::uint32_t index = 0; index < seen_[kind].size(); ++index) {
        const Seen& seen = seen_[kind][index];
        if (std::accumulate(seen.count.begin(), seen.count.end(), std::int64_t{0}) == 0) continue;
        all[world.name_of(component_address(kind, index))] = seen;
      }
    }
    return all;
  }

 private:
  std::array<std::array<Seen, 16>, std::tuple_size_v<Pools>> seen_{};
  Time last_ = 0;
};

/// What was seen, a line for each component, in the order of Moment.
std::string table(const std::map<std::string, Watcher::Seen>& seen) {
  std::string text;
  for (const auto& [name, of] : seen) {
    text += name + ":";
    for (const std::int64_t count : of.count) text += " " + std::to_string(count);
    text += "\n";
  }
  return text;
}

/// The result of one run, by names.
class Outcomes {
 public:
  Outcomes(const Plan& plan, const Result& result) : plan_(plan), result_(result) {}

  const Sample* find(const std::string& component, const std::string& metric,
                     std::uint32_t window = 0) const {
    for (std::size_t i = 0; i < plan_.metrics.size(); ++i) {
      const MetricKey& key = plan_.metrics[i];
      if (key.component == component && key.metric == metric && key.window == window) {
        return &result_.samples[i];
      }
    }
    return nullptr;
  }
  const Sample& of(const std::string& component, const std::string& metric) const {
    const Sample* sample = find(component, metric);
    EXPECT_NE(sample, nullptr) << component << "." << metric;
    return *sample;
  }
  const Ledger& ledger(const std::string& queue) const {
    const auto place = std::ranges::find(plan_.channels, queue);
    EXPECT_NE(place, plan_.channels.end()) << queue;
    return result_.ledgers[static_cast<std::size_t>(place - plan_.channels.begin())];
  }

 private:
  const Plan& plan_;
  const Result& result_;
};

bool same(const std::shared_ptr<const Histogram>& a, const std::shared_ptr<const Histogram>& b) {
  return a == nullptr || b == nullptr ? a == b : *a == *b;
}
/// The same number, or none in both.
bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }
bool same(const Sample& a, const Sample& b) {
  return a.kind == b.kind && same(a.total, b.total) && a.weight == b.weight && a.min == b.min &&
         a.max == b.max && a.n == b.n && a.failures == b.failures && a.unit == b.unit &&
         same(a.histogram, b.histogram) && same(a.levels, b.levels);
}
bool same(const Ledger& a, const Ledger& b) {
  bool equal = true;
  Ledger::visit(a, b, [&](auto, std::uint64_t mine, std::uint64_t theirs) {
    equal = equal && mine == theirs;
  });
  return equal;
}

/// Everything that a run yields, compared.
void expect_same(const Result& a, const Result& b, const char* what) {
  EXPECT_EQ(a.failure, b.failure) << what;
  EXPECT_EQ(a.fingerprint, b.fingerprint) << what;
  EXPECT_EQ(a.events, b.events) << what;
  EXPECT_EQ(a.ended_at, b.ended_at) << what;
  ASSERT_EQ(a.samples.size(), b.samples.size()) << what;
  for (std::size_t i = 0; i < a.samples.size(); ++i) {
    ASSERT_TRUE(same(a.samples[i], b.samples[i])) << what << ": sample " << i;
  }
  ASSERT_EQ(a.ledgers.size(), b.ledgers.size()) << what;
  for (std::size_t i = 0; i < a.ledgers.size(); ++i) {
    EXPECT_TRUE(same(a.ledgers[i], b.ledgers[i])) << what << ": ledger " << i;
  }
  ASSERT_EQ(a.series.size(), b.series.size()) << what;
  for (std::size_t i = 0; i < a.series.size(); ++i) {
    EXPECT_EQ(a.series[i].mean, b.series[i].mean) << what;
    EXPECT_EQ(a.series[i].min, b.series[i].min) << what;
    EXPECT_EQ(a.series[i].max, b.series[i].max) << what;
  }
}

/// "COMPONENT.METRIC@WINDOW" of a figure.
std::string name_of_figure(const Plan& plan, std::size_t i) {
  const MetricKey& key = plan.metrics[i];
  return key.component + "." + key.metric + "@" + plan.windows[key.window].name;
}

/// What the components of `plan` yield is what they yield in a larger or reordered scenario.
void expect_same_where_shared(const Plan& plan, const Result& result, const Plan& larger_plan,
                              const Result& larger) {
  ASSERT_EQ(larger.failure, "");
  std::unordered_map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < larger_plan.metrics.size(); ++i) {
    places.emplace(name_of_figure(larger_plan, i), i);
  }
  for (std::size_t i = 0; i < plan.metrics.size(); ++i) {
    const std::string name = name_of_figure(plan, i);
    const auto place = places.find(name);
    ASSERT_NE(place, places.end()) << name;
    ASSERT_TRUE(same(result.samples[i], larger.samples[place->second])) << name;
  }
  const Outcomes of_larger(larger_plan, larger);
  for (std::size_t i = 0; i < plan.channels.size(); ++i) {
    EXPECT_TRUE(same(result.ledgers[i], of_larger.ledger(plan.channels[i])));
  }
}

/// Invariants of one run, whatever was drawn.
class Invariants {
 public:
  Invariants(const RandomScenario& drawn, const World& world, const Result& result,
             const Watcher& watcher)
      : drawn_(drawn),
        plan_(world.plan()),
        result_(result),
        of_(plan_, result),
        seen_(watcher.by_name(world)) {}

  void check() {
    check_ledgers();
    check_ends();
    check_levels();
    check_producers();
    check_fleets();
    check_attempts();
    check_stores();
    check_costs();
    // What is measured from the first instant to the end, of a run that is empty at both.
    const bool empty_at_the_end = result_.alive == 0 && result_.ended_at < plan_.duration;
    if (drawn_.scenario.run.warmup.ns == 0 && empty_at_the_end) check_little();
  }

  std::uint64_t messages() const {
    std::uint64_t born = 0;
    for (const auto& [name, seen] : seen_) {
      born += static_cast<std::uint64_t>(seen.n(Moment::born));
    }
    return born;
  }
  /// What happened at least once in this run.
  std::set<std::string> happened() const {
    std::set<std::string> all = happened_;
    for (const Ledger& ledger : result_.ledgers) {
      Ledger::visit(ledger, ledger, [&](const char* name, std::uint64_t n, std::uint64_t) {
        if (n != 0) all.insert(std::string("ledger/") + name);
      });
    }
    return all;
  }

 private:
  /// The parts add up, and a queue charges a dollar at least for all that it saw come and go.
  void check_costs() {
    const Sample* total = of_.find("total", "cost");
    if (total == nullptr) return;
    double sum = 0;
    for (std::size_t i = 0; i < plan_.metrics.size(); ++i) {
      const MetricKey& key = plan_.metrics[i];
      if (key.metric != "cost" || key.component == "total" || key.window != 0) continue;
      sum += result_.samples[i].total;
      EXPECT_GE(result_.samples[i].total, 0) << key.component;
    }
    EXPECT_NEAR(sum, total->total, 1e-9 * sum);
    if (drawn_.scenario.run.warmup.ns != 0) return;
    for (const auto& queue : drawn_.scenario.queues) {
      const Ledger& ledger = of_.ledger(queue.name);
      const bool in_batches = std::ranges::any_of(drawn_.scenario.consumers, [&](const auto& each) {
        return each.parameters.from.name == queue.name && each.parameters.batch;
      });
      if (in_batches) continue;  // several messages are received by one call
      const double seen = static_cast<double>(ledger.receives) +
                          static_cast<double>(seen_[queue.name].n(Moment::acknowledged));
      EXPECT_GE(of_.of(queue.name, "cost").total, seen) << queue.name;
      if (seen > 0) happened_.insert("cost of a queue");
    }
  }

  void check_ledgers() {
    std::map<std::string, Ledger> of_topics;  // of all their subscriptions
    for (std::size_t i = 0; i < plan_.channels.size(); ++i) {
      const Ledger& ledger = result_.ledgers[i];
      const std::string& queue = plan_.channels[i];
      EXPECT_TRUE(ledger.balances()) << queue;
      EXPECT_LE(ledger.redelivered, ledger.receives) << queue;
      if (is_group(queue)) continue;  // what is seen of a log is of all its groups
      if (const std::size_t dot = queue.find('.'); dot != std::string::npos) {
        Ledger& of_topic = of_topics[queue.substr(0, dot)];
        EXPECT_EQ(ledger.sent,
                  static_cast<std::uint64_t>(seen_[queue.substr(0, dot)].n(Moment::arrived)))
            << queue;
        EXPECT_GE(static_cast<double>(ledger.lost), of_.of(queue, "lost").total) << queue;
        of_topic += ledger;
        continue;
      }
      const Watcher::Seen& seen = seen_[queue];
      EXPECT_EQ(static_cast<std::uint64_t>(seen.n(Moment::arrived)), ledger.sent) << queue;
      EXPECT_EQ(static_cast<std::uint64_t>(seen.n(Moment::delivered)), ledger.receives) << queue;
      EXPECT_EQ(static_cast<std::uint64_t>(seen.n(Moment::acknowledged)), ledger.acknowledged);
      EXPECT_EQ(static_cast<std::uint64_t>(seen.n(Moment::dead_lettered)), ledger.dead_lettered);
      EXPECT_EQ(static_cast<std::uint64_t>(seen.n(Moment::redriven)), ledger.redriven);
      EXPECT_EQ(static_cast<std::uint64_t>(seen.n(Moment::dropped)), ledger.dropped);
      EXPECT_EQ(static_cast<std::uint64_t>(seen.n(Moment::refused)), ledger.rejected);
      EXPECT_EQ(static_cast<std::uint64_t>(seen.n(Moment::expired)), ledger.expired);
      EXPECT_EQ(static_cast<std::uint64_t>(seen.n(Moment::lost)), ledger.lost);
      if (ledger.lost != 0) happened_.insert("lost by a broker");
      EXPECT_EQ(static_cast<std::uint64_t>(seen.n(Moment::deduplicated)), ledger.deduplicated);
      EXPECT_GE(ledger.receives, ledger.acknowledged) << queue;
    }
    for (const auto& [topic, ledger] : of_topics) {
      const Watcher::Seen& seen = seen_[topic];
      EXPECT_EQ(static_cast<std::uint64_t>(seen.n(Moment::delivered)), ledger.receives) << topic;
      EXPECT_EQ(static_cast<std::uint64_t>(seen.n(Moment::acknowledged)), ledger.acknowledged);
      EXPECT_EQ(static_cast<std::uint64_t>(seen.n(Moment::dead_lettered)), ledger.dead_lettered);
      EXPECT_EQ(static_cast<std::uint64_t>(seen.n(Moment::refused)), ledger.rejected);
      EXPECT_EQ(static_cast<std::uint64_t>(seen.n(Moment::filtered)), ledger.filtered);
      EXPECT_EQ(static_cast<std::uint64_t>(seen.n(Moment::lost)), ledger.lost);
      happened_.insert("copies of a topic");
    }
    check_logs();
  }

  bool is_group(const std::string& channel) const {
    return std::ranges::any_of(
        drawn_.scenario.logs, [&](const auto& log) { return channel.starts_with(log.name + "."); });
  }

  /// Each group is sent all that its log took, and receives no more than it polled.
  void check_logs() {
    for (const auto& log : drawn_.scenario.logs) {
      const Watcher::Seen& seen = seen_[log.name];
      const std::int64_t taken = seen.n(Moment::arrived) - seen.n(Moment::refused);
      std::uint64_t receives = 0, acknowledged = 0, expired = 0, lost = 0, groups = 0;
      for (std::size_t i = 0; i < plan_.channels.size(); ++i) {
        if (!plan_.channels[i].starts_with(log.name + ".")) continue;
        const Ledger& ledger = result_.ledgers[i];
        EXPECT_EQ(ledger.sent, static_cast<std::uint64_t>(taken)) << plan_.channels[i];
        receives += ledger.receives;
        acknowledged += ledger.acknowledged;
        expired += ledger.expired;
        lost += ledger.lost;
        ++groups;
        expect_level(plan_.channels[i], "unread", static_cast<double>(log.parameters.partitions));
        if (of_.of(plan_.channels[i], "unread").max > 0) happened_.insert("log/unread");
        if (of_.of(plan_.channels[i], "rebalances").total > 0) happened_.insert("log/rebalances");
      }
      EXPECT_EQ(static_cast<std::uint64_t>(seen.n(Moment::delivered)), receives) << log.name;
      EXPECT_EQ(static_cast<std::uint64_t>(seen.n(Moment::acknowledged)), acknowledged);
      EXPECT_EQ(static_cast<std::uint64_t>(seen.n(Moment::expired)), expired);
      EXPECT_EQ(static_cast<std::uint64_t>(seen.n(Moment::lost)), lost);
      if (expired != 0) happened_.insert("log/expired");
      if (lost != 0 && log.parameters.replication) happened_.insert("log/lost by a broker");
      if (groups != 0 && taken != 0) happened_.insert("log/read");
    }
  }

  /// With time to finish nothing is left but what is parked, and each message's work has ended.
  void check_ends() {
    if (drawn_.cut_short) return;
    std::uint64_t parked = 0;
    for (std::size_t i = 0; i < plan_.channels.size(); ++i) {
      const Ledger& ledger = result_.ledgers[i];
      if (drawn_.parked.contains(plan_.channels[i])) {
        parked += ledger.ready;
      } else {
        EXPECT_EQ(ledger.ready, 0u) << plan_.channels[i];
      }
      EXPECT_EQ(ledger.in_flight, 0u) << plan_.channels[i];
      EXPECT_EQ(ledger.delayed, 0u) << plan_.channels[i];
      EXPECT_EQ(ledger.blocked, 0u) << plan_.channels[i];
    }
    EXPECT_EQ(result_.alive, parked);
    EXPECT_EQ(result_.open, 0u) << "born, and never closed";
  }

  void expect_level(const std::string& component, const std::string& metric, double most) {
    const Sample& sample = of_.of(component, metric);
    EXPECT_GE(sample.min, 0) << component << "." << metric;
    EXPECT_LE(sample.max, most) << component << "." << metric;
    EXPECT_GE(sample.total, 0);
    EXPECT_LE(sample.total, sample.max * sample.weight);
  }

  void check_levels() {
    const Scenario& scenario = drawn_.scenario;
    constexpr double kAny = 1e18;
    for (const auto& service : scenario.services) {
      const ServiceParameters& p = service.parameters;
      const auto slots = static_cast<double>(most_instances(p) * p.concurrency);
      const bool plain = drawn_.plain_services.contains(service.name);
      const auto room = p.accept_queue.count
                            ? static_cast<double>(*p.accept_queue.count * most_instances(p))
                            : kAny;
      const bool shared = p.discipline == Discipline::processor_sharing;
      expect_level(service.name, "in_service", shared ? slots + room : slots);
      const Sample& used = of_.of(service.name, "utilization");
      EXPECT_LE(used.total, used.weight * (1 + 1e-9)) << service.name;
      expect_level(service.name, "waiting", plain ? room : kAny);
    }
    std::map<std::string, double> holds_at_most;
    for (const auto& consumer : scenario.consumers) {
      const ConsumerParameters& p = consumer.parameters;
      // What a crash leaves hidden is in flight, and its place is free.
      if (drawn_.crashing.contains(consumer.name)) holds_at_most[p.from.name] = kAny;
      expect_level(consumer.name, "in_service",
                   static_cast<double>(most_instances(p) * p.concurrency));
      const double absorbed = of_.of(consumer.name, "absorbed").total;
      if (!p.idempotent) {
        EXPECT_EQ(absorbed, 0) << consumer.name;
      }
      if (absorbed != 0 && consumer.name != "listener") happened_.insert("consumer/absorbed");
      const Count batch = p.batch ? p.batch->size : 1;
      // Over a drawn network one receive may overtake another, and split it.
      if (p.batch && p.prefetch) holds_at_most[p.from.name] = kAny;
      holds_at_most[p.from.name] +=
          static_cast<double>(most_instances(p) * p.prefetch.value_or(p.concurrency * batch));
      const double batches = of_.of(consumer.name, "batches").total;
      if (!p.batch) {
        EXPECT_EQ(batches, 0) << consumer.name;
      }
      if (p.batch && batches < of_.of(consumer.name, "handled").total)
        happened_.insert("consumer/full batch");
    }
    // Those who ask take any number of replies.
    if (drawn_.has.contains("queue/replies")) holds_at_most["answers"] = kAny;
    for (const auto& queue : scenario.queues) {
      const QueueParameters& p = queue.parameters;
      expect_level(queue.name, "in_flight", holds_at_most[queue.name]);
      // A message given back is let in to a full queue too.
      const bool comes_back = seen_[queue.name].n(Moment::returned) != 0;
      const double capacity = p.capacity.count ? static_cast<double>(*p.capacity.count) : kAny;
      // One that was delayed is let in to a full queue.
      const bool delayed = p.delay.has_value() || p.redelivery.has_value();
      expect_level(queue.name, "depth",
                   delayed ? kAny : capacity + (comes_back ? holds_at_most[queue.name] : 0));
      expect_level(queue.name, "delayed", delayed ? kAny : 0);
      expect_level(queue.name, "blocked", p.overflow == Overflow::block ? kAny : 0);
      expect_level(queue.name, "bytes", kAny);
      for (const char* level : {"delayed", "blocked"}) {
        if (of_.of(queue.name, level).max > 0) happened_.insert(std::string("queue/") + level);
      }
      if (of_.of(queue.name, "extensions").total > 0) happened_.insert("queue/extensions");
      const double empty = of_.of(queue.name, "empty_receives").total;
      if (!p.poll) {
        EXPECT_EQ(empty, 0) << queue.name;
      }
      if (empty > 0) happened_.insert("queue/empty receives");
      const Sample& in_flight = of_.of(queue.name, "in_flight");
      if (p.max_in_flight.count) {
        EXPECT_LE(in_flight.max, static_cast<double>(*p.max_in_flight.count)) << queue.name;
      }
      EXPECT_GE(of_.of(queue.name, "age").max, 0);
    }
  }

  /// As many instances as there may be, each with its slots.
  void check_fleets() {
    const auto check = [&](const auto& components, const std::string& kind) {
      for (const auto& component : components) {
        const auto& scale = component.parameters.scale;
        if (!scale) continue;
        expect_level(component.name, "instances", static_cast<double>(scale->max));
        expect_level(component.name, "starting", static_cast<double>(scale->max));
        const Sample& instances = of_.of(component.name, "instances");
        EXPECT_GE(instances.min, static_cast<double>(scale->min)) << component.name;
        if (instances.max > instances.min) happened_.insert("scaled " + kind);
        const Sample& used = of_.of(component.name, "utilization");
        EXPECT_LE(used.total, used.weight) << component.name << " uses slots that are not there";
      }
    };
    check(drawn_.scenario.services, "service");
    check(drawn_.scenario.consumers, "consumer");
  }

  void check_producers() {
    for (const auto& producer : drawn_.scenario.producers) {
      for (std::uint32_t window = 0; window < plan_.windows.size(); ++window) {
        const Sample& completed = *of_.find(producer.name, "completed", window);
        const Sample& success = *of_.find(producer.name, "success", window);
        const Sample& failed = *of_.find(producer.name, "failed", window);
        EXPECT_LE(completed.total, completed.weight) << producer.name;
        EXPECT_LE(success.total + failed.total, success.weight) << producer.name;
        if (!drawn_.cut_short) {
          EXPECT_EQ(success.total + failed.total, success.weight) << "each is answered";
        }
      }
      const Sample& latency = of_.of(producer.name, "latency");
      EXPECT_EQ(static_cast<double>(latency.n), of_.of(producer.name, "success").total);
      EXPECT_EQ(static_cast<double>(of_.of(producer.name, "completion").n),
                of_.of(producer.name, "completed").total);
    }
  }

  /// Each attempt arrives, and is answered, given up or in error once at most.
  void check_attempts() {
    std::map<std::string, double> made;  ///< by callee
    std::map<std::string, double> lost;  ///< on their way there or back
    for (const MetricKey& key : plan_.metrics) {
      if (key.metric != "attempts" || key.window != 0) continue;
      const double attempts = of_.of(key.component, "attempts").total;
      const double timeouts = of_.of(key.component, "timeouts").total;
      const double errors = of_.of(key.component, "errors").total;
      EXPECT_LE(timeouts + errors, attempts) << key.component;
      std::string callee = key.component.substr(key.component.find("-> ") + 3);
      if (const auto other = callee.find("-by-another-name"); other != std::string::npos) {
        callee.resize(other);
      }
      // A reply comes to who asked, and is no request to it.
      if (!key.component.starts_with("answers -> ")) made[callee] += attempts;
      lost[callee] += of_.of(key.component, "lost").total;
      if (timeouts != 0) happened_.insert("edge/timeouts");
      if (errors != 0) happened_.insert("edge/errors");
      const Sample& open = of_.of(key.component, "open");
      EXPECT_LE(open.total, open.weight * (1 + 1e-9)) << key.component;
      if (of_.of(key.component, "short_circuited").total != 0)
        happened_.insert("edge/short-circuited");
      const double hedges = of_.of(key.component, "hedges").total;
      EXPECT_LE(hedges + of_.of(key.component, "retries").total, attempts) << key.component;
      if (hedges != 0) happened_.insert("edge/hedges");
      const Sample& connections = of_.of(key.component, "pool_utilization");
      EXPECT_LE(connections.total, connections.weight * (1 + 1e-9)) << key.component;
      if (connections.weight != 0) {
        EXPECT_EQ(static_cast<double>(of_.of(key.component, "pool_wait").n), attempts)
            << key.component << ": each has had a connection";
      }
      if (of_.of(key.component, "pool_refused").total != 0) happened_.insert("edge/pool-refused");
      if (of_.of(key.component, "pool_wait").max > 0) happened_.insert("edge/pool-wait");
      const double checks = of_.of(key.component, "checks").total;
      const double failed = of_.of(key.component, "failed_checks").total;
      const Sample& unhealthy = of_.of(key.component, "unhealthy");
      EXPECT_LE(failed, checks) << key.component;
      EXPECT_LE(unhealthy.total, unhealthy.weight * (1 + 1e-9)) << key.component;
      EXPECT_LE(static_cast<double>(unhealthy.n), failed + 1) << key.component;
      if (unhealthy.total != 0) happened_.insert("edge/unhealthy");
    }
    for (const auto& [callee, count] : lost) {
      const auto vanished = static_cast<double>(seen_[callee].n(Moment::vanished));
      EXPECT_LE(count, vanished) << callee;
      if (drawn_.scenario.run.warmup.ns == 0) {
        EXPECT_EQ(count, vanished) << callee;
      }
      if (count != 0) happened_.insert("edge/lost");
    }
    for (const auto& service : drawn_.scenario.services) {
      const std::string& name = service.name;
      const double received = of_.of(name, "received").total;
      const double cancelled = of_.of(name, "cancelled").total;
      const Sample& wasted = of_.of(name, "wasted");
      if (cancelled != 0) happened_.insert("service/cancelled");
      const double throttled = of_.of(name, "throttled").total;
      const double shed = of_.of(name, "shed").total;
      EXPECT_LE(throttled + shed, of_.of(name, "refused").total) << name;
      if (throttled != 0) happened_.insert("service/throttled");
      if (shed != 0) happened_.insert("service/shed");
      if (wasted.total != 0) happened_.insert("service/wasted");
      EXPECT_LE(wasted.total, wasted.weight) << name;
      if (drawn_.cut_short) continue;
      EXPECT_LE(received, made[name]) << name;
      EXPECT_GE(received, made[name] - lost[name]) << name;
      const double ended = of_.of(name, "refused").total + cancelled +
                           static_cast<double>(of_.of(name, "latency").n);
      if (drawn_.crashing.contains(name)) {
        EXPECT_LE(ended, received) << name << " may lose what it has taken in";
      } else {
        EXPECT_EQ(ended, received) << name;
      }
    }
  }

  void check_stores() {
    for (const auto& store : drawn_.scenario.stores) {
      const std::string& name = store.name;
      const bool projection = store.parameters.kind == StoreKind::projection;
      const std::string& source = projection ? store.parameters.of->name : name;
      for (std::uint32_t window = 0; window < plan_.windows.size(); ++window) {
        const auto in = [&](const std::string& of, const char* metric) {
          return of_.find(of, metric, window);
        };
        const Sample& staleness = *in(name, "staleness");
        const double reads = in(name, "reads")->total;
        const Sample& stale = *in(name, "stale");
        const Sample& behind = *in(name, "versions_behind");
        const Sample& own = *in(name, "read_your_writes");
        EXPECT_EQ(static_cast<double>(staleness.n + staleness.failures),
                  in(source, "writes")->total)
            << name << ": each write is seen or is not";
        if (!projection && !drawn_.cut_short) {
          EXPECT_EQ(staleness.failures, 0u) << name;
        }
        EXPECT_EQ(stale.weight, reads) << name;
        EXPECT_EQ(static_cast<double>(behind.n), reads) << name;
        EXPECT_EQ(stale.total > 0, behind.max > 0) << name;
        EXPECT_LE(stale.total, behind.total) << name;
        EXPECT_LE(own.total, own.weight) << name;
        EXPECT_LE(own.weight - own.total, stale.total) << name << ": who misses it reads stale";
        EXPECT_LE(in(name, "outdated")->total, in(name, "applies")->total) << name;
        if (stale.total > 0) happened_.insert(projection ? "stale projection" : "stale follower");
        if (staleness.failures > 0) happened_.insert("never shown");
        if (own.total > 0 && own.total < own.weight) happened_.insert("own writes missed");
        if (in(name, "outdated")->total > 0) happened_.insert("outdated");
        if (store.parameters.kind != StoreKind::single) continue;
        EXPECT_EQ(stale.total, 0) << name;
        EXPECT_EQ(staleness.max, 0) << name;
      }
      if (store.parameters.outbox) {
        if (of_.of(name, "outbox.repeated").total != 0) happened_.insert("outbox/repeated");
        if (of_.of("listener", "absorbed").total != 0) happened_.insert("outbox/absorbed");
      }
      const Watcher::Seen& seen = seen_[name];
      if (drawn_.cut_short) continue;
      EXPECT_EQ(seen.n(Moment::arrived), seen.n(Moment::ended) + seen.n(Moment::refused))
          << name << ": each is answered";
      if (drawn_.scenario.run.warmup.ns != 0) continue;
      EXPECT_EQ(of_.of(name, "reads").total + of_.of(name, "writes").total +
                    of_.of(name, "applies").total,
                static_cast<double>(seen.n(Moment::ended)));
      if (seen.n(Moment::refused) == 0) {
        EXPECT_EQ(static_cast<Int128>(of_.of(name, "latency").histogram->sum()),
                  seen.sum({Moment::ended}) - seen.sum({Moment::arrived}));
      }
      if (store.parameters.outbox) check_outbox(store);
    }
  }

  /// Each write's event is sent once, and once more as often as that is counted.
  void check_outbox(const Component<StoreParameters>& store) {
    const double repeated = of_.of(store.name, "outbox.repeated").total;
    EXPECT_EQ(of_.of(store.name + " -> " + store.parameters.outbox->to.name, "attempts").total,
              of_.of(store.name, "writes").total + repeated);
    EXPECT_EQ(static_cast<double>(of_.of(store.name, "outbox.wait").n),
              of_.of(store.name, "writes").total);
    EXPECT_GE(of_.of(store.name, "outbox.depth").min, 0);
    // Who forgets nothing handles each event once, and what an operator has moved there.
    const auto& listener = *std::ranges::find(drawn_.scenario.consumers, "listener",
                                              &Component<ConsumerParameters>::name);
    if (!listener.parameters.idempotent) return;
    const bool joined = std::ranges::any_of(drawn_.scenario.faults, [&](const auto& fault) {
      const auto& to = fault.parameters.to;
      return fault.parameters.redrive && to && to->queue &&
             to->queue->name == store.parameters.outbox->to.name;
    });
    const double moved = joined ? of_.of("dlq", "redriven").total : 0;
    EXPECT_LE(of_.of("listener", "handled").total, of_.of(store.name, "writes").total + moved);
  }

  void expect_area(const Sample& level, Int128 area, const std::string& what) {
    ASSERT_LT(level.total, kExact) << what << ": too large to be compared exactly";
    EXPECT_EQ(level.total, static_cast<double>(area)) << what;
    happened_.insert("little/" + what.substr(0, what.find(' ')));
  }

  /// Little's law, to the nanosecond: the area under a level is the sum of the times spent there.
  void check_little() {
    using enum Moment;
    for (const auto& queue : drawn_.scenario.queues) {
      const std::string& name = queue.name;
      const Ledger& ledger = of_.ledger(name);
      if (ledger.ready != 0) continue;
      const Watcher::Seen& seen = seen_[name];
      const Sample& ready = of_.of(name, "depth");
      const Sample& in_flight = of_.of(name, "in_flight");
      const Int128 inside = seen.sum({acknowledged, dropped, refused, dead_lettered, redriven,
                                      expired, deduplicated, lost}) -
                            seen.sum({arrived});
      Sample outside = ready;
      outside.total += of_.of(name, "delayed").total + of_.of(name, "blocked").total;
      Sample all = outside;
      all.total += in_flight.total;
      expect_area(all, inside, "queue " + name);
      const auto& dead = queue.parameters.dead_letter;
      // These take messages from where they are ready to where else they come from in flight.
      if (queue.parameters.overflow == Overflow::dead_letter || (dead && dead->expired) ||
          queue.parameters.late_ack == LateAck::counts || queue.parameters.broker) {
        continue;
      }
      expect_area(outside,
                  seen.sum({delivered, dropped, refused, redriven, expired, deduplicated}) -
                      seen.sum({arrived, returned}),
                  "ready " + name);
      expect_area(in_flight,
                  seen.sum({acknowledged, returned, dead_lettered}) - seen.sum({delivered}),
                  "in_flight " + name);
    }
    for (const auto& service : drawn_.scenario.services) {
      const std::string& name = service.name;
      if (!drawn_.plain_services.contains(name)) continue;
      const Watcher::Seen& seen = seen_[name];
      const Sample& busy = of_.of(name, "in_service");
      const Sample& waiting = of_.of(name, "waiting");
      expect_area(busy, seen.sum({ended}) - seen.sum({started}), "busy " + name);
      expect_area(waiting, seen.sum({started, refused}) - seen.sum({arrived}), "waiting " + name);
      // The same by what is measured alone: levels against durations. What was dropped from the
      // line has none.
      if (of_.of(name, "shed").total != 0) continue;
      Sample both = busy;
      both.total += waiting.total;
      expect_area(both, static_cast<Int128>(of_.of(name, "latency").histogram->sum()),
                  "service " + name);
    }
    for (const auto& consumer : drawn_.scenario.consumers) {
      // A slot is in use as long as its batch.
      if (drawn_.interrupted.contains(consumer.name) || consumer.parameters.batch) continue;
      const Watcher::Seen& seen = seen_[consumer.name];
      expect_area(of_.of(consumer.name, "in_service"), seen.sum({ended}) - seen.sum({started}),
                  "consumer " + consumer.name);
    }
    for (const auto& producer : drawn_.scenario.producers) {
      const Watcher::Seen& seen = seen_[producer.name];
      if (of_.of(producer.name, "failed").total != 0) continue;
      EXPECT_EQ(static_cast<Int128>(of_.of(producer.name, "latency").histogram->sum()),
                seen.sum({answered}) - seen.sum({born}));
      happened_.insert("little/producer");
    }
  }

  const RandomScenario& drawn_;
  const Plan& plan_;
  const Result& result_;
  Outcomes of_;
  std::map<std::string, Watcher::Seen> seen_;
  std::set<std::string> happened_;
};

/// Runs one scenario in all ways. Returns what happened in it.
std::set<std::string> examine(std::uint64_t seed) {
  const RandomScenario drawn = random_scenario(seed);
  Limits limits;
  limits.events = 20'000'000;
  limits.said_at_once = 5'000'000;
  const Demand demand{.level_percentiles = seed % 4 == 0, .series = seed % 2 == 0};
  World world(drawn.scenario, demand, limits);
  Watcher watcher;
  world.watch(&watcher);
  const Result first = world.run(kSeedOfRuns, 0);
  world.watch(nullptr);
  EXPECT_EQ(first.failure, "") << table(watcher.by_name(world));
  if (!first.failure.empty()) return {};
  Invariants invariants(drawn, world, first, watcher);
  invariants.check();
  EXPECT_GE(invariants.messages(), kFewestMessages);

  expect_same(first, world.run(kSeedOfRuns, 0), "run again");
  const Result other = world.run(kSeedOfRuns, 1);
  EXPECT_EQ(other.failure, "");
  expect_same(first, world.run(kSeedOfRuns, 0), "run again after another replication");

  World fresh(drawn.scenario, demand, limits);
  expect_same(first, fresh.run(kSeedOfRuns, 0), "run in a fresh world");

  // In another order of components the windows come in another order too.
  World reordered(shuffled(drawn.scenario, seed), demand, limits);
  const Result same_but_reordered = reordered.run(kSeedOfRuns, 0);
  EXPECT_EQ(same_but_reordered.fingerprint, first.fingerprint);
  expect_same_where_shared(world.plan(), first, reordered.plan(), same_but_reordered);

  for (const std::string prefix : {"a", "zz"}) {
    // Unconnected components, then the same under other names.
    World larger(with_strangers(drawn.scenario, prefix), demand, limits);
    const Result with_more = larger.run(kSeedOfRuns, 0);
    expect_same_where_shared(world.plan(), first, larger.plan(), with_more);
  }
  std::set<std::string> happened = invariants.happened();
  if (other.fingerprint != first.fingerprint) happened.insert("another replication differs");
  return happened;
}

class RandomScenarios : public testing::TestWithParam<std::uint64_t> {};

TEST_P(RandomScenarios, KeepTheInvariantsAndTheBytes) {
  std::set<std::string> happened;
  if (const char* one = std::getenv("SPILLWAY_SEED"); one != nullptr) {
    if (GetParam() == 0) examine(std::strtoull(one, nullptr, 10));
    return;
  }
  for (std::uint64_t seed = GetParam(); seed < kScenarios; seed += kShards) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    happened.merge(examine(seed));
    if (HasFailure()) return;
  }
  // Each kind of thing must have happened, or nothing was proven about it.
  for (const char* what : {"ledger/sent",
                           "ledger/acknowledged",
                           "ledger/ready",
                           "ledger/dead_lettered",
                           "ledger/redriven",
                           "ledger/dropped",
                           "ledger/rejected",
                           "ledger/expired",
                           "ledger/receives",
                           "ledger/redelivered",
                           "ledger/duplicates",
                           "ledger/reordered",
                           "little/queue",
                           "little/ready",
                           "little/in_flight",
                           "little/busy",
                           "little/waiting",
                           "little/service",
                           "little/consumer",
                           "little/producer",
                           "another replication differs",
                           "edge/timeouts",
                           "edge/errors",
                           "edge/lost",
                           "service/cancelled",
                           "service/throttled",
                           "service/shed",
                           "edge/short-circuited",
                           "edge/hedges",
                           "edge/pool-refused",
                           "edge/pool-wait",
                           "edge/unhealthy",
                           "service/wasted",
                           "stale projection",
                           "stale follower",
                           "never shown",
                           "outdated",
                           "queue/delayed",
                           "queue/extensions",
                           "queue/empty receives",
                           "ledger/filtered",
                           "ledger/lost",
                           "outbox/repeated",
                           "outbox/absorbed",
                           "consumer/absorbed",
                           "consumer/full batch",
                           "copies of a topic",
                           "log/read",
                           "log/expired",
                           "log/lost by a broker",
                           "log/rebalances",
                           "log/unread",
                           "cost of a queue",
                           "lost by a broker",
                           "ledger/deduplicated",
                           "scaled service",
                           "scaled consumer"}) {
    EXPECT_TRUE(happened.contains(what)) << what;
  }
  // Rare: a session must read what it wrote sooner than a follower shows it, a handler must still
  // go on when the run is over, and a full queue must keep its senders waiting.
  if (GetParam() == 0) {
    EXPECT_TRUE(happened.contains("queue/blocked"));
    EXPECT_TRUE(happened.contains("ledger/in_flight"));
    EXPECT_TRUE(happened.contains("own writes missed"));
  }
}

INSTANTIATE_TEST_SUITE_P(Shard, RandomScenarios, testing::Range(std::uint64_t{0}, kShards));

/// Every combination of component, step and option that exists.
std::set<std::string> all_combinations() {
  std::set<std::string> all;
  const auto add = [&](const std::string& what) { all.insert(what); };
  add("queue/replies");
  add("queue/replies on a broker");
  add("log/batches");
  for (const char* what : {"", ", no confirm", "/batch", "/timeout"}) {
    add(std::string("log/linger") + what);
  }
  add("log/batches with partial failures");
  const std::vector<std::string> distributions{
      "constant", "erlang",    "gamma",   "uniform",     "hyperexponential",
      "weibull",  "uncertain", "mixture", "exponential", "column"};
  const std::vector<std::string> networks{"none", "fixed", "drawn"};
  for (const std::string& name : distributions) {
    for (const std::string where :
         {"work", "wait", "queue/confirm", "queue/delivery", "producer/message/ttl"}) {
      add(where + "/" + name);
    }
  }
  for (const std::string kind :
       {"producer", "service slot", "service nothing", "consumer after", "consumer before"}) {
    for (const std::string step :
         {"work", "wait", "call", "send/confirm", "send/no confirm", "fail/share", "fail/column",
          "choose", "choose/nested", "parallel", "parallel/wait_for", "repeat", "saga", "request",
          "submit"}) {
      add(kind + "/" + step);
    }
    add(kind + "/call/edge");
    if (!kind.starts_with("consumer")) add(kind + "/send/edge");
    for (const std::string ask : {"read projection", "read source", "write", "apply"}) {
      add(kind + "/" + ask);
    }
    for (const std::string& network : networks) {
      add(kind + "/call/network " + network);
      add(kind + "/send/network " + network);
    }
    for (const std::string option : {"timeout", "deadline", "travels", "cancel", "retry", "breaker",
                                     "pool", "hedge", "priority", "fallback"}) {
      add(kind + "/call/" + option);
    }
    for (const std::string option : {"timeout", "retry", "fallback"}) {
      add(kind + "/send/" + option);
    }
  }
  for (const std::string option : {"fixed", "drawn"}) add("timeout/" + option);
  for (const std::string option :
       {"no backoff", "jitter none", "jitter full", "jitter equal", "jitter decorrelated",
        "jitter exponential", "budget", "when timeout", "when unavailable", "when error"}) {
    add("retry/" + option);
  }
  for (const std::string option :
       {"probes 0", "probes 1", "probes 3", "consecutive", "failures", "slow", "calls", "period"}) {
    add("breaker/" + option);
  }
  for (const std::string option : {"reserve", "tokens", "at_once"}) add("retry/" + option);
  for (const std::string option : {"after", "percentile", "budget"}) add("hedge/" + option);
  add("pool/wait");
  add("pool/max_waiting");
  for (const std::string fault : {"outage", "hang", "slow", "errors", "crash"}) {
    for (const std::string target : {"service", "queue", "consumer"}) {
      if (fault == "crash" && target == "queue") continue;
      for (const std::string when : {"once", "random"}) {
        add("fault/" + target + "/" + fault + "/" + when);
      }
    }
  }
  for (const std::string fault : {"loss", "loss of requests", "latency", "partition"}) {
    for (const std::string when : {"once", "random"}) add("fault/edge/" + fault + "/" + when);
  }
  for (const std::string fault : {"outage", "hang"}) {
    for (const std::string when : {"once", "random"}) add("fault/store/" + fault + "/" + when);
  }
  add("fault/service/crash/lost");
  add("fault/service/crash/restart");
  add("fault/service/crash/resample");
  for (const std::string when : {"once", "random"}) add("fault/service/capacity/" + when);
  for (const std::string kind : {"service slot", "service nothing"}) {
    for (const std::string option : {"reply", "call/holds slot", "call/holds nothing"}) {
      add(kind + "/" + option);
    }
  }
  add("consumer after/send back");
  add("consumer before/send back");
  for (const std::string& network : networks) add("run/network " + network);
  for (const std::string load : {"poisson", "constant", "constant start", "renewal",
                                 "renewal start", "mmpp", "users", "trace"}) {
    add("producer/load/" + load);
  }
  for (const std::string change : {"spike times", "spike rate", "spike ramp", "jump", "ramp",
                                   "ramp times", "ramp rate", "rate zero"}) {
    add("producer/profile/" + change);
  }
  for (const std::string option : {"one slot",
                                   "many slots",
                                   "accept queue short",
                                   "accept queue long",
                                   "accept queue unlimited",
                                   "rate limit",
                                   "rate limit by windows",
                                   "rate limit that leaks",
                                   "limit aimd",
                                   "limit vegas",
                                   "limit gradient",
                                   "discipline lifo",
                                   "discipline adaptive_lifo",
                                   "discipline priority",
                                   "discipline processor_sharing",
                                   "codel spaced",
                                   "codel late",
                                   "cancel",
                                   "balancing round_robin",
                                   "balancing random",
                                   "balancing least_connections",
                                   "balancing power_of_two",
                                   "ejection"}) {
    add("service/" + option);
  }
  for (const std::string kind : {"balanced", "service", "consumer", "reader"}) {
    add("fault/" + kind + "/instances");
  }
  for (const std::string option : {"one slot", "many slots", "prefetch more", "prefetch less",
                                   "prefetch default", "idempotent", "idempotent for a time"}) {
    add("consumer/" + option);
  }
  for (const std::string visibility : {"none", "short", "long"}) {
    for (const std::string ack : {"after", "before"}) {
      add("queue/visibility " + visibility + "/ack " + ack);
    }
    for (const std::string overflow : {"unlimited", "reject", "drop head", "dead letter"}) {
      add("queue/visibility " + visibility + "/overflow " + overflow);
    }
  }
  for (const std::string overflow : {"unlimited", "reject", "drop head", "dead letter"}) {
    for (const std::string ack : {"after", "before"}) {
      add("queue/overflow " + overflow + "/ack " + ack);
    }
  }
  for (const std::string option :
       {"dead letter", "delivery", "confirm", "parked", "dead letters handled",
        "dead letters sent on", "delay", "retention", "pauses", "pauses after silence",
        "in flight limited", "late acknowledgements", "heartbeats", "expired dead letters",
        "blocking", "bytes", "groups", "dedup"}) {
    add("queue/" + option);
  }
  for (const std::string option :
       {"single", "leader in order", "leader independent", "one follower", "many followers",
        "followers apply", "projection applies", "fixed key", "timeout", "strong read",
        "own last write", "outbox", "outbox timeout"}) {
    add("store/" + option);
  }
  for (const std::string keys : {"no keys", "uniform keys", "zipf keys"}) add("producer/" + keys);
  for (const std::string replies : {"first", "until"}) add("producer/gather/" + replies);
  for (const std::string kind : {"producer", "service", "consumer"}) {
    for (const std::string confirm : {"confirm", "no confirm"}) {
      add(kind + "/publish/" + confirm);
    }
    for (const std::string& network : networks) add(kind + "/publish/network " + network);
  }
  for (const std::string& name : distributions) {
    if (name != "column") add("topic/delivery/" + name);
  }
  for (const std::string option :
       {"confirm", "shared queue", "filter", "dead letter", "full queue", "push up to a prefetch",
        "push without limit", "push ack after", "push ack before"}) {
    add("topic/" + option);
  }
  for (const std::string option : {"one partition",
                                   "many partitions",
                                   "confirm",
                                   "send/confirm",
                                   "send/no confirm",
                                   "groups 0",
                                   "groups 2",
                                   "reader/twin",
                                   "reader/fail",
                                   "reader/eager",
                                   "reader/cooperative",
                                   "reader/heartbeat",
                                   "reader/session",
                                   "reader/commit before",
                                   "reader/commit every",
                                   "reader/poll interval",
                                   "reader/for ever",
                                   "reader/attempts",
                                   "retention",
                                   "retention bytes",
                                   "reset to the earliest",
                                   "reset to the latest",
                                   "on a broker",
                                   "clean",
                                   "unclean",
                                   "confirm accepted"}) {
    add("log/" + option);
  }
  for (const std::string fault : {"outage", "hang", "slow", "errors", "crash"}) {
    if (fault != "crash") add("fault/log/" + fault + "/once");
    add("fault/reader/" + fault + "/once");
  }
  for (const std::string option :
       {"batch", "batch window", "batch partial", "batch whole", "per batch"}) {
    add("consumer/" + option);
  }
  for (const std::string what : {"purge", "redrive"}) {
    for (const std::string when : {"once", "random"}) add("fault/" + what + "/" + when);
  }
  add("fault/redrive/rate");
  for (const std::string option : {"long polls", "short polls", "poll at instants"}) {
    add("queue/" + option);
  }
  for (const std::string option : {"one node", "many nodes", "one replica", "three replicas",
                                   "single nodes", "not persistent", "confirm accepted"}) {
    add("broker/" + option);
  }
  for (const std::string fault : {"outage", "hang", "slow", "errors", "crash"}) {
    for (const std::string when : {"once", "random"}) add("fault/broker/" + fault + "/" + when);
  }
  for (const std::string option : {"eu", "us", "fixed distance", "drawn distance"}) {
    add("zones/" + option);
  }
  add("fault/zone");
  for (const std::string target : {"service", "consumer", "reader"}) {
    for (const std::string fault : {"pause", "restart", "rolling restart"}) {
      add("fault/" + target + "/" + fault);
    }
    if (target != "reader") {
      add("fault/" + target + "/set");
      add("fault/" + target + "/set off by load");
    }
  }
  add("fault/service/resume");
  for (const std::string owner : {"service", "consumer"}) add("cores/" + owner);
  add("store/cache");
  for (const std::string kind : {"limits/services", "limits/consumer", "queue/throughput"})
    add(kind);
  add("log/throughput");
  for (const std::string option : {"capacity", "ttl", "crash"}) add("store/cache/" + option);
  for (const std::string by : {"utilization", "schedule"}) add("scale/service/" + by);
  for (const std::string by :
       {"backlog_per_instance", "age", "utilization", "schedule", "pollers"}) {
    add("scale/consumer/" + by);
  }
  for (const std::string option :
       {"schedule", "startup", "from none", "cooldown", "step", "tolerance"}) {
    add("scale/" + option);
  }
  for (const std::string option : {"warm-up", "windows", "prices", "cut short", "drained"}) {
    add("run/" + option);
  }
  return all;
}

TEST(RandomScenario, CoversEveryCombinationOfComponentStepAndOption) {
  std::map<std::string, int> occurred;
  for (std::uint64_t seed = 0; seed < kScenarios; ++seed) {
    for (const std::string& what : random_scenario(seed).has) ++occurred[what];
  }
  for (const std::string& what : all_combinations()) {
    EXPECT_GE(occurred[what], 1) << what << " occurs in no scenario";
  }
}

}  // namespace
}  // namespace spillway
