#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "sim/flow/message.h"

namespace spillway {

/// How a client limits its retries by how its calls end: by tokens, and by how many are under way.
struct RetryRules {
  static constexpr std::int64_t kToken = 1000;           ///< what is counted with, of a token
  static constexpr std::int64_t kWhole = 1'000'000'000;  ///< what a share is counted in

  // Tokens, in thousandths: a bucket, full at first.
  std::int64_t size = 0;       ///< at most; 0: no bucket
  std::int64_t cost = 0;       ///< of a retry
  std::int64_t late_cost = 0;  ///< of one after a timeout
  std::int64_t success = 0;  ///< that a call brings which ends well; with a refund, without a retry
  std::int64_t failure = 0;  ///< that a failed attempt takes away
  std::int64_t floor = -1;   ///< there must be more than so many for a retry
  bool refund = false;       ///< a retry that goes well brings back what it cost

  bool at_once = false;            ///< retries under way are limited:
  std::uint64_t at_least = 0;      ///< so many always may,
  std::int64_t share_at_once = 0;  ///< and this share of the calls under way, of kWhole
  friend bool operator==(const RetryRules&, const RetryRules&) = default;
};

/// The limits of retries of a run, one for each call that has one, and the calls under way with
/// them. A frame waits in one call at a time, and stays where it is meanwhile: it names it.
///
/// Sources: AWS SDKs and Tools Reference Guide, "Retry behavior"; gRPC proposal A6; Envoy,
/// circuit_breaker.proto.
/// Cost: a look-up in a hash table for the beginning and end of each attempt.
class RetryLimits {
 public:
  /// Adds one; returns its place. The first is 1: 0 is none.
  std::uint16_t add(const RetryRules& rules);
  bool none() const { return limits_.size() == 1; }
  void restart();

  /// An attempt of the frame's call begins.
  void begins(std::uint16_t number, Handle frame);
  /// The attempt that the frame waits for has ended; one that went well ends the call.
  void ended(Handle frame, Outcome outcome);
  /// Whether there may be another attempt after one that ended so.
  bool allow(Handle frame, Outcome outcome) const;
  /// There is one, which begins now or after a pause.
  void take(Handle frame, Outcome outcome);
  /// The call has failed for good, or is given up.
  void closed(Handle frame);

 private:
  struct Limit {
    RetryRules rules;
    std::int64_t tokens = 0;
    std::uint64_t calls = 0;    ///< under way
    std::uint64_t retries = 0;  ///< of them
  };
  struct Call {
    std::uint16_t limit;
    bool retries;       ///< another attempt is under way, or its pause
    std::int64_t paid;  ///< for it
  };

  std::vector<Limit> limits_ = std::vector<Limit>(1);
  std::unordered_map<Handle, Call> calls_;  ///< by frame
};

}  // namespace spillway
