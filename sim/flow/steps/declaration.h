#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

#include "sim/flow/retry.h"
#include "sim/flow/steps/parallel_declaration.h"
#include "sim/flow/steps/program.h"
#include "sim/flow/steps/saga_declaration.h"
#include "sim/language/distribution.h"
#include "sim/language/field.h"
#include "sim/language/quantity.h"

namespace spillway {

/// Whether a slot is kept while its handler waits for a downstream.
enum class Holds : std::uint8_t { slot, nothing };
template <>
struct Choices<Holds> {
  static constexpr std::array<std::string_view, 2> names{"slot", "nothing"};
};

/// `work: {exponential: 25ms}`: keeps a slot busy.
struct WorkParameters {
  Distribution time;

  static constexpr std::string_view name = "work";
  static constexpr std::string_view meaning = "Keeps a slot busy for a time";
  static constexpr auto value = &WorkParameters::time;
  static constexpr auto fields() {
    return std::tuple{Field{&WorkParameters::time, "work", "How long the work takes", kAtLeastZero,
                            Need::required}};
  }
};

/// `wait: 100ms`: lets time pass; a service that holds nothing gives its slot away meanwhile.
struct WaitParameters {
  Distribution time;

  static constexpr std::string_view name = "wait";
  static constexpr std::string_view meaning = "Lets time pass";
  static constexpr auto value = &WaitParameters::time;
  static constexpr auto fields() {
    return std::tuple{
        Field{&WaitParameters::time, "wait", "How long to wait", kAtLeastZero, Need::required}};
  }
};

/// What a call or a send is tried again after.
enum class Failed : std::uint8_t { timeout, unavailable, error };
template <>
struct Choices<Failed> {
  static constexpr std::array<std::string_view, 3> names{"timeout", "unavailable", "error"};
};

template <>
struct Choices<Jitter> {
  static constexpr std::array<std::string_view, 4> names{"none", "full", "equal", "decorrelated"};
};

/// The pause before another attempt: base x factor^(n - 1) after the n-th.
struct BackoffParameters {
  Duration base;
  Factor factor{2};
  std::optional<Duration> cap;
  Jitter jitter = Jitter::none;

  static constexpr auto fields() {
    using B = BackoffParameters;
    constexpr std::string_view kSource =
        "M. Brooker, Exponential Backoff And Jitter, AWS Architecture Blog, 2015";
    return std::tuple{
        Field{&B::base, "base", "Pause after the first attempt", kAtLeastZero, Need::required},
        Field{&B::factor, "factor", "How many times longer each pause is than the one before",
              Bounds{1, 1e6}},
        Field{&B::cap, "cap", "The longest pause; default: none", kAtLeastZero},
        Field{&B::jitter, "jitter",
              "How a pause d is spread: full: uniform up to d; equal: d/2 and uniform up to d/2 "
              "more; decorrelated: uniform from base to three times the pause before",
              kAtLeastZero, Need::optional, Noun::none, kSource},
    };
  }
};

/// `retry: {attempts: 3, backoff: {base: 100ms}}`: what is done about a failed attempt.
struct RetryParameters {
  Count attempts = 1;
  std::vector<Failed> when{Failed::timeout, Failed::unavailable, Failed::error};
  std::optional<BackoffParameters> backoff;
  std::optional<Share> budget;

  static constexpr auto fields() {
    using R = RetryParameters;
    return std::tuple{
        Field{&R::attempts, "attempts", "Attempts in all, the first included", Bounds{1, 100},
              Need::required},
        Field{&R::when, "when", "After which failures it is tried again"},
        Field{&R::backoff, "backoff", "Pause before another attempt; default: none"},
        Field{&R::budget, "budget",
              "Retries at most, as a share of the calls of the last ten seconds, all instances "
              "together; default: no limit",
              Bounds{0, 1}, Need::optional, Noun::none,
              "finagle.github.io/blog/2016/02/08/retry-budgets"},
    };
  }
};

/// An edge by name, `checkout -> payments`; empty: the step's own.
struct EdgeName {
  std::string name;
  Location at;
};

/// `call: payments`: sends a request and waits for the answer.
struct CallParameters {
  Reference service;
  std::optional<Distribution> timeout;
  std::optional<Duration> deadline;
  bool travels = false;
  std::optional<RetryParameters> retry;
  std::optional<Program> fallback;
  bool cancel = false;
  std::optional<Holds> holds;
  std::optional<Distribution> network;
  EdgeName edge;

