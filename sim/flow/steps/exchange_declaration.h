#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/flow/steps/breaker_declaration.h"
#include "sim/flow/steps/health_check_declaration.h"
#include "sim/flow/steps/hedge_declaration.h"
#include "sim/flow/steps/pool_declaration.h"
#include "sim/flow/steps/program.h"
#include "sim/flow/steps/retry_declaration.h"
#include "sim/language/distribution.h"
#include "sim/language/field.h"
#include "sim/language/pack.h"
#include "sim/language/quantity.h"

namespace spillway {

/// Whether a slot is kept while its handler waits for a downstream.
enum class Holds : std::uint8_t { slot, nothing };
template <>
struct Choices<Holds> {
  static constexpr std::array<std::string_view, 2> names{"slot", "nothing"};
};

/// An edge by name, `checkout -> payments`; empty: the step's own.
struct EdgeName {
  std::string name;
  Location at;
};

/// What a caller is in reality; the values are in scenarios/presets.
enum class CallPreset : std::uint8_t { aws_alb, aws_api_gateway, envoy, nginx };
template <>
struct Choices<CallPreset> {
  static constexpr std::array<std::string_view, 4> names{"aws-alb", "aws-api-gateway", "envoy",
                                                         "nginx"};
};

/// `call: payments`: sends a request and waits for the answer.
struct CallParameters {
  Reference service;
  std::optional<CallPreset> preset;
  std::optional<Distribution> timeout;
  std::optional<Duration> deadline;
  bool travels = false;
  std::optional<RetryParameters> retry;
  std::optional<BreakerParameters> breaker;
  std::optional<PoolParameters> pool;
  std::optional<HedgeParameters> hedge;
  std::optional<Program> fallback;
  bool cancel = false;
  std::optional<Count> priority;
  std::optional<Holds> holds;
  std::optional<ServiceNames> first_healthy;
  std::optional<HealthCheckParameters> health_check;
  std::optional<Distribution> network;
  EdgeName edge;

  static constexpr std::string_view name = "call";
  static constexpr std::string_view meaning =
      "Sends a request to a service and waits for its answer; the handler fails when the call does";
  static constexpr auto value = &CallParameters::service;
  static constexpr auto fields() {
    return Pack{
        Field{&CallParameters::service, "call", "The service to call", kAtLeastZero, Need::required,
              Noun::service},
        Field{&CallParameters::preset, "preset",
              "What the caller is in reality: fills in what a call says"},
        Field{&CallParameters::timeout, "timeout",
              "How long each attempt may take until the caller stops waiting; the callee goes on",
              kPositive},
        Field{&CallParameters::deadline, "deadline", "How long all attempts together may take",
              kPositive},
        Field{&CallParameters::travels, "travels",
              "The deadline goes with the request: the callee begins nothing for it that is late, "
              "and hands the rest of the time down"},
        Field{&CallParameters::retry, "retry", "Whether a failed attempt is made again"},
        Field{&CallParameters::breaker, "breaker",
              "When attempts are refused at once; the calls of an edge, and all instances of the "
              "caller, share one"},
        Field{&CallParameters::pool, "pool",
              "How many attempts may be under way at a time, each on a connection of its own; the "
              "calls of an edge, and all instances of the caller, share them"},
        Field{
            &CallParameters::hedge, "hedge",
            "Whether an attempt that is not answered yet is sent once more; the first good answer "
            "is taken"},
        Field{&CallParameters::fallback, "fallback",
              "What is done instead when the call has failed for good; the handler then goes on. "
              "Default: the handler fails"},
        Field{&CallParameters::cancel, "cancel",
              "A caller that stops waiting says so: its request is taken out of the callee's line "
              "and slot"},
        Field{&CallParameters::priority, "priority",
              "How urgent it is to a service with `discipline: priority`: the highest number is "
              "served first; the calls of an edge share one; default: 0",
              Bounds{0, 255}},
        Field{&CallParameters::holds, "holds",
              "Whether the caller keeps its slot while it waits; default: as its service says"},
        Field{&CallParameters::first_healthy, "first_healthy",
              "The services, of which `call` is the first, in the order in which they are wanted: "
              "each attempt goes to the first one that is healthy by its health checks, and to the "
              "first of all where none is",
              kAtLeastZero, Need::optional, Noun::service},
        Field{&CallParameters::health_check, "health_check",
              "How the services of first_healthy are checked; the calls of an edge, and all "
              "instances of the caller, share what it finds"},
        Field{&CallParameters::network, "network",
              "Network delay one way on this edge; default: the scenario's network"},
        Field{&CallParameters::edge, "edge",
              "The edge that this call is, for metrics, variants and random numbers; default: "
              "from its handler's component to the service"},
    };
  }
};

/// The services that a call may go to, the one that is wanted most first.
inline std::span<const Reference> callees_of(const CallParameters& call) {
  if (call.first_healthy) return call.first_healthy->names;
  return {&call.service, 1};
}

/// So many priorities a queue may tell apart: those of AMQP 0-9-1, an octet.
inline constexpr Count kMostPriorities = 256;

/// The fields of what is sent: to a queue or to a topic.
template <class S>
constexpr auto fields_of_sending(std::string_view key, std::string_view what, Noun noun) {
  return Pack{
      Field{&S::channel, key, what, kAtLeastZero, Need::required, noun},
      Field{&S::confirm, "confirm", "Whether the sender waits until its message is confirmed"},
      Field{&S::timeout, "timeout",
            "How long each attempt waits for the confirmation; a message sent again is a second "
            "message",
            kPositive},
      Field{&S::retry, "retry", "Whether a message that was not confirmed is sent again"},
      Field{&S::fallback, "fallback",
            "What is done instead when the send has failed for good; the handler then goes on. "
            "Default: the handler fails"},
      Field{&S::network, "network",
            "Network delay one way on this edge; default: the scenario's network"},
  };
}

/// How urgent a message is that is sent, published or asked by.
template <class S>
constexpr auto field_of_priority() {
  return Pack{Field{
      &S::priority, "priority",
      "How urgent it is to a queue with priorities: a queue delivers the highest number first; "
      "one above the queue's highest is its highest; default: as the queue says",
      Bounds{0, kMostPriorities - 1}}};
}

/// What a confirm says: the broker has the message, or has it as safe as its queue keeps it.
enum class ConfirmWhen : std::uint8_t { stored, accepted };
template <>
struct Choices<ConfirmWhen> {
  static constexpr std::array<std::string_view, 2> names{"stored", "accepted"};
};

/// What makes two messages one to a queue that deduplicates.
enum class SameBy : std::uint8_t { message, key };
template <>
struct Choices<SameBy> {
  static constexpr std::array<std::string_view, 2> names{"message", "key"};
};

/// The word of `group` that stands for a message's own key.
inline constexpr std::string_view kOwnKey = "key";

/// `batch: {size: 100, bytes: 16KiB}`: when the records that gather for a log are enough.
struct SendBatchParameters {
  std::optional<Count> size;
  std::optional<Size> bytes;

