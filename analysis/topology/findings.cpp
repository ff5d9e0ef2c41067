#include "analysis/topology/findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <tuple>

#include "analysis/topology/loops.h"

namespace spillway::topology {
namespace {

/// More are cut: nobody reads them.
constexpr std::size_t kMostFindings = 100;

/// What the messages of a loop do, and how it ends if it does.
struct Fate {
  std::string rounds;
  bool ends = false;
};

Fate fate_of(const Loop& loop, std::string_view what) {
  if (loop.is_certain) return {fmt::format("each {} makes another one", what)};
  const bool is_tangled = loop.entangled > loop.links.size();
  switch (loop.growth) {
    case Growth::dies_out:
      return {fmt::format("each {} makes {:.3g} more on average", what, loop.per_round), true};
    case Growth::persists:
      if (loop.per_round >= 1 - 1e-9) {
        return {fmt::format("each {} makes {:.3g} more on average", what, loop.per_round)};
      }
      return {is_tangled
                  ? fmt::format("with the other circles among {} components {}s do not get fewer",
                                loop.entangled, what)
                  : fmt::format("with the other circles here {}s do not get fewer", what)};
    case Growth::undecided:
      break;
  }
  return {fmt::format("some {}s go round again", what), true};
}

Diagnostic warning_at(const Link& closing, std::string code, std::string message,
                      std::string hint) {
  return {Severity::warning, std::move(code),    closing.at,
          closing.path,      std::move(message), std::move(hint)};
}

/// Whether slots run out, so that a request that goes round is refused one day.
bool is_refused(const Loop& loop, const Topology& topology) {
  const auto link = [&](std::size_t i) -> const Link& { return topology.links()[i]; };
  return std::ranges::none_of(loop.links, [&](auto i) { return link(i).after_reply; }) &&
         std::ranges::any_of(loop.links, [&](auto i) {
           return link(i).holds_slot && !topology.vertices()[link(i).from].has_waiting_room;
         });
}

Diagnostic of_calls(const Loop& loop, const Topology& topology) {
  const Link& closing = topology.links()[loop.links.back()];
  const std::string& caller = topology.vertices()[closing.from].name;
  const std::string& entry = topology.vertices()[closing.to].name;
  const Fate fate = fate_of(loop, "request");
  std::string message = fmt::format("calls go in a circle, {}: ", print(loop, topology));
  std::string hint = closing.from == closing.to
                         ? fmt::format("let '{}' do all of it in one request", entry)
                         : fmt::format("let '{}' answer without calling '{}'", caller, entry);
  if (const auto deadlocked = deadlocked_at(loop, topology)) {
    const std::string& name = topology.vertices()[*deadlocked].name;
    message += fmt::format(
        "{}{} all slots of '{}' are held by requests that wait for one of these slots, a deadlock",
        fate.rounds, fate.ends ? "; it can happen that" : ", until", name);
    hint += ", or wait without a slot (holds: nothing)";
  } else if (fate.ends) {
    message += fate.rounds;
  } else if (is_refused(loop, topology)) {
    message += fate.rounds + ", until no slot is free and it is refused";
  } else {
    message += fate.rounds + ", without end";
  }
  return warning_at(closing, "sync-cycle", std::move(message), std::move(hint));
}

Diagnostic of_messages(const Loop& loop, const Topology& topology) {
  const Fate fate = fate_of(loop, "message");
  std::string message = fmt::format("messages go in a circle, {}: {}", print(loop, topology),
                                    fate.rounds + (fate.ends ? "" : ", without end"));
  std::string hint =
      fate.ends ? "to try again what failed, use fail: the queue delivers it again, and "
                  "dead_letter puts an end to it"
                : "send to a queue outside of the circle, or choose a share that goes round";
  return warning_at(topology.links()[loop.links.back()], "message-loop", std::move(message),
                    std::move(hint));
}

Diagnostic of_dead_letters(const Loop& loop, const Topology& topology) {
  return warning_at(
      topology.links()[loop.links.back()], "dead-letter-loop",
      fmt::format("dead letters go in a circle, {}: a message that fails each time goes round "
                  "without end",
                  print(loop, topology)),
      "choose a share that goes back, or keep dead letters where they are");
}

}  // namespace

Diagnostics findings(const Topology& topology) {
  Diagnostics found;
  for (const Loop& loop : call_loops(topology)) found.push_back(of_calls(loop, topology));
  for (const Loop& loop : message_loops(topology)) found.push_back(of_messages(loop, topology));
  for (const Loop& loop : dead_letter_loops(topology)) {
    found.push_back(of_dead_letters(loop, topology));
  }
  return found;
}

Diagnostics findings(const ScenarioFile& file) {
  Diagnostics found;
  std::set<std::tuple<std::string, std::uint32_t, std::uint32_t, std::string, std::string>> known;
  for (const Scenario& variant : file.variants) {
    for (Diagnostic& one : findings(Topology(variant))) {
      const bool is_new = known
                              .emplace(one.at.source ? one.at.source->name : std::string(),
                                       one.at.line, one.at.column, one.code, one.message)
                              .second;
      if (is_new) found.push_back(std::move(one));
    }
  }
  // What presets and the command line say comes after what the file says.
  std::vector<std::size_t> order(found.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) {
    const Location& at = found[i].at;
    return std::tuple(at.source != file.source, at.line, at.column, i);
  });
  Diagnostics sorted;
  const std::size_t shown = std::min(order.size(), kMostFindings);
  for (std::size_t i = 0; i < shown; ++i) sorted.push_back(std::move(found[order[i]]));
  if (order.size() > shown) {
    Diagnostic more =
        error_at({file.source, 0, 0}, "more-findings", "",
                 fmt::format("{} more findings are not listed", order.size() - shown));
    more.severity = Severity::warning;
    sorted.push_back(std::move(more));
  }
  return sorted;
}

}  // namespace spillway::topology
