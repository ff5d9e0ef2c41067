#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/flow/message.h"

namespace spillway {

/// What a queue has to know for the moment in which its broker fails: which messages it has taken
/// and not stored yet, and who has which.
///
/// Names in the slab come again: so messages are known by what they are, too.
/// Cost: O(1) each, amortised; the memory of twice what there is.
class AtRisk {
 public:
  /// A message that is taken and not stored.
  struct Unstored {
    Handle message = 0;
    Handle receipt = 0;  ///< rests at the queue until then; 0: its sender waits for nothing
    std::uint32_t ordinal = 0;
    std::uint32_t lane = 0;
    Time stored_at = 0;  ///< kNever: not before a hang or a failover ends
  };

  /// A message in flight.
  struct Handed {
    Handle message = 0;
    Handle delivery = 0;
    std::uint32_t ordinal = 0;
    std::uint32_t lane = 0;
    std::uint16_t attempt = 0;
  };

  void clear() { *this = {}; }

  void take(const Unstored& message, Time now) {
    if (unstored_.size() >= look_at_unstored_) {
      std::erase_if(unstored_, [&](const Unstored& each) { return each.stored_at <= now; });
      look_at_unstored_ = next_look(unstored_.size());
    }
    unstored_.push_back(message);
  }

  void hand(Handle handle, Handle delivery, const Slab<Message>& messages) {
    if (handed_.size() >= look_at_handed_) {
      std::erase_if(handed_, [&](const Handed& each) { return !is_in_flight(each, messages); });
      look_at_handed_ = next_look(handed_.size());
    }
    const Message& message = messages[handle];
    handed_.push_back({handle, delivery, message.ordinal, message.lane, message.attempt});
  }

  /// What came while the queue hung is stored.
  void resume() {
    std::erase_if(unstored_, [](const Unstored& each) { return each.stored_at == kNever; });
  }

  /// What is not stored yet, in the order in which it came; what is stored at this instant is.
  std::vector<Unstored>& unstored(Time now) {
    std::erase_if(unstored_, [&](const Unstored& each) { return each.stored_at <= now; });
    return unstored_;
  }

  /// What is in flight, in the order in which it was handed over.
  std::vector<Handed> in_flight(const Slab<Message>& messages) const {
    std::vector<Handed> all = handed_;
    std::erase_if(all, [&](const Handed& each) { return !is_in_flight(each, messages); });
    return all;
  }

  /// Whether what has this name is still this message.
  static bool is_here(const Unstored& each, const Slab<Message>& messages) {
    if (!messages.alive(each.message)) return false;
    const Message& message = messages[each.message];
    constexpr std::uint16_t kOthers = flag::kDelivery | flag::kTombstone;
    return message.ordinal == each.ordinal && message.lane == each.lane &&
           (message.flags & kOthers) == 0;
  }

  /// Whether the delivery is still somewhere.
  static bool is_alive(const Handed& each, const Slab<Message>& messages) {
    if (!messages.alive(each.delivery)) return false;
    const Message& delivery = messages[each.delivery];
    return delivery.ordinal == each.ordinal && delivery.lane == each.lane;
  }

 private:
  static constexpr std::size_t kFirstLook = 64;
  static std::size_t next_look(std::size_t size) { return std::max(kFirstLook, 2 * size); }

  static bool is_in_flight(const Handed& each, const Slab<Message>& messages) {
    if (!messages.alive(each.message)) return false;
    const Message& message = messages[each.message];
    return message.next == each.delivery && message.ordinal == each.ordinal &&
           message.lane == each.lane && message.attempt == each.attempt;
  }

  std::vector<Unstored> unstored_;
  std::vector<Handed> handed_;
  std::size_t look_at_unstored_ = kFirstLook;
  std::size_t look_at_handed_ = kFirstLook;
};

}  // namespace spillway