  static constexpr auto fields() {
    using B = SendBatchParameters;
    return Pack{
        Field{&B::size, "size", "Records of a batch at most", Bounds{1, 1'000'000}},
        Field{&B::bytes, "bytes",
              "Bytes of a batch at most, by the sizes of its messages; a larger record goes alone",
              Bounds{1, 1e12}}};
  }

  friend bool operator==(const SendBatchParameters&, const SendBatchParameters&) = default;
};

/// `send: orders`: puts a message into a queue or a log.
struct SendParameters {
  Reference channel;
  bool confirm = true;
  std::optional<Distribution> timeout;
  std::optional<RetryParameters> retry;
  std::optional<Program> fallback;
  std::optional<Distribution> network;
  std::optional<Distribution> delay;
  std::optional<bool> persistent;
  std::optional<ConfirmWhen> confirm_when;
  std::string group;
  std::optional<SameBy> dedup_id;
  std::optional<Count> priority;
  std::optional<Duration> linger;
  std::optional<SendBatchParameters> batch;
  EdgeName edge;

  static constexpr std::string_view name = "send";
  static constexpr std::string_view meaning =
      "Puts a message into a queue or a log; with a confirm the handler fails when that rejects it";
  static constexpr auto value = &SendParameters::channel;
  static constexpr auto fields() {
    return joined(
        fields_of_sending<SendParameters>(name, "The queue or log to send to",
                                          Noun::queue | Noun::log),
        Pack{Field{&SendParameters::delay, "delay",
                   "How long the message is hidden in the queue at first; default: as its queue "
                   "says"},
             Field{&SendParameters::persistent, "persistent",
                   "Whether the message is still there when the only node that has it has crashed "
                   "and comes back; default: true"},
             Field{&SendParameters::confirm_when, "confirm_when",
                   "When the message is confirmed: stored: after the time that its queue takes to "
                   "confirm, when no crash that its queue is meant to survive loses it; accepted: "
                   "at once, while a crash may lose it still; default: stored"},
             Field{&SendParameters::group, "group",
                   "The message's group in a queue with groups: key: its key; any other word: that "
                   "one group, wherever it is said"},
             Field{&SendParameters::dedup_id, "dedup_id",
                   "What a queue with dedup knows the message by: message: one that is sent again, "
                   "as no confirm came, is the same; key: all with one key are the same; default: "
                   "message"},
             Field{&SendParameters::linger, "linger",
                   "How long the first record of a batch waits for others of its partition in the "
                   "sender's client, which sends them to a log as one, confirmed, timed out and "
                   "sent again together; the sends of an edge, and all instances of the sender, "
                   "share the client; default: each goes at once",
                   kPositive},
             Field{&SendParameters::batch, "batch",
                   "When records that linger are enough, and go before that"},
             Field{&SendParameters::edge, "edge",
                   "The edge that the message is on its way to, a call by the queue's consumer: it "
                   "gets the random numbers of a direct call there; default: numbers of its own"}},
        field_of_priority<SendParameters>());
  }
};

/// `publish: order-events`: hands a message to a topic, as `send` does to a queue.
struct PublishParameters : SendParameters {
  static constexpr std::string_view name = "publish";
  static constexpr std::string_view meaning =
      "Hands a message to a topic, which copies it to its subscriptions";
  static constexpr auto fields() {
    return joined(
        fields_of_sending<SendParameters>(name, "The topic to publish to", Noun::topic),
        Pack{
            Field{&SendParameters::delay, "delay",
                  "How long each copy is hidden in its queue at first; default: as that queue "
                  "says"},
            Field{&SendParameters::persistent, "persistent",
                  "Whether a copy is still there when the only node that has it has crashed and "
                  "comes back; default: true"},
            Field{&SendParameters::group, "group",
                  "The copies' group in queues with groups: key: the message's key; any other "
                  "word: that one group, wherever it is said"},
            Field{&SendParameters::dedup_id, "dedup_id",
                  "What queues with dedup know a copy by: message: one that is published again, as "
                  "no confirm came, is the same; key: all with one key are the same; default: "
                  "message"}},
        field_of_priority<SendParameters>());
  }
};

}  // namespace spillway
