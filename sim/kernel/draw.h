#pragma once

#include <cstdint>

#include "sim/kernel/hash.h"
#include "sim/kernel/mrg32k3a.h"
#include "sim/kernel/philox.h"
#include "sim/kernel/variate.h"

namespace spillway {

/// Where the random numbers of one lane of a site come from.
class DrawSource {
 public:
  DrawSource(std::uint64_t seed, std::uint32_t replication, std::uint64_t name, std::uint32_t lane)
      : name_(name), lane_(lane), inversion_{seed, stream(0), replication} {}

  std::uint32_t lane() const { return lane_; }

  /// The sequence that inversion takes its one number from: sub-draw 0.
  const PhiloxSequence& inversion() const { return inversion_; }

  /// The sequence of a further sub-draw, for erlang and gamma. Range: sub >= 1.
  PhiloxSequence further(std::uint32_t sub) const {
    return {inversion_.seed, stream(sub), inversion_.replication};
  }

 private:
  /// Different for all lanes and sub-draws of a site: mix64 is a bijection.
  std::uint64_t stream(std::uint32_t sub) const {
    return mix64(name_ ^ mix64((std::uint64_t{lane_} << 32) | sub));
  }

  std::uint64_t name_;
  std::uint32_t lane_;
  PhiloxSequence inversion_;
};

/// Returns the value of one ordinal.
std::int64_t draw(const Variate& variate, const DrawSource& source, std::uint32_t ordinal);

/// Writes the values of the kLineLength ordinals of a line: the same bits, faster.
void draw_line(const Variate& variate, const DrawSource& source, std::uint32_t line,
               std::int64_t* out);

/// Returns the value of a column's row `ordinal`, from the first again after the last.
std::int64_t draw_row(const Variate& column, std::uint32_t ordinal);

/// Returns a value from the next numbers of a stream, for row `ordinal` where it is a column.
std::int64_t draw_in_order(const Variate& variate, Mrg32k3a& stream, std::uint32_t ordinal);

}  // namespace spillway
