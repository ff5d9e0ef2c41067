#pragma once

#include <cstdint>
#include <optional>

#include "sim/flow/context.h"
#include "sim/flow/impairments.h"
#include "sim/kernel/ring.h"

namespace spillway {

/// Tells senders what has become of their messages: at once or after the time that a confirm takes,
/// and not before the end of a hang of the channel that took or refused them.
class Confirms {
 public:
  /// Of the channel at an address, which hears Done for a receipt whose time has passed; `takes`
  /// is the site of that time.
  explicit Confirms(Address channel, std::optional<std::uint32_t> takes = std::nullopt)
      : channel_(channel), takes_(takes) {}

  void restart() { held_.clear(); }

  /// Answers who waits for a message's confirm; nobody may.
  void confirm(Handle handle, Outcome outcome, const Condition& condition, Context& context) {
    Message& message = context.messages[handle];
    if (message.parent == 0) return;
    const Handle receipt = message.parent;
    message.parent = 0;
    context.messages[receipt].outcome = outcome;
    send(receipt, condition, context);
  }

  /// The same, that a message is taken, without the time that a confirm takes.
  void confirm_at_once(Handle handle, const Condition& condition, Context& context);

  /// Gives up a message that its channel did not take.
  void refuse(Handle handle, Outcome why, const Condition& condition, Context& context);

  /// Sends what a hang held up.
  void resume(Context& context);

 private:
  void send(Handle receipt, const Condition& condition, Context& context);

  Address channel_;
  std::optional<std::uint32_t> takes_;
  Ring<Handle> held_;  ///< receipts that wait for the end of a hang
};

}  // namespace spillway
