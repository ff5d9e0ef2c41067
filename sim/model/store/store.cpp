#include "sim/model/store/store.h"

#include <algorithm>

#include "sim/flow/attributes.h"
#include "sim/kernel/wide.h"

namespace spillway {
namespace {

/// One of n, by a number drawn uniformly below 2^53.
std::uint32_t one_of(std::uint64_t n, std::int64_t drawn) {
  return static_cast<std::uint32_t>(Uint128{static_cast<std::uint64_t>(drawn)} * n >> 53);
}

std::uint32_t popular_key(const PopularKeys& keys, const Message& request, Context& context) {
  // Not by the attempt: what is asked again is asked of the same key.
  const std::int64_t drawn = context.sites[keys.site].at(request.ordinal, request.timer);
  if (keys.uniform != 0) return one_of(keys.uniform, drawn);
  const std::uint32_t place = place_of_draw(keys.thresholds, drawn);
  return keys.keys.empty() ? place : keys.keys[place];
}

}  // namespace

void Store::claim(Context& context) {
  if (wiring_.cache) {
    context.caches[*wiring_.cache].count_in(&metrics_.lookups, &metrics_.hits, &metrics_.entries);
  }
  followers_.resize(wiring_.followers.size());
  if (wiring_.replication != Replication::in_order) return;
  for (Follower& follower : followers_) follower.pipe = context.events.add_pipe();
}

void Store::begin(Context& context, const Demand& demand) {
  begin_measures(metrics_, context.timeline, demand);
  if (wiring_.kind != StoreKind::projection) wiring_.history->begin(context.timeline);
  for (Follower& follower : followers_) {
    follower.shown_at = 0;
    follower.sent.clear();
  }
  under_way_.assign(1, {});
  free_ = 0;
  condition_.restart();
  held_.clear();
  if (outbox_ != nullptr) outbox_->begin();
}

Next Store::on(Offer, Handle handle, Context& context) {
  Message& request = context.messages[handle];
  request.since = context.now();
  context.see(Moment::arrived, wiring_.address, request);
  return begin_request(handle, context);
}

Next Store::on(Credit, Handle request, Context& context) { return begin_request(request, context); }

Next Store::begin_request(Handle handle, Context& context) {
  const Message& request = context.messages[handle];
  if (!condition_.sound()) [[unlikely]] {
    if (condition_.down()) return fail(Outcome::unavailable, handle, context);
    if (condition_.hung()) {
      held_.push_back(context.messages, handle);
      return {};
    }
    if (condition_.errs(request, context)) return fail(Outcome::error, handle, context);
  }
  const Operation operation = context.access_of(request).operation;
  const std::optional<std::uint32_t>& time = operation == Operation::read    ? wiring_.read_time
                                             : operation == Operation::write ? wiring_.write_time
                                                                             : wiring_.apply_time;
  const Time takes = time ? condition_.stretched(context.draw(*time, request)) : 0;
  if (takes == 0) return serve(handle, context);
  context.events.push(context.now() + takes, Phase::kCompletion,
                      {say<Done>(wiring_.address), handle});
  return {};
}

Next Store::fail(Outcome outcome, Handle handle, Context& context) {
  Message& request = context.messages[handle];
  request.outcome = outcome;
  metrics_.failed.add(request.segment);
  context.see(Moment::refused, wiring_.address, request);
  return answer(handle, context);
}

Next Store::on(Done, Handle request, Context& context) { return serve(request, context); }

Next Store::serve(Handle handle, Context& context) {
  Message& request = context.messages[handle];
  const Access& access = context.access_of(request);
  switch (access.operation) {
    case Operation::read:
      read(access, request, context);
      break;
    case Operation::write:
      write(access, handle, context);
      break;
    case Operation::apply:
      apply(access, request, context);
      break;
  }
  metrics_.answered_after.record(request.segment, context.now() - request.since);
  context.see(Moment::ended, wiring_.address, request);
  return answer(handle, context);
}

std::uint32_t Store::key_of(const Access& access, const Message& request, Context& context) const {
  switch (access.key) {
    case Access::Key::fixed:
      return access.number;
    case Access::Key::popular:
      return popular_key(context.popular_keys[access.number], request, context);
    case Access::Key::last_written:
      if (const auto* last = wiring_.history->last_written(request, context)) return last->key;
      break;
    case Access::Key::own:
    case Access::Key::any:
      break;
  }
  return static_cast<std::uint32_t>(spillway::key_of(request, context));
}

std::uint32_t Store::returned(const Access& access, std::uint32_t key, const Message& request,
                              Context& context) const {
  if (wiring_.kind == StoreKind::single || wiring_.kind == StoreKind::cache ||
      (wiring_.kind == StoreKind::leader && access.strong)) {
    return wiring_.history->latest(key);
  }
  std::uint32_t copy = 0;
  if (followers_.size() > 1) {
    copy = one_of(followers_.size(), context.draw(wiring_.follower_read, request));
  }
  return wiring_.history->copies(wiring_.copies).shown(copy, key);
}

void Store::read(const Access& access, const Message& request, Context& context) {
  const std::uint32_t key = key_of(access, request, context);
  const std::uint32_t version = returned(access, key, request, context);
  const std::uint32_t latest = wiring_.history->latest(key);
  const std::uint32_t segment = request.segment;
  metrics_.reads.add(segment);
  metrics_.behind.record(segment, latest - version);
  if (version < latest) metrics_.stale_reads.add(segment);
  const WriteTable::Entry* own = wiring_.history->last_written(request, context);
  if (own == nullptr || own->key != key) return;
  metrics_.own_reads.add(segment);
  if (version >= own->version) metrics_.own_reads_seen.add(segment);
}

void Store::write(const Access& access, Handle handle, Context& context) {
  const Message& request = context.messages[handle];
  const std::uint32_t key = key_of(access, request, context);
  const std::uint32_t version = wiring_.history->commit(key, request, context);
  metrics_.writes.add(request.segment);
  if (wiring_.kind == StoreKind::single) {
    metrics_.shown_after.record(request.segment, 0);
  } else {
    replicate(key, version, request, context);
  }
  if (outbox_ != nullptr) leave_event(handle, context);
}

void Store::replicate(std::uint32_t key, std::uint32_t version, const Message& request,
                      Context& context) {
  for (std::uint32_t i = 0; i < followers_.size(); ++i) {
    Follower& follower = followers_[i];
    ++context.under_way;
    const FollowerSites& sites = wiring_.followers[i];
    const Time arrives = context.now() + context.draw(sites.lag, request);
    const Time takes = sites.apply_time ? context.draw(*sites.apply_time, request) : 0;
    const Shipment shipment{key, version, i};
    if (wiring_.replication == Replication::in_order) {
      follower.shown_at = std::max(follower.shown_at, arrives) + takes;
      follower.sent.push_back(shipment);
      context.events.push_pipe(follower.pipe, follower.shown_at, Phase::kCompletion,
                               {say<Tick>(wiring_.address), i});
    } else {
      const std::uint32_t place = take_place();
      under_way_[place] = shipment;
      context.events.push(arrives + takes, Phase::kCompletion, {say<Tick>(wiring_.address), place});
    }
  }
}

std::uint32_t Store::take_place() {
  if (free_ == 0) {
    under_way_.emplace_back();
    return static_cast<std::uint32_t>(under_way_.size() - 1);
  }
  const std::uint32_t place = free_;
  free_ = under_way_[place].follower;
  return place;
}

Next Store::on(Tick, Handle what, Context& context) {
  --context.under_way;
  Shipment shipment;
  if (wiring_.replication == Replication::in_order) {
    shipment = followers_[what].sent.front();
    followers_[what].sent.pop_front();
  } else {
    shipment = under_way_[what];
    under_way_[what].follower = free_;
    free_ = what;
  }
  show(shipment.follower, shipment.key, shipment.version, context);
  return {};
}

Next Store::on(Impair, std::uint32_t payload, Context& context) {
  const ImpairmentChange change = ImpairmentChange::of(payload);
  condition_.change(change, context);
  if (wiring_.cache && change.begins &&
      context.impairments[change.impairment].kind == FaultKind::crash) {
    context.caches[*wiring_.cache].clear(context.now());
  }
  while (!condition_.hung() && !held_.empty()) {
    context.post({say<Credit>(wiring_.address), held_.pop_front(context.messages)});
  }
  if (outbox_ != nullptr) relay_impaired(context);
  return {};
}

void Store::apply(const Access& access, const Message& request, Context& context) {
  metrics_.applies.add(request.segment);
  bool news = false;
  wiring_.history->each_written(request, context, [&](const WriteTable::Entry& written) {
    if (access.key == Access::Key::fixed && written.key != access.number) return;
    if (access.key == Access::Key::own && written.key != key_of(access, request, context)) return;
    news = show(0, written.key, written.version, context) || news;
  });
  if (!news) metrics_.outdated.add(request.segment);
}

bool Store::show(std::uint32_t copy, std::uint32_t key, std::uint32_t version, Context& context) {
  return wiring_.history->copies(wiring_.copies)
      .show(copy, key, version, [&](Time committed_at, std::uint16_t segment) {
        metrics_.shown_after.record(segment, context.now() - committed_at);
      });
}

}  // namespace spillway
