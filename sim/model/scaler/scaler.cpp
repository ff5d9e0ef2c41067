#include "sim/model/scaler/scaler.h"

#include <algorithm>

namespace spillway {

void Scaler::claim(Context& context) {
  if (wiring_.every != 0) period_ = context.events.add_slot();
  if (!wiring_.shifts.empty()) shift_ = context.events.add_slot();
}

void Scaler::begin(Context& context, const Demand&) {
  wanted_ = wiring_.policy.least;
  busy_before_ = 0;
  slots_before_ = 0;
  failed_before_ = 0;
  out_at_ = kNever;
  changed_at_ = kNever;
  if (wiring_.every != 0) {
    context.events.set_slot(period_, wiring_.every, Phase::kFault,
                            {say<Tick>(wiring_.address), kPeriod});
    wanted_ = sight_.fleet->wanted();
  }
  expect_shift(context);
}

Next Scaler::on(Tick, std::uint32_t why, Context& context) {
  if (why == kPeriod) {
    context.events.set_slot(period_, context.now() + wiring_.every, Phase::kFault,
                            {say<Tick>(wiring_.address), kPeriod});
    wanted_ = look(context);
  } else {
    expect_shift(context);
  }
  return decide(context);
}

/// How many the policy wants now.
std::uint32_t Scaler::look(Context& context) {
  const Time now = context.now();
  ScaleFigures figures;
  figures.serving = sight_.fleet->serving();
  figures.wanted = sight_.fleet->wanted();
  if (sight_.backlog != nullptr) figures.backlog = sight_.backlog->level();
  if (sight_.age != nullptr && sight_.age->since() != kNever) {
    figures.age = now - sight_.age->since();
  }
  if (sight_.busy != nullptr) {
    const Int128 busy = sight_.busy->area_until(now);
    const Int128 slots = sight_.fleet->metrics().slots.area_until(now);
    if (slots > slots_before_) {
      figures.busy =
          static_cast<double>(busy - busy_before_) / static_cast<double>(slots - slots_before_);
    }
    busy_before_ = busy;
    slots_before_ = slots;
  }
  if (sight_.failed != nullptr) {
    const std::uint64_t failed = sight_.failed->so_far();
    figures.failing = failed != failed_before_;
    failed_before_ = failed;
  }
  figures.held_up = sight_.held_up != nullptr && *sight_.held_up != 0;
  return wiring_.policy.wanted(figures);
}

/// What the shifts that last now ask for at least.
std::uint32_t Scaler::floor_at(Time now) const {
  std::uint32_t floor = wiring_.policy.least;
  for (const Shift& shift : wiring_.shifts) {
    if (shift.from <= now && now < shift.until) floor = std::max(floor, shift.instances);
  }
  return floor;
}

/// Sets its clock to when the next shift begins or ends.
void Scaler::expect_shift(Context& context) {
  Time next = kNever;
  for (const Shift& shift : wiring_.shifts) {
    for (const Time at : {shift.from, shift.until}) {
      if (at > context.now()) next = std::min(next, at);
    }
  }
  if (next == kNever) return;
  context.events.set_slot(shift_, next, Phase::kFault, {say<Tick>(wiring_.address), kShift});
}

Next Scaler::decide(Context& context) {
  const Time now = context.now();
  const std::uint32_t there = sight_.fleet->wanted();
  const std::uint32_t floor = floor_at(now);
  const auto rests = [now](Time since, Time cooldown) {
    return since != kNever && now - since < cooldown;
  };
  std::uint32_t wanted = std::max(wanted_, floor);
  if (wanted > there && rests(out_at_, wiring_.cooldown_out)) wanted = std::max(there, floor);
  if (wanted < there && rests(changed_at_, wiring_.cooldown_in)) return {};
  if (wanted == there) return {};
  changed_at_ = now;
  if (wanted > there) out_at_ = now;
  return {say<Scale>(wiring_.component), FleetChange{FleetChange::What::number, wanted}.payload()};
}

}  // namespace spillway
