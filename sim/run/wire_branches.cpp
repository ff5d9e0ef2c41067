#include <fmt/format.h>

#include <algorithm>

#include "sim/run/wiring.h"

namespace spillway {
namespace {

/// Whether a slot works somewhere in these steps.
bool works(const Program& program);

struct WorksIn {
  bool operator()(const WorkParameters&) const { return true; }
  bool operator()(const ChooseParameters& choose) const {
    return std::ranges::any_of(choose.ways, works, &ChooseParameters::Way::program);
  }
  bool operator()(const ParallelParameters& parallel) const {
    return std::ranges::any_of(parallel.branches, works);
  }
  bool operator()(const RepeatParameters& repeat) const { return works(repeat.repeated.steps); }
  bool operator()(const SagaParameters& saga) const {
    return (saga.fallback && works(*saga.fallback)) ||
           std::ranges::any_of(saga.stages, [](const SagaStage& stage) {
             return works(stage.steps) || (stage.undo && works(*stage.undo));
           });
  }
  bool operator()(const ReadParameters& read) const {
    return (read.miss && works(*read.miss)) || (read.fallback && works(*read.fallback));
  }
  template <class Other>
  bool operator()(const Other& other) const {
    if constexpr (requires { other.fallback; }) return other.fallback && works(*other.fallback);
    return false;
  }
};

bool works(const Program& program) {
  return std::ranges::any_of(program.steps, [](const StepDeclaration& step) {
    return std::visit(WorksIn{}, step.parameters);
  });
}

}  // namespace

Address Wiring::branches_of(const std::string& component) {
  const auto [known, is_new] = branches_.emplace(component, 0);
  if (is_new) {
    auto& names = world_.names_[kind_of<Branches>];
    known->second = component_address(kind_of<Branches>, static_cast<std::uint32_t>(names.size()));
    names.push_back(component);
    std::get<std::vector<Branches>>(world_.pools_).emplace_back(Branches::Wiring{known->second});
  }
  return known->second;
}

void Wiring::compile_step(const ParallelParameters& step, const Place& place) {
  Context& context = world_.context_;
  Forking forking;
  forking.first = static_cast<std::uint32_t>(context.branch_starts.size());
  forking.count = static_cast<std::uint32_t>(step.branches.size());
  forking.needed = static_cast<std::uint32_t>(step.wait_for.value_or(forking.count));
  forking.branches = branches_of(place.component);
  forking.holds = place.holds || std::ranges::any_of(step.branches, works);
  emit(op_of<Parallel>, static_cast<std::uint32_t>(context.forkings.size()));
  context.forkings.push_back(forking);
  context.branch_starts.resize(context.branch_starts.size() + forking.count);
  const std::size_t past = context.code.size();
  emit(op_of<Jump>, 0);
  for (std::uint32_t i = 0; i < forking.count; ++i) {
    context.branch_starts[forking.first + i] = static_cast<std::uint32_t>(context.code.size());
    Place inner = place;
    inner.path += fmt::format("/{}", i);
    inner.in_service = false;  // it has no slot that it could give away
    inner.holds = true;
    compile_steps(step.branches[i], inner);
    emit(kEnd, 0);
    // What fails in a branch fails the branch, and is none of the rescues' around it.
    const auto end = static_cast<std::uint32_t>(context.code.size());
    context.rescues.add({context.branch_starts[forking.first + i], end, 0});
  }
  context.code[past].argument = static_cast<std::uint32_t>(context.code.size());
}

void Wiring::compile_step(const RepeatParameters& step, const Place& place) {
  for (Count i = 0; i < step.repeated.times; ++i) {
    Place inner = place;
    inner.path += fmt::format("/{}", i);
    compile_steps(step.repeated.steps, inner);
  }
}

}  // namespace spillway
