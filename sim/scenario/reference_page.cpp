#include <fmt/format.h>

#include <limits>
#include <set>

#include "sim/language/pack.h"
#include "sim/scenario/catalogue.h"
#include "sim/scenario/distribution_forms.h"
#include "sim/scenario/preset.h"
#include "sim/scenario/schema.h"
#include "sim/scenario/sections.h"
#include "sim/scenario/shape.h"

namespace spillway {
namespace {

/// A cell of a table: bars would end it.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

std::string form_text(const FieldShape& field) {
  switch (field.shape.form) {
    case Form::duration:
      return "duration";
    case Form::rate:
      return "rate";
    case Form::size:
      return "size";
    case Form::unit_price:
      return "price of each";
    case Form::rental_price:
      return "price by time";
    case Form::storage_price:
      return "price of data by time";
    case Form::share:
      return "share";
    case Form::factor:
      return "number";
    case Form::count:
      return "count";
    case Form::seed:
      return "whole number";
    case Form::limit:
      return "count or `unlimited`";
    case Form::flag:
      return "`true`, `false`";
    case Form::text:
      return "text";
    case Form::choice:
    case Form::choices: {
      std::string words = field.shape.form == Form::choices ? "list of " : "";
      const std::size_t before = words.size();
      for (const std::string_view word : field.shape.choices) {
        words += fmt::format("{}`{}`", words.size() == before ? "" : ", ", word);
      }
      return words;
    }
    case Form::distribution:
      return "distribution";
    case Form::sizes:
      return "size, or a distribution of sizes";
    case Form::types:
      return "map from names to shares, or `{column: NAME}`";
    case Form::type_names:
      return "name of a type, or a list of them";
    case Form::key_ranges:
      return "number of a key, `0..99`, or a list of them";
    case Form::durations:
      return "list of durations";
    case Form::counts:
      return "list of counts";
    case Form::scale_target:
      return "number, duration or share";
    case Form::reference:
      return fmt::format("name of {}", words_of(field.refers_to));
    case Form::references:
      return fmt::format("list of names, each of {}", words_of(field.refers_to));
    case Form::edge_shares:
      return "map from edges to shares";
    case Form::edge_delays:
      return "map from edges to `+200ms` or distributions";
    case Form::pair:
      return "list of two names of components";
    case Form::names:
      return "list of names of components";
    case Form::fault_to:
      return "count, or name of a queue";
    case Form::condition:
      return "`orders.depth > 10000`";
    case Form::instances_of:
      return "`worker.instances`";
    case Form::zone:
      return "name of a zone";
    case Form::distances:
      return "map from pairs of zones, `eu -> us`, to distributions";
    case Form::edge:
      return "edge, `a -> b`";
    case Form::program:
      return "list of steps";
    case Form::programs:
      return "list of lists of steps";
    case Form::failure:
      return "share, or `{column: NAME}`";
    case Form::warmup:
      return "duration or `auto`";
    case Form::replications:
      return "count, or map, see below";
    case Form::goals:
      return "map from metrics to shares or quantities";
    case Form::ways:
      return "map from shares to lists of steps; a list of such maps where two are equal";
    case Form::words:
      return "map from names to texts";
    case Form::objects:
      return "list of maps, see below";
    case Form::object:
      return "map, see below";
    case Form::named:
      return "map by name, see below";
  }
  return {};
}

std::string bound_text(const FieldShape& field, double value) {
  switch (field.shape.form) {
    case Form::duration:
    case Form::durations:
    case Form::distribution:
      return print(Duration{static_cast<Time>(value * 1e9)});
    case Form::rate:
      return print(Rate{value});
    case Form::share:
    case Form::failure:
      return print(Share{value});
    default:
      return print_number(value);
  }
}

std::string range_text(const FieldShape& field) {
  switch (field.shape.form) {
    case Form::flag:
    case Form::text:
    case Form::choice:
    case Form::choices:
    case Form::reference:
    case Form::condition:
    case Form::instances_of:
    case Form::zone:
    case Form::distances:
    case Form::edge:
    case Form::edge_shares:
    case Form::edge_delays:
    case Form::references:
    case Form::pair:
    case Form::names:
    case Form::program:
    case Form::programs:
    case Form::goals:
    case Form::ways:
    case Form::words:
    case Form::sizes:
    case Form::types:
    case Form::type_names:
    case Form::key_ranges:
    case Form::object:
    case Form::objects:
    case Form::named:
      return "";
    default:
      break;
  }
  const Bounds& bounds = field.bounds;
  std::string out = bounds.above_least ? fmt::format("above {}", bound_text(field, bounds.least))
                    : bounds.least > 0 ? fmt::format("from {}", bound_text(field, bounds.least))
                                       : "";
  if (field.shape.form == Form::seed) return "64 bits";
  if (bounds.most < std::numeric_limits<double>::infinity()) {
    out += fmt::format("{}up to {}", out.empty() ? "" : " ", bound_text(field, bounds.most));
  }
  return out;
}

void fields_table(std::string& out, const std::vector<FieldShape>& fields) {
  out += "| key | value | range | default | meaning |\n|---|---|---|---|---|\n";
  for (const FieldShape& field : fields) {
    const std::string standard = field.need == Need::required ? "required"
                                 : field.standard.empty()     ? ""
                                                              : fmt::format("`{}`", field.standard);
    std::string meaning(field.meaning);
    if (!field.source.empty()) meaning += fmt::format(" (source: {})", field.source);
    out += fmt::format("| `{}` | {} | {} | {} | {} |\n", field.name, cell(form_text(field)),
                       range_text(field), standard, cell(meaning));
  }
  out += "\n";
}

/// The tables of the maps inside of a declaration, each after the one that names it.
void inner_tables(std::string& out, std::string_view path, const std::vector<FieldShape>& fields) {
  for (const FieldShape& field : fields) {
    const bool named = field.shape.form == Form::named;
    const bool listed = field.shape.form == Form::objects;
    if (!named && !listed && field.shape.form != Form::object &&
        field.shape.form != Form::replications) {
      continue;
    }
    const std::string place = fmt::format("{}.{}{}", path, field.name,
                                          named    ? ".NAME"
                                          : listed ? "[N]"
                                                   : "");
    out += fmt::format("`{}`", place);
    if (!field.shape.exactly_one.empty()) {
      out += ", with exactly one of ";
      for (const std::string_view key : field.shape.exactly_one) {
        out += fmt::format("{}`{}`", key == field.shape.exactly_one.front() ? "" : ", ", key);
      }
    }
    out += ":\n\n";
    fields_table(out, field.shape.fields);
    inner_tables(out, place, field.shape.fields);
  }
}

std::string_view kind_text(MetricKind kind) {
  switch (kind) {
    case MetricKind::count:
      return "count";
    case MetricKind::share:
      return "share";
    case MetricKind::value:
      return "one figure";
    case MetricKind::level:
      return "level over time";
    case MetricKind::distribution:
      return "distribution";
  }
  return "";
}

constexpr std::string_view kQuantities = R"(### Quantities

Every quantity carries its unit; a bare number where a unit is needed is an error.

| value | written | units |
|---|---|---|
| duration | `25ms`, `1.5s`, `9h30min` | `ns` `us` `ms` `s` `min` `h` `d` `w`; parts from the largest to the smallest |
| rate | `120/s`, `900/min` | `/s` `/min` `/h` `/d` |
| size | `2kB`, `64KiB` | `B` `kB` `MB` `GB` `TB` `KiB` `MiB` `GiB` `TiB` |
| price of each | `$0.40/1M`, `$0.02` | US dollars, for one or for so many: `1k` `1M` `1G` |
| price by time | `$0.096/h`, `$70/30d` | US dollars, for a duration |
| price of data by time | `$0.10/GB/30d` | US dollars, for a size and a duration |
| share | `2%`, `0.02` | from 0 to 1 |
| count | `4`, `1e6` | bare, whole |
| number | `2.5` | bare |

)";

constexpr std::string_view kNames = R"(### Names

A name begins with a letter, ends with a letter or a digit, and has letters, digits, `-` and `_` in
between, at most 64 characters. Names of components stand once in the whole file, so that a name
alone says what is meant. An edge is written `checkout -> payments`. Steps are counted from 1 in
messages: `services.checkout.does[2].call`.

)";

