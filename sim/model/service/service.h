#pragma once

#include "sim/flow/handler.h"
#include "sim/model/service/declaration.h"
#include "sim/model/service/metrics.h"

namespace spillway {

/// Answers requests: instances x concurrency slots behind one bounded accept queue.
///
///   request ──► slot free? ──► handler ──► answer
///                  │ no           │ ▲
///                  ▼              ▼ │ gives its slot away while it waits for a
///              accept queue     downstream, when it holds nothing
///                  │ full
///                  ▼
///               refused at once (unavailable)
///
/// All instances draw from one line, first in first out: the textbook's M/M/c. A handler that gave
/// its slot away and has work again gets the next slot before requests that have not begun.
class Service {
 public:
  using Parameters = ServiceParameters;
  using Metrics = ServiceMetrics;

  struct Wiring {
    Address address = 0;
    std::uint32_t program = 0;
    std::uint64_t slots = 1;
    std::uint64_t room = 0;  ///< of the accept queue
  };

  explicit Service(Wiring wiring) : wiring_(wiring) {
    metrics_.slots = static_cast<double>(wiring.slots);
  }

  /// Claims a clock where one request is served at a time; once, before the first run.
  void claim(Context& context);
  void begin(Context& context, const Demand& demand);

  Next on(Offer, Handle request, Context& context);
  Next on(Done, Handle request, Context& context);
  Next on(Reply, Handle answer, Context& context);
  Next on(Credit, Handle request, Context& context);  ///< this waiting request has a slot now

  Metrics& metrics() { return metrics_; }
  const Metrics& metrics() const { return metrics_; }
  Address address() const { return wiring_.address; }
  /// Requests inside: waiting, in a slot, or waiting for a downstream.
  std::uint64_t inside() const { return inside_; }

 private:
  Next go(Progress progress, Handle request, Context& context);
  Next finish(Outcome outcome, Handle request, Context& context);
  void free_slot(Context& context);
  Progress start(Handle request, Context& context);
  Self self() const { return {wiring_.address, slot_}; }

  Wiring wiring_;
  SlotId slot_ = Self::kNoSlot;
  std::uint64_t busy_ = 0;
  std::uint64_t inside_ = 0;
  MessageLine waiting_;
  MessageLine resumed_;
  Metrics metrics_;
};

}  // namespace spillway
