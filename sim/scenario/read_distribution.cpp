#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "sim/kernel/lognormal.h"
#include "sim/kernel/variate.h"
#include "sim/language/pack.h"
#include "sim/language/printable.h"
#include "sim/language/suggestion.h"
#include "sim/scenario/distribution_forms.h"
#include "sim/scenario/file_report.h"
#include "sim/scenario/reader.h"
#include "sim/scenario/share_entries.h"

namespace spillway {
namespace {

/// The keys of a distribution's map: one kind, and what changes its values.
const std::vector<std::string_view> kKinds{kDistributionNames.begin(), kDistributionNames.end()};
constexpr double kMostTimes = 1e9;

/// What is drawn, and how one value of it is written.
template <class Q>
struct Drawn;
template <>
struct Drawn<Duration> {
  static constexpr std::string_view word = "duration";
  static constexpr std::string_view expected =
      "a duration or a distribution, such as 8ms or {exponential: 25ms}";
  static constexpr std::string_view pair = "a list of two durations, such as [10ms, 30ms]";
  static constexpr std::string_view parts =
      "shares with their distributions, such as {90%: 8ms, 10%: 200ms}";
  static constexpr std::string_view units = "ns, us, ms or s";
  static constexpr std::string_view standard_unit = "";
  static auto read(std::string_view text) { return read_duration(text); }
  static double amount(Duration value) { return static_cast<double>(value.ns); }
  /// Of one of the unit; 0: it is no unit that columns have.
  static double scale(std::string_view unit) {
    const Time scale = nanoseconds_per(unit);
    return scale <= kSecond ? static_cast<double>(scale) : 0;
  }
};
template <>
struct Drawn<Size> {
  static constexpr std::string_view word = "size";
  static constexpr std::string_view expected =
      "a size or a distribution of sizes, such as 2KiB or {exponential: 2KiB}";
  static constexpr std::string_view pair = "a list of two sizes, such as [1KiB, 4KiB]";
  static constexpr std::string_view parts =
      "shares with their distributions, such as {90%: 2KiB, 10%: 40KiB}";
  static constexpr std::string_view units = "B, kB, MB, GB, TB, KiB, MiB, GiB or TiB";
  static constexpr std::string_view standard_unit = "B";
  static auto read(std::string_view text) { return read_size(text); }
  static double amount(Size value) { return static_cast<double>(value.bytes); }
  static double scale(std::string_view unit) {
    constexpr auto kUnits =
        std::to_array<std::string_view>({"B", "kB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB"});
    if (std::ranges::find(kUnits, unit) == kUnits.end()) return 0;
    return amount(*read_size(fmt::format("1{}", unit)));
  }
};

/// Where a distribution stands decides what it may be.
enum class Place : std::uint8_t { whole, part };

template <class Q>
class DistributionReader {
 public:
  explicit DistributionReader(Reader& reader) : reader_(reader) {}

  std::optional<Distribution> read(const Node& node, Place place);

 private:
  std::optional<Distribution> of_kind(const Entry& entry, const Node& map, Place place);
  std::optional<Distribution> of_mean(const Entry& entry, Place place, double unit_mean,
                                      Variate (*make_of)(double));
  std::optional<Distribution> uncertain(const Node& node, Place place);
  std::optional<Distribution> column(const Entry& entry, const Node& map, Place place);
  std::optional<Variate> uniform(const Node& node);
  std::optional<Variate> mixture(const Node& node);

  template <class Form>
  std::optional<Variate> form(const Node& node) {
    Form parameters{};
    const std::size_t errors_before = reader_.error_count();
    reader_.object(node, Form::name, parameters);
    if (reader_.error_count() != errors_before) return std::nullopt;
    return make(node, parameters);
  }
  std::optional<Variate> make(const Node& node, const LognormalForm<Q>& form);
  std::optional<Variate> make(const Node& node, const EmpiricalForm<Q>& form);
  std::optional<Variate> make(const Node&, const GammaForm<Q>& form) {
    return Variate::gamma(amount(form.mean), form.cv.value);
  }
  std::optional<Variate> make(const Node&, const ErlangForm<Q>& form) {
    return Variate::erlang(static_cast<int>(form.k), amount(form.mean));
  }
  std::optional<Variate> make(const Node&, const HyperexponentialForm<Q>& form) {
    return Variate::hyperexponential(amount(form.mean), form.cv.value);
  }
  std::optional<Variate> make(const Node&, const NormalForm<Q>& form) {
    return Variate::normal(amount(form.mean), amount(form.sd));
  }
  std::optional<Variate> make(const Node&, const ParetoForm<Q>& form) {
    return Variate::pareto(amount(form.scale), form.shape.value);
  }
  std::optional<Variate> make(const Node&, const WeibullForm<Q>& form) {
    return Variate::weibull(form.shape.value, amount(form.scale));
  }