constexpr std::string_view kObjectives = R"(### Objectives

`NAME: METRIC (<=|>=|<|>) VALUE [in 95% of runs]`, with
`METRIC = component.metric[.statistic][@window]`. Statistics of levels and distributions: `mean`,
`min`, `max`, `sd`, and percentiles such as `p99.9`; the other kinds have none. Windows are the names
under `windows` and `profile`, `before` (from the end of the warm-up to the window) and `recovery`
(from its end to the next window or the end); where there are several windows, `before:NAME` and
`recovery:NAME`. `NAME: {objective: "...", expect: missed}` is meant to fail.

)";

constexpr std::string_view kVariants = R"(### Variants

`variants: {NAME: {...}}`: what differs from the base, `{}` for the base itself. It is applied in this
order, whatever the order in the file:

1. `decouple: {checkout -> payments: {queue: {...}, workers: {...}}}` makes messages of calls. Every
   `call: payments` of `checkout` becomes a send to the new queue `payments-requests`; the new
   consumer `payments-workers` takes from there and makes the call. All options of the call move to it, its
   network too, but not `holds`; the caller goes on when the queue has confirmed. The queue is a
   plain one and the workers have the callee's slots, unless said otherwise. Where one variant decouples
   several callers of a service, the names are `checkout-payments-requests` and
   `checkout-payments-workers`.
