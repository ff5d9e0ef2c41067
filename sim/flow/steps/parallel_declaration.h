#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "sim/flow/steps/program.h"
#include "sim/language/field.h"
#include "sim/language/pack.h"
#include "sim/language/quantity.h"

namespace spillway {

/// `parallel: [[call: a], [call: b]]`: several branches at once.
struct ParallelParameters {
  std::vector<Program> branches;  ///< one at least
  std::optional<Count> wait_for;

  static constexpr std::string_view name = "parallel";
  static constexpr std::string_view meaning =
      "Goes several ways at once, and on when enough of them have ended well; a slot that works in "
      "one of them is kept";
  static constexpr auto value = &ParallelParameters::branches;
  static constexpr auto fields() {
    using P = ParallelParameters;
    return Pack{
        Field{&P::branches, "parallel", "The branches, each a list of steps", kAtLeastZero,
              Need::required},
        Field{&P::wait_for, "wait_for",
              "How many branches have to end well; the others go on unattended. The handler fails "
              "when so many can't any more. Default: all",
              Bounds{1, 1000}},
    };
  }
};

/// What `repeat` does, and how often.
struct RepeatedSteps {
  Count times = 1;
  Program steps;

  static constexpr auto fields() {
    using R = RepeatedSteps;
    return Pack{
        Field{&R::times, "times", "How many times, one after the other", Bounds{1, 1000},
              Need::required},
        Field{&R::steps, "do", "The steps", kAtLeastZero, Need::required},
    };
  }
};

/// `repeat: {times: 3, do: [work: 5ms]}`: the same steps again, with numbers of their own.
struct RepeatParameters {
  RepeatedSteps repeated;

  static constexpr std::string_view name = "repeat";
  static constexpr std::string_view meaning =
      "Does the same steps several times, each time with random numbers of its own";
  static constexpr auto value = &RepeatParameters::repeated;
  static constexpr auto fields() {
    return Pack{Field{&RepeatParameters::repeated, "repeat", "How often, and what", kAtLeastZero,
                      Need::required}};
  }
};

}  // namespace spillway
