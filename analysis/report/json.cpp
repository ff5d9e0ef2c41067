#include "analysis/report/json.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <vector>

#include "analysis/report/words.h"

namespace spillway::report {
namespace {

using Json = nlohmann::ordered_json;

/// A finite number, or null.
Json number(std::optional<double> value) {
  if (!value || !std::isfinite(*value)) return nullptr;
  return *value;
}

Json numbers(const std::vector<double>& values) {
  Json list = Json::array();
  for (const double value : values) list.push_back(number(value));
  return list;
}

/// Why a number of the figure is null: which are infinite, and what the figure says itself.
Json why(const Figure& figure) {
  std::string infinite;
  const auto look = [&](std::string_view name, const std::optional<double>& value) {
    if (!value || !std::isinf(*value)) return;
    infinite += infinite.empty() ? "" : ", ";
    infinite += name;
  };
  look("mean", figure.mean);
  look("low", figure.low);
  look("high", figure.high);
  look("theory", figure.theory);
  std::string text = infinite.empty() ? "" : fmt::format("never (infinite: {})", infinite);
  if (!figure.why.empty()) {
    if (!text.empty()) text += "; ";
    text += figure.why;
  }
  if (text.empty()) return nullptr;
  return text;
}

Json to_json(const Figure& figure) {
  Json json;
  json["mean"] = number(figure.mean);
  json["low"] = number(figure.low);
  json["high"] = number(figure.high);
  json["n"] = figure.n;
  json["unit"] = figure.unit == "share" ? "1" : figure.unit;
  json["theory"] = number(figure.theory);
  if (!figure.theory_model.empty()) json["model"] = figure.theory_model;
  json["why"] = why(figure);
  return json;
}

Json to_json(const ObjectiveResult& result) {
  Json json;
  json["objective"] = result.objective.text;
  json["verdict"] = word(result.verdict);
  json["mean"] = number(result.figure.mean);
  json["low"] = number(result.figure.low);
  json["high"] = number(result.figure.high);
  json["why"] = why(result.figure);
  if (result.objective.expect_missed) json["expect"] = "missed";
  if (result.objective.share_of_runs) {
    Json share;
    share["wanted"] = number(result.objective.share_of_runs);
    share["mean"] = number(result.share_of_runs);
    share["low"] = number(result.share_low);
    share["high"] = number(result.share_high);
    json["share_of_runs"] = std::move(share);
  }
  return json;
}

Json to_json(const Ledger& ledger) {
  Json json;
  Ledger::visit(ledger, ledger,
                [&](const char* name, std::uint64_t count, std::uint64_t) { json[name] = count; });
  return json;
}

Json to_json(const SeriesSummary& series, double start) {
  Json json;
  json["start"] = start;
  json["step"] = series.step;
  json["unit"] = series.unit;
  json["mean"] = numbers(series.mean);
  json["low"] = numbers(series.low);
  json["high"] = numbers(series.high);
  json["min"] = numbers(series.min);
  json["max"] = numbers(series.max);
  return json;
}

Json windows_of(const Plan& plan) {
  Json json = Json::object();
  for (const Window& window : plan.windows) {
    if (window.name.empty()) continue;
    Json spans = Json::array();
    for (const auto& [from, until] : window.spans) {
      spans.push_back(Json::array({to_seconds(from), to_seconds(until)}));
    }
    json[window.name] = std::move(spans);
  }
  return json;
}

Json to_json(const VariantSummary& variant) {
  Json json;
  json["replications"] = variant.replications;
  if (variant.planned != variant.replications) json["planned"] = variant.planned;
  if (!variant.failure.empty()) json["failure"] = variant.failure;
  json["warmup"] = to_seconds(variant.plan.warmup);
  json["duration"] = to_seconds(variant.plan.duration);
  json["events"] = variant.events;
  json["windows"] = windows_of(variant.plan);
  Json metrics = Json::object();
  // Names are different from each other; looking for each among all would take quadratic time.
  for (const Figure& figure : variant.metrics) {
    metrics.get_ref<Json::object_t&>().emplace_back(to_string(figure.name), to_json(figure));
  }
  json["metrics"] = std::move(metrics);
  Json objectives = Json::object();
  for (const ObjectiveResult& result : variant.objectives) {
    objectives[result.objective.name] = to_json(result);
  }
  json["objectives"] = std::move(objectives);
  Json ledger = Json::object();
  for (std::size_t i = 0; i < variant.ledgers.size(); ++i) {
    ledger[variant.plan.channels[i]] = to_json(variant.ledgers[i]);
  }
  json["ledger"] = std::move(ledger);
  Json series = Json::object();
  for (const SeriesSummary& one : variant.series) {
    series[one.name] = to_json(one, variant.series_start);
  }
  json["series"] = std::move(series);
  return json;
}

/// On one line, with blanks.
void write_inline(const Json& json, std::string& out) {
  if (!json.is_structured()) {
    out += json.dump(-1, ' ', true, Json::error_handler_t::replace);
    return;
  }
  out += json.is_object() ? '{' : '[';
  bool first = true;
  for (const auto& [key, value] : json.items()) {
    if (!first) out += ", ";
    first = false;
    if (json.is_object()) {
      write_inline(Json(key), out);
      out += ": ";
    }
    write_inline(value, out);
  }
  out += json.is_object() ? '}' : ']';
}

/// The levels down to the single figures on lines of their own, those on one line.
void write(const Json& json, std::string& out, std::size_t indent, int levels) {
  if (levels == 0 || !json.is_object() || json.empty()) {
    write_inline(json, out);
    return;
  }
  out += "{\n";
  bool first = true;
  for (const auto& [key, value] : json.items()) {
    if (!first) out += ",\n";
    first = false;
    out.append(indent + 2, ' ');
    write_inline(Json(key), out);
    out += ": ";
    write(value, out, indent + 2, levels - 1);
  }
  out += '\n';
  out.append(indent, ' ');
  out += '}';
}

}  // namespace

std::string to_json(const ExperimentSummary& summary) {
  Json json;
  json["schema"] = 1;
  json["scenario"] = summary.scenario;
  json["question"] = summary.question;
  json["seed"] = summary.seed;
  json["engine"] = SPILLWAY_VERSION;
  json["fingerprint"] = fmt::format("{:016x}", summary.fingerprint);
  json["confidence"] = summary.confidence;
  json["partial"] = summary.partial;
  Json variants = Json::object();
  for (const VariantSummary& variant : summary.variants) {
    variants[variant.variant] = to_json(variant);
  }
  json["variants"] = std::move(variants);
  json["warnings"] = summary.warnings;
  std::string out;
  // Document, variants, variant, metrics: a figure is one line.
  write(json, out, 0, 4);
  out += '\n';
  return out;
}

}  // namespace spillway::report
