#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <map>

#include "sim/kernel/zipf.h"
#include "sim/run/by_name.h"
#include "sim/run/wiring.h"
#include "sim/scenario/message_keys.h"
#include "sim/scenario/names.h"
#include "sim/scenario/store_use.h"

namespace spillway {
namespace {

/// The distribution of a column's keys: each as likely as it is often.
void count_keys(const std::vector<double>& column, PopularKeys& out) {
  std::map<std::uint32_t, std::size_t> counts;
  for (const double key : column) ++counts[static_cast<std::uint32_t>(key)];
  std::size_t sum = 0;
  for (const auto& [key, count] : counts) {
    sum += count;
    out.keys.push_back(key);
    out.thresholds.push_back(
        threshold(static_cast<double>(sum) / static_cast<double>(column.size())));
  }
}

}  // namespace

void Wiring::wire_stores() {
  for (const auto& store : scenario_.stores) {
    if (store.parameters.kind != StoreKind::projection) {
      histories_[store.name] = std::make_shared<History>();
    }
  }
  for (const auto* store : by_name(scenario_.stores)) wire_store(*store);

  std::vector<std::uint32_t> users;
  for (const auto* producer : by_name(scenario_.producers)) {
    const auto& closed = producer->parameters.load.users;
    users.push_back(closed ? static_cast<std::uint32_t>(closed->count) : 0);
  }
  const StoreUsers uses(scenario_);
  for (const StoreUsers::Step& step : uses.steps()) {
    const auto* source = source_of(scenario_, step.use.store());
    History& history = *histories_.at(source->name);
    // Where there is one copy only, every read sees what was written before it.
    const bool may_be_stale =
        source->parameters.kind == StoreKind::leader || source->name != step.use.store();
    const bool sees = step.use.operation == Operation::read && may_be_stale;
    if (sees || step.use.key() == kOwnLastWrite) history.keep_sessions(users);
  }
}

void Wiring::wire_store(const Component<StoreParameters>& declared) {
  const StoreParameters& parameters = declared.parameters;
  Store::Wiring wiring;
  wiring.address = address_of(declared.name);
  wiring.kind = parameters.kind;
  wiring.history = histories_.at(source_of(scenario_, declared.name)->name);
  wiring.replication = parameters.replication;
  const auto site = [&](const std::string& name, const std::optional<Distribution>& time) {
    return time ? std::optional(add_site(declared.name + "/" + name, *time)) : std::nullopt;
  };
  wiring.read_time = site("read", parameters.read);
  wiring.write_time = site("write", parameters.write);
  if (parameters.kind == StoreKind::projection) {
    wiring.apply_time = site("apply", parameters.apply);
    wiring.copies = wiring.history->add_copies(1);
    wiring.history->keep_writers();
  } else if (parameters.kind == StoreKind::leader) {
    const auto followers = static_cast<std::uint32_t>(parameters.followers);
    wiring.copies = wiring.history->add_copies(followers);
    for (std::uint32_t i = 0; i < followers; ++i) {
      const std::string number = fmt::format("/{}", i);
      wiring.followers.push_back(
          {*site("lag" + number, parameters.lag), site("apply" + number, parameters.apply)});
    }
    if (followers > 1)
      wiring.follower_read = add_site(declared.name + "/follower", Variate::unit());
  }
  if (parameters.kind == StoreKind::cache) wiring.cache = caches_.at(declared.name);
  if (parameters.outbox) wiring.outbox = compile_outbox(declared);
  std::get<std::vector<Store>>(world_.pools_).emplace_back(std::move(wiring));
}

Outbox::Wiring Wiring::compile_outbox(const Component<StoreParameters>& declared) {
  const OutboxParameters& says = *declared.parameters.outbox;
  std::map<std::string, std::uint32_t> exchanges;
  const Place place{declared.name, declared.name + "/outbox", false, true, &exchanges};
  const std::string edge = edge_name(declared.name, says.to.name);
  const std::uint32_t number = add_exchange(says.to.name, edge, edge, {}, place.holds, place);
  Exchange& exchange = world_.context_.exchanges[number];
  exchange.kind = Exchange::Kind::send;
  limit(exchange, says.timeout, {}, place);
  emit(op_of<Send>, number);
  Outbox::Wiring wiring;
  wiring.pc = static_cast<std::uint32_t>(world_.context_.code.size());
  wiring.poll = says.poll.ns;
  wiring.batch = static_cast<std::size_t>(says.batch);
  emit(kEnd, 0);
  return wiring;
}

void Wiring::compile_step(const ReadParameters& step, const Place& place) {
  Access access;
  access.operation = Operation::read;
  access.strong = step.level == ReadLevel::strong;
  const std::uint32_t number = compile_access(op_of<Read>, step, access, place);
  if (step.miss) compile_miss(step, number, place);
  compile_fallback(number, step.fallback, place);
}

//   read ─► hit? ── no ─► miss … ─► fill ─► past
//    │       └─ yes ──────────────────────► past
//    └ fails ─► fallback … ───────────────► past
void Wiring::compile_miss(const ReadParameters& step, std::uint32_t exchange, const Place& place) {
  Context& context = world_.context_;
  const Access& access = context.accesses[context.exchanges[exchange].access];
  LookAside aside;
  aside.cache = caches_.at(step.store.name);
  if (access.key == Access::Key::fixed) aside.fixed_key = access.number;
  for (const auto& store : scenario_.stores) {
    if (store.name != step.store.name || !store.parameters.ttl) continue;
    aside.lives = add_site(place.path + "/ttl", *store.parameters.ttl);
  }
  const auto number = static_cast<std::uint32_t>(context.look_asides.size());
  context.look_asides.push_back(aside);
  emit(op_of<Hit>, number);
  compile_inside(*step.miss, place, "miss");
  emit(op_of<Fill>, number);
  context.look_asides[number].past = static_cast<std::uint32_t>(context.code.size());
}

/// Before anything is compiled that looks into one.
void Wiring::place_caches() {
  for (const auto* store : by_name(scenario_.stores)) {
    if (store->parameters.kind != StoreKind::cache) continue;
    auto& caches = world_.context_.caches;
    caches_[store->name] = static_cast<std::uint32_t>(caches.size());
    const auto& capacity = store->parameters.capacity.count;
    caches.emplace_back(capacity ? static_cast<std::uint32_t>(*capacity) : Cache::kUnlimited);
  }
}

void Wiring::compile_step(const WriteParameters& step, const Place& place) {
  Access access;
  access.operation = Operation::write;
  compile_fallback(compile_access(op_of<Write>, step, access, place), step.fallback, place);
}

void Wiring::compile_step(const ApplyParameters& step, const Place& place) {
  Access access;
  access.operation = Operation::apply;
  compile_fallback(compile_access(op_of<Apply>, step, access, place), step.fallback, place);
}

std::uint32_t Wiring::compile_access(std::uint8_t op, const StoreRequest& request, Access access,
                                     const Place& place) {
  Context& context = world_.context_;
  choose_key(access, request.key, request.store, place);
  const std::string edge = edge_name(place.component, request.store.name);
  const std::uint32_t number =
      add_exchange(request.store.name, edge, edge, request.network, place.holds, place);
  Exchange& exchange = context.exchanges[number];
  exchange.kind = Exchange::Kind::access;
  exchange.access = static_cast<std::uint32_t>(context.accesses.size());
  context.accesses.push_back(access);
  limit(exchange, request.timeout, {}, place);
  if (request.retry) try_again(exchange, *request.retry, place);
  emit(op, number);
  return number;
}

void Wiring::choose_key(Access& access, const std::string& key, const Reference& store,
                        const Place& place) {
  if (key.empty()) {
    access.key = access.operation == Operation::apply ? Access::Key::any : Access::Key::own;
  } else if (key == kPopular) {
    access.key = Access::Key::popular;
    const StoreUsers users(scenario_);
    const auto writers = users.writers_of(source_of(scenario_, store.name)->name, true);
    access.number = add_popular_keys(place.path + "/key", *writers.front());
  } else if (key == kOwnLastWrite) {
    access.key = Access::Key::last_written;
  } else {
    // Words come after all keys that messages have.
    std::uint64_t keys = 1;
    for (const auto& producer : scenario_.producers) {
      keys = std::max(keys, std::min(kMostStoredKeys, key_count(producer.parameters)));
    }
    access.key = Access::Key::fixed;
    const auto number = static_cast<std::uint32_t>(keys + fixed_keys_.size());
    access.number = fixed_keys_.emplace(key, number).first->second;
  }
}

std::uint32_t Wiring::add_popular_keys(const std::string& site,
                                       const Component<ProducerParameters>& writer) {
  PopularKeys popular;
  popular.site = add_site(site, Variate::unit());
  const auto& message = writer.parameters.message;
  const KeyParameters* key = message && message->key ? &*message->key : nullptr;
  if (key != nullptr && key->column) {
    count_keys(*trace_column(*key->column), popular);
  } else if (key != nullptr && key->zipf && key->zipf->exponent.value != 0) {
    popular.thresholds =
        zipf_thresholds(static_cast<std::uint32_t>(key->zipf->keys), key->zipf->exponent.value);
  } else {
    popular.uniform = key_count(writer.parameters);
  }
  auto& all = world_.context_.popular_keys;
  all.push_back(std::move(popular));
  return static_cast<std::uint32_t>(all.size() - 1);
}

}  // namespace spillway
