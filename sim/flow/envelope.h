#pragma once

#include <cstdint>

namespace spillway {

/// What a `send` says of its messages beyond where they go, compiled. A message names its envelope
/// by place (Message::pc); the first, at 0, says nothing.
struct Envelope {
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  /// The group of a message, where its queue has groups.
  enum class Group : std::uint8_t {
    none,     ///< the one of all messages that say none
    own_key,  ///< the message's key
    named,    ///< always the same
  };

  std::uint32_t delay = kNone;   ///< site: how long it is hidden at first; kNone: as its queue says
  std::uint32_t group_name = 0;  ///< number of a named group
  Group group = Group::none;
  bool same_by_key = false;  ///< messages with one key are one message to a queue that deduplicates
  bool persistent = true;    ///< kept when the only node that has it crashes
  bool early = false;        ///< confirmed when it is taken, before it is stored
  std::uint32_t priority = kNone;  ///< where its queue has priorities; kNone: as its queue says
  std::uint32_t taker = 0;         ///< of a reply: who takes it from its reply queue
};

}  // namespace spillway
