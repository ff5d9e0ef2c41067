#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <tuple>

#include "sim/flow/steps/declaration.h"
#include "sim/language/field.h"
#include "sim/language/quantity.h"

namespace spillway {

/// When a message is acknowledged.
enum class Ack : std::uint8_t { after, before };
template <>
struct Choices<Ack> {
  static constexpr std::array<std::string_view, 2> names{"after", "before"};
};

/// Workers that take messages from a queue, or that a topic pushes them to (without `from`).
struct ConsumerParameters {
  Reference from;
  Count instances = 1;
  Count concurrency = 1;
  std::optional<Count> prefetch;
  Ack ack = Ack::after;
  Program does;

  static constexpr auto fields() {
    return std::tuple{
        Field{&ConsumerParameters::from, "from",
              "The queue that messages are taken from; none where a topic pushes them",
              kAtLeastZero, Need::optional, Noun::queue},
        Field{&ConsumerParameters::instances, "instances", "How many instances run",
              Bounds{1, 1e5}},
        Field{&ConsumerParameters::concurrency, "concurrency",
              "Messages that each instance handles at once", Bounds{1, 1e6}},
        Field{&ConsumerParameters::prefetch, "prefetch",
              "Messages that each instance has at most, in its handlers and waiting for them; "
              "default: concurrency, and no limit where a topic pushes them",
              Bounds{1, 1e6}},
        Field{
            &ConsumerParameters::ack, "ack",
            "after: when the handler has ended (at least once); before: on arrival (at most once)"},
        Field{&ConsumerParameters::does, "does", "What each message does", kAtLeastZero,
              Need::required},
    };
  }
};

}  // namespace spillway
