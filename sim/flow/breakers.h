#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "sim/flow/breaker.h"

namespace spillway {

class Context;
struct Exchange;

/// The circuit breakers of a run, one for each edge that has one, and which attempts they have let
/// pass. A frame waits for one attempt at a time, and stays where it is meanwhile: it names it.
///
/// Cost: a look-up in a hash table for each attempt over such an edge.
class Breakers {
 public:
  /// Adds one; returns its place. The first is 1: 0 is none.
  std::uint16_t add(const BreakerRules& rules, std::uint32_t edge);
  bool none() const { return breakers_.size() == 1; }
  void restart();

  /// Whether the frame's attempt may set out. Counts it as short-circuited when not; it ends all
  /// the same.
  bool admit(std::uint16_t number, Handle frame, Context& context);

  /// The attempt that the frame waits for has ended. Returns whether a breaker refused it.
  /// No breaker was asked about what a frame waits for that none knows.
  bool ended(Handle frame, Outcome outcome, Context& context);

  /// The frame is given up, and with it the attempt that it waits for.
  void given_up(Handle frame);

  /// Whether an attempt of the frame has set out and not ended.
  bool under_way(Handle frame) const {
    const auto found = asked_.find(frame);
    return found != asked_.end() && found->second.passed;
  }

 private:
  /// An attempt that a breaker was asked about.
  struct Asked {
    std::uint16_t breaker;
    bool passed;
    std::uint32_t era;  ///< of the breaker
    Time at;
  };
  std::vector<Breaker> breakers_{Breaker{}};
  std::unordered_map<Handle, Asked> asked_;  ///< by frame, until it ends
};

}  // namespace spillway
