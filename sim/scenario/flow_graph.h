#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/flow/steps/declaration.h"
#include "sim/language/field.h"
#include "sim/scenario/scenario.h"

namespace spillway {

/// A component that runs steps.
struct HandlerOf {
  std::string_view name;
  Noun noun = Noun::none;
  std::string path;  ///< `services.checkout.does`
  const Program* program = nullptr;
  double runs = 1;  ///< for each message, at least
};

/// The handlers of a scenario, in its order.
std::vector<HandlerOf> handlers_of(const Scenario& scenario);

/// A list of steps inside of a step, and its path below the step's.
struct StepsInside {
  std::string path;
  const Program* program = nullptr;
};
std::vector<StepsInside> steps_inside(const StepDeclaration& step);

/// Visits every step, those inside of other steps and of fallbacks too, with how often a message
/// reaches it when earlier steps succeed as often as they say and calls do not fail, and its path
/// below the handler's. That is a probability, but for steps that are repeated.
void for_each_step(const Program& program, const std::string& path,
                   const std::function<void(const StepDeclaration&, double probability,
                                            const std::string& path)>& visit);

/// The edge that a call takes to one of its services: `edge` names the one to the first.
std::string edge_of(const CallParameters& call, std::string_view caller, const Reference& to);

/// The share of a producer's messages that a subscription wants. Cost: the rows of a trace where
/// their types come from it.
double share_wanted(const ProducerParameters& producer, const SubscriptionParameters& subscription);

/// Who hands messages to whom: calls, sends, what is asked of stores, deliveries, copies and dead
/// letters.
class FlowGraph {
 public:
  explicit FlowGraph(const Scenario& scenario);

  /// The names that messages of these components reach, themselves included; each with one of the
  /// components that reach it.
  std::map<std::string_view, std::string_view> reached_from(
      const std::vector<std::string_view>& starts) const;

 private:
  std::map<std::string_view, std::vector<std::string_view>> next_;
};

}  // namespace spillway
