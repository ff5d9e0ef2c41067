#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <variant>

#include "sim/model/producer/rate_profile.h"
#include "sim/scenario/check.h"
#include "sim/scenario/flow_graph.h"
#include "sim/scenario/group_shares.h"
#include "sim/scenario/store_use.h"

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

/// The ordinary rate of an open load without a profile. Unit: 1/s.
double ordinary_rate(const LoadParameters& load) {
  if (load.poisson) return load.poisson->per_second;
  if (load.constant) return load.constant->per_second;
  return load.renewal && load.renewal->mean() > 0 ? 1e9 / load.renewal->mean() : 0;
}

/// Where a component's messages go next.
struct Way {
  std::string_view to;
  double per_message = 1;
  const SubscriptionParameters* filtered = nullptr;  ///< only what this subscription wants
};
using Ways = std::map<std::string_view, std::vector<Way>>;

Ways ways_of(const Scenario& scenario) {
  Ways ways;
  for (const HandlerOf& handler : handlers_of(scenario)) {
    auto& from = ways[handler.name];
    for_each_step(*handler.program, "", [&](const StepDeclaration& step, double q, const auto&) {
      const double p = q * handler.runs;
      if (const auto* call = std::get_if<CallParameters>(&step.parameters)) {
        from.push_back({call->service.name, p});
      } else if (const auto* send = sending(step)) {
        from.push_back({send->channel.name, p});
      } else if (const auto* submit = std::get_if<SubmitParameters>(&step.parameters)) {
        from.push_back({submit->to.name, p});
      } else if (const auto use = store_use(step)) {
        if (const Reference* event = event_of(scenario, *use)) from.push_back({event->name, p});
      }
    });
  }
  for (const auto& topic : scenario.topics) {
    auto& from = ways[topic.name];
    for (const auto& [name, at, subscription] : topic.parameters.subscriptions) {
      from.push_back({subscription.to.name, 1, subscription.filter ? &subscription : nullptr});
    }
  }
  const auto shares = shares_read(scenario);
  for (const auto& consumer : scenario.consumers) {
    const auto share = shares.find(consumer.name);
    if (share == shares.end()) continue;
    ways[consumer.parameters.from.name].push_back({consumer.name, share->second});
  }
  // A queue's messages are shared by its consumers; how, is not simple unless there is one.
  std::map<std::string_view, std::vector<std::string_view>> readers;
  for (const auto& queue : scenario.queues) readers[queue.name];
  for (const auto& consumer : scenario.consumers) {
    const auto queue = readers.find(consumer.parameters.from.name);
    if (queue != readers.end()) queue->second.push_back(consumer.name);
  }
  for (const auto& [queue, names] : readers) {
    auto& from = ways[queue];
    if (names.size() == 1) from.push_back({names[0]});
  }
  return ways;
}

/// Components such that each comes after all that lead to it; not all of them where messages go in
/// circles.
std::vector<std::string_view> in_order(const Ways& ways) {
  std::map<std::string_view, std::size_t> before;  // ways into a component not yet followed
  for (const auto& [from, to] : ways) {
    before.try_emplace(from, 0);
    for (const Way& way : to) ++before[way.to];
  }
  std::vector<std::string_view> order;
  for (const auto& [name, count] : before) {
    if (count == 0) order.push_back(name);
  }
  for (std::size_t done = 0; done < order.size(); ++done) {
    const auto from = ways.find(order[done]);
    if (from == ways.end()) continue;
    for (const Way& way : from->second) {
      if (--before[way.to] == 0) order.push_back(way.to);
    }
  }
  if (order.size() != before.size()) order.clear();
  return order;
}

/// So much work finding rates may be: producers whose types differ, each followed by itself.
constexpr std::size_t kMostSteps = 10'000'000;

/// The most that a service lets in, in 1/s.
double lets_in(const ServiceParameters& service) {
  return service.rate_limit ? service.rate_limit->rate.per_second
                            : std::numeric_limits<double>::infinity();
}
double lets_in(const ConsumerParameters&) { return std::numeric_limits<double>::infinity(); }