  static double amount(Q value) { return Drawn<Q>::amount(value); }
  static Distribution plain(Variate variate) {
    Distribution result;
    result.variate = std::move(variate);
    return result;
  }

  std::optional<Q> quantity(const Node& node) {
    const std::size_t errors_before = reader_.error_count();
    Q value;
    reader_.read(node, Wanted{}, value);
    return reader_.error_count() == errors_before ? std::optional(value) : std::nullopt;
  }

  /// How much one of the unit is; `map` may say the unit. Nothing after an error.
  std::optional<double> scale_of(const Node& map, std::string_view unit) {
    if (const double scale = Drawn<Q>::scale(unit); scale > 0) return scale;
    if (const Entry* entry = map.find("unit")) {
      reader_.unexpected("unknown-unit", entry->value, Drawn<Q>::units);
    } else {
      reader_.error("missing-unit", map.at, "the key 'unit' is missing",
                    fmt::format("unit: what the column counts: {}", Drawn<Q>::units));
    }
    return std::nullopt;
  }

  Reader& reader_;
};

template <class Q>
std::optional<Distribution> DistributionReader<Q>::read(const Node& node, Place place) {
  if (node.is_scalar()) {
    const auto value = Drawn<Q>::read(node.text);
    if (value) return plain(Variate::constant(amount(*value)));
    if (value.error().code == "not-a-number" &&
        std::ranges::find(kKinds, node.text) != kKinds.end()) {
      reader_.unexpected("wrong-kind", node, Drawn<Q>::expected, "",
                         fmt::format("write {{{}: …}}", node.text));
    } else {
      reader_.unexpected(value.error().code, node, Drawn<Q>::expected, value.error().reason,
                         value.error().hint);
    }
    return std::nullopt;
  }
  if (!node.is_map() || node.entries.empty()) {
    reader_.unexpected("wrong-kind", node, Drawn<Q>::expected);
    return std::nullopt;
  }
  std::optional<Distribution> result;
  const Entry* kind = nullptr;
  std::optional<double> times;
  std::optional<Q> plus;
  bool fine = true;
  for (const Entry& entry : node.entries) {
    const Reader::Scope scope(reader_, entry.key);
    if (std::ranges::find(kKinds, entry.key) != kKinds.end()) {
      if (kind != nullptr) {
        reader_.error("several-kinds", entry.key_at,
                      fmt::format("two distributions in one: {} and {}", kind->key, entry.key));
        return std::nullopt;
      }
      kind = &entry;
      result = of_kind(entry, node, place);
      fine = fine && result.has_value();
    } else if (entry.key == "times") {
      Factor factor;
      const std::size_t errors_before = reader_.error_count();
      reader_.read(entry.value, Wanted{"", "times", Bounds{0, kMostTimes}}, factor);
      fine = fine && reader_.error_count() == errors_before;
      times = factor.value;
    } else if (entry.key == "plus") {
      plus = quantity(entry.value);
      fine = fine && plus.has_value();
    }
  }
  for (const Entry& entry : node.entries) {
    const bool known = &entry == kind || entry.key == "times" || entry.key == "plus" ||
                       (entry.key == "unit" && kind != nullptr && kind->key == "column");
    if (known) continue;
    std::vector<std::string_view> keys = kKinds;
    keys.insert(keys.end(), {"times", "plus"});
    if (kind != nullptr) keys = {"times", "plus"};
    reader_.unknown_key(entry, "distribution", keys);
    fine = false;
  }
  if (kind == nullptr && fine) {
    reader_.unexpected("wrong-kind", node, Drawn<Q>::expected, "without a kind",
                       fmt::format("the kinds are {}", one_of(kKinds, kKinds.size())));
  }
  if (!result || !fine) return std::nullopt;
  if (times) {
    result->variate.times *= *times;
    result->variate.plus *= *times;
  }
  if (plus) result->variate.plus += amount(*plus);
  return result;
}

template <class Q>
std::optional<Distribution> DistributionReader<Q>::of_kind(const Entry& entry, const Node& map,
                                                           Place place) {
  const Node& node = entry.value;
  const auto wrap = [](std::optional<Variate> variate) -> std::optional<Distribution> {
    if (!variate) return std::nullopt;
    return plain(std::move(*variate));
  };
  if (entry.key == "constant") return of_mean(entry, place, 1, &Variate::constant);
  if (entry.key == "exponential") return of_mean(entry, place, 1, &Variate::exponential);
  if (entry.key == "uniform") return wrap(uniform(node));
  if (entry.key == "mixture") return wrap(mixture(node));
  if (entry.key == "uncertain") return uncertain(node, place);
  if (entry.key == "column") return column(entry, map, place);
  std::optional<Distribution> result;
  const auto try_form = [&]<class Form>(const Form*) {
    if (Form::name == entry.key) result = wrap(form<Form>(node));
  };
  [&]<class... Form>(const Pack<Form...>*) {
    (try_form(static_cast<const Form*>(nullptr)), ...);
  }(static_cast<const DistributionForms<Q>*>(nullptr));
  return result;
}

/// A kind whose only parameter is its mean, which may be uncertain.
template <class Q>
std::optional<Distribution> DistributionReader<Q>::of_mean(const Entry& entry, Place place,
                                                           double unit_mean,
                                                           Variate (*make_of)(double)) {
  if (const Entry* inner = entry.value.find("uncertain")) {
    if (entry.value.entries.size() > 1) {
      reader_.unexpected("wrong-kind", entry.value,
                         fmt::format("a {} or {{uncertain: …}}", Drawn<Q>::word));
      return std::nullopt;
    }
    const Reader::Scope scope(reader_, inner->key);
    auto result = uncertain(inner->value, place);
    if (result) result->variate = make_of(unit_mean);
    return result;
  }
  const auto mean = quantity(entry.value);
  if (!mean) return std::nullopt;
  return plain(make_of(amount(*mean)));
}

template <class Q>
std::optional<Distribution> DistributionReader<Q>::uncertain(const Node& node, Place place) {
  if (place == Place::part) {
    reader_.unexpected("wrong-place", node, "a distribution that is known",
                       "one part of another is never uncertain by itself",
                       "write uncertain around the whole");
    return std::nullopt;
  }
  auto inner = read(node, Place::part);
  if (!inner) return std::nullopt;
  Distribution result;
  result.variate = Variate::constant(1);
  result.uncertain = std::move(inner->variate);
  return result;
}

template <class Q>
std::optional<Distribution> DistributionReader<Q>::column(const Entry& entry, const Node& map,
                                                          Place place) {
  if (place == Place::part) {
    reader_.error("wrong-place", entry.key_at,
                  "a column of the trace can't be a part of another distribution");
    return std::nullopt;
  }
  if (!entry.value.is_scalar() || entry.value.text.empty()) {
    reader_.unexpected("wrong-kind", entry.value, "the name of a column of the trace");
    return std::nullopt;
  }
  const Entry* unit = map.find("unit");
  const auto scale = scale_of(map, unit == nullptr || !unit->value.is_scalar()
                                       ? Drawn<Q>::standard_unit
                                       : std::string_view(unit->value.text));
  if (!scale) return std::nullopt;
  Distribution result;
  result.variate = Variate::constant(1);
  result.variate.times = *scale;
  result.column = entry.value.text;
  return result;
}

template <class Q>
std::optional<Variate> DistributionReader<Q>::uniform(const Node& node) {
  if (!node.is_list() || node.entries.size() != 2) {
    reader_.unexpected("wrong-kind", node, Drawn<Q>::pair);
    return std::nullopt;
  }
  const auto low = quantity(node.entries[0].value);
  const auto high = quantity(node.entries[1].value);
  if (!low || !high) return std::nullopt;
  if (*low > *high) {
    reader_.error("out-of-range", node.at,
                  fmt::format("expected the smaller {} first; found [{}, {}]", Drawn<Q>::word,
                              print(*low), print(*high)));
    return std::nullopt;
  }
  return Variate::uniform(amount(*low), amount(*high));
}

template <class Q>
std::optional<Variate> DistributionReader<Q>::mixture(const Node& node) {
  const std::vector<const Entry*> shares = share_entries(node);
  if (shares.empty()) {
    reader_.unexpected("wrong-kind", node, Drawn<Q>::parts);
    return std::nullopt;
  }
  std::vector<double> weights;
  std::vector<Variate> parts;
  double sum = 0;
  const std::size_t errors_before = reader_.error_count();
  for (const Entry* const written : shares) {
    const Entry& entry = *written;
    const Reader::Scope scope(reader_, entry.key);
    Node key;
    key.kind = Node::Kind::scalar;
    key.text = entry.key;
    key.at = entry.key_at;
    Share share;
    reader_.read(key, Wanted{}, share);
    sum += share.value;
    weights.push_back(share.value);
    auto part = read(entry.value, Place::part);
    if (part) parts.push_back(std::move(part->variate));
  }
  if (reader_.error_count() != errors_before) return std::nullopt;
  if (std::fabs(sum - 1) > 1e-9) {
    reader_.error(
        "shares-sum", node.at,
        fmt::format("expected shares that add up to 100%; found {}", print_quantity(sum, "1", 12)));
    return std::nullopt;
  }
  return Variate::mixture(std::move(weights), std::move(parts));
}

template <class Q>
std::optional<Variate> DistributionReader<Q>::make(const Node& node, const LognormalForm<Q>& form) {
  LognormalFacts facts;
  int given = 0;
  const auto take = [&](const std::optional<Q>& from, std::optional<double>& to) {
    if (!from) return;
    to = amount(*from);
    ++given;
  };
  take(form.mean, facts.mean);
  take(form.median, facts.median);
  take(form.sd, facts.sd);
  take(form.p95, facts.p95);
  take(form.p99, facts.p99);
  if (form.cv) {
    facts.cv = form.cv->value;
    ++given;
  }
  if (given != 2) {
    reader_.error(
        "wrong-parameters", node.at,
        fmt::format("expected two of mean, median, sd, cv, p95 and p99; found {}", given));
    return std::nullopt;
  }
  const auto parameters = lognormal_from(facts);
  if (!parameters) {
    reader_.error("wrong-parameters", node.at, "no lognormal distribution has these two values",
                  "a mean lies above its median; a p99 is above the p95, the median, and at most "
                  "14.9 times the mean; a p95 at most 3.8 times");
    return std::nullopt;
  }
  return Variate::lognormal(parameters->first, parameters->second);
}

template <class Q>
std::optional<Variate> DistributionReader<Q>::make(const Node& node, const EmpiricalForm<Q>& form) {
  std::string unit(Drawn<Q>::standard_unit);
  if (unit.empty()) unit = unit_in_name(form.column);
  if (form.unit) unit = *form.unit;
  if (!scale_of(node, unit)) return std::nullopt;
  auto values = reader_.files().sample(form.file, form.column, unit);
  if (values) return Variate::empirical(std::move(*values));
  report(reader_, node, form.file, values.error());
  return std::nullopt;
}

}  // namespace

void Reader::read(const Node& node, const Wanted& wanted, Distribution& out) {
  auto result = DistributionReader<Duration>(*this).read(node, Place::whole);
  if (!result) return;
  result->at = node.at;
  if (wanted.bounds.above_least && result->column.empty() && !(result->mean() > 0)) {
    return unexpected("out-of-range", node,
                      "a duration above 0s, or a distribution of a mean above 0s");
  }
  constexpr std::array<std::string_view, 9> kSteps{"work", "wait",  "call",  "send",   "publish",
                                                   "read", "write", "apply", "message"};
  if (!result->column.empty() && std::ranges::find(kSteps, wanted.owner) == kSteps.end()) {
    return error("wrong-place", node.at, "only a step has a message to take a column from");
  }
  out = std::move(*result);
}

void Reader::read(const Node& node, const Wanted&, SizeDistribution& out) {
  auto result = DistributionReader<Size>(*this).read(node, Place::whole);
  if (!result) return;
  static_cast<Distribution&>(out) = std::move(*result);
  out.at = node.at;
}

}  // namespace spillway
