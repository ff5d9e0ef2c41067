#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "sim/flow/scale_declaration.h"
#include "sim/flow/steps/declaration.h"
#include "sim/language/field.h"
#include "sim/language/lists.h"
#include "sim/language/quantity_text.h"
#include "sim/model/fault/declaration.h"
#include "sim/model/limit/declaration.h"
#include "sim/model/producer/declaration.h"
#include "sim/scenario/scenario.h"

// The declarations as data: what JSON Schema and the reference page are written from. The reader
// visits the same declarations by type (reader.h).

namespace spillway {

/// How a value is written.
enum class Form : std::uint8_t {
  duration,
  rate,
  size,
  unit_price,
  rental_price,
  storage_price,
  share,
  factor,
  count,
  seed,
  limit,
  flag,
  text,
  choice,        ///< one of the words
  choices,       ///< a list of some of the words
  distribution,  ///< of durations
  sizes,         ///< a distribution of sizes
  types,         ///< a map from names to shares, or {column: NAME}
  type_names,    ///< the name of a type, or a list of them
  key_ranges,    ///< the number of a key, a range of them, or a list of these
  durations,     ///< a list of durations
  counts,        ///< a list of counts
  scale_target,  ///< a number, a duration or a share
  reference,     ///< the name of a component
  references,    ///< a list of two names of components or more
  edge_shares,   ///< a map from edges to shares
  edge_delays,   ///< a map from edges to delays that are added: +200ms, or a distribution
  pair,          ///< a list of two names of components
  names,         ///< a list of names of components
  fault_to,      ///< a count, or the name of a queue
  condition,     ///< `orders.depth > 10000`
  instances_of,  ///< `worker.instances`
  zone,          ///< the name of a zone
  distances,     ///< distributions by pairs of zones
  edge,          ///< two names of components, with an arrow between them
  program,       ///< a list of steps
  failure,       ///< a share, or {column: NAME}
  warmup,        ///< a duration, or the word
  replications,  ///< a count, or a map with the fields
  goals,         ///< a map from metrics to shares in per cent or quantities
  programs,      ///< a list of lists of steps
  ways,          ///< a map from shares to lists of steps
  words,         ///< a map from names to texts
  object,        ///< a map with the fields
  objects,       ///< a list of maps with the fields
  named,         ///< a map from names to objects with the fields
};

struct FieldShape;

struct Shape {
  Form form = Form::text;
  std::vector<std::string_view> choices;
  std::vector<FieldShape> fields;
  std::vector<std::string_view> exactly_one;  ///< keys of which exactly one must be there
};

struct FieldShape {
  std::string_view name;
  std::string_view meaning;
  Bounds bounds;
  Need need = Need::optional;
  Noun refers_to = Noun::none;
  std::string_view source;
  std::string standard;  ///< the default as written; empty where there is none
  Shape shape;
};

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

template <class T>
struct IsList : std::false_type {
  using Item = void;
};
template <class T>
struct IsList<std::vector<T>> : std::true_type {
  using Item = T;
};

template <class T>
concept Worded = std::is_enum_v<T> && requires { Choices<T>::names; };

/// A type that is written as a map from names to declared objects.
template <class T>
struct NamedEntries : std::false_type {};
template <>
struct NamedEntries<std::vector<NamedProfileEntry>> : std::true_type {
  using Item = NamedProfileEntry;
  static constexpr auto value_of = &NamedProfileEntry::entry;
  static auto& items(std::vector<NamedProfileEntry>& all) { return all; }
};
template <>
struct NamedEntries<std::vector<NamedWindow>> : std::true_type {
  using Item = NamedWindow;
  static constexpr auto value_of = &NamedWindow::window;
  static auto& items(std::vector<NamedWindow>& all) { return all; }
};
template <>
struct NamedEntries<std::vector<NamedSubscription>> : std::true_type {
  using Item = NamedSubscription;
  static constexpr std::string_view owner = "subscription";
  static constexpr auto value_of = &NamedSubscription::subscription;
  static auto& items(std::vector<NamedSubscription>& all) { return all; }
};
template <>
struct NamedEntries<std::vector<NamedShift>> : std::true_type {
  using Item = NamedShift;
  static constexpr auto value_of = &NamedShift::shift;
  static auto& items(std::vector<NamedShift>& all) { return all; }
};
template <>
struct NamedEntries<MmppParameters> : std::true_type {
  using Item = MmppParameters::Named;
  static constexpr auto value_of = &MmppParameters::Named::state;
  static auto& items(MmppParameters& all) { return all.states; }
};

template <class T>
using NamedValue = std::remove_cvref_t<decltype(std::declval<typename NamedEntries<T>::Item&>().*
                                                NamedEntries<T>::value_of)>;

template <class T>
std::vector<FieldShape> fields_of();

inline Shape of(Form form) { return {form, {}, {}, {}}; }

template <class T>
Shape shape_of() {
  if constexpr (IsOptional<T>::value) {
    return shape_of<typename T::value_type>();
  } else if constexpr (std::same_as<T, Duration>) {
    return of(Form::duration);
  } else if constexpr (std::same_as<T, Rate>) {
    return of(Form::rate);
  } else if constexpr (std::same_as<T, Size>) {
    return of(Form::size);
  } else if constexpr (std::same_as<T, UnitPrice>) {
    return of(Form::unit_price);
  } else if constexpr (std::same_as<T, RentalPrice>) {
    return of(Form::rental_price);
  } else if constexpr (std::same_as<T, StoragePrice>) {
    return of(Form::storage_price);
  } else if constexpr (std::same_as<T, Share>) {
    return of(Form::share);
  } else if constexpr (std::same_as<T, Factor>) {
    return of(Form::factor);
  } else if constexpr (std::same_as<T, Count>) {
    return of(Form::count);
  } else if constexpr (std::same_as<T, std::uint64_t>) {
    return of(Form::seed);
  } else if constexpr (std::same_as<T, Limit>) {
    return of(Form::limit);
  } else if constexpr (std::same_as<T, bool>) {
    return of(Form::flag);
  } else if constexpr (std::same_as<T, std::string>) {
    return of(Form::text);
  } else if constexpr (Worded<T>) {
    return {Form::choice, {Choices<T>::names.begin(), Choices<T>::names.end()}, {}, {}};
  } else if constexpr (IsList<T>::value && Worded<typename IsList<T>::Item>) {
    Shape shape = shape_of<typename IsList<T>::Item>();
    shape.form = Form::choices;
    return shape;
  } else if constexpr (std::same_as<T, Distribution>) {
    return of(Form::distribution);
  } else if constexpr (std::same_as<T, SizeDistribution>) {
    return of(Form::sizes);
  } else if constexpr (std::same_as<T, TypeShares>) {
    return of(Form::types);
  } else if constexpr (std::same_as<T, TypeNames>) {
    return of(Form::type_names);
  } else if constexpr (std::same_as<T, KeyRanges>) {
    return of(Form::key_ranges);
  } else if constexpr (std::same_as<T, DurationList>) {
    return of(Form::durations);
  } else if constexpr (std::same_as<T, CountList>) {
    return of(Form::counts);
  } else if constexpr (std::same_as<T, ScaleTarget>) {
    return of(Form::scale_target);
  } else if constexpr (std::same_as<T, Reference>) {
    return of(Form::reference);
  } else if constexpr (std::same_as<T, ServiceNames>) {
    return of(Form::references);
  } else if constexpr (std::same_as<T, EdgeShares>) {
    return of(Form::edge_shares);
  } else if constexpr (std::same_as<T, EdgeDelays>) {
    return of(Form::edge_delays);
  } else if constexpr (std::same_as<T, ComponentPair>) {
    return of(Form::pair);
  } else if constexpr (std::same_as<T, Sharers>) {
    return of(Form::names);
  } else if constexpr (std::same_as<T, InstancesOf>) {
    return of(Form::instances_of);
  } else if constexpr (std::same_as<T, FaultTo>) {
    return of(Form::fault_to);
  } else if constexpr (std::same_as<T, LoadCondition>) {
    return of(Form::condition);
  } else if constexpr (std::same_as<T, ZoneName>) {
    return of(Form::zone);
  } else if constexpr (std::same_as<T, ZoneDistances>) {
    return of(Form::distances);
  } else if constexpr (std::same_as<T, EdgeName>) {
    return of(Form::edge);
  } else if constexpr (std::same_as<T, Program>) {
    return of(Form::program);
  } else if constexpr (std::same_as<T, std::vector<Program>>) {
    return of(Form::programs);
  } else if constexpr (std::same_as<T, FailureShare>) {
    return of(Form::failure);
  } else if constexpr (std::same_as<T, Warmup>) {
    return of(Form::warmup);
  } else if constexpr (std::same_as<T, Replications>) {
    return {Form::replications, {}, fields_of<PrecisionParameters>(), {}};
  } else if constexpr (std::same_as<T, std::vector<PrecisionGoal>>) {
    return of(Form::goals);
  } else if constexpr (std::same_as<T, std::vector<ChooseParameters::Way>>) {
    return of(Form::ways);
  } else if constexpr (std::same_as<T, std::vector<std::pair<std::string, std::string>>>) {
    return of(Form::words);
  } else if constexpr (std::same_as<T, std::vector<SagaStage>>) {
    return {Form::objects, {}, fields_of<SagaStage>(), {}};
  } else if constexpr (NamedEntries<T>::value) {
    Shape shape = shape_of<NamedValue<T>>();
    shape.form = Form::named;
    return shape;
  } else {
    static_assert(Declared<T>, "a field's type needs a form: see Form");
    Shape shape{Form::object, {}, fields_of<T>(), {}};
    if constexpr (Exclusive<T>) {
      shape.exactly_one = {T::exactly_one.begin(), T::exactly_one.end()};
    }
    return shape;
  }
}

/// The default of a field as people write it; empty where nothing stands for it.
template <class T>
std::string print_default(const T& value) {
  if constexpr (IsOptional<T>::value) {
    return value ? print_default(*value) : std::string();
  } else if constexpr (std::same_as<T, bool>) {
    return value ? "true" : "false";
  } else if constexpr (Worded<T>) {
    return std::string(Choices<T>::names[static_cast<std::size_t>(value)]);
  } else if constexpr (IsList<T>::value && Worded<typename IsList<T>::Item>) {
    std::string words;
    for (const auto word : value) {
      words += (words.empty() ? "" : ", ") + print_default(word);
    }
    return "[" + words + "]";
  } else if constexpr (std::same_as<T, std::uint64_t>) {
    return std::to_string(value);
  } else if constexpr (requires { print(value); }) {
    return print(value);
  } else {
    return {};
  }
}

template <class P>
std::vector<FieldShape> fields_of() {
  std::vector<FieldShape> result;
  const P standard{};
  for_each_field<P>([&](const auto& field) {
    using T = typename std::remove_cvref_t<decltype(field)>::Value;
    result.push_back(
        {field.name, field.meaning, field.bounds, field.need, field.refers_to, field.source,
         field.need == Need::required ? std::string() : print_default<T>(standard.*field.member),
         shape_of<T>()});
  });
  return result;
}

/// A step of `does`: its value is the field of the step's own name, the others are its options.
struct StepShape {
  std::string_view name;
  std::string_view meaning;
  std::vector<FieldShape> fields;
};

/// Every step of the language, in the order in which the declaration names them.
std::vector<StepShape> all_steps();

}  // namespace spillway
