#include "sim/run/wiring.h"

namespace spillway {

void Wiring::compile_inside(const Program& program, const Place& place, const std::string& name) {
  Place inner = place;
  inner.path += "/" + name;
  compile_steps(program, inner);
}

//   do 0 ─► do 1 ─► do 2 ─► past
//            │       │ fails
//            │ fails └─► undo 1 ─┐  what fails there goes on there too
//            └─────────► undo 0 ◄┘
//                          └─► fallback, or the handler fails
void Wiring::compile_step(const SagaParameters& step, const Place& place) {
  Context& context = world_.context_;
  const auto here = [&] { return static_cast<std::uint32_t>(context.code.size()); };
  const std::size_t stages = step.stages.size();
  std::vector<Rescue> rescues;
  for (std::size_t i = 0; i < stages; ++i) {
    const std::uint32_t from = here();
    compile_inside(step.stages[i].steps, place, std::to_string(i));
    rescues.push_back({from, here(), 0});
  }
  const std::size_t past = context.code.size();
  emit(op_of<Jump>, 0);
  // Nothing ever comes to what undoes the last stage, as nothing follows that.
  std::vector<std::uint32_t> undo_from(stages, 0);
  std::vector<std::uint32_t> undo_to(stages, 0);
  for (std::size_t i = stages; i-- > 0;) {
    undo_from[i] = here();
    if (step.stages[i].undo) {
      compile_inside(*step.stages[i].undo, place, std::to_string(i) + "/undo");
    }
    undo_to[i] = here();
  }
  const std::uint32_t undone = here();
  for (std::size_t i = 0; i < stages; ++i) {
    rescues[i].target = i == 0 ? undone : undo_from[i - 1];
    context.rescues.add(rescues[i]);
    context.rescues.add({undo_from[i], undo_to[i], undo_to[i]});
  }
  if (step.fallback) {
    compile_inside(*step.fallback, place, "fallback");
  } else {
    emit(op_of<Saga>, 0);
  }
  context.code[past].argument = here();
}

}  // namespace spillway
