#include "sim/model/branches/branches.h"

#include <cassert>

#include "sim/flow/abandon.h"

namespace spillway {

Self Branches::self_of(Handle branch, Context& context) const {
  return {wiring_.address, Self::kNoSlot, context.forks[context.messages[branch].via].condition};
}

Next Branches::go(Progress progress, Handle branch, Context& context) {
  assert(progress != Progress::needs_slot && "a branch has no slot to give away");
  if (progress == Progress::waiting) return {};
  if (progress == Progress::held) {
    context.messages[branch].flags |= flag::kInLine;
    held_.push_back(context.messages, branch);
    return {};
  }
  return end_branch(branch, progress == Progress::ended, context);
}

Next Branches::on(Credit, Handle branch, Context& context) {
  Message& message = context.messages[branch];
  if ((message.flags & flag::kTombstone) != 0) {
    context.unearth(branch);
    return {};
  }
  message.flags &= static_cast<std::uint16_t>(~flag::kInLine);
  return go(advance(branch, context, self_of(branch, context)), branch, context);
}

Next Branches::on(Done, Handle branch, Context& context) {
  if ((context.messages[branch].flags & flag::kTombstone) != 0) {
    context.unearth(branch);
    return {};
  }
  return go(resume(branch, context, self_of(branch, context)), branch, context);
}

Next Branches::on(Reply, Handle answer, Context& context) {
  const Handle branch = receive(answer, context);
  if (branch == 0) return {};
  return go(resume(branch, context, self_of(branch, context)), branch, context);
}

Next Branches::on(Expired, Handle branch, Context& context) {
  time_out(branch, context);
  return go(resume(branch, context, self_of(branch, context)), branch, context);
}

Next Branches::on(Resend, Handle sent, Context& context) {
  return resend(sent, context, {wiring_.address});
}

Next Branches::on(Impair, std::uint32_t payload, Context& context) {
  const ImpairmentChange change = ImpairmentChange::of(payload);
  if (change.begins) {
    const Impairment& impairment = context.impairments[change.impairment];
    if (impairment.kind == FaultKind::crash && !impairment.keeps_work &&
        impairment.instances == 0) {
      abandon_branches(wiring_.address, context);
    }
    return {};
  }
  // Those that still may not work come back into the line.
  for (std::size_t left = held_.size(); left > 0; --left) {
    context.post({say<Credit>(wiring_.address), held_.pop_front(context.messages)});
  }
  return {};
}

}  // namespace spillway
