#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/flow/context.h"
#include "sim/flow/measure.h"
#include "sim/language/pack.h"
#include "sim/model/service/balancing.h"

namespace spillway {

/// What is measured of ejections.
struct EjectionMetrics {
  Level out;
  Counter ejections;

  static constexpr auto parts() { return Pack{&EjectionMetrics::out, &EjectionMetrics::ejections}; }
  static constexpr auto metrics() {
    return Pack{
        Metric{&EjectionMetrics::out, "ejected", "1",
               "Where there is ejection: instances that get no requests because they failed"},
        Metric{&EjectionMetrics::ejections, "ejections", "1",
               "Where there is ejection: how many times an instance was ejected"},
    };
  }
};

/// Ejects instances that fail again and again, as Envoy's outlier detection does it by consecutive
/// 5xx: for `lasts` the first time, twice as long the second time, and so on.
///
/// What an instance that is out still answers counts for nothing. Cost: O(1).
class Ejection {
 public:
  struct Rules {
    std::uint32_t after = 5;
    Time lasts = 30 * kSecond;
    Time longest = 300 * kSecond;
    double at_most = 0.1;  ///< of those that serve; one may always be out
    Time forgets = 10 * kSecond;
  };

  explicit Ejection(const Rules& rules) : rules_(rules) {}

  void begin(std::uint32_t instances, Context& context, const Demand& demand) {
    begin_measures(metrics_, context.timeline, demand);
    records_.assign(instances, {});
    out_ = 0;
  }

  bool is_out(std::uint32_t instance) const { return records_[instance].out; }

  /// A request has ended at an instance, one of `serving`. Returns whether it is out from now on;
  /// `back` is said then when it may come back.
  bool ended(std::uint32_t instance, bool well, std::size_t serving, Next back, Context& context) {
    Record& record = records_[instance];
    if (record.out) return false;
    record.failures = well ? 0 : record.failures + 1;
    if (record.failures < rules_.after ||
        static_cast<double>(out_) >= rules_.at_most * static_cast<double>(serving)) {
      return false;
    }
    const Time now = context.now();
    const Time forgotten = (now - record.in_since) / rules_.forgets;
    record.times -= static_cast<std::uint32_t>(std::min<Time>(record.times, forgotten));
    ++record.times;
    const Time most = rules_.longest / rules_.lasts;
    const Time lasts =
        Time{record.times} > most ? rules_.longest : Time{record.times} * rules_.lasts;
    record.failures = 0;
    record.out = true;
    ++out_;
    record.timer = context.events.push_timer(now + lasts, Phase::kFault, back);
    metrics_.out.add(now, 1);
    metrics_.ejections.add(context.timeline.segment_of(now));
    return true;
  }

  /// Its time is over.
  void comes_back(std::uint32_t instance, const Context& context) {
    Record& record = records_[instance];
    record.out = false;
    record.in_since = context.now();
    --out_;
    metrics_.out.add(context.now(), -1);
  }

  /// Another instance takes its place: it has a clean slate.
  void forget(std::uint32_t instance, Context& context) {
    Record& record = records_[instance];
    if (record.out) {
      context.events.cancel(record.timer);
      comes_back(instance, context);
    }
    record = {};
  }

  EjectionMetrics& metrics() { return metrics_; }
  const EjectionMetrics& metrics() const { return metrics_; }

 private:
  struct Record {
    std::uint32_t failures = 0;  ///< in a row
    std::uint32_t times = 0;     ///< it was ejected, less those forgotten
    bool out = false;
    Time in_since = 0;
    Timer timer = 0;  ///< when it comes back
  };

  Rules rules_;
  std::vector<Record> records_;
  std::size_t out_ = 0;
  EjectionMetrics metrics_;
};

/// The rules that a declaration makes.
inline Ejection::Rules rules_of(const EjectionParameters& says) {
  Ejection::Rules rules;
  rules.after = static_cast<std::uint32_t>(says.after);
  rules.lasts = says.lasts.ns;
  rules.longest = says.longest.ns;
  rules.at_most = says.at_most.value;
  rules.forgets = says.forgets.ns;
  return rules;
}

}  // namespace spillway
