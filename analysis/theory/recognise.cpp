#include "analysis/theory/recognise.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <utility>
#include <variant>

#include "analysis/theory/expiring_messages.h"
#include "analysis/theory/failing_calls.h"
#include "analysis/theory/feeders.h"
#include "analysis/theory/finite_source.h"
#include "analysis/theory/fluid_of_queues.h"
#include "analysis/theory/impatient_callers.h"
#include "analysis/theory/matching.h"
#include "analysis/theory/station.h"
#include "analysis/theory/strikes.h"

namespace spillway::theory {
namespace {

// A closed form holds for what it was matched against and no more. Whoever declares something new
// is stopped here, and decides whether the matching below has to refuse it.
template <class P, std::size_t fields>
constexpr bool declares = decltype(P::fields())::size == fields;
static_assert(declares<RunParameters, 7> && declares<ProducerParameters, 5> &&
                  declares<LoadParameters, 7> && declares<UsersParameters, 2> &&
                  declares<ServiceParameters, 17> && declares<QueueParameters, 22> &&
                  declares<ConsumerParameters, 22> && declares<CallParameters, 17> &&
                  declares<SendParameters, 15> && declares<WorkParameters, 2> &&
                  declares<RetryParameters, 9> && declares<FaultParameters, 29> &&
                  std::variant_size_v<decltype(StepDeclaration::parameters)> == 17,
              "closed forms must know of every parameter: see analysis/theory/recognise.cpp");

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// So many mean sojourns after the end, a message inside is as good as impossible.
constexpr double kSojournsToDrain = 30;

constexpr std::int64_t kMostUsers = 1'000'000;

/// Of that many instances an interval has a phase each.
constexpr Count kMostTurns = 100;

/// Whether a call or send may end before it is answered, or be made again.
template <class P>
bool fails_early(const P& exchange) {
  bool early = exchange.timeout || exchange.retry || exchange.fallback;
  if constexpr (requires { exchange.deadline; }) early = early || exchange.deadline;
  if constexpr (requires { exchange.breaker; }) early = early || exchange.breaker;
  if constexpr (requires { exchange.pool; }) early = early || exchange.pool || exchange.hedge;
  if constexpr (requires { exchange.first_healthy; }) early = early || exchange.first_healthy;
  return early;
}

/// How a producer's messages come, when they come one by one at independent intervals.
std::optional<Arrivals> arrivals_of(const ProducerParameters& producer) {
  const LoadParameters& load = producer.load;
  if (!producer.profile.empty() || load.start) return std::nullopt;
  if (load.poisson) return Arrivals{load.poisson->per_second, 1};
  if (load.constant) return Arrivals{load.constant->per_second, 0};
  if (!load.renewal) return std::nullopt;
  const Variate* interval = drawn(*load.renewal);
  if (interval == nullptr || interval->plus != 0) return std::nullopt;
  const double rate = 1e9 / interval->mean();
  switch (interval->kind) {
    case VariateKind::constant:
      return Arrivals{1e9 / std::nearbyint(interval->mean()), 0};
    case VariateKind::exponential:
      return Arrivals{rate, 1};
    case VariateKind::erlang:
      return Arrivals{rate, static_cast<int>(interval->b)};
    default:
      return std::nullopt;
  }
}

/// What comes to each instance where a balancer spreads arrivals without looking: at random a
/// Poisson process remains one, and in turns an interval is the sum of as many as there are
/// instances. Nothing where who comes depends on who is there.
std::optional<Arrivals> spread(const Arrivals& arrivals, const ServiceParameters& service) {
  if (service.ejection || service.instances > kMostTurns) return std::nullopt;
  const auto instances = static_cast<int>(service.instances);
  Arrivals each{arrivals.rate / instances, arrivals.phases};
  if (service.balancing == Balancing::random && arrivals.phases == 1) return each;
  if (service.balancing != Balancing::round_robin) return std::nullopt;
  each.phases *= instances;
  return each;
}

/// Matches a scenario's parts against the closed forms and collects what they say.
class Steady {
 public:
  explicit Steady(const Scenario& scenario) : scenario_(scenario) {}

