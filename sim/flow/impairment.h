#pragma once

#include <cstdint>

#include "sim/kernel/time.h"

namespace spillway {

/// What a fault does to what it hits.
enum class FaultKind : std::uint8_t {
  outage,    ///< it refuses at once
  hang,      ///< it takes requests and begins nothing
  crash,     ///< it loses what is in memory, and refuses until it is back
  slow,      ///< what it does takes longer
  errors,    ///< a share of what it does fails
  capacity,  ///< it has fewer slots
  pause,     ///< its work stands still
  restart,   ///< its instances end and are back, together or one after the other
  set,       ///< it has another number of instances

  // What operators do to a queue, over at once or when all is moved.
  purge,    ///< what is ready is dropped
  redrive,  ///< what is ready is moved back

  // Of edges: see ailing_hop.h.
  loss,       ///< a share of what sets out in one direction does not arrive
  latency,    ///< what sets out takes longer, in both directions
  partition,  ///< nothing arrives, in both directions

  // Declared by no scenario: a broker tells what is on it.
  failover,   ///< nobody leads it for a while
  waiting,    ///< of a partition: its leader waits for a replica that is gone
  too_few,    ///< of a partition: fewer replicas are in sync than it wants
  overtaken,  ///< of a partition: who leads it now has nothing that came after `since`
};
inline constexpr std::uint32_t kFaultKinds = 14;     ///< that a scenario declares
inline constexpr std::uint32_t kEdgeFaultKinds = 3;  ///< of these, the last

/// A fault, compiled: what it does while it lasts.
struct Impairment {
  FaultKind kind = FaultKind::outage;
  bool disconnects = false;     ///< of an outage of a queue: its connections close
  bool loses_work = false;      ///< of a crash: requests inside are lost and not begun anew
  bool draws_anew = false;      ///< of a crash: they are begun anew with other drawn times
  bool keeps_work = false;      ///< of a crash: they go on where they stood
  std::uint32_t target = 0;     ///< address of the component that it hits
  double times = 1;             ///< of slow and capacity
  std::int64_t threshold = 0;   ///< of errors: of 2^53
  std::uint32_t site = 0;       ///< of errors; of a crash of instances: where a handler was
  Time since = 0;               ///< of overtaken
  std::uint32_t moves_to = 0;   ///< of a redrive: address of the queue
  Time pause = 0;               ///< of a redrive: from one message to the next; 0 = all at once
  std::uint32_t instances = 0;  ///< the first so many are struck; 0 = all
  std::uint32_t nodes = 0;      ///< of a broker's crash: how many of its nodes; 0 = all
};

}  // namespace spillway
