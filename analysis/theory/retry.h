#pragma once

#include <optional>
#include <span>

namespace spillway::theory {

/// Mean attempts per request when each fails with `failure` and at most `retries` follow the first:
/// (1 - p^(r+1)) / (1 - p), which is r + 1 at p = 1.
///
/// Range: 0 <= failure <= 1, retries >= 0.
constexpr double expected_attempts(double failure, int retries) {
  double attempts = 1;
  for (int i = 0; i < retries; ++i) attempts = 1 + failure * attempts;
  return attempts;
}

/// Share of requests that succeed within 1 + `retries` independent attempts: 1 - p^(r+1).
constexpr double success_with_retries(double failure, int retries) {
  double all_fail = failure;
  for (int i = 0; i < retries; ++i) all_fail *= failure;
  return 1 - all_fail;
}

/// Most attempts at the innermost layer for one request at the outermost, each layer retrying that
/// often: the product of 1 + r. Three layers of three retries make 64.
constexpr double worst_amplification(std::span<const int> retries_by_layer) {
  double product = 1;
  for (const int retries : retries_by_layer) product *= 1 + retries;
  return product;
}

/// What retries can do to a station, judged without simulating.
enum class RetryRisk {
  overloaded,  ///< arrivals exceed the capacity even without a retry
  vulnerable,  ///< carries its load, but not its load retried: a trigger can make it stick
  safe,        ///< carries its load even when every attempt is retried to the last
};

/// Compares load and retried load with the capacity.
///
/// A station that serves in order of arrival and does not drop abandoned work leaves a trigger
/// behind when it is safe; when vulnerable, its own retries can keep it busy for ever. Source: N.
/// Bronson et al., Metastable failures in distributed systems, HotOS 2021.
constexpr RetryRisk retry_risk(double arrival_rate, double capacity, double amplification) {
  if (!(arrival_rate < capacity)) return RetryRisk::overloaded;
  return arrival_rate * amplification < capacity ? RetryRisk::safe : RetryRisk::vulnerable;
}

/// The load below which retries can't make an overload last: capacity / amplification. Unit: 1/s.
constexpr double largest_safe_load(double capacity, double amplification) {
  return capacity / amplification;
}

}  // namespace spillway::theory
