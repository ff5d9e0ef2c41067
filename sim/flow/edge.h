#pragma once

#include <string>

#include "sim/flow/detection.h"
#include "sim/flow/first_failure.h"
#include "sim/flow/measure.h"
#include "sim/kernel/event_set.h"
#include "sim/language/pack.h"

namespace spillway {

/// The way over the network in one direction: no time, a fixed time, a drawn one, or any of them
/// while nothing ails it.
struct Hop {
  enum class Kind : std::uint8_t { none, fixed, drawn, ailing };
  Kind kind = Kind::none;
  Time delay = 0;
  PipeId arrivals = 0;     ///< of a fixed delay: where all messages stand that take as long
  PipeId completions = 0;  ///< and all answers
  std::uint32_t site = 0;  ///< of a drawn delay; of one that faults may strike: see ailing_hop.h
};

/// Who talks to whom, `checkout -> payments`: a component of its own for metrics. An attempt that
/// is waited for ends in one way: answered well, as an error, or as a timeout whose late answer
/// counts no more.
struct EdgeMetrics {
  Counter attempts;
  Counter timeouts;
  Counter errors;
  Counter lost;
  Counter late;
  Counter polls;
  Counter short_circuited;
  OpenTime open;
  Counter retries;
  FirstFailure failing;
  Counter hedges;
  Counter pool_refused;
  Durations pool_wait;
  Level connections;
  double pool_size = 0;  ///< 0: it has none
  Counter checks;
  Counter failed_checks;
  OpenTime unhealthy;

  /// Attempts for each that is the first.
  struct Amplification {
    static constexpr Sample::Kind kKind = Sample::Kind::share;

    const Counter& attempts;
    const Counter& retries;
    const Counter& hedges;
    Sample sample(const Window& window) const {
      Sample sample;
      sample.kind = kKind;
      sample.n = attempts.in(window);
      sample.total = static_cast<double>(sample.n);
      sample.weight = static_cast<double>(sample.n - retries.in(window)-hedges.in(window));
      return sample;
    }
  };
  Amplification amplification() const { return {attempts, retries, hedges}; }

  /// Connections in use, as a share of the pool's.
  struct PoolUtilization {
    static constexpr Sample::Kind kKind = Sample::Kind::share;

    const Level& in_use;
    double size;
    Sample sample(const Window& window) const {
      Sample sample;
      sample.kind = kKind;
      return size == 0 ? sample : Utilization{in_use, size}.sample(window);
    }
  };
  PoolUtilization pool_utilization() const { return {connections, pool_size}; }

  Detection detection() const { return {unhealthy}; }

  /// An attempt of what was born in that segment has failed.
  void count_timeout(std::uint32_t segment, Time now) {
    timeouts.add(segment);
    failing.count(now);
  }
  void count_error(std::uint32_t segment, Time now) {
    errors.add(segment);
    failing.count(now);
  }

  static constexpr auto parts() {
    return Pack{&EdgeMetrics::attempts,
                &EdgeMetrics::timeouts,
                &EdgeMetrics::errors,
                &EdgeMetrics::lost,
                &EdgeMetrics::late,
                &EdgeMetrics::polls,
                &EdgeMetrics::short_circuited,
                &EdgeMetrics::open,
                &EdgeMetrics::retries,
                &EdgeMetrics::failing,
                &EdgeMetrics::hedges,
                &EdgeMetrics::pool_refused,
                &EdgeMetrics::pool_wait,
                &EdgeMetrics::connections,
                &EdgeMetrics::checks,
                &EdgeMetrics::failed_checks,
                &EdgeMetrics::unhealthy};
  }
  static constexpr auto metrics() {
    return Pack{
        Metric{&EdgeMetrics::attempts, "attempts", "1",
               "Calls, sends or deliveries made on this edge"},
        Metric{&EdgeMetrics::timeouts, "timeouts", "1",
               "Attempts on this edge that were given up unanswered"},
        Metric{&EdgeMetrics::errors, "errors", "1",
               "Attempts on this edge that were answered with a failure while somebody waited"},
        Metric{&EdgeMetrics::lost, "lost", "1",
               "Requests, messages and answers that faults lost on their way over this edge"},
        Metric{&EdgeMetrics::late, "late", "1",
               "Replies to requests of this edge that came when nobody waited for them any more"},
        Metric{&EdgeMetrics::polls, "polls", "1", "Questions after jobs submitted on this edge"},
        Metric{&EdgeMetrics::short_circuited, "short_circuited", "1",
               "Attempts that the edge's circuit breaker refused; none is among the attempts"},
        Metric{&EdgeMetrics::open, "open", "share",
               "Share of the time that the edge's circuit breaker was open"},
        Metric{&EdgeMetrics::retries, "retries", "1",
               "Attempts that follow a failed one of the same call, send or request"},
        Metric{&EdgeMetrics::amplification, "amplification", "1",
               "Attempts for each first one: 1 without retries and copies"},
        Metric{
            &EdgeMetrics::failing, "first_failure", "s",
            "Time from a window's beginning until more attempts failed in one second than in any "
            "before the window; never where that did not happen"},
        Metric{&EdgeMetrics::hedges, "hedges", "1",
               "Copies of requests that were not answered soon enough; each is an attempt too"},
        Metric{&EdgeMetrics::pool_utilization, "pool_utilization", "share",
               "Connections in use, as a share of the edge's pool"},
        Metric{&EdgeMetrics::pool_wait, "pool_wait", "s",
               "Time that an attempt waited for a connection of the edge's pool, of those that got "
               "one"},
        Metric{&EdgeMetrics::pool_refused, "pool_refused", "1",
               "Attempts that got no connection, as too many waited or for too long; none is among "
               "the attempts"},
        Metric{&EdgeMetrics::checks, "checks", "1",
               "Health checks that the caller has sent; none is among the attempts"},
        Metric{&EdgeMetrics::failed_checks, "failed_checks", "1",
               "Health checks that were answered with a failure, or not in time"},
        Metric{&EdgeMetrics::unhealthy, "unhealthy", "share",
               "Share of the time that the callee counts as unhealthy to this caller"},
        Metric{
            &EdgeMetrics::detection, "detection_time", "s",
            "Time from a window's beginning until the callee counts as unhealthy to this caller; "
            "never where that did not happen"},
    };
  }
};

struct Edge {
  Hop out;
  Hop back;
  EdgeMetrics metrics;
  std::uint32_t to = 0;        ///< address of the component that it leads to
  std::uint32_t priority = 0;  ///< of the requests that come by it: the highest is most urgent
  std::string name;
};

}  // namespace spillway
