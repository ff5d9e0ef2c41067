#pragma once

#include <cstdint>

#include "sim/kernel/event_set.h"
#include "sim/kernel/hash.h"
#include "sim/kernel/time.h"

namespace spillway {

/// One instruction of a compiled handler. Handlers are flat: `choose` jumps.
struct Step {
  std::uint8_t op = 0;         ///< 0 ends the handler; else the step's place in `Steps`, plus 1
  std::uint32_t argument = 0;  ///< a site, or the place in the step's own table of details
};

inline constexpr std::uint8_t kEnd = 0;

/// What a step answers.
enum class Flow : std::uint8_t {
  go_on,       ///< done: the next step follows
  wait,        ///< something was started: `resume` follows
  needs_slot,  ///< can't begin: the handler gave its slot away and must have one first
  held,        ///< can't begin: its component hangs
  failed,      ///< the handler fails here
};

/// A `call` or `send`, compiled: what is sent where, and what happens when it fails.
struct Exchange {
  /// What is waited for: the answer to a request, the confirmation of a message, or the answer of
  /// a store.
  enum class Kind : std::uint8_t { call, send, access };

  std::uint32_t to = 0;  ///< address of the callee or queue, saying Offer
  std::uint32_t edge = 0;
  std::uint32_t lane = 0;  ///< of the edge: tells paths apart
  bool holds = true;       ///< the slot is kept while waiting
  bool confirm = true;     ///< of a send: wait for the confirmation
  Kind kind = Kind::call;
  bool complains = false;    ///< its callee hears of each request that is not answered in time
  std::uint32_t access = 0;  ///< of a request to a store: what it asks for

  bool cancels = false;         ///< a request that is given up is taken out where it is
  bool limited = false;         ///< there is a timeout or a deadline
  bool travels = false;         ///< the deadline goes with the request
  std::uint8_t retry_when = 0;  ///< of outcomes, a bit each: which are tried again
  std::uint16_t attempts = 1;   ///< the first included
  std::uint16_t breaker = 0;    ///< that lets attempts pass or not; 0 = none
  std::uint16_t pool = 0;       ///< that an attempt has a connection from; 0 = it needs none
  std::uint16_t hedge = 0;  ///< by which it is sent once more while it is not answered; 0 = none
  std::uint16_t retry_limit = 0;  ///< beside its budget; 0 = none
  std::uint16_t pace = 0;         ///< at which attempts may set out; 0 = any
  std::uint16_t failover = 0;     ///< by which each attempt goes to who is healthy; 0 = none
  Time timeout = kNever;          ///< of each attempt
  Time deadline = kNever;         ///< of all attempts
  LaneId timer_lane = 0;  ///< of a timeout that is always the same, or of the deadline alone
  std::uint32_t timeout_site = kNoSite;  ///< of a drawn timeout
  std::uint32_t retry = 0;               ///< how it is tried again: place among the retries
  std::uint32_t fallback = 0;  ///< where the handler goes on after a failure; 0 = it fails
  std::uint32_t repeat = 0;    ///< how many steps of the handler came before on this edge
  std::uint32_t envelope = 0;  ///< of a send: what it says of its messages
  bool passes = false;         ///< of a send: the message is on its way to a call on this edge
  bool ordinary = false;       ///< a call with a fixed timeout or none, and nothing that it has to
                               ///< ask or tell before it is made: see `open_ordinary`
  std::uint32_t lane_before = 0;  ///< of who made the last ordinary call: most make the same
  std::uint32_t lane_after = 0;   ///< and where it led to over the edge

  static constexpr std::uint32_t kNoSite = ~std::uint32_t{0};

  /// Whether somebody has to hear of an attempt before it sets out, and when it has ended.
  bool guarded() const { return (breaker | pool | hedge | retry_limit | pace) != 0; }

  /// Whether a message may travel as its own request: nothing is done about failures.
  bool plain() const {
    return !limited && attempts == 1 && fallback == 0 && failover == 0 && !guarded();
  }
};

/// What tells repeated steps apart: more than any attempt, so that neither is taken for the other.
inline constexpr std::uint32_t kRepeats = 1u << 16;

/// The lane of what a handler on `lane` sends. One that is on its way to a call has the edge mixed
/// in there, and so comes to the lane that a direct call would have had.
[[gnu::always_inline]] constexpr std::uint32_t lane_over(const Exchange& exchange,
                                                         std::uint32_t lane) {
  if (exchange.repeat != 0) lane = mix32(lane, kRepeats + exchange.repeat);
  return exchange.passes ? lane : mix32(lane, exchange.lane);
}

/// A `choose`, compiled: way i is taken when the drawn number is below its threshold.
struct Branching {
  std::uint32_t site = 0;
  std::uint32_t first = 0;  ///< of its thresholds and targets
  std::uint32_t count = 0;
};

/// A `fail`, compiled.
struct Failure {
  std::uint32_t site = 0;
  std::int64_t threshold = 0;  ///< of 2^53; with a column: -1
  bool crashes = false;        ///< the handler ends without a word
};

}  // namespace spillway
