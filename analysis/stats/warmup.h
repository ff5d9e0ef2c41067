#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace spillway::stats {

/// Where a series forgets its start.
struct Warmup {
  std::size_t cut = 0;        ///< observations to leave out from the beginning
  bool steady = false;        ///< whether a steady state was found at all
  double mser = 0;            ///< the criterion at the cut: squared standard error of what is kept
  std::string_view why = {};  ///< why none was found; empty otherwise; text of static lifetime
};

/// Finds the warm-up by MSER-5: the cut that makes the mean of what is kept most exact.
///
///   MSER(d) = sum over i > d of (Z_i - mean of Z_d+1 .. Z_k)^2 / (k - d)^2,  Z the means of
///   batches
///
/// A cut at the last one tried, half the series, is an answer: no steady state, so the system is
/// unstable or the run too short; `cut` is then 0. Meant for the average over replications of a
/// queue length on a common time grid, or of a latency. It minimises the error of the mean and does
/// not certify that no bias is left: keep runs long. Range: batch >= 1; an incomplete last batch is
/// left out. Ties go to the smallest cut. Returns nothing when a value isn't finite. Cost: O(n),
/// one backward pass whose sums do not cancel. Source: K. P. White, M. J. Cobb, S. C. Spratt, A
/// comparison of five steady-state truncation heuristics for simulation, Winter Simulation
/// Conference 2000.
std::optional<Warmup> mser(std::span<const double> series, std::size_t batch = 5);

/// Smooths a series for Welch's plot: the mean of up to `window` neighbours on each side, as many
/// on the left as on the right near the start. Returns size - window values; none if fewer than
/// that.
///
/// Source: P. D. Welch, The statistical analysis of simulation results, 1983; Law, 9.5.1.
std::vector<double> welch_moving_average(std::span<const double> series, std::size_t window);

}  // namespace spillway::stats
