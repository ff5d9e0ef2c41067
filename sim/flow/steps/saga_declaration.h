#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "sim/flow/steps/program.h"
#include "sim/language/field.h"
#include "sim/language/pack.h"

namespace spillway {

/// A stage of a saga: what it does, and what undoes that.
struct SagaStage {
  Program steps;
  std::optional<Program> undo;

  static constexpr auto fields() {
    return Pack{
        Field{&SagaStage::steps, "do", "What the stage does", kAtLeastZero, Need::required},
        Field{&SagaStage::undo, "undo",
              "What undoes it when a later stage fails; default: nothing. What fails here stays "
              "undone no further, and the stages before are undone all the same"},
    };
  }
};

/// `saga: [{do: [call: a], undo: [call: b]}, ...]`: stages that are undone backwards.
struct SagaParameters {
  std::vector<SagaStage> stages;  ///< one at least
  std::optional<Program> fallback;

  static constexpr std::string_view name = "saga";
  static constexpr std::string_view meaning =
      "Does one stage after the other; when one fails, undoes those before it backwards, and the "
      "handler fails";
  static constexpr auto value = &SagaParameters::stages;
  static constexpr auto fields() {
    using S = SagaParameters;
    return Pack{
        Field{&S::stages, "saga", "The stages, each with what it does and what undoes it",
              kAtLeastZero, Need::required},
        Field{&S::fallback, "fallback",
              "What is done when all is undone; the handler then goes on. Default: the handler "
              "fails"},
    };
  }
};

}  // namespace spillway
