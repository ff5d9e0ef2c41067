#include "analysis/report/level_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/report/figure_text.h"
#include "analysis/report/html_sections.h"
#include "analysis/report/level_plot.h"
#include "analysis/report/telling_series.h"
#include "sim/kernel/time.h"
#include "sim/language/quantity_text.h"
#include "sim/scenario/catalogue.h"

namespace spillway::report {
namespace {

/// Lines of the table of numbers, the peaks not counted.
constexpr std::size_t kTableRows = 24;

std::pair<std::string, std::string> parts_of(const std::string& name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string::npos) return {"", name};
  return {name.substr(0, dot), name.substr(dot + 1)};
}

/// The figure of one bin.
Figure figure_at(const SeriesSummary& series, std::size_t bin) {
  const auto value = [&](const std::vector<double>& values) -> std::optional<double> {
    if (bin >= values.size() || !std::isfinite(values[bin])) return std::nullopt;
    return values[bin];
  };
  Figure figure;
  figure.unit = series.unit;
  figure.mean = value(series.mean);
  figure.low = value(series.low);
  figure.high = value(series.high);
  return figure;
}

double middle_of(const LevelOverTime::Line& line, std::size_t bin) {
  return line.variant->series_start + line.series->step * (static_cast<double>(bin) + 0.5);
}

std::size_t peak_of(const SeriesSummary& series) {
  std::size_t peak = 0;
  for (std::size_t i = 0; i < series.mean.size(); ++i) {
    const double best = series.mean[peak];
    if (std::isfinite(series.mean[i]) && (!std::isfinite(best) || series.mean[i] > best)) peak = i;
  }
  return peak;
}

Markup swatch(const std::string& classes, Literal path) {
  return element("svg",
                 {{"class", "swatch"},
                  {"width", "30"},
                  {"height", "12"},
                  {"viewBox", "0 0 30 12"},
                  {"aria-hidden", "true"}},
                 element("path", {{"class", classes}, {"d", std::string(path.text())}}, {}));
}

Markup legend(const LevelOverTime& level, const LevelPlot& plot, double confidence) {
  Markup items;
  bool intervals = false;
  for (const LevelOverTime::Line& line : level.lines) {
    intervals = intervals || line.variant->replications > 1;
    items += element("li", swatch("line " + class_of_variant(line.place), "M0 6L30 6") +
                               text(line.variant->variant));
  }
  if (intervals) {
    items +=
        element("li", swatch("band", "M0 1L30 1L30 11L0 11Z") +
                          text(fmt::format("{} confidence of the mean", print(Share{confidence}))));
  }
  if (plot.ranges) {
    items += element("li", swatch("range", "M0 1L30 1L30 11L0 11Z") +
                               text(intervals ? "least to greatest in any replication"
                                              : "least to greatest seen"));
  }
  return element("ul", {{"class", "legend"}}, items);
}

std::size_t lowest_of(const LevelOverTime::Line& line) {
  const std::vector<double>& mean = line.series->mean;
  const double warmup = to_seconds(line.variant->plan.warmup);
  std::size_t lowest = mean.size();
  for (std::size_t i = 0; i < mean.size(); ++i) {
    if (middle_of(line, i) < warmup || !std::isfinite(mean[i])) continue;
    if (lowest == mean.size() || mean[i] < mean[lowest]) lowest = i;
  }
  return lowest == mean.size() ? 0 : lowest;
}

/// Of what is wished for, the least is told; of all else, the greatest.
bool more_is_better(const LevelOverTime& level) { return parts_of(level.name).second == "goodput"; }

std::size_t extreme_of(const LevelOverTime::Line& line, bool least) {
  return least ? lowest_of(line) : peak_of(*line.series);
}

/// "Greatest mean: workers-400 60 840 ±190 at 7.02 min; …"
std::string extremes(const LevelOverTime& level) {
  const bool least = more_is_better(level);
  std::string text;
  for (const LevelOverTime::Line& line : level.lines) {
    if (line.series->mean.empty()) continue;
    if (!text.empty()) text += "; ";
    text += line.variant->variant;
    if (!least && greatest_mean(*line.series) == 0) {
      text += " none";
      continue;
    }
    const std::size_t bin = extreme_of(line, least);
    text += fmt::format(" {} at {}", unbroken(print_figure(figure_at(*line.series, bin))),
                        unbroken(print_value(middle_of(line, bin), "s")));
  }
  return (least ? "Least mean: " : "Greatest mean: ") + text;
}

std::string shading(const LevelPlot& plot) {
  std::string text;
  constexpr std::size_t kMost = 8;
  for (std::size_t i = 0; i < plot.spans.size() && i < kMost; ++i) {
    const ShadedSpan& span = plot.spans[i];
    text += text.empty() ? "" : ", ";
    text += fmt::format("{} {} to {}{}", span.name, print_bound(span.from, "s"),
                        print_bound(span.until, "s"), span.warmup ? " (not in the figures)" : "");
  }
  if (plot.spans.size() > kMost) text += fmt::format(" and {} more", plot.spans.size() - kMost);
  return text;
}

/// The bins that the table shows: evenly spread ones, and each variant's extreme.
std::vector<std::size_t> bins_of_table(const LevelOverTime& level) {
  std::size_t bins = 0;
  for (const LevelOverTime::Line& line : level.lines)
    bins = std::max(bins, line.series->mean.size());
  std::vector<std::size_t> shown;
  const std::size_t step = std::max<std::size_t>(1, (bins + kTableRows - 1) / kTableRows);
  for (std::size_t bin = 0; bin < bins; bin += step) shown.push_back(bin);
  for (const LevelOverTime::Line& line : level.lines) {
    if (!line.series->mean.empty()) shown.push_back(extreme_of(line, more_is_better(level)));
  }
  std::ranges::sort(shown);
  const auto [first, last] = std::ranges::unique(shown);
  shown.erase(first, last);
  return shown;
}

Markup numbers(const LevelOverTime& level) {
  const bool ranges = !is_rate(level);
  Markup head = element("th", {{"scope", "col"}}, text("time"));
  for (const LevelOverTime::Line& line : level.lines) {
    head += element("th", {{"scope", "col"}}, text(line.variant->variant));
    if (ranges) {
      head += element("th", {{"scope", "col"}, {"class", "faint"}}, text("least – greatest"));
    }
  }
  Markup body;
  for (const std::size_t bin : bins_of_table(level)) {
    Markup row = element("th", {{"scope", "row"}},
                         text(print_value(middle_of(level.lines.front(), bin), "s")));
    for (const LevelOverTime::Line& line : level.lines) {
      const SeriesSummary& series = *line.series;
      const bool there = bin < series.mean.size();
      row += element("td", there ? text(unbroken(print_figure(figure_at(series, bin)))) : Markup());
      if (!ranges) continue;
      const bool seen = there && bin < series.min.size() && std::isfinite(series.min[bin]) &&
                        std::isfinite(series.max[bin]);
      row += element(
          "td", {{"class", "faint"}},
          seen ? text(unbroken(fmt::format("{} – {}", print_value(series.min[bin], series.unit),
                                           print_value(series.max[bin], series.unit))))
               : Markup());
    }
    body += element("tr", row);
  }
  const LevelOverTime::Line& first = level.lines.front();
  const std::string caption =
      fmt::format("Means over bins of {}; one line in several is shown, and each variant's {}.",
                  print_value(first.series->step, "s"), more_is_better(level) ? "least" : "peak");
  const Markup table = element("table", {{"class", "numbers"}},
                               element("caption", text(caption)) +
                                   element("thead", element("tr", head)) + element("tbody", body));
  return element("details", element("summary", text("The numbers behind this chart")) +
                                scrolling("Numbers of " + level.name + " over time", table));
}

/// The level with its lines in fewer bins; keeps what it points to.
struct Coarse {
  std::vector<SeriesSummary> series;
  LevelOverTime level;

