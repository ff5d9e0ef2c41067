#include "analysis/report/depth_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "analysis/report/figure_text.h"
#include "analysis/report/telling_series.h"
#include "sim/flow/named_window.h"
#include "sim/language/printable.h"
#include "sim/language/quantity_text.h"

namespace spillway::report {
namespace {

constexpr std::size_t kMostCharts = 8;

/// The least share of the scale that is drawn at all.
constexpr double kLeastSeen = 0.01;

/// One drawing: a series of a variant.
struct Chart {
  const VariantSummary* variant;
  const SeriesSummary* series;
  std::size_t place;  ///< among all
};

/// A bracket that spans columns [from, until) with the name in it, or beside it.
std::string bracket(const std::string& name, std::size_t room, bool unicode) {
  const std::string open = unicode ? "└" : "[", bar = unicode ? "─" : "-",
                    close = unicode ? "┘" : "]";
  if (room < 2) return (unicode ? "↑ " : "^ ") + name;
  const std::size_t inside = room - 2;
  std::string text = open;
  const std::size_t width = width_of(name) + 2;
  if (width > inside) {
    for (std::size_t i = 0; i < inside; ++i) text += bar;
    return text + close + " " + name;
  }
  const std::size_t left = (inside - width) / 2;
  for (std::size_t i = 0; i < left; ++i) text += bar;
  text += " " + name + " ";
  for (std::size_t i = left + width; i < inside; ++i) text += bar;
  return text + close;
}

/// Lines that mark the windows of the plan under `columns` columns; windows that would overlap go
/// to a line of their own.
std::vector<std::string> window_lines(const Plan& plan, double start, double end,
                                      std::size_t columns, bool unicode) {
  std::vector<std::string> lines;
  std::vector<std::size_t> used;
  const double span = end - start;
  for (const Window& window : plan.windows) {
    if (!is_named_window(window)) continue;
    const auto column_of = [&](Time at) {
      const double place = (to_seconds(at) - start) / span * static_cast<double>(columns);
      return static_cast<std::size_t>(std::clamp(place, 0.0, static_cast<double>(columns)));
    };
    for (const auto& [from, until] : window.spans) {
      const std::size_t first = column_of(from);
      const std::size_t room = std::max<std::size_t>(column_of(until), first + 1) - first;
      std::string text = bracket(printable(window.name), room, unicode);
      if (first + width_of(text) > columns) continue;
      std::size_t line = 0;
      while (line < used.size() && used[line] > 0 && used[line] + 1 > first) ++line;
      if (line == used.size()) {
        used.push_back(0);
        lines.emplace_back();
      }
      lines[line].append(first - used[line], ' ');
      used[line] = first + width_of(text);
      lines[line] += text;
    }
  }
  return lines;
}

/// A rate, which is read by its mean; of a level the peaks count.
bool is_rate(const SeriesSummary& series) { return series.unit != "1"; }

std::string metric_of(const SeriesSummary& series) {
  return series.name.substr(series.name.rfind('.') + 1);
}

std::vector<double> values_of(const SeriesSummary& series, std::size_t columns) {
  return is_rate(series) ? mean_of_spans(series.mean, columns)
                         : greatest_of_spans(series.mean, columns);
}

/// The most that is drawn of the series.
double top_of(const SeriesSummary& series) {
  if (!is_rate(series)) return greatest_mean(series);
  constexpr std::size_t kColumns = 60;
  const std::size_t n = series.mean.size();
  return n == 0 ? 0 : std::ranges::max(mean_of_spans(series.mean, std::min(n, kColumns)));
}

/// What tells what happened, answers first; of failures those show enough.
std::vector<Chart> charts_of(const ExperimentSummary& summary) {
  const std::set<std::string> telling = telling_series(summary);
  std::vector<Chart> charts;
  for (const bool rates : {true, false}) {
    for (const VariantSummary& variant : summary.variants) {
      if (!variant.failure.empty()) continue;
      for (const SeriesSummary& series : variant.series) {
        if (is_rate(series) != rates || !telling.contains(series.name)) continue;
        if (is_of(series, "failed")) continue;
        charts.push_back({&variant, &series, charts.size()});
      }
    }
  }
  return charts;
}

}  // namespace

std::vector<double> greatest_of_spans(const std::vector<double>& values, std::size_t columns) {
  std::vector<double> result(columns, 0);
  const std::size_t n = values.size();
  if (n == 0) return result;
  for (std::size_t column = 0; column < columns; ++column) {
    const std::size_t from = column * n / columns;
    const std::size_t until = std::max(from + 1, (column + 1) * n / columns);
    for (std::size_t i = from; i < until; ++i) {
      if (values[i] > result[column]) result[column] = values[i];
    }
  }
  return result;
}

std::vector<double> mean_of_spans(const std::vector<double>& values, std::size_t columns) {
  std::vector<double> result(columns, 0);
  const std::size_t n = values.size();
  if (n == 0) return result;
  for (std::size_t column = 0; column < columns; ++column) {
    const std::size_t from = column * n / columns;
    const std::size_t until = std::max(from + 1, (column + 1) * n / columns);
    for (std::size_t i = from; i < until; ++i) {
      if (std::isfinite(values[i])) result[column] += values[i];
    }
    result[column] /= static_cast<double>(until - from);
  }
  return result;
}

std::vector<std::string> draw_area(const std::vector<double>& values, double greatest,
                                   std::size_t height, bool unicode) {
  constexpr std::array<std::string_view, 9> kBlocks{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  constexpr std::array<std::string_view, 4> kAscii{" ", ".", ":", "#"};
  const std::size_t steps = unicode ? kBlocks.size() - 1 : kAscii.size() - 1;
  std::vector<std::string> lines(height);
  for (const double value : values) {
    const double share = greatest > 0 ? std::min(1.0, value / greatest) : 0;
    auto level = static_cast<std::size_t>(std::lround(share * static_cast<double>(height * steps)));
    // What is clearly not empty is seen.
    if (level == 0 && share >= kLeastSeen) level = 1;
    for (std::size_t row = 0; row < height; ++row) {
      const std::size_t below = (height - 1 - row) * steps;
      const std::size_t fill = level > below ? std::min(steps, level - below) : 0;
      lines[row] += unicode ? kBlocks[fill] : kAscii[fill];
    }
  }
  return lines;
}

std::string draw_depths(const ExperimentSummary& summary, const TextStyle& style) {
  std::vector<Chart> charts = charts_of(summary);
  if (charts.empty()) return {};
  std::map<std::string, double> scales;
  for (const Chart& chart : charts) {
    double& scale = scales[chart.series->name];
    scale = std::max(scale, top_of(*chart.series));
  }
  std::erase_if(charts, [&](const Chart& chart) {
    return !is_rate(*chart.series) &&
           top_of(*chart.series) < kLeastSeen * scales[chart.series->name];
  });
  if (charts.size() > kMostCharts) charts.resize(kMostCharts);
  // The drawings of one queue below one another, answers before all.
  std::ranges::sort(charts, {}, [](const Chart& chart) {
    return std::tuple(!is_rate(*chart.series), std::string_view(chart.series->name), chart.place);
  });

  const std::size_t height = charts.size() <= 3 ? 3 : 1;
  const bool many = summary.variants.size() > 1;
  std::size_t label_width = 0, scale_width = 0;
  std::size_t variant_width = 0;
  for (const Chart& chart : charts) {
    variant_width = std::max(variant_width, width_of(printable(chart.variant->variant)));
  }
  const auto label_of = [&](const Chart& chart) {
    std::string name = printable(component_of(*chart.series) + " " + metric_of(*chart.series));
    if (!many) return name;
    std::string variant = printable(chart.variant->variant);
    variant.append(variant_width - width_of(variant) + 2, ' ');
    return variant + name;
  };
  const auto scale_text = [&](const Chart& chart) {
    return print_value(scales[chart.series->name], chart.series->unit);
  };
  for (const Chart& chart : charts) {
    label_width = std::max(label_width, width_of(label_of(chart)));
    scale_width = std::max(scale_width, width_of(scale_text(chart)));
  }
  label_width = std::min(label_width, style.columns / 2);
  const std::size_t left = label_width + 2 + scale_width + 2;
  const std::size_t room = style.columns > left + 20 ? style.columns - left : 20;

  std::string out;
  for (std::size_t i = 0; i < charts.size(); ++i) {
    const Chart& chart = charts[i];
    const double greatest = scales[chart.series->name];
    const auto lines = draw_area(values_of(*chart.series, room), greatest, height, style.unicode);
    for (std::size_t row = 0; row < height; ++row) {
      const std::string label = row == 0 ? cut(label_of(chart), label_width, style) : "";
      const std::string mark = row == 0            ? scale_text(chart)
                               : row + 1 == height ? std::string("0")
                                                   : std::string();
      out += label;
      out.append(label_width - width_of(label) + 2 + scale_width - width_of(mark), ' ');
      out += mark;
      out += style.unicode ? (mark.empty() ? " │" : " ┤") : " |";
      out += lines[row].substr(0, lines[row].find_last_not_of(' ') + 1) + '\n';
    }
    const bool last_of_plan =
        i + 1 == charts.size() || charts[i + 1].series->name != chart.series->name;
    if (!last_of_plan) continue;
    const double end = chart.variant->series_start +
                       chart.series->step * static_cast<double>(chart.series->mean.size());
    for (const std::string& line :
         window_lines(chart.variant->plan, chart.variant->series_start, end, room, style.unicode)) {
      out.append(left, ' ');
      out += paint(line, Tone::faint, style) + '\n';
    }
  }
  // The axis of time.
  const Chart& any = charts.back();
  const double end =
      any.variant->series_start + any.series->step * static_cast<double>(any.series->mean.size());
  const std::string from = print_value(any.variant->series_start, "s", style.unicode);
  const std::string until = print_value(end, "s", style.unicode);
  out.append(left, ' ');
  std::string axis = from;
  axis.append(room > width_of(from) + width_of(until) ? room - width_of(from) - width_of(until) : 1,
              ' ');
  out += paint(axis + until, Tone::faint, style) + '\n';
  return out;
}

}  // namespace spillway::report
