#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/flow/steps/conversation_declaration.h"
#include "sim/flow/steps/exchange_declaration.h"
#include "sim/flow/steps/parallel_declaration.h"
#include "sim/flow/steps/program.h"
#include "sim/flow/steps/saga_declaration.h"
#include "sim/language/distribution.h"
#include "sim/language/field.h"
#include "sim/language/pack.h"
#include "sim/language/quantity.h"

namespace spillway {

/// `work: {exponential: 25ms}`: keeps a slot busy. With `cpu: true` it shares the component's
/// cores.
struct WorkParameters {
  Distribution time;
  bool cpu = false;

  static constexpr std::string_view name = "work";
  static constexpr std::string_view meaning = "Keeps a slot busy for a time";
  static constexpr auto value = &WorkParameters::time;
  static constexpr auto fields() {
    return Pack{
        Field{&WorkParameters::time, "work", "How long the work takes", kAtLeastZero,
              Need::required},
        Field{&WorkParameters::cpu, "cpu",
              "true: that is its time on a core of its own; it shares the `cores` of its component "
              "with other work of this kind"}};
  }
};

/// `wait: 100ms`: lets time pass; a service that holds nothing gives its slot away meanwhile.
struct WaitParameters {
  Distribution time;

  static constexpr std::string_view name = "wait";
  static constexpr std::string_view meaning = "Lets time pass";
  static constexpr auto value = &WaitParameters::time;
  static constexpr auto fields() {
    return Pack{
        Field{&WaitParameters::time, "wait", "How long to wait", kAtLeastZero, Need::required}};
  }
};

/// How often a step fails: a probability, or a column of the trace that holds how many attempts
/// of that message fail before one succeeds.
struct FailureShare {
  Share share;
  std::string column;
  Location at;
};

/// How a handler ends that fails.
enum class FailAs : std::uint8_t { error, crash };
template <>
struct Choices<FailAs> {
  static constexpr std::array<std::string_view, 2> names{"error", "crash"};
};

/// `fail: 2%`: the handler fails here: a negative acknowledgement, or an error to the caller.
struct FailParameters {
  FailureShare share;
  FailAs as = FailAs::error;

  static constexpr std::string_view name = "fail";
  static constexpr std::string_view meaning =
      "Makes the handler fail: an error to the caller, a negative acknowledgement to the queue";
  static constexpr auto value = &FailParameters::share;
  static constexpr auto fields() {
    return Pack{Field{&FailParameters::share, "fail",
                      "Probability of failing, or {column: NAME} of the trace: how many "
                      "attempts of that message fail",
                      Bounds{0, 1}, Need::required},
                Field{&FailParameters::as, "as",
                      "error: it says so: an error, a negative acknowledgement; crash: its "
                      "connection breaks: the caller finds it unavailable, and a message "
                      "goes back as after a crash, past rescues and fallbacks"}};
  }
};

/// `choose: {80%: [...], 20%: [...]}`: one of several ways, drawn per message.
struct ChooseParameters {
  struct Way {
    Share share;
    Program program;
  };
  std::vector<Way> ways;  ///< shares add up to 1

  static constexpr std::string_view name = "choose";
  static constexpr std::string_view meaning = "Goes one of several ways, drawn for each message";
  static constexpr auto value = &ChooseParameters::ways;
  static constexpr auto fields() {
    return Pack{Field{&ChooseParameters::ways, "choose",
                      "Probabilities that add up to 100 %, each with its steps", kAtLeastZero,
                      Need::required}};
  }
};

/// `reply`: a service answers now and goes on working.
struct ReplyParameters {
  static constexpr std::string_view name = "reply";
  static constexpr std::string_view meaning = "Answers the caller now and goes on working";
  static constexpr auto fields() { return Pack{}; }
};

/// Which copy of a leader is read.
enum class ReadLevel : std::uint8_t { eventual, strong };
template <>
struct Choices<ReadLevel> {
  static constexpr std::array<std::string_view, 2> names{"eventual", "strong"};
};

/// What is asked of a store, and what is done when it fails.
struct StoreRequest {
  Reference store;
  std::string key;
  std::optional<Distribution> timeout;
  std::optional<RetryParameters> retry;
  std::optional<Program> fallback;
  std::optional<Distribution> network;

