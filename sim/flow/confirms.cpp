#include "sim/flow/confirms.h"

#include <utility>

#include "sim/flow/request.h"

namespace spillway {

void Confirms::send(Handle receipt, const Condition& condition, Context& context) {
  if (condition.hung()) [[unlikely]] {
    held_.push_back(receipt);
    return;
  }
  const Time takes =
      takes_ ? condition.stretched(context.draw(*takes_, context.messages[receipt])) : 0;
  if (takes > 0) {
    // The receipt rests at its channel, which sends it on.
    context.events.push(context.now() + takes, Phase::kCompletion, {say<Done>(channel_), receipt});
  } else if (const Next next = answer(receipt, context)) {
    context.post(next);
  }
}

void Confirms::confirm_at_once(Handle handle, const Condition& condition, Context& context) {
  const Handle receipt = std::exchange(context.messages[handle].parent, 0);
  if (receipt == 0) return;
  context.messages[receipt].outcome = Outcome::ok;
  if (condition.hung()) {
    held_.push_back(receipt);
  } else if (const Next next = answer(receipt, context)) {
    context.post(next);
  }
}

void Confirms::refuse(Handle handle, Outcome why, const Condition& condition, Context& context) {
  const Message& message = context.messages[handle];
  context.see(Moment::refused, channel_, message);
  // A sender that waits for the confirm decides itself what that means.
  if (message.parent == 0) context.fail_root(message);
  confirm(handle, why, condition, context);
  context.release(handle);
}

void Confirms::resume(Context& context) {
  while (!held_.empty()) {
    const Handle receipt = held_.front();
    held_.pop_front();
    if (const Next next = answer(receipt, context)) context.post(next);
  }
}

}  // namespace spillway
