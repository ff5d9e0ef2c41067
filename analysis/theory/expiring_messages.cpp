#include "analysis/theory/expiring_messages.h"

#include <limits>
#include <string>

#include "analysis/theory/erlang_a.h"
#include "analysis/theory/feeders.h"
#include "analysis/theory/matching.h"
#include "analysis/theory/station.h"
#include "analysis/theory/strikes.h"
#include "sim/kernel/math.h"

namespace spillway::theory {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
/// So many mean sojourns after the end, a message inside is as good as impossible.
constexpr double kSojournsToDrain = 30;
constexpr double kLeastTime = 1e-6;  ///< s; below it the clock's nanoseconds would show
constexpr Count kMostServers = 1'000'000;

/// The mean of a time to live; nothing where it is not exponential.
std::optional<double> patience_of(const ProducerParameters& producer) {
  if (!producer.message || !producer.message->ttl) return std::nullopt;
  const Variate* ttl = drawn(*producer.message->ttl);
  return ttl == nullptr ? std::nullopt : exponential_mean(*ttl);
}

void match(const Scenario& scenario, const Component<QueueParameters>& queue,
           std::vector<TheoryFigure>& figures) {
  const auto* producer = sole_sender(scenario, queue.name);
  const auto consumers = takers_of(scenario, queue.name);
  const QueueParameters& declared = queue.parameters;
  if (producer == nullptr || consumers.size() != 1 || declared.visibility ||
      declared.capacity.count || !is_plain(declared, scenario) || is_struck(scenario, queue.name) ||
      is_struck(scenario, consumers.front()->name)) {
    return;
  }
  const ConsumerParameters& consumer = consumers.front()->parameters;
  const auto* send = only_step<SendParameters>(producer->parameters.does);
  const auto* work = only_step<WorkParameters>(consumer.does);
  const LoadParameters& load = producer->parameters.load;
  if (send == nullptr || work == nullptr || send->timeout || send->retry || send->fallback ||
      send->delay || consumer.ack == Ack::before || consumer.scale || !load.poisson || load.start ||
      !producer->parameters.profile.empty()) {
    return;
  }
  const Variate* time = drawn(work->time);
  const auto there = delay_of(send->network, scenario.network);
  if (time == nullptr || !there || constant_seconds(scenario.network) != 0) return;
  if (declared.delivery && constant_seconds(*declared.delivery) != 0) return;
  const auto patience = patience_of(producer->parameters);
  const auto mean = exponential_mean(*time);
  if (!patience || !mean || *patience < kLeastTime || *mean < kLeastTime) return;
  const Count prefetch = consumer.prefetch.value_or(consumer.concurrency);
  const Count places = consumer.instances * prefetch;
  if (prefetch > consumer.concurrency || places > kMostServers) return;
  // A message's age counts from its send: some expire as they come. The others' patience is as long
  // as it was, having no memory.
  const double born = load.poisson->per_second;
  const double rate = born * math::exp(-*there / *patience);
  const auto found = ErlangA::of(rate, 1 / *mean, static_cast<int>(places), 1 / *patience);
  if (!found ||
      kSojournsToDrain * (found->mean_wait() + *mean) > to_seconds(scenario.run.drain.ns)) {
    return;
  }

  const std::string model = "M/M/" + std::to_string(places) + "+M";
  const Statistic value, mean_of{Statistic::Kind::mean, 0};
  const auto add = [&](const std::string& component, const char* metric, Statistic statistic,
                       double figure) {
    figures.push_back(whole_run(component, metric, statistic, figure, model));
  };
  const double busy = found->throughput() * *mean;
  const auto slots = static_cast<double>(consumer.instances * consumer.concurrency);
  add(queue.name, "depth", mean_of, found->mean_in_queue());
  add(queue.name, "in_flight", mean_of, busy);
  add(queue.name, "wait", mean_of, *there + found->mean_wait_of_served());
  add(queue.name, "expired", value, (born - found->throughput()) * measured_seconds(scenario));
  add(consumers.front()->name, "utilization", value, busy / slots);
  add(consumers.front()->name, "in_service", mean_of, busy);
  add(producer->name, "completed", value, found->throughput() / born);
  // A confirmation that comes later than the work would end the message's part.
  const bool confirmed = send->confirm && (*there > 0 || declared.confirm);
  if (!confirmed) {
    figures.push_back(whole_run(producer->name, "completion", mean_of,
                                *there + found->mean_wait_of_served() + *mean, model, kInfinity));
  }
}

}  // namespace

std::vector<TheoryFigure> expiring_messages(const Scenario& scenario) {
  std::vector<TheoryFigure> figures;
  if (scenario.run.warmup.ns == 0) return figures;
  for (const auto& queue : scenario.queues) match(scenario, queue, figures);
  return figures;
}

}  // namespace spillway::theory
