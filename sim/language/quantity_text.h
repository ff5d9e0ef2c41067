#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "sim/language/quantity.h"

// How quantities are written: `25ms`, `9h30min`, `120/s`, `64KiB`, `2%`, `1e6`.
//
// Reading and printing never ask the locale. What print() writes parses back to an equal value.

namespace spillway {

/// What a text may stand for.
enum class QuantityKind : std::uint8_t { duration, rate, size, share, factor, count };

/// Why a text is not the quantity that was wanted.
struct Misread {
  std::string code;    ///< of the diagnostic: `missing-unit`, `unknown-unit`, …
  std::string reason;  ///< said of what was found: "a bare number"
  std::string hint;    ///< what to write instead, or empty
};

/// Reads a span of time: `25ms`, `1.5s`, `9h30min`. Units: ns, us, ms, s, min, h, d, w.
///
/// Parts of a compound go from the largest unit to the smallest. Fractions of a nanosecond are
/// rounded; a positive time that would be rounded to nothing is refused, as are 292 years and more.
std::expected<Duration, Misread> read_duration(std::string_view text);

/// Reads events a second: `120/s`, `900/min`, `40/h`, `3/d`.
std::expected<Rate, Misread> read_rate(std::string_view text);

/// Reads an amount of data: `64KiB`, `2kB`. Units: B, kB, MB, GB, TB, KiB, MiB, GiB, TiB.
std::expected<Size, Misread> read_size(std::string_view text);

/// Reads an amount of money: `$250`, `$0.02`.
std::expected<Money, Misread> read_money(std::string_view text);

/// Reads a price of each: `$0.40/1M`, `$0.09/1k`, `$5/100`, or `$0.02` for one. k, M and G are
/// thousands, millions and thousand millions.
std::expected<UnitPrice, Misread> read_unit_price(std::string_view text);

/// Reads a price by time: `$0.096/h`, `$70/30d`.
std::expected<RentalPrice, Misread> read_rental_price(std::string_view text);

/// Reads a price of data by time: `$0.10/GB/30d`.
std::expected<StoragePrice, Misread> read_storage_price(std::string_view text);

/// Reads a share or a probability: `2%`, `0.02`. Range: 0 to 1.
std::expected<Share, Misread> read_share(std::string_view text);

/// Reads a bare number: `2.5`, `1e3`. Range: >= 0.
std::expected<Factor, Misread> read_factor(std::string_view text);

/// Reads a whole number: `4`, `1e6`. Range: 0 to 2^63 - 1.
std::expected<Count, Misread> read_count(std::string_view text);

/// Reads a whole number up to 2^64 - 1, as seeds are.
std::expected<std::uint64_t, Misread> read_seed(std::string_view text);

// The same for callers that show one line: the error is the reason, with the hint.
std::expected<Duration, std::string> parse_duration(std::string_view text);
std::expected<Rate, std::string> parse_rate(std::string_view text);
std::expected<Size, std::string> parse_size(std::string_view text);
std::expected<Share, std::string> parse_share(std::string_view text);
std::expected<Factor, std::string> parse_factor(std::string_view text);
std::expected<Count, std::string> parse_count(std::string_view text);

/// Reads a number of `unit` (ns, us, ms or s) as whole nanoseconds, as the cells of a trace are.
/// Range: 0 to 292 years. Errors: the code `unknown-unit` where the unit is none of the four.
std::expected<Time, Misread> read_nanoseconds(std::string_view number, std::string_view unit);

/// Reads a finite decimal number, negative ones too: `-1.5e3`.
std::expected<double, Misread> read_decimal(std::string_view text);

/// Nanoseconds in one of the unit (ns, us, ms, s, min, h, d, w), or 0 when it is no unit of time.
Time nanoseconds_per(std::string_view unit);

/// The unit that ends the name (`service_ms`, `ms`), one of ns, us, ms, s; empty without one.
std::string_view unit_in_name(std::string_view name);

// Writes a quantity as people do, exactly: `25ms`, `9h30min`, `900/min`, `64KiB`, `2%`, `2.5`.
std::string print(Duration duration);
std::string print(Rate rate);
std::string print(Size size);
std::string print(Money money);
std::string print(UnitPrice price);
std::string print(RentalPrice price);
std::string print(StoragePrice price);
std::string print(Share share);
std::string print(Factor factor);
std::string print(Count count);
std::string print(Limit limit);

/// Writes a number shortest, without an exponent where that is readable.
std::string print_number(double value);

/// Writes a measured value for a reader: `81.2ms`, `120/s`, `99.87%`, `1.5KiB`, `12.3 messages`.
///
/// Unit: "s", "1/s", "bytes", "USD", "1" (a share, written in per cent), or any other word, which
/// follows the number. Rounded to `digits` significant digits; not exact, so not for parsing back.
/// Returns: "-" for NaN, "infinite" or "-infinite" for infinities.
std::string print_quantity(double value, std::string_view unit, int digits = 4);

}  // namespace spillway
