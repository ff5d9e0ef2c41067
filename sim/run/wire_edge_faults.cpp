#include "sim/run/wiring.h"
#include "sim/scenario/edge_uses.h"

namespace spillway {

/// Lets a direction of an edge ail, and this fault strike it.
void Wiring::add_hop_fault(const std::string& edge, bool back, HopFault fault) {
  Context& context = world_.context_;
  Edge& struck = context.edges[edges_.at(edge)];
  Hop& hop = back ? struck.back : struck.out;
  if (hop.kind != Hop::Kind::ailing) {
    AilingHop ailing;
    ailing.sound = hop;
    ailing.edge = edges_.at(edge);
    if (back && accepted(say<Lost>(struck.to))) ailing.told = say<Lost>(struck.to);
    hop = {};
    hop.kind = Hop::Kind::ailing;
    hop.site = static_cast<std::uint32_t>(context.ailing_hops.size());
    context.ailing_hops.push_back(std::move(ailing));
  }
  fault.hop = hop.site;
  context.hop_faults.push_back(fault);
}

/// Adds what a fault does to each edge that it strikes.
void Wiring::wire_edge_faults(const Component<FaultParameters>& declared) {
  const FaultParameters& parameters = declared.parameters;
  const std::string path = declared.name + "/";
  if (parameters.loss) {
    const bool back = parameters.direction.value_or(LossDirection::reply) == LossDirection::reply;
    for (const auto& [edge, share] : parameters.loss->edges) {
      HopFault fault;
      fault.threshold = threshold(share.value);
      if (share.value < 1) {
        fault.site = add_site(path + edge.name + "/loss", Variate::unit());
      } else {
        fault.kind = HopFault::Kind::loses_all;
      }
      add_hop_fault(edge.name, back, fault);
    }
  } else if (parameters.latency) {
    for (const auto& [edge, delay] : parameters.latency->edges) {
      HopFault fault;
      fault.kind = HopFault::Kind::delays;
      fault.site = add_site(path + edge.name + "/latency", delay);
      add_hop_fault(edge.name, false, fault);
      fault.site = add_site(path + edge.name + "/latency back", delay);
      add_hop_fault(edge.name, true, fault);
    }
  } else if (parameters.partition) {
    const auto& [one, other] = parameters.partition->ends;
    for (const std::string& edge : edges_between(edge_uses(scenario_), one.name, other.name)) {
      HopFault fault;
      fault.kind = HopFault::Kind::loses_all;
      add_hop_fault(edge, false, fault);
      add_hop_fault(edge, true, fault);
    }
  }
}

}  // namespace spillway
