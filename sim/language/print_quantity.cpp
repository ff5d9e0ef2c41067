#include <array>
#include <charconv>
#include <cmath>

#include "sim/language/quantity_text.h"

namespace spillway {
namespace {

/// Divides exactly: whole part, and the fraction without trailing zeros.
std::string decimal(std::uint64_t value, std::uint64_t unit) {
  std::string out = std::to_string(value / unit);
  std::uint64_t rest = value % unit;
  if (rest != 0) out += '.';
  while (rest != 0) {
    unit /= 10;
    out += static_cast<char>('0' + rest / unit);
    rest %= unit;
  }
  return out;
}

struct TimeUnit {
  std::string_view name;
  Time ns;
};
constexpr std::array<TimeUnit, 3> kLongUnits{
    {{"d", 86'400 * kSecond}, {"h", 3'600 * kSecond}, {"min", 60 * kSecond}}};
constexpr std::array<TimeUnit, 4> kShortUnits{
    {{"s", kSecond}, {"ms", kMillisecond}, {"us", kMicrosecond}, {"ns", 1}}};

/// `value` with `digits` significant digits, trailing zeros of the fraction left out.
std::string rounded(double value, int digits) {
  std::array<char, 64> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                          std::chars_format::scientific, digits - 1);
  double nearest = value;
  std::from_chars(buffer.data(), end, nearest);
  return print_number(nearest);
}

}  // namespace

std::string print_number(double value) {
  std::array<char, 400> buffer{};
  const double magnitude = std::fabs(value);
  const bool plain = value == 0 || (magnitude >= 1e-4 && magnitude < 1e15);
  const auto [end, error] =
      plain ? std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                            std::chars_format::fixed)
            : std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return std::string(buffer.data(), end);
}

std::string print(Duration duration) {
  Time rest = duration.ns;
  if (rest == 0) return "0s";
  std::string out;
  for (const auto& [name, ns] : kLongUnits) {
    // 90s and 36h read better than 1min30s and 1d12h.
    if (out.empty() && rest < 2 * ns && rest % ns != 0) continue;
    if (rest < ns) continue;
    out += std::to_string(rest / ns);
    out += name;
    rest %= ns;
  }
  if (rest == 0) return out;
  for (const auto& [name, ns] : kShortUnits) {
    if (rest < ns && (name != "ns")) continue;
    out += decimal(static_cast<std::uint64_t>(rest), static_cast<std::uint64_t>(ns));
    out += name;
    break;
  }
  return out;
}

std::string print(Rate rate) {
  std::string best;
  std::size_t digits = 0;
  constexpr std::array<std::pair<std::string_view, double>, 4> kUnits{
      {{"/s", 1}, {"/min", 60}, {"/h", 3600}, {"/d", 86400}}};
  for (const auto& [unit, seconds] : kUnits) {
    const std::string number = print_number(rate.per_second * seconds);
    const std::string text = number + std::string(unit);
    const auto back = read_rate(text);
    if (!back || *back != rate || (!best.empty() && number.size() >= digits)) continue;
    best = text;
    digits = number.size();
  }
  return best;
}

std::string print(Size size) {
  const auto bytes = static_cast<std::uint64_t>(size.bytes);
  std::string best = std::to_string(bytes) + "B";
  constexpr std::array<std::pair<std::string_view, std::uint64_t>, 4> kDecimal{
      {{"kB", 1'000}, {"MB", 1'000'000}, {"GB", 1'000'000'000}, {"TB", 1'000'000'000'000}}};
  constexpr std::array<std::pair<std::string_view, std::uint64_t>, 4> kBinary{
      {{"KiB", 1ULL << 10}, {"MiB", 1ULL << 20}, {"GiB", 1ULL << 30}, {"TiB", 1ULL << 40}}};
  for (const auto& [unit, scale] : kDecimal) {
    if (bytes < scale) continue;
    const std::string text = decimal(bytes, scale) + std::string(unit);
    if (text.size() <= best.size()) best = text;
  }
  for (const auto& [unit, scale] : kBinary) {
    if (bytes < scale || bytes % scale != 0) continue;
    const std::string text = std::to_string(bytes / scale) + std::string(unit);
    if (text.size() <= best.size()) best = text;
  }
  return best;
}

std::string print(Share share) {
  const double percent = share.value * 100;
  // The shortest digits near 100 x share that read back as it: the product is rounded once.
  std::array<char, 400> buffer{};
  for (int digits = 1; digits <= 17; ++digits) {
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), percent,
                                            std::chars_format::scientific, digits - 1);
    double nearest = percent;
    std::from_chars(buffer.data(), end, nearest);
    std::string text = print_number(nearest) + "%";
    const auto back = read_share(text);
    if (back && *back == share) return text;
  }
  return print_number(share.value);
}

std::string print(Factor factor) { return print_number(factor.value); }
std::string print(Count count) { return std::to_string(count); }
std::string print(Limit limit) { return limit.count ? print(*limit.count) : "unlimited"; }

std::string print_quantity(double value, std::string_view unit, int digits) {
  if (std::isnan(value)) return "-";
  if (std::isinf(value)) return value > 0 ? "infinite" : "-infinite";
  const double magnitude = std::fabs(value);
  if (unit == "s") {
    if (magnitude >= 120) {
      constexpr std::array<std::pair<std::string_view, double>, 3> kUnits{
          {{"d", 86400}, {"h", 3600}, {"min", 60}}};
      for (const auto& [name, seconds] : kUnits) {
        if (magnitude >= 2 * seconds) return rounded(value / seconds, digits) + std::string(name);
      }
    }
    if (magnitude >= 1 || value == 0) return rounded(value, digits) + "s";
    if (magnitude >= 1e-3) return rounded(value * 1e3, digits) + "ms";
    if (magnitude >= 1e-6) return rounded(value * 1e6, digits) + "us";
    return rounded(value * 1e9, digits) + "ns";
  }
  if (unit == "1/s") {
    if (magnitude >= 0.1 || value == 0) return rounded(value, digits) + "/s";
    if (magnitude * 60 >= 0.1) return rounded(value * 60, digits) + "/min";
    if (magnitude * 3600 >= 0.1) return rounded(value * 3600, digits) + "/h";
    return rounded(value * 86400, digits) + "/d";
  }
  if (unit == "1") return rounded(value * 100, digits) + "%";
  if (unit == "USD") return "$" + rounded(value, digits);
  if (unit == "bytes") {
    constexpr std::array<std::pair<std::string_view, double>, 4> kUnits{
        {{"TiB", 1099511627776.0}, {"GiB", 1073741824.0}, {"MiB", 1048576.0}, {"KiB", 1024.0}}};
    for (const auto& [name, bytes] : kUnits) {
      if (magnitude >= bytes) return rounded(value / bytes, digits) + std::string(name);
    }
    return rounded(value, digits) + "B";
  }
  const std::string number = rounded(value, digits);
  return unit.empty() ? number : number + " " + std::string(unit);
}

}  // namespace spillway
