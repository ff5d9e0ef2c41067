#include "sim/model/fault/fault.h"

#include <algorithm>

namespace spillway {

void Fault::claim(Context& context) {
  if (wiring_.waits_for_load) clock_ = context.events.add_slot();
}

const Fault::Spans& Fault::draw(Context& context, Time duration) {
  spans_.clear();
  if (wiring_.waits_for_load) return spans_;
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
  struck_ = 0;
  if (wiring_.waits_for_load) return expect_look(context);
  for (const auto& [from, until] : spans_) {
    for (const bool begins : {true, false}) {
      context.events.push(begins ? from : until, Phase::kFault,
                          {say<Tick>(wiring_.address), begins ? kBegins : kEnds});
    }
    if (wiring_.instances) push_turns(from, context);
  }
}

/// Looks next in a second, and no more when the run is over.
void Fault::expect_look(Context& context) const {
  const Time at = context.now() + kLook;
  if (at >= context.timeline.duration()) return;
  context.events.set_slot(clock_, at, Phase::kFault, {say<Tick>(wiring_.address), kLooks});
}

/// Begins where the load sets it off; it looks again when it has ended.
Next Fault::look(Context& context) {
  const Time now = context.now();
  if (!trigger_.holds(now)) {
    expect_look(context);
    return {};
  }
  if (struck_ == kMostSpans) throw OutOfFaults{};
  const Time lasts = context.sites[wiring_.lasts].at(struck_++, 0);
  context.events.push(now + lasts, Phase::kFault, {say<Tick>(wiring_.address), kEnds});
  if (wiring_.instances) push_turns(now, context);
  return {say<Tick>(wiring_.address), kBegins};
}

Next Fault::on(Tick, std::uint32_t what, Context& context) {
  if (what == kLooks) return look(context);
  if (what == kEnds && wiring_.waits_for_load) expect_look(context);
  if (wiring_.instances) change_instances(what, context);
  if (what >= kTurn) return {};
  const bool begins = what == kBegins;
  if (begins) metrics_.begun.add(context.timeline.segment_of(context.now()));
  if (wiring_.hop_faults != 0) strike_edges(begins, context);
  for (const Strike& strike : wiring_.strikes) {
    const std::uint32_t change = ImpairmentChange{strike.impairment, begins}.payload();
    context.post({say<Impair>(context.impairments[strike.impairment].target), change});
    if (strike.branches != 0) context.post({say<Impair>(strike.branches), change});
  }
  return {};
}

void Fault::strike_edges(bool begins, Context& context) const {
  const std::uint32_t first = wiring_.first_hop_fault;
  for (std::uint32_t i = first; i < first + wiring_.hop_faults; ++i) {
    const HopFault& fault = context.hop_faults[i];
    auto& active = context.ailing_hops[fault.hop].active;
    if (begins) {
      active.push_back(fault);
    } else if (const auto it = std::ranges::find(active, fault); it != active.end()) {
      active.erase(it);
    }
  }
}

}  // namespace spillway
