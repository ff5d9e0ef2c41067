#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "sim/language/field.h"
#include "sim/language/pack.h"
#include "sim/language/quantity.h"

namespace spillway {

/// When a reader of a log commits its offsets.
enum class Commit : std::uint8_t { after, before };
template <>
struct Choices<Commit> {
  static constexpr std::array<std::string_view, 2> names{"after", "before"};
};

/// How the partitions of a log are given out anew when the members of a group change.
enum class Assignor : std::uint8_t { eager, cooperative };
template <>
struct Choices<Assignor> {
  static constexpr std::array<std::string_view, 2> names{"eager", "cooperative"};
};

/// Where a group goes on when the log has deleted what it should read next.
enum class Reset : std::uint8_t { earliest, latest };
template <>
struct Choices<Reset> {
  static constexpr std::array<std::string_view, 2> names{"earliest", "latest"};
};

/// `retry: {attempts: 10, pause: 1s}`: what a reader of a log does about a record whose handler
/// fails. It does so where it is, so that its partition waits.
struct RecordRetryParameters {
  Limit attempts{10};
  Duration pause;

  static constexpr auto fields() {
    using R = RecordRetryParameters;
    return Pack{
        Field{&R::attempts, "attempts",
              "How often a record is handled at most, the first time included; then it is skipped",
              Bounds{1, 65535}, Need::optional, Noun::none,
              "Spring for Apache Kafka, SeekUtils.DEFAULT_MAX_FAILURES, "
              "docs.spring.io/spring-kafka/reference/kafka/annotation-error-handling.html"},
        Field{&R::pause, "pause", "Time before it is handled again"},
    };
  }
};

/// What a consumer says as a member of a group that reads a log.
struct MembershipParameters {
  std::string group;
  std::optional<Commit> commit;
  std::optional<Duration> commit_every;
  std::optional<RecordRetryParameters> retry;
  std::optional<Assignor> assignor;
  std::optional<Duration> session_timeout;
  std::optional<Duration> max_poll_interval;
  std::optional<Reset> reset;

  /// The fields that a consumer of a log has beside the others. Its heartbeat is its own, since a
  /// consumer of a queue may have one too.
  static constexpr auto membership_fields() {
    using M = MembershipParameters;
    return Pack{
        Field{&M::group, "group",
              "Of a log: the group's name, for metrics: `orders.billing`; default: the consumer's"},
        Field{&M::commit, "commit",
              "Of a log: after: offsets are committed when records are handled (at least once); "
              "before: when they are polled (at most once); default: after"},
        Field{&M::commit_every, "commit_every",
              "Of a log: time between commits at least, each made between two polls; default: "
              "after each poll"},
        Field{&M::retry, "retry",
              "Of a log: what is done about a record whose handler fails; default: 10 attempts "
              "without pause, then it is skipped"},
        Field{&M::assignor, "assignor",
              "Of a log: eager: all members give up all partitions when one comes or goes; "
              "cooperative: only those that move; default: eager"},
        Field{&M::session_timeout, "session_timeout",
              "Of a log: how long after its last heartbeat a member that crashed is missed; "
              "default: at once"},
        Field{&M::max_poll_interval, "max_poll_interval",
              "Of a log: a member that takes longer than this from poll to poll is put out of the "
              "group, and comes back with its next poll; default: no limit",
              kPositive},
        Field{&M::reset, "reset",
              "Of a log: where the group goes on when the log has deleted what it should read "
              "next: earliest: with the oldest record that is there; latest: with what comes "
              "from then on, and the rest is lost; default: earliest"},
    };
  }

  /// Whether anything is said that only a log knows what to do with.
  bool says_something() const {
    return !group.empty() || commit || commit_every || retry || assignor || session_timeout ||
           max_poll_interval || reset;
  }
};

}  // namespace spillway
