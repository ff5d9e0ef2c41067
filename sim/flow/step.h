#pragma once

#include <cstdint>

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
  failed,      ///< the handler fails here
};

/// A `call` or `send`, compiled.
struct Exchange {
  std::uint32_t to = 0;  ///< address of the callee or queue, saying Offer
  std::uint32_t edge = 0;
  std::uint32_t lane = 0;  ///< mixed into the message's lane: tells paths apart
  bool holds = true;       ///< the slot is kept while waiting
  bool confirm = true;     ///< of a send: wait for the confirmation
};

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
};

}  // namespace spillway
