#pragma once

#include <cstdint>
#include <limits>

namespace spillway {

/// An instant or a span of simulated time.
///
/// Unit: ns; an instant counts from the start of the run. Range: 0 to 2^63 - 2 (292 years).
using Time = std::int64_t;

/// The instant that never comes.
inline constexpr Time kNever = std::numeric_limits<Time>::max();

inline constexpr Time kMicrosecond = 1'000;
inline constexpr Time kMillisecond = 1'000'000;
inline constexpr Time kSecond = 1'000'000'000;

/// Converts to seconds, for reports only: a simulation computes in whole nanoseconds.
constexpr double to_seconds(Time time) { return static_cast<double>(time) / 1e9; }

}  // namespace spillway
