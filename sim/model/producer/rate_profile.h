#pragma once

#include <vector>

#include "sim/model/producer/declaration.h"

namespace spillway {

/// How a rate changes over time, as a multiple of a reference rate: linear pieces.
///
/// Arrivals are made by inversion: intervals are drawn at the reference rate and stretched so
/// that the integral of the multiple over each equals the drawn interval. So the n-th arrival
/// uses the n-th draw whatever the profile, and a rate of 0 simply passes.
class RateProfile {
 public:
  struct Piece {
    Time from;
    Time until;
    double at_from;  ///< multiple of the reference rate
    double at_until;
  };

  /// Pieces over [0, duration) for a load of `rate` a second; `reference` is the rate that
  /// intervals are drawn at.
  static RateProfile of(Rate rate, const std::vector<NamedProfileEntry>& entries, Time duration,
                        Rate* reference);

  /// True when the rate never changes: intervals need no stretching.
  bool flat() const {
    return pieces_.size() == 1 && pieces_[0].at_from == 1 && pieces_[0].at_until == 1;
  }
  const std::vector<Piece>& pieces() const { return pieces_; }

 private:
  std::vector<Piece> pieces_;
};

/// Walks a profile forward: turns intervals at the reference rate into intervals of time.
class ProfileWalk {
 public:
  explicit ProfileWalk(const RateProfile* profile) : profile_(profile) {}

  /// Moves on by `interval` (ns at the reference rate) but not beyond `limit`, where the rate is
  /// `factor` times the profile's. Returns true and leaves `interval` at 0 when it ended before
  /// the limit; else stands at the limit with what is left of the interval.
  bool advance(double& interval, double factor, double limit);

  /// Where it stands. Unit: ns.
  double at() const { return at_; }

 private:
  const RateProfile* profile_;
  std::size_t piece_ = 0;
  double at_ = 0;
};

}  // namespace spillway
