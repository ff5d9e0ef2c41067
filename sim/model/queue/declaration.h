#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/flow/price.h"
#include "sim/flow/steps/exchange_declaration.h"
#include "sim/flow/throughput.h"
#include "sim/language/distribution.h"
#include "sim/language/field.h"
#include "sim/language/lists.h"
#include "sim/language/pack.h"
#include "sim/language/quantity.h"
#include "sim/language/zone_name.h"

namespace spillway {

/// When the age of a dead letter begins.
enum class LetterAge : std::uint8_t { fresh, kept };
template <>
struct Choices<LetterAge> {
  static constexpr std::array<std::string_view, 2> names{"new", "kept"};
};

/// Where messages go that were received too often.
struct DeadLetterParameters {
  Reference to;
  Count after = 5;
  bool expired = false;
  LetterAge age = LetterAge::fresh;

  static constexpr auto fields() {
    using D = DeadLetterParameters;
    return Pack{
        Field{&D::to, "to", "The queue that takes them; default: they are dropped", kAtLeastZero,
              Need::optional, Noun::queue},
        Field{&D::after, "after", "Receives after which an unacknowledged message goes there",
              Bounds{1, 65535}},
        Field{&D::expired, "expired", "Whether messages that expire go there too"},
        Field{&D::age, "age",
              "Where `retention` of that queue counts from: new: from the move; kept: from when "
              "the message was first sent"},
    };
  }
};

/// After which kinds of end a message pauses before it is delivered again.
enum class GivenBack : std::uint8_t { failed, silent };
template <>
struct Choices<GivenBack> {
  static constexpr std::array<std::string_view, 2> names{"failed", "silent"};
};

/// How long a message pauses that was given back.
struct RedeliveryParameters {
  Duration delay;
  Factor factor{1};
  Duration step;
  std::optional<Duration> cap;
  std::vector<GivenBack> when{GivenBack::failed};

  static constexpr auto fields() {
    using R = RedeliveryParameters;
    return Pack{
        Field{&R::delay, "delay", "The pause after the first receive", kAtLeastZero,
              Need::required},
        Field{&R::factor, "factor", "How many times longer each pause is than the one before",
              Bounds{1, 1e6}},
        Field{&R::step, "step", "How much longer each pause is than the one before"},
        Field{&R::cap, "cap", "The longest pause; default: none"},
        Field{&R::when, "when",
              "After which receives: failed: its handler failed; silent: its visibility ran out. "
              "What comes back because a connection closed never pauses"},
    };
  }
};

/// How consumers ask for messages: by receives that wait, or come back, or at fixed instants.
struct QueuePollParameters {
  Duration wait;
  std::optional<Distribution> pause;
  std::optional<DurationList> at;
  std::optional<CountList> sizes;

  static constexpr auto fields() {
    using P = QueuePollParameters;
    return Pack{
        Field{&P::wait, "wait",
              "How long a receive that finds nothing waits for a message before it comes back "
              "empty (a long poll); 0s: it comes back at once (a short poll)"},
        Field{&P::pause, "pause",
              "How long after an empty answer the next receive is sent; default: at once, and a "
              "short poll must say it",
              kPositive},
        Field{&P::at, "at",
              "Instead: the instants, in order, at which messages are handed over, and never "
              "between"},
        Field{&P::sizes, "sizes",
              "With `at`: how many messages at most at each of them; default: as many as the "
              "consumers may take",
              Bounds{1, 1e9}},
    };
  }
};

/// Priorities that a queue tells apart, from 0, the least urgent, on.
struct QueuePriorityParameters {
  Count levels = 2;
  Count unsaid = 0;

