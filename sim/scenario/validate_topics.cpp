#include <fmt/format.h>

#include <string_view>

#include "sim/scenario/reader.h"
#include "sim/scenario/validate.h"

namespace spillway {
namespace {

/// Where the value of a key stands; the map itself when the key isn't there.
const Location& place_of(const Node& map, std::string_view key) {
  const Entry* entry = map.find(key);
  return entry == nullptr ? map.at : entry->value.at;
}

}  // namespace

void validate(Reader& reader, const Node& node, const FilterParameters& filter) {
  if (filter.type || filter.key) return;
  reader.error("missing-key", node.at, "the filter says nothing",
               "type: placed lets only that type through, key: 0..99 only these keys");
}

void validate(Reader& reader, const Node& node, const GrowingRetriesParameters& grows) {
  if (grows.from <= grows.to) return;
  const Reader::Scope scope(reader, "to");
  reader.error("out-of-range", place_of(node, "to"),
               fmt::format("expected a duration of at least the first pause's {}; found {}",
                           print(grows.from), print(grows.to)));
}

void validate(Reader& reader, const Node& node, const SubscriptionRetryParameters& retry) {
  if (retry.schedule) {
    for (const std::string_view phase : {"immediate", "pre_backoff", "backoff", "post_backoff"}) {
      if (node.find(phase) == nullptr) continue;
      const Reader::Scope scope(reader, phase);
      reader.error("wrong-place", place_of(node, phase),
                   fmt::format("a schedule says all pauses: {} has no place beside it", phase),
                   "keep the schedule or the phases");
    }
  }
  const bool says_when = retry.schedule || retry.immediate > 0 || retry.pre_backoff ||
                         retry.backoff || retry.post_backoff;
  for (const std::string_view limit : {"attempts", "within"}) {
    if (says_when || node.find(limit) == nullptr) continue;
    const Reader::Scope scope(reader, limit);
    reader.error("missing-key", place_of(node, limit),
                 fmt::format("{} limits retries, and nothing says when one comes", limit),
                 "say the pauses: schedule: [10s, 30s, 1min], or phases such as immediate: 3");
  }
  if (retry.jitter == Jitter::decorrelated) {
    const Reader::Scope scope(reader, "jitter");
    reader.error("wrong-place", place_of(node, "jitter"),
                 "decorrelated jitter makes the pauses itself, and here the policy says them",
                 "full or equal spread the pauses of a policy");
  }
}

}  // namespace spillway
