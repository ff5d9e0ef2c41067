#include "sim/run/wiring.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <stdexcept>

#include "sim/run/by_name.h"
#include "sim/scenario/flow_graph.h"
#include "sim/scenario/judged.h"
#include "sim/scenario/log_readers.h"
#include "sim/scenario/names.h"
#include "sim/scenario/struck.h"

namespace spillway {
void Wiring::wire() {
  cut_timeline();
  place_components();
  find_sources();
  reply_ways_ = reply_ways(scenario_);
  name_types();
  place_caches();
  wire_stores();
  wire_limits();
  make_spaces();
  for (const auto* service : by_name(scenario_.services)) wire_service(*service);
  for (const auto* consumer : by_name(scenario_.consumers)) wire_consumer(*consumer);
  for (const auto* queue : by_name(scenario_.queues)) wire_queue(*queue);
  for (const auto* topic : by_name(scenario_.topics)) wire_topic(*topic);
  for (const auto* log : by_name(scenario_.logs)) wire_log(*log);
  for (const auto* broker : by_name(scenario_.brokers)) wire_broker(*broker);
  for (const auto* producer : by_name(scenario_.producers)) wire_producer(*producer);
  for (const auto* fault : by_name(scenario_.faults)) wire_fault(*fault);
  if (std::ranges::any_of(scenario_.producers,
                          [](const auto& each) { return each.parameters.message.has_value(); })) {
    for (const auto* producer : by_name(scenario_.producers)) {
      world_.context_.attributes.push_back(attributes_of(*producer));
    }
  }
  wire_scalers();
  wire_triggers();
  spare_confirms();
  tell_ordinary_calls();
  world_.each_component([&](auto& component) { component.claim(world_.context_); });
  world_.plan_.deterministic = !random_;
  list_charges();
  list_metrics();
}

void Wiring::cut_timeline() {
  const Time duration = scenario_.run.duration.ns;
  const Time warmup = scenario_.run.warmup.ns;
  if (scenario_.run.represents) world_.represents_ = scenario_.run.represents->ns;
  world_.drain_until_ = duration + std::min(scenario_.run.drain.ns, kNever - 1 - duration);
  world_.named_ = named_spans(scenario_);
  std::vector<Window> windows = windows_of(world_.named_, warmup, duration);
  // A window that the warm-up or the end leaves nothing of is not there; one that is drawn may be.
  if (std::ranges::none_of(world_.named_, &NamedSpans::drawn)) {
    std::erase_if(windows, [](const Window& window) { return window.spans.empty(); });
  }
  world_.context_.timeline = Timeline(warmup, duration, std::move(windows));
}

void Wiring::place_components() {
  const auto place = [&]<class C, class P>(const std::vector<Component<P>>& components) {
    auto& names = world_.names_[kind_of<C>];
    for (const auto* component : by_name_as<C>(components)) {
      addresses_[component->name] =
          component_address(kind_of<C>, static_cast<std::uint32_t>(names.size()));
      names.push_back(component->name);
    }
  };
  world_.names_.resize(std::tuple_size_v<Pools>);
  place.template operator()<Producer>(scenario_.producers);
  place.template operator()<Service>(scenario_.services);
  place.template operator()<BalancedService>(scenario_.services);
  place.template operator()<Queue>(scenario_.queues);
  place.template operator()<Consumer>(scenario_.consumers);
  place.template operator()<Store>(scenario_.stores);
  place.template operator()<Fault>(scenario_.faults);
  place.template operator()<Topic>(scenario_.topics);
  place.template operator()<Log>(scenario_.logs);
  place.template operator()<Broker>(scenario_.brokers);
}

void Wiring::find_sources() {
  for (const auto& topic : scenario_.topics) {
    std::uint32_t takers = 0;
    for (const NamedSubscription* subscription : by_name(topic.parameters.subscriptions)) {
      const std::string& to = subscription->subscription.to.name;
      for (const auto& consumer : scenario_.consumers) {
        if (consumer.name != to) continue;
        sources_[to] = {topic.name, takers};
        takers += static_cast<std::uint32_t>(consumer.parameters.instances);
      }
    }
  }
}

void Wiring::wire_producer(const Component<ProducerParameters>& declared) {
  const ProducerParameters& parameters = declared.parameters;
  const LoadParameters& load = parameters.load;
  Producer::Wiring wiring;
  wiring.address = address_of(declared.name);
  wiring.lane = lane_of(declared.name);
  wiring.program = compile(declared.name, parameters.does);
  const Context& context = world_.context_;
  if (parameters.does.steps.size() == 1 &&
      std::holds_alternative<CallParameters>(parameters.does.steps[0].parameters) &&
      context.code[wiring.program].op == op_of<Call> &&
      context.code[wiring.program + 1].op == kEnd &&
      context.exchanges[context.code[wiring.program].argument].plain() &&
      !may_vanish(std::get<CallParameters>(parameters.does.steps[0].parameters).service.name)) {
    wiring.only_call = context.code[wiring.program].argument;
    wiring.call_lane = lane_over(context.exchanges[*wiring.only_call], wiring.lane);
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
    wiring.most_changes = world_.limits_.state_changes;
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
  ServiceWiring wiring;
  wiring.address = address_of(declared.name);
  wiring.program = compile(declared.name, parameters.does, parameters.holds);
  wiring.room_for_each = parameters.accept_queue.count
                             ? static_cast<std::uint64_t>(*parameters.accept_queue.count)
                             : ~std::uint64_t{0};
  if (parameters.balancing) return balance(declared, wiring);
  wiring.instances = static_cast<std::uint64_t>(most_instances(parameters));
  wiring.slots = static_cast<std::uint64_t>(most_instances(parameters) * parameters.concurrency);
  wiring.room =
      parameters.accept_queue.count
          ? static_cast<std::uint64_t>(*parameters.accept_queue.count * parameters.instances)
          : ~std::uint64_t{0};
  Protection protection = protection_of(declared, wiring);
  protection.shared_limit = shared_limit_of(declared.name);
  std::get<std::vector<Service>>(world_.pools_)
      .emplace_back(wiring, protection, fleet_of(declared));
}

void Wiring::wire_consumer(const Component<ConsumerParameters>& declared) {
  const ConsumerParameters& parameters = declared.parameters;
  Consumer::Wiring wiring;
  wiring.address = address_of(declared.name);
  const bool pushed = parameters.from.name.empty();
  const std::string& source = pushed ? sources_.at(declared.name).topic : parameters.from.name;
  wiring.source = address_of(source);
  wiring.pushed = pushed;
  const std::uint32_t edge = add_edge(edge_name(source, declared.name), wiring.address,
                                      network_between(scenario_, source, declared.name));
  arrives_by_[declared.name] = edge;
  compile_consumer(declared, wiring);
  wiring.instances = static_cast<std::uint32_t>(most_instances(parameters));
  wiring.concurrency = static_cast<std::uint64_t>(parameters.concurrency);
  if (parameters.cores) {
    wiring.cores = static_cast<std::uint64_t>(parameters.instances * *parameters.cores);
  }
  wiring.stands_still = may_stand_still(declared.name);
  wiring.acknowledges_before = parameters.ack == Ack::before;
  wiring.hidden = std::ranges::any_of(scenario_.queues, [&](const auto& queue) {
    // A broker learns that a connection has closed.
    return queue.name == parameters.from.name && queue.parameters.visibility.has_value() &&
           !queue.parameters.broker;
  });
  wiring.limit = shared_limit_of(declared.name);
  wiring.patience = patience_of(parameters);
  const bool reads = reads_log(scenario_, parameters);
  if (pushed) {
    wiring.first_taker = sources_.at(declared.name).first_taker;
  } else {
    if (reads) become_reader(wiring);
    wiring.reads_log = reads;
    wiring.first_taker = first_takers_[source];
    first_takers_[source] += wiring.instances;
  }
  if (!reads) wiring.way_back = world_.context_.edges[edge].back;
  if (parameters.idempotent) {
    const auto& remembers = parameters.idempotent->remembers;
    wiring.idempotent = true;
    wiring.remembers = remembers ? remembers->ns : kNever;
    world_.context_.identities.kept = true;
    for_each_step(parameters.does, "", [&](const StepDeclaration& step, double, const auto&) {
      if (std::holds_alternative<ReplyParameters>(step.parameters)) wiring.replies_by = edge + 1;
    });
  }
  std::get<std::vector<Consumer>>(world_.pools_).emplace_back(wiring, fleet_of(declared));
}

std::uint32_t Wiring::compile(const std::string& component, const Program& program,
                              std::optional<Holds> of_service) {
  const auto start = static_cast<std::uint32_t>(world_.context_.code.size());
  std::map<std::string, std::uint32_t> exchanges;
  compile_steps(program, {component, component + "/does", of_service.has_value(),
                          of_service.value_or(Holds::slot) == Holds::slot, &exchanges});
  if (has_jobs(component)) emit(op_of<FinishJob>, of_service ? 0 : 1);
  emit(kEnd, 0);
  return start;
}

void Wiring::compile_steps(const Program& program, const Place& place) {
  for (std::size_t i = 0; i < program.steps.size(); ++i) {
    Place inner = place;
    inner.path += fmt::format("/{}", i);
    std::visit([&](const auto& step) { compile_step(step, inner); }, program.steps[i].parameters);
  }
}

void Wiring::emit(std::uint8_t op, std::uint32_t argument) {
  world_.context_.code.push_back({op, argument});
}

void Wiring::compile_step(const WorkParameters& step, const Place& place) {
  emit(step.cpu ? op_of<CpuWork> : op_of<Work>, add_site(place.path + "/work", step.time));
}

void Wiring::compile_step(const WaitParameters& step, const Place& place) {
  auto& exchanges = world_.context_.exchanges;
  emit(op_of<Wait>, static_cast<std::uint32_t>(exchanges.size()));
  Exchange details;
  details.to = add_site(place.path + "/wait", step.time);
  details.holds = place.holds;
  exchanges.push_back(details);
}

/// Whether a service has to know which instance did not answer in time.
bool Wiring::ejects(const std::string& service) const {
  const auto declared =
      std::ranges::find(scenario_.services, service, &Component<ServiceParameters>::name);
  return declared != scenario_.services.end() && declared->parameters.ejection;
}

/// Whether every caller of a service tells it that it waits no more.
bool Wiring::is_told_of_cancellation(const std::string& service) const {
  const auto declared =
      std::ranges::find(scenario_.services, service, &Component<ServiceParameters>::name);
  return declared != scenario_.services.end() && declared->parameters.cancel;
}

std::uint32_t Wiring::add_call(const CallParameters& step, const Reference& to,
                               const Place& place) {
  const bool holds = step.holds && place.in_service ? *step.holds == Holds::slot : place.holds;
  const std::string edge = edge_of(step, place.component, to);
  const std::uint32_t number = add_exchange(to.name, edge, edge, step.network, holds, place);
  Exchange& exchange = world_.context_.exchanges[number];
  exchange.cancels = step.cancel || is_told_of_cancellation(to.name);
  if (step.breaker) exchange.breaker = breaker_of(exchange.edge, rules_of(*step.breaker));
  if (step.pool) exchange.pool = pool_of(exchange.edge, rules_of(*step.pool));
  if (step.priority) {
    world_.context_.edges[exchange.edge].priority = static_cast<std::uint32_t>(*step.priority);
  }
  return number;
}

void Wiring::compile_step(const CallParameters& step, const Place& place) {
  const std::uint32_t number = add_call(step, step.service, place);
  Exchange& exchange = world_.context_.exchanges[number];
  limit(exchange, step.timeout, step.deadline, place);
  exchange.travels = step.travels;
  if (step.retry) try_again(exchange, *step.retry, place);
  if (step.hedge) exchange.hedge = hedge_of(*step.hedge, place);
  if (step.first_healthy) return compile_failover(number, step, place);
  emit(op_of<Call>, number);
  compile_fallback(number, step.fallback, place);
}

void Wiring::compile_step(const SendParameters& step, const Place& place) {
  compile_sending(op_of<Send>, step, place);
}

void Wiring::compile_step(const PublishParameters& step, const Place& place) {
  compile_sending(op_of<Publish>, step, place);
}

void Wiring::compile_sending(std::uint8_t op, const SendParameters& step, const Place& place) {
  const std::string& to = step.channel.name;
  const std::string edge = edge_name(place.component, to);
  const bool passes = !step.edge.name.empty();
  const std::uint32_t number =
      add_exchange(to, edge, passes ? step.edge.name : edge, step.network, place.holds, place);
  Exchange& exchange = world_.context_.exchanges[number];
  exchange.kind = Exchange::Kind::send;
  exchange.passes = passes;
  exchange.confirm = step.confirm;
  exchange.envelope = envelope_of(step, place);
  sends_.push_back(number);
  if (step.linger) {
    let_linger(number, step, place);
  } else {
    limit(exchange, step.timeout, {}, place);
    if (step.retry) try_again(exchange, *step.retry, place);
  }
  emit(op, number);
  compile_fallback(number, step.fallback, place);
}

/// Says how long the caller waits.
void Wiring::limit(Exchange& exchange, const std::optional<Distribution>& timeout,
                   const std::optional<Duration>& deadline, const Place& place) {
  if (deadline) exchange.deadline = deadline->ns;
  if (timeout) {
    if (const auto fixed = timeout->fixed()) {
      exchange.timeout = *fixed;
    } else {
      exchange.timeout_site = add_site(place.path + "/timeout", *timeout);
    }
  }
  exchange.limited = timeout || deadline;
  // What lies the same span ahead each time stands in one line.
  const Time span = std::min(exchange.timeout, exchange.deadline);
  if (exchange.limited && span != kNever) exchange.timer_lane = timer_lane(span);
}

LaneId Wiring::timer_lane(Time span) {
  const auto known = timer_lanes_.find(span);
  if (known != timer_lanes_.end()) return known->second;
  return timer_lanes_[span] = world_.context_.events.add_lane();
}

void Wiring::tell_ordinary_calls() {
  Context& context = world_.context_;
  for (Exchange& exchange : context.exchanges) {
    const bool budget = exchange.attempts > 1 && context.retries[exchange.retry].budget.limited();
    exchange.ordinary = exchange.kind == Exchange::Kind::call && exchange.deadline == kNever &&
                        exchange.timeout_site == Exchange::kNoSite && !exchange.travels &&
                        exchange.repeat == 0 && !exchange.guarded() && !budget;
    exchange.lane_after = lane_over(exchange, exchange.lane_before);
  }
}

void Wiring::try_again(Exchange& exchange, const RetryParameters& parameters, const Place& place) {
  exchange.attempts = static_cast<std::uint16_t>(parameters.attempts);
  for (const Failed failed : parameters.when) {
    const Outcome outcome = failed == Failed::timeout       ? Outcome::timeout
                            : failed == Failed::unavailable ? Outcome::unavailable
                                                            : Outcome::error;
    exchange.retry_when |= static_cast<std::uint8_t>(1u << static_cast<unsigned>(outcome));
  }
  Retry retry;
  const auto pauses = static_cast<std::size_t>(parameters.attempts) - 1;
  retry.pauses.assign(pauses, 0);
  if (const auto& backoff = parameters.backoff) {
    retry.base = backoff->base.ns;
    if (backoff->cap) retry.cap = backoff->cap->ns;
    retry.jitter = backoff->jitter;
    auto pause = static_cast<double>(backoff->base.ns);
    for (Time& before : retry.pauses) {
      // Beyond the longest run there is no next attempt.
      before = pause < 1e18 ? std::min(static_cast<Time>(pause + 0.5), retry.cap)
                            : std::min(Time{1'000'000'000'000'000'000}, retry.cap);
      pause *= backoff->factor.value;
    }
    if (retry.jitter != Jitter::none) retry.site = add_site(place.path + "/retry", Variate::unit());
  }
  if (parameters.budget) {
    const double reserve = parameters.reserve ? parameters.reserve->per_second : 0;
    retry.budget = RetryBudget(parameters.budget->value, reserve);
  }
  if (const auto rules = rules_of(parameters)) {
    exchange.retry_limit = world_.context_.retry_limits.add(*rules);
  }
  if (parameters.adaptive)
    exchange.pace = world_.context_.paces.add(rules_of(*parameters.adaptive));
  exchange.retry = static_cast<std::uint32_t>(world_.context_.retries.size());
  world_.context_.retries.push_back(std::move(retry));
}

std::uint16_t Wiring::breaker_of(std::uint32_t edge, const BreakerRules& rules) {
  const auto [known, first] = breakers_.emplace(edge, 0);
  if (first) known->second = world_.context_.breakers.add(rules, edge);
  return known->second;
}

std::uint16_t Wiring::hedge_of(const HedgeParameters& says, const Place& place) {
  HedgeRules rules;
  if (says.after) rules.site = add_site(place.path + "/hedge", *says.after);
  if (says.percentile) rules.quantile = says.percentile->value;
  rules.copies = static_cast<std::uint16_t>(says.copies);
  if (says.budget) rules.budget = RetryBudget(says.budget->value);
  return world_.context_.hedges.add(rules);
}

std::uint16_t Wiring::pool_of(std::uint32_t edge, const PoolRules& rules) {
  const auto [known, first] = connections_.emplace(edge, 0);
  if (first) {
    known->second = world_.context_.connections.add(rules, edge);
    world_.context_.edges[edge].metrics.pool_size = static_cast<double>(rules.size);
  }
  return known->second;
}

void Wiring::compile_fallback(std::uint32_t exchange, const std::optional<Program>& fallback,
                              const Place& place) {
  if (!fallback) return;
  Context& context = world_.context_;
  const std::size_t past = context.code.size();
  emit(op_of<Jump>, 0);
  context.exchanges[exchange].fallback = static_cast<std::uint32_t>(context.code.size());
  Place inner = place;
  inner.path += "/fallback";
  compile_steps(*fallback, inner);
  context.code[past].argument = static_cast<std::uint32_t>(context.code.size());
}

/// Whether a fault may take requests out of this service: then none is the message itself.
bool Wiring::may_vanish(const std::string& callee) const {
  return std::ranges::any_of(scenario_.faults, [&](const auto& fault) {
    return std::ranges::any_of(struck_components(scenario_, fault.parameters),
                               [&](const Struck& struck) {
                                 return struck.kind == FaultKind::crash && struck.name == callee;
                               });
  });
}

void Wiring::wire_fault(const Component<FaultParameters>& declared) {
  const FaultParameters& parameters = declared.parameters;
  Fault::Wiring wiring;
  wiring.address = address_of(declared.name);
  Impairment impairment;
  if (parameters.times) impairment.times = parameters.times->value;
  if (parameters.share) {
    impairment.threshold = threshold(parameters.share->value);
    impairment.site = add_site(declared.name + "/errors", Variate::unit());
  }
  impairment.loses_work = parameters.work == CrashedWork::lost;
  if (parameters.nodes) impairment.nodes = static_cast<std::uint32_t>(*parameters.nodes);
  impairment.draws_anew = parameters.work == CrashedWork::resample;
  impairment.keeps_work = parameters.work == CrashedWork::resume;
  if (parameters.restart || parameters.set) wire_instance_fault(declared, wiring);
  if (const std::string* to = redriven_to(scenario_, parameters)) {
    impairment.moves_to = address_of(*to);
    if (parameters.rate)
      impairment.pause = std::llround(std::min(1e9 / parameters.rate->per_second, 1e18));
  }
  for (const Struck& struck : struck_components(scenario_, parameters)) {
    if (wiring.instances) break;
    impairment.kind = struck.kind;
    impairment.target = address_of(struck.name);
    if (parameters.instances) strike_instances(declared, struck, impairment);
    assert(accepted(say<Impair>(impairment.target)));
    const auto branches = branches_.find(struck.name);
    wiring.strikes.push_back({static_cast<std::uint32_t>(world_.context_.impairments.size()),
                              branches == branches_.end() ? 0 : branches->second});
    world_.context_.impairments.push_back(impairment);
    spread_impairment(impairment);
    crash_clients(struck, impairment, wiring);
  }
  wiring.first_hop_fault = static_cast<std::uint32_t>(world_.context_.hop_faults.size());
  wire_edge_faults(declared);
  wiring.hop_faults =
      static_cast<std::uint32_t>(world_.context_.hop_faults.size()) - wiring.first_hop_fault;
  if (parameters.at) wiring.at = parameters.at->ns;
  wiring.waits_for_load = parameters.when.has_value();
  if (parameters.every) wiring.every = add_site(declared.name + "/every", *parameters.every);
  wiring.lasts = add_site(declared.name + "/for", *parameters.lasts);
  std::get<std::vector<Fault>>(world_.pools_).emplace_back(std::move(wiring));
}

void Wiring::compile_step(const FailParameters& step, const Place& place) {
  auto& failures = world_.context_.failures;
  const bool crashes = step.as == FailAs::crash;
  emit(op_of<Fail>, static_cast<std::uint32_t>(failures.size()));
  if (!step.share.column.empty()) {
    Variate attempts = Variate::constant(0);
    attempts.kind = VariateKind::column;
    attempts.table = trace_column(step.share.column);
    failures.push_back({add_site(place.path + "/fail", attempts), -1, crashes});
    return;
  }
  failures.push_back({add_site(place.path + "/fail", Variate::unit()),
                      threshold(step.share.share.value), crashes});
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
    inner.path += fmt::format("/{}", way);
    compile_steps(step.ways[way].program, inner);
    jumps.push_back(context.code.size());
    emit(op_of<Jump>, 0);
  }
  const auto end = static_cast<std::uint32_t>(context.code.size());
  for (const std::size_t jump : jumps) context.code[jump].argument = end;
}

void Wiring::compile_step(const ReplyParameters&, const Place& place) {
  const auto by = arrives_by_.find(place.component);
  emit(op_of<ReplyNow>, by == arrives_by_.end() ? 0 : by->second + 1);
}

std::uint32_t Wiring::add_exchange(const std::string& to, const std::string& edge,
                                   const std::string& drawn_by,
                                   const std::optional<Distribution>& network, bool holds,
                                   const Place& place) {
  auto& exchanges = world_.context_.exchanges;
  Exchange exchange;
  exchange.to = say<Offer>(address_of(to));
  assert(accepted(exchange.to));
  exchange.edge = add_edge(edge, address_of(to),
                           network ? *network : network_between(scenario_, place.component, to));
  exchange.complains = ejects(to);
  exchange.lane = lane_of(drawn_by);
  exchange.repeat = (*place.exchanges)[drawn_by]++;
  exchange.holds = holds;
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

std::uint32_t Wiring::add_edge(const std::string& name, Address to, const Distribution& network) {
  const auto known = edges_.find(name);
  if (known != edges_.end()) return known->second;
  Edge edge;
  edge.name = name;
  edge.to = to;
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
    auto pipes = pipes_.find(hop.delay);
    if (pipes == pipes_.end()) {
      const PipeId arrivals = events.add_pipe();
      pipes = pipes_.emplace(hop.delay, std::pair{arrivals, events.add_pipe()}).first;
    }
    std::tie(hop.arrivals, hop.completions) = pipes->second;
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
      using Measure = std::remove_cvref_t<decltype(std::invoke(metric.member, metrics))>;
      for (std::uint32_t window = 0; window < plan.windows.size(); ++window) {
        if (!is_taken_over<Measure>(plan.windows[window])) continue;
        plan.metrics.push_back({name, std::string(metric.name), std::string(metric.unit), window});
      }
      if constexpr (HasSeries<Measure>) {
        constexpr bool kRate = is_rate_over_time<Measure>;
        plan.series.push_back({name + "." + std::string(metric.name), kRate ? "1/s" : "1",
                               plan.series_step * (kRate ? RateOverTime::kSteps : 1)});
      }
    });
  });
  if (!world_.charges_.empty()) {
    for (std::uint32_t window = 0; window < plan.windows.size(); ++window) {
      for (const Charge& charge : world_.charges_) {
        plan.metrics.push_back({charge.component, "cost", "USD", window});
      }
      plan.metrics.push_back({"total", "cost", "USD", window});
    }
    if (scenario_.run.represents) plan.metrics.push_back({"total", "cost.month", "USD", 0});
  }
  if (const auto& collapse = scenario_.collapse) {
    world_.collapse_ = *collapse;
    world_.watched_ = index_of(address_of(collapse->producer));
    plan.metrics.push_back({"total", "collapsed", "share", 0});
  }
  watch_objectives();
  for (const auto* fault : by_name(scenario_.faults)) {
    if (!is_incident(fault->parameters)) continue;
    plan.strikes.push_back({fault->name, struck_by(scenario_, fault->parameters)});
  }
  plan.channels = world_.names_[kind_of<Queue>];
  for (const Topic& topic : std::get<std::vector<Topic>>(world_.pools_)) {
    for (const Topic::Subscription& subscription : topic.subscriptions()) {
      plan.channels.push_back(subscription.wiring.name);
    }
  }
  for (const Log& log : std::get<std::vector<Log>>(world_.pools_)) {
    for (const Log::Group& group : log.groups()) plan.channels.push_back(group.wiring.name);
  }
}

}  // namespace spillway
