#include <fmt/format.h>

#include <array>
#include <cmath>
#include <limits>

#include "sim/language/number.h"
#include "sim/language/printable.h"
#include "sim/language/quantity_text.h"
#include "sim/language/suggestion.h"

namespace spillway {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t scale;
};

// Largest first: a compound goes down this list.
constexpr std::array<Unit, 8> kTimeUnits{{{"w", 604'800'000'000'000},
                                          {"d", 86'400'000'000'000},
                                          {"h", 3'600'000'000'000},
                                          {"min", 60'000'000'000},
                                          {"s", 1'000'000'000},
                                          {"ms", 1'000'000},
                                          {"us", 1'000},
                                          {"ns", 1}}};
constexpr std::array<Unit, 4> kRateUnits{{{"/s", 1}, {"/min", 60}, {"/h", 3600}, {"/d", 86400}}};
constexpr std::array<Unit, 9> kSizeUnits{{{"B", 1},
                                          {"kB", 1'000},
                                          {"MB", 1'000'000},
                                          {"GB", 1'000'000'000},
                                          {"TB", 1'000'000'000'000},
                                          {"KiB", 1ULL << 10},
                                          {"MiB", 1ULL << 20},
                                          {"GiB", 1ULL << 30},
                                          {"TiB", 1ULL << 40}}};
constexpr std::string_view kTimeHint = "units that fit: ns, us, ms, s, min, h, d, w";
constexpr std::string_view kRateHint = "units that fit: /s, /min, /h, /d";
constexpr std::string_view kSizeHint = "units that fit: B, kB, MB, GB, TB, KiB, MiB, GiB, TiB";

std::unexpected<Misread> misread(std::string code, std::string reason, std::string_view hint = "") {
  return std::unexpected(Misread{std::move(code), std::move(reason), std::string(hint)});
}

/// The letters (and a slash) at the front; whatever else follows a number ends a unit.
std::string_view take_unit(std::string_view& text) {
  std::size_t n = 0;
  while (n < text.size() && text[n] != '.' && text[n] != ' ' &&
         !(text[n] >= '0' && text[n] <= '9')) {
    ++n;
  }
  const std::string_view unit = text.substr(0, n);
  text.remove_prefix(n);
  return unit;
}

std::string unknown_unit(std::string_view unit) {
  return fmt::format("unknown unit '{}'", shown(unit, 20));
}

template <std::size_t N>
const Unit* find_unit(const std::array<Unit, N>& units, std::string_view name) {
  for (const Unit& unit : units) {
    if (unit.name == name) return &unit;
  }
  return nullptr;
}

/// Says why what follows a number is no unit of these.
template <std::size_t N>
std::unexpected<Misread> wrong_unit(const std::array<Unit, N>& units, std::string_view unit,
                                    std::string_view rest, std::string_view hint) {
  if (unit.empty() && rest.empty()) return misread("missing-unit", "a bare number", hint);
  if (unit.empty() && rest[0] != ' ') return misread("unknown-unit", "something after the unit");
  if (unit.empty() || unit.find(' ') != std::string_view::npos) {
    return misread("unknown-unit", "a blank inside", "write number and unit without blanks");
  }
  if (unit == "%") return misread("unknown-unit", "a share", hint);
  std::vector<std::string_view> names;
  for (const Unit& known : units) names.push_back(known.name);
  std::string_view near = nearest(unit, names);
  if (unit == "\u00b5s" || unit == "\u03bcs") near = "us";
  if (unit == "m") near = "min";
  if (unit == "sec" || unit == "seconds" || unit == "second") near = "s";
  if (near.empty()) near = nearest(fmt::format("/{}", unit), names);
  return misread(
      "unknown-unit", unknown_unit(unit),
      near.empty() ? std::string(hint) : fmt::format("did you mean '{}'? {}", near, hint));
}

template <class T>
std::expected<T, std::string> one_line(std::expected<T, Misread> result) {
  if (result) return *result;
  const Misread& error = result.error();
  return std::unexpected(error.hint.empty() ? error.reason
                                            : fmt::format("{}; {}", error.reason, error.hint));
}

}  // namespace

std::expected<Duration, Misread> read_duration(std::string_view text) {
  Time total = 0;
  std::size_t least = 0;  // index of the largest unit that may follow
  bool positive = false;
  do {
    const auto number = take_number(text);
    if (!number) return std::unexpected(number.error());
    const std::string_view name = take_unit(text);
    const Unit* unit = find_unit(kTimeUnits, name);
    if (unit == nullptr) return wrong_unit(kTimeUnits, name, text, kTimeHint);
    const auto index = static_cast<std::size_t>(unit - kTimeUnits.data());
    if (index < least) {
      return misread("unknown-unit", "units out of order",
                     "write the parts from the largest unit to the smallest, each unit once");
    }
    least = index + 1;
    const auto most = static_cast<std::uint64_t>(kNever - 1 - total);
    const auto part = to_whole(*number, unit->scale, most);
    if (!part) return misread("out-of-range", "292 years or more");
    positive = positive || !number->is_zero();
    total += static_cast<Time>(part->value);
  } while (!text.empty());
  if (positive && total == 0) return misread("out-of-range", "less than 1ns");
  return Duration{total};
}

std::expected<Rate, Misread> read_rate(std::string_view text) {
  const auto number = take_number(text);
  if (!number) return std::unexpected(number.error());
  const std::string_view name = take_unit(text);
  const Unit* unit = find_unit(kRateUnits, name);
  if (unit == nullptr || !text.empty()) {
    return wrong_unit(kRateUnits, unit == nullptr ? name : "", text, kRateHint);
  }
  const auto value = to_double(*number);
  if (!value) return std::unexpected(value.error());
  return Rate{*value / static_cast<double>(unit->scale)};
}

std::expected<Size, Misread> read_size(std::string_view text) {
  const auto number = take_number(text);
  if (!number) return std::unexpected(number.error());
  const std::string_view name = take_unit(text);
  const Unit* unit = find_unit(kSizeUnits, name);
  if (unit == nullptr || !text.empty()) {
    return wrong_unit(kSizeUnits, unit == nullptr ? name : "", text, kSizeHint);
  }
  const auto bytes = to_whole(*number, unit->scale,
                              static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
  if (!bytes) return misread("out-of-range", "8 EiB or more");
  if (!bytes->exact) return misread("not-whole", "not a whole number of bytes");
  return Size{static_cast<std::int64_t>(bytes->value)};
}

std::expected<Share, Misread> read_share(std::string_view text) {
  const auto number = take_number(text);
  if (!number) return std::unexpected(number.error());
  const bool percent = text == "%";
  if (!percent && !text.empty()) {
    if (text[0] == ' ') {
      return misread("unknown-unit", "a blank inside", "write number and % without a blank");
    }
    return misread("unknown-unit", unknown_unit(text), "write a share as 2% or 0.02");
  }
  const auto value = to_double(*number, percent ? -2 : 0);
  if (!value) return std::unexpected(value.error());
  if (*value > 1) {
    return percent ? misread("out-of-range", "more than 100%")
                   : misread("out-of-range", "more than 1", "shares in per cent are written 2%");
  }
  return Share{*value};
}

std::expected<Factor, Misread> read_factor(std::string_view text) {
  const auto number = take_number(text);
  if (!number) return std::unexpected(number.error());
  if (!text.empty()) {
    return misread("not-a-number", text == "%" ? "a share" : "something after the number",
                   "write a bare number");
  }
  const auto value = to_double(*number);
  if (!value) return std::unexpected(value.error());
  return Factor{*value};
}

namespace {

std::expected<std::uint64_t, Misread> read_whole(std::string_view text, std::uint64_t most) {
  const auto number = take_number(text);
  if (!number) return std::unexpected(number.error());
  if (!text.empty()) {
    return misread("not-a-number", text == "%" ? "a share" : "something after the number",
                   "a count is a bare whole number");
  }
  const auto whole = to_whole(*number, 1, most);
  if (!whole) return std::unexpected(whole.error());
  if (!whole->exact) return misread("not-whole", "a fraction");
  return whole->value;
}

}  // namespace

std::expected<Count, Misread> read_count(std::string_view text) {
  const auto whole =
      read_whole(text, static_cast<std::uint64_t>(std::numeric_limits<Count>::max()));
  if (!whole) return std::unexpected(whole.error());
  return static_cast<Count>(*whole);
}

std::expected<std::uint64_t, Misread> read_seed(std::string_view text) {
  return read_whole(text, std::numeric_limits<std::uint64_t>::max());
}

std::expected<Duration, std::string> parse_duration(std::string_view text) {
  return one_line(read_duration(text));
}
std::expected<Rate, std::string> parse_rate(std::string_view text) {
  return one_line(read_rate(text));
}
std::expected<Size, std::string> parse_size(std::string_view text) {
  return one_line(read_size(text));
}
std::expected<Share, std::string> parse_share(std::string_view text) {
  return one_line(read_share(text));
}
std::expected<Factor, std::string> parse_factor(std::string_view text) {
  return one_line(read_factor(text));
}
std::expected<Count, std::string> parse_count(std::string_view text) {
  return one_line(read_count(text));
}

std::expected<Time, Misread> read_nanoseconds(std::string_view number, std::string_view unit) {
  const Unit* found = find_unit(kTimeUnits, unit);
  if (found == nullptr || found->scale > 1'000'000'000) {
    return misread("unknown-unit", unknown_unit(unit), "units that fit: ns, us, ms, s");
  }
  const auto decimal = take_number(number);
  if (!decimal) return std::unexpected(decimal.error());
  if (!number.empty()) return misread("not-a-number", "not a number");
  const auto whole = to_whole(*decimal, found->scale, static_cast<std::uint64_t>(kNever - 1));
  if (!whole) return misread("out-of-range", "292 years or more");
  return static_cast<Time>(whole->value);
}

std::expected<double, Misread> read_decimal(std::string_view text) {
  const bool negative = text.size() > 1 && text[0] == '-';
  if (negative) text.remove_prefix(1);
  const auto number = take_number(text);
  if (!number) return std::unexpected(number.error());
  if (!text.empty()) return misread("not-a-number", "not a number");
  const auto value = to_double(*number);
  if (!value) return std::unexpected(value.error());
  return negative ? -*value : *value;
}

Time nanoseconds_per(std::string_view unit) {
  const Unit* found = find_unit(kTimeUnits, unit);
  return found == nullptr ? 0 : static_cast<Time>(found->scale);
}

std::string_view unit_in_name(std::string_view name) {
  const std::size_t underscore = name.rfind('_');
  const std::string_view last =
      underscore == std::string_view::npos ? name : name.substr(underscore + 1);
  for (const std::string_view unit : {"ns", "us", "ms", "s"}) {
    if (last == unit) return last;
  }
  return {};
}

}  // namespace spillway
