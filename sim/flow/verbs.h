#pragma once

#include "sim/flow/address.h"

namespace spillway {

// All that components say to each other. A component accepts a verb by having `on(Verb, …)`; who
// is sent a verb that it does not accept is a bug, found when the scenario is wired.

struct Offer {};     ///< here is a message or a request: take it
struct Credit {};    ///< a consumer can take one message more
struct Settle {};    ///< a delivery is acknowledged or given back; all work of a root is done
struct Reply {};     ///< the answer to a call, the confirmation of a send
struct Expired {};   ///< a timeout has run out
struct Done {};      ///< work or waiting of a handler has ended
struct Tick {};      ///< a source fires; the first of those who share processors is done
struct Impair {};    ///< a fault begins or ends
struct Cancel {};    ///< nobody waits for this request any more: take it out
struct Resend {};    ///< the pause before another attempt is over
struct Lost {};      ///< an answer was lost on its way: it was for nobody
struct Extend {};    ///< a consumer still works on a delivery: keep its message hidden
struct Scale {};     ///< so many instances are wanted; to a queue: a taker of its comes or goes
struct Overdue {};   ///< whoever waits for this request has waited for too long, and waits no more
struct Probe {};     ///< a health check: are you well?
struct Together {};  ///< to a log: here are records that came as one, each with the next: take them

using Verbs = List<Offer, Credit, Settle, Reply, Expired, Done, Tick, Impair, Cancel, Resend, Lost,
                   Extend, Scale, Overdue, Probe, Together>;

/// The address `component` with a verb: what an event or a Next carries.
template <class Verb>
constexpr Address say(Address component) {
  static_assert(index_in<Verb>(Verbs{}) < 1u << kVerbBits);
  return component | index_in<Verb>(Verbs{}) << kIndexBits;
}

/// Whether an address says this verb.
template <class Verb>
constexpr bool says(Address address) {
  return (key_of(address) & ((1u << kVerbBits) - 1)) == index_in<Verb>(Verbs{});
}

}  // namespace spillway
