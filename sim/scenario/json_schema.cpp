#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>

#include "sim/language/pack.h"
#include "sim/language/quantity_text.h"
#include "sim/scenario/distribution_forms.h"
#include "sim/scenario/preset.h"
#include "sim/scenario/schema.h"
#include "sim/scenario/sections.h"
#include "sim/scenario/shape.h"

namespace spillway {
namespace {

using Json = nlohmann::ordered_json;

// The grammar of numbers, as take_number() reads it.
const std::string kNumber = R"((?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)";
const std::string kTimeUnit = "(?:ns|us|ms|s|min|h|d|w)";
const std::string kSizeUnit = "(?:B|kB|MB|GB|TB|KiB|MiB|GiB|TiB)";
const std::string kName = "[A-Za-z](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9])?";
const std::string kSharePattern = fmt::format("^{}%$", kNumber);

std::string edge_pattern() { return fmt::format("^ *{0} *-> *{0} *$", kName); }

Json ref(std::string_view definition) {
  return {{"$ref", fmt::format("#/definitions/{}", definition)}};
}

Json pattern(std::string_view text, std::vector<std::string> examples) {
  return {{"type", "string"}, {"pattern", text}, {"examples", std::move(examples)}};
}

Json any_of(std::vector<Json> alternatives) { return {{"anyOf", std::move(alternatives)}}; }

/// A number of the bounds' precision: whole ones without a point.
Json bound(double value) {
  if (value == static_cast<double>(static_cast<std::int64_t>(value)) && value < 1e15) {
    return static_cast<std::int64_t>(value);
  }
  return value;
}

void add_bounds(Json& schema, const Bounds& bounds) {
  schema[bounds.above_least ? "exclusiveMinimum" : "minimum"] = bound(bounds.least);
  if (bounds.most < std::numeric_limits<double>::infinity()) schema["maximum"] = bound(bounds.most);
}

/// Numbers, and the texts that some YAML readers make of numbers such as 1e6.
Json number(std::string_view type, const Bounds& bounds, std::string_view words = "") {
  Json schema{{"type", Json::array({type, "string"})}};
  add_bounds(schema, bounds);
  const std::string exponent = R"([1-9][0-9]*(?:\.[0-9]+)?[eE]\+?[0-9]+)";
  schema["pattern"] = fmt::format("^(?:{}{})$", words, exponent);
  return schema;
}

Json share(const Bounds& bounds) {
  Bounds within = bounds;
  within.most = std::min(within.most, 1.0);
  Json fraction{{"type", "number"}};
  add_bounds(fraction, within);
  return any_of({fraction, pattern(kSharePattern, {"2%"})});
}

Json column_of_trace() {
  return {{"type", "object"},
          {"properties", {{"column", ref("text")}}},
          {"required", {"column"}},
          {"additionalProperties", false}};
}

/// A map with the fields; `more` are properties beside them.
Json object(const std::vector<FieldShape>& fields, bool nullable = false,
            Json more = Json::object());

/// The map from names to what `of` says.
Json by_name(Json of) {
  return {{"type", "object"},
          {"propertyNames", {{"pattern", fmt::format("^{}$", kName)}}},
          {"additionalProperties", std::move(of)}};
}

/// The map from edges to what `of` says.
Json by_edge(Json of) {
  return {{"type", "object"},
          {"minProperties", 1},
          {"propertyNames", {{"pattern", edge_pattern()}}},
          {"additionalProperties", std::move(of)}};
}

/// What share_entries() reads: a map from shares to what `of` says, or a list of such maps.
Json by_share(Json of) {
  const Json map{{"type", "object"},
                 {"minProperties", 1},
                 {"propertyNames", ref("share key")},
                 {"additionalProperties", std::move(of)}};
  Json one = map;
  one["maxProperties"] = 1;
  return any_of({map, Json{{"type", "array"}, {"minItems", 1}, {"items", std::move(one)}}});
}

void add_exactly_one(Json& schema, const Shape& shape) {
  if (shape.exactly_one.empty()) return;
  Json choices = Json::array();
  for (const std::string_view key : shape.exactly_one) {
    choices.push_back({{"required", Json::array({key})}});
  }
  schema["oneOf"] = std::move(choices);
}

Json value_of(const Shape& shape, const Bounds& bounds) {
  switch (shape.form) {
    case Form::duration:
      return ref("duration");
    case Form::rate:
      return ref("rate");
    case Form::size:
      return ref("size");
    case Form::unit_price:
      return pattern(fmt::format("^\\${0}(?:/{0}[kMG]?)?$", kNumber), {"$0.40/1M", "$0.02"});
    case Form::rental_price:
      return pattern(fmt::format("^\\${0}/(?:{1}|(?:{0}{1})+)$", kNumber, kTimeUnit),
                     {"$0.096/h", "$70/30d"});
    case Form::storage_price:
      return pattern(
          fmt::format("^\\${0}/(?:{0})?{2}/(?:{1}|(?:{0}{1})+)$", kNumber, kTimeUnit, kSizeUnit),
          {"$0.10/GB/30d"});
    case Form::share:
      return share(bounds);
    case Form::factor:
      return number("number", bounds);
    case Form::count:
      return number("integer", bounds);
    case Form::seed:
      return {{"type", "integer"}, {"minimum", 0}};
    case Form::limit:
      return number("integer", bounds, "unlimited|");
    case Form::flag:
      return {{"type", "boolean"}};
    case Form::text:
      return ref("text");
    case Form::choice:
      return {{"enum", shape.choices}};
    case Form::choices:
      return {{"type", "array"}, {"items", {{"enum", shape.choices}}}};
    case Form::distribution:
      return ref("distribution");
    case Form::sizes:
      return ref("size distribution");
    case Form::types:
      return any_of({column_of_trace(), Json{{"type", "object"},
                                             {"minProperties", 1},
                                             {"propertyNames",
                                              {{"pattern", fmt::format("^{}$", kName)},
                                               {"not", {{"const", "column"}}}}},
                                             {"additionalProperties", share(Bounds{0, 1})}}});
    case Form::type_names:
      return any_of(
          {ref("name"), Json{{"type", "array"}, {"items", ref("name")}, {"minItems", 1}}});
    case Form::key_ranges: {
      const Json one = any_of({number("integer", Bounds{0, 9007199254740992.0}),
                               pattern("^[0-9]+\\.\\.[0-9]+$", {"0..99"})});
      return any_of({one, Json{{"type", "array"}, {"items", one}, {"minItems", 1}}});
    }
    case Form::durations:
      return {{"type", "array"}, {"items", ref("duration")}, {"minItems", 1}};
    case Form::counts:
      return {{"type", "array"}, {"items", number("integer", bounds)}, {"minItems", 1}};
    case Form::scale_target:
      return any_of(
          {number("number", kPositive), ref("duration"), pattern(kSharePattern, {"60%"})});
    case Form::reference:
      return ref("name");
    case Form::references:
      return {{"type", "array"}, {"items", ref("name")}, {"minItems", 2}};
    case Form::edge_shares:
      return by_edge(share(bounds));
    case Form::edge_delays:
      return by_edge(
          any_of({pattern(fmt::format("^\\+(?:{}(?:ns|us|ms|s|min|h|d|w))+$", kNumber), {"+200ms"}),
                  Json{{"type", "object"}, {"allOf", Json::array({ref("distribution")})}}}));
    case Form::pair:
      return {{"type", "array"}, {"items", ref("name")}, {"minItems", 2}, {"maxItems", 2}};
    case Form::names:
      return {{"type", "array"}, {"items", ref("name")}, {"minItems", 1}};
    case Form::fault_to:
      return any_of({number("integer", bounds), ref("name")});
    case Form::condition:
      return pattern("^[^<>]+[<>][^<>=]+$", {"orders.depth > 10000"});
    case Form::instances_of:
      return pattern("^.+\\.instances$", {"worker.instances"});
    case Form::zone:
      return ref("name");
    case Form::distances:
      return by_edge(ref("distribution"));
    case Form::edge:
      return ref("edge");
    case Form::program:
      return ref("steps");
    case Form::programs:
      return {{"type", "array"}, {"minItems", 1}, {"items", ref("steps")}};
    case Form::failure:
      return any_of({share(bounds), column_of_trace()});
    case Form::warmup:
      return any_of({ref("duration"), Json{{"const", "auto"}}});
    case Form::replications:
      return any_of({number("integer", bounds), object(shape.fields)});
    case Form::goals:
      return {{"type", "object"},
              {"minProperties", 1},
              {"propertyNames", {{"pattern", "^[^.]+\\..+$"}}},
              {"additionalProperties", any_of({pattern(kSharePattern, {"5%"}), ref("duration"),
                                               ref("rate"), number("number", kPositive)})}};
    case Form::ways:
      return by_share(ref("steps"));
    case Form::words:
      return by_name(ref("text"));
    case Form::objects:
      return {{"type", "array"}, {"minItems", 1}, {"items", object(shape.fields)}};
    case Form::object: {
      Json schema = object(shape.fields);
      add_exactly_one(schema, shape);
      return schema;
    }
    case Form::named: {
      Json schema = object(shape.fields);
      add_exactly_one(schema, shape);
      return by_name(std::move(schema));
    }
  }
  return {};
}

/// A default as JSON: numbers and truth values bare, everything else as it is written.
Json standard_of(const FieldShape& field) {
  const std::string& text = field.standard;
  if (field.shape.form == Form::flag) return text == "true";
  if (field.shape.form == Form::count || field.shape.form == Form::seed ||
      field.shape.form == Form::replications) {
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  }
  if (field.shape.form == Form::choices) {
    Json words = Json::array();
    for (const std::string_view word : field.shape.choices) {
      if (text.find(word) != std::string::npos) words.push_back(word);
    }
    return words;
  }
  return text;
}

Json field_schema(const FieldShape& field, bool nullable) {
  Json value = value_of(field.shape, field.bounds);
  if (nullable && field.need == Need::optional) value = any_of({value, {{"type", "null"}}});
  std::string meaning(field.meaning);
  if (!field.source.empty()) meaning += fmt::format(" (source: {})", field.source);
  // Draft-07 ignores what stands beside a $ref.
  Json schema{{"description", meaning}};
  if (!field.standard.empty()) schema["default"] = standard_of(field);
  if (value.contains("$ref")) {
    schema["allOf"] = Json::array({value});
  } else {
    schema.update(value);
  }
  return schema;
}

Json object(const std::vector<FieldShape>& fields, bool nullable, Json more) {
  Json properties = std::move(more);
  Json required = Json::array();
  for (const FieldShape& field : fields) {
    properties[std::string(field.name)] = field_schema(field, nullable);
    if (field.need == Need::required) required.push_back(field.name);
  }
  Json schema{{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) schema["required"] = std::move(required);
  schema["additionalProperties"] = false;
  return schema;
}

/// What a distribution is of: how one value is written, and its own definition.
template <class Q>
struct Drawn;
template <>
struct Drawn<Duration> {
  static constexpr std::string_view value = "duration";
  static constexpr std::string_view distribution = "distribution";
  static constexpr std::string_view meaning = "A duration, or a distribution of durations";
  static Json units() { return {"ns", "us", "ms", "s"}; }
  static Json examples() { return {"8ms", {{"exponential", "25ms"}}}; }
  static constexpr bool needs_unit = true;
};
template <>
struct Drawn<Size> {
  static constexpr std::string_view value = "size";
  static constexpr std::string_view distribution = "size distribution";
  static constexpr std::string_view meaning = "A size, or a distribution of sizes";
  static Json units() { return {"B", "kB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB"}; }
  static Json examples() { return {"2KiB", {{"exponential", "2KiB"}}}; }
  static constexpr bool needs_unit = false;
};

/// One kind of distribution with `times` and `plus`.
template <class Q>
Json distribution_kind(const DistributionKind& kind, Json value) {
  Json properties = Json::object();
  Json described{{"description", std::string(kind.meaning)}};
  if (value.contains("$ref")) {
    described["allOf"] = Json::array({std::move(value)});
  } else {
    described.update(value);
  }
  properties[std::string(kind.name)] = std::move(described);
  if (kind.name == "column") properties["unit"] = {{"enum", Drawn<Q>::units()}};
  Json times = number("number", Bounds{0, 1e9});
  times["description"] = "Multiplies every value";
  properties["times"] = std::move(times);
  properties["plus"] = {{"description", "Is added to every value"},
                        {"allOf", Json::array({ref(Drawn<Q>::value)})}};
  Json required = Json::array({kind.name});
  if (kind.name == "column" && Drawn<Q>::needs_unit) required.push_back("unit");
  return {{"type", "object"},
          {"properties", std::move(properties)},
          {"required", std::move(required)},
          {"additionalProperties", false}};
}

template <class Q>
Json distribution() {
  const Json value_of_one = ref(Drawn<Q>::value);
  const Json whole = ref(Drawn<Q>::distribution);
  Json all = Json::array({value_of_one});
  const Json uncertain{{"type", "object"},
                       {"properties", {{"uncertain", whole}}},
                       {"required", {"uncertain"}},
                       {"additionalProperties", false}};
  for (const DistributionKind& kind : kDistributionKinds) {
    Json value;
    if (kind.name == "constant" || kind.name == "exponential") {
      value = any_of({value_of_one, uncertain});
    } else if (kind.name == "uniform") {
      value = {{"type", "array"}, {"items", value_of_one}, {"minItems", 2}, {"maxItems", 2}};
    } else if (kind.name == "mixture") {
      value = by_share(whole);
    } else if (kind.name == "column") {
      value = ref("text");
    } else if (kind.name == "uncertain") {
      value = whole;
    }
    [&]<class... F>(const Pack<F...>*) {
      ((F::name == kind.name ? void(value = object(fields_of<F>())) : void()), ...);
    }(static_cast<const DistributionForms<Q>*>(nullptr));
    if (kind.name == "lognormal") {
      value["minProperties"] = 2;
      value["maxProperties"] = 2;
    }
    all.push_back(distribution_kind<Q>(kind, std::move(value)));
  }
  return {{"description", Drawn<Q>::meaning},
          {"anyOf", std::move(all)},
          {"examples", Drawn<Q>::examples()}};
}

Json steps() {
  Json kinds = Json::array();
  for (const StepShape& step : all_steps()) {
    if (step.fields.empty()) {
      kinds.push_back({{"const", step.name}, {"description", step.meaning}});
      kinds.push_back({{"type", "object"},
                       {"properties", {{std::string(step.name), {{"type", "null"}}}}},
                       {"required", {step.name}},
                       {"additionalProperties", false}});
      continue;
    }
    Json schema = object(step.fields);
    schema["description"] = step.meaning;
    kinds.push_back(std::move(schema));
  }
  return {{"type", "array"}, {"items", {{"anyOf", std::move(kinds)}}}};
}

Json definitions() {
  Json all;
  all["duration"] = pattern(fmt::format("^(?:{}(?:ns|us|ms|s|min|h|d|w))+$", kNumber),
                            {"25ms", "30s", "9h30min"});
  all["rate"] = pattern(fmt::format("^{}/(?:s|min|h|d)$", kNumber), {"120/s", "900/min"});
  all["size"] = pattern(fmt::format("^{}(?:[kMGT]?B|[KMGT]iB)$", kNumber), {"2kB", "64KiB"});
  all["text"] = {{"type", {"string", "number", "boolean"}}};
  all["name"] = pattern(fmt::format("^{}$", kName), {"orders"});
  all["edge"] = pattern(edge_pattern(), {"checkout -> payments"});
  all["share key"] = {{"pattern", fmt::format("^(?:{}%|0|1|0\\.[0-9]+)$", kNumber)}};
  all["distribution"] = distribution<Duration>();
  all["size distribution"] = distribution<Size>();
  all["steps"] = steps();
  const Json objective =
      pattern("^[^<>=]+(?:->[^<>=]+)?[<>]=?.+$", {"shoppers.latency.p99 <= 1s in 95% of runs"});
  all["objective"] = any_of(
      {objective,
       Json{{"type", "object"},
            {"properties",
             {{"objective", objective},
              {"expect",
               {{"enum", {"met", "missed"}}, {"description", "missed: it is meant to fail"}}}}},
            {"required", {"objective"}},
            {"additionalProperties", false}}});
  return all;
}

template <class P>
Json component(const Section<P>& section) {
  Json names = Json::array();
  for (const Preset& preset : presets()) {
    if (preset.noun == section.noun) names.push_back(preset.name);
  }
  Json more = Json::object();
  const bool has_presets = !names.empty();
  if (has_presets) {
    more["preset"] = {{"description", "What this is in reality: fills in its values"},
                      {"enum", std::move(names)}};
  }
  Json schema = object(fields_of<P>(), has_presets, std::move(more));
  if (!schema.contains("required")) schema["type"] = {"object", "null"};
  return schema;
}

/// What a variant says is like the scenario's own sections, without what is already there: only
/// the outline is given.
Json variant() {
  Json properties = Json::object();
  const auto said_by_edge = [&](std::string_view meaning, Json of) {
    return Json{{"description", meaning},
                {"type", "object"},
                {"propertyNames", {{"pattern", edge_pattern()}}},
                {"additionalProperties", std::move(of)}};
  };
  const Json options{{"type", {"object", "null"}}};
  properties["decouple"] =
      said_by_edge("Calls that become messages, by edge, with what their queue and its workers say",
                   {{"type", {"object", "null"}},
                    {"properties", {{"queue", options}, {"workers", options}}},
                    {"additionalProperties", false}});
  properties["couple"] =
      said_by_edge("Sends that become calls, by edge, with the calls' options", options);
  properties["edges"] = said_by_edge("Options of calls and sends, by edge: checkout -> payments",
                                     {{"type", "object"}});
  for (const std::string_view key : top_keys()) {
    if (key != "variants") properties[std::string(key)] = Json::object();
  }
  properties["objectives"] = {{"type", "object"}};
  return {{"type", {"object", "null"}},
          {"description", "What differs from the base; null removes a key"},
          {"properties", std::move(properties)},
          {"propertyNames", {{"pattern", fmt::format("^{}$", kName)}}}};
}

}  // namespace

std::string json_schema() {
  Json properties = Json::object();
  const auto text = [](std::string_view meaning, int most) {
    return Json{{"description", meaning},
                {"type", {"string", "number", "boolean"}},
                {"minLength", 1},
                {"maxLength", most}};
  };
  properties["scenario"] = text("The scenario's name; default: the file's", 200);
  properties["question"] = text("What it is to answer", 2000);
  properties["run"] = object(fields_of<RunParameters>());
  properties["run"]["description"] = "How the scenario is run";
  properties["network"] = {
      {"description",
       "Network delay one way, for every call, send and delivery that doesn't say otherwise"},
      {"allOf", Json::array({ref("distribution")})}};
  properties["zones"] = object(fields_of<ZoneParameters>());
  properties["zones"]["description"] = "How far the zones are from one another";
  properties["price"] = object(fields_of<PriceParameters>());
  properties["price"]["description"] =
      "What everything costs that says no price of that kind itself";
  properties["collapse"] = object(fields_of<CollapseParameters>());
  properties["collapse"]["description"] =
      "What counts as a system that stays down after what brought it down has gone";
  properties["windows"] = by_name(object(fields_of<WindowParameters>()));
  properties["windows"]["description"] = "Spans of time with a name, for metrics";
  for_each_section([&](const auto& section) {
    Json schema = by_name(component(section));
    schema["type"] = {"object", "null"};
    schema["description"] = section.meaning;
    properties[std::string(section.key)] = std::move(schema);
  });
  properties["objectives"] = by_name(ref("objective"));
  properties["objectives"]["type"] = {"object", "null"};
  properties["objectives"]["description"] = "What the design has to keep, by name";
  properties["variants"] = by_name(variant());
  properties["variants"]["type"] = {"object", "null"};
  properties["variants"]["description"] = "Alternatives, by name";
  const Json schema{{"$schema", "http://json-schema.org/draft-07/schema#"},
                    {"title", "Spillway scenario"},
                    {"type", "object"},
                    {"properties", std::move(properties)},
                    {"required", {"run", "producers"}},
                    {"additionalProperties", false},
                    {"definitions", definitions()}};
  return schema.dump(2) + "\n";
}

}  // namespace spillway
