#include "analysis/report/level_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/report/figure_text.h"
#include "analysis/report/html_sections.h"
#include "analysis/report/level_plot.h"
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
  figure.unit = "1";
  figure.mean = value(series.mean);
  figure.low = value(series.low);
  figure.high = value(series.high);
  return figure;
}

double middle_of(const LevelOverTime::Line& line, std::size_t bin) {
  return line.variant->series_start + line.variant->series_step * (static_cast<double>(bin) + 0.5);
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

/// "workers-400 60 840 ±190 at 7.02 min; …"
std::string peaks(const LevelOverTime& level) {
  std::string text;
  for (const LevelOverTime::Line& line : level.lines) {
    if (line.series->mean.empty()) continue;
    const std::size_t peak = peak_of(*line.series);
    text += fmt::format("{}{} {} at {}", text.empty() ? "" : "; ", line.variant->variant,
                        unbroken(print_figure(figure_at(*line.series, peak))),
                        unbroken(print_value(middle_of(line, peak), "s")));
  }
  return text;
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

/// The bins that the table shows: evenly spread ones, and each variant's peak.
std::vector<std::size_t> bins_of_table(const LevelOverTime& level) {
  std::size_t bins = 0;
  for (const LevelOverTime::Line& line : level.lines)
    bins = std::max(bins, line.series->mean.size());
  std::vector<std::size_t> shown;
  const std::size_t step = std::max<std::size_t>(1, (bins + kTableRows - 1) / kTableRows);
  for (std::size_t bin = 0; bin < bins; bin += step) shown.push_back(bin);
  for (const LevelOverTime::Line& line : level.lines) {
    if (!line.series->mean.empty()) shown.push_back(peak_of(*line.series));
  }
  std::ranges::sort(shown);
  const auto [first, last] = std::ranges::unique(shown);
  shown.erase(first, last);
  return shown;
}

Markup numbers(const LevelOverTime& level) {
  Markup head = element("th", {{"scope", "col"}}, text("time"));
  for (const LevelOverTime::Line& line : level.lines) {
    head += element("th", {{"scope", "col"}}, text(line.variant->variant));
    head += element("th", {{"scope", "col"}, {"class", "faint"}}, text("least – greatest"));
  }
  Markup body;
  for (const std::size_t bin : bins_of_table(level)) {
    Markup row = element("th", {{"scope", "row"}},
                         text(print_value(middle_of(level.lines.front(), bin), "s")));
    for (const LevelOverTime::Line& line : level.lines) {
      const SeriesSummary& series = *line.series;
      if (bin >= series.mean.size()) {
        row += element("td", {}) + element("td", {});
        continue;
      }
      row += element("td", text(unbroken(print_figure(figure_at(series, bin)))));
      row += element("td", {{"class", "faint"}},
                     bin < series.min.size() && std::isfinite(series.min[bin]) &&
                             std::isfinite(series.max[bin])
                         ? text(unbroken(fmt::format("{} – {}", print_value(series.min[bin], "1"),
                                                     print_value(series.max[bin], "1"))))
                         : Markup());
    }
    body += element("tr", row);
  }
  const LevelOverTime::Line& first = level.lines.front();
  const std::string caption =
      fmt::format("Means over bins of {}; one line in several is shown, and each variant's peak.",
                  print_value(first.variant->series_step, "s"));
  const Markup table = element("table", {{"class", "numbers"}},
                               element("caption", text(caption)) +
                                   element("thead", element("tr", head)) + element("tbody", body));
  return element("details", element("summary", text("The numbers behind this chart")) +
                                scrolling("Numbers of " + level.name + " over time", table));
}

/// The level with its lines in fewer bins; keeps what it points to.
struct Coarse {
  std::vector<SeriesSummary> series;
  std::vector<VariantSummary> variants;
  LevelOverTime level;

  Coarse(const LevelOverTime& of, std::size_t bins) : level(of) {
    series.reserve(of.lines.size());
    variants.reserve(of.lines.size());
    for (LevelOverTime::Line& line : level.lines) {
      const std::size_t before = line.series->mean.size();
      if (before <= bins) continue;
      series.push_back(coarser(*line.series, bins));
      line.series = &series.back();
      VariantSummary& variant = variants.emplace_back();
      variant.variant = line.variant->variant;
      variant.series_start = line.variant->series_start;
      const double span = line.variant->series_step * static_cast<double>(before);
      variant.series_step = span / static_cast<double>(line.series->mean.size());
      line.variant = &variant;
    }
  }
};

}  // namespace

SeriesSummary coarser(const SeriesSummary& series, std::size_t bins) {
  const std::size_t n = series.mean.size();
  if (n <= bins || bins == 0) return series;
  SeriesSummary result;
  result.name = series.name;
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

std::string meaning_of(const LevelOverTime& level) {
  const std::string metric = parts_of(level.name).second;
  for (const Noun noun :
       {Noun::queue, Noun::service, Noun::consumer, Noun::producer, Noun::subscription}) {
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
  plot.description = fmt::format("{} of {} over time, {} to {}. Greatest mean: {}.", metric,
                                 component, print_value(plot.time.from, "s"),
                                 print_value(plot.time.until, "s"), peaks(level));
  Markup title = text(component.empty() ? metric : component + ": " + metric);
  if (!meaning.empty()) title += element("small", text(meaning));
  Markup caption = text("Greatest mean: " + peaks(level) + ".");
  if (!plot.spans.empty()) caption += text(" Shaded: " + shading(plot) + ".");
  const Coarse coarse(level, bins);
  return element("figure", element("h3", title) + legend(level, plot, confidence) +
                               draw_plot(coarse.level, plot) + element("figcaption", caption) +
                               numbers(level));
}

}  // namespace spillway::report