2. `couple: {shop -> orders: {...}}` makes calls of sends: the only consumer of `orders` becomes a
   service with the same slots and steps, every `send: orders` of `shop` a call to it with the options said
   here and the send's network; the queue goes. All who send to it must be coupled.
3. `edges: {checkout -> payments: {network: 2ms}}` changes every call and send of that edge.
4. Everything else is merged key by key, by section or by a component's name alone; lists are
   replaced, `null` removes.

An edge keeps its name: `checkout -> payments.attempts` is the number of calls made to `payments` on
behalf of `checkout`, by itself or by its workers, and `edges` reaches that call. A message keeps its
random numbers: on its first attempt `payments` takes as long for it, and fails or not, in both designs.
What comes of `decouple` can be written by hand as well, with the option `edge` of `call` and `send`.

`--set worker.instances=4` and `--set 'checkout -> payments.network=2ms'` change all variants from the
command line.

)";

}  // namespace

std::string parameter_tables(Noun noun) {
  std::string out;
  for_each_section([&](const auto& section) {
    if (section.noun != noun) return;
    using P = typename std::remove_cvref_t<decltype(section)>::Parameters;
    const auto fields = fields_of<P>();
    fields_table(out, fields);
    inner_tables(out, fmt::format("{}.NAME", section.key), fields);
  });
  return out;
}

std::string metric_table(Noun noun) {
  std::string out = "| metric | kind | unit | meaning |\n|---|---|---|---|\n";
  for (const CatalogueEntry& entry : metrics_of(noun)) {
    out += fmt::format("| `{}` | {} | {} | {} |\n", entry.name, kind_text(entry.kind),
                       entry.unit == "s" || entry.unit == "1/s" ? entry.unit : "",
                       cell(entry.meaning));
  }
  out += "\n";
  if (noun == Noun::topic) {
    out += "Of each subscription, `TOPIC.SUBSCRIPTION`:\n\n" + metric_table(Noun::subscription);
  }
  if (noun == Noun::log) {
    out += "Of each group, `LOG.GROUP`:\n\n" + metric_table(Noun::group);
  }
  return out;
}

