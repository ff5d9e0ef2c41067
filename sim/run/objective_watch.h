#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/flow/measure.h"
#include "sim/flow/trace.h"
#include "sim/scenario/judged.h"

namespace spillway {

/// Tells when a run is outside its objectives, each judged over short spans.
///
/// What messages meet with is judged by the second they were born in, once all of it is known: a
/// percentile holds when so many of them were fast enough, and one that is never answered was not.
/// Where none was born, nothing is missed. A level is judged bin by bin of its series. An objective
/// over a window is judged in that window only.
/// Cost: a call for each thing that happens to a message, 24 bytes a second for each objective.
/// Runs longer than 11.6 days are judged over spans of a millionth of them instead of a second.
class ObjectiveWatch final : public Tracer {
 public:
  using Spans = std::vector<std::pair<Time, Time>>;  ///< [from, until)

  /// An objective and where what it promises is seen.
  struct Watched {
    JudgedBy by = JudgedBy::answers;
    Relation relation = Relation::at_least;
    Statistic statistic;
    double value = 0;          ///< in SI base units
    Address producer = 0;      ///< of objectives on messages
    std::size_t series = 0;    ///< of those on levels: place in Plan::series
    std::uint32_t window = 0;  ///< place in Plan::windows
  };

  explicit ObjectiveWatch(const std::vector<Watched>& watched);

  /// Begins a run. Whoever watches the messages besides is told, too; nullptr = nobody.
  void begin(Time duration, Tracer* besides);

  void see(Moment moment, Time now, Address component, const Message& message) override;

  /// When the measured part of the run was outside an objective: ascending, apart from each other.
  Spans missed(const std::vector<BinnedSeries>& series, const std::vector<Time>& steps,
               const std::vector<Window>& windows) const;

 private:
  /// What is known of the messages born in a span.
  struct Born {
    std::uint64_t all = 0;
    std::uint64_t good = 0;  ///< of them, by what the objective asks of each
    Time sum = 0;            ///< of the durations, where their mean is judged
  };
  struct Judge {
    Watched watched;
    Time longest = 0;  ///< that is good
    std::vector<Born> born;
  };

  void count(Judge& judge, Time now, const Message& message) const;
  bool is_missed(const Judge& judge, const Born& born) const;

  std::vector<Judge> judges_;
  Time span_ = kSecond;
  Tracer* besides_ = nullptr;
};

/// How much of [from, until) lies in spans that are apart from each other.
Time overlap(const ObjectiveWatch::Spans& spans, Time from, Time until);

}  // namespace spillway
