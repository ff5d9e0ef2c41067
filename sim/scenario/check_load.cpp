#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <variant>

#include "sim/model/producer/rate_profile.h"
#include "sim/scenario/check.h"
#include "sim/scenario/flow_graph.h"

namespace spillway {
namespace {

constexpr double kMostMessages = 1e9;
constexpr double kMostSlots = 1e7;

/// Messages that a producer makes in the whole run, on average. Closed loads: at most.
double expected_messages(const ProducerParameters& producer, Time duration) {
  const LoadParameters& load = producer.load;
  const double length = static_cast<double>(duration);
  const auto with_profile = [&](double per_second) {
    Rate reference;
    const auto profile = RateProfile::of(Rate{per_second}, producer.profile, duration, &reference);
    double sum = 0;
    for (const RateProfile::Piece& piece : profile.pieces()) {
      sum += (piece.at_from + piece.at_until) / 2 * to_seconds(piece.until - piece.from);
    }
    return sum * reference.per_second;
  };
  if (load.poisson) return with_profile(load.poisson->per_second);
  if (load.constant) return with_profile(load.constant->per_second);
  if (load.renewal) return with_profile(1e9 / load.renewal->mean());
  if (load.users) {
    const double think = load.users->think.mean();
    return think > 0 ? static_cast<double>(load.users->count) * (length / think) : 0;
  }
  if (load.trace) return load.trace->rows ? static_cast<double>(load.trace->rows->at.size()) : 0;
  double weighted = 0, total = 0, most = 0;
  if (!load.mmpp) return 0;
  for (const auto& [name, state] : load.mmpp->states) {
    const double lasts = state.lasts.mean();
    weighted += state.rate.per_second * lasts;
    total += lasts;
    most = std::max(most, state.rate.per_second);
  }
  // A state of infinite mean is the one that the run ends in.
  if (!std::isfinite(weighted / total)) return with_profile(most);
  return most > 0 ? with_profile(most) * (weighted / total / most) : 0;
}

/// Changes of a producer's hidden state in the whole run, on average; a state of infinite mean is
/// the one that the run ends in.
double expected_changes(const LoadParameters& load, Time duration) {
  if (!load.mmpp) return 0;
  double round = 0;
  for (const auto& [name, state] : load.mmpp->states) round += state.lasts.mean();
  return static_cast<double>(load.mmpp->states.size()) * (static_cast<double>(duration) / round);
}

/// Refuses states that last so short a time that the run is nothing but their changes.
void check_states(Reader& reader, const Component<ProducerParameters>& producer, Time duration) {
  const double changes = expected_changes(producer.parameters.load, duration);
  constexpr auto kMost = static_cast<double>(MmppParameters::kMostChanges);
  if (changes <= kMost) return;
  const Reader::Scope scope(reader, fmt::format("producers.{}.load.mmpp", producer.name));
  reader.error(
      "too-many-events", producer.at,
      fmt::format("expected at most {} changes of state in a run; this load makes about {}",
                  print_number(kMost), print_quantity(changes, "", 2)),
      "let the states last longer, or shorten the run");
}

/// Leaves out the rows at or after the end of the run.
void cut_trace(Reader& reader, Component<ProducerParameters>& producer, Time duration) {
  auto& trace = producer.parameters.load.trace;
  if (!trace || !trace->rows) return;
  const auto& at = trace->rows->at;
  const auto end = std::lower_bound(at.begin(), at.end(), duration);
  if (end == at.end()) return;
  const auto kept = static_cast<std::size_t>(end - at.begin());
  const Reader::Scope scope(reader, fmt::format("producers.{}.load.trace", producer.name));
  reader.warning("rows-ignored", producer.at,
                 fmt::format("{} of {} rows lie beyond the run of {} and are ignored",
                             at.size() - kept, at.size(), print(Duration{duration})));
  // Columns keep all rows: a row is found by its number.
  auto rows = std::make_shared<TraceParameters::Rows>();
  rows->at.assign(at.begin(), end);
  rows->columns = trace->rows->columns;
  rows->words = trace->rows->words;
  trace->rows = std::move(rows);
}

/// Rates that reach each component while nothing but the ordinary rate of open loads is offered.
/// Returns false where messages go in circles: then a component's rate depends on itself.
bool add_rates(const Scenario& scenario, std::map<std::string_view, double>& rates) {
  struct Way {
    std::string_view to;
    double per_message;
  };
  std::map<std::string_view, std::vector<Way>> ways;
  std::map<std::string_view, std::size_t> before;  // ways into a component not yet followed
  for (const HandlerOf& handler : handlers_of(scenario)) {
    before.try_emplace(handler.name, 0);
    for_each_step(*handler.program, "", [&](const StepDeclaration& step, double p, const auto&) {
      if (const auto* call = std::get_if<CallParameters>(&step.parameters)) {
        ways[handler.name].push_back({call->service.name, p});
      } else if (const auto* send = std::get_if<SendParameters>(&step.parameters)) {
        ways[handler.name].push_back({send->channel.name, p});
      }
    });
  }
  std::map<std::string_view, std::vector<std::string_view>> readers;
  for (const auto& queue : scenario.queues) before.try_emplace(queue.name, 0);
  for (const auto& consumer : scenario.consumers) {
    readers[consumer.parameters.from.name].push_back(consumer.name);
  }
  // A queue's messages are shared by its consumers; how, is not simple unless there is one.
  for (const auto& [queue, names] : readers) {
    if (names.size() == 1) ways[queue].push_back({names[0], 1});
  }
  for (const auto& [from, to] : ways) {
    for (const Way& way : to) ++before[way.to];
  }
  for (const auto& producer : scenario.producers) {
    const LoadParameters& load = producer.parameters.load;
    if (load.poisson) rates[producer.name] += load.poisson->per_second;
    if (load.constant) rates[producer.name] += load.constant->per_second;
    if (load.renewal && load.renewal->mean() > 0) {
      rates[producer.name] += 1e9 / load.renewal->mean();
    }
  }
  std::vector<std::string_view> open;
  for (const auto& [name, count] : before) {
    if (count == 0) open.push_back(name);
  }
  std::size_t done = 0;
  while (!open.empty()) {
    const std::string_view from = open.back();
    open.pop_back();
    ++done;
    for (const Way& way : ways[from]) {
      rates[way.to] += rates[from] * way.per_message;
      if (--before[way.to] == 0) open.push_back(way.to);
    }
  }
  return done == before.size();
}

/// Warns where the work alone needs more slots than there are.
void warn_overload(Reader& reader, const Scenario& scenario) {
  std::map<std::string_view, double> rates;
  if (!add_rates(scenario, rates)) return;
  const auto check = [&](const auto& components, std::string_view section) {
    for (const auto& component : components) {
      double work = 0;  // s of a slot per message
      for_each_step(component.parameters.does, "",
                    [&](const StepDeclaration& step, double p, const auto&) {
                      const auto* work_step = std::get_if<WorkParameters>(&step.parameters);
                      if (work_step != nullptr && work_step->time.column.empty()) {
                        work += p * work_step->time.mean() / 1e9;
                      }
                    });
      const double slots = static_cast<double>(component.parameters.instances) *
                           static_cast<double>(component.parameters.concurrency);
      const double needed = rates[component.name] * work;
      if (!(needed > slots)) continue;
      const Reader::Scope outer(reader, section);
      const Reader::Scope inner(reader, component.name);
      reader.warning("overload", component.at,
                     fmt::format("the ordinary load of {}/s needs {} slots on average; there are "
                                 "{}: what waits grows as long as it lasts",
                                 print_quantity(rates[component.name], ""),
                                 print_quantity(needed, ""), print_number(slots)));
    }
  };
  check(scenario.services, "services");
  check(scenario.consumers, "consumers");
}

}  // namespace

void check_load(Reader& reader, Scenario& scenario) {
  const Time duration = scenario.run.duration.ns;
  double messages = 0;
  const Component<ProducerParameters>* greatest = nullptr;
  double most = -1;
  for (auto& producer : scenario.producers) {
    cut_trace(reader, producer, duration);
    const double n = expected_messages(producer.parameters, duration);
    messages += n;
    if (n > most) {
      most = n;
      greatest = &producer;
    }
    check_states(reader, producer, duration);
    const LoadParameters& load = producer.parameters.load;
    if (!producer.parameters.profile.empty() && (load.users || load.trace)) {
      const Reader::Scope scope(reader, fmt::format("producers.{}.profile", producer.name));
      reader.error("wrong-place", producer.parameters.profile.front().at,
                   fmt::format("a load of {} has no rate that a profile could change",
                               load.users ? "users" : "recorded arrivals"),
                   load.users ? "a profile changes poisson, constant, renewal and mmpp loads"
                              : "name a span of it under windows");
    }
  }
  if (messages > kMostMessages || std::isnan(messages)) {
    const Reader::Scope scope(reader, fmt::format("producers.{}.load", greatest->name));
    reader.error("too-many-events", greatest->at,
                 fmt::format("expected at most {} messages in a run; this one makes about {}",
                             print_number(kMostMessages), print_quantity(messages, "", 2)),
                 "shorten the run or lower the rate");
  }
  double slots = 0;
  const auto add_slots = [&](const auto& components, std::string_view section) {
    for (const auto& component : components) {
      const double before = slots;
      slots += static_cast<double>(component.parameters.instances) *
               static_cast<double>(component.parameters.concurrency);
      if (slots <= kMostSlots || before > kMostSlots) continue;
      const Reader::Scope scope(reader, fmt::format("{}.{}", section, component.name));
      reader.error("too-large", component.at,
                   fmt::format("expected at most {} slots (instances x concurrency) in all; with "
                               "this component there are {}",
                               print_number(kMostSlots), print_number(slots)));
    }
  };
  add_slots(scenario.services, "services");
  add_slots(scenario.consumers, "consumers");
  warn_overload(reader, scenario);
}

}  // namespace spillway