/// Rates that reach each component while nothing but the ordinary rate of open loads is offered.
/// Returns false where messages go in circles: then a component's rate depends on itself.
bool add_rates(const Scenario& scenario, std::map<std::string_view, double>& rates) {
  const Ways ways = ways_of(scenario);
  const std::vector<std::string_view> order = in_order(ways);
  if (order.empty()) return false;
  bool filters = false;
  std::size_t steps = 0;
  for (const auto& [from, to] : ways) {
    steps += 1 + to.size();
    for (const Way& way : to) filters = filters || way.filtered != nullptr;
  }
  std::map<std::string_view, double> most;
  for (const auto& service : scenario.services) most[service.name] = lets_in(service.parameters);
  const auto follow = [&](std::map<std::string_view, double>& own,
                          const ProducerParameters* producer) {
    for (const std::string_view from : order) {
      const auto found = ways.find(from);
      if (found == ways.end() || own[from] == 0) continue;
      if (const auto limit = most.find(from); limit != most.end()) {
        own[from] = std::min(own[from], limit->second);
      }
      for (const Way& way : found->second) {
        const double wanted = way.filtered != nullptr ? share_wanted(*producer, *way.filtered) : 1;
        own[way.to] += own[from] * way.per_message * wanted;
      }
    }
  };
  if (!filters) {
    for (const auto& producer : scenario.producers) {
      rates[producer.name] += ordinary_rate(producer.parameters.load);
    }
    follow(rates, nullptr);
    return true;
  }
  if (steps * scenario.producers.size() > kMostSteps) return false;
  for (const auto& producer : scenario.producers) {
    std::map<std::string_view, double> own{
        {producer.name, ordinary_rate(producer.parameters.load)}};
    follow(own, &producer.parameters);
    for (const auto& [name, rate] : own) rates[name] += rate;
  }
  return true;
}

/// Whether a handler keeps its slot while it waits for a store.
bool holds(const Component<ServiceParameters>& service) {
  return service.parameters.holds == Holds::slot;
}
bool holds(const Component<ConsumerParameters>&) { return true; }

/// How long a component's handler waits for a store at least, in s: nobody stands in line there.
double time_at_store(const Scenario& scenario, std::string_view component, const StoreUse& use) {
  const auto mean = [](const Distribution& time) {
    return time.column.empty() ? time.mean() / 1e9 : 0;
  };
  const auto& network = use.request->network;
  double time = 2 * mean(network ? *network : network_between(scenario, component, use.store()));
  for (const auto& store : scenario.stores) {
    if (store.name != use.store()) continue;
    if (const auto& takes = time_of(store.parameters, use.operation)) time += mean(*takes);
  }
  return time;
}

/// Warns where the work alone, and what stores take meanwhile, needs more slots than there are.
void warn_overload(Reader& reader, const Scenario& scenario) {
  std::map<std::string_view, double> rates;
  if (!add_rates(scenario, rates)) return;
  std::map<std::string_view, double> needs;  // slots, on average
  const auto check = [&](const auto& components, std::string_view section) {
    for (const auto& component : components) {
      double work = 0;  // s of a slot per message
      const auto add_work = [&](const Program& program, double runs) {
        for_each_step(program, "", [&](const StepDeclaration& step, double p, const auto&) {
          const auto* work_step = std::get_if<WorkParameters>(&step.parameters);
          if (work_step != nullptr && work_step->time.column.empty()) {
            work += runs * p * work_step->time.mean() / 1e9;
          } else if (const auto use = store_use(step); use && holds(component)) {
            work += runs * p * time_at_store(scenario, component.name, *use);
          }
        });
      };
      add_work(component.parameters.does, 1);
      if constexpr (requires { component.parameters.per_batch; }) {
        const auto& says = component.parameters;
        if (says.batch && says.per_batch) {
          add_work(*says.per_batch, 1 / static_cast<double>(says.batch->size));
        }
      }
      const double slots = static_cast<double>(most_instances(component.parameters)) *
                           static_cast<double>(component.parameters.concurrency);
      const double rate = std::min(rates[component.name], lets_in(component.parameters));
      const double needed = rate * work;
      needs[component.name] = std::min(needed, slots);
      if (!(needed > slots)) continue;
      const Reader::Scope outer(reader, section);
      const Reader::Scope inner(reader, component.name);
      reader.warning(
          "overload", component.at,
          fmt::format("the ordinary load of {}/s needs {} slots on average; there are "
                      "{}: what waits grows as long as it lasts",
                      print_quantity(rate, ""), print_quantity(needed, ""), print_number(slots)));
    }
  };
  check(scenario.services, "services");
  check(scenario.consumers, "consumers");
  for (const auto& limit : scenario.limits) {
    double needed = 0;
    for (const Reference& sharer : limit.parameters.of.all) needed += needs[sharer.name];
    const auto permits = static_cast<double>(limit.parameters.concurrency);
    if (!(needed > permits)) continue;
    const Reader::Scope scope(reader, fmt::format("limits.{}", limit.name));
    reader.warning("overload", limit.at,
                   fmt::format("the ordinary load of those who share it needs {} permits on "
                               "average; there are {}",
                               print_quantity(needed, ""), print_number(permits)));
  }
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
      slots += static_cast<double>(most_instances(component.parameters)) *
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
