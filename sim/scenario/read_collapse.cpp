#include <fmt/format.h>

#include <algorithm>

#include "sim/language/printable.h"
#include "sim/language/quantity_text.h"
#include "sim/language/suggestion.h"
#include "sim/scenario/check.h"
#include "sim/scenario/names.h"
#include "sim/scenario/windows.h"

namespace spillway {
namespace {

constexpr std::string_view kShape = "PRODUCER.goodput < SHARE, such as shoppers.goodput < 50%";

/// Reads `shoppers.goodput < 50%`.
bool read_when(Reader& reader, const Node& node, const Scenario& scenario, Collapse& out) {
  const std::string_view text = node.text;
  const Reader::Scope scope(reader, "when");
  const std::size_t below = text.find('<');
  const std::string_view metric = trimmed(text.substr(0, below));
  const std::size_t dot = metric.find('.');
  if (below == std::string_view::npos || dot == std::string_view::npos ||
      metric.substr(dot) != ".goodput") {
    reader.unexpected("bad-collapse", node, kShape);
    return false;
  }
  out.producer = metric.substr(0, dot);
  const auto share = read_share(trimmed(text.substr(below + 1)));
  if (!share || share->value <= 0 || share->value > 1) {
    reader.unexpected("bad-collapse", node, kShape,
                      share ? "a share above 0% and up to 100%" : share.error().reason);
    return false;
  }
  out.share = share->value;
  if (std::ranges::any_of(scenario.producers,
                          [&](const auto& each) { return each.name == out.producer; })) {
    return true;
  }
  std::vector<std::string_view> names;
  for (const auto& each : scenario.producers) names.push_back(each.name);
  reader.error("unknown-name", node.at,
               fmt::format("there is no producer '{}'", shown(out.producer)),
               did_you_mean(out.producer, names));
  return false;
}

}  // namespace

void read_collapse(Reader& reader, const Entry& section, Scenario& scenario, Nameable& names) {
  const Reader::Scope scope(reader, "collapse");
  if (section.value.is_null()) return;
  const std::size_t errors_before = reader.error_count();
  CollapseParameters said;
  reader.object(section.value, "collapse", said);
  if (reader.error_count() != errors_before) return;
  Collapse collapse;
  if (!read_when(reader, section.value.find("when")->value, scenario, collapse)) return;
  const Time duration = scenario.run.duration.ns;
  if (duration <= 0) return;

  const Node& trigger = section.value.find("trigger")->value;
  const auto spans = named_spans(scenario);
  const auto named = std::ranges::find(spans, said.trigger, &NamedSpans::name);
  const Reader::Scope inner(reader, "trigger");
  if (named == spans.end()) {
    std::vector<std::string_view> candidates;
    for (const NamedSpans& each : spans) candidates.push_back(each.name);
    return reader.error(
        "unknown-name", trigger.at,
        fmt::format("there is no fault, window or entry of a profile '{}'", shown(said.trigger)),
        did_you_mean(said.trigger, candidates));
  }
  if (named->drawn) {
    return reader.error("bad-collapse", trigger.at,
                        fmt::format("'{}' strikes at random: nothing lies before or after it in "
                                    "every run",
                                    said.trigger),
                        "name a fault with at and a fixed for");
  }
  collapse.before_until = named->spans.front().first;
  collapse.from = duration - said.lasting.ns;
  if (collapse.before_until <= scenario.run.warmup.ns) {
    return reader.error("bad-collapse", trigger.at,
                        fmt::format("'{}' begins at {}: there is no goodput before it to compare "
                                    "with",
                                    said.trigger, print(Duration{collapse.before_until})),
                        "let it begin after the warm-up");
  }
  if (collapse.from < named->spans.back().second) {
    return reader.error(
        "bad-collapse", trigger.at,
        fmt::format("'{}' ends at {}, and the last {} of the run begin at {}", said.trigger,
                    print(Duration{named->spans.back().second}), print(said.lasting),
                    print(Duration{std::max<Time>(0, collapse.from)})),
        "make the run longer");
  }
  names.may_collapse = true;
  scenario.collapse = collapse;
}

}  // namespace spillway
