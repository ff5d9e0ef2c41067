#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "sim/flow/steps/exchange_declaration.h"
#include "sim/language/field.h"
#include "sim/language/lists.h"
#include "sim/language/pack.h"
#include "sim/language/quantity.h"

namespace spillway {

/// `pre_backoff: {retries: 2, pause: 1s}`: so many retries after the same pause.
struct EvenRetriesParameters {
  Count retries = 0;
  Duration pause;

  static constexpr auto fields() {
    using E = EvenRetriesParameters;
    return Pack{
        Field{&E::retries, "retries", "How many", Bounds{0, 1e6}, Need::required},
        Field{&E::pause, "pause", "Time before each of them", kPositive, Need::required},
    };
  }
};

/// How pauses grow from the first to the last.
enum class Growth : std::uint8_t { linear, geometric, exponential };
template <>
struct Choices<Growth> {
  static constexpr std::array<std::string_view, 3> names{"linear", "geometric", "exponential"};
};

/// `backoff: {retries: 10, from: 1s, to: 20s}`: retries after longer and longer pauses.
struct GrowingRetriesParameters {
  Count retries = 0;
  Duration from;
  Duration to;
  Growth growth = Growth::exponential;

  static constexpr auto fields() {
    using G = GrowingRetriesParameters;
    return Pack{
        Field{&G::retries, "retries", "How many", Bounds{0, 1e4}, Need::required},
        Field{&G::from, "from", "Pause before the first of them", kPositive, Need::required},
        Field{&G::to, "to", "The longest pause", kPositive, Need::required},
        Field{
            &G::growth, "growth",
            "exponential: each pause is twice the one before, up to `to`; linear: by equal steps, "
            "so that the last is `to`; geometric: by equal factors, so that the last is `to`"},
    };
  }
};

/// How a copy that was not taken is tried again: immediate, pre-backoff, backoff and post-backoff
/// retries one after another, or a schedule of pauses.
struct SubscriptionRetryParameters {
  Count immediate = 0;
  std::optional<EvenRetriesParameters> pre_backoff;
  std::optional<GrowingRetriesParameters> backoff;
  std::optional<EvenRetriesParameters> post_backoff;
  std::optional<DurationList> schedule;
  std::optional<Count> attempts;
  std::optional<Duration> within;
  Jitter jitter = Jitter::none;

  static constexpr auto fields() {
    using R = SubscriptionRetryParameters;
    return Pack{
        Field{&R::immediate, "immediate", "Retries at once", Bounds{0, 1000}},
        Field{&R::pre_backoff, "pre_backoff", "Then so many, a pause before each"},
        Field{&R::backoff, "backoff", "Then so many, after longer and longer pauses"},
        Field{&R::post_backoff, "post_backoff", "Then so many, a pause before each"},
        Field{&R::schedule, "schedule",
              "Instead of these: the pauses one after another, the last of them again and again "
              "while `attempts` and `within` let it",
              kPositive},
        Field{&R::attempts, "attempts",
              "Attempts at most, the first included; default: as many as the phases say",
              Bounds{1, 1e6}},
        Field{&R::within, "within",
              "No attempt begins later than this after the publish; default: no limit", kPositive},
        Field{&R::jitter, "jitter",
              "How a pause d is spread: full: uniform up to d; equal: d/2 and uniform up to d/2 "
              "more; exponential: with mean d"},
    };
  }
};

}  // namespace spillway
