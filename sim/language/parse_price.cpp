#include <array>
#include <optional>
#include <string>

#include "sim/language/number.h"
#include "sim/language/quantity_text.h"

namespace spillway {
namespace {

struct Multiple {
  std::string_view name;
  double of;
};
constexpr std::array<Multiple, 4> kMultiples{{{"", 1}, {"k", 1e3}, {"M", 1e6}, {"G", 1e9}}};

constexpr std::string_view kEachHint =
    "write it as $0.40/1M, or as $0.02 for each; 1k, 1M and 1G are multiples";
constexpr std::string_view kRentHint = "write it as $0.096/h or $70/30d";
constexpr std::string_view kStorageHint = "write it as $0.10/GB/30d";

std::unexpected<Misread> misread(std::string code, std::string reason, std::string_view hint) {
  return std::unexpected(Misread{std::move(code), std::move(reason), std::string(hint)});
}

/// Takes the dollar sign and the number behind it.
std::expected<double, Misread> take_dollars(std::string_view& text, std::string_view hint) {
  if (!text.starts_with('$')) {
    const auto number = take_number(text);
    if (!number) return std::unexpected(number.error());
    return misread("missing-unit", "a number without a $", hint);
  }
  text.remove_prefix(1);
  const auto number = take_number(text);
  if (!number) return std::unexpected(number.error());
  return to_double(*number);
}

/// Reads a quantity whose number may be left out where it is 1: `h`, `30d`. Returns: its amount, or
/// nothing where it is none or not above 0.
std::optional<double> read_one_or_more(std::string_view text, const auto& read,
                                       const auto& amount_of) {
  const bool bare = !text.empty() && (text[0] < '0' || text[0] > '9');
  const auto quantity = read((bare ? "1" : "") + std::string(text));
  if (!quantity || !(amount_of(*quantity) > 0)) return std::nullopt;
  return amount_of(*quantity);
}

double in_seconds(Duration duration) { return to_seconds(duration.ns); }

}  // namespace

std::expected<Money, Misread> read_money(std::string_view text) {
  constexpr std::string_view kHint = "write it as $250";
  const auto dollars = take_dollars(text, kHint);
  if (!dollars) return std::unexpected(dollars.error());
  if (!text.empty()) return misread("unknown-unit", "something after the amount", kHint);
  return Money{*dollars};
}

std::expected<UnitPrice, Misread> read_unit_price(std::string_view text) {
  const auto dollars = take_dollars(text, kEachHint);
  if (!dollars) return std::unexpected(dollars.error());
  if (text.empty()) return UnitPrice{*dollars};
  if (!text.starts_with('/'))
    return misread("unknown-unit", "something after the price", kEachHint);
  text.remove_prefix(1);
  const auto number = take_number(text);
  if (!number) return misread("unknown-unit", "no number after the /", kEachHint);
  for (const Multiple& multiple : kMultiples) {
    if (text != multiple.name) continue;
    const auto count = to_double(*number);
    if (!count) return std::unexpected(count.error());
    if (*count <= 0) return misread("out-of-range", "a price for none", kEachHint);
    return UnitPrice{*dollars / (*count * multiple.of)};
  }
  return misread("unknown-unit", "an unknown multiple", kEachHint);
}

std::expected<RentalPrice, Misread> read_rental_price(std::string_view text) {
  const auto dollars = take_dollars(text, kRentHint);
  if (!dollars) return std::unexpected(dollars.error());
  if (!text.starts_with('/')) {
    return misread(text.empty() ? "missing-unit" : "unknown-unit",
                   text.empty() ? "a price without a time" : "something after the price",
                   kRentHint);
  }
  const auto seconds = read_one_or_more(text.substr(1), read_duration, in_seconds);
  if (!seconds) return misread("unknown-unit", "no time after the /", kRentHint);
  return RentalPrice{*dollars / *seconds};
}

std::expected<StoragePrice, Misread> read_storage_price(std::string_view text) {
  const auto dollars = take_dollars(text, kStorageHint);
  if (!dollars) return std::unexpected(dollars.error());
  const std::size_t second = text.find('/', 1);
  if (!text.starts_with('/') || second == std::string_view::npos) {
    return misread(text.empty() ? "missing-unit" : "unknown-unit",
                   "a price without a size and a time", kStorageHint);
  }
  const auto bytes = read_one_or_more(text.substr(1, second - 1), read_size,
                                      [](Size size) { return static_cast<double>(size.bytes); });
  if (!bytes) return misread("unknown-unit", "no size after the first /", kStorageHint);
  const auto seconds = read_one_or_more(text.substr(second + 1), read_duration, in_seconds);
  if (!seconds) return misread("unknown-unit", "no time after the second /", kStorageHint);
  return StoragePrice{*dollars / (*bytes * *seconds)};
}

}  // namespace spillway
