#include "sim/model/fault/fault.h"

namespace spillway {

const Fault::Spans& Fault::draw(Context& context, Time duration) {
  spans_.clear();
  Time from = wiring_.at.value_or(0);
  for (std::uint32_t i = 0;; ++i) {
    if (wiring_.every) from += context.sites[*wiring_.every].at(i, 0);
    if (from >= duration) break;
    if (spans_.size() == kMostSpans) throw OutOfFaults{};
    const Time lasts = context.sites[wiring_.lasts].at(i, 0);
    spans_.emplace_back(from, from + lasts);
    from += lasts;
    if (!wiring_.every) break;
  }
  return spans_;
}

void Fault::begin(Context& context, const Demand& demand) {
  begin_measures(metrics_, context.timeline, demand);
  for (const auto& [from, until] : spans_) {
    for (const bool begins : {true, false}) {
      context.events.push(
          begins ? from : until, Phase::kFault,
          {say<Tick>(wiring_.address), ImpairmentChange{wiring_.impairment, begins}.payload()});
    }
  }
}

Next Fault::on(Tick, std::uint32_t change, Context& context) {
  if (ImpairmentChange::of(change).begins) {
    metrics_.begun.add(context.timeline.segment_of(context.now()));
  }
  if (wiring_.branches != 0) context.post({say<Impair>(wiring_.branches), change});
  return {say<Impair>(context.impairments[wiring_.impairment].target), change};
}

}  // namespace spillway
