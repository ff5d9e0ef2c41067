#pragma once

#include <cstdint>
#include <utility>

#include "sim/flow/address.h"
#include "sim/kernel/event_set.h"
#include "sim/kernel/hash.h"
#include "sim/kernel/slab.h"

namespace spillway {

/// How a request, a send or a handler ended.
enum class Outcome : std::uint8_t {
  ok,
  error,        ///< the handler failed
  unavailable,  ///< refused at once: accept queue full, queue full, not there
  timeout,      ///< not answered in time
  crashed,      ///< of a handler: it has died where it stood; nobody is told so
};

/// What lives in the slab: a message, a request, a delivery, a receipt. Each is also the frame of
/// the handler that works on it, so that an ordinary handler allocates nothing.
///
/// - root: born by a producer; frame of the producer's handler. Where that is one `call`, or one
///   `send` that waits for nothing, it is the request or the message itself.
/// - request: made by `call`; frame of the service's handler; parent = the calling frame.
/// - message: made by `send`; waits in a queue.
/// - delivery: made by a queue for each receive; frame of the consumer's handler; parent = the
///   message.
/// - receipt: made by a `send` that waits for its confirm; parent = the sending frame.
///
/// Cost: 64 bytes, one cache line.
struct alignas(64) Message {
  union {
    Time born = 0;  ///< of a root: when it was born; of a dead letter: when its age began
    Time deadline;  ///< of anything else: when whoever waits for it gives up; kNever
  };
  Time since = 0;     ///< when it came to where it is now
  Handle root = 0;    ///< the message at the producer that all this is done for
  Handle parent = 0;  ///< who waits for it or was copied; 0 = nobody any more
  Handle next = 0;    ///< the next in line; of a message in flight: its current delivery; of a
                      ///< frame that waits: the request or receipt that it waits for
  Timer timer = 0;    ///< of a message in flight: its visibility; of a frame: of what it waits for;
                      ///< of a request to a store: its lane, the same for each attempt
  Address reply_to = 0;           ///< whom to tell
  std::uint32_t ordinal = 0;      ///< the root's number at its producer: addresses random numbers
  std::uint32_t lane = 0;         ///< the path of edges it took: addresses random numbers
  std::uint32_t outstanding = 0;  ///< of a root: frames and messages that still live, itself
                                  ///< included; of a detached message: its producer's address
  std::uint32_t pc = 0;           ///< where its handler stands; of a message: its envelope
  std::uint32_t via = 0;      ///< the edge it came by; of a delivery: the taker at its queue; of a
                              ///< message in a queue: the number of its arrival there
  std::uint16_t segment = 0;  ///< of the timeline, that its root was born in: where it counts
  std::uint16_t attempt = 0;  ///< receives or attempts before this one: addresses random numbers
  std::uint16_t flags = 0;
  Outcome outcome = Outcome::ok;
  std::uint8_t slab_state = 0;
};
static_assert(sizeof(Message) == 64);

namespace flag {
inline constexpr std::uint16_t kAway = 1;      ///< gave its slot away while it waits; of a
                                               ///< message in a queue: it is delayed
inline constexpr std::uint16_t kReplied = 2;   ///< its caller has its answer already
inline constexpr std::uint16_t kFailed = 4;    ///< of a root: something done for it failed for good
inline constexpr std::uint16_t kDetached = 8;  ///< of a message: no longer part of its root's work
inline constexpr std::uint16_t kAnswered = 16;  ///< of a root: its producer's handler has ended
inline constexpr std::uint16_t kReleased = 32;  ///< and its service has taken the slot back; of a
                                                ///< message in a queue: a visibility hides it
inline constexpr std::uint16_t kMeasured = 64;  ///< of a request: its latency is recorded
inline constexpr std::uint16_t kInside = 128;   ///< of a frame: its service or consumer has it
inline constexpr std::uint16_t kInLine = 256;   ///< and it stands in a line there; of a
                                                ///< message that waits: with a clock on its age
inline constexpr std::uint16_t kCancelled =
    512;  ///< of a request: its caller has gone, and says so
inline constexpr std::uint16_t kTombstone = 1024;  ///< only an event still names this place
inline constexpr std::uint16_t kHurried = 2048;    ///< of a request: its deadline came with it
inline constexpr std::uint16_t kLost = 4096;   ///< of what a frame waits for: it will never arrive
inline constexpr std::uint16_t kAhead = 8192;  ///< of a delivery: acknowledged before its handler
inline constexpr std::uint16_t kHeld = 16384;  ///< of a frame with a slot: a hang keeps it in line,
                                               ///< or, out of line, its turn comes now
inline constexpr std::uint16_t kDelivery = 32768;  ///< handed to a consumer and not yet settled
}  // namespace flag

/// The lane that a message's random numbers lie on: each attempt has one of its own.
[[gnu::always_inline]] inline std::uint32_t lane_of_draws(const Message& message) {
  return message.attempt == 0 ? message.lane : mix32(message.lane, message.attempt);
}

/// A first-in-first-out line of messages, linked through Message::next.
class MessageLine {
 public:
  bool empty() const { return head_ == 0; }
  std::size_t size() const { return size_; }
  Handle front() const { return head_; }

  void push_back(Slab<Message>& messages, Handle handle) {
    messages[handle].next = 0;
    (head_ != 0 ? messages[tail_].next : head_) = handle;
    tail_ = handle;
    ++size_;
  }

  Handle pop_front(Slab<Message>& messages) {
    const Handle handle = head_;
    // Else whoever takes its frame's `next` over would name a stranger.
    head_ = std::exchange(messages[handle].next, 0);
    --size_;
    return handle;
  }

  void clear() { *this = {}; }

 private:
  Handle head_ = 0;
  Handle tail_ = 0;
  std::size_t size_ = 0;
};

}  // namespace spillway
