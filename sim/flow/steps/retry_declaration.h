#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/flow/adaptive_rate.h"
#include "sim/flow/retry.h"
#include "sim/flow/retry_limits.h"
#include "sim/language/field.h"
#include "sim/language/pack.h"
#include "sim/language/quantity.h"

namespace spillway {

/// What a call or a send is tried again after.
enum class Failed : std::uint8_t { timeout, unavailable, error };
template <>
struct Choices<Failed> {
  static constexpr std::array<std::string_view, 3> names{"timeout", "unavailable", "error"};
};

template <>
struct Choices<Jitter> {
  static constexpr std::array<std::string_view, 5> names{"none", "full", "equal", "decorrelated",
                                                         "exponential"};
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
    return Pack{
        Field{&B::base, "base", "Pause after the first attempt", kAtLeastZero, Need::required},
        Field{&B::factor, "factor", "How many times longer each pause is than the one before",
              Bounds{1, 1e6}},
        Field{&B::cap, "cap", "The longest pause; default: none", kAtLeastZero},
        Field{&B::jitter, "jitter",
              "How a pause d is spread: full: uniform up to d; equal: d/2 and uniform up to d/2 "
              "more; decorrelated: uniform from base to three times the pause before; exponential: "
              "with "
              "mean d",
              kAtLeastZero, Need::optional, Noun::none, kSource},
    };
  }
};

/// What tries again so in reality; the values are in scenarios/presets.
enum class RetryPreset : std::uint8_t {
  aws_sdk,
  aws_sdk_2026,
  aws_sdk_adaptive,
  envoy_retry,
  finagle,
  grpc
};
template <>
struct Choices<RetryPreset> {
  static constexpr std::array<std::string_view, 6> names{
      "aws-sdk", "aws-sdk-2026", "aws-sdk-adaptive", "envoy-retry", "finagle", "grpc"};
};

/// `tokens: {size: 500, cost: 5}`: a bucket that retries are paid from.
struct RetryTokensParameters {
  Factor size;
  Factor cost{0};
  std::optional<Factor> timeout_cost;
  Factor success{0};
  Factor failure{0};
  std::optional<Share> floor;
  bool refund = false;

  static constexpr auto fields() {
    using T = RetryTokensParameters;
    constexpr Bounds kTokens{0, 1e6};
    return Pack{
        Field{&T::size, "size", "Tokens at most, and at first", Bounds{0, 1e6, true},
              Need::required},
        Field{&T::cost, "cost", "Tokens that a retry costs; without them there is none", kTokens},
        Field{&T::timeout_cost, "timeout_cost",
              "Tokens that a retry after a timeout costs; default: as any other", kTokens},
        Field{&T::success, "success",
              "Tokens that a call brings which ends well; with a refund, one that needed no retry",
              kTokens},
        Field{&T::failure, "failure", "Tokens that a failed attempt takes away", kTokens},
        Field{&T::floor, "floor",
              "There is a retry only while there are more tokens than this share of the bucket",
              Bounds{0, 1}},
        Field{&T::refund, "refund", "Whether a retry that goes well brings back what it cost"},
    };
  }
};

/// `at_once: {share: 20%, at_least: 3}`: how many retries may be under way.
struct RetriesAtOnceParameters {
  Count at_least = 0;
  std::optional<Share> share;

  static constexpr auto fields() {
    using A = RetriesAtOnceParameters;
    return Pack{
        Field{&A::at_least, "at_least", "So many retries may always be under way",
              Bounds{0, 1'000'000}},
        Field{&A::share, "share", "And as many as this share of the calls under way", Bounds{0, 1}},
    };
  }
};

/// `adaptive: {beta: 0.7}`: after a refusal, attempts set out no faster than the callee is found to
/// bear.
struct AdaptiveRateParameters {
  Factor beta{0.7};
  Factor scale{0.4};
  Factor smoothing{0.8};
  Duration period{500 * kMillisecond};
  Factor most{2};
  Rate least{0.5};

