#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "sim/language/printable.h"
#include "sim/language/suggestion.h"
#include "sim/scenario/check.h"
#include "sim/scenario/flow_graph.h"
#include "sim/scenario/names.h"

namespace spillway {
namespace {

/// A column of a producer's own trace: the values, and the words that they stand for.
struct Column {
  const std::vector<double>* values = nullptr;
  const std::vector<std::string>* words = nullptr;
};

/// Finds the column, or says that it is not there.
std::optional<Column> own_column(Reader& reader, const Component<ProducerParameters>& producer,
                                 const std::string& name, const Location& at) {
  const auto& trace = producer.parameters.load.trace;
  if (!trace || !trace->rows) {
    reader.error("unknown-column", at,
                 fmt::format("'{}' has no trace to take a column from", producer.name),
                 "columns are named under load: {trace: {columns: …}}");
    return std::nullopt;
  }
  std::vector<std::string_view> known;
  for (const auto& [column, values] : trace->rows->columns) {
    known.push_back(column);
    if (column != name) continue;
    const auto words = trace->rows->words.find(name);
    return Column{values.get(), words == trace->rows->words.end() ? nullptr : &words->second};
  }
  reader.error("unknown-column", at, fmt::format("the trace has no column '{}'", shown(name)),
               known.empty() ? "columns are named under load: {trace: {columns: …}}"
                             : did_you_mean(name, known));
  return std::nullopt;
}

void check_numbers(Reader& reader, const Column& column, const std::string& name,
                   std::string_view what, const Location& at,
                   const std::function<bool(double)>& fits) {
  if (column.words != nullptr) {
    return reader.error("wrong-kind", at,
                        fmt::format("expected a column of numbers; '{}' holds words", name));
  }
  for (std::size_t row = 0; row < column.values->size(); ++row) {
    const double value = (*column.values)[row];
    if (fits(value)) continue;
    return reader.error("out-of-range", at,
                        fmt::format("expected {} in column '{}'; row {} has {}", what, name, row,
                                    print_number(value)),
                        "rows are counted from 0, below the header");
  }
}

/// Checks a distribution of the messages that may be a column.
void check_column(Reader& reader, const Component<ProducerParameters>& producer,
                  const Distribution& distribution, std::string_view key, std::string_view what) {
  if (distribution.column.empty()) return;
  const Reader::Scope scope(reader, key);
  const auto column = own_column(reader, producer, distribution.column, distribution.at);
  if (!column) return;
  check_numbers(reader, *column, distribution.column, what, distribution.at,
                [](double value) { return value >= 0; });
}

void check_types(Reader& reader, const Component<ProducerParameters>& producer,
                 const TypeShares& type) {
  if (type.column.empty()) return;
  const Reader::Scope scope(reader, "type");
  const auto column = own_column(reader, producer, type.column, type.at);
  if (!column) return;
  if (column->words == nullptr) {
    return reader.error("wrong-kind", type.at,
                        fmt::format("expected a column of words; '{}' holds numbers", type.column));
  }
  for (const std::string& word : *column->words) {
    const std::string problem = name_problem(word);
    if (problem.empty()) continue;
    return reader.error(
        "bad-name", type.at,
        fmt::format("the type '{}' in column '{}' {}", shown(word), type.column, problem),
        "a type's name is made of letters, digits, - and _");
  }
}

}  // namespace

void check_messages(Reader& reader, const Scenario& scenario) {
  constexpr double kMostKey = 0x1p53;
  const FlowGraph graph(scenario);
  for (const auto& producer : scenario.producers) {
    const auto& message = producer.parameters.message;
    if (!message) continue;
    const Reader::Scope scope(reader, fmt::format("producers.{}.message", producer.name));
    if (message->type) check_types(reader, producer, *message->type);
    if (message->key && message->key->column) {
      const Reader::Scope inner(reader, "key");
      const std::string& name = *message->key->column;
      const auto column = own_column(reader, producer, name, message->key->at);
      if (column && column->words == nullptr) {
        check_numbers(reader, *column, name, "whole numbers", message->key->at, [&](double value) {
          return value >= 0 && value <= kMostKey && value == std::floor(value);
        });
      }
    }
    if (message->size) check_column(reader, producer, *message->size, "size", "sizes");
    if (!message->ttl) continue;
    check_column(reader, producer, *message->ttl, "ttl", "durations");
    const auto reached = graph.reached_from({producer.name});
    if (std::ranges::none_of(scenario.queues,
                             [&](const auto& queue) { return reached.contains(queue.name); })) {
      const Reader::Scope inner(reader, "ttl");
      reader.warning("unused", message->ttl->at,
                     "these messages never wait in a queue, where they could expire");
    }
  }
}

}  // namespace spillway
