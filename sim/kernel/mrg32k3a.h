#pragma once

#include <array>
#include <cstdint>

namespace spillway {

/// L'Ecuyer's combined multiple recursive generator MRG32k3a with its streams and substreams.
///
/// Serves verification only: published simulations that used it can be reproduced digit by digit.
/// Numbers come in order; what a model draws otherwise is addressed (see site.h).
///
///   x(n) = (1403580 x(n-2) - 810728 x(n-3)) mod 4294967087
///   y(n) = ( 527612 y(n-1) - 1370589 y(n-3)) mod 4294944443
///   u(n) = ((x(n) - y(n)) mod 4294967087) / 4294967088, with 4294967087 in place of 0
///
/// A stream is 2^127 steps long, a substream 2^76.
/// Source: P. L'Ecuyer, "Good parameters and implementations for combined multiple recursive random
/// number generators", Operations Research 47 (1999) 159-164; P. L'Ecuyer, R. Simard, E. J. Chen,
/// W. D. Kelton, "An object-oriented random-number package with many long streams and substreams",
/// Operations Research 50 (2002) 1073-1075.
class Mrg32k3a {
 public:
  /// x(n-3), x(n-2), x(n-1), y(n-3), y(n-2), y(n-1).
  using State = std::array<std::uint64_t, 6>;

  /// Starts the first stream of a package seed.
  ///
  /// Range: the first three below 4294967087 and not all 0, the last three below 4294944443 and not
  /// all 0.
  explicit constexpr Mrg32k3a(const State& seed = {12345, 12345, 12345, 12345, 12345, 12345})
      : stream_(seed), substream_(seed), state_(seed) {}

  /// Returns the next number. Range: the open interval (0, 1), multiples of 1 / 4294967088.
  constexpr double next() {
    const std::uint64_t x = (1403580 * state_[1] + 810728 * (kModulus1 - state_[0])) % kModulus1;
    const std::uint64_t y = (527612 * state_[5] + 1370589 * (kModulus2 - state_[3])) % kModulus2;
    state_ = {state_[1], state_[2], x, state_[4], state_[5], y};
    const std::uint64_t z = x > y ? x - y : x + kModulus1 - y;
    return static_cast<double>(z) * (1.0 / 4294967088.0);
  }

  /// Returns the start of the stream after this one.
  constexpr Mrg32k3a next_stream() const { return Mrg32k3a{jump(stream_, 127)}; }

  /// Goes on at the start of the next substream.
  constexpr void next_substream() { state_ = substream_ = jump(substream_, 76); }

  /// Goes back to the start of the current substream.
  constexpr void restart_substream() { state_ = substream_; }

  /// Goes back to the start of the stream.
  constexpr void restart() { state_ = substream_ = stream_; }

  constexpr const State& state() const { return state_; }

 private:
  static constexpr std::uint64_t kModulus1 = 4294967087;
  static constexpr std::uint64_t kModulus2 = 4294944443;
  static constexpr std::uint64_t kBack1 = kModulus1 - 810728;
  static constexpr std::uint64_t kBack2 = kModulus2 - 1370589;

  using Matrix = std::array<std::array<std::uint64_t, 3>, 3>;

  static constexpr Matrix square(const Matrix& m, std::uint64_t modulus) {
    Matrix result{};
    for (std::size_t i = 0; i < 3; ++i) {
      for (std::size_t j = 0; j < 3; ++j) {
        for (std::size_t k = 0; k < 3; ++k) {
          result[i][j] = (result[i][j] + m[i][k] * m[k][j] % modulus) % modulus;
        }
      }
    }
    return result;
  }

  /// Advances by 2^exponent steps.
  static constexpr State jump(const State& state, int exponent) {
    Matrix first{{{0, 1, 0}, {0, 0, 1}, {kBack1, 1403580, 0}}};
    Matrix second{{{0, 1, 0}, {0, 0, 1}, {kBack2, 0, 527612}}};
    for (int i = 0; i < exponent; ++i) {
      first = square(first, kModulus1);
      second = square(second, kModulus2);
    }
    State result{};
    for (std::size_t i = 0; i < 3; ++i) {
      for (std::size_t k = 0; k < 3; ++k) {
        result[i] = (result[i] + first[i][k] * state[k] % kModulus1) % kModulus1;
        result[i + 3] = (result[i + 3] + second[i][k] * state[k + 3] % kModulus2) % kModulus2;
      }
    }
    return result;
  }

  State stream_, substream_, state_;
};

}  // namespace spillway
