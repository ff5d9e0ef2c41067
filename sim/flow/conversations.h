#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "sim/flow/address.h"
#include "sim/kernel/slab.h"
#include "sim/kernel/time.h"
#include "sim/kernel/timer.h"

// Answers that come as messages of their own: who asked is found again by what the message is.
//
//   frame ──► ticket ──► conversation ◄── reply, of whoever handled the message
//     ▲                       │
//     └────── as an answer ◄──┘  once the message is confirmed and enough replies have come
//
// A reply goes to the broker and from there to who has asked: a private reply queue, which keeps
// nothing. Or it is a message to a queue that has a name, and is delivered from that as others are.
//
// A message's lane tells its path, and with its ordinal names it: that is its correlation. A reply
// to a conversation that has ended is late.

namespace spillway {

class Context;
struct Exchange;
struct Message;
struct Self;

/// The correlation of what is sent: its ordinal, and its lane as its receiver's frame has it.
using Correlation = std::uint64_t;

/// A frame that has asked something and waits for replies; then what is known of it until the last
/// of them has come.
struct Conversation {
  Handle frame = 0;        ///< that waits; 0 = it waits no more
  Handle ticket = 0;       ///< what it waits for, as for a receipt
  Address owner = 0;       ///< the frame's component, saying Reply
  std::uint32_t edge = 0;  ///< that was asked by
  std::uint32_t asking = 0;
  std::uint32_t needed = 1;
  std::uint32_t came = 0;
  Timer collecting = 0;           ///< until when replies are collected; 0 = until enough have come
  bool job = false;               ///< it is asked after, and not replied to
  bool refused = false;           ///< of a job: it has failed; else: nothing has come in time
  std::vector<Correlation> keys;  ///< that it is found by
};

/// How a reply comes to a reply queue that has a name, from one of those who handle requests.
struct ReplyRoute {
  std::uint32_t delivery = 0;  ///< the edge that its message came by
  std::uint32_t edge = 0;      ///< from there to the reply queue
};

/// Of `request`, `gather` or `submit`: how the conversation goes, compiled.
struct Asking {
  Address by = 0;                    ///< who takes replies in, or asks after a job
  std::uint32_t needed = 1;          ///< replies
  std::vector<std::uint32_t> lanes;  ///< of the subscriptions whose copies are answered; or none
  Time until = kNever;               ///< so long replies are collected
  Time every = 0;                    ///< of a job: pause between questions
  Time limit = kNever;               ///< of a job: how long it is asked after
  Address reply_queue = 0;           ///< says Offer to it; 0 = private
  std::uint32_t envelope = 0;        ///< of replies there
  std::vector<ReplyRoute> routes;    ///< there
};

/// All conversations of a run. A number names one while it lives, from 1 on.
class Conversations {
 public:
  Conversation& operator[](std::uint32_t number) { return all_[number]; }

  /// Begins one that a frame waits in.
  std::uint32_t open(Handle frame);
  /// Makes it known by a correlation; one that was known by it before is so no more.
  void name(std::uint32_t number, Correlation key);
  /// Returns 0 when there is none.
  std::uint32_t find(Correlation key) const;
  /// The one that a frame waits in; 0 = none.
  std::uint32_t of(Handle frame) const;
  /// Its frame waits no more; replies that still come are late.
  void leave(std::uint32_t number);
  /// A reply has come: it is not expected by this correlation any more.
  void answered(std::uint32_t number, Correlation key);
  void clear();

 private:
  void give_if_over(std::uint32_t number);

  std::vector<Conversation> all_{Conversation{}};
  std::vector<std::uint32_t> free_;
  std::unordered_map<Correlation, std::uint32_t> by_key_;  ///< only looked up: its order is nothing
  std::unordered_map<Handle, std::uint32_t> by_frame_;
};

}  // namespace spillway
