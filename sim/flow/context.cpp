#include "sim/flow/context.h"

#include <cassert>

namespace spillway {

Context::Context() = default;
Context::~Context() = default;

[[gnu::noinline]] Next Context::depart(const Hop& hop, Next next, Phase phase,
                                       const Message& message) {
  if (hop.kind == Hop::Kind::ailing) {
    return depart_ailing(ailing_hops[hop.site], next, phase, message);
  }
  events.push(now() + draw(hop.site, message), phase, next);
  return {};
}

[[gnu::cold]] void Context::out_of_messages() { throw OutOfMessages{}; }

Handle Context::detach(Handle handle) {
  Message& message = messages[handle];
  if ((message.flags & flag::kDetached) != 0) return handle;
  const Handle root = message.root;
  const Address producer = messages[root].reply_to;
  Handle lives_on = handle;
  if (root == handle) {
    lives_on = take();
    messages.set(lives_on, message);
    message.next = 0;  // no delivery speaks for it any more
  }
  Message& detached = messages[lives_on];
  detached.root = lives_on;
  detached.flags = flag::kDetached;
  detached.outstanding = producer;  // its root may be done before it
  part_done(root);
  return lives_on;
}

void Context::bury(Handle handle) {
  Message& message = messages[handle];
  const Handle root = message.root;
  const bool part = (message.flags & flag::kDetached) == 0;
  message.flags = flag::kTombstone;
  ++tombstones_;
  if (part) part_done(root);
}

Handle Context::move_away(Handle handle) {
  const Handle moved = take();
  Message& from = messages[handle];
  assert(from.root != handle && "a root that is its own request is named by its producer");
  Message& to = messages.set(moved, from);
  // The message of a late delivery may be gone.
  if (to.parent != 0 && messages.alive(to.parent)) replace_awaited(to.parent, handle, moved);
  from.flags = flag::kTombstone;
  ++tombstones_;
  return moved;
}

void Context::answered(Handle root) {
  Message& message = messages[root];
  message.flags |= flag::kAnswered;
  const Handle last = message.next;
  if (message.outstanding == 2 && last != 0 && last != root && messages.alive(last) &&
      messages[last].root == root) {
    // All that is left is one message that waits somewhere: it becomes its own root, so that a
    // waiting message costs one place in the slab and not two.
    Message& heir = messages[last];
    heir.root = last;
    heir.born = message.born;
    heir.outstanding = 1;
    heir.reply_to = message.reply_to;
    heir.flags |= message.flags & (flag::kFailed | flag::kAnswered);
    messages.give(root);
    return;
  }
  part_done(root);
}

void Context::restart(std::uint64_t seed, std::uint32_t replication) {
  events.restart();
  messages.clear();
  forks.clear();
  conversations.clear();
  identities.clear();
  tombstones_ = 0;
  first_post_ = {};
  posts_.clear();
  under_way = 0;
  for (Site& site : sites) site.begin(seed, replication);
  for (Retry& retry : retries) retry.budget.restart();
  breakers.restart();
  for (Cache& cache : caches) cache.restart();
  connections.restart();
  hedges.restart();
  retry_limits.restart();
  paces.restart();
  failovers.restart();
  has_guards = !breakers.none() || !connections.none() || !hedges.none() || !retry_limits.none() ||
               !paces.none();
  for (AilingHop& hop : ailing_hops) hop.active.clear();
}

}  // namespace spillway