  static constexpr std::string_view name = "call";
  static constexpr std::string_view meaning =
      "Sends a request to a service and waits for its answer; the handler fails when the call does";
  static constexpr auto value = &CallParameters::service;
  static constexpr auto fields() {
    return std::tuple{
        Field{&CallParameters::service, "call", "The service to call", kAtLeastZero, Need::required,
              Noun::service},
        Field{&CallParameters::timeout, "timeout",
              "How long each attempt may take until the caller stops waiting; the callee goes on",
              kPositive},
        Field{&CallParameters::deadline, "deadline", "How long all attempts together may take",
              kPositive},
        Field{&CallParameters::travels, "travels",
              "The deadline goes with the request: the callee begins nothing for it that is late, "
              "and hands the rest of the time down"},
        Field{&CallParameters::retry, "retry", "Whether a failed attempt is made again"},
        Field{&CallParameters::fallback, "fallback",
              "What is done instead when the call has failed for good; the handler then goes on. "
              "Default: the handler fails"},
        Field{&CallParameters::cancel, "cancel",
              "A caller that stops waiting says so: its request is taken out of the callee's line "
              "and slot"},
        Field{&CallParameters::holds, "holds",
              "Whether the caller keeps its slot while it waits; default: as its service says"},
        Field{&CallParameters::network, "network",
              "Network delay one way on this edge; default: the scenario's network"},
        Field{&CallParameters::edge, "edge",
              "The edge that this call is, for metrics, variants and random numbers; default: "
              "from its handler's component to the service"},
    };
  }
};

/// The fields of what is sent: to a queue or to a topic.
template <class S>
constexpr auto fields_of_sending(std::string_view key, std::string_view what, Noun noun) {
  return std::tuple{
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

/// `send: orders`: puts a message into a queue or a log.
struct SendParameters {
  Reference channel;
  bool confirm = true;
  std::optional<Distribution> timeout;
  std::optional<RetryParameters> retry;
  std::optional<Program> fallback;
  std::optional<Distribution> network;
  std::optional<Distribution> delay;
  EdgeName edge;

  static constexpr std::string_view name = "send";
  static constexpr std::string_view meaning =
      "Puts a message into a queue or a log; with a confirm the handler fails when that rejects it";
  static constexpr auto value = &SendParameters::channel;
  static constexpr auto fields() {
    return std::tuple_cat(
        fields_of_sending<SendParameters>(name, "The queue or log to send to",
                                          Noun::queue | Noun::log),
        std::tuple{
            Field{&SendParameters::delay, "delay",
                  "How long the message is hidden in the queue at first; default: as its queue "
                  "says"},
            Field{&SendParameters::edge, "edge",
                  "The edge that the message is on its way to, a call by the queue's consumer: it "
                  "gets the random numbers of a direct call there; default: numbers of its own"}});
  }
};

/// `publish: order-events`: hands a message to a topic, as `send` does to a queue.
struct PublishParameters : SendParameters {
  static constexpr std::string_view name = "publish";
  static constexpr std::string_view meaning =
      "Hands a message to a topic, which copies it to its subscriptions";
  static constexpr auto fields() {
    return fields_of_sending<SendParameters>(name, "The topic to publish to", Noun::topic);
  }
};

/// How often a step fails: a probability, or a column of the trace that holds how many attempts
/// of that message fail before one succeeds.
struct FailureShare {
  Share share;
  std::string column;
  Location at;
};

/// `fail: 2%`: the handler fails here: a negative acknowledgement, or an error to the caller.
struct FailParameters {
  FailureShare share;

  static constexpr std::string_view name = "fail";
  static constexpr std::string_view meaning =
      "Makes the handler fail: an error to the caller, a negative acknowledgement to the queue";
  static constexpr auto value = &FailParameters::share;
  static constexpr auto fields() {
    return std::tuple{Field{&FailParameters::share, "fail",
                            "Probability of failing, or {column: NAME} of the trace: how many "
                            "attempts of that message fail",
                            Bounds{0, 1}, Need::required}};
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
    return std::tuple{Field{&ChooseParameters::ways, "choose",
                            "Probabilities that add up to 100 %, each with its steps", kAtLeastZero,
                            Need::required}};
  }
};

/// `reply`: a service answers now and goes on working.
struct ReplyParameters {
  static constexpr std::string_view name = "reply";
  static constexpr std::string_view meaning = "Answers the caller now and goes on working";
  static constexpr auto fields() { return std::tuple{}; }
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
    return std::tuple{
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

  static constexpr std::string_view name = "read";
  static constexpr std::string_view meaning =
      "Reads a key of a store, and may be shown an older version than was committed";
  static constexpr auto value = &ReadParameters::store;
  static constexpr auto fields() {
    return std::tuple_cat(
        std::tuple{
            Field{&ReadParameters::store, "read", "The store to read from", kAtLeastZero,
                  Need::required, Noun::store},
            Field{&ReadParameters::key, "key",
                  "popular: drawn as keys are written; own-last-write: what its user (or, of an "
                  "open load, its message) wrote last; any other word: that one key; default: the "
                  "message's key"},
            Field{&ReadParameters::level, "level",
                  "Of a leader: eventual reads one of the followers, strong the leader itself"}},
        shared_fields());
  }
};

/// `write: orders-db`: commits a new version of a key.
struct WriteParameters : StoreRequest {
  static constexpr std::string_view name = "write";
  static constexpr std::string_view meaning = "Commits a new version of a key to a store";
  static constexpr auto value = &WriteParameters::store;
  static constexpr auto fields() {
    return std::tuple_cat(
        std::tuple{
            Field{&WriteParameters::store, "write", "The store to write to", kAtLeastZero,
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
    return std::tuple_cat(
        std::tuple{
            Field{&ApplyParameters::store, "apply", "The projection", kAtLeastZero, Need::required,
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
               ApplyParameters, ParallelParameters, RepeatParameters, SagaParameters>
      parameters;
  Location at;
};

/// What a `send` or a `publish` says; nullptr for other steps.
inline const SendParameters* sending(const StepDeclaration& step) {
  if (const auto* publish = std::get_if<PublishParameters>(&step.parameters)) return publish;
  return std::get_if<SendParameters>(&step.parameters);
}

}  // namespace spillway
