#pragma once

#include <cstdint>
#include <vector>

#include "sim/flow/context.h"
#include "sim/flow/self.h"

// How a frame asks by a message and takes part in a conversation: see conversations.h.

namespace spillway {

/// The correlation of a message, or of the frame that handles it, on its lane.
Correlation correlation(std::uint32_t ordinal, std::uint32_t lane);

/// A frame waits for what it has just sent: its receipt becomes the ticket of a conversation.
void begin_asking(const Exchange& exchange, Handle frame, Context& context, const Self& self);

/// A frame waits no more: it leaves its conversation, if it is in one. Its ticket is marked as lost
/// when nothing will come for it, so that whoever gives it up then gives it back.
void end_asking(Handle frame, Context& context);

/// The message of a ticket is confirmed, or has been refused: says what the frame is told now.
Next take_confirm(Handle ticket, Context& context);
/// A time to collect replies is over.
Next take_end(Handle ticket, Context& context);
/// A frame's message, or the confirm of it, was lost: what it still waits for are replies.
Next take_loss(Handle frame, Context& context);
/// A reply has come to who asked.
Next take_reply(Handle reply, Context& context);
/// A delivery of a reply queue has come to who asked: says what the frame is told now. The delivery
/// has yet to be settled.
Next hear_reply(Handle delivery, Context& context);

/// A consumer's handler replies to its message, if somebody has asked.
void reply_by_message(Handle frame, std::uint32_t edge, Context& context);

/// A topic sends a copy on once more, on another lane than before: who replies to that answers the
/// same question.
void reply_to_again(std::uint32_t ordinal, std::uint32_t before, std::uint32_t lane,
                    Context& context);

/// A frame hands a job in: it will be found by what has just been sent.
void begin_job(const Exchange& exchange, Handle frame, Context& context, const Self& self);
/// The pause between two questions of a frame.
Time pause_between_questions(Handle frame, Context& context);
/// The job is accepted: it is asked after from now on.
void ask_after(const Exchange& exchange, Handle frame, Context& context, const Self& self);
/// A handler has done a job, or has failed after it was accepted; whoever handed it in learns it
/// when it asks.
void finish_job(Handle frame, bool consumer, bool well, Context& context);

}  // namespace spillway
