#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "sim/flow/impairment.h"
#include "sim/scenario/check.h"
#include "sim/scenario/sections.h"
#include "sim/scenario/struck.h"

namespace spillway {
namespace {

struct Answers {
  std::string_view fault;
  std::optional<Reference> FaultParameters::* target;
  Noun by;               ///< who has an answer to it
  std::string_view why;  ///< others have none
};

constexpr Noun kThatCrash = Noun::service | Noun::consumer | Noun::broker;
constexpr Noun kEverything = kFaultTargets;

/// Faults that may name any target; the others ask for the nouns that answer where they are
/// declared.
constexpr std::array<Answers, kFaultKinds - kEdgeFaultKinds - 6> kAnswers{{
    {"outage", &FaultParameters::outage, kEverything, ""},
    {"hang", &FaultParameters::hang, kEverything, ""},
    {"crash", &FaultParameters::crash, kThatCrash,
     "what crashes is the node that it is on, and what a crash leaves is for its broker to say"},
    {"slow", &FaultParameters::slow, kEverything, ""},
    {"errors", &FaultParameters::errors, kEverything, ""},
}};

/// Dead letters go back to a queue that is known, and of the same type.
void check_redrive(Reader& reader, const Scenario& scenario,
                   const Component<FaultParameters>& fault) {
  const FaultParameters& says = fault.parameters;
  const auto queue_named = [&](std::string_view name) {
    const auto found = std::ranges::find(scenario.queues, name, &Component<QueueParameters>::name);
    return found == scenario.queues.end() ? nullptr : &*found;
  };
  const auto* from = queue_named(says.redrive->name);
  if (from == nullptr ||
      (says.to && (!says.to->queue || queue_named(says.to->queue->name) == nullptr)))
    return;  // said already
  const Location& at = says.to ? says.to->queue->at : says.redrive->at;
  const auto refuse = [&](std::string code, std::string why, std::string hint) {
    const Reader::Scope scope(reader,
                              fmt::format("faults.{}.{}", fault.name, says.to ? "to" : "redrive"));
    reader.error(std::move(code), at, std::move(why), std::move(hint));
  };
  const std::string* to = redriven_to(scenario, says);
  if (to == nullptr) {
    const auto sources = sources_of(scenario, from->name);
    return refuse("missing-key",
                  sources.empty() ? fmt::format("no queue's dead letters go to '{}'", from->name)
                                  : fmt::format("'{}' has dead letters of {} queues", from->name,
                                                sources.size()),
                  fmt::format("say where they are moved: to: {}",
                              sources.empty() ? "NAME of a queue" : *sources.front()));
  }
  if (*to == from->name) {
    return refuse("wrong-place", "they are there already", "name the queue that they are moved to");
  }
  if (queue_named(*to)->parameters.groups == from->parameters.groups) return;
  refuse("wrong-place",
         fmt::format("'{}' has {}message groups, and '{}' has {}", *to,
                     from->parameters.groups ? "no " : "", from->name,
                     from->parameters.groups ? "them" : "none"),
         "messages are moved between queues of the same type: say groups of both");
}

}  // namespace

void check_faults(Reader& reader, const Scenario& scenario) {
  const auto is_cache = [&](std::string_view name) {
    return std::ranges::any_of(scenario.stores, [&](const auto& store) {
      return store.name == name && store.parameters.kind == StoreKind::cache;
    });
  };
  const auto noun_of = [&](std::string_view name) {
    Noun noun = Noun::none;
    for_each_section([&](const auto& section) {
      for (const auto& component : scenario.*section.components) {
        if (component.name == name) noun = section.noun;
      }
    });
    return noun;
  };
  for (const auto& fault : scenario.faults) {
    if (fault.parameters.redrive) check_redrive(reader, scenario, fault);
    for (const Answers& answer : kAnswers) {
      const auto& target = fault.parameters.*answer.target;
      if (!target) continue;
      const Noun noun = noun_of(target->name);
      if (noun == Noun::none || !includes(kFaultTargets, noun)) continue;  // said already
      const bool loses_all = fault.parameters.crash && is_cache(target->name);
      if (!includes(answer.by, noun) && !loses_all) {
        const Reader::Scope scope(reader, fmt::format("faults.{}.{}", fault.name, answer.fault));
        reader.error(
            "not-simulated", target->at,
            fmt::format("{} has no answer to {}: {}", word_of(noun), answer.fault, answer.why),
            includes(Noun::queue | Noun::log, noun) ? "put it on a broker, and let that crash"
                                                    : "use outage or hang");
      }
      if (fault.parameters.crash && fault.parameters.work && noun != Noun::service) {
        const Reader::Scope scope(reader, fmt::format("faults.{}.work", fault.name));
        reader.error("wrong-place", target->at,
                     "only a service's crash asks what becomes of its work: the messages of a "
                     "consumer or broker go back to their queue, or are lost");
      }
    }
  }
}

}  // namespace spillway
