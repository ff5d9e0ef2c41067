#pragma once

#include "sim/flow/steps/access.h"
#include "sim/flow/steps/call.h"
#include "sim/flow/steps/choose.h"
#include "sim/flow/steps/fail.h"
#include "sim/flow/steps/first_healthy.h"
#include "sim/flow/steps/gather.h"
#include "sim/flow/steps/look_aside.h"
#include "sim/flow/steps/parallel.h"
#include "sim/flow/steps/publish.h"
#include "sim/flow/steps/reply.h"
#include "sim/flow/steps/request.h"
#include "sim/flow/steps/saga.h"
#include "sim/flow/steps/send.h"
#include "sim/flow/steps/submit.h"
#include "sim/flow/steps/wait.h"
#include "sim/flow/steps/work.h"

namespace spillway {

/// Every step of a handler, in the order of their declarations in StepDeclaration; what only the
/// compiler makes comes last, and what it writes out (`repeat`) is not there. A new step is a file
/// and a line here.
using Steps =
    List<Work, Wait, Call, Send, Publish, Fail, Choose, ReplyNow, Read, Write, Apply, Parallel,
         Saga, Request, Gather, Submit, FinishJob, Jump, Hit, Fill, CpuWork, FirstHealthy>;

/// The operation code of a step.
template <class S>
inline constexpr std::uint8_t op_of = static_cast<std::uint8_t>(index_in<S>(Steps{}) + 1);

namespace steps_detail {
template <class... S>
constexpr std::uint64_t exchanges(List<S...>) {
  return ((requires { S::kExchanges; } ? std::uint64_t{1} << op_of<S> : 0) | ... | 0);
}
}  // namespace steps_detail

/// Whether a frame that waits in this step waits for an answer or a confirmation.
constexpr bool is_exchange(std::uint8_t op) {
  return (steps_detail::exchanges(Steps{}) >> op & 1) != 0;
}

}  // namespace spillway
