#include <fmt/format.h>

#include <variant>

#include "sim/language/quantity_text.h"
#include "sim/scenario/check.h"
#include "sim/scenario/flow_graph.h"

namespace spillway {
namespace {

/// The most steps of a handler, repeated ones as often as they are: each is compiled by itself.
constexpr double kMostSteps = 10'000;

/// Looks at one handler, and counts its steps.
class Handler {
 public:
  explicit Handler(Reader& reader) : reader_(reader) {}

  /// Returns how many steps there are.
  double check(const Program& program, const std::string& path, bool in_branch) {
    double sum = 0;
    for (std::size_t i = 0; i < program.steps.size(); ++i) {
      const StepDeclaration& step = program.steps[i];
      const std::string place = fmt::format("{}[{}]", path, i + 1);
      if (in_branch) check_in_branch(step, place);
      const auto* parallel = std::get_if<ParallelParameters>(&step.parameters);
      if (parallel != nullptr) check_enough(*parallel, step.at, place);
      double inner = 0;
      for (const StepsInside& inside : steps_inside(step)) {
        inner += check(*inside.program, fmt::format("{}.{}", place, inside.path),
                       in_branch || parallel != nullptr);
      }
      const auto* repeat = std::get_if<RepeatParameters>(&step.parameters);
      sum += 1 + inner * (repeat == nullptr ? 1 : static_cast<double>(repeat->repeated.times));
    }
    return sum;
  }

 private:
  void check_in_branch(const StepDeclaration& step, const std::string& place) {
    const Reader::Scope scope(reader_, place);
    if (std::holds_alternative<ReplyParameters>(step.parameters)) {
      reader_.error("wrong-place", step.at, "only the handler itself can reply, not a branch of it",
                    "reply before or after parallel");
    }
    const auto* call = std::get_if<CallParameters>(&step.parameters);
    if (call != nullptr && call->holds) {
      reader_.error("wrong-place", step.at, "a branch has no slot that it could hold or give away",
                    "leave holds out");
    }
  }

  void check_enough(const ParallelParameters& parallel, const Location& at,
                    const std::string& place) {
    const auto branches = static_cast<Count>(parallel.branches.size());
    if (!parallel.wait_for || *parallel.wait_for <= branches) return;
    const Reader::Scope scope(reader_, place + ".wait_for");
    reader_.error("out-of-range", at,
                  fmt::format("expected at most {}, as many as there are branches; found {}",
                              branches, *parallel.wait_for));
  }

  Reader& reader_;
};

}  // namespace

void check_branches(Reader& reader, const Scenario& scenario) {
  for (const HandlerOf& handler : handlers_of(scenario)) {
    const double steps = Handler(reader).check(*handler.program, handler.path, false);
    if (steps <= kMostSteps || handler.program->steps.empty()) continue;
    const Reader::Scope scope(reader, handler.path);
    reader.error("too-large", handler.program->steps.front().at,
                 fmt::format("expected at most {} steps, repeated ones counted as often as they "
                             "are done; found {}",
                             print_number(kMostSteps), print_number(steps)),
                 "repeat fewer times");
  }
}

}  // namespace spillway
