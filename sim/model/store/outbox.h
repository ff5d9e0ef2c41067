#pragma once

#include <cstddef>
#include <vector>

#include "sim/flow/message.h"
#include "sim/kernel/time.h"

namespace spillway {

/// Events that writes have left in their transaction, and the relay that sends them on:
///
///   write ──commit──► waiting ──look──► batch ──send──► queue, topic or log
///                        ▲                │ ▲              │
///                        └── unconfirmed ─┘ └── confirm ───┘
///                                         └──► marked when all are answered: gone
///
/// The relay looks every `poll`, counted from the end of the pass before, and again at once after a
/// full batch. What is sent and not marked when the store goes down is sent once more.
struct Outbox {
  struct Wiring {
    std::uint32_t pc = 0;  ///< behind the step whose exchange sends an event on
    Time poll = 0;
    std::size_t batch = 1;
  };

  explicit Outbox(Wiring says) : wiring(says) {}

  void begin() { *this = Outbox(wiring); }

  Wiring wiring;
  MessageLine again;          ///< sent before, and not confirmed: these go first
  MessageLine waiting;        ///< in the order of their commits
  std::vector<Handle> batch;  ///< of the pass under way
  std::size_t unanswered = 0;
  Time looked_at = 0;      ///< end of the last pass
  bool looks_out = false;  ///< the next look is scheduled
};

}  // namespace spillway
