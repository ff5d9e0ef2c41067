#pragma once

#include <cassert>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/flow/access.h"
#include "sim/flow/ailing_hop.h"
#include "sim/flow/attribute_table.h"
#include "sim/flow/breakers.h"
#include "sim/flow/cache.h"
#include "sim/flow/connection_pools.h"
#include "sim/flow/conversations.h"
#include "sim/flow/edge.h"
#include "sim/flow/envelope.h"
#include "sim/flow/failovers.h"
#include "sim/flow/forks.h"
#include "sim/flow/hedges.h"
#include "sim/flow/identities.h"
#include "sim/flow/impairment.h"
#include "sim/flow/look_aside.h"
#include "sim/flow/message.h"
#include "sim/flow/paces.h"
#include "sim/flow/rescues.h"
#include "sim/flow/retry.h"
#include "sim/flow/retry_limits.h"
#include "sim/flow/step.h"
#include "sim/flow/timeline.h"
#include "sim/flow/trace.h"
#include "sim/flow/verbs.h"
#include "sim/kernel/event_set.h"
#include "sim/kernel/hash.h"
#include "sim/kernel/ring.h"
#include "sim/kernel/site.h"
#include "sim/kernel/slab.h"

namespace spillway {

/// Thrown when a run has more messages alive at once than it may: the run ends there and is void.
struct OutOfMessages {};

/// All that the components of one run share: clock, messages, random numbers, handlers, edges.
/// Concrete, so that a test drives one component alone and looks at what it says.
class Context {
 public:
  Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context();

  EventSet events;
  Slab<Message> messages;
  Timeline timeline;
  std::vector<Site> sites;
  std::vector<Edge> edges;
  Tracer* tracer = nullptr;
  bool has_guards = false;  ///< some exchange is guarded

  // Compiled handlers.
  std::vector<Step> code{Step{}};
  std::vector<Exchange> exchanges;
  std::vector<Retry> retries{Retry{}};
  Breakers breakers;
  ConnectionPools connections;
  Hedges hedges;
  RetryLimits retry_limits;
  Paces paces;
  Failovers failovers;
  std::vector<Envelope> envelopes{Envelope{}};
  std::vector<Branching> branchings;
  std::vector<std::int64_t> thresholds;  ///< of branchings, cumulative, of 2^53
  std::vector<std::uint32_t> targets;    ///< of branchings
  std::vector<Failure> failures;
  Rescues rescues;
  std::vector<Forking> forkings;
  std::vector<std::uint32_t> branch_starts;  ///< of forkings
  std::vector<Impairment> impairments;
  std::vector<Access> accesses;  ///< of exchanges with stores
  std::vector<PopularKeys> popular_keys;
  std::vector<Cache> caches;
  std::vector<LookAside> look_asides;
  std::vector<AilingHop> ailing_hops;  ///< directions of edges that faults may strike
  std::vector<HopFault> hop_faults;

  /// Things on their way that no message stands for, as what a leader tells its followers. A run
  /// drains until there are none.
  std::uint64_t under_way = 0;

  Identities identities;
  Forks forks;                  ///< handlers that have branched
  std::vector<Asking> askings;  ///< of exchanges by messages
  Conversations conversations;
  Address replies = 0;  ///< who takes replies in

  std::vector<AttributeTable> attributes;  ///< by producer; empty: no producer declares any
  std::vector<std::string> types{""};      ///< of messages, of all producers; the first is none

  Time now() const { return events.now(); }

  /// Says one thing more, after what the handler returns. First in, first out.
  void post(Next next) {
    if (!first_post_) {
      first_post_ = next;
    } else {
      posts_.push_back(next);
    }
  }

  /// Takes what was posted first; nothing when there is nothing.
  Next take_post() {
    const Next next = first_post_;
    if (!next) return next;
    first_post_ = {};
    if (!posts_.empty()) [[unlikely]] {
      first_post_ = posts_.front();
      posts_.pop_front();
    }
    return next;
  }

  /// The address of the producer that all this is done for, said to or not.
  Address producer_of(const Message& message) const {
    if ((message.flags & flag::kDetached) != 0) return message.outstanding;
    return messages[message.root].reply_to;
  }

  /// What a request asks of the store that it has come to: its program counter names its exchange.
  const Access& access_of(const Message& request) const {
    return accesses[exchanges[request.pc].access];
  }

  /// Draws the value of a site for this message: the same for the same message, attempt and path.
  [[gnu::always_inline]] std::int64_t draw(std::uint32_t site, const Message& message) {
    return sites[site].at(message.ordinal, lane_of_draws(message));
  }