std::string reference_page() {
  std::string out(kQuantities);
  out += kNames;
  out +=
      "### Top of the file\n\n| key | meaning |\n|---|---|\n"
      "| `scenario` | its name; default: the file's |\n"
      "| `question` | what it is to answer |\n"
      "| `run` | how it is run |\n"
      "| `network` | delay one way, a distribution, for every call, send and delivery that "
      "doesn't say otherwise; default `0s` |\n"
      "| `zones` | how far the zones are from one another that components are in |\n"
      "| `price` | what everything costs that says no price of that kind itself |\n"
      "| `windows` | spans of time with a name, for metrics |\n";
  for_each_section([&](const auto& section) {
    out += fmt::format("| `{}` | {} |\n", section.key, section.meaning);
  });
  out +=
      "| `collapse` | what counts as a system that stays down after what brought it down has gone "
      "|\n"
      "| `objectives` | what the design has to keep, by name |\n"
      "| `variants` | alternatives, by name |\n\n";
  out += "### `run`\n\n";
  const auto run = fields_of<RunParameters>();
  fields_table(out, run);
  inner_tables(out, "run", run);
  out += "### `zones`\n\n";
  fields_table(out, fields_of<ZoneParameters>());
  out += "### `price`\n\n";
  fields_table(out, fields_of<PriceParameters>());
  out += "### `collapse`\n\n";
  fields_table(out, fields_of<CollapseParameters>());
  out += "### `windows.NAME`\n\n";
  fields_table(out, fields_of<WindowParameters>());
  for_each_section([&](const auto& section) {
    out += fmt::format("### `{}.NAME`\n\n", section.key);
    out += parameter_tables(section.noun);
    out += metric_table(section.noun);
  });
  out += "### Edges\n\n";
  out += metric_table(Noun::none);
  out += "### `total`\n\n";
  out += metric_table(Noun::total);
  out +=
      "`missed_time@FAULT` and `availability` need no `total.` before them, and are of scenarios "
      "in which a fault strikes. Judged second by second, by the messages born in it, are "
      "`success` "
      "and `completed`, percentiles, mean and maximum of a producer's `latency` and `completion`; "
      "levels by the bins of their series. A rate or a count is not: in a second it is a matter of "
      "chance.\n\n";
  out += "### Steps of `does`\n\n";
  for (const StepShape& step : all_steps()) {
    out += fmt::format("`{}`: {}.\n\n", step.name, step.meaning);
    if (!step.fields.empty()) fields_table(out, step.fields);
  }
  // What several steps say in the same way stands there once.
  std::set<std::string_view> told;
  for (const StepShape& step : all_steps()) {
    for (const FieldShape& field : step.fields) {
      if (told.insert(field.name).second) inner_tables(out, "STEP", {field});
    }
  }
  out +=
      "### Distributions\n\nAny of them may also say `times` (a number) and `plus` (a "
      "duration).\n\n"
      "| written | meaning |\n|---|---|\n";
  for (const DistributionKind& kind : kDistributionKinds) {
    out += fmt::format("| `{}` | {} |\n", kind.example, cell(kind.meaning));
  }
  out += "\n";
  [&]<class... F>(const Pack<F...>*) {
    ((out += fmt::format("`{}`:\n\n", F::name), fields_table(out, fields_of<F>())), ...);
  }(static_cast<const DistributionForms<Duration>*>(nullptr));
  out +=
      "Distributions of sizes are written in the same way, with sizes: `2KiB`, `{lognormal: {mean: "
      "2KiB, p99: 20KiB}}`, `{column: bytes, unit: kB}` (the unit of a column is `B` where it says "
      "none).\n\n";
  out += kObjectives;
  out += kVariants;
  out += "### Presets\n\n| preset | for | stands for |\n|---|---|---|\n";
  for (const Preset& preset : presets()) {
    out += fmt::format("| `{}` | {} | {} |\n", preset.name, word_of(preset.noun),
                       cell(preset.meaning));
  }
  out +=
      "\n`spillway presets NAME` prints a preset's values, their sources, and what is left out.\n";
  return out;
}

}  // namespace spillway
