#pragma once

#include <optional>

namespace spillway::theory {

/// H_n = 1 + 1/2 + ... + 1/n: the mean of the longest of n exponential times of mean 1.
constexpr double harmonic(int n) {
  double sum = 0;
  for (int k = n; k >= 1; --k) sum += 1.0 / k;
  return sum;
}

/// Mean time until both halves are done when each message forks into two M/M/1 queues: exact.
///
/// Units: rates in 1/s (each queue's), answer in s. Returns nothing when unstable.
/// Source: R. Nelson and A. N. Tantawi, Approximate analysis of fork/join synchronization in
/// parallel queues, IEEE Trans. Computers 37 (1988): T = (12 - rho) / 8 / (mu - lambda).
constexpr std::optional<double> fork_join_two(double arrival_rate, double service_rate) {
  if (!(arrival_rate > 0 && arrival_rate < service_rate)) return std::nullopt;
  return (12 - arrival_rate / service_rate) / 8 / (service_rate - arrival_rate);
}

/// As fork_join_two for `branches` >= 2 queues: an approximation, within 5 % up to 32 branches.
///
/// Source: Nelson and Tantawi 1988: T_k = (H_k / H_2 + 4/11 (1 - H_k / H_2) rho) T_2.
constexpr std::optional<double> fork_join(int branches, double arrival_rate, double service_rate) {
  const std::optional<double> two = fork_join_two(arrival_rate, service_rate);
  if (!two || branches < 2) return std::nullopt;
  const double ratio = harmonic(branches) / harmonic(2);
  return (ratio + 4.0 / 11 * (1 - ratio) * (arrival_rate / service_rate)) * *two;
}

}  // namespace spillway::theory
