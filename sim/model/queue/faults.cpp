#include <algorithm>

#include "sim/model/queue/queue.h"

namespace spillway {

Next Queue::on(Impair, std::uint32_t payload, Context& context) {
  const ImpairmentChange change = ImpairmentChange::of(payload);
  const Address hit = context.impairments[change.impairment].target;
  if (hit == wiring_.address) {
    const FaultKind kind = context.impairments[change.impairment].kind;
    if (kind == FaultKind::purge || kind == FaultKind::redrive) {
      if (change.begins) keep_up(change.impairment, context);
      return {};
    }
    condition_.change(change, context);
    open_ = !condition_.hung() && !condition_.down();
    if (polls_ != nullptr && !open_) {
      suspend_polls(0, static_cast<std::uint32_t>(wiring_.takers.size()), context);
    }
    if (at_risk_ != nullptr) {
      if (change.begins) fail(context.impairments[change.impairment], context);
      if (!condition_.hung()) at_risk_->resume();
    }
    if (condition_.down()) refuse_blocked(context);
    if (!condition_.hung()) confirms_.resume(context);
  } else {
    // A consumer's instances stand together.
    const auto is_hit = [&](const Taker& taker) { return taker.consumer == hit; };
    const auto first = std::ranges::find_if(wiring_.takers, is_hit);
    const auto end = std::find_if_not(first, wiring_.takers.end(), is_hit);
    const auto from = static_cast<std::uint32_t>(first - wiring_.takers.begin());
    const auto count = static_cast<std::uint32_t>(end - first);
    if (change.begins) {
      if (wiring_.receives) end_receives(from, count, context);
      if (polls_ != nullptr) suspend_polls(from, count, context);
      turns_.close(from, count);
    } else {
      turns_.open(from, count);
    }
  }
  if (depth() != 0) {
    deliver(context);
    depth_changed(context);
  }
  if (polls_ != nullptr) wait_for_messages(context);
  return {};
}

}  // namespace spillway
