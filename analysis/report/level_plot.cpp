#include "analysis/report/level_plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/report/chart_path.h"
#include "analysis/report/figure_text.h"
#include "analysis/report/words.h"
#include "sim/flow/named_window.h"
#include "sim/kernel/time.h"
#include "sim/language/printable.h"

namespace spillway::report {
namespace {

constexpr double kHeight = 240;
constexpr double kRowOfNames = 16;
constexpr double kBelow = 26;  ///< for the labels of the axis of time
/// Colours and dashes that can be told from one another, before they come again.
constexpr std::size_t kVariantStyles = 12;
constexpr std::size_t kMostRanges = 6;
/// A bound is shown when it is at most so many times what was seen: the lines must not be pressed
/// to the ground by it.
constexpr double kFarthestBound = 2;

std::string percent(double share) {
  const double hundredths = std::round(share * 1e4);
  return fmt::format("{}%", hundredths / 100);
}

double end_of(const LevelOverTime::Line& line) {
  return line.variant->series_start +
         line.series->step * static_cast<double>(line.series->mean.size());
}

double greatest_of(const std::vector<double>& values) {
  double greatest = 0;
  for (const double value : values) {
    if (std::isfinite(value)) greatest = std::max(greatest, value);
  }
  return greatest;
}

std::vector<ShadedSpan> spans_of(const LevelOverTime& level) {
  std::vector<ShadedSpan> spans;
  const auto add = [&](ShadedSpan span) {
    if (std::ranges::find(spans, span) == spans.end()) spans.push_back(std::move(span));
  };
  for (const LevelOverTime::Line& line : level.lines) {
    const Plan& plan = line.variant->plan;
    if (plan.warmup > 0) add({"warm-up", 0, to_seconds(plan.warmup), true});
    for (const Window& window : plan.windows) {
      if (!is_named_window(window)) continue;
      for (const auto& [from, until] : window.spans) {
        add({window.name, to_seconds(from), to_seconds(until), false});
      }
    }
  }
  std::ranges::sort(spans, {}, [](const ShadedSpan& span) {
    return std::tuple(span.from, span.until, span.name);
  });
  return spans;
}

/// Windows that have no span in the plan: each replication draws its own.
std::vector<std::string> unshaded_of(const LevelOverTime& level) {
  std::vector<std::string> names;
  for (const LevelOverTime::Line& line : level.lines) {
    for (const Window& window : line.variant->plan.windows) {
      if (!is_named_window(window) || !window.spans.empty()) continue;
      if (std::ranges::find(names, window.name) == names.end()) names.push_back(window.name);
    }
  }
  return names;
}

std::vector<BoundLine> bounds_of(const LevelOverTime& level, double seen) {
  std::vector<BoundLine> bounds;
  for (const LevelOverTime::Line& line : level.lines) {
    for (const ObjectiveResult& result : line.variant->objectives) {
      const Objective& objective = result.objective;
      const MetricName& metric = objective.metric;
      if (metric.component + "." + metric.metric != level.name) continue;
      if (result.figure.unit != line.series->unit) continue;
      if (objective.value > kFarthestBound * seen || objective.value <= 0) continue;
      const BoundLine bound{
          fmt::format("{}: {} {} {}", objective.name,
                      to_string(metric).substr(metric.component.size() + 1),
                      sign(objective.relation), print_bound(objective.value, result.figure.unit)),
          objective.value};
      if (std::ranges::find(bounds, bound) == bounds.end()) bounds.push_back(bound);
    }
  }
  return bounds;
}

/// Where the name of a span stands: its row above the plot, and whether it ends at the span's end,
/// where it has no room to the right.
struct NamePlace {
  std::size_t row = 0;
  bool at_end = false;
};

/// Puts names that would touch one another into rows of their own.
std::vector<NamePlace> place_names(const LevelPlot& plot, std::size_t& rows) {
  // Of the width of a narrow plot; what is wider has more room.
  constexpr double kCharacter = 0.024;
  std::vector<NamePlace> places;
  std::vector<double> used;
  for (const ShadedSpan& span : plot.spans) {
    const double width = kCharacter * (static_cast<double>(count_characters(span.name)) + 1);
    NamePlace place;
    double from = std::max(0.0, plot.time.share_of(span.from));
    if (from + width > 1) {
      place.at_end = true;
      from = std::max(0.0, std::min(1.0, plot.time.share_of(span.until)) - width);
    }
    while (place.row < used.size() && used[place.row] > from) ++place.row;
    if (place.row == used.size()) used.push_back(0);
    used[place.row] = from + width;
    places.push_back(place);
  }
  rows = used.size();
  return places;
}

Markup draw_spans(const LevelPlot& plot, const std::vector<NamePlace>& places, double top) {
  Markup markup;
  for (std::size_t i = 0; i < plot.spans.size(); ++i) {
    const ShadedSpan& span = plot.spans[i];
    const double from = std::clamp(plot.time.share_of(span.from), 0.0, 1.0);
    const double until = std::clamp(plot.time.share_of(span.until), 0.0, 1.0);
    markup += element("rect",
                      {{"class", span.warmup ? "warmup" : "window"},
                       {"x", percent(from)},
                       {"y", one_decimal(top)},
                       {"width", percent(until - from)},
                       {"height", one_decimal(kHeight)}},
                      {});
    const double above = top - kRowOfNames * static_cast<double>(places[i].row);
    // Neighbouring spans are told apart by the line that leads to their names.
    if (!span.warmup) {
      const std::string x = percent(places[i].at_end ? until : from);
      markup += element("line",
                        {{"class", "edge"},
                         {"x1", x},
                         {"x2", x},
                         {"y1", one_decimal(above - kRowOfNames + 1)},
                         {"y2", one_decimal(top + kHeight)}},
                        {});
    }
    markup += element("text",
                      {{"class", places[i].at_end ? "name end" : "name"},
                       {"x", percent(places[i].at_end ? until : from)},
                       {"y", one_decimal(above - 5)},
                       {"dx", span.warmup        ? "0"
                              : places[i].at_end ? "-4"
                                                 : "4"}},
                      text(span.name));
  }
  return markup;
}

Markup draw_axes(const LevelPlot& plot, double top) {
  Markup markup;
  for (const Tick& tick : plot.level.ticks) {
    const std::string y = one_decimal(top + kHeight * (1 - plot.level.share_of(tick.value)));
    markup += element("line",
                      {{"class", tick.value == 0 ? "base" : "grid"},
                       {"x1", "0"},
                       {"x2", "100%"},
                       {"y1", y},
                       {"y2", y}},
                      {});
    markup +=
        element("text", {{"class", "level"}, {"x", "-8"}, {"y", y}, {"dy", "4"}}, text(tick.label));
  }
  const std::size_t n = plot.time.ticks.size();
  for (std::size_t i = 0; i < n; ++i) {
    const Tick& tick = plot.time.ticks[i];
    const std::string x = percent(plot.time.share_of(tick.value));
    const bool last = i + 1 == n;
    // On a narrow page every other one is left out, the last one kept.
    const bool dense = n > 5 && (n - 1 - i) % 2 == 1;
    markup += element("line",
                      {{"class", "tick"},
                       {"x1", x},
                       {"x2", x},
                       {"y1", one_decimal(top + kHeight)},
                       {"y2", one_decimal(top + kHeight + 5)}},
                      {});
    markup += element("text",
                      {{"class", dense ? "time dense" : "time"},
                       {"x", x},
                       {"y", one_decimal(top + kHeight + 20)}},
                      text(last ? tick.label + " " + plot.time.unit : tick.label));
  }
  return markup;
}

Markup draw_bounds(const LevelPlot& plot, double top) {
  Markup markup;
  for (const BoundLine& bound : plot.bounds) {
    const double y = top + kHeight * (1 - plot.level.share_of(bound.value));
    markup += element("line",
                      {{"class", "bound"},
                       {"x1", "0"},
                       {"x2", "100%"},
                       {"y1", one_decimal(y)},
                       {"y2", one_decimal(y)}},
                      {});
    markup += element("text", {{"class", "bound"}, {"x", "100%"}, {"y", one_decimal(y - 5)}},
                      text(bound.label));
  }
  return markup;
}

Markup draw_lines(const LevelOverTime& level, const LevelPlot& plot, double top) {
  Markup ranges, bands, lines;
  for (const LevelOverTime::Line& line : level.lines) {
    Canvas canvas;
    canvas.height = kHeight;
    canvas.greatest = plot.level.until;
    canvas.left = canvas.width * plot.time.share_of(line.variant->series_start);
    canvas.right = canvas.width * plot.time.share_of(end_of(line));
    const std::string variant = class_of_variant(line.place);
    const auto add = [&](Markup& to, Literal name, const std::string& path, Attributes more) {
      if (path.empty()) return;
      Attributes attributes{{"class", std::string(name.text()) + " " + variant}};
      std::ranges::move(more, std::back_inserter(attributes));
      attributes.push_back({"d", path});
      to += element("path", attributes, {});
    };
    const SeriesSummary& series = *line.series;
    if (plot.ranges) add(ranges, "range", band_path(series.min, series.max, canvas), {});
    add(bands, "band", band_path(series.low, series.high, canvas), {});
    add(lines, "line", line_path(series.mean, canvas), {{"data-name", line.variant->variant}});
  }
  return element("svg",
                 {{"class", "lines"},
                  {"x", "0"},
                  {"y", one_decimal(top)},
                  {"width", "100%"},
                  {"height", one_decimal(kHeight)},
                  {"viewBox", fmt::format("0 0 1000 {}", one_decimal(kHeight))},
                  {"preserveAspectRatio", "none"}},
                 ranges + bands + lines);
}

}  // namespace

std::string class_of_variant(std::size_t place) {
  return fmt::format("v{}", place % kVariantStyles);
}

LevelPlot plot_of(const LevelOverTime& level) {
  LevelPlot plot;
  plot.ranges = level.lines.size() <= kMostRanges && !is_rate(level);
  double from = level.lines.front().variant->series_start;
  double until = end_of(level.lines.front());
  double seen = 0;
  for (const LevelOverTime::Line& line : level.lines) {
    from = std::min(from, line.variant->series_start);
    until = std::max(until, end_of(line));
    seen = std::max({seen, greatest_of(line.series->mean), greatest_of(line.series->high)});
    if (plot.ranges) seen = std::max(seen, greatest_of(line.series->max));
  }
  plot.bounds = bounds_of(level, seen);
  for (const BoundLine& bound : plot.bounds) seen = std::max(seen, bound.value);
  plot.time = axis_of_time(from, until > from ? until : from + 1, 10);
  plot.level = axis_of_counts(seen);
  plot.spans = spans_of(level);
  plot.unshaded = unshaded_of(level);
  return plot;
}

Markup draw_plot(const LevelOverTime& level, const LevelPlot& plot) {
  std::size_t rows = 0;
  const std::vector<NamePlace> places = place_names(plot, rows);
  const double top = 6 + kRowOfNames * static_cast<double>(rows);
  Markup svg = draw_spans(plot, places, top);
  svg += draw_axes(plot, top);
  svg += draw_lines(level, plot, top);
  svg += draw_bounds(plot, top);
  return element("div",
                 {{"class", "plot"},
                  {"data-from", fmt::format("{}", plot.time.from)},
                  {"data-until", fmt::format("{}", plot.time.until)},
                  {"data-factor", fmt::format("{}", plot.time.factor)},
                  {"data-unit", plot.time.unit},
                  {"data-greatest", fmt::format("{}", plot.level.until)},
                  {"data-top", one_decimal(top)},
                  {"data-height", one_decimal(kHeight)}},
                 element("svg",
                         {{"role", "img"},
                          {"aria-label", plot.description},
                          {"width", "100%"},
                          {"height", one_decimal(top + kHeight + kBelow)}},
                         svg));
}

}  // namespace spillway::report