  /// The fields that reading, writing and applying share.
  static constexpr auto shared_fields() {
    using R = StoreRequest;
    return Pack{
        Field{&R::timeout, "timeout",
              "How long each attempt may take until the handler stops waiting; the store goes on",
              kPositive},
        Field{&R::retry, "retry",
              "Whether a failed attempt is made again; a write whose answer was late is a second "
              "version"},
        Field{
            &R::fallback, "fallback",
            "What is done instead when it has failed for good; the handler then goes on. Default: "
            "the handler fails"},
        Field{&R::network, "network",
              "Network delay one way on this edge; default: the scenario's network"},
    };
  }
};

/// `read: read-model`: asks a store for a key.
struct ReadParameters : StoreRequest {
  ReadLevel level = ReadLevel::eventual;
  std::optional<Program> miss;

  static constexpr std::string_view name = "read";
  static constexpr std::string_view meaning =
      "Reads a key of a store, and may be shown an older version than was committed";
  static constexpr auto value = &ReadParameters::store;
  static constexpr auto fields() {
    return joined(
        Pack{Field{&ReadParameters::store, "read", "The store to read from", kAtLeastZero,
                   Need::required, Noun::store},
             Field{&ReadParameters::key, "key",
                   "popular: drawn as keys are written; own-last-write: what its user (or, of an "
                   "open load, its message) wrote last; any other word: that one key; default: the "
                   "message's key"},
             Field{&ReadParameters::level, "level",
                   "Of a leader: eventual reads one of the followers, strong the leader itself"},
             Field{
                 &ReadParameters::miss, "miss",
                 "Of a cache: what is done where it has not got the key; when that has ended well, "
                 "the cache has it from then on"}},
        shared_fields());
  }
};

/// `write: orders-db`: commits a new version of a key.
struct WriteParameters : StoreRequest {
  static constexpr std::string_view name = "write";
  static constexpr std::string_view meaning = "Commits a new version of a key to a store";
  static constexpr auto value = &WriteParameters::store;
  static constexpr auto fields() {
    return joined(
        Pack{Field{&WriteParameters::store, "write", "The store to write to", kAtLeastZero,
                   Need::required, Noun::store},
             Field{&WriteParameters::key, "key",
                   "own-last-write: what its user (or, of an open load, its message) wrote last; "
                   "any other word: that one key; default: the message's key"}},
        shared_fields());
  }
};

/// `apply: read-model`: shows in a projection what was written for the message.
struct ApplyParameters : StoreRequest {
  static constexpr std::string_view name = "apply";
  static constexpr std::string_view meaning =
      "Shows in a projection what was written to its source for the same message at its producer";
  static constexpr auto value = &ApplyParameters::store;
  static constexpr auto fields() {
    return joined(
        Pack{Field{&ApplyParameters::store, "apply", "The projection", kAtLeastZero, Need::required,
                   Noun::store},
             Field{&ApplyParameters::key, "key",
                   "A word: only what was written with this key; default: all that was written"}},
        shared_fields());
  }
};

/// One step of a handler, as declared. The variant's order is the order of `Steps` in steps.h.
struct StepDeclaration {
  std::variant<WorkParameters, WaitParameters, CallParameters, SendParameters, PublishParameters,
               FailParameters, ChooseParameters, ReplyParameters, ReadParameters, WriteParameters,
               ApplyParameters, ParallelParameters, RepeatParameters, SagaParameters,
               RequestParameters, GatherParameters, SubmitParameters>
      parameters;
  Location at;
};

/// Whether a step waits for what others do about its message.
inline bool is_conversation(const StepDeclaration& step) {
  return std::holds_alternative<RequestParameters>(step.parameters) ||
         std::holds_alternative<GatherParameters>(step.parameters) ||
         std::holds_alternative<SubmitParameters>(step.parameters);
}

/// What a `send`, `publish`, `request` or `gather` says; nullptr for other steps.
inline const SendParameters* sending(const StepDeclaration& step) {
  if (const auto* request = std::get_if<RequestParameters>(&step.parameters)) return request;
  if (const auto* gather = std::get_if<GatherParameters>(&step.parameters)) return gather;
  if (const auto* publish = std::get_if<PublishParameters>(&step.parameters)) return publish;
  return std::get_if<SendParameters>(&step.parameters);
}

}  // namespace spillway
