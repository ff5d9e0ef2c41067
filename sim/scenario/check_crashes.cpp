#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "sim/scenario/check.h"
#include "sim/scenario/flow_graph.h"
#include "sim/scenario/log_readers.h"

namespace spillway {
namespace {

/// Why a handler may not crash by itself; empty: it may.
struct Refusal {
  std::string why;
  std::string hint;
};

Refusal refusal_of(const Scenario& scenario, const HandlerOf& handler) {
  if (handler.noun == Noun::producer) {
    return {"only a service or a consumer crashes: nobody waits for a producer",
            "as: error, or leave it out"};
  }
  const auto consumer =
      std::ranges::find(scenario.consumers, handler.name, &Component<ConsumerParameters>::name);
  if (consumer == scenario.consumers.end()) return {};
  if (reads_log(scenario, consumer->parameters)) {
    return {
        "a log hears of no single message: its reader would leave its group",
        fmt::format("let the whole reader crash: faults: {{NAME: {{crash: {}, at: …, for: …}}}}",
                    handler.name)};
  }
  if (consumer->parameters.batch) {
    return {"a crash would lose the whole batch, and its instance with it",
            "as: error returns the messages of the batch; or leave batch out"};
  }
  return {};
}

/// Whether a program's own steps lie in a branch somewhere above: told by their path.
bool is_in_branch(const std::string& path) { return path.find(".parallel[") != std::string::npos; }

}  // namespace

void check_crashes(Reader& reader, const Scenario& scenario) {
  for (const HandlerOf& handler : handlers_of(scenario)) {
    const Refusal refusal = refusal_of(scenario, handler);
    for_each_step(*handler.program, handler.path,
                  [&](const StepDeclaration& step, double, const std::string& path) {
                    const auto* fail = std::get_if<FailParameters>(&step.parameters);
                    if (fail == nullptr || fail->as != FailAs::crash) return;
                    const Reader::Scope scope(reader, path + ".as");
                    if (!refusal.why.empty()) {
                      reader.error("wrong-place", step.at, refusal.why, refusal.hint);
                    } else if (is_in_branch(path)) {
                      reader.error("wrong-place", step.at,
                                   "a branch does not crash without its handler",
                                   "let the handler crash before or after parallel");
                    }
                  });
  }
}

}  // namespace spillway
