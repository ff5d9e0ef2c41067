#include <cassert>

#include "sim/model/fault/fault.h"

// Instances that a fault ends and brings back, all together or in turns:
//
//   restart   0, 1, 2 go ──for──► 0, 1, 2 are back
//   rolling   0 goes ──each──► 0 is back, 1 goes ──each──► 1 is back, 2 goes ──each──► 2 is back
//   set       there are `to` ──for──► there are as many as before

namespace spillway {

void Fault::push_turns(Time from, Context& context) const {
  for (std::uint32_t turn = 1; turn < wiring_.instances->turns(); ++turn) {
    context.events.push(from + turn * wiring_.instances->each, Phase::kFault,
                        {say<Tick>(wiring_.address), kTurn + turn - 1});
  }
}

/// Says the same of the places of a turn, or of all.
void Fault::tell(FleetChange::What what, std::uint32_t turn, Context& context) const {
  const Instances& instances = *wiring_.instances;
  const std::uint32_t first = turn * instances.at_a_time;
  const std::uint32_t count = instances.rolls() ? instances.at_a_time : instances.places;
  for (std::uint32_t place = first; place < first + count; ++place) {
    context.post({say<Scale>(instances.of), FleetChange{what, place}.payload()});
  }
}

void Fault::change_instances(std::uint32_t what, Context& context) const {
  const Instances& instances = *wiring_.instances;
  using enum FleetChange::What;
  if (instances.places == 0) {
    assert(what < kTurn);
    const std::uint32_t there = what == kBegins ? instances.meanwhile : instances.afterwards;
    context.post({say<Scale>(instances.of), FleetChange{number, there}.payload()});
    return;
  }
  const std::uint32_t turn = what == kBegins ? 0
                             : what == kEnds ? instances.turns()
                                             : what - kTurn + 1;
  if (turn != 0) tell(resume, turn - 1, context);
  if (what != kEnds) tell(stop, turn, context);
}

}  // namespace spillway
