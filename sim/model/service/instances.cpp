#include <algorithm>

#include "sim/model/service/service.h"

// Instances that come and go. One that goes takes no request more and finishes those it has. All
// draw from one line, so which of them has a handler is not known: as many end later as the slots
// in use beyond those that serve would fill.

namespace spillway {

/// Those that take requests.
template <class Kept>
std::uint64_t ServiceOf<Kept>::instances_left() const {
  const std::uint64_t there = fleet_ != nullptr ? fleet_->serving() : wiring_.instances;
  return there - std::min(struck_, there);
}

/// Works out slots and accept queue anew from the instances that serve.
template <class Kept>
void ServiceOf<Kept>::count_slots() {
  const std::uint64_t left = instances_left();
  const std::uint64_t each =
      fleet_ != nullptr ? fleet_->slots_of_each() : wiring_.slots / wiring_.instances;
  slots_ = left == 0 ? 0 : condition_.left_of(left * each);
  if (fleet_ == nullptr && struck_ == 0) {
    room_ = wiring_.room;
  } else {
    room_ = wiring_.room_for_each == ~std::uint64_t{0} ? wiring_.room_for_each
                                                       : left * wiring_.room_for_each;
  }
}

template <class Kept>
void ServiceOf<Kept>::slots_changed(Context& context) {
  count_slots();
  end_idle_instances(context);
  fill_slots(context);
}

template <class Kept>
Next ServiceOf<Kept>::on(Scale, std::uint32_t change, Context& context) {
  fleet_->change(FleetChange::of(change), context, changed_);
  slots_changed(context);
  return {};
}

template <class Kept>
Next ServiceOf<Kept>::on(Tick, std::uint32_t instance, Context& context) {
  if (instance == LeakyBucket::kDrips) return drip(context);
  if (instance >= SharedProcessors::kDoneOnCores)
    return condition_.told_by(instance)->take(context);
  if (instance == SharedLimit::kPermit) {
    use_permit(context);
    return {};
  }
  fleet_->started(instance, context);
  slots_changed(context);
  return {};
}

/// Lets those go of the instances that end whose slots nobody uses any more.
template <class Kept>
void ServiceOf<Kept>::end_idle_instances(Context& context) {
  if (fleet_ == nullptr) return;
  const std::uint64_t each = fleet_->slots_of_each();
  const std::uint64_t serving = fleet_->serving() * each;
  const std::uint64_t over =
      std::min(busy_ > serving ? busy_ - serving : 0, fleet_->ending() * each);
  fleet_->in_use_at_ending(static_cast<std::int64_t>(over) - static_cast<std::int64_t>(overhang_),
                           context);
  overhang_ = over;
  for (std::uint32_t place = 0; fleet_->ending() * each >= over + each; ++place) {
    if (fleet_->at(place) == Fleet::Place::ending) fleet_->ended(place, context);
  }
}

template std::uint64_t ServiceOf<ServiceMetrics>::instances_left() const;
template void ServiceOf<ServiceMetrics>::count_slots();
template void ServiceOf<ServiceMetrics>::slots_changed(Context&);
template Next ServiceOf<ServiceMetrics>::on(Scale, std::uint32_t, Context&);
template Next ServiceOf<ServiceMetrics>::on(Tick, std::uint32_t, Context&);
template void ServiceOf<ServiceMetrics>::end_idle_instances(Context&);
template std::uint64_t ServiceOf<ServiceMetrics&>::instances_left() const;
template void ServiceOf<ServiceMetrics&>::count_slots();
template void ServiceOf<ServiceMetrics&>::slots_changed(Context&);
template Next ServiceOf<ServiceMetrics&>::on(Scale, std::uint32_t, Context&);
template Next ServiceOf<ServiceMetrics&>::on(Tick, std::uint32_t, Context&);
template void ServiceOf<ServiceMetrics&>::end_idle_instances(Context&);

}  // namespace spillway
