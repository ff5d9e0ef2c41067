#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/flow/access.h"
#include "sim/flow/steps/declaration.h"
#include "sim/scenario/scenario.h"

namespace spillway {

/// The words of `key` that stand for no key of their own.
inline constexpr std::string_view kPopular = "popular";
inline constexpr std::string_view kOwnLastWrite = "own-last-write";

/// What a step asks of a store.
struct StoreUse {
  Operation operation = Operation::read;
  const StoreRequest* request = nullptr;
  ReadLevel level = ReadLevel::eventual;
  bool has_miss = false;

  const std::string& store() const { return request->store.name; }
  const std::string& key() const { return request->key; }
  bool own_key() const { return key().empty() && operation != Operation::apply; }
};

/// Nothing when the step asks nothing of a store.
std::optional<StoreUse> store_use(const StepDeclaration& step);

/// How long a store takes for it, besides the network; nothing: no time.
const std::optional<Distribution>& time_of(const StoreParameters& store, Operation operation);

/// The store that commits what this one shows: itself, or, of a projection, its source. nullptr
/// where there is none of that name.
const Component<StoreParameters>* source_of(const Scenario& scenario, std::string_view store);

/// Where what a step writes leaves an event to be sent to; nullptr: nowhere.
const Reference* event_of(const Scenario& scenario, const StoreUse& use);

/// Which producers' messages come to which handlers, and so to which stores.
class StoreUsers {
 public:
  using Producers = std::vector<const Component<ProducerParameters>*>;

  struct Step {
    std::string_view handler;
    std::string path;
    Location at;
    StoreUse use;
  };

  explicit StoreUsers(const Scenario& scenario);

  /// Every step that asks something of a store, in the scenario's order.
  const std::vector<Step>& steps() const { return steps_; }

  /// The producers whose messages come to a handler, in the scenario's order.
  Producers reaching(std::string_view handler) const;

  /// The producers whose messages write to a source; with `own_keys` only those that write with
  /// their messages' own keys.
  Producers writers_of(std::string_view source, bool own_keys) const;

 private:
  std::vector<Step> steps_;
  std::map<std::string_view, Producers> reaching_;
};

}  // namespace spillway
