#include <fmt/format.h>

#include <cmath>
#include <string>
#include <string_view>
#include <utility>

#include "sim/language/quantity_text.h"
#include "sim/scenario/reader.h"
#include "sim/scenario/validate.h"

namespace spillway {
namespace {

void refuse(Reader& reader, const Node& node, std::string_view key, std::string code,
            std::string message, std::string hint = "") {
  const Entry* entry = node.find(key);
  const Reader::Scope scope(reader, key);
  reader.error(std::move(code), entry == nullptr ? node.at : entry->value.at, std::move(message),
               std::move(hint));
}

}  // namespace

void validate(Reader& reader, const Node& node, const ServiceParameters& service) {
  if (service.lifo_after && service.discipline != Discipline::adaptive_lifo) {
    refuse(reader, node, "lifo_after", "wrong-place",
           "only discipline: adaptive_lifo changes to the last in line after some time");
  }
  if (service.ejection && !service.balancing) {
    refuse(reader, node, "ejection", "wrong-place",
           "all instances draw from one line: there is no balancer that could leave one out",
           "say how requests come to them: balancing: round_robin");
  }
  if (service.balancing && service.rate_limit && service.rate_limit->queue) {
    refuse(reader, node, "rate_limit", "wrong-place",
           "a leaky bucket that holds requests up and balancing do not go together in this version",
           "leave queue out: a token bucket refuses what is too much");
  }
  if (service.scale && service.discipline == Discipline::processor_sharing) {
    refuse(reader, node, "scale", "wrong-place",
           "a service that shares its processors does not scale in this version",
           "leave scale out, or say another discipline");
  }
  if (service.codel && service.discipline == Discipline::processor_sharing) {
    refuse(reader, node, "codel", "wrong-place",
           "nobody waits where all share the slots: there is no line to drop from");
  }
  if (service.codel && service.discipline == Discipline::priority) {
    refuse(reader, node, "codel", "wrong-place",
           "the wait of the most urgent says nothing of the line's: there is no CoDel by priority",
           "say an accept_queue: who is less urgent makes room when it is full");
  }
}

void validate(Reader& reader, const Node& node, const ConcurrencyLimitParameters& limit) {
  if (limit.least > limit.most || limit.initial < limit.least || limit.initial > limit.most) {
    refuse(reader, node, "initial", "out-of-range",
           fmt::format("expected least, initial and most in this order; found {}, {} and {}",
                       limit.least, limit.initial, limit.most));
  }
  const auto only_of = [&](ConcurrencyLimit::Kind kind, std::string_view key, bool there) {
    if (!there || limit.kind == kind) return;
    const auto& names = Choices<ConcurrencyLimit::Kind>::names;
    refuse(reader, node, key, "wrong-place",
           fmt::format("only {} has a {}, and this is {}", names.at(static_cast<std::size_t>(kind)),
                       key, names.at(static_cast<std::size_t>(limit.kind))));
  };
  only_of(ConcurrencyLimit::Kind::aimd, "latency", limit.latency.has_value());
  only_of(ConcurrencyLimit::Kind::aimd, "backoff", limit.backoff.has_value());
  only_of(ConcurrencyLimit::Kind::gradient, "tolerance", limit.tolerance.has_value());
  only_of(ConcurrencyLimit::Kind::gradient, "smoothing", limit.smoothing.has_value());
  only_of(ConcurrencyLimit::Kind::gradient, "queue", limit.queue.has_value());
}

void validate(Reader& reader, const Node& node, const EjectionParameters& ejection) {
  if (ejection.longest.ns >= ejection.lasts.ns) return;
  refuse(reader, node, "longest", "out-of-range",
         fmt::format("expected at least the {} of the first ejection; found {}",
                     print_quantity(to_seconds(ejection.lasts.ns), "s"),
                     print_quantity(to_seconds(ejection.longest.ns), "s")));
}

void validate(Reader& reader, const Node& node, const RateLimitParameters& limit) {
  if (limit.queue && (limit.burst || limit.window)) {
    return refuse(reader, node, "queue", "wrong-place",
                  "a queue is of a leaky bucket: it lets no burst pass, and has no windows",
                  "leave out queue, or burst and window");
  }
  if (!limit.window) return;
  if (limit.burst) {
    return refuse(reader, node, "window", "wrong-place",
                  "a burst is of a token bucket, and this has fixed windows",
                  "leave out burst or window");
  }
  const double most = limit.in_window();
  if (std::abs(most - std::nearbyint(most)) < 1e-6 && most > 0.5) return;
  refuse(reader, node, "window", "out-of-range",
         fmt::format("expected a window in which a whole number may pass; found {} in each",
                     print_number(most)),
         "such as rate: 200/s, window: 1s");
}

}  // namespace spillway
