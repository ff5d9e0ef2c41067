#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "sim/language/quantity_text.h"

namespace spillway {

/// A number as written, exactly: digits x 10^exponent; no digits are 0.
struct DecimalNumber {
  std::string digits;  ///< first and last are not 0
  int exponent = 0;

  bool is_zero() const { return digits.empty(); }
};

/// Takes a number off the front of `text`, which then begins with what follows.
///
/// Errors: signs, leading zeros, hexadecimal, digit separators, commas, `.5` and `5.`, words.
std::expected<DecimalNumber, Misread> take_number(std::string_view& text);

/// The nearest double of number x 10^shift. Errors: beyond the range of a double, or so small that
/// it would become 0.
std::expected<double, Misread> to_double(const DecimalNumber& number, int shift = 0);

/// A whole number, and whether it is exact or had to be rounded (halves up).
struct WholeNumber {
  std::uint64_t value = 0;
  bool exact = true;
};

/// number x scale, rounded. Range: scale < 10^15. Errors: beyond `most`.
std::expected<WholeNumber, Misread> to_whole(const DecimalNumber& number, std::uint64_t scale,
                                             std::uint64_t most);

}  // namespace spillway
