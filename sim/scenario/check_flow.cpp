#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <variant>

#include "sim/language/printable.h"
#include "sim/language/suggestion.h"
#include "sim/scenario/check.h"
#include "sim/scenario/flow_graph.h"
#include "sim/scenario/names.h"
#include "sim/scenario/reply_ways.h"
#include "sim/scenario/store_use.h"

namespace spillway {
namespace {

/// The most names of columns that a file may use: each costs a walk through all components.
constexpr std::size_t kMostColumns = 32;

/// A step that takes a column of the message's row.
struct ColumnUse {
  std::string_view handler;
  std::string column;
  std::string path;
  Location at;
  bool is_attempts = false;  ///< of `fail`: whole numbers
};

bool same(const Variate& a, const Variate& b) {
  return a.kind == b.kind && a.a == b.a && a.b == b.b && a.c == b.c && a.times == b.times &&
         a.plus == b.plus && a.weights == b.weights && a.table == b.table &&
         std::ranges::equal(a.parts, b.parts, same);
}

bool same(const std::optional<Distribution>& a, const std::optional<Distribution>& b) {
  if (!a || !b) return !a && !b;
  const bool uncertain = a->uncertain && b->uncertain ? same(*a->uncertain, *b->uncertain)
                                                      : !a->uncertain && !b->uncertain;
  return a->column == b->column && uncertain && same(a->variate, b->variate);
}

using Values = std::shared_ptr<const std::vector<double>>;

/// The columns of all traces, by name.
std::map<std::string, std::vector<std::pair<const Component<ProducerParameters>*, Values>>>
columns_of(const Scenario& scenario) {
  std::map<std::string, std::vector<std::pair<const Component<ProducerParameters>*, Values>>> all;
  for (const auto& producer : scenario.producers) {
    const auto& trace = producer.parameters.load.trace;
    if (!trace || !trace->rows) continue;
    for (const auto& [name, values] : trace->rows->columns)
      all[name].emplace_back(&producer, values);
  }
  return all;
}

void check_values(Reader& reader, const ColumnUse& use, const Values& values) {
  for (std::size_t row = 0; row < values->size(); ++row) {
    const double value = (*values)[row];
    if (value >= 0 && (!use.is_attempts || value == std::floor(value))) continue;
    return reader.error("out-of-range", use.at,
                        fmt::format("expected {} in column '{}'; row {} has {}",
                                    use.is_attempts ? "whole numbers of attempts" : "durations",
                                    use.column, row, print_number(value)),
                        "rows are counted from 0, below the header");
  }
}

void check_columns(Reader& reader, const Scenario& scenario, const FlowGraph& graph,
                   const std::vector<ColumnUse>& uses) {
  if (uses.empty()) return;
  const auto columns = columns_of(scenario);
  std::vector<std::string_view> known;
  for (const auto& [name, owners] : columns) known.push_back(name);
  std::map<std::string, std::vector<const ColumnUse*>> by_column;
  for (const ColumnUse& use : uses) by_column[use.column].push_back(&use);
  if (by_column.size() > kMostColumns) {
    return reader.error("too-large", uses.front().at,
                        fmt::format("handlers take more than {} columns", kMostColumns));
  }
  for (const auto& [column, of_column] : by_column) {
    const auto owners = columns.find(column);
    if (owners == columns.end()) {
      for (const ColumnUse* use : of_column) {
        const Reader::Scope scope(reader, use->path);
        reader.error("unknown-column", use->at,
                     fmt::format("no trace has a column '{}'", shown(column)),
                     known.empty() ? "columns are named under load: {trace: {columns: …}}"
                                   : did_you_mean(column, known));
      }
      continue;
    }
    // Who brings no such column, and where its messages come to.
    std::set<const Component<ProducerParameters>*> bring;
    for (const auto& owner : owners->second) bring.insert(owner.first);
    std::vector<std::string_view> without;
    for (const auto& producer : scenario.producers) {
      if (!bring.contains(&producer)) without.push_back(producer.name);
    }
    const auto lacking = graph.reached_from(without);
    for (const ColumnUse* use : of_column) {
      const Reader::Scope scope(reader, use->path);
      if (const auto found = lacking.find(use->handler); found != lacking.end()) {
        reader.error("missing-column", use->at,
                     fmt::format("messages of '{}' come here, and they have no column '{}'",
                                 found->second, column),
                     "every producer whose messages reach this step needs a trace with the column");
      } else if (const auto& [owner, values] = owners->second.front();
                 owner->parameters.load.trace->rows->words.contains(column)) {
        reader.error("wrong-kind", use->at,
                     fmt::format("expected a column of numbers; '{}' holds words", column));
      } else {
        check_values(reader, *use, values);
      }
    }
  }
}

void check_column_names(Reader& reader, const Scenario& scenario) {
  for (const auto& [column, owners] : columns_of(scenario)) {
    for (std::size_t i = 1; i < owners.size(); ++i) {
      if (owners[i].second == owners[0].second) continue;
      const Reader::Scope scope(
          reader, fmt::format("producers.{}.load.trace.columns.{}", owners[i].first->name, column));
      reader.error("duplicate-name", owners[i].first->at,
                   fmt::format("'{}' has another column of this name", owners[0].first->name),
                   "give columns of different traces different names");
    }
  }
}

}  // namespace

void check_flow(Reader& reader, const Scenario& scenario, Nameable& names) {
  const FlowGraph graph(scenario);
  std::vector<ColumnUse> uses;
  std::map<std::string, const std::optional<Distribution>*> networks;
  for (const HandlerOf& handler : handlers_of(scenario)) {
    const auto uses_column = [&](const Distribution& distribution, const std::string& path,
                                 std::string_view key) {
      if (distribution.column.empty()) return;
      uses.push_back(
          {handler.name, distribution.column, fmt::format("{}.{}", path, key), distribution.at});
    };
    const auto edge = [&](const Reference& to, const std::string& said,
                          const std::optional<Distribution>& network, const std::string& path) {
      if (network) uses_column(*network, path, "network");
      const std::string name = said.empty() ? edge_name(handler.name, to.name) : said;
      names.edges.insert(name);
      const auto [first, is_new] = networks.emplace(name, &network);
      if (is_new || same(*first->second, network)) return;
      const Reader::Scope scope(reader, path);
      reader.error("conflicting-edge", to.at,
                   fmt::format("another step says a different network for {}", name),
                   "say the same in each step of the edge");
    };
    for_each_step(*handler.program, handler.path,
                  [&](const StepDeclaration& step, double, const std::string& path) {
                    const auto& parameters = step.parameters;
                    if (const auto* work = std::get_if<WorkParameters>(&parameters)) {
                      uses_column(work->time, path, "work");
                    } else if (const auto* wait = std::get_if<WaitParameters>(&parameters)) {
                      uses_column(wait->time, path, "wait");
                    } else if (const auto* call = std::get_if<CallParameters>(&parameters)) {
                      for (const Reference& to : callees_of(*call)) {
                        edge(to, edge_of(*call, handler.name, to), call->network, path);
                      }
                      if (call->holds && handler.noun != Noun::service) {
                        const Reader::Scope scope(reader, path);
                        reader.error("wrong-place", step.at,
                                     "only a service has slots that it could hold or give away",
                                     "leave holds out");
                      }
                    } else if (const auto* send = sending(step)) {
                      edge(send->channel, "", send->network, path);
                      if (send->delay) uses_column(*send->delay, path, "delay");
                    } else if (const auto* submit = std::get_if<SubmitParameters>(&parameters)) {
                      edge(submit->to, "", submit->network, path);
                    } else if (const auto use = store_use(step)) {
                      edge(use->request->store, "", use->request->network, path);
                    } else if (const auto* fail = std::get_if<FailParameters>(&parameters)) {
                      if (!fail->share.column.empty()) {
                        uses.push_back({handler.name, fail->share.column,
                                        fmt::format("{}.fail", path), fail->share.at, true});
                      }
                    } else if (std::holds_alternative<ReplyParameters>(parameters) &&
                               handler.noun == Noun::producer) {
                      const Reader::Scope scope(reader, path);
                      reader.error("wrong-place", step.at,
                                   "only a service has a caller to reply to");
                    }
                  });
  }
  for (const auto& store : scenario.stores) {
    const auto& outbox = store.parameters.outbox;
    if (outbox) names.edges.insert(edge_name(store.name, outbox->to.name));
  }
  for (const auto& topic : scenario.topics) {
    for (const auto& [name, at, subscription] : topic.parameters.subscriptions) {
      names.edges.insert(fmt::format("{} -> {}", topic.name, subscription.to.name));
    }
  }
  for (const auto& consumer : scenario.consumers) {
    const std::string& from = consumer.parameters.from.name;
    if (!from.empty()) names.edges.insert(fmt::format("{} -> {}", from, consumer.name));
  }
  const std::vector<ReplyWay> ways = reply_ways(scenario);
  for (const ReplyWay& way : ways) {
    names.edges.insert(edge_name(way.consumer, way.replies));
    names.edges.insert(edge_name(way.replies, way.asker));
  }
  if (!names.complete) return;
  check_column_names(reader, scenario);
  check_columns(reader, scenario, graph, uses);

  std::vector<std::string_view> producers;
  for (const auto& producer : scenario.producers) producers.push_back(producer.name);
  const auto reached = graph.reached_from(producers);
  const auto warn_unreached = [&](const auto& components, std::string_view section) {
    for (const auto& component : components) {
      if (reached.contains(component.name)) continue;
      const Reader::Scope outer(reader, section);
      const Reader::Scope inner(reader, component.name);
      reader.warning("unreached", component.at, "no producer's messages come here");
    }
  };
  warn_unreached(scenario.services, "services");
  warn_unreached(scenario.queues, "queues");
  warn_unreached(scenario.topics, "topics");
  warn_unreached(scenario.logs, "logs");
  warn_unreached(scenario.consumers, "consumers");
  warn_unreached(scenario.stores, "stores");
  std::set<std::string_view> read;
  for (const auto& consumer : scenario.consumers) read.insert(consumer.parameters.from.name);
  for (const ReplyWay& way : ways) read.insert(way.replies);
  for (const auto& queue : scenario.queues) {
    if (const auto& dead = queue.parameters.dead_letter) read.insert(dead->to.name);
  }
  for (const auto& topic : scenario.topics) {
    for (const auto& [name, at, subscription] : topic.parameters.subscriptions) {
      if (subscription.dead_letter) read.insert(subscription.dead_letter->name);
    }
  }
  for (const auto& queue : scenario.queues) {
    if (read.contains(queue.name) || !reached.contains(queue.name)) continue;
    const Reader::Scope outer(reader, "queues");
    const Reader::Scope inner(reader, queue.name);
    reader.warning("unread", queue.at, "no consumer takes messages from this queue");
  }
  for (const auto& log : scenario.logs) {
    if (read.contains(log.name) || !reached.contains(log.name)) continue;
    const Reader::Scope outer(reader, "logs");
    const Reader::Scope inner(reader, log.name);
    reader.warning("unread", log.at, "no consumer reads this log");
  }
}

}  // namespace spillway
