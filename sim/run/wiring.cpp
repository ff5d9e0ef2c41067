#include "sim/run/wiring.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <stdexcept>

namespace spillway {
namespace {

template <class P>
std::vector<const Component<P>*> by_name(const std::vector<Component<P>>& components) {
  std::vector<const Component<P>*> sorted;
  for (const Component<P>& component : components) sorted.push_back(&component);
  std::sort(sorted.begin(), sorted.end(),
            [](const auto* a, const auto* b) { return a->name < b->name; });
  return sorted;
}

/// The lane of a name: tells random numbers of different paths apart.
std::uint32_t lane_of(std::string_view name) { return static_cast<std::uint32_t>(hash64(name)); }

}  // namespace

void Wiring::wire() {
  cut_timeline();
  place_components();
  name_types();
  for (const auto* service : by_name(scenario_.services)) wire_service(*service);
  for (const auto* consumer : by_name(scenario_.consumers)) wire_consumer(*consumer);
  for (const auto* queue : by_name(scenario_.queues)) wire_queue(*queue);
  for (const auto* producer : by_name(scenario_.producers)) wire_producer(*producer);
  if (std::ranges::any_of(scenario_.producers,
                          [](const auto& each) { return each.parameters.message.has_value(); })) {
    for (const auto* producer : by_name(scenario_.producers)) {
      world_.context_.attributes.push_back(attributes_of(*producer));
    }
  }
  world_.each_component([&](auto& component) { component.claim(world_.context_); });
  world_.plan_.deterministic = !random_;
  list_metrics();
}

void Wiring::cut_timeline() {
  const Time duration = scenario_.run.duration.ns;
  std::vector<Window> named;
  const auto add = [&](const std::string& name, Time from, Time lasts) {
    named.push_back({name, {{from, lasts > duration - from ? duration : from + lasts}}, {}});
  };
  for (const NamedWindow& window : scenario_.windows) {
    add(window.name, window.window.at.ns, window.window.lasts.ns);
  }
  for (const auto& producer : scenario_.producers) {
    for (const NamedProfileEntry& entry : producer.parameters.profile) {
      if (entry.entry.spike) {
        add(entry.name, entry.entry.spike->at.ns, entry.entry.spike->lasts.ns);
      } else {
        add(entry.name, entry.entry.ramp->from.ns, duration);
      }
    }
  }
  std::vector<Window> windows = named;
  for (const Window& window : named) {
    const std::string suffix = named.size() == 1 ? "" : ":" + window.name;
    const auto [from, until] = window.spans.front();
    Time next = duration;
    for (const Window& other : named) {
      const Time begins = other.spans.front().first;
      if (begins >= until) next = std::min(next, begins);
    }
    windows.push_back({"before" + suffix, {{scenario_.run.warmup.ns, from}}, {}});
    windows.push_back({"recovery" + suffix, {{until, next}}, {}});
  }
  // A window that the warm-up or the end leaves nothing of is not there.
  std::erase_if(windows, [&](const Window& window) {
    return window.spans.front().second <=
               std::max(window.spans.front().first, scenario_.run.warmup.ns) ||
           window.spans.front().first >= duration;
  });
  world_.drain_until_ = duration + std::min(scenario_.run.drain.ns, kNever - 1 - duration);
  world_.context_.timeline = Timeline(scenario_.run.warmup.ns, duration, std::move(windows));
}

void Wiring::place_components() {
  const auto place = [&]<class C, class P>(const std::vector<Component<P>>& components) {
    auto& names = world_.names_[kind_of<C>];
    for (const auto* component : by_name(components)) {
      addresses_[component->name] =
          component_address(kind_of<C>, static_cast<std::uint32_t>(names.size()));
      names.push_back(component->name);
    }
  };
  world_.names_.resize(std::tuple_size_v<Pools>);
  place.template operator()<Producer>(scenario_.producers);
  place.template operator()<Service>(scenario_.services);
  place.template operator()<Queue>(scenario_.queues);
  place.template operator()<Consumer>(scenario_.consumers);
}

void Wiring::wire_producer(const Component<ProducerParameters>& declared) {
  const ProducerParameters& parameters = declared.parameters;
  const LoadParameters& load = parameters.load;
  Producer::Wiring wiring;
  wiring.address = address_of(declared.name);
  wiring.lane = lane_of(declared.name);
  wiring.program = compile(declared.name, parameters.does);
  const Context& context = world_.context_;
  if (context.code[wiring.program].op == op_of<Call> &&
      context.code[wiring.program + 1].op == kEnd) {
    wiring.only_call = context.code[wiring.program].argument;
    wiring.call_lane = mix32(wiring.lane, context.exchanges[*wiring.only_call].lane);
  }
  const std::string site = declared.name + "/arrivals";
  Rate reference;
  const auto profile = [&](Rate rate) {
    wiring.profile =
        RateProfile::of(rate, parameters.profile, scenario_.run.duration.ns, &reference);
  };
  if (load.poisson) {
    profile(*load.poisson);
    wiring.intervals = add_site(site, Variate::exponential(1e9 / reference.per_second));
  } else if (load.constant) {
    profile(*load.constant);
    wiring.intervals = add_site(site, Variate::constant(1e9 / reference.per_second));
  } else if (load.renewal) {
    const double mean = load.renewal->variate.mean();
    profile(Rate{mean > 0 && std::isfinite(mean) ? 1e9 / mean : 1});
    wiring.intervals = add_site(site, *load.renewal);
  } else if (load.mmpp) {
    double most = 0;
    for (const auto& [name, state] : load.mmpp->states)
      most = std::max(most, state.rate.per_second);
    profile(Rate{most});
    wiring.intervals = add_site(site, Variate::exponential(1e9 / reference.per_second));
    for (const auto& [name, state] : load.mmpp->states) {
      wiring.state_factors.push_back(state.rate.per_second / reference.per_second);
      wiring.state_sites.push_back(add_site(site + "/" + name, state.lasts));
    }
  } else if (load.users) {
    wiring.load = Producer::Load::users;
    wiring.users = static_cast<std::uint32_t>(load.users->count);
    wiring.think = add_site(declared.name + "/think", load.users->think);
  } else {
    wiring.load = Producer::Load::trace;
    wiring.rows = load.trace->rows;
  }
  if (load.start) {
    wiring.first_at_start = true;
    wiring.start = load.start->ns;
  }
  std::get<std::vector<Producer>>(world_.pools_).emplace_back(std::move(wiring));
}

void Wiring::wire_service(const Component<ServiceParameters>& declared) {
  const ServiceParameters& parameters = declared.parameters;
  Service::Wiring wiring;
  wiring.address = address_of(declared.name);
  wiring.program = compile(declared.name, parameters.does, parameters.holds);
  wiring.slots = static_cast<std::uint64_t>(parameters.instances * parameters.concurrency);
  wiring.room =
      parameters.accept_queue.count
          ? static_cast<std::uint64_t>(*parameters.accept_queue.count * parameters.instances)
          : ~std::uint64_t{0};
  std::get<std::vector<Service>>(world_.pools_).emplace_back(wiring);
}

void Wiring::wire_consumer(const Component<ConsumerParameters>& declared) {
  const ConsumerParameters& parameters = declared.parameters;
  Consumer::Wiring wiring;
  wiring.address = address_of(declared.name);
  wiring.queue = address_of(parameters.from.name);
  wiring.program = compile(declared.name, parameters.does);
  wiring.instances = static_cast<std::uint32_t>(parameters.instances);
  wiring.concurrency = static_cast<std::uint64_t>(parameters.concurrency);
  wiring.acknowledges_before = parameters.ack == Ack::before;
  wiring.first_taker = first_takers_[parameters.from.name];
  first_takers_[parameters.from.name] += wiring.instances;
  const std::uint32_t edge = add_edge(parameters.from.name, declared.name, scenario_.network);
  wiring.way_back = world_.context_.edges[edge].back;
  std::get<std::vector<Consumer>>(world_.pools_).emplace_back(wiring);
}

void Wiring::wire_queue(const Component<QueueParameters>& declared) {
  const QueueParameters& parameters = declared.parameters;
  Queue::Wiring wiring;
  wiring.address = address_of(declared.name);
  for (const auto* consumer : by_name(scenario_.consumers)) {
    if (consumer->parameters.from.name != declared.name) continue;
    const std::uint32_t edge = edges_.at(declared.name + " -> " + consumer->name);
    const auto instances = static_cast<std::uint32_t>(consumer->parameters.instances);
    const Count prefetch = consumer->parameters.prefetch.value_or(consumer->parameters.concurrency);
    for (std::uint32_t instance = 0; instance < instances; ++instance) {
      wiring.takers.push_back({address_of(consumer->name), instance,
                               static_cast<std::uint64_t>(prefetch),
                               world_.context_.edges[edge].out});
    }
  }
  if (parameters.visibility) wiring.visibility = parameters.visibility->ns;
  if (parameters.dead_letter) {
    wiring.dead_letter = say<Offer>(address_of(parameters.dead_letter->to.name));
    wiring.dead_letter_after = static_cast<std::uint64_t>(parameters.dead_letter->after);
  }
  if (parameters.capacity.count)
    wiring.capacity = static_cast<std::uint64_t>(*parameters.capacity.count);
  wiring.overflow = parameters.overflow;
  if (parameters.delivery) {
    wiring.delivery = add_site(declared.name + "/delivery", *parameters.delivery);
    wiring.delivery_less = 2 * scenario_.network.fixed().value_or(0);
  }
  if (parameters.confirm)
    wiring.confirm = add_site(declared.name + "/confirm", *parameters.confirm);
  std::get<std::vector<Queue>>(world_.pools_).emplace_back(std::move(wiring));
}

std::uint32_t Wiring::compile(const std::string& component, const Program& program,
                              std::optional<Holds> of_service) {
  const auto start = static_cast<std::uint32_t>(world_.context_.code.size());
  std::map<std::string, std::uint32_t> exchanges;
  compile_steps(program, {component, component + "/does", of_service.has_value(),
                          of_service.value_or(Holds::slot) == Holds::slot, &exchanges});
  emit(kEnd, 0);
  return start;
}

void Wiring::compile_steps(const Program& program, const Place& place) {
  for (std::size_t i = 0; i < program.steps.size(); ++i) {
    Place inner = place;
    inner.path += "/" + std::to_string(i);
    std::visit([&](const auto& step) { compile_step(step, inner); }, program.steps[i].parameters);
  }
}

void Wiring::emit(std::uint8_t op, std::uint32_t argument) {
  world_.context_.code.push_back({op, argument});
}

void Wiring::compile_step(const WorkParameters& step, const Place& place) {
  emit(op_of<Work>, add_site(place.path + "/work", step.time));
}

void Wiring::compile_step(const WaitParameters& step, const Place& place) {
  auto& exchanges = world_.context_.exchanges;
  emit(op_of<Wait>, static_cast<std::uint32_t>(exchanges.size()));
  Exchange details;
  details.to = add_site(place.path + "/wait", step.time);
  details.holds = place.holds;
  exchanges.push_back(details);
}

void Wiring::compile_step(const CallParameters& step, const Place& place) {
  const bool holds = step.holds && place.in_service ? *step.holds == Holds::slot : place.holds;
  emit(op_of<Call>, add_exchange(step.service.name, step.network, holds, true, place));
}

void Wiring::compile_step(const SendParameters& step, const Place& place) {
  emit(op_of<Send>,
       add_exchange(step.channel.name, step.network, place.holds, step.confirm, place));
}

void Wiring::compile_step(const FailParameters& step, const Place& place) {
  auto& failures = world_.context_.failures;
  emit(op_of<Fail>, static_cast<std::uint32_t>(failures.size()));
  if (!step.share.column.empty()) {
    Variate attempts = Variate::constant(0);
    attempts.kind = VariateKind::column;
    attempts.table = trace_column(step.share.column);
    failures.push_back({add_site(place.path + "/fail", attempts), -1});
    return;
  }
  failures.push_back(
      {add_site(place.path + "/fail", Variate::unit()), threshold(step.share.share.value)});
}

void Wiring::compile_step(const ChooseParameters& step, const Place& place) {
  Context& context = world_.context_;
  const auto branching = static_cast<std::uint32_t>(context.branchings.size());
  const auto first = static_cast<std::uint32_t>(context.thresholds.size());
  emit(op_of<Choose>, branching);
  context.branchings.push_back({add_site(place.path + "/choose", Variate::unit()), first,
                                static_cast<std::uint32_t>(step.ways.size())});
  double sum = 0;
  for (const auto& way : step.ways) {
    sum += way.share.value;
    context.thresholds.push_back(threshold(sum));
    context.targets.push_back(0);
  }
  std::vector<std::size_t> jumps;
  for (std::size_t way = 0; way < step.ways.size(); ++way) {
    context.targets[first + way] = static_cast<std::uint32_t>(context.code.size());
    Place inner = place;
    inner.path += "/" + std::to_string(way);
    compile_steps(step.ways[way].program, inner);
    jumps.push_back(context.code.size());
    emit(op_of<Jump>, 0);
  }
  const auto end = static_cast<std::uint32_t>(context.code.size());
  for (const std::size_t jump : jumps) context.code[jump].argument = end;
}

void Wiring::compile_step(const ReplyParameters&, const Place&) { emit(op_of<ReplyNow>, 0); }

std::uint32_t Wiring::add_exchange(const std::string& to,
                                   const std::optional<Distribution>& network, bool holds,
                                   bool confirm, const Place& place) {
  auto& exchanges = world_.context_.exchanges;
  const std::string edge = place.component + " -> " + to;
  const std::uint32_t visit = (*place.exchanges)[edge]++;
  Exchange exchange;
  exchange.to = say<Offer>(address_of(to));
  assert(accepted(exchange.to));
  exchange.edge = add_edge(place.component, to, network ? *network : scenario_.network);
  exchange.lane = visit == 0 ? lane_of(edge) : mix32(lane_of(edge), visit);
  exchange.holds = holds;
  exchange.confirm = confirm;
  exchanges.push_back(exchange);
  return static_cast<std::uint32_t>(exchanges.size() - 1);
}

std::uint32_t Wiring::add_site(const std::string& name, Variate variate) {
  if (variate.kind != VariateKind::constant && variate.kind != VariateKind::column) random_ = true;
  const Site& site = world_.context_.sites.emplace_back(name, std::move(variate));
  const auto [other, is_new] = site_hashes_.emplace(site.name(), name);
  if (!is_new) {
    throw std::runtime_error(
        fmt::format("{} and {} would draw the same numbers, by a chance of one in 2^64: rename one",
                    name, other->second));
  }
  world_.site_names_.push_back(name);
  return static_cast<std::uint32_t>(world_.context_.sites.size() - 1);
}

std::uint32_t Wiring::add_site(const std::string& name, const Distribution& distribution) {
  Variate variate = distribution.variate;
  if (!distribution.column.empty()) {
    variate.kind = VariateKind::column;
    variate.table = trace_column(distribution.column);
  }
  const std::uint32_t site = add_site(name, variate);
  if (distribution.uncertain) {
    const std::string factor = name + "/uncertain";
    world_.uncertain_.push_back({site, add_site(factor, *distribution.uncertain), variate, name});
  }
  return site;
}

std::shared_ptr<const std::vector<double>> Wiring::trace_column(const std::string& name) const {
  for (const auto* producer : by_name(scenario_.producers)) {
    const auto& trace = producer->parameters.load.trace;
    if (!trace) continue;
    for (const auto& [column, values] : trace->rows->columns) {
      if (column == name) return values;
    }
  }
  assert(false && "the loader has checked that the column is there");
  return nullptr;
}

std::uint32_t Wiring::add_edge(const std::string& from, const std::string& to,
                               const Distribution& network) {
  const std::string name = from + " -> " + to;
  const auto known = edges_.find(name);
  if (known != edges_.end()) return known->second;
  Edge edge;
  edge.name = name;
  edge.out = add_hop(name + "/network", network);
  edge.back = edge.out;
  if (edge.out.kind == Hop::Kind::drawn) edge.back = add_hop(name + "/network back", network);
  auto& edges = world_.context_.edges;
  edges.push_back(std::move(edge));
  edges_[name] = static_cast<std::uint32_t>(edges.size() - 1);
  return edges_[name];
}

Hop Wiring::add_hop(const std::string& name, const Distribution& network) {
  Hop hop;
  if (const auto fixed = network.fixed()) {
    if (*fixed == 0) return hop;
    hop.kind = Hop::Kind::fixed;
    hop.delay = *fixed;
    EventSet& events = world_.context_.events;
    auto lanes = lanes_.find(hop.delay);
    if (lanes == lanes_.end()) {
      const LaneId arrivals = events.add_lane();
      lanes = lanes_.emplace(hop.delay, std::pair{arrivals, events.add_lane()}).first;
    }
    hop.arrivals = lanes->second.first;
    hop.completions = lanes->second.second;
    return hop;
  }
  hop.kind = Hop::Kind::drawn;
  hop.site = add_site(name, network);
  return hop;
}

void Wiring::list_metrics() {
  Plan& plan = world_.plan_;
  const Timeline& timeline = world_.context_.timeline;
  plan.warmup = timeline.warmup();
  plan.duration = timeline.duration();
  plan.series_step = series_step(plan.duration);
  plan.windows = timeline.windows();
  world_.each_measured([&](const std::string& name, auto& metrics) {
    using Metrics = std::remove_cvref_t<decltype(metrics)>;
    for_each_metric<Metrics>([&](const auto& metric) {
      for (std::uint32_t window = 0; window < plan.windows.size(); ++window) {
        plan.metrics.push_back({name, std::string(metric.name), std::string(metric.unit), window});
      }
      if constexpr (std::is_same_v<
                        std::remove_cvref_t<decltype(std::invoke(metric.member, metrics))>,
                        Level>) {
        plan.series.push_back(name + "." + std::string(metric.name));
      }
    });
  });
  plan.channels = world_.names_[kind_of<Queue>];
}

}  // namespace spillway
