#include "analysis/theory/impatient_callers.h"

#include <limits>
#include <optional>
#include <string>

#include "analysis/theory/feeders.h"
#include "analysis/theory/impatient.h"
#include "analysis/theory/matching.h"
#include "analysis/theory/station.h"
#include "analysis/theory/strikes.h"

namespace spillway::theory {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
/// So many mean sojourns after the end, a request inside is as good as impossible.
constexpr double kSojournsToDrain = 30;
constexpr double kLeastTime = 1e-6;  ///< s; below it the clock's nanoseconds would show

/// The patience of a caller who waits no longer than its exponential timeout and then cancels; in
/// s.
std::optional<double> patience_of(const CallParameters& call, const ServiceParameters& callee) {
  if (!call.timeout || !(call.cancel || callee.cancel) || call.deadline || call.travels ||
      call.retry || call.breaker || call.pool || call.hedge || call.fallback || call.first_healthy)
    return std::nullopt;
  const Variate* timeout = drawn(*call.timeout);
  return timeout == nullptr ? std::nullopt : exponential_mean(*timeout);
}

void match(const Scenario& scenario, const Component<ServiceParameters>& service,
           std::vector<TheoryFigure>& figures) {
  const auto* producer = sole_feeder(scenario, service.name);
  const auto* work = only_step<WorkParameters>(service.parameters.does);
  if (producer == nullptr || work == nullptr || is_struck(scenario, service.name) ||
      protects_itself(service.parameters) || has_lines(service.parameters) ||
      service.parameters.scale)
    return;
  const auto* call = only_step<CallParameters>(producer->parameters.does);
  const Variate* time = drawn(work->time);
  const LoadParameters& load = producer->parameters.load;
  if (call == nullptr || time == nullptr || !load.poisson || load.start ||
      !producer->parameters.profile.empty()) {
    return;
  }
  const auto network = delay_of(call->network, scenario.network);
  const auto patience = patience_of(*call, service.parameters);
  const auto mean = exponential_mean(*time);
  if (network != 0 || !patience || !mean || *patience < kLeastTime || *mean < kLeastTime) return;
  const ServiceParameters& declared = service.parameters;
  const Count servers = declared.instances * declared.concurrency;
  std::optional<Count> room;
  if (declared.accept_queue.count)
    room = servers + declared.instances * *declared.accept_queue.count;
  const double rate = load.poisson->per_second;
  const auto found = Impatient::of(rate, 1 / *mean, servers, 1 / *patience, room);
  if (!found || kSojournsToDrain * found->mean_sojourn() > to_seconds(scenario.run.drain.ns))
    return;

  const std::string model = "M/M/" + std::to_string(servers) +
                            (room ? "/" + std::to_string(*room) : "") + "+M until served";
  const Statistic value, mean_of{Statistic::Kind::mean, 0};
  const auto add = [&](const std::string& component, const char* metric, Statistic statistic,
                       double figure) {
    figures.push_back(whole_run(component, metric, statistic, figure, model));
  };
  const double born = rate * measured_seconds(scenario);
  add(producer->name, "success", value, found->served());
  add(producer->name, "goodput", value, rate * found->served());
  for (const char* metric : {"latency", "completion"}) {
    figures.push_back(whole_run(producer->name, metric, mean_of, found->mean_latency(), model,
                                found->served() < 1 ? kInfinity : found->mean_latency()));
  }
  const std::string edge = producer->name + " -> " + service.name;
  add(edge, "attempts", value, born);
  add(edge, "timeouts", value, born * found->gave_up());
  if (room) {
    add(edge, "errors", value, born * found->refused());
    add(service.name, "refused", value, born * found->refused());
  }
  add(service.name, "utilization", value, found->utilization());
  add(service.name, "in_service", mean_of, found->mean_in_service());
  add(service.name, "waiting", mean_of, found->mean_in_queue());
  add(service.name, "cancelled", value, born * found->gave_up());
  add(service.name, "latency", mean_of, found->mean_latency());
}

}  // namespace

std::vector<TheoryFigure> impatient_callers(const Scenario& scenario) {
  std::vector<TheoryFigure> figures;
  if (scenario.run.warmup.ns == 0) return figures;
  for (const auto& service : scenario.services) match(scenario, service, figures);
  return figures;
}

}  // namespace spillway::theory
