#include "sim/scenario/flow_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "sim/kernel/zipf.h"
#include "sim/language/quantity_text.h"
#include "sim/scenario/names.h"
#include "sim/scenario/reply_ways.h"
#include "sim/scenario/store_use.h"
#include "sim/scenario/struck.h"

namespace spillway {
namespace {

using Visit = std::function<void(const StepDeclaration&, double, const std::string&)>;

/// What a step does instead when it has failed; nullptr: nothing.
const Program* fallback_of(const StepDeclaration& step) {
  return std::visit(
      []<class P>(const P& parameters) -> const Program* {
        if constexpr (requires { parameters.fallback; }) {
          return parameters.fallback ? &*parameters.fallback : nullptr;
        } else {
          return nullptr;
        }
      },
      step.parameters);
}

/// What a step does where a cache has not got the key; nullptr: nothing.
const Program* miss_of(const StepDeclaration& step) {
  const auto* read = std::get_if<ReadParameters>(&step.parameters);
  return read != nullptr && read->miss ? &*read->miss : nullptr;
}

/// Probabilities of getting past the last step of a list of steps. Each list is looked at once.
class Passing {
 public:
  double of(const Program& program) {
    const auto known = known_.find(&program);
    if (known != known_.end()) return known->second;
    double passing = 1;
    for (const StepDeclaration& step : program.steps) passing *= of(step);
    return known_[&program] = passing;
  }

  /// How often the steps are begun for one that comes to `repeat`; and `passing` of all of it.
  std::pair<double, double> of_rounds(const RepeatedSteps& repeated) {
    double begun = 0;
    double passing = 1;
    for (Count round = 0; round < repeated.times; ++round) {
      begun += passing;
      passing *= of(repeated.steps);
    }
    return {begun, passing};
  }

  /// That as many branches as are waited for end well.
  double of_branches(const ParallelParameters& parallel) {
    std::vector<double> well{1};  // by how many have ended well so far
    for (const Program& branch : parallel.branches) {
      const double passing = of(branch);
      well.push_back(0);
      for (std::size_t n = well.size() - 1; n > 0; --n) {
        well[n] = well[n] * (1 - passing) + well[n - 1] * passing;
      }
      well[0] *= 1 - passing;
    }
    const auto needed =
        static_cast<std::size_t>(parallel.wait_for.value_or(static_cast<Count>(well.size()) - 1));
    double enough = 0;
    for (std::size_t n = needed; n < well.size(); ++n) enough += well[n];
    return std::min(enough, 1.0);
  }

 private:
  double of(const StepDeclaration& step) {
    if (const auto* fail = std::get_if<FailParameters>(&step.parameters)) {
      return fail->share.column.empty() ? 1 - fail->share.share.value : 1;
    }
    if (const auto* choose = std::get_if<ChooseParameters>(&step.parameters)) {
      double past = 0;
      for (const auto& way : choose->ways) past += way.share.value * of(way.program);
      return past;
    }
    if (const auto* parallel = std::get_if<ParallelParameters>(&step.parameters)) {
      return of_branches(*parallel);
    }
    if (const auto* repeat = std::get_if<RepeatParameters>(&step.parameters)) {
      return of_rounds(repeat->repeated).second;
    }
    if (const auto* saga = std::get_if<SagaParameters>(&step.parameters)) {
      double all = 1;
      for (const SagaStage& stage : saga->stages) all *= of(stage.steps);
      return saga->fallback ? all + (1 - all) * of(*saga->fallback) : all;
    }
    return 1;
  }

