#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/kernel/hash.h"
#include "sim/scenario/edge_uses.h"
#include "sim/scenario/flow_graph.h"
#include "sim/scenario/names.h"
#include "sim/scenario/scenario.h"

namespace spillway {

/// Random choices that are the same on every machine.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(mix64(seed)) {}

  std::uint64_t next() { return mix64(state_ += 0x9e3779b97f4a7c15U); }
  /// Below n.
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(next() % n); }
  double between(double low, double high) {
    return low + (high - low) * (static_cast<double>(next() >> 11) * 0x1p-53);
  }
  bool chance(double p) { return between(0, 1) < p; }
  template <class T>
  T one_of(std::initializer_list<T> values) {
    return values.begin()[below(values.size())];
  }
  template <class T>
  void shuffle(std::vector<T>& values) {
    for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[below(i)]);
  }

 private:
  std::uint64_t state_;
};

/// A scenario drawn at random, and what is known of it.
struct RandomScenario {
  Scenario scenario;
  /// Which combinations of component, step and option it has: `service/call/holds nothing`.
  std::set<std::string> has;
  bool quiet_end = false;                ///< nothing is born in the last half of the run
  bool cut_short = false;                ///< draining is given up at once
  std::set<std::string> parked;          ///< queues that nobody takes from
  std::set<std::string> plain_services;  ///< keep their slots and answer at the end
  std::set<std::string> interrupted;     ///< may be left with work that was begun: a crash, a hang,
                                         ///< callers that cancel
  std::set<std::string> crashing;        ///< of them, those that crash
};

/// Draws scenarios with every component, step, load, option and fault there is, such that each
/// ends: calls go round in no circle, what is sent goes round with a probability well below one,
/// who may never be done within its visibility timeout has a dead-letter queue, and who has none
/// goes on when a call or send of its fails.
///
///   producers ──► q0 ──► q1 ──► q2        consumers send on (and now and then back) and call
///        │         └──────┴──┬──┴──► dlq
///        └────────► s0 ──► s1 ──► s2 ──► tail        dlq ──► archive
///
/// A producer may send to a log too, which one or two groups read.
///
/// All of them write to db and notes, and read from these and from view, a projection of db.
class ScenarioDice {
 public:
  explicit ScenarioDice(std::uint64_t seed)
      : dice_(seed),
        dice_of_messages_(seed + kMessages),
        dice_of_rules_(seed + 5 * kMessages),
        seed_of_topics_(seed + 2 * kMessages),
        seed_of_network_faults_(seed + 3 * kMessages),
        seed_of_outboxes_(seed + 6 * kMessages),
        seed_of_brokers_(seed + 7 * kMessages),
        dice_of_logs_(seed + 4 * kMessages),
        dice_of_groups_(seed + 8 * kMessages),
        dice_of_zones_(seed + 9 * kMessages),
        dice_of_scaling_(seed + 10 * kMessages),
        dice_of_protection_(seed + 11 * kMessages),
        dice_of_batches_(seed + 12 * kMessages),
        dice_of_polls_(seed + 13 * kMessages),
        dice_of_instances_(seed + 14 * kMessages),
        dice_of_caches_(seed + 15 * kMessages),
        dice_of_cores_(seed + 16 * kMessages),
        dice_of_upkeep_(seed + 17 * kMessages),
        dice_of_priorities_(seed + 18 * kMessages),
        dice_of_limits_(seed + 27 * kMessages),
        dice_of_keeping_(seed + 31 * kMessages),
        dice_of_balancing_(seed + 32 * kMessages),
        dice_of_replies_(seed + 40 * kMessages),
        dice_of_log_batches_(seed + 41 * kMessages),
        dice_of_lingering_(seed + 42 * kMessages) {}

