#pragma once

#include <cstdint>

#include "sim/flow/address.h"
#include "sim/flow/message.h"

namespace spillway {

/// What can be seen of a message's journey.
enum class Moment : std::uint8_t {
  born,       ///< at its producer
  answered,   ///< its producer has the good answer
  failed,     ///< its producer has learnt that there will be none
  completed,  ///< all work it caused is done, after its answer
  arrived,    ///< at a service or a queue
  refused,    ///< there was no room
  started,    ///< a handler begins
  ended,      ///< a handler ends
  delivered,  ///< a queue hands it to a consumer
  returned,   ///< back to ready: negative acknowledgement or visibility timeout
  acknowledged,
  dead_lettered,
  redriven,  ///< moved back from the dead letters
  dropped,
  expired,       ///< waited as long as it may
  filtered,      ///< a subscription does not want it
  deduplicated,  ///< a queue knows it already
  lost,          ///< nobody could take it, or its broker has lost it
  vanished,      ///< a fault lost it on its way over the network
};

/// Watches messages. Costs a null test where nobody watches.
class Tracer {
 public:
  virtual ~Tracer() = default;
  virtual void see(Moment moment, Time now, Address component, const Message& message) = 0;
};

}  // namespace spillway
