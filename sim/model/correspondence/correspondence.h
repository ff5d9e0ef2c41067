#pragma once

#include "sim/flow/asking.h"

namespace spillway {

/// Takes in what comes by messages of their own for frames that wait: confirms and replies of
/// `request` and `gather`, and the answers to questions after a job (`submit`).
///
///   consumer ──reply──► broker ──► conversation ──► frame
///
///   frame waits ──every──► question ──network──► done? ──network──► yes: the frame goes on
///                 ▲                                                 no ─┐
///                 └─────────────────────────────────────────────────────┘
///
/// There is one where somebody asks. Private reply queues keep nothing: what they take is handed
/// on. For reply queues that have a name there is one more for each queue and each who asks by it:
/// it takes from there what is a reply to that one's requests, and acknowledges it, late or not.
class Correspondence {
 public:
  struct Wiring {
    Address address = 0;
    Address queue = 0;       ///< says Settle to the reply queue that it takes from; 0 = private
    std::uint32_t edge = 0;  ///< from there
  };

  explicit Correspondence(Wiring wiring) : wiring_(wiring) {}

  void claim(Context&) {}
  void begin(Context&, const Demand&) {}

  Next on(Reply, Handle ticket, Context& context);    ///< the confirm of what was sent
  Next on(Expired, Handle ticket, Context& context);  ///< of a time to collect replies
  Next on(Lost, Handle frame, Context& context);      ///< what it sent, or the confirm, was lost
  Next on(Offer, Handle reply, Context& context);     ///< a reply is at the broker; of a reply
                                                      ///< queue: at who has asked
  Next on(Done, Handle reply, Context& context);      ///< and at who has asked
  Next on(Tick, Handle ticket, Context& context);     ///< a question after a job leaves
  Next on(Credit, Handle ticket, Context& context);   ///< and is there
  Next on(Settle, Handle ticket, Context& context);   ///< and answered

  Address address() const { return wiring_.address; }

 private:
  Next take_delivery(Handle delivery, Context& context);
  void ask_again(Handle ticket, Context& context);

  Wiring wiring_;
};

}  // namespace spillway
