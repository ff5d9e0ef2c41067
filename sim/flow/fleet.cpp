#include "sim/flow/fleet.h"

#include <cassert>

namespace spillway {

void Fleet::begin(Context& context, const Demand& demand) {
  begin_measures(metrics_, context.timeline, demand);
  places_.assign(wiring_.most, Place::empty);
  timers_.assign(wiring_.most, Timer{});
  for (std::uint32_t place = 0; place < wiring_.first; ++place) places_[place] = Place::serving;
  serving_ = wiring_.first;
  starting_ = 0;
  ending_ = 0;
  starts_ = 0;
  metrics_.there.start_at(wiring_.first / wiring_.places_of_each);
  metrics_.slots.start_at(static_cast<std::int64_t>(wiring_.first * wiring_.slots));
}

void Fleet::scale_to(std::uint32_t wanted, Context& context, std::vector<std::uint32_t>& changed) {
  changed.clear();
  if (wanted > this->wanted()) start(wanted - this->wanted(), context, changed);
  if (wanted < this->wanted()) end(this->wanted() - wanted, context, changed);
}

void Fleet::change(FleetChange change, Context& context, std::vector<std::uint32_t>& changed) {
  const std::uint32_t place = change.value;
  switch (change.what) {
    case FleetChange::What::number:
      return scale_to(change.value, context, changed);
    case FleetChange::What::stop:
      changed.clear();
      if (places_[place] != Place::serving) return;
      stop(place, context);
      changed.push_back(place);
      return;
    case FleetChange::What::resume:
      changed.clear();
      if (resume(place, context)) changed.push_back(place);
      return;
  }
}

/// An instance counts by the first of its places.
void Fleet::tell(std::uint32_t place, std::int64_t change, Context& context) {
  if (place % wiring_.places_of_each == 0) metrics_.there.add(context.now(), change);
}

/// One that serves ends.
void Fleet::stop(std::uint32_t place, Context& context) {
  places_[place] = Place::ending;
  --serving_;
  ++ending_;
  metrics_.slots.add(context.now(), -static_cast<std::int64_t>(wiring_.slots));
}

/// One that was stopped is back, whether the handlers that it had are done or not. Returns: it
/// serves again.
bool Fleet::resume(std::uint32_t place, Context& context) {
  if (places_[place] == Place::empty) {
    tell(place, 1, context);
  } else if (places_[place] == Place::ending) {
    --ending_;
  } else {
    return false;
  }
  places_[place] = Place::serving;
  ++serving_;
  metrics_.slots.add(context.now(), static_cast<std::int64_t>(wiring_.slots));
  return true;
}

void Fleet::start(std::uint32_t count, Context& context, std::vector<std::uint32_t>& changed) {
  for (std::uint32_t place = 0; place < wiring_.most && count > 0; ++place) {
    if (places_[place] != Place::empty) continue;
    --count;
    places_[place] = Place::starting;
    ++starting_;
    tell(place, 1, context);
    metrics_.starting.add(context.now(), 1);
    const Time takes = wiring_.startup ? context.sites[*wiring_.startup].at(starts_, 0) : 0;
    ++starts_;
    if (takes > 0) {
      timers_[place] = context.events.push_timer(context.now() + takes, Phase::kFault,
                                                 {say<Tick>(wiring_.address), place});
    } else {
      started(place, context);
      changed.push_back(place);
    }
  }
}

void Fleet::end(std::uint32_t count, Context& context, std::vector<std::uint32_t>& changed) {
  for (std::uint32_t place = wiring_.most; place-- > 0 && count > 0 && starting_ > 0;) {
    if (places_[place] != Place::starting) continue;
    --count;
    context.events.cancel(timers_[place]);
    places_[place] = Place::empty;
    --starting_;
    metrics_.starting.add(context.now(), -1);
    tell(place, -1, context);
  }
  for (std::uint32_t place = wiring_.most; place-- > 0 && count > 0;) {
    if (places_[place] != Place::serving) continue;
    --count;
    stop(place, context);
    changed.push_back(place);
  }
}

void Fleet::started(std::uint32_t place, Context& context) {
  assert(places_[place] == Place::starting);
  places_[place] = Place::serving;
  --starting_;
  ++serving_;
  metrics_.starting.add(context.now(), -1);
  metrics_.slots.add(context.now(), static_cast<std::int64_t>(wiring_.slots));
}

void Fleet::ended(std::uint32_t place, Context& context) {
  assert(places_[place] == Place::ending);
  places_[place] = Place::empty;
  --ending_;
  tell(place, -1, context);
}

}  // namespace spillway
