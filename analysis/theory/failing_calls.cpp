#include "analysis/theory/failing_calls.h"

#include <algorithm>
#include <string>

#include "analysis/theory/feeders.h"
#include "analysis/theory/handler_time.h"
#include "analysis/theory/matching.h"
#include "analysis/theory/retry.h"
#include "analysis/theory/strikes.h"

namespace spillway::theory {
namespace {

constexpr double kBusyAtMost = 0.9;
/// Handlers that the end of the run must have time for, for each attempt.
constexpr double kHandlersToDrain = 1000;

/// An exponential pause is longer than so many of its means with probability 1e-13.
constexpr double kLongestExponential = 30;

/// No sum of the pauses between attempts is longer; in s.
double longest_pauses(const RetryParameters& retry) {
  if (!retry.backoff) return 0;
  const BackoffParameters& backoff = *retry.backoff;
  const double grows = backoff.jitter == Jitter::decorrelated ? 3 : backoff.factor.value;
  double pause = to_seconds(backoff.base.ns), sum = 0;
  for (Count attempt = 1; attempt < retry.attempts; ++attempt) {
    if (backoff.jitter == Jitter::decorrelated) pause *= grows;
    sum += backoff.cap ? std::min(pause, to_seconds(backoff.cap->ns)) : pause;
    if (backoff.jitter != Jitter::decorrelated) pause *= grows;
  }
  return backoff.jitter == Jitter::exponential ? kLongestExponential * sum : sum;
}

void match(const Scenario& scenario, const Component<ServiceParameters>& service,
           std::vector<TheoryFigure>& figures) {
  const auto* producer = sole_feeder(scenario, service.name);
  if (producer == nullptr || is_struck(scenario, service.name) ||
      protects_itself(service.parameters) || has_lines(service.parameters) ||
      service.parameters.scale)
    return;
  const auto* call = only_step<CallParameters>(producer->parameters.does);
  const LoadParameters& load = producer->parameters.load;
  const ServiceParameters& declared = service.parameters;
  if (call == nullptr || call->timeout || call->deadline || call->breaker || call->pool ||
      call->hedge || call->fallback || call->first_healthy || !load.poisson || load.start ||
      !producer->parameters.profile.empty() || declared.accept_queue.count ||
      !channels_of(declared.does).empty()) {
    return;
  }
  const auto network = delay_of(call->network, scenario.network);
  const auto handler = handler_time(declared.does, scenario);
  if (!network || !handler || handler->success >= 1) return;
  Count attempts = 1;
  double pauses = 0;
  if (call->retry) {
    if (call->retry->budget || call->retry->adaptive || rules_of(*call->retry)) return;
    if (std::ranges::find(call->retry->when, Failed::error) != call->retry->when.end()) {
      attempts = call->retry->attempts;
      pauses = longest_pauses(*call->retry);
    }
  }
  const double failure = 1 - handler->success;
  const int retries = static_cast<int>(attempts) - 1;
  const double rate = load.poisson->per_second;
  const double tries = expected_attempts(failure, retries);
  const auto slots = static_cast<double>(declared.instances * declared.concurrency);
  const double longest =
      static_cast<double>(attempts) * (kHandlersToDrain * handler->mean + 2 * *network) + pauses;
  if (rate * tries * handler->mean > kBusyAtMost * slots ||
      !(longest <= to_seconds(scenario.run.drain.ns))) {
    return;
  }

  const auto add = [&](const std::string& component, const char* metric, double value) {
    figures.push_back(whole_run(component, metric, {}, value, "independent attempts"));
  };
  const double born = rate * measured_seconds(scenario);
  const double success = success_with_retries(failure, retries);
  add(producer->name, "success", success);
  add(producer->name, "goodput", rate * success);
  add(producer->name, "failed", born * (1 - success));
  const std::string edge = producer->name + " -> " + service.name;
  add(edge, "attempts", born * tries);
  add(edge, "errors", born * tries * failure);
}

}  // namespace

std::vector<TheoryFigure> failing_calls(const Scenario& scenario) {
  std::vector<TheoryFigure> figures;
  for (const auto& service : scenario.services) match(scenario, service, figures);
  return figures;
}

}  // namespace spillway::theory
