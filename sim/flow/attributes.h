#pragma once

#include <cstdint>

#include "sim/flow/context.h"
#include "sim/kernel/wide.h"
#include "sim/kernel/zipf.h"

// Type, key, size and time to live of a message: those of the message at the producer that it is
// sent for. They are functions of (seed, replication, producer, ordinal), drawn when somebody asks.

namespace spillway {

/// The type of a message that has none.
inline constexpr std::uint32_t kNoType = 0;

/// What the message's producer says of its messages; nullptr: nothing.
inline const AttributeTable* attributes_of(const Message& message, const Context& context) {
  if (context.attributes.empty()) return nullptr;
  const std::uint32_t producer = index_of(context.producer_of(message));
  return producer < context.attributes.size() ? &context.attributes[producer] : nullptr;
}

/// The message's type, a place in Context::types; kNoType when its producer declares none.
inline std::uint32_t type_of(const Message& message, Context& context) {
  const AttributeTable* table = attributes_of(message, context);
  if (table == nullptr || table->type_site == AttributeTable::kNone) return kNoType;
  const std::int64_t drawn = context.sites[table->type_site].at(message.ordinal, 0);
  return table->type_thresholds.empty()
             ? table->types[static_cast<std::size_t>(drawn)]
             : table->types[place_of_draw(table->type_thresholds, drawn)];
}

/// The message's key; 0 when its producer declares none.
inline std::uint64_t key_of(const Message& message, Context& context) {
  const AttributeTable* table = attributes_of(message, context);
  if (table == nullptr || table->key_site == AttributeTable::kNone) return 0;
  const auto drawn =
      static_cast<std::uint64_t>(context.sites[table->key_site].at(message.ordinal, 0));
  if (table->uniform_keys != 0) {
    return static_cast<std::uint64_t>((Uint128{drawn} * table->uniform_keys) >> 53);
  }
  return table->key_thresholds.empty()
             ? drawn
             : place_of_draw(table->key_thresholds, static_cast<std::int64_t>(drawn));
}

/// The message's size in bytes; 0 when its producer declares none.
inline std::int64_t size_of(const Message& message, Context& context) {
  const AttributeTable* table = attributes_of(message, context);
  if (table == nullptr || table->size_site == AttributeTable::kNone) return 0;
  return context.sites[table->size_site].at(message.ordinal, 0);
}

/// How long the message may wait in a queue; kNever when its producer declares nothing, and for
/// dead letters, which are to be kept.
inline Time ttl_of(const Message& message, Context& context) {
  if ((message.flags & flag::kDetached) != 0) return kNever;
  const AttributeTable* table = attributes_of(message, context);
  if (table == nullptr || table->ttl_site == AttributeTable::kNone) return kNever;
  return context.sites[table->ttl_site].at(message.ordinal, 0);
}

}  // namespace spillway
