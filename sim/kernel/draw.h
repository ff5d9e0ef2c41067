#pragma once

#include <cstdint>

#include "sim/kernel/line.h"
#include "sim/kernel/mrg32k3a.h"
#include "sim/kernel/variate.h"

namespace spillway {

/// Where the random numbers of a lane of a site come from.
struct DrawSource {
  std::uint64_t seed = 0;
  std::uint64_t name = 0;  ///< of the site
  std::uint32_t replication = 0;
  std::uint32_t lane = 0;

  /// The sequence of sub-draw `sub`: 0 is what inversion takes, the others belong to erlang and
  /// gamma.
  PhiloxSequence sequence(std::uint32_t sub) const;
};

/// Returns the value of one ordinal.
std::int64_t draw(const Variate& variate, const DrawSource& source, std::uint32_t ordinal);

/// Writes the values of ordinals 16 line .. 16 line + 15: the same bits, faster.
void draw_line(const Variate& variate, const DrawSource& source, std::uint32_t line,
               std::int64_t* out);

/// Returns the value of a column's row `ordinal`, from the first again after the last.
std::int64_t draw_row(const Variate& column, std::uint32_t ordinal);

/// Returns a value from the next numbers of a stream, for row `ordinal` where it is a column.
std::int64_t draw_in_order(const Variate& variate, Mrg32k3a& stream, std::uint32_t ordinal);

}  // namespace spillway