  Coarse(const LevelOverTime& of, std::size_t bins) : level(of) {
    series.reserve(of.lines.size());
    for (LevelOverTime::Line& line : level.lines) {
      if (line.series->mean.size() <= bins) continue;
      series.push_back(coarser(*line.series, bins));
      line.series = &series.back();
    }
  }
};

}  // namespace

SeriesSummary coarser(const SeriesSummary& series, std::size_t bins) {
  const std::size_t n = series.mean.size();
  if (n <= bins || bins == 0) return series;
  SeriesSummary result;
  result.name = series.name;
  result.unit = series.unit;
  result.step = series.step * static_cast<double>(n) / static_cast<double>(bins);
  const auto merge = [&](const std::vector<double>& from, std::vector<double>& to,
                         const auto& combine) {
    if (from.size() != n) return;
    for (std::size_t bin = 0; bin < bins; ++bin) {
      const std::size_t begin = bin * n / bins, end = (bin + 1) * n / bins;
      to.push_back(combine(std::vector<double>(from.begin() + static_cast<std::ptrdiff_t>(begin),
                                               from.begin() + static_cast<std::ptrdiff_t>(end))));
    }
  };
  const auto average = [](const std::vector<double>& values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
  };
  merge(series.mean, result.mean, average);
  merge(series.low, result.low, average);
  merge(series.high, result.high, average);
  merge(series.min, result.min, [](const auto& values) { return std::ranges::min(values); });
  merge(series.max, result.max, [](const auto& values) { return std::ranges::max(values); });
  return result;
}

