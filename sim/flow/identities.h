#pragma once

#include <cstdint>
#include <unordered_map>

namespace spillway {

/// What tells one message from another to whoever looks at its id: ordinal and lane of the first
/// that was sent of it.
using MessageId = std::uint64_t;

/// The ids of messages. One that is sent once more, since no confirm of the first has come, is a
/// message of its own, on a lane of its own, with the id of the first. Kept only where somebody
/// remembers ids; costs nothing but for what is sent again.
class Identities {
 public:
  bool kept = false;  ///< somebody remembers ids

  /// What travels on `lane` is what was first sent on `first`.
  void same(std::uint32_t ordinal, std::uint32_t lane, std::uint32_t first) {
    firsts_[id(ordinal, lane)] = first;
  }

  /// The lane of the first that was sent of it.
  std::uint32_t first_of(std::uint32_t ordinal, std::uint32_t lane) const {
    const auto known = firsts_.find(id(ordinal, lane));
    return known == firsts_.end() ? lane : known->second;
  }

  MessageId id_of(std::uint32_t ordinal, std::uint32_t lane) const {
    return id(ordinal, firsts_.empty() ? lane : first_of(ordinal, lane));
  }

  bool any_again() const { return !firsts_.empty(); }
  void clear() { firsts_.clear(); }

 private:
  static MessageId id(std::uint32_t ordinal, std::uint32_t lane) {
    return MessageId{ordinal} << 32 | lane;
  }

  std::unordered_map<MessageId, std::uint32_t> firsts_;  ///< only looked up: its order is nothing
};

}  // namespace spillway