  static constexpr auto fields() {
    using P = QueuePriorityParameters;
    return Pack{
        Field{&P::levels, "levels",
              "How many there are: with 10, messages have priorities from 0 to 9, and the highest "
              "is delivered first",
              Bounds{2, kMostPriorities}, Need::required},
        Field{&P::unsaid, "default", "The priority of a message whose send says none",
              Bounds{0, kMostPriorities - 1}},
    };
  }
};

/// What a full queue does with one message more.
enum class Overflow : std::uint8_t { reject, drop_head, dead_letter, block };
template <>
struct Choices<Overflow> {
  static constexpr std::array<std::string_view, 4> names{"reject", "drop_head", "dead_letter",
                                                         "block"};
};

/// What an acknowledgement does that comes after the message's visibility has run out.
enum class LateAck : std::uint8_t { ignored, counts };
template <>
struct Choices<LateAck> {
  static constexpr std::array<std::string_view, 2> names{"ignored", "counts"};
};

/// A point-to-point queue: each message goes to one consumer and stays until it is acknowledged.
struct QueueParameters {
  std::optional<Reference> broker;
  std::optional<Count> replication;
  std::optional<Duration> visibility;
  LateAck late_ack = LateAck::ignored;
  std::optional<RedeliveryParameters> redelivery;
  std::optional<DeadLetterParameters> dead_letter;
  std::optional<Distribution> delay;
  std::optional<Duration> retention;
  Limit capacity = kUnlimited;
  std::optional<Size> capacity_bytes;
  Overflow overflow = Overflow::reject;
  std::optional<Size> max_message_size;
  Limit max_in_flight = kUnlimited;
  bool groups = false;
  std::optional<Duration> dedup;
  std::optional<QueuePriorityParameters> priority;
  std::optional<QueuePollParameters> poll;
  std::optional<ThroughputParameters> throughput;
  std::optional<Distribution> delivery;
  std::optional<Distribution> confirm;
  std::optional<QueuePrice> price;
  std::optional<ZoneName> zone;

  static constexpr auto fields() {
    using Q = QueueParameters;
    return Pack{
        Field{&Q::broker, "broker",
              "The broker whose nodes it is on, and that it fails with; default: none, and nothing "
              "fails but what strikes the queue itself",
              kAtLeastZero, Need::optional, Noun::broker},
        Field{&Q::replication, "replication",
              "Nodes of its broker that have what it stores. With more than one, what a majority "
              "has is stored, and another leads when its leader goes; default: 1",
              Bounds{1, 100}},
        Field{&Q::visibility, "visibility",
              "How long a received message stays hidden before it is delivered again; default: "
              "until its consumer answers",
              kPositive},
        Field{&Q::late_ack, "late_ack",
              "An acknowledgement after the visibility has run out: ignored, or it counts where "
              "the message is still there"},
        Field{&Q::redelivery, "redelivery",
              "How long a message pauses that was given back; default: not at all"},
        Field{&Q::dead_letter, "dead_letter", "Where messages go that were received too often"},
        Field{&Q::delay, "delay",
              "How long a new message is hidden at first, unless its send says so; default: not "
              "at all"},
        Field{&Q::retention, "retention",
              "The age at which a message expires that waits; default: none", kPositive},
        Field{&Q::capacity, "capacity", "Ready messages that the queue holds at most",
              Bounds{1, 1e9}},
        Field{&Q::capacity_bytes, "capacity_bytes",
              "Bytes of ready messages that the queue holds at most; default: no limit", kPositive},
        Field{&Q::overflow, "overflow",
              "What happens to one message more when the queue is full; block: its sender waits "
              "until there is room"},
        Field{&Q::max_message_size, "max_message_size",
              "The largest message it takes: a larger one is an error; default: no limit",
              kPositive},
        Field{&Q::max_in_flight, "max_in_flight",
              "Messages in flight at most: then nothing is delivered", Bounds{1, 1e9}},
        Field{&Q::groups, "groups",
              "Whether its messages belong to groups (FIFO): while one of a group is in flight, no "
              "other of that group is delivered"},
        Field{&Q::dedup, "dedup",
              "For how long a message that was taken in is known: one that is the same is "
              "confirmed, and not stored; default: it is stored",
              kPositive},
        Field{&Q::priority, "priority",
              "Whether more urgent messages are delivered first; default: first in, first out"},
        Field{&Q::poll, "poll",
              "How consumers ask it for messages; default: they do not, and are handed one as soon "
              "as there is one"},
        Field{&Q::throughput, "throughput",
              "How much it takes in a second; what is sent beyond that is refused at once "
              "(unavailable). Default: no limit"},
        Field{&Q::delivery, "delivery",
              "Time from an acknowledgement to that consumer's next delivery; default: twice the "
              "network"},
        Field{&Q::confirm, "confirm",
              "Time the queue takes to confirm a message, besides the network"},
        Field{&Q::price, "price",
              "What its requests and its storage cost; default: what `price` says of all"},
        Field{&Q::zone, "zone", "The zone that it is in: see `zones`, and faults of a zone"},
    };
  }
};

}  // namespace spillway
