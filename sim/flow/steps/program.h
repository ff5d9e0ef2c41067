#pragma once

#include <vector>

namespace spillway {

struct StepDeclaration;

/// What a handler does (`does`), step after step.
struct Program {
  std::vector<StepDeclaration> steps;
};

}  // namespace spillway
