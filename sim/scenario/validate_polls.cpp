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

/// Fixed polls: instants in order, and a size for each or none.
void validate_fixed(Reader& reader, const Node& node, const QueuePollParameters& poll) {
  for (const std::string_view key : {"wait", "pause"}) {
    if (node.find(key) == nullptr) continue;
    const Reader::Scope scope(reader, key);
    reader.error(
        "wrong-place", place_of(node, key),
        fmt::format("`at` says when messages are handed over: {} has no place beside it", key),
        "keep at, or wait and pause");
  }
  const std::vector<Duration>& at = poll.at->all;
  for (std::size_t i = 1; i < at.size(); ++i) {
    if (at[i - 1] < at[i]) continue;
    const Reader::Scope scope(reader, "at");
    reader.error("out-of-range", place_of(node, "at"),
                 fmt::format("expected instants in order; found {} after {}", print(at[i]),
                             print(at[i - 1])));
    break;
  }
  if (!poll.sizes || poll.sizes->all.size() == at.size()) return;
  const Reader::Scope scope(reader, "sizes");
  reader.error("out-of-range", place_of(node, "sizes"),
               fmt::format("expected a size for each of {} instants; found {}", at.size(),
                           poll.sizes->all.size()));
}

}  // namespace

void validate(Reader& reader, const Node& node, const QueuePollParameters& poll) {
  if (poll.at) return validate_fixed(reader, node, poll);
  if (poll.sizes) {
    const Reader::Scope scope(reader, "sizes");
    return reader.error("missing-key", place_of(node, "sizes"),
                        "sizes need the instants of the polls", "say when they are: at: [1s, 2s]");
  }
  if (poll.wait.ns > 0 || poll.pause) return;
  reader.error("missing-key", node.at,
               "a receive that finds nothing comes back at once, and nothing says when the next "
               "one is sent",
               "pause: 1s for short polls, wait: 20s for long ones");
}

}  // namespace spillway
