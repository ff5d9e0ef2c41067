#pragma once

#include <optional>

#include "sim/flow/price.h"
#include "sim/flow/scale_declaration.h"
#include "sim/flow/steps/declaration.h"
#include "sim/language/field.h"
#include "sim/language/pack.h"
#include "sim/language/quantity.h"
#include "sim/language/zone_name.h"
#include "sim/model/service/balancing.h"
#include "sim/model/service/discipline.h"
#include "sim/model/service/protection_declaration.h"
#include "sim/model/service/rate_limit_declaration.h"

namespace spillway {

/// A synchronous service: instances x concurrency slots behind a bounded accept queue.
struct ServiceParameters {
  Count instances = 1;
  Count concurrency = 1;
  std::optional<Count> cores;
  Limit accept_queue = kUnlimited;
  Holds holds = Holds::slot;
  std::optional<Balancing> balancing;
  std::optional<EjectionParameters> ejection;
  std::optional<ScaleParameters> scale;
  Discipline discipline = Discipline::fifo;
  std::optional<Duration> lifo_after;
  std::optional<CodelParameters> codel;
  std::optional<RateLimitParameters> rate_limit;
  std::optional<ConcurrencyLimitParameters> concurrency_limit;
  bool cancel = false;
  std::optional<HandlerPrice> price;
  Program does;
  std::optional<ZoneName> zone;

  static constexpr auto fields() {
    return Pack{
        Field{&ServiceParameters::instances, "instances", "How many instances run", Bounds{1, 1e5}},
        Field{&ServiceParameters::concurrency, "concurrency", "Slots of each instance",
              Bounds{1, 1e6}},
        Field{&ServiceParameters::cores, "cores",
              "Cores of each instance, which work with `cpu: true` shares; without balancing all "
              "instances share theirs as one",
              Bounds{1, 1e5}},
        Field{&ServiceParameters::accept_queue, "accept_queue",
              "Requests that may wait for a slot, per instance; one more is refused at once "
              "(unavailable). With balancing at each instance, else all together",
              Bounds{0, 1e9}},
        Field{&ServiceParameters::holds, "holds",
              "Whether a handler keeps its slot while it waits for a downstream (a thread), or "
              "not (an event loop)"},
        Field{
            &ServiceParameters::balancing, "balancing",
            "Each instance has a line of its own, and a balancer chooses who takes a request: one "
            "after the other, any, the one with the fewest requests inside, or of two at random "
            "the one with fewer; default: all draw from one line"},
        Field{&ServiceParameters::ejection, "ejection",
              "Of balancing: an instance that fails again and again gets no requests for a while"},
        Field{&ServiceParameters::scale, "scale",
              "Its instances come and go with its utilization, or by a schedule; there are "
              "`instances` of them at first. Default: always as many"},
        Field{&ServiceParameters::discipline, "discipline",
              "Who is served next: the first in line, the last, the last while the line does not "
              "get empty, the most urgent by the `priority` of its call; or all at once, who share "
              "the slots equally"},
        Field{&ServiceParameters::lifo_after, "lifo_after",
              "Of adaptive_lifo: the last is next when the line has not been empty for so long; "
              "default: 100ms",
              kPositive},
        Field{&ServiceParameters::codel, "codel",
              "What is dropped from the line (unavailable) that has waited too long"},
        Field{&ServiceParameters::rate_limit, "rate_limit",
              "How many requests are let in, all instances together; one more is refused at once "
              "(unavailable) and takes no place in the accept queue"},
        Field{&ServiceParameters::concurrency_limit, "concurrency_limit",
              "How many requests may be inside, all instances together, or with balancing at each, "
              "found out by trying; one more is refused at once (unavailable)"},
        Field{&ServiceParameters::cancel, "cancel",
              "Every caller that stops waiting says so, as one with `cancel` does: its request is "
              "taken out of the accept queue, or of its slot"},
        Field{&ServiceParameters::price, "price",
              "What its instances, slots and requests cost; default: what `price` says of all"},
        Field{&ServiceParameters::does, "does", "What each request does", kAtLeastZero,
              Need::required},
        Field{&ServiceParameters::zone, "zone",
              "The zone that it is in: see `zones`, and faults of a zone"},
    };
  }
};

}  // namespace spillway
