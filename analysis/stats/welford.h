#pragma once

#include <cmath>
#include <cstdint>

namespace spillway::stats {

/// Mean and variance of numbers seen one at a time, without cancellation.
///
/// Merging is exact arithmetic's answer up to rounding, and the rounding depends on the order:
/// merge in the order of replications, not of completion, for the same bits on any number of
/// threads. Source: B. P. Welford 1962; T. F. Chan, G. H. Golub, R. J. LeVeque, Algorithms for
/// computing the sample variance, The American Statistician 37 (1983).
class Welford {
 public:
  constexpr void add(double value) {
    ++count_;
    const double from_old = value - mean_;
    mean_ += from_old / static_cast<double>(count_);
    squares_ += from_old * (value - mean_);
  }

  /// Adds all that another has seen.
  constexpr void merge(const Welford& other) {
    if (other.count_ == 0) return;
    if (count_ == 0) {
      *this = other;
      return;
    }
    const auto here = static_cast<double>(count_);
    const auto there = static_cast<double>(other.count_);
    const double apart = other.mean_ - mean_;
    count_ += other.count_;
    mean_ += apart * there / (here + there);
    squares_ += other.squares_ + apart * apart * here * there / (here + there);
  }

  [[nodiscard]] constexpr std::uint64_t count() const { return count_; }
  /// Returns 0 when nothing was seen.
  [[nodiscard]] constexpr double mean() const { return mean_; }
  /// Sum of squared distances from the mean.
  [[nodiscard]] constexpr double squares() const { return squares_; }
  /// Sample variance, with n - 1. Returns 0 below two numbers.
  [[nodiscard]] constexpr double variance() const {
    return count_ < 2 ? 0 : squares_ / static_cast<double>(count_ - 1);
  }
  [[nodiscard]] double standard_deviation() const { return std::sqrt(variance()); }
  /// Standard deviation of the mean, if the numbers are independent.
  [[nodiscard]] double standard_error() const {
    return count_ == 0 ? 0 : std::sqrt(variance() / static_cast<double>(count_));
  }

 private:
  std::uint64_t count_ = 0;
  double mean_ = 0;
  double squares_ = 0;
};

}  // namespace spillway::stats