  std::vector<TheoryFigure> figures() {
    if (scenario_.run.warmup.ns == 0) return {};
    for (const auto& service : scenario_.services) behind_a_call(service);
    for (const auto& queue : scenario_.queues) behind_a_queue(queue);
    return std::move(figures_);
  }

 private:
  void behind_a_call(const Component<ServiceParameters>& service);
  void behind_a_queue(const Component<QueueParameters>& queue);
  void open_load(const Component<ProducerParameters>& producer, double network,
                 const Component<ServiceParameters>& service, const Variate& work);
  void closed_load(const Component<ProducerParameters>& producer, double network,
                   const Component<ServiceParameters>& service, const Variate& work);

  bool drains_in_time(double mean_sojourn) const {
    return kSojournsToDrain * mean_sojourn <= to_seconds(scenario_.run.drain.ns);
  }

  void add(const std::string& component, const char* metric, Statistic statistic, double value) {
    add(component, metric, statistic, value, value);
  }
  void add(const std::string& component, const char* metric, Statistic statistic, double value,
           double with_failures) {
    figures_.push_back(whole_run(component, metric, statistic, value, model_, with_failures));
  }
  void add_mean(const std::string& component, const char* metric, double value) {
    add(component, metric, {Statistic::Kind::mean, 0}, value);
  }
  /// Mean and percentiles of times that have `delay` besides the station's own; `loss` is the share
  /// that has none.
  void add_times(const std::string& component, const char* metric, double mean,
                 const std::function<double(double)>& quantile, double delay, double loss = 0);

