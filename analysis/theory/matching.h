#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "analysis/theory/round9.h"
#include "analysis/theory/theory_figure.h"
#include "sim/kernel/time.h"
#include "sim/scenario/scenario.h"

// What the parts of a scenario must be for a closed form to hold.

namespace spillway::theory {

/// The only step of a handler, when it is one of this type; else nullptr.
template <class Parameters>
const Parameters* only_step(const Program& program) {
  if (program.steps.size() != 1) return nullptr;
  const auto* step = std::get_if<Parameters>(&program.steps.front().parameters);
  // What shares cores takes as long as the others let it.
  if constexpr (requires { step->cpu; }) return step != nullptr && !step->cpu ? step : nullptr;
  return step;
}

/// What is drawn anew for every message from one distribution; nullptr for a trace's column or a
/// parameter that is itself uncertain.
inline const Variate* drawn(const Distribution& distribution) {
  return distribution.column.empty() && !distribution.uncertain ? &distribution.variate : nullptr;
}

/// A time that is always the same, in s; nothing when it is drawn.
inline std::optional<double> constant_seconds(const Distribution& distribution) {
  const auto fixed = distribution.fixed();
  return fixed ? std::optional{to_seconds(*fixed)} : std::nullopt;
}

/// The constant delay of an edge in s; nothing when it is drawn.
inline std::optional<double> delay_of(const std::optional<Distribution>& own,
                                      const Distribution& usual) {
  return constant_seconds(own ? *own : usual);
}

/// Whether a queue hides, bounds, holds back and lets go of nothing beyond a capacity in messages
/// and a visibility timeout. Limits that are never met do not count: real services have some.
inline bool is_plain(const QueueParameters& queue, const Scenario& scenario) {
  const bool sized = std::ranges::any_of(scenario.producers, [](const auto& producer) {
    return producer.parameters.message && producer.parameters.message->size;
  });
  Count held = 0;
  for (const auto& consumer : scenario.consumers) {
    const ConsumerParameters& takes = consumer.parameters;
    held += takes.instances * takes.prefetch.value_or(takes.concurrency);
  }
  const RunParameters& run = scenario.run;
  const bool expires = queue.retention && queue.retention->ns - run.drain.ns < run.duration.ns;
  const bool caps = queue.max_in_flight.count && *queue.max_in_flight.count <= held;
  return !queue.delay && !queue.redelivery && !queue.groups && !queue.dedup && !queue.poll &&
         !queue.throughput && !expires && !caps &&
         !(sized && (queue.capacity_bytes || queue.max_message_size));
}

/// Whether a service does not simply let every request into one line, first in, first out.
inline bool protects_itself(const ServiceParameters& service) {
  return service.rate_limit || service.concurrency_limit || service.codel ||
         service.discipline != Discipline::fifo;
}

/// Whether its instances have one line each, whose closed forms are not those of one for all.
inline bool has_lines(const ServiceParameters& service) { return service.balancing.has_value(); }

/// A figure over the whole run, to nine digits.
inline TheoryFigure whole_run(const std::string& component, const char* metric, Statistic statistic,
                              double value, const std::string& model, double with_failures) {
  return {{component, metric, statistic, ""}, round9(value), model, round9(with_failures)};
}
inline TheoryFigure whole_run(const std::string& component, const char* metric, Statistic statistic,
                              double value, const std::string& model) {
  return whole_run(component, metric, statistic, value, model, value);
}

/// How long messages are measured: from the warm-up to the end, in s.
inline double measured_seconds(const Scenario& scenario) {
  return to_seconds(scenario.run.duration.ns - scenario.run.warmup.ns);
}

}  // namespace spillway::theory