  std::map<const Program*, double> known_;
};

double walk_saga(const SagaParameters& saga, const std::string& place, double probability,
                 Passing& passing, const Visit& visit);

/// Returns the probability of getting past the last step.
double walk(const Program& program, const std::string& path, double probability, Passing& passing,
            const Visit& visit) {
  for (std::size_t i = 0; i < program.steps.size(); ++i) {
    const StepDeclaration& step = program.steps[i];
    const std::string place = fmt::format("{}[{}]", path, i + 1);
    visit(step, probability, place);
    if (const auto* fail = std::get_if<FailParameters>(&step.parameters)) {
      if (fail->share.column.empty()) probability *= 1 - fail->share.share.value;
    } else if (const auto* choose = std::get_if<ChooseParameters>(&step.parameters)) {
      double past = 0;
      for (const ChooseParameters::Way& way : choose->ways) {
        past += walk(way.program, fmt::format("{}.choose.{}", place, print(way.share)),
                     probability * way.share.value, passing, visit);
      }
      probability = past;
    } else if (const auto* parallel = std::get_if<ParallelParameters>(&step.parameters)) {
      for (std::size_t branch = 0; branch < parallel->branches.size(); ++branch) {
        walk(parallel->branches[branch], fmt::format("{}.parallel[{}]", place, branch + 1),
             probability, passing, visit);
      }
      probability *= passing.of_branches(*parallel);
    } else if (const auto* repeat = std::get_if<RepeatParameters>(&step.parameters)) {
      const auto [begun, past] = passing.of_rounds(repeat->repeated);
      walk(repeat->repeated.steps, fmt::format("{}.repeat.do", place), probability * begun, passing,
           visit);
      probability *= past;
    } else if (const auto* saga = std::get_if<SagaParameters>(&step.parameters)) {
      probability = walk_saga(*saga, place, probability, passing, visit);
    } else {
      // How often a call fails or a cache misses is not known here: what is done then counts as
      // never.
      for (const StepsInside& inside : steps_inside(step)) {
        walk(*inside.program, fmt::format("{}.{}", place, inside.path), 0, passing, visit);
      }
    }
  }
  return probability;
}

/// The same of a saga. A stage is undone as often as a later one fails.
double walk_saga(const SagaParameters& saga, const std::string& place, double probability,
                 Passing& passing, const Visit& visit) {
  const double all = probability;
  std::vector<double> done;  // by stage
  for (std::size_t stage = 0; stage < saga.stages.size(); ++stage) {
    const std::string path = fmt::format("{}.saga[{}].do", place, stage + 1);
    probability = walk(saga.stages[stage].steps, path, probability, passing, visit);
    done.push_back(probability);
  }
  for (std::size_t stage = 0; stage < saga.stages.size(); ++stage) {
    const auto& undo = saga.stages[stage].undo;
    if (!undo) continue;
    walk(*undo, fmt::format("{}.saga[{}].undo", place, stage + 1), done[stage] - probability,
         passing, visit);
  }
  if (!saga.fallback) return probability;
  return probability +
         walk(*saga.fallback, fmt::format("{}.fallback", place), all - probability, passing, visit);
}

}  // namespace

std::string edge_of(const CallParameters& call, std::string_view caller, const Reference& to) {
  const bool first = to.name == call.service.name;
  return first && !call.edge.name.empty() ? call.edge.name : edge_name(caller, to.name);
}

std::vector<HandlerOf> handlers_of(const Scenario& scenario) {
  std::vector<HandlerOf> handlers;
  for (const auto& producer : scenario.producers) {
    handlers.push_back({producer.name, Noun::producer,
                        fmt::format("producers.{}.does", producer.name),
                        &producer.parameters.does});
  }
  for (const auto& service : scenario.services) {
    handlers.push_back({service.name, Noun::service, fmt::format("services.{}.does", service.name),
                        &service.parameters.does});
  }
  for (const auto& consumer : scenario.consumers) {
    handlers.push_back({consumer.name, Noun::consumer,
                        fmt::format("consumers.{}.does", consumer.name),
                        &consumer.parameters.does});
    if (const auto& per_batch = consumer.parameters.per_batch) {
      handlers.push_back(
          {consumer.name, Noun::consumer, fmt::format("consumers.{}.per_batch", consumer.name),
           &*per_batch,
           1 / static_cast<double>(consumer.parameters.batch ? consumer.parameters.batch->size
                                                             : 1)});
    }
  }
  return handlers;
}

std::vector<StepsInside> steps_inside(const StepDeclaration& step) {
  std::vector<StepsInside> inside;
  if (const auto* choose = std::get_if<ChooseParameters>(&step.parameters)) {
    for (const auto& way : choose->ways) {
      inside.push_back({fmt::format("choose.{}", print(way.share)), &way.program});
    }
  } else if (const auto* parallel = std::get_if<ParallelParameters>(&step.parameters)) {
    for (std::size_t branch = 0; branch < parallel->branches.size(); ++branch) {
      inside.push_back({fmt::format("parallel[{}]", branch + 1), &parallel->branches[branch]});
    }
  } else if (const auto* repeat = std::get_if<RepeatParameters>(&step.parameters)) {
    inside.push_back({"repeat.do", &repeat->repeated.steps});
  } else if (const auto* saga = std::get_if<SagaParameters>(&step.parameters)) {
    for (std::size_t stage = 0; stage < saga->stages.size(); ++stage) {
      const SagaStage& one = saga->stages[stage];
      inside.push_back({fmt::format("saga[{}].do", stage + 1), &one.steps});
      if (one.undo) inside.push_back({fmt::format("saga[{}].undo", stage + 1), &*one.undo});
    }
    if (saga->fallback) inside.push_back({"fallback", &*saga->fallback});
  } else {
    if (const Program* miss = miss_of(step)) inside.push_back({"miss", miss});
    if (const Program* fallback = fallback_of(step)) inside.push_back({"fallback", fallback});
  }
  return inside;
}

void for_each_step(const Program& program, const std::string& path, const Visit& visit) {
  Passing passing;
  walk(program, path, 1, passing, visit);
}

namespace {

/// The share of a producer's messages whose key a filter wants.
double share_of_keys(const ProducerParameters& producer, const KeyRanges& wanted) {
  if (!producer.message || !producer.message->key) return 0;
  const KeyParameters& key = *producer.message->key;
  double share = 0;
  if (key.column) {
    if (!producer.load.trace || !producer.load.trace->rows) return 0;
    for (const auto& [column, values] : producer.load.trace->rows->columns) {
      if (column != *key.column || values->empty()) continue;
      for (const double value : *values) {
        share += wanted.contain(static_cast<std::uint64_t>(value)) ? 1 : 0;
      }
      return share / static_cast<double>(values->size());
    }
    return 0;
  }
  const auto keys = static_cast<std::uint64_t>(key.zipf ? key.zipf->keys : *key.uniform);
  std::vector<std::int64_t> below;
  if (key.zipf) {
    below = zipf_thresholds(static_cast<std::uint32_t>(keys), key.zipf->exponent.value);
  }
  const auto share_below = [&](std::uint64_t end) {
    if (end == 0) return 0.0;
    if (!key.zipf) return static_cast<double>(end) / static_cast<double>(keys);
    return static_cast<double>(below[end - 1]) / 0x1p53;
  };
  // Ranges may overlap: what has been counted is left out.
  std::vector<KeyRanges::Range> ranges = wanted.ranges;
  std::ranges::sort(ranges, {}, &KeyRanges::Range::first);
  std::uint64_t counted = 0;
  for (const KeyRanges::Range& range : ranges) {
    const std::uint64_t from = std::max(counted, std::min(range.first, keys));
    const std::uint64_t until = std::max(from, std::min(range.last + 1, keys));
    share += share_below(until) - share_below(from);
    counted = until;
  }
  return share;
}

double share_of_types(const ProducerParameters& producer, const TypeNames& wanted) {
  const auto wants = [&](const std::string& type) {
    return std::ranges::any_of(wanted.names,
                               [&](const Reference& name) { return name.name == type; });
  };
  if (!producer.message || !producer.message->type) return 0;
  const TypeShares& type = *producer.message->type;
  double share = 0;
  for (const auto& [name, of_name] : type.shares) share += wants(name) ? of_name.value : 0;
  if (type.column.empty() || !producer.load.trace || !producer.load.trace->rows) return share;
  const TraceParameters::Rows& rows = *producer.load.trace->rows;
  const auto words = rows.words.find(type.column);
  for (const auto& [column, codes] : rows.columns) {
    if (column != type.column || words == rows.words.end() || rows.at.empty()) continue;
    for (std::size_t row = 0; row < rows.at.size(); ++row) {
      share += wants(words->second[static_cast<std::size_t>((*codes)[row])]) ? 1 : 0;
    }
    share /= static_cast<double>(rows.at.size());
  }
  return share;
}

}  // namespace

double share_wanted(const ProducerParameters& producer,
                    const SubscriptionParameters& subscription) {
  if (!subscription.filter) return 1;
  const FilterParameters& filter = *subscription.filter;
  return (filter.type ? share_of_types(producer, *filter.type) : 1) *
         (filter.key ? share_of_keys(producer, *filter.key) : 1);
}

FlowGraph::FlowGraph(const Scenario& scenario) {
  for (const HandlerOf& handler : handlers_of(scenario)) {
    auto& next = next_[handler.name];
    for_each_step(*handler.program, "", [&](const StepDeclaration& step, double, const auto&) {
      if (const auto* call = std::get_if<CallParameters>(&step.parameters)) {
        for (const Reference& to : callees_of(*call)) next.push_back(to.name);
      } else if (const auto* send = sending(step)) {
        next.push_back(send->channel.name);
      } else if (const auto* submit = std::get_if<SubmitParameters>(&step.parameters)) {
        next.push_back(submit->to.name);
      } else if (const auto use = store_use(step)) {
        next.push_back(use->store());
        if (const Reference* event = event_of(scenario, *use)) next.push_back(event->name);
      }
    });
  }
  for (const auto& queue : scenario.queues) {
    const auto& dead = queue.parameters.dead_letter;
    if (dead && !dead->to.name.empty()) next_[queue.name].push_back(dead->to.name);
  }
  for (const auto& fault : scenario.faults) {
    const FaultParameters& parameters = fault.parameters;
    const std::string* to = redriven_to(scenario, parameters);
    if (to != nullptr) next_[parameters.redrive->name].push_back(*to);
  }
  for (const auto& topic : scenario.topics) {
    auto& next = next_[topic.name];
    for (const auto& [name, at, subscription] : topic.parameters.subscriptions) {
      next.push_back(subscription.to.name);
      if (subscription.dead_letter) next.push_back(subscription.dead_letter->name);
    }
  }
  for (const auto& consumer : scenario.consumers) {
    const std::string& from = consumer.parameters.from.name;
    if (!from.empty()) next_[from].push_back(consumer.name);
  }
  for (const ReplyWay& way : reply_ways(scenario)) next_[way.consumer].push_back(way.replies);
}

std::map<std::string_view, std::string_view> FlowGraph::reached_from(
    const std::vector<std::string_view>& starts) const {
  std::map<std::string_view, std::string_view> reached;
  for (const std::string_view start : starts) reached.emplace(start, start);
  std::vector<std::string_view> open(starts.begin(), starts.end());
  while (!open.empty()) {
    const std::string_view name = open.back();
    open.pop_back();
    const auto from = next_.find(name);
    if (from == next_.end()) continue;
    for (const std::string_view to : from->second) {
      if (reached.emplace(to, reached.at(name)).second) open.push_back(to);
    }
  }
  return reached;
}

}  // namespace spillway