  const Scenario& scenario_;
  std::string model_;
  std::vector<TheoryFigure> figures_;
};

void Steady::add_times(const std::string& component, const char* metric, double mean,
                       const std::function<double(double)>& quantile, double delay, double loss) {
  add(component, metric, {Statistic::Kind::mean, 0}, mean + delay,
      loss > 0 ? kInfinity : mean + delay);
  if (!quantile) return;
  std::vector<double> percents{50, 95, 99};
  for (const Objective& objective : scenario_.objectives) {
    const MetricName& name = objective.metric;
    if (name.component == component && name.metric == metric && name.window.empty() &&
        name.statistic.kind == Statistic::Kind::percentile &&
        std::ranges::find(percents, name.statistic.percent) == percents.end()) {
      percents.push_back(name.statistic.percent);
    }
  }
  for (const double percent : percents) {
    const double p = percent / 100;
    if (!(p < 1)) continue;
    // Of all messages, the share 1 - loss ends at all.
    const double of_those = p / (1 - loss);
    add(component, metric, {Statistic::Kind::percentile, percent}, quantile(p) + delay,
        of_those < 1 ? quantile(of_those) + delay : kInfinity);
  }
}

void Steady::behind_a_call(const Component<ServiceParameters>& service) {
  const auto* producer = sole_feeder(scenario_, service.name);
  const auto* work = only_step<WorkParameters>(service.parameters.does);
  if (producer == nullptr || work == nullptr || is_struck(scenario_, service.name) ||
      protects_itself(service.parameters) || service.parameters.scale)
    return;
  const auto* call = only_step<CallParameters>(producer->parameters.does);
  const Variate* time = drawn(work->time);
  if (call == nullptr || time == nullptr || fails_early(*call)) return;
  const auto network = delay_of(call->network, scenario_.network);
  if (!network) return;
  if (producer->parameters.load.users) {
    closed_load(*producer, *network, service, *time);
  } else {
    open_load(*producer, *network, service, *time);
  }
}

void Steady::open_load(const Component<ProducerParameters>& producer, double network,
                       const Component<ServiceParameters>& service, const Variate& work) {
  const auto arrivals = arrivals_of(producer.parameters);
  if (!arrivals) return;
  const ServiceParameters& declared = service.parameters;
  // As many stations of as many instances.
  const Count stations = has_lines(declared) ? declared.instances : 1;
  const auto each = has_lines(declared) ? spread(*arrivals, declared) : arrivals;
  if (!each) return;
  const Count instances = declared.instances / stations;
  Station station{*each, work, instances * declared.concurrency, std::nullopt};
  if (declared.accept_queue.count)
    station.room = station.servers + instances * *declared.accept_queue.count;
  const auto found = answer(station);
  if (!found || !drains_in_time(found->mean_sojourn + 2 * network)) return;
  model_ = stations == 1 ? found->model : std::to_string(stations) + " x " + found->model;

  const double rate = arrivals->rate * (1 - found->loss);
  const double lasts = measured_seconds(scenario_);
  add(producer.name, "success", {}, 1 - found->loss);
  add(producer.name, "goodput", {}, rate);
  for (const char* metric : {"latency", "completion"}) {
    add_times(producer.name, metric, found->mean_sojourn, found->sojourn_quantile, 2 * network,
              found->loss);
  }
  add(service.name, "utilization", {},
      found->mean_in_service / static_cast<double>(station.servers));
  const auto all = static_cast<double>(stations);
  add_mean(service.name, "in_service", all * found->mean_in_service);
  add_mean(service.name, "waiting", all * found->mean_in_queue);
  if (found->loss > 0) add(service.name, "refused", {}, arrivals->rate * found->loss * lasts);
  add_times(service.name, "latency", found->mean_sojourn, found->sojourn_quantile, 0);
}

void Steady::closed_load(const Component<ProducerParameters>& producer, double network,
                         const Component<ServiceParameters>& service, const Variate& work) {
  const UsersParameters& users = *producer.parameters.load.users;
  const ServiceParameters& declared = service.parameters;
  const Count servers = declared.instances * declared.concurrency;
  const Variate* think = drawn(users.think);
  if (has_lines(declared)) return;
  const auto mean = exponential_mean(work);
  if (think == nullptr || think->plus < 0 || !producer.parameters.profile.empty() || !mean) return;
  if (users.count > kMostUsers || servers > kMostUsers) return;
  if (declared.accept_queue.count &&
      servers + declared.instances * *declared.accept_queue.count < users.count) {
    return;
  }
  // All that matters of the time away from the service is its mean, whatever its distribution:
  // users are away independently of each other. Source: B. D. Bunday and R. E. Scraton, The G/M/r
  // machine interference model, European Journal of Operational Research 4 (1980).
  const double away = think->mean() * 1e-9 + 2 * network;
  if (!(*mean >= 1e-6 && away >= 1e-6 && std::isfinite(away))) return;
  const auto found = FiniteSource::of(1 / away, 1 / *mean, static_cast<int>(servers),
                                      static_cast<int>(users.count));
  if (!found || !drains_in_time(found->mean_sojourn() + 2 * network)) return;
  model_ = "M/M/" + std::to_string(servers) + "//" + std::to_string(users.count);

  const double busy = found->throughput() * *mean;
  add(producer.name, "success", {}, 1);
  add(producer.name, "goodput", {}, found->throughput());
  add_mean(producer.name, "latency", found->mean_sojourn() + 2 * network);
  add_mean(producer.name, "completion", found->mean_sojourn() + 2 * network);
  add(service.name, "utilization", {}, found->utilization());
  add_mean(service.name, "in_service", busy);
  add_mean(service.name, "waiting", found->mean_in_system() - busy);
  add_mean(service.name, "latency", found->mean_sojourn());
}

void Steady::behind_a_queue(const Component<QueueParameters>& queue) {
  const QueueParameters& declared = queue.parameters;
  const auto* producer = sole_feeder(scenario_, queue.name);
  const auto consumers = takers_of(scenario_, queue.name);
  if (producer == nullptr || consumers.size() != 1 || declared.visibility ||
      declared.capacity.count || !is_plain(declared, scenario_)) {
    return;
  }
  const ConsumerParameters& consumer = consumers.front()->parameters;
  if (is_struck(scenario_, queue.name) || is_struck(scenario_, consumers.front()->name)) return;
  const auto* send = only_step<SendParameters>(producer->parameters.does);
  const auto* work = only_step<WorkParameters>(consumer.does);
  if (send == nullptr || work == nullptr || fails_early(*send) || send->delay) return;
  if (consumer.ack == Ack::before || consumer.idempotent || consumer.scale || consumer.batch)
    return;
  const Variate* time = drawn(work->time);
  const auto arrivals = arrivals_of(producer->parameters);
  const auto there = delay_of(send->network, scenario_.network);
  const auto network = delay_of(std::nullopt, scenario_.network);
  if (time == nullptr || !arrivals || !there || !network) return;

  // Between two messages a consumer's place stands idle while acknowledgement and delivery travel;
  // for the line that is part of the service.
  double gap = 0;
  if (declared.delivery) {
    const auto delivery = delay_of(declared.delivery, scenario_.network);
    if (!delivery) return;
    gap = std::max(0.0, *delivery - 2 * *network);
  }
  const double idle = 2 * *network + gap;
  const Count prefetch = consumer.prefetch.value_or(consumer.concurrency);
  const bool buffers = prefetch > consumer.concurrency;
  if (buffers && (consumer.instances > 1 || idle > 0)) return;
  const Count places = consumer.instances * std::min(prefetch, consumer.concurrency);
  Station station{*arrivals, *time, places, std::nullopt};
  station.service.plus += idle * 1e9;
  const auto found = answer(station);
  if (!found || !drains_in_time(*there + found->mean_sojourn)) return;
  model_ = found->model;

  const std::string& name = consumers.front()->name;
  const double busy = found->mean_in_service - arrivals->rate * idle;
  const Count slots = consumer.instances * consumer.concurrency;
  add(name, "utilization", {}, busy / static_cast<double>(slots));
  add_mean(name, "in_service", busy);
  if (!buffers) {
    add_times(queue.name, "wait", found->mean_wait, found->wait_quantile, *there + *network);
    add_mean(queue.name, "depth", found->mean_in_queue);
    add_mean(queue.name, "in_flight", found->mean_in_service - arrivals->rate * gap);
  }
  // The confirmation ends the producer's part; it must not come last.
  double confirmed = 0;
  if (send->confirm) {
    const auto takes = declared.confirm ? delay_of(declared.confirm, scenario_.network) : 0;
    if (!takes) return;
    confirmed = 2 * *there + *takes;
  }
  if (confirmed > *there + station.service.minimum() * 1e-9 - gap) return;
  add_times(producer->name, "completion", found->mean_sojourn, found->sojourn_quantile,
            *there - gap);
}

}  // namespace

std::vector<TheoryFigure> theory_of(const Scenario& scenario) {
  // A new section (faults, brokers) must be matched, or refused, too: this counts them.
  [[maybe_unused]] const auto& [name, question, variant, run, price, collapse, network, zones,
                                windows, producers, services, queues, topics, logs, consumers,
                                stores, brokers, limits, faults, objectives] = scenario;
  // The closed forms take every way between two components for the scenario's network.
  if (!zones.between.pairs.empty()) return {};
  // And every component for master of its own slots.
  if (!limits.empty()) return {};
  // And every send for one that nothing holds up.
  if (std::ranges::any_of(brokers,
                          [](const auto& broker) { return has_alarm(broker.parameters); })) {
    return {};
  }
  std::vector<TheoryFigure> figures = Steady(scenario).figures();
  for (const auto more : {impatient_callers, expiring_messages, failing_calls, fluid_of_queues}) {
    for (TheoryFigure& figure : more(scenario)) figures.push_back(std::move(figure));
  }
  return figures;
}

}  // namespace spillway::theory
