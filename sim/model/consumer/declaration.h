#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "sim/flow/price.h"
#include "sim/flow/scale_declaration.h"
#include "sim/flow/steps/declaration.h"
#include "sim/language/field.h"
#include "sim/language/pack.h"
#include "sim/language/quantity.h"
#include "sim/language/zone_name.h"
#include "sim/model/consumer/membership.h"

namespace spillway {

/// When a message is acknowledged.
enum class Ack : std::uint8_t { after, before };
template <>
struct Choices<Ack> {
  static constexpr std::array<std::string_view, 2> names{"after", "before"};
};

/// `idempotent: {remembers: 1d}`: what has been handled is not handled once more.
struct IdempotentParameters {
  std::optional<Duration> remembers;

  static constexpr auto fields() {
    return Pack{Field{&IdempotentParameters::remembers, "remembers",
                      "How long the id of a message is kept after its handler has ended "
                      "well; default: for ever",
                      kPositive}};
  }
};

/// `batch: {size: 10, window: 100ms, partial_failures: true}`: messages that a slot handles
/// together.
struct BatchParameters {
  Count size = 1;
  Duration window;
  bool partial_failures = false;

  static constexpr auto fields() {
    using B = BatchParameters;
    return Pack{
        Field{&B::size, "size", "Messages of a batch at most", Bounds{1, 10'000}, Need::required},
        Field{&B::window, "window",
              "How long the first message of a batch waits for others at most"},
        Field{&B::partial_failures, "partial_failures",
              "true: of a batch, those messages go back whose handlers failed, and the others are "
              "handled; of a log: the first that failed, and all behind it; false: when one fails, "
              "the rest are not begun, and all go back"}};
  }
};

/// Workers that take messages from a queue or a log, or that a topic pushes them to (without
/// `from`).
struct ConsumerParameters : MembershipParameters {
  Reference from;
  Count instances = 1;
  Count concurrency = 1;
  std::optional<Count> cores;
  std::optional<Count> prefetch;
  Ack ack = Ack::after;
  std::optional<Duration> heartbeat;
  std::optional<IdempotentParameters> idempotent;
  std::optional<ScaleParameters> scale;
  std::optional<BatchParameters> batch;
  std::optional<HandlerPrice> price;
  std::optional<ZoneName> zone;
  Program does;
  std::optional<Program> per_batch;

  static constexpr auto fields() {
    return joined(
        Pack{
            Field{&ConsumerParameters::from, "from",
                  "The queue or log that messages are taken from; none where a topic pushes them",
                  kAtLeastZero, Need::optional, Noun::queue | Noun::log},
            Field{&ConsumerParameters::instances, "instances", "How many instances run",
                  Bounds{1, 1e5}},
            Field{&ConsumerParameters::concurrency, "concurrency",
                  "Messages that each instance handles at once; of a log: so many members of its "
                  "group "
                  "run in each instance",
                  Bounds{1, 1e6}},
            Field{&ConsumerParameters::cores, "cores",
                  "Cores of each instance, which work with `cpu: true` shares; all instances share "
                  "theirs as one",
                  Bounds{1, 1e5}},
            Field{&ConsumerParameters::prefetch, "prefetch",
                  "Messages that each instance has at most, in its handlers and waiting for them; "
                  "default: concurrency, or as many batches, and no limit where a topic pushes "
                  "them; of a log: records of a poll, of each member, default 1, or a batch",
                  Bounds{1, 1e6}},
            Field{&ConsumerParameters::ack, "ack",
                  "after: when the handler has ended (at least once); before: on arrival (at most "
                  "once)"},
            Field{&ConsumerParameters::heartbeat, "heartbeat",
                  "Of a queue: how often a consumer says of a message that it has it still, which "
                  "starts its visibility anew; default: never. Of a log: how often a member hears "
                  "whether its group rebalances; default: at once",
                  kPositive},
            Field{&ConsumerParameters::idempotent, "idempotent",
                  "All instances remember together which messages they have handled: one that "
                  "comes once more, by a redelivery or as it was sent again, is only "
                  "acknowledged; default: it is handled once more"},
            Field{&ConsumerParameters::batch, "batch",
                  "How many messages of a queue a slot takes at a time, handles one after the "
                  "other and acknowledges together; of a log: how many records of one partition; "
                  "default: one"}},
        membership_fields(),
        Pack{Field{&ConsumerParameters::scale, "scale",
                   "Of a queue: its instances come and go with what there is to do; there are "
                   "`instances` of them at first. Default: always as many"},
             Field{&ConsumerParameters::zone, "zone",
                   "The zone that it is in: see `zones`, and faults of a zone"},
             Field{&ConsumerParameters::price, "price",
                   "What its instances, slots and handled messages cost; default: what "
                   "`price` says of all"},
             Field{&ConsumerParameters::does, "does", "What each message does", kAtLeastZero,
                   Need::required},
             Field{&ConsumerParameters::per_batch, "per_batch",
                   "What is done once for each batch, when its messages have been handled; "
                   "with the key, the size and the random numbers of the first of them"}});
  }
};

}  // namespace spillway
