#include "sim/model/service/service.h"

namespace spillway {

/// Whether a request that has come may go on to a slot or the accept queue.
template <class Kept>
bool ServiceOf<Kept>::admits(Handle request, Context& context) {
  if (condition_.down()) return false;
  if (protection_ == nullptr) return true;
  auto& rate = protection_->rate_limit;
  if (rate && !rate->admits(context.now())) {
    metrics_.throttled.add(context.messages[request].segment);
    return false;
  }
  const auto& most = protection_->concurrency_limit;
  if (most && inside_ >= most->most_inside() && !sheds_for(request, context)) {
    metrics_.shed.add(context.messages[request].segment);
    return false;
  }
  return true;
}

/// Whether a request that may pass has to wait until its turn in a leaky bucket.
template <class Kept>
bool ServiceOf<Kept>::is_held_up(Handle request, Context& context) {
  if (protection_ == nullptr || !protection_->rate_limit || !protection_->rate_limit->leaks()) {
    return false;
  }
  const Time passes_at = protection_->rate_limit->passes_at();
  if (passes_at <= context.now()) return false;
  context.messages[request].flags |= LeakyBucket::kHolds;
  metrics_.waiting.add(context.now(), 1);
  ++inside_;
  protection_->bucket.push(request, passes_at, wiring_.address, context);
  return true;
}

/// A request has ended, or was taken out because its caller had gone: the limit learns from it.
template <class Kept>
void ServiceOf<Kept>::learn(const Message& request, bool taken_out, Context& context) {
  if (protection_ == nullptr) return;
  const bool replied = (request.flags & flag::kReplied) != 0;
  if constexpr (kIsInstance) {
    // Of who has waited too long the balancer has heard at that time.
    const bool well = request.outcome == Outcome::ok;
    if (!taken_out && (replied ? well : request.parent != 0)) {
      protection_->balancer->ended(protection_->instance, well, context);
    }
  }
  if (!protection_->concurrency_limit) return;
  const bool alone = request.parent == 0 && !replied;
  if (!taken_out && !alone && request.outcome != Outcome::ok) return;
  protection_->concurrency_limit->learn(context.now() - request.since, inside_, taken_out || alone);
}

template bool ServiceOf<ServiceMetrics>::admits(Handle, Context&);
template bool ServiceOf<ServiceMetrics>::is_held_up(Handle, Context&);
template void ServiceOf<ServiceMetrics>::learn(const Message&, bool, Context&);
template bool ServiceOf<ServiceMetrics&>::admits(Handle, Context&);
template bool ServiceOf<ServiceMetrics&>::is_held_up(Handle, Context&);
template void ServiceOf<ServiceMetrics&>::learn(const Message&, bool, Context&);

}  // namespace spillway
