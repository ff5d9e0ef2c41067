#include "analysis/report/figure_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "analysis/stats/estimate.h"
#include "sim/language/printable.h"
#include "sim/language/quantity_text.h"

namespace spillway::report {
namespace {

/// How a number is shown: times `factor`, followed by the unit.
struct Scale {
  double factor = 1;
  std::string unit;
};

Scale scale_of(double value, std::string_view unit, bool unicode) {
  const double size = std::fabs(value);
  if (unit == "s") {
    if (size == 0 || (size >= 1 && size < 120)) return {1, " s"};
    if (size < 1e-6) return {1e9, " ns"};
    if (size < 1e-3) return {1e6, unicode ? " µs" : " us"};
    if (size < 1) return {1e3, " ms"};
    if (size < 7'200) return {1.0 / 60, " min"};
    if (size < 172'800) return {1.0 / 3'600, " h"};
    return {1.0 / 86'400, " d"};
  }
  if (unit == "1/s") {
    if (size == 0 || size >= 0.1) return {1, "/s"};
    if (size * 60 >= 0.1) return {60, "/min"};
    return {3'600, "/h"};
  }
  if (unit == "share") return {100, "%"};
  if (unit == "B") {
    if (size >= 1073741824.0) return {1 / 1073741824.0, " GiB"};
    if (size >= 1048576.0) return {1 / 1048576.0, " MiB"};
    if (size >= 1024.0) return {1 / 1024.0, " KiB"};
    return {1, " B"};
  }
  return {1, ""};
}

/// A positive number as d.ddd x 10^exponent with `digits` digits after the point; none: as many as
/// it takes.
struct Scientific {
  int first = 0;
  int exponent = 0;
  double rounded = 0;
};

Scientific scientific(double value, std::optional<int> digits = std::nullopt) {
  std::array<char, 512> buffer{};
  char* const last = buffer.data() + buffer.size();
  const char* const end =
      digits ? std::to_chars(buffer.data(), last, value, std::chars_format::scientific, *digits).ptr
             : std::to_chars(buffer.data(), last, value, std::chars_format::scientific).ptr;
  Scientific result;
  result.first = buffer[0] - '0';
  const char* exponent = std::find(static_cast<const char*>(buffer.data()), end, 'e') + 1;
  if (*exponent == '+') ++exponent;
  std::from_chars(exponent, end, result.exponent);
  std::from_chars(buffer.data(), end, result.rounded);
  return result;
}

int exponent_of(double value) { return value > 0 ? scientific(value).exponent : 0; }

double power_of_ten(int exponent) {
  const std::string text = fmt::format("1e{}", exponent);
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string grouped(std::string digits) {
  const std::size_t point = std::min(digits.find('.'), digits.size());
  if (point < 5) return digits;
  for (std::size_t at = point - 3; at > 0 && at < point; at = at > 3 ? at - 3 : 0) {
    digits.insert(at, 1, ' ');
  }
  return digits;
}

/// The number rounded to a multiple of 10^place.
std::string rounded_to(double value, int place) {
  const double size = std::fabs(value);
  double shown_value = size;
  if (place > 0 && size > 0) {
    const int digits = scientific(size).exponent - place;
    if (digits >= 0) {
      shown_value = scientific(size, digits).rounded;
    } else {
      const double unit = power_of_ten(place);
      shown_value = size >= unit / 2 ? unit : 0;
    }
  }
  std::array<char, 512> buffer{};
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), shown_value,
                                    std::chars_format::fixed, std::max(0, -place));
  const std::string text = grouped(std::string(buffer.data(), result.ptr));
  return value < 0 && shown_value != 0 ? "-" + text : text;
}

std::string without_zeros(std::string text) {
  if (text.find('.') == std::string::npos) return text;
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text;
}

/// Places beyond which digits of a share say nothing to a reader.
constexpr int kFinestPercent = -6;

/// The place of the last of `digits` significant digits. A share has its digits counted from the
/// nearer of 0 and 100 %: 99.87 must not become 99.9.
int last_place(double value, bool is_share, int digits) {
  const double size = std::fabs(value);
  int place = exponent_of(size) - digits + 1;
  if (!is_share) return place;
  if (size < 100 && size > 0) place = std::min(place, exponent_of(100 - size) - 1);
  return std::max(place, kFinestPercent);
}

/// A share that is not 100 % must not read so, and likewise 0.
std::string guarded(std::string text, double percent, int place) {
  if (percent < 100 && text == rounded_to(100, place)) return ">99.9999";
  if (percent > 0 && without_zeros(text) == "0") return "<0.000001";
  return text;
}

std::string short_reason(const std::string& why) {
  if (why == stats::kNothingObserved) return "none seen";
  if (why == stats::kTooFewMessages) return "too few";
  if (why == stats::kNothingToDivideBy) return "none";
  if (why.empty()) return "no value";
  return shown(why, 24);
}

std::string never_of(std::string_view unit) { return unit == "s" ? "never" : "infinite"; }

/// What stands before a number of that unit.
std::string_view sign_of(std::string_view unit) { return unit == "USD" ? "$" : ""; }

/// Whether every digit of a value without spread means something: it counts.
bool is_count(double value, std::string_view unit) {
  return unit == "1" && std::fabs(value) < 1e9 && value == std::nearbyint(value);
}

}  // namespace

std::string print_count(std::uint64_t count) { return grouped(std::to_string(count)); }

std::string print_value(double value, std::string_view unit, bool unicode) {
  if (std::isnan(value)) return "no value";
  if (std::isinf(value)) return never_of(unit);
  const Scale scale = scale_of(value, unit, unicode);
  const double scaled = value * scale.factor;
  const bool is_share = unit == "share";
  // Beside thousands three digits would be coarser than a drawing.
  const int place = last_place(scaled, is_share, std::fabs(scaled) >= 1000 ? 4 : 3);
  std::string text = rounded_to(scaled, place);
  if (is_share) text = guarded(text, scaled, place);
  return fmt::format("{}{}{}", sign_of(unit), without_zeros(text), scale.unit);
}

std::string print_bound(double value, std::string_view unit) {
  if (unit == "s") return print(Duration{std::llround(value * 1e9)});
  if (unit == "1/s") return print(Rate{value});
  if (unit == "share") return print(Share{value});
  if (unit == "B") return print(Size{std::llround(value)});
  if (unit == "USD") return print(Money{value});
  return print_number(value);
}

std::string print_figure(const Figure& figure, bool unicode) {
  const bool is_share = figure.unit == "share";
  if (!figure.mean || std::isnan(*figure.mean)) {
    return fmt::format("{} ({})", unicode ? "–" : "-", short_reason(figure.why));
  }
  const double mean = *figure.mean;
  if (std::isinf(mean)) {
    std::string never = never_of(figure.unit);
    if (!figure.low || !std::isfinite(*figure.low)) return never;
    return fmt::format("{} (from {})", never, print_value(*figure.low, figure.unit, unicode));
  }
  if (!figure.low || !figure.high || std::isnan(*figure.low) || std::isnan(*figure.high)) {
    return is_count(mean, figure.unit) ? rounded_to(mean, 0)
                                       : print_value(mean, figure.unit, unicode);
  }
  const std::string_view sign = sign_of(figure.unit);
  const Scale scale =
      scale_of(mean == 0 ? std::min(*figure.high, 1e300) : mean, figure.unit, unicode);
  const double value = mean * scale.factor;
  const double below = value - *figure.low * scale.factor;
  const double above = *figure.high * scale.factor - value;
  if (std::isinf(above)) {
    const int place = last_place(value, is_share, 3);
    return fmt::format("{}{}{} ({} to never)", sign, without_zeros(rounded_to(value, place)),
                       scale.unit, without_zeros(rounded_to(value - below, place)));
  }
  const double half = std::max({below, above, 0.0});
  const double least = std::min(below, above);
  const int finest = last_place(value != 0 ? value : half, is_share, 4);
  int place = finest;
  if (half > 0) {
    const Scientific leading = scientific(half, 0);
    // Two digits of a half-width that begins with 1, unless the mean gets long.
    const bool fine =
        leading.first == 1 && leading.exponent > last_place(value != 0 ? value : half, is_share, 3);
    place = std::max(finest, leading.exponent - (fine ? 1 : 0));
  }
  const double unit_of_place = power_of_ten(place);
  std::string text = rounded_to(value, place);
  if (is_share) text = guarded(text, value, place);
  if (half < unit_of_place / 2) {
    // Every digit is certain.
    return fmt::format("{}{}{}", sign, place < 0 ? without_zeros(text) : text, scale.unit);
  }
  if (least < half / 2 && half >= unit_of_place) {
    const int finer = std::max(finest, place - 1);
    const auto bound = [&](double at) {
      const std::string exact = rounded_to(at, finer);
      return is_share && (at == 0 || at == 100) ? without_zeros(exact) : exact;
    };
    if (is_share && (value == 0 || value == 100)) text = without_zeros(text);
    return fmt::format("{}{}{} ({}{}{})", sign, text, scale.unit, bound(value - below),
                       unicode ? "–" : " to ", bound(value + above));
  }
  return fmt::format("{}{}{} {}{}", sign, text, scale.unit, unicode ? "±" : "+-",
                     rounded_to(half, place));
}

}  // namespace spillway::report
