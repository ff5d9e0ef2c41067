#include "sim/scenario/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "sim/language/printable.h"
#include "sim/language/suggestion.h"
#include "sim/scenario/names.h"
#include "sim/scenario/not_simulated.h"

namespace spillway {
namespace {

/// How one kind of number is written and spoken of.
template <class T>
struct Kind;
template <>
struct Kind<Duration> {
  static constexpr std::string_view name = "a duration";
  static constexpr std::array<std::string_view, 3> examples{"30s", "250ms", "10min"};
  static auto read(std::string_view text) { return read_duration(text); }
  static double amount(Duration value) { return to_seconds(value.ns); }
  static std::string print_bound(double seconds) {
    return print(Duration{static_cast<Time>(seconds * 1e9)});
  }
  static constexpr bool may_be_quoted = true;
};
template <>
struct Kind<Rate> {
  static constexpr std::string_view name = "a rate";
  static constexpr std::array<std::string_view, 1> examples{"120/s"};
  static auto read(std::string_view text) { return read_rate(text); }
  static double amount(Rate value) { return value.per_second; }
  static std::string print_bound(double value) { return print(Rate{value}); }
  static constexpr bool may_be_quoted = true;
};
template <>
struct Kind<Size> {
  static constexpr std::string_view name = "a size";
  static constexpr std::array<std::string_view, 1> examples{"64KiB"};
  static auto read(std::string_view text) { return read_size(text); }
  static double amount(Size value) { return static_cast<double>(value.bytes); }
  static std::string print_bound(double value) {
    return print(Size{static_cast<std::int64_t>(value)});
  }
  static constexpr bool may_be_quoted = true;
};
template <>
struct Kind<UnitPrice> {
  static constexpr std::string_view name = "a price of each";
  static constexpr std::array<std::string_view, 2> examples{"$0.40/1M", "$0.02"};
  static auto read(std::string_view text) { return read_unit_price(text); }
  static double amount(UnitPrice value) { return value.dollars; }
  static std::string print_bound(double value) { return print(UnitPrice{value}); }
  static constexpr bool may_be_quoted = true;
};
template <>
struct Kind<RentalPrice> {
  static constexpr std::string_view name = "a price by time";
  static constexpr std::array<std::string_view, 1> examples{"$0.096/h"};
  static auto read(std::string_view text) { return read_rental_price(text); }
  static double amount(RentalPrice value) { return value.dollars_per_second; }
  static std::string print_bound(double value) { return print(RentalPrice{value}); }
  static constexpr bool may_be_quoted = true;
};
template <>
struct Kind<StoragePrice> {
  static constexpr std::string_view name = "a price of data by time";
  static constexpr std::array<std::string_view, 1> examples{"$0.10/GB/30d"};
  static auto read(std::string_view text) { return read_storage_price(text); }
  static double amount(StoragePrice value) { return value.dollars_per_byte_second; }
  static std::string print_bound(double value) { return print(StoragePrice{value}); }
  static constexpr bool may_be_quoted = true;
};
template <>
struct Kind<Share> {
  static constexpr std::string_view name = "a share";
  static constexpr std::array<std::string_view, 2> examples{"2%", "95%"};
  static auto read(std::string_view text) { return read_share(text); }
  static double amount(Share value) { return value.value; }
  static std::string print_bound(double value) { return print(Share{value}); }
  static constexpr bool may_be_quoted = false;
};
template <>
struct Kind<Factor> {
  static constexpr std::string_view name = "a number";
  static constexpr std::array<std::string_view, 1> examples{"2.5"};
  static auto read(std::string_view text) { return read_factor(text); }
  static double amount(Factor value) { return value.value; }
  static std::string print_bound(double value) { return print(Factor{value}); }
  static constexpr bool may_be_quoted = false;
};
template <>
struct Kind<Count> {
  static constexpr std::string_view name = "a count";
  static constexpr std::array<std::string_view, 1> examples{"4"};
  static auto read(std::string_view text) { return read_count(text); }
  static double amount(Count value) { return static_cast<double>(value); }
  static std::string print_bound(double value) { return print(static_cast<Count>(value)); }
  static constexpr bool may_be_quoted = false;
};
template <>
struct Kind<std::uint64_t> {
  static constexpr std::string_view name = "a whole number";
  static constexpr std::array<std::string_view, 1> examples{"2026"};
  static auto read(std::string_view text) { return read_seed(text); }
  static double amount(std::uint64_t value) { return static_cast<double>(value); }
  static std::string print_bound(double value) {
    // 2^64 - 1 has no double of its own.
    if (value >= 0x1p64) return std::to_string(std::numeric_limits<std::uint64_t>::max());
    return std::to_string(static_cast<std::uint64_t>(value));
  }
  static constexpr bool may_be_quoted = false;
};

bool is_within(double amount, const Bounds& bounds) {
  return amount >= bounds.least && amount <= bounds.most &&
         !(bounds.above_least && amount == bounds.least);
}

/// " from 0s to 12h", " above 0", or nothing where any value fits.
template <class T>
std::string range_text(const Bounds& bounds) {
  const bool top = bounds.most < std::numeric_limits<double>::infinity();
  const auto text = [](double value) { return Kind<T>::print_bound(value); };
  if (top && bounds.above_least) {
    return fmt::format(" above {} and up to {}", text(bounds.least), text(bounds.most));
  }
  if (top) return fmt::format(" from {} to {}", text(bounds.least), text(bounds.most));
  if (bounds.above_least) return fmt::format(" above {}", text(bounds.least));
  if (bounds.least > 0) return fmt::format(" of at least {}", text(bounds.least));
  return {};
}

template <class T>
std::string expectation(const Bounds& bounds) {
  std::string text = fmt::format("{}{}", Kind<T>::name, range_text<T>(bounds));
  for (const std::string_view example : Kind<T>::examples) {
    const auto value = Kind<T>::read(example);
    if (value && is_within(Kind<T>::amount(*value), bounds)) {
      return fmt::format("{}, such as {}", text, example);
    }
  }
  return text;
}

/// Reads a number of one kind within its bounds; `also` names what else would fit.
template <class T>
std::optional<T> number(Reader& reader, const Node& node, const Bounds& bounds,
                        std::string_view also = "") {
  const auto expected = [&] { return fmt::format("{}{}", expectation<T>(bounds), also); };
  if (!node.is_scalar()) {
    reader.unexpected("wrong-kind", node, expected());
    return std::nullopt;
  }
  if (node.quoted && !Kind<T>::may_be_quoted) {
    reader.unexpected("wrong-kind", node, expected(), "a text in quotes", "leave the quotes out");
    return std::nullopt;
  }
  const auto value = Kind<T>::read(node.text);
  if (!value) {
    reader.unexpected(value.error().code, node, expected(), value.error().reason,
                      value.error().hint);
    return std::nullopt;
  }
  if (!is_within(Kind<T>::amount(*value), bounds)) {
    reader.unexpected("out-of-range", node, expected());
    return std::nullopt;
  }
  return *value;
}

template <class T>
void read_number(Reader& reader, const Node& node, const Wanted& wanted, T& out) {
  if (const auto value = number<T>(reader, node, wanted.bounds)) out = *value;
}

}  // namespace

Reader::Scope::Scope(Reader& reader, std::string_view name)
    : reader_(reader), size_(reader.path_.size()) {
  // A hostile key may have a million characters; a path is for people.
  const std::string part = shown(name, 64);
  if (size_ > 0 && !part.starts_with('[')) reader.path_ += '.';
  reader.path_ += part;
}
Reader::Scope::~Scope() { reader_.path_.resize(size_); }

void Reader::add(Severity severity, std::string code, const Location& at, std::string message,
                 std::string hint) {
  if (severity == Severity::error) ++errors_;
  diagnostics_.push_back(
      {severity, std::move(code), at, path_, std::move(message), std::move(hint)});
}
void Reader::error(std::string code, const Location& at, std::string message, std::string hint) {
  add(Severity::error, std::move(code), at, std::move(message), std::move(hint));
}
void Reader::warning(std::string code, const Location& at, std::string message, std::string hint) {
  add(Severity::warning, std::move(code), at, std::move(message), std::move(hint));
}

void Reader::unexpected(std::string code, const Node& node, std::string_view expected,
                        std::string_view reason, std::string hint) {
  const std::string found = describe(node);
  error(std::move(code), node.at,
        reason.empty() ? fmt::format("expected {}; found {}", expected, found)
                       : fmt::format("expected {}; found {} ({})", expected, found, reason),
        std::move(hint));
}

bool Reader::expect_map(const Node& node, const std::vector<std::string_view>& keys) {
  if (node.is_map()) return true;
  std::string expected = "a map";
  if (!keys.empty()) {
    expected += fmt::format(" with the key{} {}", keys.size() > 1 ? "s" : "", one_of(keys));
  }
  unexpected("wrong-kind", node, expected);
  return false;
}

bool Reader::check_name(const Entry& entry, std::string_view what) {
  const std::string problem = name_problem(entry.key);
  if (!problem.empty()) {
    error("bad-name", entry.key_at, fmt::format("the {} '{}' {}", what, shown(entry.key), problem),
          "a name is made of letters, digits, - and _, such as orders-db");
    return false;
  }
  if (is_reserved(entry.key)) {
    error("bad-name", entry.key_at,
          fmt::format("the {} '{}' has a meaning of its own", what, entry.key),
          "choose another name");
    return false;
  }
  return true;
}

void Reader::unknown_key(const Entry& entry, std::string_view owner,
                         const std::vector<std::string_view>& keys) {
  const Scope scope(*this, entry.key);
  if (is_not_simulated(owner, entry.key)) {
    return error("not-simulated", entry.key_at,
                 fmt::format("this version does not simulate '{}' yet", entry.key),
                 "leave it out, or wait for a version that does");
  }
  std::string hint = did_you_mean(entry.key, keys);
  if (hint.empty() && !keys.empty()) hint = fmt::format("the keys here are {}", one_of(keys, 20));
  error("unknown-key", entry.key_at, fmt::format("unknown key '{}'", shown(entry.key)),
        std::move(hint));
}

void Reader::missing_key(const Node& node, std::string_view name, std::string_view meaning) {
  error("missing-key", node.at, fmt::format("the key '{}' is missing", name),
        fmt::format("{}: {}", name, meaning));
}

void Reader::missing_value(const Entry& entry, Need need) {
  error("missing-value", entry.value.at, "expected a value; found nothing",
        need == Need::required ? "" : "leave the key out for its default");
}

void Reader::exactly_one(const Node& node, std::string_view owner,
                         const std::vector<std::string_view>& keys) {
  const Entry* first = nullptr;
  for (const Entry& entry : node.entries) {
    if (std::ranges::find(keys, entry.key) == keys.end()) continue;
    if (first != nullptr) {
      return error(
          "several-kinds", entry.key_at,
          fmt::format("expected one of {}; found {} and {}", one_of(keys), first->key, entry.key),
          "keep one of them");
    }
    first = &entry;
  }
  if (first != nullptr) return;
  // What is there is not simulated: that is said already.
  if (std::ranges::any_of(node.entries,
                          [&](const Entry& entry) { return is_not_simulated(owner, entry.key); })) {
    return;
  }
  error("missing-key", node.at, fmt::format("expected one of {}; found none", one_of(keys)));
}

void Reader::read(const Node& node, const Wanted& wanted, Duration& out) {
  read_number(*this, node, wanted, out);
}
void Reader::read(const Node& node, const Wanted& wanted, Rate& out) {
  read_number(*this, node, wanted, out);
}
void Reader::read(const Node& node, const Wanted& wanted, Size& out) {
  read_number(*this, node, wanted, out);
}
void Reader::read(const Node& node, const Wanted& wanted, UnitPrice& out) {
  read_number(*this, node, wanted, out);
}
void Reader::read(const Node& node, const Wanted& wanted, RentalPrice& out) {
  read_number(*this, node, wanted, out);
}
void Reader::read(const Node& node, const Wanted& wanted, StoragePrice& out) {
  read_number(*this, node, wanted, out);
}
void Reader::read(const Node& node, const Wanted& wanted, Share& out) {
  read_number(*this, node, wanted, out);
}
void Reader::read(const Node& node, const Wanted& wanted, Factor& out) {
  read_number(*this, node, wanted, out);
}
void Reader::read(const Node& node, const Wanted& wanted, std::uint64_t& out) {
  read_number(*this, node, wanted, out);
}

void Reader::read(const Node& node, const Wanted& wanted, Count& out) {
  read_number(*this, node, wanted, out);
}

void Reader::read(const Node& node, const Wanted& wanted, Limit& out) {
  if (node.is_scalar() && !node.quoted && node.text == "unlimited") {
    out = kUnlimited;
    return;
  }
  if (const auto count = number<Count>(*this, node, wanted.bounds, " or unlimited")) {
    out = Limit{count};
  }
}

void Reader::read(const Node& node, const Wanted& wanted, Warmup& out) {
  if (node.is_scalar() && node.text == "auto") {
    out = Warmup{.automatic = true};
  } else if (const auto given = number<Duration>(*this, node, wanted.bounds, " or auto")) {
    out = Warmup{.ns = given->ns};
  }
}

void Reader::read(const Node& node, const Wanted& wanted, Replications& out) {
  if (node.is_map()) {
    object(node, wanted.name, out.precision.emplace());
  } else if (const auto count = number<Count>(*this, node, wanted.bounds,
                                              " or {until: {shoppers.latency.p99: 5%}}")) {
    out.count = *count;
  }
}

void Reader::read(const Node& node, const Wanted&, std::vector<PrecisionGoal>&) {
  if (!node.is_map() || node.entries.empty()) {
    unexpected("wrong-kind", node, "metrics, such as {shoppers.latency.p99: 5%}");
  }
}

void Reader::read(const Node& node, const Wanted&, bool& out) {
  if (node.is_scalar() && !node.quoted && (node.text == "true" || node.text == "false")) {
    out = node.text == "true";
    return;
  }
  unexpected("wrong-kind", node, "true or false");
}

void Reader::read(const Node& node, const Wanted&, std::string& out) {
  if (!node.is_scalar()) return unexpected("wrong-kind", node, "a text");
  out = node.text;
}

std::optional<std::size_t> Reader::choice(const Node& node, const Wanted& wanted,
                                          const std::vector<std::string_view>& words) {
  if (!node.is_scalar()) {
    unexpected("wrong-kind", node, one_of(words));
    return std::nullopt;
  }
  const auto found = std::find(words.begin(), words.end(), node.text);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  if (is_not_simulated(fmt::format("{}.{}", wanted.owner, wanted.name), node.text)) {
    error("not-simulated", node.at,
          fmt::format("this version does not simulate '{}' yet", node.text),
          fmt::format("choose {}", one_of(words)));
  } else {
    unexpected("unknown-word", node, one_of(words), "", did_you_mean(node.text, words));
  }
  return std::nullopt;
}

std::vector<std::size_t> Reader::choices(const Node& node, const Wanted& wanted,
                                         const std::vector<std::string_view>& words) {
  std::vector<std::size_t> chosen;
  if (!node.is_list()) {
    unexpected("wrong-kind", node, "a list of words", "",
               node.is_scalar() ? "write it in brackets: [" + node.text + "]" : "");
    return chosen;
  }
  if (node.entries.empty()) {
    error("missing-value", node.at, fmt::format("expected one of {}; found none", one_of(words)),
          "leave the key out for its default");
  }
  for (const Entry& entry : node.entries) {
    const auto index = choice(entry.value, wanted, words);
    if (!index) continue;
    if (std::ranges::find(chosen, *index) != chosen.end()) {
      error("duplicate-word", entry.value.at,
            fmt::format("'{}' stands here a second time", words[*index]), "keep one of them");
    } else {
      chosen.push_back(*index);
    }
  }
  return chosen;
}

void Reader::read(const Node& node, const Wanted& wanted, Reference& out) {
  if (!node.is_scalar() || node.text.empty()) {
    return unexpected("wrong-kind", node, "the name of a component");
  }
  out = {node.text, node.at};
  references_.push_back({out, wanted.refers_to, path_});
}

void Reader::read(const Node& node, const Wanted& wanted, ServiceNames& out) {
  if (!node.is_list() || node.entries.size() < 2) {
    return unexpected("wrong-kind", node, "a list of two services or more, such as [eu, us]");
  }
  for (const Entry& entry : node.entries) read(entry.value, wanted, out.names.emplace_back());
}

void Reader::read(const Node& node, const Wanted&, InstancesOf& out) {
  constexpr std::string_view kExample = "the instances of a component, such as worker.instances";
  const std::size_t dot = node.is_scalar() ? node.text.rfind('.') : std::string::npos;
  if (dot == std::string::npos || dot == 0) return unexpected("wrong-kind", node, kExample);
  if (node.text.substr(dot + 1) != "instances") {
    return unexpected("not-simulated", node, kExample, "only their number can be set while it runs",
                      fmt::format("write {}.instances", node.text.substr(0, dot)));
  }
  out.component = {node.text.substr(0, dot), node.at};
  references_.push_back({out.component, Noun::service | Noun::consumer, path_});
}

void Reader::read(const Node& node, const Wanted& wanted, FaultTo& out) {
  const bool number = node.is_scalar() && !node.text.empty() &&
                      (node.text[0] == '-' || (node.text[0] >= '0' && node.text[0] <= '9'));
  if (number) return read(node, wanted, out.instances.emplace());
  if (!node.is_scalar() || node.text.empty()) {
    return unexpected("wrong-kind", node, "a number of instances, or the name of a queue");
  }
  out.queue = Reference{node.text, node.at};
  references_.push_back({*out.queue, Noun::queue, path_});
}

void Reader::read(const Node& node, const Wanted&, LoadCondition& out) {
  constexpr std::string_view kShape =
      "COMPONENT.METRIC > VALUE, or < VALUE, such as orders.depth > 10000";
  const std::string_view text = node.is_scalar() ? std::string_view(node.text) : "";
  const std::size_t relation = text.find_first_of("<>");
  if (relation == std::string_view::npos || text.substr(relation + 1).starts_with('=')) {
    return unexpected("wrong-kind", node, kShape);
  }
  out.metric = trimmed(text.substr(0, relation));
  out.bound = trimmed(text.substr(relation + 1));
  out.above = text[relation] == '>';
  out.at = node.at;
  if (out.metric.empty() || out.bound.empty()) unexpected("wrong-kind", node, kShape);
}

void Reader::read(const Node& node, const Wanted&, ZoneName& out) {
  if (!node.is_scalar()) return unexpected("wrong-kind", node, "the name of a zone, such as eu");
  if (const std::string problem = name_problem(node.text); !problem.empty()) {
    return unexpected("bad-name", node, "the name of a zone, such as eu", "it " + problem);
  }
  out = {node.text, node.at};
}

void Reader::read(const Node& node, const Wanted&, EdgeName& out) {
  const auto [from, to] = node.is_scalar() ? split_edge(node.text) : split_edge("");
  if (from.empty() || !name_problem(from).empty() || !name_problem(to).empty()) {
    return unexpected("bad-name", node, "an edge, such as checkout -> payments");
  }
  out = {edge_name(from, to), node.at};
}

void Reader::read(const Node& node, const Wanted&,
                  std::vector<std::pair<std::string, std::string>>& out) {
  if (!node.is_map()) return unexpected("wrong-kind", node, "a map from names to names");
  for (const Entry& entry : node.entries) {
    const Scope scope(*this, entry.key);
    if (!check_name(entry, "name")) continue;
    if (!entry.value.is_scalar()) {
      unexpected("wrong-kind", entry.value, "the name of a column in the file");
      continue;
    }
    out.emplace_back(entry.key, entry.value.text);
  }
}

}  // namespace spillway
