#pragma once

#include <cstdint>
#include <deque>
#include <unordered_map>
#include <vector>

#include "sim/flow/adaptive_rate.h"
#include "sim/flow/message.h"

namespace spillway {

class Context;

/// The adaptive rates of a run, one for each call that has one, and the attempts that wait for
/// their turn, first come, first served.
///
///   attempt ──► a token? ──► sets out ──► answered: how tells the rate
///                  │ no          ▲
///                  ▼             │ its token has come
///                waits ──────────┘
///
/// Who is first in line has a clock, which is set anew when the rate changes. A frame waits for one
/// attempt at a time, and stays where it is meanwhile: it names the attempt.
/// Cost: a look-up in a hash table for each attempt of such a call.
class Paces {
 public:
  /// Adds one; returns its place. The first is 1: 0 is none.
  std::uint16_t add(const AdaptiveRateRules& rules);
  bool none() const { return paces_.size() == 1; }
  void restart();

  /// Whether what the frame's attempt sends may set out now. If not, `caller` is told by Resend
  /// when its turn has come.
  bool admit(std::uint16_t number, Handle frame, Handle sent, Address caller, Context& context);

  /// Whether the frame's attempt waits for its turn.
  bool waits(Handle frame) const {
    const auto found = attempts_.find(frame);
    return found != attempts_.end() && found->second.waits;
  }
  /// Its turn has come: it takes its token.
  void sets_out(Handle frame, Context& context);

  /// The frame's attempt has ended, or has waited in vain. `stayed`: another guard has refused it,
  /// so that it says nothing of the callee. Returns whether it still waited. No pace was asked
  /// about what a frame waits for that none knows.
  bool ended(Handle frame, Outcome outcome, bool stayed, Context& context);

  /// The frame is given up, and with it the attempt that it waits for.
  void given_up(Handle frame, Context& context);

 private:
  struct Waiting {
    Handle frame;
    Handle sent;
    Address caller;
  };
  struct Pace {
    AdaptiveRate rate;
    std::deque<Waiting> line;
    Timer timer = 0;  ///< of the first in line
  };
  struct Attempt {
    std::uint16_t pace;
    bool waits;
  };
  void expect_turn(Pace& pace, Context& context);
  void leave(Pace& pace, Handle frame, Context& context);

  std::vector<Pace> paces_ = std::vector<Pace>(1);
  std::unordered_map<Handle, Attempt> attempts_;  ///< by frame, until it ends
};

}  // namespace spillway
