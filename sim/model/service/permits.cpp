#include "sim/model/service/service.h"

// A limit that the service shares with others: each slot in use has one of its permits.
//
// A request that finds a slot and no permit is refused at once, as a function is throttled whose
// account has no concurrency left. Who stands in line while there are slots (after a crash, or when
// instances come) waits for a permit: each that becomes free goes to those who wait for one in
// turn, and the service's own line stands there like anybody else.

namespace spillway {

/// Takes the permit that goes with a slot, where a request finds one. Returns false where it is to
/// be refused.
template <class Kept>
bool ServiceOf<Kept>::gets_permit(Handle request, Context& context) {
  SharedLimit* limit = shared_limit();
  if (limit == nullptr || busy_ >= slots_ || limit->take(context.now())) return true;
  const std::uint32_t segment = context.messages[request].segment;
  metrics_.throttled.add(segment);
  limit->metrics().throttled.add(segment);
  return false;
}

template <class Kept>
void ServiceOf<Kept>::free_slot_and_permit(Context& context) {
  --busy_;
  metrics_.busy.add(context.now(), -1);
  shared_limit()->give(1, context);
  fill_slots_by_permits(context);
  if (busy_ >= slots_) end_idle_instances(context);
}

/// Gives slots that are free to those who stand in line, as far as there are permits, and waits for
/// one where somebody still stands there.
template <class Kept>
void ServiceOf<Kept>::fill_slots_by_permits(Context& context) {
  SharedLimit& limit = *shared_limit();
  const auto somebody_stands_in_line = [&] {
    return !resumed_.empty() || !waiting_.empty() ||
           (has_own_line() && protection_->line->size() != 0);
  };
  while (!condition_.crashed() && busy_ < slots_ && somebody_stands_in_line()) {
    if (!limit.take(context.now())) {
      if (!protection_->awaits_permit) {
        limit.wait({say<Tick>(wiring_.address), SharedLimit::kPermit});
      }
      protection_->awaits_permit = true;
      return;
    }
    if (!give_slot_with_permit(context)) return;
  }
}

/// It has the permit that it has waited for.
template <class Kept>
void ServiceOf<Kept>::use_permit(Context& context) {
  protection_->awaits_permit = false;
  if (condition_.crashed() || busy_ >= slots_) {
    shared_limit()->give(1, context);
  } else if (give_slot_with_permit(context)) {
    fill_slots_by_permits(context);
  }
}

template bool ServiceOf<ServiceMetrics>::gets_permit(Handle, Context&);
template void ServiceOf<ServiceMetrics>::free_slot_and_permit(Context&);
template void ServiceOf<ServiceMetrics>::fill_slots_by_permits(Context&);
template void ServiceOf<ServiceMetrics>::use_permit(Context&);
template bool ServiceOf<ServiceMetrics&>::gets_permit(Handle, Context&);
template void ServiceOf<ServiceMetrics&>::free_slot_and_permit(Context&);
template void ServiceOf<ServiceMetrics&>::fill_slots_by_permits(Context&);
template void ServiceOf<ServiceMetrics&>::use_permit(Context&);

}  // namespace spillway
