#include "analysis/report/outline.h"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <string_view>
#include <vector>

#include "analysis/report/expected_load.h"
#include "analysis/report/figure_text.h"
#include "analysis/topology/depth.h"
#include "analysis/topology/topology.h"
#include "sim/language/printable.h"

namespace spillway::report {
namespace {

Cell right(std::string text, Tone tone = Tone::plain) { return {std::move(text), tone, true}; }

/// More than all slots busy: what waits grows.
Tone tone_of(double busy, Tone too_much) { return busy > 1 ? too_much : Tone::plain; }

TableRow row_of(const std::string& name, std::string_view noun, const ExpectedLoad& load) {
  TableRow row{{"  " + printable(name)}, {std::string(noun), Tone::faint}};
  const ExpectedRate& offered = load.offered;
  const bool has_peak = offered.highest > offered.base;
  row.push_back(right(load.adapts ? "adapts" : print_value(offered.base, "1/s")));
  row.push_back(right(has_peak && !load.adapts ? print_value(offered.highest, "1/s") : ""));
  if (!load.capacity || std::isinf(*load.capacity)) return row;
  row.push_back(right(print_value(*load.capacity, "1/s")));
  if (load.adapts || *load.capacity <= 0) return row;
  const double busy = offered.base / *load.capacity;
  const double busiest = offered.highest / *load.capacity;
  row.push_back(right(print_value(busy, "share"), tone_of(busy, Tone::bad)));
  row.push_back(
      right(has_peak ? print_value(busiest, "share") : "", tone_of(busiest, Tone::doubtful)));
  return row;
}

/// A sentence below the table.
std::string note(std::string_view text, Tone tone, const TextStyle& style) {
  std::string out;
  for (const std::string& line : wrap(text, style.columns > 4 ? style.columns - 2 : 2)) {
    out += "  " + paint(line, tone, style) + '\n';
  }
  return out;
}

/// What follows where more is offered than can be taken.
std::string growth(const std::string& name, const ExpectedLoad& load, const TextStyle& style) {
  if (load.adapts || !load.capacity || load.offered.highest <= *load.capacity) return {};
  const bool always = load.offered.base > *load.capacity;
  const double excess = (always ? load.offered.base : load.offered.highest) - *load.capacity;
  const std::string text =
      fmt::format("{} cannot keep up{}: what waits grows by {}", printable(name),
                  always ? "" : " at the peak", print_value(excess, "1/s"));
  return note(text, always ? Tone::bad : Tone::doubtful, style);
}

/// Each chain of two or more calls in which each handler waits for the next.
std::string waiting(const Scenario& scenario, const TextStyle& style) {
  const topology::Topology topology(scenario);
  std::string out;
  for (const topology::WaitingChain& chain : topology::waiting_chains(topology)) {
    if (chain.calls < 2) continue;
    const topology::Vertex& start = topology.vertices()[chain.start];
    std::string names;
    for (const std::size_t callee : chain.callees) {
      if (!names.empty()) names += " -> ";
      names += printable(topology.vertices()[callee].name);
    }
    if (chain.calls > chain.callees.size()) names += style.unicode ? " -> …" : " -> ...";
    out += note(
        fmt::format("{}{} waits for {} calls in a row: {}; a message holds up to {} slot{} "
                    "at once",
                    printable(start.name), start.noun == Noun::service ? ", after its reply," : "",
                    chain.calls, names, chain.slots, chain.slots == 1 ? "" : "s"),
        Tone::plain, style);
  }
  return out;
}

}  // namespace

std::string outline(const Scenario& scenario, const TextStyle& style) {
  const std::map<std::string, ExpectedLoad> loads = expected_loads(scenario);
  Table table;
  table.add({{printable(scenario.variant), Tone::strong},
             {},
             right("offered", Tone::faint),
             right("at most", Tone::faint),
             right("takes", Tone::faint),
             right("busy", Tone::faint),
             right("at most", Tone::faint)});
  std::string notes;
  const auto add = [&](const auto& components, std::string_view noun) {
    for (const auto& component : components) {
      const ExpectedLoad& load = loads.at(component.name);
      table.add(row_of(component.name, noun, load));
      notes += growth(component.name, load, style);
    }
  };
  add(scenario.producers, "producer");
  add(scenario.services, "service");
  add(scenario.queues, "queue");
  add(scenario.topics, "topic");
  add(scenario.logs, "log");
  add(scenario.consumers, "consumer");
  add(scenario.stores, "store");
  table.shrink(0, style.columns, 12, style);
  return table.print(style) + notes + waiting(scenario, style);
}

}  // namespace spillway::report
