#pragma once

#include "sim/flow/context.h"
#include "sim/flow/self.h"

namespace spillway {

/// The handler fails here: the end of an undone saga. Made by the compiler. Its stages are steps in
/// a row, each with a rescue that leads to what undoes the stages before it.
struct Saga {
  using Parameters = SagaParameters;

  static Flow start(const Step&, Message&, Handle, Context&, const Self&) { return Flow::failed; }
  static Flow resume(const Step&, Message&, Handle, Context&, const Self&) { return Flow::failed; }
};

}  // namespace spillway
