#include "sim/flow/connection_pools.h"

#include <cassert>
#include <limits>

#include "sim/flow/context.h"

namespace spillway {

std::uint16_t ConnectionPools::add(const PoolRules& rules, std::uint32_t edge) {
  assert(pools_.size() < std::numeric_limits<std::uint16_t>::max());
  assert(rules.size > 0);
  Pool& pool = pools_.emplace_back();
  pool.rules = rules;
  pool.edge = edge;
  return static_cast<std::uint16_t>(pools_.size() - 1);
}

void ConnectionPools::restart() {
  for (Pool& pool : pools_) {
    pool.in_use = 0;
    pool.waiting = 0;
    pool.line.clear();
  }
  attempts_.clear();
  tickets_ = 0;
}

void ConnectionPools::refuse(std::uint32_t edge, Handle frame, Context& context) {
  context.edges[edge].metrics.pool_refused.add(context.messages[frame].segment);
}

ConnectionPools::Answer ConnectionPools::ask(std::uint16_t number, Handle frame, Handle sent,
                                             Context& context) {
  Pool& pool = pools_[number];
  EdgeMetrics& metrics = context.edges[pool.edge].metrics;
  const Time now = context.now();
  if (pool.in_use < pool.rules.size) {
    ++pool.in_use;
    metrics.connections.add(now, 1);
    attempts_.insert_or_assign(frame, Attempt{number, State::given, 0, now});
    sets_out(frame, context);
    return Answer::taken;
  }
  if (pool.waiting >= pool.rules.most_waiting || pool.rules.longest_wait == 0) {
    refuse(pool.edge, frame, context);
    attempts_.insert_or_assign(frame, Attempt{number, State::refused, 0, now});
    return Answer::refused;
  }
  ++pool.waiting;
  pool.line.push_back({frame, sent, ++tickets_});
  attempts_.insert_or_assign(frame, Attempt{number, State::waiting, tickets_, now});
  return Answer::waits;
}

Time ConnectionPools::waits_until(Handle frame) const {
  const Attempt& attempt = attempts_.at(frame);
  const Time longest = pools_[attempt.pool].rules.longest_wait;
  return longest > kNever - attempt.since ? kNever : attempt.since + longest;
}

void ConnectionPools::sets_out(Handle frame, Context& context) {
  Attempt& attempt = attempts_.at(frame);
  attempt.state = State::out;
  context.edges[pools_[attempt.pool].edge].metrics.pool_wait.record(context.messages[frame].segment,
                                                                    context.now() - attempt.since);
}

bool ConnectionPools::take_another(Handle frame, Context& context) {
  Attempt& attempt = attempts_.at(frame);
  Pool& pool = pools_[attempt.pool];
  if (pool.in_use >= pool.rules.size) return false;
  ++pool.in_use;
  ++attempt.more;
  EdgeMetrics& metrics = context.edges[pool.edge].metrics;
  metrics.connections.add(context.now(), 1);
  metrics.pool_wait.record(context.messages[frame].segment, 0);
  return true;
}

void ConnectionPools::give_one_back(Handle frame, Context& context) {
  Attempt& attempt = attempts_.at(frame);
  assert(attempt.more > 0);
  --attempt.more;
  free_connection(pools_[attempt.pool], context);
}

/// Gives a connection that counts as in use to who waits longest.
void ConnectionPools::free_connection(Pool& pool, Context& context) {
  while (!pool.line.empty()) {
    const Waiting next = pool.line.front();
    pool.line.pop_front();
    const auto found = attempts_.find(next.frame);
    if (found == attempts_.end() || found->second.state != State::waiting ||
        found->second.ticket != next.ticket) {
      continue;  // it has left
    }
    found->second.state = State::given;
    --pool.waiting;
    const Message& sent = context.messages[next.sent];
    // By a post: whoever gives it back is busy with something else.
    const Address caller = sent.reply_to ^ say<Reply>(0);
    context.post({say<Resend>(caller), next.sent});
    return;
  }
  --pool.in_use;
  context.edges[pool.edge].metrics.connections.add(context.now(), -1);
}

void ConnectionPools::leave(const Attempt& attempt, Context& context) {
  Pool& pool = pools_[attempt.pool];
  if (attempt.state == State::waiting) {
    --pool.waiting;
  } else if (attempt.state != State::refused) {
    for (std::uint32_t i = 0; i <= attempt.more; ++i) free_connection(pool, context);
  }
}

bool ConnectionPools::ended(Handle frame, Context& context) {
  const auto found = attempts_.find(frame);
  if (found == attempts_.end()) return false;
  const Attempt attempt = found->second;
  attempts_.erase(found);
  if (attempt.state == State::waiting) refuse(pools_[attempt.pool].edge, frame, context);
  leave(attempt, context);
  return attempt.state != State::out;
}

void ConnectionPools::given_up(Handle frame, Context& context) {
  const auto found = attempts_.find(frame);
  if (found == attempts_.end()) return;
  const Attempt attempt = found->second;
  attempts_.erase(found);
  leave(attempt, context);
}

}  // namespace spillway
