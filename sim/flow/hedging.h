#pragma once

#include "sim/flow/context.h"
#include "sim/flow/self.h"

namespace spillway {

/// An attempt of the frame has set out, and copies of it may follow.
void begin_hedging(const Exchange& exchange, Handle frame, Context& context, const Self& self);

/// Whether this request is a copy that its frame has still to send.
bool is_pending_copy(Handle request, Handle frame, Context& context);

/// Its time has come. Returns what happens at once.
Next send_copy(const Exchange& exchange, Handle copy, Handle frame, Context& context,
               const Self& self);

/// A frame is answered. Returns whether it goes on with this answer: the others are given up then.
/// If not, others may do better, and the answer is gone.
bool is_decided(Handle answer, Handle frame, Context& context);

/// The frame waits no more for copies; for what it waits for beside them is its own affair.
void give_up_copies(Handle frame, bool timed_out, Context& context);

}  // namespace spillway
