#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "sim/flow/price.h"
#include "sim/language/distribution.h"
#include "sim/language/field.h"
#include "sim/language/pack.h"
#include "sim/language/quantity.h"
#include "sim/language/zone_name.h"

namespace spillway {

/// Who holds copies of what is written, and how they come by it.
enum class StoreKind : std::uint8_t { single, leader, projection, cache };
template <>
struct Choices<StoreKind> {
  static constexpr std::array<std::string_view, 4> names{"single", "leader", "projection", "cache"};
};

/// In which order a follower takes over what was written.
enum class Replication : std::uint8_t { in_order, independent };
template <>
struct Choices<Replication> {
  static constexpr std::array<std::string_view, 2> names{"in_order", "independent"};
};

/// `outbox: {to: order-events, poll: 500ms}`: each write leaves an event in its transaction, and a
/// relay sends it on.
struct OutboxParameters {
  Reference to;
  Duration poll;
  Count batch = 100;
  std::optional<Distribution> timeout;

  static constexpr auto fields() {
    using P = OutboxParameters;
    return Pack{
        Field{&P::to, "to", "The queue, topic or log that events are sent to", kAtLeastZero,
              Need::required, Noun::queue | Noun::topic | Noun::log},
        Field{&P::poll, "poll", "How long the relay rests after a pass until it looks again",
              kPositive, Need::required},
        Field{&P::batch, "batch",
              "Events that it sends at once, the oldest first; after a full batch it looks again "
              "without a rest",
              Bounds{1, 1e6}},
        Field{&P::timeout, "timeout",
              "How long it waits for the confirm of each event; what is not confirmed is sent "
              "again at the next look, as a message with the same id. Default: until it comes",
              kPositive},
    };
  }
};

/// Keeps a version of each key: alone, with asynchronous followers, or as a projection that
/// messages keep up to date. Or a cache, which keeps some keys for some time.
struct StoreParameters {
  StoreKind kind = StoreKind::single;
  std::optional<Reference> of;
  Count followers = 1;
  std::optional<Distribution> lag;
  Replication replication = Replication::in_order;
  std::optional<Distribution> read;
  std::optional<Distribution> write;
  std::optional<Distribution> apply;
  std::optional<OutboxParameters> outbox;
  Limit capacity = kUnlimited;
  std::optional<Distribution> ttl;
  std::optional<StorePrice> price;
  std::optional<ZoneName> zone;

  static constexpr auto fields() {
    using P = StoreParameters;
    return Pack{
        Field{
            &P::kind, "kind",
            "single: one copy; leader: takes writes, and followers show them later; projection: "
            "shows what another store holds as messages are applied to it; cache: keeps what those "
            "who missed it there have fetched elsewhere"},
        Field{&P::of, "of", "Of a projection: the store whose writes it shows", kAtLeastZero,
              Need::optional, Noun::store},
        Field{&P::followers, "followers", "Of a leader: how many followers it has",
              Bounds{1, 1000}},
        Field{&P::lag, "lag",
              "Of a leader: time from a commit until the write has come to a follower, drawn for "
              "each; required there"},
        Field{&P::replication, "replication",
              "in_order: followers take writes over in the order of their commits, one after the "
              "other; independent: each for itself, and the later version of a key stays"},
        Field{&P::read, "read", "Time the store takes to read, besides the network"},
        Field{&P::write, "write", "Time the store takes to commit a write, besides the network"},
        Field{&P::apply, "apply",
              "Time a projection takes to apply a message, or a follower a write that has come to "
              "it"},
        Field{&P::outbox, "outbox",
              "Each write leaves an event in the same transaction, which a relay sends on: at "
              "least once, and none without its write"},
        Field{&P::capacity, "capacity",
              "Of a cache: how many keys it has room for; the least recently used goes",
              Bounds{1, 1e7}},
        Field{&P::ttl, "ttl",
              "Of a cache: how long it keeps a key that was put there; default: for ever",
              kPositive},
        Field{&P::price, "price", "What its reads and writes cost; default: nothing"},
        Field{&P::zone, "zone", "The zone that it is in: see `zones`, and faults of a zone"},
    };
  }
};

}  // namespace spillway