  /// Sends `next` over a hop. Returns it when it arrives at once, nothing when it is on its way.
  [[gnu::always_inline]] Next travel(const Hop& hop, Next next, Phase phase,
                                     const Message& message) {
    if (hop.kind == Hop::Kind::none) return next;
    if (hop.kind != Hop::Kind::fixed) return depart(hop, next, phase, message);
    const PipeId pipe = phase == Phase::kArrival ? hop.arrivals : hop.completions;
    events.push_pipe_in_order(pipe, now() + hop.delay, phase, next);
    return {};
  }

  /// How long a message takes over a hop.
  Time delay(const Hop& hop, const Message& message) {
    return hop.kind == Hop::Kind::drawn ? draw(hop.site, message) : hop.delay;
  }

  /// Takes a place for a message. Errors: OutOfMessages when the limit is reached.
  [[gnu::always_inline]] Handle take() {
    const Handle handle = messages.take();
    if (handle == 0) [[unlikely]]
      out_of_messages();
    return handle;
  }

  /// Makes a message with nothing in it. Errors: OutOfMessages when the limit is reached.
  [[gnu::always_inline]] Handle make() {
    const Handle handle = messages.make();
    if (handle == 0) [[unlikely]]
      out_of_messages();
    return handle;
  }

  /// Takes a new message that is part of the work done for `parent`'s root: a request, a message,
  /// a delivery or a receipt.
  [[gnu::always_inline]] Handle spawn(Handle parent) {
    const Handle handle = make();
    const Message& from = messages[parent];
    Message& message = messages[handle];
    message.deadline = kNever;
    message.since = now();
    message.root = from.root;
    message.parent = parent;
    message.ordinal = from.ordinal;
    message.lane = from.lane;
    message.segment = from.segment;
    message.flags = from.flags & flag::kDetached;
    if ((from.flags & flag::kDetached) == 0) {
      ++messages[from.root].outstanding;
    } else {
      message.outstanding = from.outstanding;
    }
    return handle;
  }

  /// Gives a message back that nobody needs any more, and closes its root when it was the last of
  /// its work.
  [[gnu::always_inline]] void release(Handle handle) {
    const Message& message = messages[handle];
    const Handle root = message.root;
    const bool part = (message.flags & flag::kDetached) == 0;
    // A root's own place is given back when all its work is done.
    if (root != handle || !part) messages.give(handle);
    if (part) part_done(root);
  }

  /// Says that something done for this message's root has failed for good.
  void fail_root(const Message& message) {
    if ((message.flags & flag::kDetached) == 0) messages[message.root].flags |= flag::kFailed;
  }

  /// Takes a message out of its root's work, and makes it live on by itself (in a dead-letter
  /// queue). Returns the message that lives on: another one where it was its own root, because
  /// what is left of the root's work still names that.
  Handle detach(Handle handle);

  /// Leaves a place to the event that still names it, and closes its part of the root's work. Whom
  /// the event reaches gives the place back (`unearth`).
  void bury(Handle handle);
  void unearth(Handle handle) {
    messages.give(handle);
    --tombstones_;
  }

  /// Messages, requests and deliveries that are somewhere.
  std::size_t alive() const { return messages.live() - tombstones_; }

  /// What a frame waits for has another place now.
  void replace_awaited(Handle frame, Handle from, Handle to) {
    if (messages[frame].next == from) {
      messages[frame].next = to;
    } else if (has_guards) {
      hedges.replace(frame, from, to);
    }
  }

  /// Moves a frame to another place, which lives on in its stead, and buries this one.
  Handle move_away(Handle handle);

  /// The producer's handler has ended: what is left of the root is its asynchronous work.
  void answered(Handle root);

  void see(Moment moment, Address component, const Message& message) {
    if (tracer != nullptr) [[unlikely]]
      tracer->see(moment, now(), component, message);
  }

  /// Empties clock, messages and posts, and readies every site for a replication.
  void restart(std::uint64_t seed, std::uint32_t replication);

 private:
  [[noreturn]] static void out_of_messages();
  Next depart(const Hop& hop, Next next, Phase phase, const Message& message);
  Next depart_ailing(const AilingHop& hop, Next next, Phase phase, const Message& message);
  void lose(const AilingHop& hop, Next next);
  void mark_lost(Message& waited_for);
  void part_done(Handle root) {
    Message& message = messages[root];
    assert(message.outstanding > 0);
    if (--message.outstanding == 0) post({say<Settle>(message.reply_to), root});
  }

  Next first_post_;   ///< mostly there is one at most: it stays out of the ring
  Ring<Next> posts_;  ///< what follows it
  std::size_t tombstones_ = 0;
};

}  // namespace spillway