  RandomScenario draw() {
    Scenario& scenario = drawn_.scenario;
    scenario.name = "random";
    scenario.variant = "base";
    scenario.run.duration.ns = kDuration;
    drawn_.quiet_end = dice_.chance(0.5);
    drawn_.cut_short = !drawn_.quiet_end && dice_.chance(0.3);
    if (!drawn_.quiet_end && dice_.chance(0.5)) {
      note("run/warm-up");
      scenario.run.warmup.ns = kDuration / 10;
    }
    scenario.run.drain.ns = drawn_.cut_short ? kSecond / 10 : 1'000'000 * kSecond;
    note(drawn_.cut_short ? "run/cut short" : "run/drained");
    draw_network(scenario.network, "run");
    queues_ = 1 + dice_.below(3);
    services_ = 1 + dice_.below(3);
    rates_of_queues_.assign(queues_ + 2, 0);
    rates_of_services_.assign(services_, 0);
    producers_ = 1 + dice_.below(3);
    trace_producer_ = dice_.chance(0.4) ? dice_.below(producers_) : kNone;
    draw_stores();
    for (std::size_t i = 0; i < producers_; ++i) draw_producer(i);
    for (std::size_t i = 0; i < queues_; ++i) draw_queue(i);
    for (std::size_t i = 0; i < services_; ++i) draw_service(i);
    draw_queue(tail());
    draw_dead_letter_queue();
    draw_topic(seed_of_topics_);
    draw_faults();
    draw_outbox(seed_of_outboxes_);
    draw_network_faults(seed_of_network_faults_);
    draw_log();
    draw_broker(seed_of_brokers_);
    draw_groups();
    draw_priorities();
    draw_zones();
    draw_scaling();
    draw_batches();
    draw_polls();
    draw_upkeep();
    draw_cores();
    draw_instance_faults();
    draw_cache();
    draw_balancing();
    draw_limits();
    draw_throughputs();
    draw_reply_queue();
    draw_batches_of_logs();
    draw_lingering();
    for (const std::string& name : drawn_.interrupted) drawn_.plain_services.erase(name);
    if (dice_.chance(0.4)) {
      note("run/windows");
      WindowParameters window;
      window.at.ns = kDuration / 5 + static_cast<Time>(dice_.below(1'000'000'000));
      window.lasts.ns = kDuration / 7;
      scenario.windows.push_back({"window", {}, window});
    }
    if (dice_.chance(0.2)) draw_prices();
    // Health checks go on for as long as anything is left, and dead letters are.
    const auto checks = [](const std::string& what) { return what.ends_with("/health_check"); };
    if (std::ranges::any_of(drawn_.has, checks)) {
      scenario.run.drain.ns = std::min(scenario.run.drain.ns, 100'000 * kSecond);
    }
    return std::move(drawn_);
  }

 private:
  static constexpr Time kDuration = 100 * kSecond;
  static constexpr double kBirths =
      11'200;  ///< of the first producer: 10,000 at 5 standard deviations or more
  static constexpr std::size_t kNone = ~std::size_t{0};
  static constexpr std::uint64_t kMessages = 1'000'000;  ///< more than there are seeds
  static constexpr std::string_view kEvents = "events";  ///< where the outbox sends

  /// Whose handler is drawn.
  struct Place {
    std::string kind;  ///< for the table: "producer", "service slot", "consumer after"...
    bool is_service = false;
    bool is_producer = false;
    std::size_t next_service = 0;  ///< services from here on may be called
    std::size_t next_queue = 0;    ///< queues from here on may be sent to
    std::size_t back_to = kNone;   ///< and now and then the ones up to here
    double mean = 0;               ///< of its work. Unit: ns
    double rate = 0;               ///< how often it runs. Unit: 1/s
    bool goes_on = false;          ///< has a fallback for each failure
    bool sends_once = false;       ///< tries no send again
    bool in_branch = false;        ///< of a parallel
  };

  std::size_t tail() const { return queues_; }
  static std::string queue_name(std::size_t i) { return "q" + std::to_string(i); }
  static std::string service_name(std::size_t i) { return "s" + std::to_string(i); }
  void note(const std::string& what) { drawn_.has.insert(what); }

  /// A dollar for each call of a queue, and more of everything else.
  void draw_prices() {
    note("run/prices");
    Scenario& scenario = drawn_.scenario;
    for (auto& queue : scenario.queues) queue.parameters.price = QueuePrice{UnitPrice{1}, {}};
    for (auto& topic : scenario.topics) {
      topic.parameters.price = TopicPrice{UnitPrice{2}, UnitPrice{3}};
    }
    for (auto& log : scenario.logs) {
      log.parameters.price = LogPrice{UnitPrice{4}, RentalPrice{5}};
    }
    for (auto& store : scenario.stores) {
      store.parameters.price = StorePrice{UnitPrice{6}, UnitPrice{7}};
    }
    const HandlerPrice of_handlers{RentalPrice{8}, RentalPrice{9}, UnitPrice{10}};
    for (auto& service : scenario.services) service.parameters.price = of_handlers;
    for (auto& consumer : scenario.consumers) consumer.parameters.price = of_handlers;
  }

  // Distributions.

  Distribution distribution(double mean, const std::string& where) {
    Distribution drawn;
    const std::size_t kind = dice_.below(trace_producer_ == kNone ? 9 : 10);
    const char* name = "";
    switch (kind) {
      case 0:
        drawn.variate = Variate::constant(mean);
        name = "constant";
        break;
      case 1:
        drawn.variate = Variate::erlang(3, mean);
        name = "erlang";
        break;
      case 2:
        drawn.variate = Variate::gamma(mean, 1.5);
        name = "gamma";
        break;
      case 3:
        drawn.variate = Variate::uniform(0, 2 * mean);
        name = "uniform";
        break;
      case 4:
        drawn.variate = Variate::hyperexponential(mean, 2);
        name = "hyperexponential";
        break;
      case 5:
        drawn.variate = Variate::weibull(1.5, mean);
        name = "weibull";
        break;
      case 6:
        drawn.variate = Variate::constant(1);
        drawn.uncertain = Variate::uniform(0.5 * mean, 1.5 * mean);
        name = "uncertain";
        break;
      case 7:
        drawn.variate = Variate::mixture(
            {0.9, 0.1}, {Variate::exponential(0.8 * mean), Variate::constant(2.8 * mean)});
        name = "mixture";
        break;
      case 8:
        drawn.variate = Variate::exponential(mean);
        name = "exponential";
        break;
      default:
        drawn.column = "cost";
        drawn.variate = Variate::constant(0);
        drawn.variate.times = mean;
        name = "column";
        break;
    }
    note(where + "/" + name);
    return drawn;
  }
  static Distribution exponential(double mean) {
    Distribution drawn;
    drawn.variate = Variate::exponential(mean);
    return drawn;
  }
  static Distribution fixed(double time) {
    Distribution drawn;
    drawn.variate = Variate::constant(time);
    return drawn;
  }

  void draw_network(Distribution& network, const std::string& where) {
    switch (dice_.below(3)) {
      case 0:
        network = fixed(0);
        note(where + "/network none");
        break;
      case 1:
        network = fixed(dice_.one_of({0.5e6, 3e6}));
        note(where + "/network fixed");
        break;
      default:
        network = exponential(dice_.between(0.2e6, 3e6));
        note(where + "/network drawn");
        break;
    }
  }
  std::optional<Distribution> edge_network(const std::string& from, const std::string& to,
                                           const std::string& where) {
    // All steps of an edge must say the same.
    if (!edges_.insert(from + ">" + to).second || dice_.chance(0.7)) return {};
    Distribution network;
    draw_network(network, where);
    return network;
  }

  // Stores.

  void draw_stores() {
    for (const char* name : {"db", "notes"}) {
      Component<StoreParameters> store;
      store.name = name;
      StoreParameters& parameters = store.parameters;
      if (dice_.chance(0.5)) {
        note("store/single");
      } else {
        parameters.kind = StoreKind::leader;
        parameters.followers = dice_.one_of<Count>({1, 1, 3});
        parameters.lag = distribution(dice_.one_of({5e6, 300e6, 5e9}), "store/lag");
        if (!parameters.lag->column.empty()) parameters.lag = exponential(50e6);
        if (dice_.chance(0.5)) parameters.replication = Replication::independent;
        note(parameters.replication == Replication::in_order ? "store/leader in order"
                                                             : "store/leader independent");
        note(parameters.followers == 1 ? "store/one follower" : "store/many followers");
        if (dice_.chance(0.5)) {
          note("store/followers apply");
          parameters.apply = exponential(1e6);
        }
      }
      if (dice_.chance(0.5)) parameters.read = exponential(1e6);
      if (dice_.chance(0.5)) parameters.write = fixed(2e6);
      drawn_.scenario.stores.push_back(std::move(store));
    }
    Component<StoreParameters> view;
    view.name = "view";
    view.parameters.kind = StoreKind::projection;
    view.parameters.of = Reference{"db", {}};
    if (dice_.chance(0.5)) {
      note("store/projection applies");
      view.parameters.apply = exponential(1e6);
    }
    drawn_.scenario.stores.push_back(std::move(view));
  }

  void draw_keys(ProducerParameters& parameters) {
    if (dice_.chance(0.3)) return note("producer/no keys");
    KeyParameters key;
    if (dice_.chance(0.5)) {
      note("producer/uniform keys");
      key.uniform = 30;
    } else {
      note("producer/zipf keys");
      key.zipf = ZipfParameters{50, Factor{1.1}};
    }
    parameters.message = MessageParameters{};
    parameters.message->key = key;
  }

  /// Asks something of a store: reads most, for they show what the others did.
  void access(Program& program, const Place& place, const std::string& name) {
    const std::string where = place.kind + "/";
    const auto ask = [&](auto request, const std::string& store, const std::string& what) {
      request.store.name = store;
      request.network = edge_network(name, store, where + what);
      if (dice_.chance(0.2)) {
        note("store/fixed key");
        request.key = dice_.one_of({"front", "terms"});
      }
      if (dice_.chance(0.2)) {
        note("store/timeout");
        request.timeout = exponential(80e6);
        if (dice_.chance(0.5)) request.retry = once_more();
      }
      note(where + what);
      add(program, std::move(request));
    };
    const std::string source = dice_.one_of({"db", "notes"});
    switch (dice_.below(5)) {
      case 0:
      case 1:
        return ask(WriteParameters{}, source, "write");
      case 2:
        return ask(ApplyParameters{}, "view", "apply");
      case 3:
        return ask(ReadParameters{}, "view", "read projection");
      default: {
        ReadParameters read;
        if (dice_.chance(0.2)) {
          note("store/strong read");
          read.level = ReadLevel::strong;
        } else if (dice_.chance(0.8)) {
          note("store/own last write");
          read.key = "own-last-write";
        }
        return ask(std::move(read), source, "read source");
      }
    }
  }

  // Producers.

  void draw_producer(std::size_t i) {
    Component<ProducerParameters> producer;
    producer.name = "p" + std::to_string(i);
    ProducerParameters& parameters = producer.parameters;
    const double births = i == 0 ? kBirths : dice_.between(200, 1500);
    const double open_for = drawn_.quiet_end ? 50.0 : 100.0;  // s
    double rate = births / open_for;
    draw_load(i, rate, parameters, producer.name);
    draw_keys(parameters);
    Place place;
    place.kind = "producer";
    place.is_producer = true;
    place.mean = 5e6;
    place.rate = rate;
    Program& does = parameters.does;
    if (i == 0 && dice_.chance(0.25)) {
      call(0, does, place, producer.name);  // a handler that is one call
    } else {
      handler(does, place, producer.name, 0);
      if (i == 0 && does.steps.empty()) send(0, does, place, producer.name);
    }
    draw_message(parameters);
    drawn_.scenario.producers.push_back(std::move(producer));
  }

  /// By dice of its own: everything else is drawn as without it.
  void draw_message(ProducerParameters& parameters) {
    std::swap(dice_, dice_of_messages_);
    if (dice_.chance(0.3)) {
      MessageParameters& message = parameters.message.emplace();
      // Some as short as a delivery, some longer than most waits.
      message.ttl = distribution(dice_.one_of({2e6, 50e6, 1e9}), "producer/message/ttl");
    }
    std::swap(dice_, dice_of_messages_);
    if (dice_of_rules_.chance(0.3)) {
      note("producer/message/size");
      if (!parameters.message) parameters.message.emplace();
      parameters.message->size.emplace().variate = Variate::exponential(2000);
    }
  }

  void draw_load(std::size_t i, double& rate, ProducerParameters& parameters,
                 const std::string& name) {
    LoadParameters& load = parameters.load;
    if (i == trace_producer_) {
      note("producer/load/trace");
      TraceParameters trace;
      auto rows = std::make_shared<TraceParameters::Rows>();
      std::vector<double> cost, fails;
      double at = 0;
      const double births = rate * (drawn_.quiet_end ? 50.0 : 100.0);
      for (double row = 0; row < births; ++row) {
        at += dice_.between(0, 2e9 / rate);
        rows->at.push_back(static_cast<std::int64_t>(at));
        cost.push_back(dice_.between(0, 2));
        fails.push_back(dice_.chance(0.1) ? dice_.one_of({1.0, 2.0}) : 0.0);
      }
      rows->columns.emplace_back("cost", std::make_shared<const std::vector<double>>(cost));
      rows->columns.emplace_back("fails", std::make_shared<const std::vector<double>>(fails));
      // Spread over the time meant for it, whatever the gaps drawn.
      const double scale = (drawn_.quiet_end ? 50e9 : 99.9e9) / at;
      for (std::int64_t& time : rows->at) {
        time = static_cast<std::int64_t>(static_cast<double>(time) * scale);
      }
      trace.rows = rows;
      load.trace = trace;
      return;
    }
    const std::size_t kinds = i == 0 || drawn_.quiet_end ? 6 : 8;
    switch (dice_.below(kinds)) {
      case 0:
      case 1:
        note("producer/load/poisson");
        load.poisson = Rate{rate};
        break;
      case 2:
        note("producer/load/constant");
        load.constant = Rate{rate};
        if (dice_.chance(0.5)) {
          note("producer/load/constant start");
          load.start = Duration{static_cast<Time>(dice_.below(3)) * kSecond / 4};
        }
        break;
      case 3:
        note("producer/load/renewal");
        load.renewal = distribution(1e9 / rate, "producer/renewal");
        if (!load.renewal->column.empty() || load.renewal->uncertain) {
          load.renewal = exponential(1e9 / rate);
        }
        if (dice_.chance(0.5)) {
          note("producer/load/renewal start");
          load.start = Duration{0};
        }
        break;
      case 4:
      case 5: {
        note("producer/load/mmpp");
        // Half of the time at half, half of it at more: the mean is `rate` or above.
        MmppParameters mmpp;
        mmpp.states.push_back({"calm", {Rate{0.5 * rate}, fixed(2e9)}});
        mmpp.states.push_back({"busy", {Rate{1.7 * rate}, exponential(2e9)}});
        if (i != 0) mmpp.states.push_back({"silent", {Rate{0}, exponential(1e9)}});
        if (i == 0) {
          // Few cycles: the number of births must not depend on how long each is.
          mmpp.states[1].state.lasts = fixed(2e9);
        }
        load.mmpp = std::move(mmpp);
        break;
      }
      default:
        note("producer/load/users");
        load.users = UsersParameters{20, exponential(20e9 / rate)};
        return;
    }
    draw_profile(name, rate, parameters);
  }

  void draw_profile(const std::string& name, double& rate, ProducerParameters& parameters) {
    // A profile only ever adds births, so that there are enough.
    if (dice_.chance(0.5)) {
      NamedProfileEntry entry;
      entry.name = name + "-spike";
      SpikeParameters spike;
      spike.at.ns = 10 * kSecond + static_cast<Time>(dice_.below(5'000'000'000));
      spike.lasts.ns = 10 * kSecond;
      if (parameters.load.mmpp || dice_.chance(0.5)) {
        spike.times = Factor{dice_.between(1, 3)};
        note("producer/profile/spike times");
      } else {
        spike.rate = Rate{rate * dice_.between(1, 3)};
        note("producer/profile/spike rate");
      }
      if (dice_.chance(0.5)) {
        spike.ramp.ns = 4 * kSecond;
        note("producer/profile/spike ramp");
      }
      entry.entry.spike = spike;
      parameters.profile.push_back(entry);
    }
    if (dice_.chance(0.3)) {
      NamedProfileEntry entry;
      entry.name = name + "-ramp";
      RampParameters ramp;
      ramp.from.ns = 12 * kSecond;
      ramp.over.ns = static_cast<Time>(dice_.below(2)) * 10 * kSecond;
      note(ramp.over.ns == 0 ? "producer/profile/jump" : "producer/profile/ramp");
      if (parameters.load.mmpp || dice_.chance(0.5)) {
        ramp.times = Factor{dice_.between(1, 1.5)};
        note("producer/profile/ramp times");
      } else {
        ramp.rate = Rate{rate * dice_.between(1, 1.5)};
        note("producer/profile/ramp rate");
      }
      entry.entry.ramp = ramp;
      parameters.profile.push_back(entry);
    }
    if (drawn_.quiet_end) {
      NamedProfileEntry entry;
      entry.name = name + "-quiet";
      RampParameters ramp;
      ramp.from.ns = kDuration / 2;
      ramp.rate = Rate{0};
      note("producer/profile/rate zero");
      entry.entry.ramp = ramp;
      parameters.profile.push_back(entry);
    }
  }

  // Handlers.

  void add(Program& program, auto parameters) {
    StepDeclaration step;
    step.parameters = std::move(parameters);
    program.steps.push_back(std::move(step));
  }

  void handler(Program& program, const Place& place, const std::string& name, int depth) {
    const std::size_t steps = 1 + dice_.below(depth == 0 ? 3 : 2);
    for (std::size_t i = 0; i < steps; ++i) step(program, place, name, depth);
  }

  void step(Program& program, const Place& place, const std::string& name, int depth) {
    const std::string where = place.kind + "/";
    if (dice_.chance(0.25)) return access(program, place, name);
    switch (dice_.below(11)) {
      case 10: {
        if (depth == 2) break;
        SagaParameters saga;
        saga.stages.resize(1 + dice_.below(3));
        note(where + "saga");
        Place inner = place;
        inner.back_to = kNone;
        for (SagaStage& stage : saga.stages) {
          handler(stage.steps, inner, name, depth + 1);
          if (dice_.chance(0.6)) handler(stage.undo.emplace(), inner, name, depth + 1);
        }
        if (place.goes_on || dice_.chance(0.3)) {
          saga.fallback = fallback(place);
          note(where + "saga/fallback");
        }
        add(program, std::move(saga));
        break;
      }
      case 8:
        if (depth < 2) parallel(program, place, name, depth);
        break;
      case 9: {
        if (depth == 2 || place.rate > 100) break;
        RepeatParameters repeat;
        repeat.repeated.times = static_cast<Count>(1 + dice_.below(3));
        note(where + "repeat");
        Place inner = place;
        inner.rate *= static_cast<double>(repeat.repeated.times);
        inner.back_to = kNone;  // one way back is enough: else more come round each time
        handler(repeat.repeated.steps, inner, name, depth + 1);
        add(program, std::move(repeat));
        break;
      }
      case 0: {
        WorkParameters work;
        work.time = distribution(0.3 * place.mean, "work");
        note(where + "work");
        add(program, std::move(work));
        break;
      }
      case 1: {
        WaitParameters wait;
        wait.time = distribution(0.3 * place.mean, "wait");
        note(where + "wait");
        add(program, std::move(wait));
        break;
      }
      case 2:
        if (place.next_service < services_) {
          const std::size_t choices = services_ - place.next_service;
          call(place.next_service + dice_.below(choices), program, place, name);
        }
        break;
      case 3:
      case 4:
        if (place.is_service) {
          send(tail(), program, place, name);
        } else if (place.next_queue < queues_) {
          send(place.next_queue + dice_.below(queues_ - place.next_queue), program, place, name);
        } else if (place.back_to != kNone && dice_.chance(0.5)) {
          // Round and round, in every fifth case.
          ChooseParameters damped;
          damped.ways.resize(2);
          damped.ways[0].share.value = 0.2;
          damped.ways[1].share.value = 0.8;
          Place rare = place;
          rare.rate *= 0.2;
          rare.sends_once = true;
          send(dice_.below(place.back_to + 1), damped.ways[0].program, rare, name);
          note(where + "send back");
          add(program, std::move(damped));
        }
        break;
      case 5: {
        FailParameters fail;
        if (trace_producer_ != kNone && dice_.chance(0.5)) {
          fail.share.column = "fails";
          note(where + "fail/column");
        } else {
          fail.share.share.value = dice_.between(0, 0.15);
          note(where + "fail/share");
        }
        if (place.is_service && !place.in_branch && dice_.chance(0.3)) {
          fail.as = FailAs::crash;
          note(where + "fail/crash");
        }
        add(program, std::move(fail));
        break;
      }
      case 6: {
        if (depth == 2) break;
        note(where + (depth == 0 ? "choose" : "choose/nested"));
        ChooseParameters choose;
        const double first = dice_.between(0.3, 0.9);
        const bool three = dice_.chance(0.3);
        choose.ways.resize(three ? 3 : 2);
        choose.ways[0].share.value = first;
        choose.ways[1].share.value = three ? 0.0 : 1 - first;
        if (three) choose.ways[2].share.value = 1 - first;
        for (ChooseParameters::Way& way : choose.ways) {
          Place inner = place;
          inner.rate *= way.share.value;
          if (dice_.chance(0.8)) handler(way.program, inner, name, depth + 1);
        }
        add(program, std::move(choose));
        break;
      }
      default:
        if (place.is_producer || place.in_branch) break;
        note(where + "reply");
        drawn_.plain_services.erase(name);
        add(program, ReplyParameters{});
        break;
    }
  }

  void parallel(Program& program, const Place& place, const std::string& name, int depth) {
    const std::string where = place.kind + "/parallel";
    ParallelParameters parallel;
    parallel.branches.resize(1 + dice_.below(3));
    note(where);
    if (dice_.chance(0.5)) {
      parallel.wait_for = static_cast<Count>(1 + dice_.below(parallel.branches.size()));
      note(where + "/wait_for");
    }
    Place inner = place;
    inner.in_branch = true;
    inner.back_to = kNone;
    for (Program& branch : parallel.branches) handler(branch, inner, name, depth + 1);
    drawn_.plain_services.erase(name);
    drawn_.interrupted.insert(name);
    add(program, std::move(parallel));
  }

  void call(std::size_t service, Program& program, const Place& place, const std::string& name) {
    if (dice_.chance(0.1)) {
      rates_of_services_[service] += place.rate;
      return submit(service_name(service), program, place, name);
    }
    const std::string where = place.kind + "/call";
    CallParameters call;
    call.service.name = service_name(service);
    note(where);
    if (place.is_service && !place.in_branch && dice_.chance(0.5)) {
      call.holds = dice_.chance(0.5) ? Holds::slot : Holds::nothing;
      note(where + (*call.holds == Holds::slot ? "/holds slot" : "/holds nothing"));
      if (*call.holds == Holds::nothing) drawn_.plain_services.erase(name);
    }
    std::string to = call.service.name;
    if (dice_.chance(0.2)) {
      to += "-by-another-name";
      call.edge.name = edge_name(name, to);
      note(where + "/edge");
    }
    call.network = edge_network(name, to, where);
    if (dice_.chance(0.4)) {
      call.timeout = timeout();
      note(where + "/timeout");
    }
    if (dice_.chance(0.25)) {
      call.deadline = Duration{static_cast<Time>(dice_.between(5e6, 400e6))};
      note(where + "/deadline");
      if (dice_.chance(0.5)) {
        call.travels = true;
        note(where + "/travels");
        for (std::size_t i = service; i < services_; ++i) {
          drawn_.interrupted.insert(service_name(i));
        }
      }
    }
    if ((call.timeout || call.deadline) && dice_.chance(0.4)) {
      call.cancel = true;
      note(where + "/cancel");
      // What it calls itself may be cancelled too, and so on.
      for (std::size_t i = service; i < services_; ++i) drawn_.interrupted.insert(service_name(i));
    }
    if (dice_.chance(0.35)) {
      call.retry = retry();
      note(where + "/retry");
    }
    // The calls of an edge share them: an edge of its own leaves others as they are.
    const bool breaks = dice_.chance(0.2);
    const bool pooled = dice_.chance(0.2);
    if (breaks || pooled) {
      if (breaks) {
        call.breaker = breaker();
        note(where + "/breaker");
      }
      if (pooled) {
        call.pool = pool();
        note(where + "/pool");
      }
      const std::string own = call.service.name + "-by-another-name-" + std::to_string(guarded_++);
      call.edge.name = edge_name(name, own);
      call.network = edge_network(name, own, where);
    }
    if (dice_.chance(0.2)) {
      call.hedge = hedge();
      note(where + "/hedge");
    }
    // A pool is of all calls on an edge, and the other edge has others that know of none.
    if (service + 1 < services_ && dice_.chance(0.15) && !pooled) {
      const std::size_t other = service + 1 + dice_.below(services_ - service - 1);
      call.first_healthy.emplace().names = {call.service, Reference{service_name(other), {}}};
      rates_of_services_[other] += place.rate;
      note(where + "/first_healthy");
      if (dice_.chance(0.7)) {
        HealthCheckParameters check;
        check.interval.ns = dice_.one_of<Time>({50, 700}) * kMillisecond;
        if (dice_.chance(0.5)) check.timeout = Duration{20 * kMillisecond};
        check.unhealthy = dice_.one_of<Count>({1, 3});
        if (dice_.chance(0.3)) check.start = Duration{0};
        call.health_check = check;
        note(where + "/health_check");
      }
    }
    if (place.goes_on || dice_.chance(0.2)) {
      call.fallback = fallback(place);
      note(where + "/fallback");
    }
    if (const Count urgency = urgency_of(call.edge.name.empty() ? to : call.edge.name)) {
      call.priority = urgency;
      note(where + "/priority");
    }
    rates_of_services_[service] += place.rate;
    add(program, std::move(call));
  }

  /// How urgent the calls of an edge are, 0 to 3: its name says, so that all say the same.
  static Count urgency_of(const std::string& edge) {
    std::uint64_t number = 0;
    for (const char letter : edge) number = mix64(number + static_cast<unsigned char>(letter));
    return static_cast<Count>(number % 4);
  }

  void request(std::size_t queue, Program& program, const Place& place, const std::string& name) {
    RequestParameters request;
    request.channel.name = queue_name(queue);
    request.network = edge_network(name, request.channel.name, place.kind + "/send");
    request.timeout = timeout();
    if (place.goes_on || dice_.chance(0.5)) request.fallback = fallback(place);
    note(place.kind + "/request");
    rates_of_queues_[queue] += place.rate;
    add(program, std::move(request));
  }

  void submit(const std::string& to, Program& program, const Place& place,
              const std::string& name) {
    SubmitParameters submit;
    submit.to.name = to;
    submit.network = edge_network(name, to, place.kind + "/send");
    submit.poll.every = Duration{static_cast<Time>(dice_.between(5e6, 100e6))};
    submit.poll.timeout = Duration{static_cast<Time>(dice_.between(5e6, 1000e6))};
    if (dice_.chance(0.5)) submit.timeout = timeout();
    if (place.goes_on || dice_.chance(0.5)) submit.fallback = fallback(place);
    note(place.kind + "/submit");
    add(program, std::move(submit));
  }

  void send(std::size_t queue, Program& program, const Place& place, const std::string& name) {
    if (dice_.chance(0.15)) return request(queue, program, place, name);
    if (dice_.chance(0.1)) {
      rates_of_queues_[queue] += place.rate;
      return submit(queue_name(queue), program, place, name);
    }
    const std::string where = place.kind + "/send";
    SendParameters send;
    send.channel.name = queue_name(queue);
    draw_group(send);
    send.confirm = dice_.chance(0.6);
    note(where + (send.confirm ? "/confirm" : "/no confirm"));
    send.network = edge_network(name, send.channel.name, where);
    // Not where messages may come round: then each round would draw what the last one drew.
    if ((place.is_producer || place.is_service) && dice_.chance(0.2)) {
      send.edge.name = edge_name(name, "beyond");
      note(where + "/edge");
    }
    if (send.confirm) {
      if (!place.sends_once && dice_.chance(0.3)) {
        send.timeout = timeout();
        note(where + "/timeout");
      }
      if (!place.sends_once && dice_.chance(0.3)) {
        send.retry = retry();
        note(where + "/retry");
      }
      if (place.goes_on || dice_.chance(0.2)) {
        send.fallback = fallback(place);
        note(where + "/fallback");
      }
    }
    rates_of_queues_[queue] += place.rate;
    add(program, std::move(send));
  }

  // What is done about failures.

  Distribution timeout() {
    const double mean = dice_.one_of({2e6, 10e6, 50e6, 300e6}) * dice_.between(0.5, 2);
    if (dice_.chance(0.6)) {
      note("timeout/fixed");
      return fixed(mean);
    }
    note("timeout/drawn");
    return distribution(mean, "timeout");
  }

  static RetryParameters once_more() {
    RetryParameters retry;
    retry.attempts = 2;
    retry.when = {Failed::timeout};
    return retry;
  }

  RetryParameters retry() {
    RetryParameters retry;
    retry.attempts = dice_.one_of<Count>({1, 2, 2, 3});
    if (dice_.chance(0.5)) {
      retry.when.clear();
      for (const auto& [failed, name] : {std::pair{Failed::timeout, "timeout"},
                                         {Failed::unavailable, "unavailable"},
                                         {Failed::error, "error"}}) {
        if (!dice_.chance(0.5)) continue;
        retry.when.push_back(failed);
        note(std::string("retry/when ") + name);
      }
    }
    if (dice_.chance(0.3)) {
      note("retry/no backoff");
    } else {
      BackoffParameters backoff;
      backoff.base.ns = dice_.one_of<Time>({0, 3, 20}) * kMillisecond;
      backoff.factor = Factor{dice_.one_of({1.0, 2.0, 10.0})};
      if (dice_.chance(0.5)) backoff.cap = Duration{30 * kMillisecond};
      const std::size_t jitter = dice_.below(5);
      backoff.jitter = static_cast<Jitter>(jitter);
      note("retry/jitter " + std::string(Choices<Jitter>::names[jitter]));
      retry.backoff = backoff;
    }
    if (dice_.chance(0.3)) {
      retry.budget = Share{dice_.one_of({0.0, 0.1, 1.0})};
      note("retry/budget");
      if (dice_.chance(0.3)) {
        retry.reserve = Rate{dice_.one_of({0.1, 10.0})};
        note("retry/reserve");
      }
    }
    if (dice_.chance(0.2)) {
      RetryTokensParameters tokens;
      tokens.size = Factor{dice_.one_of({2.0, 10.0, 500.0})};
      tokens.cost = Factor{dice_.one_of({0.0, 1.0, 5.0})};
      if (dice_.chance(0.5)) tokens.timeout_cost = Factor{2};
      tokens.success = Factor{dice_.one_of({0.1, 1.0})};
      tokens.failure = Factor{dice_.one_of({0.0, 1.0})};
      if (dice_.chance(0.5)) tokens.floor = Share{0.5};
      tokens.refund = dice_.chance(0.5);
      retry.tokens = tokens;
      note("retry/tokens");
    }
    if (dice_.chance(0.2)) {
      RetriesAtOnceParameters at_once;
      at_once.at_least = dice_.one_of<Count>({0, 1, 3});
      if (dice_.chance(0.5)) at_once.share = Share{0.2};
      retry.at_once = at_once;
      note("retry/at_once");
    }
    if (dice_.chance(0.2)) {
      AdaptiveRateParameters adaptive;
      if (dice_.chance(0.5)) adaptive.least = Rate{20};
      retry.adaptive = adaptive;
      note("retry/adaptive");
    }
    return retry;
  }

  /// A pool that is sometimes too small, and one whose waiting ends.
  PoolParameters pool() {
    PoolParameters pool;
    pool.size = dice_.one_of<Count>({1, 3, 50});
    if (dice_.chance(0.6)) {
      pool.wait = Duration{dice_.one_of<Time>({0, 20, 500}) * kMillisecond};
      note("pool/wait");
    }
    if (dice_.chance(0.4)) {
      pool.max_waiting = dice_.one_of<Count>({0, 2, 100});
      note("pool/max_waiting");
    }
    return pool;
  }

  HedgeParameters hedge() {
    HedgeParameters hedge;
    if (dice_.chance(0.7)) {
      hedge.after = fixed(dice_.one_of({0.0, 5e6, 30e6, 200e6}));
      note("hedge/after");
    } else {
      hedge.percentile = Share{dice_.one_of({0.5, 0.9, 1.0})};
      note("hedge/percentile");
    }
    hedge.copies = dice_.one_of<Count>({1, 1, 2});
    if (dice_.chance(0.3)) {
      hedge.budget = Share{dice_.one_of({0.05, 0.5})};
      note("hedge/budget");
    }
    return hedge;
  }

  BreakerParameters breaker() {
    BreakerParameters breaker;
    breaker.open = Duration{dice_.one_of<Time>({1, 50, 3000}) * kMillisecond};
    breaker.probes = dice_.one_of<Count>({0, 1, 3});
    note("breaker/probes " + std::to_string(breaker.probes));
    const std::size_t opens = dice_.below(3);
    if (opens == 0) {
      breaker.consecutive = dice_.one_of<Count>({1, 3});
      note("breaker/consecutive");
      return breaker;
    }
    if (opens == 1) {
      breaker.failures = Share{dice_.one_of({0.1, 0.5, 1.0})};
      note("breaker/failures");
    } else {
      breaker.slow = Duration{dice_.one_of<Time>({5, 100}) * kMillisecond};
      breaker.slow_share = Share{dice_.one_of({0.2, 1.0})};
      note("breaker/slow");
    }
    if (dice_.chance(0.5)) {
      breaker.calls = dice_.one_of<Count>({3, 10});
      note("breaker/calls");
    } else {
      breaker.period = Duration{dice_.one_of<Time>({100, 5000}) * kMillisecond};
      breaker.minimum = dice_.one_of<Count>({1, 5});
      note("breaker/period");
    }
    return breaker;
  }

  Program fallback(const Place& place) {
    Program program;
    switch (dice_.below(4)) {
      case 0: {
        WorkParameters work;
        work.time = distribution(0.2 * place.mean, "work");
        add(program, std::move(work));
        break;
      }
      case 1: {
        WaitParameters wait;
        wait.time = distribution(0.2 * place.mean, "wait");
        add(program, std::move(wait));
        break;
      }
      case 2: {
        if (!place.is_service && place.next_queue >= queues_) break;
        SendParameters send;
        const std::size_t queue = place.is_service ? tail() : place.next_queue;
        send.channel.name = queue_name(queue);
        send.confirm = false;
        rates_of_queues_[queue] += 0.2 * place.rate;
        add(program, std::move(send));
        break;
      }
      default:
        break;  // nothing, and all is well
    }
    return program;
  }

  // Faults.

  void draw_faults() {
    if (dice_.chance(0.4)) return;
    const std::size_t faults = 1 + dice_.below(4);
    for (std::size_t i = 0; i < faults; ++i) {
      const std::size_t noun = dice_.below(3);
      std::string target;
      std::string where = "fault/";
      if (noun == 0) {
        target = service_name(dice_.below(services_));
        where += "service/";
      } else if (noun == 1) {
        const auto& queues = drawn_.scenario.queues;
        target = queues[dice_.below(queues.size())].name;
        where += "queue/";
      } else {
        const auto& consumers = drawn_.scenario.consumers;
        target = consumers[dice_.below(consumers.size())].name;
        where += "consumer/";
      }
      draw_fault("fault" + std::to_string(i), target, noun, where);
    }
  }

  void draw_fault(const std::string& name, const std::string& target, std::size_t noun,
                  std::string where) {
    Component<FaultParameters> fault;
    fault.name = name;
    FaultParameters& parameters = fault.parameters;
    const Reference reference{target, {}};
    switch (dice_.below(noun == 0 ? 6 : noun == 1 ? 4 : 5)) {
      case 0:
        parameters.outage = reference;
        where += "outage";
        if (noun == 2) drawn_.interrupted.insert(target);
        break;
      case 1:
        parameters.hang = reference;
        where += "hang";
        drawn_.interrupted.insert(target);
        break;
      case 2:
        parameters.slow = reference;
        parameters.times = Factor{dice_.one_of({0.5, 3.0, 10.0})};
        where += "slow";
        break;
      case 3:
        parameters.errors = reference;
        parameters.share = Share{dice_.between(0.05, 0.5)};
        where += "errors";
        break;
      case 4:
        parameters.crash = reference;
        where += "crash";
        drawn_.interrupted.insert(target);
        drawn_.crashing.insert(target);
        if (noun == 0 && dice_.chance(0.9)) {
          const std::size_t work = dice_.below(3);
          parameters.work = static_cast<CrashedWork>(work);
          note(where + "/" + std::string(Choices<CrashedWork>::names[work]));
        }
        break;
      default:
        parameters.capacity = reference;
        parameters.times = Factor{dice_.one_of({0.01, 0.5, 0.9})};
        where += "capacity";
        break;
    }
    draw_times(parameters, where);
    drawn_.scenario.faults.push_back(std::move(fault));
  }

  void draw_times(FaultParameters& parameters, const std::string& where) {
    if (dice_.chance(0.5)) {
      parameters.at = Duration{static_cast<Time>(dice_.between(1e9, 80e9))};
      parameters.lasts = fixed(static_cast<double>(
          static_cast<Time>(dice_.one_of({0.01e9, 1e9, 8e9}) * dice_.between(0.5, 2))));
      note(where + "/once");
    } else {
      parameters.every = exponential(dice_.one_of({2e9, 20e9, 200e9}));
      parameters.lasts = exponential(dice_.one_of({0.05e9, 1e9}));
      note(where + "/random");
    }
  }

  /// A broker with some of the queues, which fails, by dice of its own.
  void draw_scaling() {
    // Where something is left over a run goes on to its end, from look to look.
    if (!drawn_.parked.empty()) return;
    std::swap(dice_, dice_of_scaling_);
    for (auto& service : drawn_.scenario.services) {
      const bool shares = service.parameters.discipline == Discipline::processor_sharing;
      if (dice_.chance(0.3) && !shares) draw_scale(service.parameters, true);
    }
    for (auto& consumer : drawn_.scenario.consumers) {
      const bool takes = std::ranges::any_of(drawn_.scenario.queues, [&](const auto& queue) {
        return queue.name == consumer.parameters.from.name;
      });
      if (takes && dice_.chance(0.3)) draw_scale(consumer.parameters, false);
    }
    std::swap(dice_, dice_of_scaling_);
  }

  template <class P>
  void draw_scale(P& parameters, bool is_service) {
    const std::string kind = is_service ? "scale/service/" : "scale/consumer/";
    ScaleParameters& scale = parameters.scale.emplace();
    scale.max = parameters.instances + static_cast<Count>(dice_.below(5));
    scale.by = is_service
                   ? dice_.one_of({ScaleBy::utilization, ScaleBy::schedule})
                   : dice_.one_of({ScaleBy::backlog_per_instance, ScaleBy::age,
                                   ScaleBy::utilization, ScaleBy::schedule, ScaleBy::pollers});
    note(kind + std::string(Choices<ScaleBy>::names[static_cast<std::size_t>(scale.by)]));
    if (scale.by == ScaleBy::schedule || dice_.chance(0.3)) {
      const std::size_t shifts = 1 + dice_.below(3);
      for (std::size_t i = 0; i < shifts; ++i) {
        ShiftParameters shift;
        shift.at.ns = static_cast<Time>(dice_.below(3)) * kDuration / 4;
        shift.lasts.ns = kDuration / 5 + static_cast<Time>(dice_.below(10'000'000'000));
        shift.instances = 1 + static_cast<Count>(dice_.below(static_cast<std::size_t>(scale.max)));
        scale.schedule.push_back({"shift" + std::to_string(i), {}, shift});
      }
      note("scale/schedule");
    }
    if (dice_.chance(0.5)) {
      scale.startup = exponential(2e9);
      if (dice_.chance(0.5)) scale.startup->variate = Variate::constant(1.5e9);
      note("scale/startup");
    }
    if (scale.by == ScaleBy::schedule) return;
    if (scale.by == ScaleBy::pollers) scale.step = dice_.one_of<Count>({1, 3});
    scale.target.emplace();
    scale.target->number = dice_.one_of({0.5, 3.0, 20.0});
    scale.target->age = Duration{dice_.one_of<Time>({kSecond / 10, 3 * kSecond})};
    scale.target->share = Share{dice_.one_of({0.3, 0.7})};
    scale.every = Duration{dice_.one_of<Time>({kSecond, 7 * kSecond})};
    if (scale.by == ScaleBy::backlog_per_instance && dice_.chance(0.4)) {
      scale.min = 0;
      note("scale/from none");
    }
    if (dice_.chance(0.4)) {
      scale.cooldown = CooldownParameters{Duration{2 * kSecond}, Duration{10 * kSecond}};
      note("scale/cooldown");
    }
    if (scale.by != ScaleBy::pollers && dice_.chance(0.3)) {
      scale.step = 1;
      note("scale/step");
    }
    if (dice_.chance(0.3)) {
      scale.tolerance = Share{0.3};
      note("scale/tolerance");
    }
  }

  void draw_broker(std::uint64_t seed) {
    Dice own(seed);
    std::swap(dice_, own);
    if (dice_.chance(0.5)) {
      Component<BrokerParameters> broker;
      broker.name = "broker";
      broker.parameters.nodes = dice_.one_of<Count>({1, 3, 5});
      broker.parameters.failover = exponential(dice_.one_of({20e6, 2e9}));
      note(broker.parameters.nodes == 1 ? "broker/one node" : "broker/many nodes");
      for (auto& queue : drawn_.scenario.queues) {
        if (!dice_.chance(0.7)) continue;
        queue.parameters.broker = Reference{"broker", {}};
        if (broker.parameters.nodes > 1 && dice_.chance(0.5)) queue.parameters.replication = 3;
        const bool is_replicated = queue.parameters.replication.has_value();
        note(is_replicated ? "broker/three replicas" : "broker/one replica");
        for (auto& producer : drawn_.scenario.producers) {
          say_of_sends(producer.parameters.does, queue.name, is_replicated);
        }
      }
      put_logs_on(broker.parameters.nodes);
      const std::size_t faults = 1 + dice_.below(2);
      for (std::size_t i = 0; i < faults; ++i) {
        draw_fault("broker-fault" + std::to_string(i), "broker", 2, "fault/broker/");
        FaultParameters& fault = drawn_.scenario.faults.back().parameters;
        if (!fault.crash || dice_.chance(0.4)) continue;
        fault.nodes =
            1 + static_cast<Count>(dice_.below(static_cast<std::size_t>(broker.parameters.nodes)));
        note("broker/single nodes");
      }
      drawn_.scenario.brokers.push_back(std::move(broker));
    }
    std::swap(dice_, own);
  }

  /// What a producer's sends to a queue on a broker say of persistence and confirms.
  void say_of_sends(Program& does, const std::string& queue, bool is_replicated) {
    for (StepDeclaration& step : does.steps) {
      auto* send = std::get_if<SendParameters>(&step.parameters);
      if (send == nullptr || send->channel.name != queue) continue;
      if (!is_replicated && dice_.chance(0.5)) {
        send->persistent = false;
        note("broker/not persistent");
      }
      if (send->confirm && dice_.chance(0.3)) {
        send->confirm_when = ConfirmWhen::accepted;
        note("broker/confirm accepted");
      }
    }
  }

  /// Faults of the network, by dice of their own, on edges on which nobody waits for ever.
  void draw_network_faults(std::uint64_t seed) {
    Dice own(seed);
    std::swap(dice_, own);
    const std::vector<EdgeUse> uses = edge_uses(drawn_.scenario);
    std::map<std::string, bool> bears_loss;
    for (const EdgeUse& use : uses) {
      const bool bears = !use.waits || use.limited;
      const auto [edge, is_new] = bears_loss.emplace(use.edge, bears);
      edge->second = edge->second && bears;
    }
    const std::size_t faults = uses.empty() || dice_.chance(0.5) ? 0 : 1 + dice_.below(4);
    for (std::size_t i = 0; i < faults; ++i) {
      const EdgeUse& use = uses[dice_.below(uses.size())];
      Component<FaultParameters> fault;
      fault.name = "network" + std::to_string(i);
      FaultParameters& parameters = fault.parameters;
      std::string where = "fault/edge/";
      if (dice_.chance(0.4)) {
        const Distribution delay = dice_.chance(0.5) ? fixed(20e6) : exponential(20e6);
        parameters.latency.emplace().edges.emplace_back(EdgeName{use.edge, {}}, delay);
        where += "latency";
      } else if (!bears_loss[use.edge]) {
        continue;
      } else if (dice_.chance(0.6)) {
        const Share share{dice_.one_of({0.05, 0.5, 1.0})};
        parameters.loss.emplace().edges.emplace_back(EdgeName{use.edge, {}}, share);
        const bool of_requests = !use.waits || dice_.chance(0.5);
        if (of_requests) parameters.direction = LossDirection::request;
        where += of_requests ? "loss of requests" : "loss";
      } else {
        const bool takes = std::ranges::any_of(drawn_.scenario.consumers, [&](const auto& each) {
          return each.name == use.from && each.parameters.from.name == use.to;
        });
        const std::vector<std::string> between = edges_between(uses, use.from, use.to);
        if (takes || !std::ranges::all_of(
                         between, [&](const std::string& edge) { return bears_loss[edge]; })) {
          continue;
        }
        parameters.partition.emplace().ends = {Reference{std::string(use.from), {}},
                                               Reference{std::string(use.to), {}}};
        where += "partition";
      }
      draw_times(parameters, where);
      drawn_.scenario.faults.push_back(std::move(fault));
    }
    std::swap(dice_, own);
  }

  // Services.

  /// How a service protects itself. By dice of its own: all else is drawn as without it.
  void protect(ServiceParameters& parameters, const std::string& name, double rate) {
    std::swap(dice_, dice_of_protection_);
    if (dice_.chance(0.2)) {
      RateLimitParameters& limit = parameters.rate_limit.emplace();
      const double kind = dice_.between(0, 1);
      if (kind < 0.2) {
        note("service/rate limit that leaks");
        limit.rate.per_second = dice_.between(0.3, 1.5) * rate;
        limit.queue = dice_.one_of<Count>({0, 2, 30});
        drawn_.plain_services.erase(name);
      } else if (kind < 0.7) {
        note("service/rate limit");
        limit.rate.per_second = dice_.between(0.3, 1.5) * rate;
        limit.burst = dice_.one_of<Count>({1, 3, 20});
      } else {
        note("service/rate limit by windows");
        limit.rate.per_second = dice_.one_of<double>({5, 20, 100});
        limit.window = Duration{kSecond / 5};
      }
    }
    if (dice_.chance(0.15)) {
      ConcurrencyLimitParameters& limit = parameters.concurrency_limit.emplace();
      limit.kind = dice_.one_of({ConcurrencyLimit::Kind::aimd, ConcurrencyLimit::Kind::vegas,
                                 ConcurrencyLimit::Kind::gradient});
      note("service/limit " + std::string(Choices<ConcurrencyLimit::Kind>::names.at(
                                  static_cast<std::size_t>(limit.kind))));
      limit.initial = dice_.one_of<Count>({1, 4, 20});
      if (limit.kind == ConcurrencyLimit::Kind::aimd) limit.latency = Duration{kSecond / 20};
    }
    if (dice_.chance(0.5)) {
      parameters.discipline = dice_.one_of({Discipline::lifo, Discipline::adaptive_lifo,
                                            Discipline::priority, Discipline::processor_sharing});
      note("service/discipline " + std::string(Choices<Discipline>::names.at(
                                       static_cast<std::size_t>(parameters.discipline))));
      if (parameters.discipline == Discipline::adaptive_lifo) {
        parameters.lifo_after = Duration{kSecond / 100};
      }
    }
    if (parameters.discipline != Discipline::processor_sharing &&
        parameters.discipline != Discipline::priority && dice_.chance(0.3)) {
      CodelParameters& codel = parameters.codel.emplace();
      codel.drops = dice_.one_of({ControlledDelay::Drops::spaced, ControlledDelay::Drops::late});
      note(codel.drops == ControlledDelay::Drops::late ? "service/codel late"
                                                       : "service/codel spaced");
      codel.interval = Duration{kSecond / 50};
    }
    parameters.cancel = dice_.chance(0.2);
    if (parameters.cancel) {
      note("service/cancel");
      drawn_.plain_services.erase(name);
    }
    std::swap(dice_, dice_of_protection_);
  }

  void draw_service(std::size_t i) {
    Component<ServiceParameters> service;
    service.name = service_name(i);
    ServiceParameters& parameters = service.parameters;
    parameters.instances = dice_.one_of<Count>({1, 1, 2, 5});
    parameters.concurrency = dice_.one_of<Count>({1, 1, 4});
    note(parameters.instances * parameters.concurrency == 1 ? "service/one slot"
                                                            : "service/many slots");
    switch (dice_.below(3)) {
      case 0:
        parameters.accept_queue = Limit{static_cast<Count>(dice_.below(3))};
        note("service/accept queue short");
        break;
      case 1:
        parameters.accept_queue = Limit{50};
        note("service/accept queue long");
        break;
      default:
        note("service/accept queue unlimited");
        break;
    }
    parameters.holds = dice_.chance(0.6) ? Holds::slot : Holds::nothing;
    const double slots = static_cast<double>(parameters.instances * parameters.concurrency);
    Place place;
    place.is_service = true;
    place.kind = parameters.holds == Holds::slot ? "service slot" : "service nothing";
    place.next_service = i + 1;
    place.rate = std::max(1.0, rates_of_services_[i]);
    place.mean = dice_.between(0.2, 0.9) * slots / place.rate * 1e9;
    if (parameters.holds == Holds::slot) drawn_.plain_services.insert(service.name);
    WorkParameters work;
    work.time = distribution(0.6 * place.mean, "work");
    note(place.kind + "/work");
    if (dice_.chance(0.9)) add(parameters.does, std::move(work));
    handler(parameters.does, place, service.name, 0);
    protect(parameters, service.name, place.rate);
    drawn_.scenario.services.push_back(std::move(service));
  }

  // Queues and their consumers.

  void draw_queue(std::size_t i) {
    Component<QueueParameters> queue;
    queue.name = queue_name(i);
    QueueParameters& parameters = queue.parameters;
    const double rate = std::max(1.0, rates_of_queues_[i]);
    const bool dead_letters = dice_.chance(0.6);
    if (dead_letters) {
      note("queue/dead letter");
      parameters.dead_letter =
          DeadLetterParameters{{"dlq", {}}, 1 + static_cast<Count>(dice_.below(5))};
    }
    Component<ConsumerParameters> consumer;
    consumer.name = "c" + std::to_string(i);
    ConsumerParameters& takes = consumer.parameters;
    takes.from.name = queue.name;
    takes.instances = dice_.one_of<Count>({1, 1, 3});
    takes.concurrency = dice_.one_of<Count>({1, 1, 4});
    note(takes.instances * takes.concurrency == 1 ? "consumer/one slot" : "consumer/many slots");
    switch (dice_.below(3)) {
      case 0:
        takes.prefetch = takes.concurrency * 5;
        note("consumer/prefetch more");
        break;
      case 1:
        takes.prefetch = std::max<Count>(1, takes.concurrency - 1);
        note("consumer/prefetch less");
        break;
      default:
        note("consumer/prefetch default");
        break;
    }
    takes.ack = dice_.chance(0.75) ? Ack::after : Ack::before;
    const std::string ack = takes.ack == Ack::after ? "after" : "before";
    const double slots = static_cast<double>(takes.instances * takes.concurrency);
    Place place;
    place.kind = "consumer " + ack;
    place.rate = rate;
    place.mean = dice_.between(0.2, 0.9) * slots / rate * 1e9;
    place.next_queue = i + 1;
    // Services send to the last queue: who takes from it calls none, or it would go round.
    place.next_service = i == tail() ? services_ : 0;
    place.back_to = i < queues_ ? i : kNone;
    place.goes_on = takes.ack == Ack::after && !dead_letters;

    // Who may never be done in time must end in a dead-letter queue.
    const double held =
        place.mean * static_cast<double>(takes.prefetch.value_or(1) / takes.concurrency + 1);
    std::string visibility = "none";
    if (dead_letters && dice_.chance(0.5)) {
      visibility = "short";
      parameters.visibility = Duration{static_cast<Time>(0.7 * place.mean)};
    } else if (dice_.chance(0.4)) {
      visibility = "long";
      parameters.visibility = Duration{static_cast<Time>(4 * held + 60e6)};
    }
    const bool simple = visibility != "none" && !dead_letters;
    // Each of its messages may be received several times over: what it sends back would multiply.
    if (visibility == "short") place.back_to = kNone;

    std::string overflow = "unlimited";
    if (dice_.chance(0.5)) {
      parameters.capacity = Limit{static_cast<Count>(1 + dice_.below(60))};
      switch (dice_.below(dead_letters ? 3 : 2)) {
        case 0:
          overflow = "reject";
          break;
        case 1:
          parameters.overflow = Overflow::drop_head;
          overflow = "drop head";
          break;
        default:
          parameters.overflow = Overflow::dead_letter;
          overflow = "dead letter";
          break;
      }
    }
    note("queue/visibility " + visibility + "/ack " + ack);
    note("queue/visibility " + visibility + "/overflow " + overflow);
    note("queue/overflow " + overflow + "/ack " + ack);
    if (dice_.chance(0.3)) {
      parameters.delivery = distribution(0.1 * place.mean, "queue/delivery");
      note("queue/delivery");
    }
    if (dice_.chance(0.4)) {
      parameters.confirm = distribution(2e6, "queue/confirm");
      note("queue/confirm");
    }

    WorkParameters work;
    // Memory-less where it must be done within the visibility timeout some time; and always some,
    // for who is refused and tries again at the same instant never gets on.
    work.time = simple ? exponential(0.6 * place.mean) : distribution(0.6 * place.mean, "work");
    if (work.time.variate.mean() <= 0 && work.time.column.empty()) work.time = exponential(1e6);
    note(place.kind + "/work");
    add(takes.does, std::move(work));
    if (simple) {
      if (dice_.chance(0.5)) {
        FailParameters fail;
        fail.share.share.value = 0.1;
        if (dice_.chance(0.3)) {
          fail.as = FailAs::crash;
          drawn_.crashing.insert(consumer.name);
          note("consumer/fail crash");
        }
        add(takes.does, std::move(fail));
      }
    } else {
      handler(takes.does, place, consumer.name, 0);
    }
    draw_rules(parameters, takes, i == tail());
    drawn_.scenario.queues.push_back(std::move(queue));
    drawn_.scenario.consumers.push_back(std::move(consumer));
  }

  /// What a queue hides, bounds and lets go of. By dice of its own: all else is drawn as without
  /// it.
  void draw_rules(QueueParameters& queue, ConsumerParameters& takes, bool last) {
    std::swap(dice_, dice_of_rules_);
    const auto rule = [&](double chance, const char* name) {
      if (!dice_.chance(chance)) return false;
      note(std::string("queue/") + name);
      return true;
    };
    if (rule(0.2, "delay")) queue.delay = exponential(dice_.one_of({1e6, 200e6}));
    if (rule(0.2, "retention")) {
      queue.retention = Duration{dice_.one_of<Time>({kSecond / 20, kSecond})};
    }
    if (rule(0.2, "pauses")) {
      queue.redelivery = RedeliveryParameters{Duration{kSecond / 100},
                                              Factor{2},
                                              Duration{kSecond / 200},
                                              Duration{kSecond / 10},
                                              {GivenBack::failed}};
      if (queue.visibility && rule(0.5, "pauses after silence")) {
        queue.redelivery->when = {GivenBack::silent};
      }
    }
    if (rule(0.2, "in flight limited")) {
      queue.max_in_flight = Limit{static_cast<Count>(1 + dice_.below(5))};
    }
    if (queue.visibility && rule(0.3, "late acknowledgements")) queue.late_ack = LateAck::counts;
    if (queue.visibility && rule(0.3, "heartbeats")) {
      takes.heartbeat = Duration{std::max<Time>(1, queue.visibility->ns / 2)};
    }
    if (queue.dead_letter && rule(0.3, "expired dead letters")) {
      queue.dead_letter->expired = true;
      queue.dead_letter->age = LetterAge::kept;
    }
    // Who takes from the last queue sends nowhere: nobody can wait for himself.
    if (last && queue.capacity.count && rule(0.5, "blocking")) queue.overflow = Overflow::block;
    if (rule(0.2, "bytes")) {
      queue.capacity_bytes = Size{dice_.one_of<std::int64_t>({3000, 50'000})};
      queue.max_message_size = Size{10'000};
    }
    std::swap(dice_, dice_of_rules_);
  }

  /// What a send says for a queue with groups, deduplication or priorities, should it become one.
  void draw_group(SendParameters& send) {
    if (dice_of_groups_.chance(0.8)) send.group = dice_of_groups_.one_of({"key", "key", "a", "b"});
    if (dice_of_groups_.chance(0.5)) send.dedup_id = SameBy::key;
    if (dice_of_priorities_.chance(0.5)) {
      send.priority = dice_of_priorities_.one_of<Count>({0, 1, 7, 255});
    }
  }

  /// Gives some queues message groups, and lets some know what they have taken in: not those where
  /// something is asked, for what is asked again is never answered then.
  void draw_groups() {
    std::set<std::string> asked;
    for (const HandlerOf& handler : handlers_of(drawn_.scenario)) {
      for_each_step(*handler.program, "", [&](const StepDeclaration& step, double, const auto&) {
        if (const auto* request = std::get_if<RequestParameters>(&step.parameters)) {
          asked.insert(request->channel.name);
        } else if (const auto* submit = std::get_if<SubmitParameters>(&step.parameters)) {
          asked.insert(submit->to.name);
        }
      });
    }
    for (auto& queue : drawn_.scenario.queues) {
      if (queue.parameters.broker) continue;  // nobody says what a failing one keeps of these
      if (dice_of_groups_.chance(0.2)) {
        note("queue/groups");
        queue.parameters.groups = true;
      }
      if (!dice_of_groups_.chance(0.3) || asked.contains(queue.name) ||
          queue.parameters.overflow == Overflow::block) {
        continue;
      }
      note("queue/dedup");
      queue.parameters.dedup = Duration{dice_of_groups_.one_of<Time>({kSecond / 20, kSecond})};
    }
  }

  /// Lets some requests have their replies by a queue that has a name, which may be struck, or lose
  /// what it is to hand over: who asks goes on when his time is up.
  void draw_reply_queue() {
    Dice& dice = dice_of_replies_;
    Scenario& scenario = drawn_.scenario;
    bool any = false;
    for (auto& each : scenario.producers) any |= ask_by_reply_queue(each.parameters.does);
    for (auto& each : scenario.services) any |= ask_by_reply_queue(each.parameters.does);
    for (auto& each : scenario.consumers) any |= ask_by_reply_queue(each.parameters.does);
    if (!any) return;
    note("queue/replies");
    Component<QueueParameters> queue;
    queue.name = "answers";
    QueueParameters& says = queue.parameters;
    if (!scenario.brokers.empty() && dice.chance(0.5)) {
      says.broker = Reference{scenario.brokers.front().name, {}};
      if (scenario.brokers.front().parameters.nodes > 1 && dice.chance(0.5)) says.replication = 3;
      note("queue/replies on a broker");
    }
    if (dice.chance(0.3)) says.delay = exponential(20e6);
    if (dice.chance(0.3)) says.visibility = Duration{dice.one_of<Time>({kSecond / 50, kSecond})};
    if (dice.chance(0.4)) {
      says.capacity.count = dice.one_of<Count>({1, 20});
      says.overflow = dice.one_of({Overflow::reject, Overflow::drop_head, Overflow::block});
    }
    scenario.queues.push_back(std::move(queue));
    std::swap(dice_, dice);
    if (dice_.chance(0.6)) draw_fault("reply-fault", "answers", 1, "fault/replies/");
    std::swap(dice_, dice);
  }

  /// Lets some readers of a log handle several records together, but for those whose polls are to
  /// end in time.
  void draw_batches_of_logs() {
    Dice& dice = dice_of_log_batches_;
    for (auto& consumer : drawn_.scenario.consumers) {
      ConsumerParameters& says = consumer.parameters;
      if (says.from.name != "records" || says.commit == Commit::before || says.max_poll_interval) {
        continue;
      }
      if (!dice.chance(0.3)) continue;
      BatchParameters batch;
      batch.size = dice.one_of<Count>({2, 10, 100});
      if (dice.chance(0.5)) batch.window = Duration{dice.one_of<Time>({kSecond / 100, kSecond})};
      batch.partial_failures = dice.chance(0.5);
      if (says.prefetch) says.prefetch = batch.size * dice.one_of<Count>({1, 3});
      if (dice.chance(0.5)) {
        says.per_batch.emplace();
        WorkParameters work;
        work.time = exponential(1e6);
        add(*says.per_batch, std::move(work));
      }
      note(batch.partial_failures ? "log/batches with partial failures" : "log/batches");
      says.batch = batch;
    }
  }

  /// Lets some records gather before they are sent.
  void draw_lingering() {
    Dice& dice = dice_of_lingering_;
    for (auto& producer : drawn_.scenario.producers) {
      for (StepDeclaration& step : producer.parameters.does.steps) {
        auto* send = std::get_if<SendParameters>(&step.parameters);
        if (send == nullptr || send->channel.name != "records" || !dice.chance(0.5)) continue;
        send->linger = Duration{dice.one_of<Time>({kSecond / 1000, kSecond / 10, kSecond})};
        note(send->confirm ? "log/linger" : "log/linger, no confirm");
        if (dice.chance(0.5)) {
          send->batch.emplace();
          send->batch->size = dice.one_of<Count>({1, 3, 100});
          if (dice.chance(0.3)) send->batch->bytes = Size{dice.one_of<std::int64_t>({1, 4096})};
          note("log/linger/batch");
        }
        if (!send->confirm || !dice.chance(0.5)) continue;
        send->timeout = exponential(1e7);
        if (dice.chance(0.5)) {
          send->retry.emplace();
          send->retry->attempts = 3;
        }
        note("log/linger/timeout");
      }
    }
  }

  bool ask_by_reply_queue(Program& program) {
    bool any = false;
    for (StepDeclaration& step : program.steps) {
      std::visit(
          [&]<class P>(P& says) {
            if constexpr (std::is_same_v<P, RequestParameters>) {
              if (dice_of_replies_.chance(0.5)) {
                says.reply_to.name = "answers";
                any = true;
              }
            }
            if constexpr (std::is_same_v<P, ChooseParameters>) {
              for (auto& way : says.ways) any |= ask_by_reply_queue(way.program);
            } else if constexpr (std::is_same_v<P, ParallelParameters>) {
              for (Program& branch : says.branches) any |= ask_by_reply_queue(branch);
            } else if constexpr (std::is_same_v<P, RepeatParameters>) {
              any |= ask_by_reply_queue(says.repeated.steps);
            } else if constexpr (std::is_same_v<P, SagaParameters>) {
              for (SagaStage& stage : says.stages) any |= ask_by_reply_queue(stage.steps);
            } else if constexpr (requires { says.fallback; }) {
              if (says.fallback) any |= ask_by_reply_queue(*says.fallback);
            }
          },
          step.parameters);
    }
    return any;
  }

  /// Lets some queues without groups deliver what is urgent first.
  void draw_priorities() {
    for (auto& queue : drawn_.scenario.queues) {
      if (queue.parameters.groups || !dice_of_priorities_.chance(0.25)) continue;
      note(queue.parameters.broker ? "queue/priorities on a broker" : "queue/priorities");
      queue.parameters.priority =
          QueuePriorityParameters{dice_of_priorities_.one_of<Count>({2, 10, 256}),
                                  dice_of_priorities_.one_of<Count>({0, 1})};
    }
  }

  /// Lets some consumers take several messages at a time: where a visibility may be over before all
  /// of them are handled, only those whose messages are dead letters some time.
  void draw_batches() {
    Dice& dice = dice_of_batches_;
    for (auto& consumer : drawn_.scenario.consumers) {
      ConsumerParameters& says = consumer.parameters;
      const auto queue = std::ranges::find(drawn_.scenario.queues, says.from.name,
                                           &Component<QueueParameters>::name);
      if (queue == drawn_.scenario.queues.end() || says.ack == Ack::before || !dice.chance(0.3)) {
        continue;
      }
      const QueueParameters& from = queue->parameters;
      if (from.visibility && !from.dead_letter) continue;
      const bool groups = queue->parameters.groups;
      note(groups ? "consumer/batch of groups" : "consumer/batch");
      BatchParameters batch;
      batch.size = dice.one_of<Count>({2, 3, 10});
      if (!from.visibility && dice.chance(0.5) && !groups) {
        note("consumer/batch window");
        batch.window = Duration{dice.one_of<Time>({kMillisecond, 50 * kMillisecond})};
      }
      batch.partial_failures = dice.chance(0.5) && !groups;
      note(batch.partial_failures ? "consumer/batch partial" : "consumer/batch whole");
      says.batch = batch;
      if (says.scale) note("consumer/batch scaled");
      if (says.prefetch) says.prefetch = *says.prefetch * batch.size;
      if (!dice.chance(0.5)) continue;
      note("consumer/per batch");
      WorkParameters work;
      work.time = exponential(1e6);
      FailParameters fail;
      fail.share.share.value = 0.05;
      says.per_batch = Program{};
      add(*says.per_batch, std::move(work));
      add(*says.per_batch, std::move(fail));
    }
  }

  /// Lets the consumers of some queues ask. Where something is left over a run would go on with
  /// that to its end; and what comes after the last fixed instant is left over.
  void draw_polls() {
    Dice& dice = dice_of_polls_;
    if (!drawn_.parked.empty() && !drawn_.cut_short) return;
    for (auto& queue : drawn_.scenario.queues) {
      if (!dice.chance(0.3)) continue;
      QueuePollParameters& poll = queue.parameters.poll.emplace();
      if (drawn_.cut_short && dice.chance(0.3)) {
        note("queue/poll at instants");
        poll.at.emplace();
        for (Time at = kSecond / 2; at <= kDuration; at += kSecond / 2) {
          poll.at->all.push_back(Duration{at});
        }
        if (!dice.chance(0.5)) continue;
        poll.sizes.emplace().all.assign(poll.at->all.size(), dice.one_of<Count>({1, 20, 500}));
      } else if (dice.chance(0.5)) {
        note("queue/long polls");
        poll.wait = Duration{dice.one_of<Time>({kSecond / 50, 2 * kSecond})};
        if (dice.chance(0.3)) poll.pause = exponential(5e6);
      } else {
        note("queue/short polls");
        poll.pause = dice.chance(0.5) ? fixed(10e6) : exponential(10e6);
      }
    }
  }

  /// Lets operators purge a queue, and move dead letters to one that is of their type.
  void draw_upkeep() {
    std::swap(dice_, dice_of_upkeep_);
    const auto& queues = drawn_.scenario.queues;
    if (dice_.chance(0.2)) {
      Component<FaultParameters> fault;
      fault.name = "purge";
      fault.parameters.purge = Reference{queues[dice_.below(queues.size())].name, {}};
      draw_times(fault.parameters, "fault/purge");
      fault.parameters.lasts = fixed(0);
      drawn_.scenario.faults.push_back(std::move(fault));
    }
    const auto dead = std::ranges::find(queues, "dlq", &Component<QueueParameters>::name);
    const auto& to = queues[dice_.below(queues.size())];
    const bool fits = dead != queues.end() && to.name != "dlq" && to.name != "archive" &&
                      to.parameters.groups == dead->parameters.groups;
    if (fits && dice_.chance(0.5)) {
      Component<FaultParameters> fault;
      fault.name = "redrive";
      fault.parameters.redrive = Reference{"dlq", {}};
      fault.parameters.to.emplace().queue = Reference{to.name, {}};
      if (dice_.chance(0.5)) {
        fault.parameters.rate = Rate{dice_.one_of({10.0, 1000.0})};
        note("fault/redrive/rate");
      }
      draw_times(fault.parameters, "fault/redrive");
      fault.parameters.lasts = fixed(0);
      drawn_.scenario.faults.push_back(std::move(fault));
    }
    std::swap(dice_, dice_of_upkeep_);
  }

  /// Puts components into two zones, and lets one of them be lost.
  void draw_zones() {
    if (!dice_of_zones_.chance(0.3)) return;
    const auto place = [&](auto& component) {
      if (dice_of_zones_.chance(0.3)) return false;
      const std::string zone = dice_of_zones_.one_of({"eu", "us"});
      component.parameters.zone = ZoneName{zone, {}};
      note("zones/" + zone);
      return zone == "eu";
    };
    std::vector<std::string> lost;
    for (auto& producer : drawn_.scenario.producers) place(producer);
    for (auto& service : drawn_.scenario.services) {
      if (place(service)) lost.push_back(service.name);
    }
    for (auto& consumer : drawn_.scenario.consumers) {
      if (place(consumer)) lost.push_back(consumer.name);
    }
    for (auto& queue : drawn_.scenario.queues) {
      if (!queue.parameters.broker && !queue.parameters.delivery) place(queue);
    }
    const bool drawn = dice_of_zones_.chance(0.5);
    drawn_.scenario.zones.between.pairs.emplace_back(EdgeName{"eu -> us", {}},
                                                     drawn ? exponential(3e6) : fixed(2e6));
    note(drawn ? "zones/drawn distance" : "zones/fixed distance");
    if (lost.empty() || dice_of_zones_.chance(0.5)) return;
    note("fault/zone");
    Component<FaultParameters> fault;
    fault.name = "zone-lost";
    fault.parameters.zone = ZoneName{"eu", {}};
    fault.parameters.at = Duration{static_cast<Time>(dice_of_zones_.between(1e9, 40e9))};
    fault.parameters.lasts = fixed(dice_of_zones_.between(1e6, 2e9));
    drawn_.scenario.faults.push_back(std::move(fault));
    drawn_.interrupted.insert(lost.begin(), lost.end());
    drawn_.crashing.insert(lost.begin(), lost.end());
  }

  /// Cores that the work of a service or consumer shares.
  void draw_cores() {
    const auto draw = [&](auto& component, const std::string& kind) {
      auto& says = component.parameters;
      if (!dice_of_cores_.chance(0.2) || says.scale) return;
      for (StepDeclaration& step : says.does.steps) {
        auto* work = std::get_if<WorkParameters>(&step.parameters);
        if (work == nullptr) continue;
        work->cpu = true;
        says.cores = 1 + static_cast<Count>(dice_of_cores_.below(2));
        drawn_.interrupted.insert(component.name);
        note("cores/" + kind);
      }
    };
    for (auto& service : drawn_.scenario.services) {
      if (service.parameters.discipline != Discipline::processor_sharing) draw(service, "service");
    }
    for (auto& consumer : drawn_.scenario.consumers) draw(consumer, "consumer");
  }

  /// Lines at each instance, ejection, and faults that strike some of the instances.
  void draw_balancing() {
    for (auto& service : drawn_.scenario.services) {
      ServiceParameters& says = service.parameters;
      if (!dice_of_balancing_.chance(0.4) || (says.rate_limit && says.rate_limit->queue)) continue;
      says.balancing =
          dice_of_balancing_.one_of({Balancing::round_robin, Balancing::random,
                                     Balancing::least_connections, Balancing::power_of_two});
      note("service/balancing " +
           std::string(Choices<Balancing>::names.at(static_cast<std::size_t>(*says.balancing))));
      drawn_.interrupted.insert(service.name);
      if (!dice_of_balancing_.chance(0.5)) continue;
      note("service/ejection");
      EjectionParameters& ejection = says.ejection.emplace();
      ejection.after = 1 + static_cast<Count>(dice_of_balancing_.below(5));
      ejection.lasts.ns = dice_of_balancing_.one_of({kSecond / 10, 5 * kSecond});
      ejection.at_most.value = dice_of_balancing_.one_of({0.1, 0.5, 1.0});
    }
    for (auto& fault : drawn_.scenario.faults) draw_struck_instances(fault.parameters);
  }

  void draw_struck_instances(FaultParameters& fault) {
    const auto is_at = [](const std::optional<Reference>& target, const std::string& name) {
      return target && target->name == name;
    };
    const auto draw = [&](const std::string& kind, Count instances) {
      if (instances < 2 || !dice_of_balancing_.chance(0.5)) return;
      fault.instances =
          1 + static_cast<Count>(dice_of_balancing_.below(static_cast<std::size_t>(instances - 1)));
      note("fault/" + kind + "/instances");
    };
    for (const auto& service : drawn_.scenario.services) {
      const ServiceParameters& says = service.parameters;
      const bool apart = says.balancing.has_value();
      const bool one_line = !says.cores && says.discipline != Discipline::processor_sharing &&
                            fault.work != CrashedWork::resume;
      const bool crashes = is_at(fault.crash, service.name) && (apart || one_line);
      const bool ails =
          apart && (is_at(fault.outage, service.name) || is_at(fault.hang, service.name) ||
                    is_at(fault.slow, service.name) || is_at(fault.errors, service.name) ||
                    is_at(fault.capacity, service.name) || is_at(fault.pause, service.name));
      if (crashes || ails) draw(apart ? "balanced" : "service", most_instances(says));
      if (crashes) drawn_.interrupted.insert(service.name);
    }
    for (const auto& consumer : drawn_.scenario.consumers) {
      const ConsumerParameters& says = consumer.parameters;
      if (says.from.name.empty() || says.batch || says.cores) continue;
      if (is_at(fault.crash, consumer.name) || is_at(fault.outage, consumer.name)) {
        draw(says.from.name == "records" ? "reader" : "consumer", most_instances(says));
      }
    }
  }

  /// What queues and logs take in a second. No alarms of brokers: who takes from one of its queues
  /// and sends to another would wait for himself. An outbox offers an event until it is taken: it
  /// sends where each can be, and soon.
  void draw_throughputs() {
    const auto says = [&](const std::string& name, double rate) {
      const bool of_outbox = name == kEvents;
      ThroughputParameters throughput;
      throughput.messages = Rate{of_outbox ? 50 : std::max(1.0, rate)};
      if (dice_of_limits_.chance(0.3) && !of_outbox) throughput.bytes = Size{20'000};
      return throughput;
    };
    for (auto& queue : drawn_.scenario.queues) {
      if (!dice_of_limits_.chance(0.1)) continue;
      queue.parameters.throughput = says(queue.name, dice_of_limits_.one_of({5.0, 50.0}));
      note("queue/throughput");
    }
    for (auto& log : drawn_.scenario.logs) {
      if (!dice_of_limits_.chance(0.2)) continue;
      log.parameters.throughput = says(log.name, dice_of_limits_.one_of({2.0, 50.0}));
      note("log/throughput");
    }
  }

  /// Limits that services share, or one of a consumer's own. Not of both: a service may wait, with
  /// its permit, for room in a queue whose consumer waits for a permit.
  void draw_limits() {
    Scenario& scenario = drawn_.scenario;
    Component<LimitParameters> limit;
    limit.parameters.concurrency = 1 + static_cast<Count>(dice_of_limits_.below(4));
    if (dice_of_limits_.chance(0.2)) {
      limit.name = "account";
      for (const auto& service : scenario.services) {
        if (!dice_of_limits_.chance(0.7) || service.parameters.balancing) continue;
        limit.parameters.of.all.push_back({service.name, {}});
        drawn_.interrupted.insert(service.name);
      }
      note("limits/services");
    } else if (dice_of_limits_.chance(0.2) && !scenario.consumers.empty()) {
      limit.name = "reserved";
      const Component<ConsumerParameters>& consumer =
          scenario.consumers[dice_of_limits_.below(scenario.consumers.size())];
      // What waits for longer than it is hidden comes again and again, but for dead letters.
      const auto queue = std::ranges::find(scenario.queues, consumer.parameters.from.name,
                                           &Component<QueueParameters>::name);
      if (queue == scenario.queues.end()) return;
      if (queue->parameters.visibility && !queue->parameters.dead_letter) return;
      limit.parameters.of.all.push_back({consumer.name, {}});
      drawn_.interrupted.insert(consumer.name);
      note("limits/consumer");
    }
    if (!limit.parameters.of.all.empty()) scenario.limits.push_back(std::move(limit));
  }

  /// Pauses, crashes that leave work where it stood, restarts, and other numbers of instances.
  void draw_instance_faults() {
    std::swap(dice_, dice_of_instances_);
    for (auto& service : drawn_.scenario.services) {
      const bool shares = service.parameters.discipline == Discipline::processor_sharing;
      draw_instance_faults_of(service, "service", !shares, true);
    }
    for (auto& consumer : drawn_.scenario.consumers) {
      const ConsumerParameters& says = consumer.parameters;
      const bool reads = says.from.name == "records";
      draw_instance_faults_of(consumer, reads ? "reader" : "consumer", !says.from.name.empty(),
                              !reads);
    }
    std::swap(dice_, dice_of_instances_);
  }

  template <class P>
  void draw_instance_faults_of(Component<P>& component, const std::string& kind,
                               bool comes_and_goes, bool is_set) {
    Component<FaultParameters> fault;
    FaultParameters& says = fault.parameters;
    const Reference name{component.name, {}};
    const auto add = [&](const std::string& what) {
      fault.name = component.name + "-" + what;
      says.at = Duration{static_cast<Time>(dice_.between(1e9, 80e9))};
      note("fault/" + kind + "/" + what);
      drawn_.interrupted.insert(component.name);
      drawn_.scenario.faults.push_back(std::move(fault));
      fault = {};
    };
    if (dice_.chance(0.15)) {
      says.pause = name;
      says.lasts = fixed(dice_.between(1e6, 3e9));
      add("pause");
      if (dice_.chance(0.3)) {
        LoadCondition when;
        when.component = component.name;
        when.name = "in_service";
        when.above = dice_.chance(0.5);
        when.value = dice_.one_of({0.5, 2.5});
        FaultParameters& added = drawn_.scenario.faults.back().parameters;
        added.at.reset();
        added.when = when;
        note("fault/" + kind + "/set off by load");
      }
    }
    if (kind == "service" && dice_.chance(0.15)) {
      says.crash = name;
      says.work = CrashedWork::resume;
      says.lasts = fixed(dice_.between(1e6, 3e9));
      add("resume");
    }
    if (!comes_and_goes || component.parameters.scale || component.parameters.cores ||
        !dice_.chance(0.25))
      return;
    P& parameters = component.parameters;
    parameters.scale.emplace();
    parameters.scale->by = ScaleBy::schedule;
    parameters.scale->min = 0;  // while all are away
    parameters.scale->max = parameters.instances;
    if (is_set && dice_.chance(0.5)) {
      says.set.emplace().component = name;
      const Count to = dice_.one_of<Count>({1, 2, 5});
      says.to.emplace().instances = to;
      parameters.scale->max = std::max(parameters.scale->max, to);
      says.lasts = fixed(dice_.between(1e9, 30e9));
      add("set");
    }
    if (is_set && dice_.chance(0.3)) return;
    says.restart = name;
    says.rolling = dice_.chance(0.7);
    const double each = dice_.between(1e6, 4e9);
    if (says.rolling) says.each = Duration{static_cast<Time>(each)};
    const Count turns = says.rolling ? parameters.instances : 1;
    says.lasts = fixed(static_cast<double>(static_cast<Time>(each)) * static_cast<double>(turns));
    add(says.rolling ? "rolling restart" : "restart");
  }

  /// A cache that a producer's handler looks into first, and that may crash.
  void draw_cache() {
    std::swap(dice_, dice_of_caches_);
    if (dice_.chance(0.3)) {
      note("store/cache");
      Component<StoreParameters> cache;
      cache.name = "cache";
      cache.parameters.kind = StoreKind::cache;
      if (dice_.chance(0.5)) {
        note("store/cache/capacity");
        cache.parameters.capacity = Limit{5};
      }
      if (dice_.chance(0.5)) {
        note("store/cache/ttl");
        cache.parameters.ttl = exponential(0.5e9);
      }
      if (dice_.chance(0.5)) cache.parameters.read = exponential(1e6);
      drawn_.scenario.stores.push_back(cache);
      ReadParameters read;
      read.store.name = cache.name;
      WaitParameters fetch;
      fetch.time = exponential(5e6);
      read.miss.emplace().steps.push_back({fetch, {}});
      read.fallback.emplace();
      auto& producers = drawn_.scenario.producers;
      auto& steps = producers[dice_.below(producers.size())].parameters.does.steps;
      steps.insert(steps.begin(), {std::move(read), {}});
      if (dice_.chance(0.5)) {
        note("store/cache/crash");
        Component<FaultParameters> fault;
        fault.name = "cache-crash";
        fault.parameters.crash = Reference{cache.name, {}};
        fault.parameters.every = exponential(10e9);
        fault.parameters.lasts = exponential(0.1e9);
        drawn_.scenario.faults.push_back(std::move(fault));
      }
    }
    std::swap(dice_, dice_of_caches_);
  }

  void draw_dead_letter_queue() {
    Component<QueueParameters> queue;
    queue.name = "dlq";
    if (dice_.chance(0.5)) {
      note("queue/parked");
      drawn_.parked.insert(queue.name);
    } else {
      note("queue/dead letters handled");
      Component<ConsumerParameters> consumer;
      consumer.name = "undertaker";
      consumer.parameters.from.name = queue.name;
      WorkParameters work;
      work.time = exponential(1e6);
      add(consumer.parameters.does, std::move(work));
      if (dice_.chance(0.5)) {
        SendParameters send;
        send.channel.name = "archive";
        send.confirm = dice_.chance(0.5);
        add(consumer.parameters.does, std::move(send));
        note("queue/dead letters sent on");
        draw_archive();
      }
      drawn_.scenario.consumers.push_back(std::move(consumer));
    }
    drawn_.scenario.queues.push_back(std::move(queue));
  }

  /// A topic that producers, services and consumers publish to, by dice of its own. Who takes from
  /// it publishes nothing, so that nothing goes round.
  ///
  ///   publish ──► t0 ──► tq ──► tc
  ///                ├───► q(last), its consumer
  ///                └───► pushed
  void draw_topic(std::uint64_t seed) {
    Dice own(seed);
    std::swap(dice_, own);
    if (dice_.chance(0.5)) {
      note("topic");
      bool first = true;
      for (auto& producer : drawn_.scenario.producers) {
        // What filters name must be somebody's.
        if (first || dice_.chance(0.8)) draw_types(producer.parameters);
        first = false;
      }
      Component<TopicParameters> topic;
      topic.name = "t0";
      if (dice_.chance(0.5)) {
        topic.parameters.delivery = distribution(3e6, "topic/delivery");
        if (!topic.parameters.delivery->column.empty()) topic.parameters.delivery = fixed(3e6);
      }
      if (dice_.chance(0.5)) {
        topic.parameters.confirm = exponential(2e6);
        note("topic/confirm");
      }
      auto& subscriptions = topic.parameters.subscriptions;
      subscriptions.push_back({"stored", {}, subscription("tq")});
      draw_queue_of_topic();
      if (dice_.chance(0.7)) {
        subscriptions.push_back({"pushed", {}, subscription("pushed")});
        draw_pushed();
      }
      if (dice_.chance(0.5)) {
        subscriptions.push_back({"called", {}, subscription("called")});
        draw_called(subscriptions.back().subscription);
      }
      if (dice_.chance(0.3)) {
        subscriptions.push_back({"shared", {}, subscription(queue_name(tail()))});
        note("topic/shared queue");
      }
      drawn_.scenario.topics.push_back(std::move(topic));
      if (dice_.chance(0.5)) gather();
      for (auto& producer : drawn_.scenario.producers) publish(producer, "producer", 0.7);
      for (auto& service : drawn_.scenario.services) {
        if (service.name != "called") publish(service, "service", 0.3);
      }
      for (auto& consumer : drawn_.scenario.consumers) {
        // Only consumers that nothing from the topic comes to.
        if (consumer.name.size() == 2 && consumer.name < "c" + std::to_string(tail()) &&
            consumer.name[0] == 'c') {
          publish(consumer, "consumer", 0.2);
        }
      }
    }
    std::swap(dice_, own);
  }

  void draw_types(ProducerParameters& parameters) {
    if (!parameters.message) parameters.message.emplace();
    TypeShares& type = parameters.message->type.emplace();
    type.shares = {{"placed", Share{0.7}}, {"cancelled", Share{0.3}}};
  }

  SubscriptionParameters subscription(const std::string& to) {
    SubscriptionParameters says;
    says.to.name = to;
    if (dice_.chance(0.4)) {
      says.filter.emplace().type.emplace().names = {{"placed", {}}};
      if (dice_.chance(0.3)) says.filter->type->names.push_back({"cancelled", {}});
      note("topic/filter");
    }
    if (dice_.chance(0.4)) {
      says.dead_letter = Reference{"dlq", {}};
      note("topic/dead letter");
    }
    if (dice_.chance(0.2)) {
      if (!says.filter) says.filter.emplace();
      says.filter->key.emplace().ranges = {{0, 3}, {2, 5}};
      note("topic/filter by key");
    }
    if (dice_.chance(0.5)) says.retry = retry_of_topic();
    return says;
  }

  SubscriptionRetryParameters retry_of_topic() {
    SubscriptionRetryParameters retry;
    if (dice_.chance(0.3)) {
      retry.schedule.emplace().all = {Duration{2'000'000}, Duration{9'000'000}};
      retry.attempts = dice_.one_of<Count>({2, 6});
      note("topic/retry by a schedule");
    } else {
      retry.immediate = dice_.one_of<Count>({0, 2});
      if (dice_.chance(0.5)) retry.pre_backoff.emplace() = {1, Duration{3'000'000}};
      retry.backoff.emplace() = {
          3, Duration{1'000'000}, Duration{20'000'000},
          dice_.one_of<Growth>({Growth::linear, Growth::geometric, Growth::exponential})};
      note("topic/retry in phases");
    }
    retry.jitter =
        dice_.one_of<Jitter>({Jitter::none, Jitter::full, Jitter::equal, Jitter::exponential});
    if (dice_.chance(0.3)) retry.within = Duration{15'000'000};
    return retry;
  }

  void draw_called(SubscriptionParameters& subscription) {
    if (dice_.chance(0.6)) subscription.timeout = Duration{6'000'000};
    note(subscription.timeout ? "topic/call with timeout" : "topic/call without timeout");
    Component<ServiceParameters> service;
    service.name = "called";
    service.parameters.concurrency = dice_.one_of<Count>({1, 3});
    if (dice_.chance(0.5)) service.parameters.accept_queue = Limit{1};
    WorkParameters work;
    work.time = exponential(4e6);
    add(service.parameters.does, std::move(work));
    FailParameters fail;
    fail.share.share.value = 0.2;
    if (dice_.chance(0.5)) add(service.parameters.does, std::move(fail));
    drawn_.scenario.services.push_back(std::move(service));
  }

  void draw_queue_of_topic() {
    Component<QueueParameters> queue;
    queue.name = "tq";
    if (dice_.chance(0.5)) {
      queue.parameters.capacity = Limit{2};
      note("topic/full queue");
    }
    if (dice_.chance(0.5)) queue.parameters.confirm = exponential(2e6);
    Component<ConsumerParameters> consumer;
    consumer.name = "tc";
    consumer.parameters.from.name = queue.name;
    WorkParameters work;
    work.time = exponential(2e6);
    add(consumer.parameters.does, std::move(work));
    drawn_.scenario.queues.push_back(std::move(queue));
    drawn_.scenario.consumers.push_back(std::move(consumer));
  }

  void draw_pushed() {
    Component<ConsumerParameters> consumer;
    consumer.name = "pushed";
    ConsumerParameters& takes = consumer.parameters;
    takes.instances = dice_.one_of<Count>({1, 3});
    takes.concurrency = dice_.one_of<Count>({1, 4});
    if (dice_.chance(0.6)) takes.prefetch = dice_.one_of<Count>({1, 5});
    note(takes.prefetch ? "topic/push up to a prefetch" : "topic/push without limit");
    takes.ack = dice_.chance(0.6) ? Ack::after : Ack::before;
    note(takes.ack == Ack::after ? "topic/push ack after" : "topic/push ack before");
    WorkParameters work;
    work.time = exponential(3e6);
    add(takes.does, std::move(work));
    FailParameters fail;
    fail.share.share.value = 0.1;
    if (dice_.chance(0.5)) add(takes.does, std::move(fail));
    drawn_.scenario.consumers.push_back(std::move(consumer));
  }

  template <class P>
  void publish(Component<P>& component, const std::string& kind, double probability) {
    Program& does = component.parameters.does;
    // A handler that is one call stays one.
    const bool one_call = does.steps.size() == 1 &&
                          std::holds_alternative<CallParameters>(does.steps.front().parameters);
    if (one_call || !dice_.chance(probability)) return;
    PublishParameters publish;
    publish.channel.name = "t0";
    publish.confirm = dice_.chance(0.6);
    note(kind + "/publish/" + (publish.confirm ? "confirm" : "no confirm"));
    publish.network = edge_network(component.name, "t0", kind + "/publish");
    add(does, std::move(publish));
  }

  /// A producer gathers the replies of one or two of those who take from the topic.
  void gather() {
    Program& does = drawn_.scenario.producers[dice_.below(producers_)].parameters.does;
    if (does.steps.size() == 1 &&
        std::holds_alternative<CallParameters>(does.steps.front().parameters)) {
      return;
    }
    Count replying = 0;
    for (auto& consumer : drawn_.scenario.consumers) {
      const bool is_asked = consumer.name == "tc" || consumer.name == "pushed";
      if (!is_asked || (replying != 0 && dice_.chance(0.3))) continue;
      add(consumer.parameters.does, ReplyParameters{});
      ++replying;
    }
    GatherParameters gather;
    gather.channel.name = "t0";
    if (dice_.chance(0.5)) {
      gather.first = 1 + static_cast<Count>(dice_.below(static_cast<std::size_t>(replying)));
      gather.timeout = timeout();
      note("producer/gather/first");
    } else {
      gather.until = Duration{static_cast<Time>(dice_.between(1e6, 100e6))};
      note("producer/gather/until");
    }
    if (dice_.chance(0.5)) gather.retry = once_more();
    if (dice_.chance(0.5)) gather.fallback.emplace();
    add(does, std::move(gather));
  }

  /// By dice of its own: consumers that remember what they have handled; and an outbox whose events
  /// somebody takes who writes nothing, so that nothing goes round, with a fault of its store.
  void draw_outbox(std::uint64_t seed) {
    Dice own(seed);
    std::swap(dice_, own);
    for (auto& consumer : drawn_.scenario.consumers) {
      if (!dice_.chance(0.25)) continue;
      note("consumer/idempotent");
      IdempotentParameters& idempotent = consumer.parameters.idempotent.emplace();
      if (dice_.chance(0.5)) continue;
      note("consumer/idempotent for a time");
      idempotent.remembers = Duration{dice_.one_of<Time>({kSecond / 20, kSecond})};
    }
    if (dice_.chance(0.5)) {
      StoreParameters& store = drawn_.scenario.stores.front().parameters;
      OutboxParameters& outbox = store.outbox.emplace();
      outbox.to.name = kEvents;
      outbox.poll = Duration{dice_.one_of<Time>({kMillisecond, 50 * kMillisecond, kSecond})};
      outbox.batch = dice_.one_of<Count>({1, 20, 1000});
      note("store/outbox");
      if (dice_.chance(0.5)) {
        outbox.timeout = fixed(300e6);  // longer than the way there and back, or it never ends
        note("store/outbox timeout");
      }
      Component<QueueParameters> queue;
      queue.name = outbox.to.name;
      if (dice_.chance(0.7)) queue.parameters.confirm = exponential(dice_.one_of({2e6, 40e6}));
      if (dice_.chance(0.3)) queue.parameters.capacity = Limit{50};
      Component<ConsumerParameters> consumer;
      consumer.name = "listener";
      consumer.parameters.from.name = queue.name;
      consumer.parameters.concurrency = 100;
      if (dice_.chance(0.7)) consumer.parameters.idempotent.emplace();
      WorkParameters work;
      work.time = exponential(1e6);
      add(consumer.parameters.does, std::move(work));
      drawn_.scenario.queues.push_back(std::move(queue));
      drawn_.scenario.consumers.push_back(std::move(consumer));
      if (dice_.chance(0.7)) {
        Component<FaultParameters> fault;
        fault.name = "store-fault";
        const bool hangs = dice_.chance(0.3);
        (hangs ? fault.parameters.hang : fault.parameters.outage) = Reference{"db", {}};
        draw_times(fault.parameters, hangs ? "fault/store/hang" : "fault/store/outage");
        drawn_.scenario.faults.push_back(std::move(fault));
      }
    }
    std::swap(dice_, own);
  }

  void draw_archive() {
    Component<QueueParameters> queue;
    queue.name = "archive";
    Component<ConsumerParameters> consumer;
    consumer.name = "archivist";
    consumer.parameters.from.name = queue.name;
    WorkParameters work;
    work.time = exponential(1e6);
    add(consumer.parameters.does, std::move(work));
    drawn_.scenario.queues.push_back(std::move(queue));
    drawn_.scenario.consumers.push_back(std::move(consumer));
  }

  // A log and its readers, by dice of their own: everything else is drawn as without them.

  void draw_log() {
    std::swap(dice_, dice_of_logs_);
    if (dice_.chance(0.6)) {
      Component<LogParameters> log;
      log.name = "records";
      log.parameters.partitions = dice_.one_of<Count>({1, 2, 5, 12});
      note(log.parameters.partitions == 1 ? "log/one partition" : "log/many partitions");
      if (dice_.chance(0.3)) {
        log.parameters.confirm = distribution(2e6, "log/confirm");
        note("log/confirm");
      }
      draw_retention(log.parameters);
      drawn_.scenario.logs.push_back(std::move(log));
      SendParameters send;
      send.channel.name = "records";
      send.confirm = dice_.chance(0.6);
      note(send.confirm ? "log/send/confirm" : "log/send/no confirm");
      const std::size_t sender = dice_.below(producers_);
      add(drawn_.scenario.producers[sender].parameters.does, std::move(send));
      const std::size_t groups = dice_.below(3);
      note("log/groups " + std::to_string(groups));
      for (std::size_t i = 0; i < groups; ++i) draw_reader("reader" + std::to_string(i));
      draw_resets();
      if (dice_.chance(0.4)) draw_fault("log-fault", "records", 1, "fault/log/");
      for (std::size_t i = 0; i < groups; ++i) {
        if (!dice_.chance(0.5)) continue;
        const std::string name = "reader" + std::to_string(i);
        draw_fault(name + "-fault", name, 2, "fault/reader/");
      }
    }
    std::swap(dice_, dice_of_logs_);
  }

  // What a log deletes, and what its broker does to it, by dice of their own.

  void draw_retention(LogParameters& log) {
    if (!dice_of_keeping_.chance(0.5)) return;
    if (dice_of_keeping_.chance(0.6)) {
      log.retention = Duration{dice_of_keeping_.one_of<Time>({kSecond / 100, kSecond})};
      note("log/retention");
    }
    if (dice_of_keeping_.chance(0.6)) {
      log.retention_bytes = Size{dice_of_keeping_.one_of<std::int64_t>({1, 4096, 65536})};
      note("log/retention bytes");
    }
  }

  void put_logs_on(Count nodes) {
    for (auto& log : drawn_.scenario.logs) {
      if (!dice_of_keeping_.chance(0.7)) continue;
      log.parameters.broker = Reference{"broker", {}};
      note("log/on a broker");
      const bool replicated = nodes > 1 && dice_of_keeping_.chance(0.8);
      if (replicated) {
        log.parameters.replication = 3;
        log.parameters.min_in_sync = dice_of_keeping_.one_of<Count>({1, 2, 3});
        log.parameters.unclean_election = dice_of_keeping_.chance(0.5);
        note(log.parameters.unclean_election ? "log/unclean" : "log/clean");
      }
      for (auto& producer : drawn_.scenario.producers) {
        for (StepDeclaration& step : producer.parameters.does.steps) {
          auto* send = std::get_if<SendParameters>(&step.parameters);
          if (send == nullptr || send->channel.name != log.name || !send->confirm) continue;
          if (!dice_of_keeping_.chance(0.5)) continue;
          send->confirm_when = ConfirmWhen::accepted;
          note("log/confirm accepted");
        }
      }
    }
  }

  void draw_resets() {
    for (auto& consumer : drawn_.scenario.consumers) {
      if (consumer.parameters.from.name != "records") continue;
      // A twin says what its group says.
      if (consumer.name.ends_with("-twin")) continue;
      if (!dice_of_keeping_.chance(0.5)) continue;
      const Reset reset = dice_of_keeping_.one_of({Reset::earliest, Reset::latest});
      note(reset == Reset::earliest ? "log/reset to the earliest" : "log/reset to the latest");
      consumer.parameters.reset = reset;
      for (auto& twin : drawn_.scenario.consumers) {
        if (twin.name == consumer.name + "-twin") twin.parameters.reset = reset;
      }
    }
  }

  void draw_reader(const std::string& name) {
    Component<ConsumerParameters> reader;
    reader.name = name;
    ConsumerParameters& says = reader.parameters;
    says.from.name = "records";
    says.instances = dice_.one_of<Count>({1, 2, 4});
    says.concurrency = dice_.one_of<Count>({1, 1, 3});
    if (dice_.chance(0.5)) says.prefetch = dice_.one_of<Count>({2, 20, 500});
    // What a group does together its first consumer says.
    if (dice_.chance(0.3)) {
      says.group = name + "s";
      Component<ConsumerParameters> twin = reader;
      twin.name = name + "-twin";
      WorkParameters work;
      work.time = exponential(2e6);
      add(twin.parameters.does, std::move(work));
      drawn_.scenario.consumers.push_back(std::move(twin));
      draw_fault(name + "-twin-fault", name + "-twin", 2, "fault/reader/");
      note("log/reader/twin");
    }
    WorkParameters work;
    const double takes = dice_.one_of({0.1e6, 2e6, 8e6});
    work.time = exponential(takes);
    add(says.does, std::move(work));
    if (dice_.chance(0.4)) {
      FailParameters fail;
      fail.share.share = Share{0.05};
      add(says.does, std::move(fail));
      note("log/reader/fail");
    }
    if (dice_.chance(0.5)) {
      says.assignor = dice_.one_of({Assignor::eager, Assignor::cooperative});
      note(says.assignor == Assignor::eager ? "log/reader/eager" : "log/reader/cooperative");
    }
    if (dice_.chance(0.5)) {
      says.heartbeat = Duration{3 * kSecond};
      note("log/reader/heartbeat");
    }
    if (dice_.chance(0.5)) {
      says.session_timeout = Duration{dice_.one_of<Time>({kSecond, 20 * kSecond})};
      note("log/reader/session");
    }
    if (dice_.chance(0.3)) {
      says.commit = Commit::before;
      note("log/reader/commit before");
      drawn_.scenario.consumers.push_back(std::move(reader));
      return;
    }
    if (dice_.chance(0.4)) {
      says.commit_every = Duration{dice_.one_of<Time>({kSecond / 10, 5 * kSecond})};
      note("log/reader/commit every");
    }
    if (dice_.chance(0.4)) {
      RecordRetryParameters& retry = says.retry.emplace();
      if (dice_.chance(0.5)) {
        retry.attempts = kUnlimited;
        note("log/reader/for ever");
      } else {
        retry.attempts = Limit{dice_.one_of<Count>({1, 3})};
        note("log/reader/attempts");
      }
      retry.pause = Duration{dice_.one_of<Time>({kMillisecond, 100 * kMillisecond})};
    }
    if (dice_.chance(0.4)) {
      // Polls must end in time until the next commit now and then, or the same records are read
      // for ever.
      const double pause = static_cast<double>(says.retry ? says.retry->pause.ns : 0);
      const double poll = static_cast<double>(says.prefetch.value_or(1)) * (takes + 0.06 * pause);
      says.max_poll_interval =
          Duration{std::llround(says.commit_every ? 10 * poll + 3 * pause : 1.2 * poll)};
      note("log/reader/poll interval");
    }
    drawn_.scenario.consumers.push_back(std::move(reader));
  }

  Dice dice_;
  Dice dice_of_messages_;
  Dice dice_of_rules_;
  std::uint64_t seed_of_topics_;
  std::uint64_t seed_of_network_faults_;
  std::uint64_t seed_of_outboxes_;
  std::uint64_t seed_of_brokers_;
  Dice dice_of_logs_;
  Dice dice_of_groups_;
  Dice dice_of_zones_;
  Dice dice_of_scaling_;
  Dice dice_of_protection_;
  Dice dice_of_batches_;
  Dice dice_of_polls_;
  Dice dice_of_instances_;
  Dice dice_of_caches_;
  Dice dice_of_cores_;
  Dice dice_of_upkeep_;
  Dice dice_of_priorities_;
  Dice dice_of_limits_;
  Dice dice_of_keeping_;
  Dice dice_of_balancing_;
  Dice dice_of_replies_;
  Dice dice_of_log_batches_;
  Dice dice_of_lingering_;
  RandomScenario drawn_;
  std::size_t queues_ = 0;
  std::size_t services_ = 0;
  std::size_t producers_ = 0;
  std::size_t trace_producer_ = kNone;
  std::vector<double> rates_of_queues_;
  std::vector<double> rates_of_services_;
  std::size_t guarded_ = 0;  ///< calls with a breaker or a pool so far
  std::set<std::string> edges_;
};

inline RandomScenario random_scenario(std::uint64_t seed) { return ScenarioDice(seed).draw(); }

/// The same components in another order.
inline Scenario shuffled(Scenario scenario, std::uint64_t seed) {
  Dice dice(seed);
  dice.shuffle(scenario.producers);
  dice.shuffle(scenario.services);
  dice.shuffle(scenario.queues);
  dice.shuffle(scenario.logs);
  dice.shuffle(scenario.brokers);
  dice.shuffle(scenario.limits);
  for (auto& limit : scenario.limits) dice.shuffle(limit.parameters.of.all);
  dice.shuffle(scenario.consumers);
  dice.shuffle(scenario.faults);
  dice.shuffle(scenario.stores);
  dice.shuffle(scenario.topics);
  for (auto& topic : scenario.topics) dice.shuffle(topic.parameters.subscriptions);
  return scenario;
}

/// Adds components that nobody else talks to; their names begin with `prefix`.
inline Scenario with_strangers(Scenario scenario, const std::string& prefix) {
  const auto program = [](std::initializer_list<StepDeclaration> steps) {
    return Program{std::vector<StepDeclaration>(steps)};
  };
  WorkParameters work;
  work.time.variate = Variate::exponential(30e6);
  CallParameters call;
  call.service.name = prefix + "-service";
  call.timeout.emplace().variate = Variate::constant(100e6);
  call.retry.emplace().attempts = 2;
  SendParameters send;
  send.channel.name = prefix + "-queue";
  PublishParameters publish;
  publish.channel.name = prefix + "-topic";

  Component<ProducerParameters> producer;
  producer.name = prefix + "-producer";
  producer.parameters.load.poisson = Rate{7};
  WriteParameters write;
  write.store.name = prefix + "-store";
  write.key = "strange";
  ReadParameters read;
  read.store.name = prefix + "-store";
  read.key = "strange";
  SendParameters append;
  append.channel.name = prefix + "-log";
  producer.parameters.does =
      program({{call, {}}, {send, {}}, {publish, {}}, {append, {}}, {write, {}}, {read, {}}});
  Component<LogParameters> log;
  log.name = prefix + "-log";
  log.parameters.partitions = 3;
  Component<ConsumerParameters> reader;
  reader.name = prefix + "-reader";
  reader.parameters.from.name = log.name;
  reader.parameters.instances = 2;
  reader.parameters.does = program({{work, {}}});
  scenario.logs.push_back(std::move(log));
  scenario.consumers.push_back(std::move(reader));
  Component<ServiceParameters> service;
  service.name = prefix + "-service";
  service.parameters.does = program({{work, {}}});
  Component<QueueParameters> queue;
  queue.name = prefix + "-queue";
  queue.parameters.visibility = Duration{200 * kMillisecond};
  Component<ConsumerParameters> consumer;
  consumer.name = prefix + "-consumer";
  consumer.parameters.from.name = queue.name;
  consumer.parameters.does = program({{work, {}}});
  consumer.parameters.scale.emplace();
  consumer.parameters.scale->target = ScaleTarget{3, {}, {}};
  consumer.parameters.scale->max = 4;
  Component<StoreParameters> store;
  store.name = prefix + "-store";
  store.parameters.kind = StoreKind::leader;
  store.parameters.lag = Distribution{};
  store.parameters.lag->variate = Variate::exponential(30e6);
  scenario.stores.push_back(std::move(store));
  Component<TopicParameters> topic;
  topic.name = prefix + "-topic";
  SubscriptionParameters subscription;
  subscription.to.name = prefix + "-pushed";
  topic.parameters.subscriptions.push_back({"all", {}, subscription});
  Component<ConsumerParameters> pushed;
  pushed.name = prefix + "-pushed";
  pushed.parameters.does = program({{work, {}}});
  scenario.producers.push_back(std::move(producer));
  scenario.services.push_back(std::move(service));
  scenario.queues.push_back(std::move(queue));
  scenario.topics.push_back(std::move(topic));
  scenario.consumers.push_back(std::move(consumer));
  scenario.consumers.push_back(std::move(pushed));
  return scenario;
}

}  // namespace spillway