  static constexpr auto fields() {
    using A = AdaptiveRateParameters;
    constexpr std::string_view kSource =
        "boto/botocore, botocore/retries/adaptive.py, throttling.py and bucket.py";
    return Pack{
        Field{&A::beta, "beta", "What a refusal leaves of the rate", Bounds{0, 1, true},
              Need::optional, Noun::none, kSource},
        Field{&A::scale, "scale",
              "How fast the rate comes back: by scale x (t - K)^3, t seconds after the latest "
              "refusal",
              Bounds{0, 1e6, true}, Need::optional, Noun::none, kSource},
        Field{&A::smoothing, "smoothing",
              "Weight of the latest period in the rate at which answers come", Bounds{0, 1, true},
              Need::optional, Noun::none, kSource},
        Field{&A::period, "period", "How often that rate is taken", kPositive, Need::optional,
              Noun::none, kSource},
        Field{&A::most, "most", "The rate is at most so many times the one at which answers come",
              Bounds{0, 1000, true}, Need::optional, Noun::none, kSource},
        Field{&A::least, "least", "The rate is never below this", kPositive, Need::optional,
              Noun::none, kSource},
    };
  }
};

/// The rules that a declaration makes.
inline AdaptiveRateRules rules_of(const AdaptiveRateParameters& says) {
  return {says.beta.value, says.scale.value, says.smoothing.value,
          says.period.ns,  says.most.value,  says.least.per_second};
}

/// `retry: {attempts: 3, backoff: {base: 100ms}}`: what is done about a failed attempt.
struct RetryParameters {
  std::optional<RetryPreset> preset;
  Count attempts = 1;
  std::vector<Failed> when{Failed::timeout, Failed::unavailable, Failed::error};
  std::optional<BackoffParameters> backoff;
  std::optional<Share> budget;
  std::optional<Rate> reserve;
  std::optional<RetryTokensParameters> tokens;
  std::optional<RetriesAtOnceParameters> at_once;
  std::optional<AdaptiveRateParameters> adaptive;

  static constexpr auto fields() {
    using R = RetryParameters;
    return Pack{
        Field{&R::preset, "preset", "What tries again so in reality: fills in its values"},
        Field{&R::attempts, "attempts", "Attempts in all, the first included", Bounds{1, 100},
              Need::required},
        Field{&R::when, "when", "After which failures it is tried again"},
        Field{&R::backoff, "backoff", "Pause before another attempt; default: none"},
        Field{&R::budget, "budget",
              "Retries at most, as a share of the calls of the last ten seconds, all instances "
              "together; default: no limit",
              Bounds{0, 1}, Need::optional, Noun::none,
              "finagle.github.io/blog/2016/02/08/retry-budgets"},
        Field{&R::reserve, "reserve",
              "Retries a second, over ten seconds, that the budget allows beside the share",
              Bounds{0, 1e6}},
        Field{&R::tokens, "tokens",
              "A bucket of tokens that retries are paid from, of all instances together; default: "
              "none"},
        Field{&R::at_once, "at_once",
              "How many retries may be under way, of all instances together; default: no limit"},
        Field{&R::adaptive, "adaptive",
              "Whether attempts, first ones too, wait for their turn after refusals, of all "
              "instances together; default: none does"},
    };
  }
};

/// The limits that a declaration makes, beside its budget; nothing: none.
inline std::optional<RetryRules> rules_of(const RetryParameters& says) {
  if (!says.tokens && !says.at_once) return std::nullopt;
  const auto tokens = [](Factor count) {
    return static_cast<std::int64_t>(count.value * static_cast<double>(RetryRules::kToken) + 0.5);
  };
  RetryRules rules;
  if (const auto& bucket = says.tokens) {
    rules.size = tokens(bucket->size);
    rules.cost = tokens(bucket->cost);
    rules.late_cost = tokens(bucket->timeout_cost.value_or(bucket->cost));
    rules.success = tokens(bucket->success);
    rules.failure = tokens(bucket->failure);
    if (bucket->floor) rules.floor = tokens({bucket->size.value * bucket->floor->value});
    rules.refund = bucket->refund;
  }
  if (const auto& at_once = says.at_once) {
    rules.at_once = true;
    rules.at_least = static_cast<std::uint64_t>(at_once->at_least);
    if (at_once->share) {
      rules.share_at_once = static_cast<std::int64_t>(
          at_once->share->value * static_cast<double>(RetryRules::kWhole) + 0.5);
    }
  }
  return rules;
}

}  // namespace spillway
