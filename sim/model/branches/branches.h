#pragma once

#include "sim/flow/handler.h"
#include "sim/flow/impairments.h"

namespace spillway {

/// Runs the branches of one component's handlers (`parallel`).
///
///   fork ──► branch ──► handler's steps ──► ended ──► the frame goes on, once enough have ended
///
/// A branch is a frame of its own: it draws what its handler would have drawn, is no request and no
/// delivery, and has no slot: its handler's slot is kept while one of them works.
///
/// Faults are those of the component: a hang lets a branch begin no work until it ends, a slow
/// component works longer there too, and a crash ends branches that nobody waits for any more;
/// those that are waited for go with their handler.
class Branches {
 public:
  struct Wiring {
    Address address = 0;
  };

  explicit Branches(Wiring wiring) : wiring_(wiring) {}

  void claim(Context&) {}
  void begin(Context&, const Demand&) { held_.clear(); }

  Next on(Credit, Handle branch, Context& context);  ///< begin, or go on after a hang
  Next on(Done, Handle branch, Context& context);
  Next on(Reply, Handle answer, Context& context);
  Next on(Expired, Handle branch, Context& context);
  Next on(Resend, Handle sent, Context& context);
  Next on(Impair, std::uint32_t change, Context& context);

  Address address() const { return wiring_.address; }

 private:
  Self self_of(Handle branch, Context& context) const;
  Next go(Progress progress, Handle branch, Context& context);

  Wiring wiring_;
  MessageLine held_;  ///< by a hang
};

}  // namespace spillway
