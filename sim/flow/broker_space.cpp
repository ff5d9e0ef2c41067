#include "sim/flow/broker_space.h"

#include <algorithm>

#include "sim/flow/context.h"

namespace spillway {

std::uint32_t BrokerSpace::add_queue(std::uint32_t leader, std::uint32_t replicas) {
  queues_.push_back({leader, replicas, 0});
  return static_cast<std::uint32_t>(queues_.size() - 1);
}

void BrokerSpace::begin(const SpaceMeasures& measures) {
  std::ranges::fill(used_, 0);
  for (Shares& queue : queues_) queue.bytes = 0;
  waiting_.clear();
  alarmed_ = false;
  measures_ = measures;
}

void BrokerSpace::changed(std::uint32_t number, std::int64_t bytes, Context& context) {
  Shares& queue = queues_[number];
  const std::int64_t more = bytes - queue.bytes;
  if (more == 0) return;
  queue.bytes = bytes;
  for (std::uint32_t replica = 0; replica < queue.replicas; ++replica) {
    used_[(queue.leader + replica) % used_.size()] += more;
  }
  const std::int64_t fullest = std::ranges::max(used_);
  const Time now = context.now();
  measures_.fullest->add(now, fullest - measures_.fullest->level());
  const bool alarmed = fullest > most_;
  if (alarmed == alarmed_) return;
  alarmed_ = alarmed;
  measures_.alarmed->add(now, alarmed ? 1 : -1);
  tell_next(context);
}

void BrokerSpace::tell_next(Context& context) {
  if (alarmed_ || waiting_.empty()) return;
  context.post({say<Tick>(waiting_.front()), kSpaceAgain});
  waiting_.pop_front();
}

}  // namespace spillway
