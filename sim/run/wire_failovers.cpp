#include <vector>

#include "sim/run/wiring.h"

namespace spillway {

std::uint32_t Wiring::health_check_of(std::uint32_t edge, const HealthRules& rules) {
  const auto [known, first] = health_checks_.emplace(edge, 0);
  if (!first) return known->second;
  Context& context = world_.context_;
  auto& names = world_.names_[kind_of<HealthCheck>];
  const std::string name = context.edges[edge].name + "/health check";
  HealthCheck::Wiring wiring;
  wiring.address =
      component_address(kind_of<HealthCheck>, static_cast<std::uint32_t>(names.size()));
  wiring.edge = edge;
  wiring.number = known->second = context.failovers.add_check();
  wiring.lane = lane_of(name);
  wiring.rules = rules;
  if (rules.start == kNever) wiring.start = add_site(name, Variate::unit());
  names.push_back(name);
  std::get<std::vector<HealthCheck>>(world_.pools_).emplace_back(wiring);
  return wiring.number;
}

// A jump to one of the calls, which lie side by side and go on at the same place:
//
//   first healthy ──► call eu ──► jump ─┐
//                └──► call us ──► jump ─┤
//                     fallback          │
//                     ◄─────────────────┘
void Wiring::compile_failover(std::uint32_t first, const CallParameters& step, const Place& place) {
  Context& context = world_.context_;
  const HealthRules rules = rules_of(step.health_check.value_or(HealthCheckParameters{}));
  const std::size_t choice = context.code.size();
  emit(op_of<FirstHealthy>, 0);
  std::vector<std::uint32_t> exchanges;
  std::vector<std::size_t> jumps;
  std::vector<Failovers::Way> ways;
  for (const Reference& to : callees_of(step)) {
    std::uint32_t number = first;
    if (to.name != step.service.name) {
      number = add_call(step, to, place);
      // Attempts, budgets and times are the call's, whoever answers.
      const Exchange& shared = context.exchanges[first];
      Exchange& exchange = context.exchanges[number];
      Exchange own = shared;
      own.to = exchange.to;
      own.edge = exchange.edge;
      own.lane = exchange.lane;
      own.repeat = exchange.repeat;
      own.cancels = exchange.cancels;
      own.breaker = exchange.breaker;
      own.pool = exchange.pool;
      exchange = own;
    }
    exchanges.push_back(number);
    ways.push_back({health_check_of(context.exchanges[number].edge, rules),
                    static_cast<std::uint32_t>(context.code.size())});
    emit(op_of<Call>, number);
    jumps.push_back(context.code.size());
    emit(op_of<Jump>, 0);
  }
  const std::uint16_t failover = context.failovers.add(std::move(ways));
  context.code[choice].argument = failover;
  if (step.fallback) {
    const auto fallback = static_cast<std::uint32_t>(context.code.size());
    for (const std::uint32_t number : exchanges) context.exchanges[number].fallback = fallback;
    Place inner = place;
    inner.path += "/fallback";
    compile_steps(*step.fallback, inner);
  }
  for (const std::uint32_t number : exchanges) context.exchanges[number].failover = failover;
  const auto end = static_cast<std::uint32_t>(context.code.size());
  for (const std::size_t jump : jumps) context.code[jump].argument = end;
}

}  // namespace spillway
