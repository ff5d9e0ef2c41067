#include "sim/language/number.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <system_error>

#include "sim/language/printable.h"

namespace spillway {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::size_t kLongestNumber = 64;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t count_digits(std::string_view text) {
  std::size_t n = 0;
  while (n < text.size() && is_digit(text[n])) ++n;
  return n;
}

std::unexpected<Misread> misread(std::string code, std::string reason, std::string hint = "") {
  return std::unexpected(Misread{std::move(code), std::move(reason), std::move(hint)});
}

/// Says what is wrong with a text that doesn't begin with a digit.
std::unexpected<Misread> no_number(std::string_view text) {
  if (text.empty()) return misread("missing-value", "nothing");
  if (text[0] == '-') return misread("out-of-range", "negative");
  if (text[0] == '+') return misread("not-a-number", "a sign", "write it without the plus sign");
  if (text[0] == '.' && text.size() > 1 && is_digit(text[1])) {
    return misread("not-a-number", "no digit before the point",
                   fmt::format("write 0{}", shown(text)));
  }
  std::string lower;
  for (const char c : text.substr(0, 5)) {
    if (c != '.') lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  if (lower.starts_with("nan")) return misread("not-a-number", "not a number");
  if (lower.starts_with("inf")) return misread("not-a-number", "not a finite number");
  return misread("not-a-number", "not a number");
}

}  // namespace

std::expected<DecimalNumber, Misread> take_number(std::string_view& text) {
  if (text.empty() || !is_digit(text[0])) return no_number(text);
  const std::size_t whole = count_digits(text);
  if (whole > 1 && text[0] == '0') {
    return misread("not-a-number", "a leading zero", "numbers are decimal; leave the zero out");
  }
  std::size_t end = whole;
  if (end < text.size()) {
    const char next = text[end];
    if (text[0] == '0' && whole == 1 && (next == 'x' || next == 'X')) {
      return misread("not-a-number", "hexadecimal", "numbers are decimal");
    }
    if (text[0] == '0' && whole == 1 && (next == 'o' || next == 'O')) {
      return misread("not-a-number", "octal", "numbers are decimal");
    }
    if (next == '_' || next == '\'') {
      return misread("not-a-number", "digits in groups", "write the digits without separators");
    }
    if (next == ',') {
      return misread("not-a-number", "a comma", "write a point for the fraction, and no groups");
    }
  }
  std::size_t fraction = 0;
  if (end < text.size() && text[end] == '.') {
    fraction = count_digits(text.substr(end + 1));
    if (fraction == 0) return misread("not-a-number", "no digit after the point");
    end += 1 + fraction;
  }
  if (end < text.size() && (text[end] == '_' || text[end] == ',' || text[end] == '.')) {
    return misread("not-a-number", "not a number");
  }
  long long exponent = 0;
  // `1e6`, not the beginning of a word.
  if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
    std::size_t at = end + 1;
    const bool negative = at < text.size() && text[at] == '-';
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    const std::size_t digits = count_digits(text.substr(at));
    if (digits > 0) {
      for (const char c : text.substr(at, digits < 7 ? digits : 7)) {
        exponent = exponent * 10 + (c - '0');
      }
      if (negative) exponent = -exponent;
      end = at + digits;
    }
  }
  if (end > kLongestNumber) return misread("not-a-number", "a number of too many digits");

  DecimalNumber number;
  for (const char c : text.substr(0, whole)) number.digits += c;
  if (fraction > 0) number.digits += text.substr(whole + 1, fraction);
  const std::size_t first = number.digits.find_first_not_of('0');
  number.digits.erase(0, first == std::string::npos ? number.digits.size() : first);
  number.exponent = static_cast<int>(exponent) - static_cast<int>(fraction);
  while (!number.digits.empty() && number.digits.back() == '0') {
    number.digits.pop_back();
    ++number.exponent;
  }
  if (number.digits.empty()) number.exponent = 0;
  text.remove_prefix(end);
  return number;
}

std::expected<double, Misread> to_double(const DecimalNumber& number, int shift) {
  if (number.is_zero()) return 0.0;
  const std::string text = fmt::format("{}e{}", number.digits, number.exponent + shift);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range || !std::isfinite(value) || value == 0) {
    const bool large = number.exponent + shift + static_cast<int>(number.digits.size()) > 0;
    return misread("out-of-range", large ? "too large" : "too small");
  }
  return value;
}

std::expected<WholeNumber, Misread> to_whole(const DecimalNumber& number, std::uint64_t scale,
                                             std::uint64_t most) {
  if (number.is_zero()) return WholeNumber{};
  constexpr int kDigits = 20;  // x scale still fits into 128 bits
  std::string_view digits = number.digits;
  int exponent = number.exponent;
  bool exact = true;
  if (static_cast<int>(digits.size()) > kDigits) {
    exponent += static_cast<int>(digits.size()) - kDigits;
    digits = digits.substr(0, kDigits);
    exact = false;
  }
  if (static_cast<int>(digits.size()) + exponent > 20) return misread("out-of-range", "too large");
  if (static_cast<int>(digits.size()) + exponent < -20) return WholeNumber{0, false};
  Wide value = 0;
  for (const char c : digits) value = value * 10 + static_cast<unsigned>(c - '0');
  for (; exponent > 0; --exponent) value *= 10;
  value *= scale;
  unsigned last = 0;
  for (; exponent < 0; ++exponent) {
    last = static_cast<unsigned>(value % 10);
    if (last != 0) exact = false;
    value /= 10;
  }
  if (last >= 5) ++value;
  if (value > most) return misread("out-of-range", "too large");
  return WholeNumber{static_cast<std::uint64_t>(value), exact};
}

}  // namespace spillway
