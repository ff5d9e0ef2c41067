#include "sim/scenario/shape.h"

namespace spillway {
namespace {

template <class... P>
std::vector<StepShape> steps_of(const std::variant<P...>*) {
  return {StepShape{P::name, P::meaning, fields_of<P>()}...};
}

}  // namespace

std::vector<StepShape> all_steps() {
  return steps_of(static_cast<const decltype(StepDeclaration::parameters)*>(nullptr));
}

}  // namespace spillway
