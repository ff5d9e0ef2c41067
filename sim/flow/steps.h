#pragma once

#include "sim/flow/steps/call.h"
#include "sim/flow/steps/choose.h"
#include "sim/flow/steps/fail.h"
#include "sim/flow/steps/reply.h"
#include "sim/flow/steps/send.h"
#include "sim/flow/steps/wait.h"
#include "sim/flow/steps/work.h"

namespace spillway {

/// Every step of a handler, in the order of their declarations in StepDeclaration; what only the
/// compiler makes comes last. A new step is a file and a line here.
using Steps = List<Work, Wait, Call, Send, Fail, Choose, ReplyNow, Jump>;

/// The operation code of a step.
template <class S>
inline constexpr std::uint8_t op_of = static_cast<std::uint8_t>(index_in<S>(Steps{}) + 1);

}  // namespace spillway
