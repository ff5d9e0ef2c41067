#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sim/language/suggestion.h"
#include "sim/scenario/check.h"
#include "sim/scenario/edge_uses.h"
#include "sim/scenario/names.h"
#include "sim/scenario/reply_ways.h"

namespace spillway {
namespace {

/// Checks what faults of the network strike.
class EdgeFaults {
 public:
  EdgeFaults(Reader& reader, const Scenario& scenario)
      : reader_(reader), uses_(edge_uses(scenario)) {
    for (const EdgeUse& use : uses_) edges_.insert(use.edge);
    for (const auto& consumer : scenario.consumers) {
      const std::string& from = consumer.parameters.from.name;
      if (!from.empty()) deliveries_.insert(edge_name(from, consumer.name));
    }
    for (const ReplyWay& way : reply_ways(scenario)) {
      deliveries_.insert(edge_name(way.replies, way.asker));
    }
    for (const auto& topic : scenario.topics) {
      for (const NamedSubscription& subscription : topic.parameters.subscriptions) {
        deliveries_.insert(edge_name(topic.name, subscription.subscription.to.name));
      }
    }
  }

  void check(const FaultParameters& fault) {
    if (fault.loss) {
      const Reader::Scope scope(reader_, "loss");
      const bool of_answers =
          fault.direction.value_or(LossDirection::reply) == LossDirection::reply;
      for (const auto& [edge, share] : fault.loss->edges) {
        const Reader::Scope inner(reader_, edge.name);
        if (is_there(edge)) check_loss(edge.name, of_answers, edge.at);
      }
    } else if (fault.latency) {
      const Reader::Scope scope(reader_, "latency");
      for (const auto& [edge, delay] : fault.latency->edges) {
        const Reader::Scope inner(reader_, edge.name);
        is_there(edge);
      }
    } else if (fault.partition) {
      const Reader::Scope scope(reader_, "partition");
      check_partition(*fault.partition);
    }
  }

 private:
  bool is_there(const EdgeName& edge) {
    if (edges_.contains(edge.name)) return true;
    if (deliveries_.contains(edge.name)) {
      delivers(edge.name, edge.at);
      return false;
    }
    reader_.error(
        "unknown-name", edge.at, fmt::format("no step goes along {}", edge.name),
        reader_.suggests() ? did_you_mean(edge.name, {edges_.begin(), edges_.end()}) : "");
    return false;
  }

  void delivers(const std::string& edge, const Location& at) {
    reader_.error("wrong-place", at,
                  fmt::format("{} is a delivery, over a connection that loses nothing", edge),
                  "let the connection break: {outage: …} of the consumer");
  }

  void check_loss(const std::string& edge, bool of_answers, const Location& at) {
    bool waits = false;
    for (const EdgeUse& use : uses_) {
      if (use.edge != edge) continue;
      waits = waits || use.waits;
      if (use.waits && !use.limited) return waits_for_ever(use, at);
    }
    if (of_answers && !waits) {
      reader_.error("wrong-place", at,
                    fmt::format("nobody waits for what comes back over {}", edge),
                    "say direction: request to lose the messages themselves");
    }
  }

  void waits_for_ever(const EdgeUse& use, const Location& at) {
    reader_.error(
        "missing-key", at,
        fmt::format("the {} to '{}' in line {} would wait for ever for what is lost: it has no "
                    "timeout",
                    use.step, use.to, use.at.line),
        "give it one: timeout: 1s");
  }

  void check_partition(const ComponentPair& pair) {
    const auto& [one, other] = pair.ends;
    if (one.name == other.name) {
      return reader_.error("wrong-place", other.at,
                           fmt::format("nothing parts '{}' from itself", one.name));
    }
    for (const std::string& edge :
         {edge_name(one.name, other.name), edge_name(other.name, one.name)}) {
      if (deliveries_.contains(edge)) return delivers(edge, pair.at);
    }
    const std::vector<std::string> between = edges_between(uses_, one.name, other.name);
    if (between.empty()) {
      reader_.error("wrong-place", pair.at,
                    fmt::format("'{}' and '{}' say nothing to each other", one.name, other.name),
                    "name two of which one calls the other, sends to it, or reads or writes it");
    }
    for (const std::string& edge : between) check_loss(edge, false, pair.at);
  }

  Reader& reader_;
  std::vector<EdgeUse> uses_;
  std::set<std::string> edges_;
  std::set<std::string> deliveries_;
};

}  // namespace

void check_edge_faults(Reader& reader, const Scenario& scenario) {
  const bool any = std::ranges::any_of(scenario.faults, [](const auto& fault) {
    return fault.parameters.loss || fault.parameters.latency || fault.parameters.partition;
  });
  if (!any) return;
  EdgeFaults checks(reader, scenario);
  for (const auto& fault : scenario.faults) {
    const Reader::Scope scope(reader, fmt::format("faults.{}", fault.name));
    checks.check(fault.parameters);
  }
}

}  // namespace spillway
