#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "sim/flow/steps/exchange_declaration.h"
#include "sim/language/pack.h"

namespace spillway {

/// The fields of what is asked by a message: without a confirm, which the answer stands for.
template <class A>
constexpr auto fields_of_asking(std::string_view key, std::string_view what, Noun noun,
                                std::string_view timeout) {
  return joined(
      Pack{
          Field{&A::channel, key, what, kAtLeastZero, Need::required, noun},
          Field{&A::timeout, "timeout", timeout, kPositive},
          Field{&A::retry, "retry",
                "Whether it is asked again after a failure, by another message"},
          Field{&A::fallback, "fallback",
                "What is done instead when it has failed for good; the handler then goes on. "
                "Default: "
                "the handler fails"},
          Field{&A::network, "network",
                "Network delay one way on this edge; default: the scenario's network"},
      },
      field_of_priority<A>());
}

/// `request: orders, reply_to: replies`: asks by a queue, and waits for the reply.
struct RequestParameters : SendParameters {
  Reference reply_to;  ///< nothing: private

  static constexpr std::string_view name = "request";
  static constexpr std::string_view meaning =
      "Puts a message into a queue and waits for the reply of the consumer that handles it, by a "
      "reply queue of its own or by one that has a name";
  static constexpr auto fields() {
    return joined(
        fields_of_asking<SendParameters>(
            name, "The queue; a consumer of it has to reply", Noun::queue,
            "How long each attempt waits for the reply; one that comes later is counted and not "
            "delivered"),
        Pack{Field{&RequestParameters::reply_to, "reply_to",
                   "The queue that replies come by, each to who has asked for it; several "
                   "may share one. Default: private, which takes no time and keeps nothing",
                   kAtLeastZero, Need::optional, Noun::queue}});
  }
};

/// `gather: quotes`: asks all subscribers of a topic, and waits for the first replies.
struct GatherParameters : SendParameters {
  std::optional<Count> first;
  std::optional<Duration> until;

  static constexpr std::string_view name = "gather";
  static constexpr std::string_view meaning =
      "Publishes a message to a topic and collects replies of those who handle its copies: the "
      "first ones, or all that come in a time";
  static constexpr auto fields() {
    using G = GatherParameters;
    return joined(
        fields_of_asking<SendParameters>(name, "The topic; its subscribers have to reply",
                                         Noun::topic,
                                         "How long each attempt waits for the first replies"),
        Pack{
            Field{&G::first, "first", "Goes on with so many replies; later ones are late",
                  Bounds{1, 1000}},
            Field{&G::until, "until",
                  "Goes on after this time with the replies that have come; fails when there is "
                  "none",
                  kPositive},
        });
  }
};

/// How a job is asked after.
struct PollParameters {
  Duration every;
  std::optional<Duration> timeout;

  static constexpr auto fields() {
    using P = PollParameters;
    return Pack{
        Field{&P::every, "every", "Pause before the first question, and after each answer",
              kPositive, Need::required},
        Field{&P::timeout, "timeout",
              "How long it is asked, from the acceptance on; default: until it is done", kPositive},
    };
  }
};

/// `submit: reports, poll: {every: 1s}`: hands a job in, and asks for its result.
struct SubmitParameters {
  Reference to;
  PollParameters poll;
  std::optional<Distribution> timeout;
  std::optional<RetryParameters> retry;
  std::optional<Program> fallback;
  std::optional<Distribution> network;

  static constexpr std::string_view name = "submit";
  static constexpr std::string_view meaning =
      "Hands a job to a service, which replies that it is accepted (202) and goes on, or to a "
      "queue, "
      "and asks until it is done; a question takes the network's time and no slot";
  static constexpr auto value = &SubmitParameters::to;
  static constexpr auto fields() {
    using S = SubmitParameters;
    return Pack{
        Field{&S::to, name, "The service or queue", kAtLeastZero, Need::required,
              Noun::service | Noun::queue},
        Field{&S::poll, "poll", "How it is asked after", kAtLeastZero, Need::required},
        Field{&S::timeout, "timeout", "How long each attempt waits to be accepted", kPositive},
        Field{&S::retry, "retry", "Whether it is handed in again when it is not accepted"},
        Field{&S::fallback, "fallback",
              "What is done instead when it has failed for good; the handler then goes on. "
              "Default: the handler fails"},
        Field{&S::network, "network",
              "Network delay one way on this edge; default: the scenario's network"},
    };
  }
};

}  // namespace spillway
