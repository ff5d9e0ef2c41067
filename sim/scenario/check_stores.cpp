#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sim/language/printable.h"
#include "sim/scenario/check.h"
#include "sim/scenario/message_keys.h"
#include "sim/scenario/store_use.h"

namespace spillway {
namespace {

const Component<StoreParameters>* store_named(const Scenario& scenario, std::string_view name) {
  const auto found = std::ranges::find(scenario.stores, name, &Component<StoreParameters>::name);
  return found == scenario.stores.end() ? nullptr : &*found;
}

void check_sources(Reader& reader, const Scenario& scenario) {
  for (const auto& store : scenario.stores) {
    const auto& of = store.parameters.of;
    if (store.parameters.kind != StoreKind::projection || !of) continue;
    const auto* source = store_named(scenario, of->name);
    if (source == nullptr || source->parameters.kind != StoreKind::projection) continue;
    const Reader::Scope scope(reader, fmt::format("stores.{}.of", store.name));
    reader.error(
        "wrong-kind", of->at,
        fmt::format("expected a store that is written to; '{}' is a projection itself", of->name),
        source->parameters.of ? fmt::format("name its source, '{}', and apply the "
                                            "messages to both",
                                            source->parameters.of->name)
                              : "");
  }
}

/// What each kind of store can be asked for.
bool check_operation(Reader& reader, const StoreUsers::Step& step,
                     const Component<StoreParameters>& store) {
  const bool projection = store.parameters.kind == StoreKind::projection;
  const bool cache = store.parameters.kind == StoreKind::cache;
  if (cache && step.use.operation != Operation::read) {
    reader.error(
        "wrong-kind", step.use.request->store.at,
        fmt::format("'{}' is a cache: what misses it is fetched, and put there", store.name),
        fmt::format("read: {}, miss: […]", store.name));
    return false;
  }
  if (cache != step.use.has_miss) {
    reader.error(cache ? "missing-key" : "wrong-place", step.at,
                 cache ? fmt::format("'{}' is a cache: what is done where it has not got the key?",
                                     store.name)
                       : fmt::format("'{}' is no cache: it misses nothing", store.name),
                 cache ? "miss: [call: catalogue]" : "leave miss out");
    return false;
  }
  if (cache && (step.use.key() == kPopular || step.use.key() == kOwnLastWrite)) {
    reader.error("wrong-kind", step.at, "nothing is written to a cache: no key is popular there",
                 "say message: {key: {zipf: …}} of whoever reads, and leave key out here");
    return false;
  }
  if (step.use.operation == Operation::write && projection) {
    reader.error(
        "wrong-kind", step.use.request->store.at,
        fmt::format("'{}' is a projection: it shows what is written elsewhere", store.name),
        store.parameters.of ? fmt::format("write: {}, and apply: {} where its messages are handled",
                                          store.parameters.of->name, store.name)
                            : "");
    return false;
  }
  if (step.use.operation == Operation::apply && !projection) {
    reader.error(
        "wrong-kind", step.use.request->store.at,
        fmt::format("'{}' is no projection: nothing is applied to it", store.name),
        fmt::format("write: {}, or a store of kind: projection, of: {}", store.name, store.name));
    return false;
  }
  if (step.use.level == ReadLevel::strong && projection) {
    reader.error("wrong-kind", step.use.request->store.at,
                 fmt::format("'{}' is a projection and cannot be read strongly", store.name),
                 store.parameters.of
                     ? fmt::format("read: {} has every write", store.parameters.of->name)
                     : "");
    return false;
  }
  return true;
}

/// The producers that come to a step without writing to a source.
std::string_view one_without(const StoreUsers::Producers& come,
                             const StoreUsers::Producers& write) {
  for (const auto* producer : come) {
    if (std::ranges::find(write, producer) == write.end()) return producer->name;
  }
  return {};
}

void check_key(Reader& reader, const StoreUsers::Step& step, const StoreUsers& users,
               const std::string& source) {
  const std::string& key = step.use.key();
  if (key == kPopular) {
    if (step.use.operation != Operation::read) {
      return reader.error("wrong-place", step.at, "only a read draws popular keys",
                          "leave key out: it is the message's own");
    }
    const auto writers = users.writers_of(source, true);
    if (writers.empty()) {
      return reader.error("missing-write", step.at,
                          fmt::format("no message is written to '{}' with its own key", source),
                          "popular keys are drawn as they are written there");
    }
    const auto other = std::ranges::find_if(
        writers, [&](const auto* writer) { return !same_keys(*writers.front(), *writer); });
    if (other != writers.end()) {
      reader.error(
          "conflicting-keys", step.at,
          fmt::format("'{}' and '{}' write to '{}' with different keys: which are popular?",
                      writers.front()->name, (*other)->name, source),
          "say message: {key: …} of whoever reads, and leave key out here");
    }
    return;
  }
  if (key != kOwnLastWrite) return;
  if (step.use.operation == Operation::apply) {
    return reader.error("wrong-place", step.at, "an apply shows what its message has written",
                        "leave key out");
  }
  const auto writers = users.writers_of(source, false);
  const auto come = users.reaching(step.handler);
  if (come.empty()) return;
  if (const auto without = one_without(come, writers); !without.empty()) {
    reader.error(
        "missing-write", step.at,
        fmt::format("messages of '{}' come here and write nothing to '{}'", without, source),
        "let the same producer write too, such as by choose: {90%: […], 10%: […]}");
  }
}

void check_key_counts(Reader& reader, const StoreUsers& users) {
  std::set<const Component<ProducerParameters>*> told;
  for (const StoreUsers::Step& step : users.steps()) {
    if (!step.use.own_key()) continue;
    for (const auto* producer : users.reaching(step.handler)) {
      const std::uint64_t count = key_count(producer->parameters);
      if (count <= kMostStoredKeys || !told.insert(producer).second) continue;
      const Reader::Scope scope(reader, fmt::format("producers.{}.message.key", producer->name));
      reader.error("too-large", producer->at,
                   fmt::format("expected at most {} keys in a store; these messages have {}",
                               print_number(static_cast<double>(kMostStoredKeys)),
                               print_number(static_cast<double>(count))));
    }
  }
}

}  // namespace

void check_stores(Reader& reader, const Scenario& scenario) {
  check_sources(reader, scenario);
  const StoreUsers users(scenario);
  for (const StoreUsers::Step& step : users.steps()) {
    const Reader::Scope scope(reader, step.path);
    const auto* store = store_named(scenario, step.use.store());
    const auto* source = source_of(scenario, step.use.store());
    if (store == nullptr || source == nullptr || !check_operation(reader, step, *store)) continue;
    check_key(reader, step, users, source->name);
    if (step.use.operation != Operation::apply) continue;
    const auto come = users.reaching(step.handler);
    const auto without = one_without(come, users.writers_of(source->name, false));
    if (!without.empty()) {
      reader.warning("nothing-to-apply", step.at,
                     fmt::format("messages of '{}' come here and have written nothing to '{}'",
                                 without, source->name));
    }
  }
  check_key_counts(reader, users);
}

}  // namespace spillway
