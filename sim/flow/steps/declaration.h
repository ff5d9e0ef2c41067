#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

#include "sim/language/distribution.h"
#include "sim/language/field.h"
#include "sim/language/quantity.h"

namespace spillway {

struct StepDeclaration;

/// What a handler does (`does`), step after step.
struct Program {
  std::vector<StepDeclaration> steps;
};

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

/// `call: payments`: sends a request and waits for the answer.
struct CallParameters {
  Reference service;
  std::optional<Holds> holds;
  std::optional<Distribution> network;

  static constexpr std::string_view name = "call";
  static constexpr std::string_view meaning =
      "Sends a request to a service and waits for its answer; the handler fails when the call does";
  static constexpr auto value = &CallParameters::service;
  static constexpr auto fields() {
    return std::tuple{
        Field{&CallParameters::service, "call", "The service to call", kAtLeastZero, Need::required,
              Noun::service},
        Field{&CallParameters::holds, "holds",
              "Whether the caller keeps its slot while it waits; default: as its service says"},
        Field{&CallParameters::network, "network",
              "Network delay one way on this edge; default: the scenario's network"},
    };
  }
};

/// `send: orders`: puts a message into a queue.
struct SendParameters {
  Reference channel;
  bool confirm = true;
  std::optional<Distribution> network;

  static constexpr std::string_view name = "send";
  static constexpr std::string_view meaning =
      "Puts a message into a queue; with a confirm the handler fails when the queue rejects it";
  static constexpr auto value = &SendParameters::channel;
  static constexpr auto fields() {
    return std::tuple{
        Field{&SendParameters::channel, "send", "The queue to send to", kAtLeastZero,
              Need::required, Noun::queue},
        Field{&SendParameters::confirm, "confirm",
              "Whether the sender waits until the queue has confirmed the message"},
        Field{&SendParameters::network, "network",
              "Network delay one way on this edge; default: the scenario's network"},
    };
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

/// One step of a handler, as declared. The variant's order is the order of `Steps` in steps.h.
struct StepDeclaration {
  std::variant<WorkParameters, WaitParameters, CallParameters, SendParameters, FailParameters,
               ChooseParameters, ReplyParameters>
      parameters;
  Location at;
};

}  // namespace spillway
