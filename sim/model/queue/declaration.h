#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <tuple>

#include "sim/language/distribution.h"
#include "sim/language/field.h"
#include "sim/language/quantity.h"

namespace spillway {

/// Where messages go that were received too often.
struct DeadLetterParameters {
  Reference to;
  Count after = 5;

  static constexpr auto fields() {
    return std::tuple{
        Field{&DeadLetterParameters::to, "to", "The queue that takes them", kAtLeastZero,
              Need::required, Noun::queue},
        Field{&DeadLetterParameters::after, "after",
              "Receives after which an unacknowledged message goes there", Bounds{1, 65535}},
    };
  }
};

/// What a full queue does with one message more.
enum class Overflow : std::uint8_t { reject, drop_head, dead_letter };
template <>
struct Choices<Overflow> {
  static constexpr std::array<std::string_view, 3> names{"reject", "drop_head", "dead_letter"};
};

/// A point-to-point queue: each message goes to one consumer and stays until it is acknowledged.
struct QueueParameters {
  std::optional<Duration> visibility;
  std::optional<DeadLetterParameters> dead_letter;
  Limit capacity = kUnlimited;
  Overflow overflow = Overflow::reject;
  std::optional<Distribution> delivery;
  std::optional<Distribution> confirm;

  static constexpr auto fields() {
    return std::tuple{
        Field{&QueueParameters::visibility, "visibility",
              "How long a received message stays hidden before it is delivered again; default: "
              "until its consumer answers",
              kPositive},
        Field{&QueueParameters::dead_letter, "dead_letter",
              "Where messages go that were received too often"},
        Field{&QueueParameters::capacity, "capacity", "Ready messages that the queue holds at most",
              Bounds{1, 1e9}},
        Field{&QueueParameters::overflow, "overflow",
              "What happens to one message more when the queue is full"},
        Field{&QueueParameters::delivery, "delivery",
              "Time from an acknowledgement to that consumer's next delivery; default: twice the "
              "network"},
        Field{&QueueParameters::confirm, "confirm",
              "Time the queue takes to confirm a message, besides the network"},
    };
  }
};

}  // namespace spillway