std::vector<LevelOverTime> levels_of(const ExperimentSummary& summary) {
  std::vector<LevelOverTime> levels;
  for (const std::size_t place : shown_variants(summary)) {
    const VariantSummary& variant = summary.variants[place];
    for (const SeriesSummary& series : variant.series) {
      if (series.mean.empty()) continue;
      auto known = std::ranges::find(levels, series.name, &LevelOverTime::name);
      if (known == levels.end()) known = levels.insert(known, LevelOverTime{series.name, {}});
      known->lines.push_back({place, &variant, &series});
    }
  }
  return levels;
}

bool is_rate(const LevelOverTime& level) {
  return !level.lines.empty() && level.lines.front().series->unit == "1/s";
}

std::string meaning_of(const LevelOverTime& level) {
  const std::string metric = parts_of(level.name).second;
  if (is_rate(level)) {
    for (const CatalogueEntry& entry : metrics_of(Noun::producer)) {
      if (entry.name != metric) continue;
      return std::string(entry.meaning) + (entry.kind == MetricKind::count ? ", a second" : "");
    }
    return {};
  }
  for (const Noun noun : {Noun::queue, Noun::service, Noun::consumer, Noun::producer,
                          Noun::subscription, Noun::group}) {
    for (const CatalogueEntry& entry : metrics_of(noun)) {
      if (entry.kind == MetricKind::level && entry.name == metric) {
        return std::string(entry.meaning);
      }
    }
  }
  return {};
}

Markup draw_level(const LevelOverTime& level, double confidence, std::size_t bins) {
  const auto [component, metric] = parts_of(level.name);
  const std::string meaning = meaning_of(level);
  LevelPlot plot = plot_of(level);
  const std::string told = extremes(level);
  plot.description =
      fmt::format("{} of {} over time, {} to {}. {}.", metric, component,
                  print_value(plot.time.from, "s"), print_value(plot.time.until, "s"), told);
  Markup title = text(component.empty() ? metric : component + ": " + metric);
  if (!meaning.empty()) title += element("small", text(meaning));
  Markup caption = text(told + ".");
  if (!plot.spans.empty()) caption += text(" Shaded: " + shading(plot) + ".");
  if (!plot.unshaded.empty()) {
    caption += text(fmt::format(" Not shaded: {}.", fmt::join(plot.unshaded, ", ")));
  }
  const Coarse coarse(level, bins);
  return element("figure", element("h3", title) + legend(level, plot, confidence) +
                               draw_plot(coarse.level, plot) + element("figcaption", caption) +
                               numbers(level));
}

}  // namespace spillway::report
