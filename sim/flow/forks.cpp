#include "sim/flow/forks.h"

#include <algorithm>
#include <cassert>
#include <tuple>

#include "sim/flow/abandon.h"
#include "sim/flow/handler.h"
#include "sim/flow/work_keeper.h"

namespace spillway {

std::uint32_t Forks::take() {
  if (!free_.empty()) {
    const std::uint32_t number = free_.back();
    free_.pop_back();
    return number;
  }
  forks_.emplace_back();
  return static_cast<std::uint32_t>(forks_.size() - 1);
}

void Forks::give(std::uint32_t number) {
  assert(forks_[number].branches.empty());
  std::vector<Handle> kept = std::move(forks_[number].branches);
  forks_[number] = {};
  forks_[number].branches = std::move(kept);
  free_.push_back(number);
}

void Forks::clear() {
  forks_.resize(1);
  free_.clear();
}

std::vector<std::uint32_t> Forks::run_by(Address runner) const {
  std::vector<std::uint32_t> numbers;
  for (std::uint32_t number = 1; number < forks_.size(); ++number) {
    if (forks_[number].runner == runner) numbers.push_back(number);
  }
  return numbers;
}

void begin_fork(const Forking& forking, Handle handle, Context& context, const Self& self) {
  const std::uint32_t number = context.forks.take();
  Fork& fork = context.forks[number];
  fork.frame = handle;
  fork.owner = say<Reply>(self.address);
  fork.runner = forking.branches;
  fork.condition = self.condition;
  fork.needed = forking.needed;
  fork.spare = forking.count - forking.needed;
  Message& frame = context.messages[handle];
  for (std::uint32_t i = 0; i < forking.count; ++i) {
    const Handle branch = context.spawn(handle);
    Message& made = context.messages[branch];
    made.pc = context.branch_starts[forking.first + i];
    made.attempt = frame.attempt;
    made.via = number;
    made.flags |= flag::kInLine;
    if ((frame.flags & flag::kHurried) != 0) {
      made.flags |= flag::kHurried;
      made.deadline = frame.deadline;
    }
    fork.branches.push_back(branch);
    context.post({say<Credit>(forking.branches), branch});
  }
  frame.next = number;
}

Next end_branch(Handle branch, bool well, Context& context) {
  Message& ended = context.messages[branch];
  const std::uint32_t number = ended.via;
  Fork& fork = context.forks[number];
  std::erase(fork.branches, branch);
  ++(well ? fork.well : fork.failed);
  const bool decided = fork.well == fork.needed || fork.failed > fork.spare;
  if (fork.frame == 0 || fork.answer != 0 || !decided) {
    // Nobody waits for it any more, or others are waited for too.
    if (fork.frame == 0 && fork.branches.empty()) context.forks.give(number);
    context.release(branch);
    return {};
  }
  // It travels as the answer; how it went is looked up in the fork.
  fork.answer = branch;
  ended.outcome = Outcome::ok;
  ended.next = number;
  return {fork.owner, branch};
}

bool join_fork(Handle handle, Context& context) {
  Message& frame = context.messages[handle];
  const std::uint32_t number = std::exchange(frame.next, 0);
  Fork& fork = context.forks[number];
  const bool well = fork.well >= fork.needed;
  if (!well) frame.outcome = Outcome::error;
  fork.frame = fork.answer = 0;
  for (const Handle branch : fork.branches) context.messages[branch].parent = 0;
  if (fork.branches.empty()) context.forks.give(number);
  return well;
}

namespace {

void abandon_branch(Handle branch, const Condition* condition, Context& context) {
  const Message& message = context.messages[branch];
  const bool in_line = (message.flags & flag::kInLine) != 0;
  const std::uint8_t op = in_line ? kEnd : context.code[message.pc - 1].op;
  if (!in_line && waits_for_others(op)) {
    abandon_wait(branch, context);
    context.release(branch);
  } else {
    context.bury(branch);  // an event or a line still names it
    if (SharedProcessors* keeper = keeper_of(op, condition); keeper != nullptr) {
      keeper->leave(context);
    }
  }
}

void abandon_all(std::uint32_t number, Context& context) {
  // Where branches have branched, further forks come and go.
  const std::vector<Handle> branches = std::move(context.forks[number].branches);
  context.forks[number].branches.clear();
  const Condition* condition = context.forks[number].condition;
  for (const Handle branch : branches) abandon_branch(branch, condition, context);
}

}  // namespace

void abandon_fork(Handle handle, Context& context) {
  const std::uint32_t number = std::exchange(context.messages[handle].next, 0);
  Fork& fork = context.forks[number];
  if (fork.answer != 0) {
    Message& answer = context.messages[fork.answer];
    answer.parent = answer.next = 0;
  }
  abandon_all(number, context);
  context.forks.give(number);
}

void abandon_branches(Address runner, Context& context) {
  std::vector<std::uint32_t> numbers = context.forks.run_by(runner);
  // Those of frames that wait go with their frames. What is left is nobody's: by birth, never by
  // number, which depends on what else there is in the world.
  std::erase_if(numbers, [&](std::uint32_t number) {
    const Fork& fork = context.forks[number];
    return fork.frame != 0 || fork.branches.empty();
  });
  std::ranges::sort(numbers, {}, [&](std::uint32_t number) {
    const Message& first = context.messages[context.forks[number].branches.front()];
    return std::tuple(first.since, first.lane, first.ordinal, first.attempt, first.pc);
  });
  for (const std::uint32_t number : numbers) {
    if (context.forks[number].branches.empty()) continue;
    abandon_all(number, context);
    context.forks.give(number);
  }
}

}  // namespace spillway
