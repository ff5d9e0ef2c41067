#pragma once

#include <cstdint>

#include "sim/flow/attributes.h"

namespace spillway {

/// Names a group of messages: their key, or a number above all keys.
using GroupId = std::uint64_t;

/// The group that a message's send says; all that say none are in one.
inline GroupId group_of(const Message& message, Context& context) {
  constexpr GroupId kAboveKeys = GroupId{1} << 63;
  const Envelope& envelope = context.envelopes[message.pc];
  switch (envelope.group) {
    case Envelope::Group::own_key:
      return key_of(message, context);
    case Envelope::Group::named:
      return kAboveKeys + 1 + envelope.group_name;
    case Envelope::Group::none:
      break;
  }
  return kAboveKeys;
}

}  // namespace spillway
