#include "analysis/theory/handler_time.h"

#include <cmath>
#include <variant>

#include "sim/scenario/store_use.h"

namespace spillway::theory {
namespace {

using Answer = std::optional<HandlerTime>;

Answer taking(const Distribution& time) {
  if (!time.column.empty() || time.uncertain || time.variate.plus < 0) return std::nullopt;
  const double mean = time.variate.mean() * 1e-9;
  return std::isfinite(mean) ? Answer{{mean, 1}} : std::nullopt;
}

/// Each kind of step by itself.
struct StepTime {
  const Scenario& scenario;
  double slowness;

  Answer operator()(const WorkParameters& work) const {
    if (work.cpu) return std::nullopt;
    Answer answer = taking(work.time);
    if (answer) answer->mean *= slowness;
    return answer;
  }
  Answer operator()(const WaitParameters& wait) const { return taking(wait.time); }
  Answer operator()(const FailParameters& fail) const {
    if (fail.as == FailAs::crash) return std::nullopt;  // nobody is told that it has failed
    if (!fail.share.column.empty()) return std::nullopt;
    return HandlerTime{0, 1 - fail.share.share.value};
  }
  Answer operator()(const ChooseParameters& choose) const {
    HandlerTime sum{0, 0};
    for (const auto& way : choose.ways) {
      const Answer one = handler_time(way.program, scenario, slowness);
      if (!one) return std::nullopt;
      sum.mean += way.share.value * one->mean;
      sum.success += way.share.value * one->success;
    }
    return sum;
  }
  Answer operator()(const SendParameters& send) const {
    for (const auto& queue : scenario.queues) {
      if (queue.name != send.channel.name || queue.parameters.capacity.count) continue;
      if (!send.confirm) return HandlerTime{};
      if (send.timeout || send.retry || send.fallback) return std::nullopt;
      if (send.persistent || send.confirm_when) return std::nullopt;  // it may come at once
      Answer whole = taking(send.network ? *send.network : scenario.network);
      if (!whole) return std::nullopt;
      whole->mean *= 2;
      if (!queue.parameters.confirm) return whole;
      const Answer confirm = taking(*queue.parameters.confirm);
      if (!confirm) return std::nullopt;
      whole->mean += confirm->mean;
      return whole;
    }
    return std::nullopt;
  }
  Answer operator()(const PublishParameters&) const { return std::nullopt; }
  Answer operator()(const CallParameters&) const { return std::nullopt; }
  Answer operator()(const RequestParameters&) const { return std::nullopt; }
  Answer operator()(const GatherParameters&) const { return std::nullopt; }
  Answer operator()(const SubmitParameters&) const { return std::nullopt; }
  Answer operator()(const SagaParameters&) const { return std::nullopt; }
  Answer operator()(const ParallelParameters&) const { return std::nullopt; }
  Answer operator()(const RepeatParameters& repeat) const {
    const Answer one = handler_time(repeat.repeated.steps, scenario, slowness);
    if (!one) return std::nullopt;
    HandlerTime sum;
    for (Count round = 0; round < repeat.repeated.times; ++round) {
      sum.mean += sum.success * one->mean;
      sum.success *= one->success;
    }
    return sum;
  }
  Answer operator()(const ReplyParameters&) const { return std::nullopt; }
  Answer operator()(const ReadParameters& read) const {
    if (read.miss) return std::nullopt;  // how often a cache misses is not known
    return asking(read, Operation::read);
  }
  Answer operator()(const WriteParameters& write) const { return asking(write, Operation::write); }
  Answer operator()(const ApplyParameters& apply) const { return asking(apply, Operation::apply); }

  /// A store answers any number of requests at once, each after its time, and well.
  Answer asking(const StoreRequest& request, Operation operation) const {
    if (request.timeout || request.retry || request.fallback) return std::nullopt;
    Answer whole = taking(request.network ? *request.network : scenario.network);
    if (!whole) return std::nullopt;
    whole->mean *= 2;
    for (const auto& store : scenario.stores) {
      if (store.name != request.store.name) continue;
      const auto& takes = time_of(store.parameters, operation);
      if (!takes) return whole;
      const Answer time = taking(*takes);
      if (!time) return std::nullopt;
      whole->mean += time->mean;
      return whole;
    }
    return std::nullopt;
  }
};

}  // namespace

Answer handler_time(const Program& program, const Scenario& scenario, double slowness) {
  HandlerTime sum;
  for (const StepDeclaration& step : program.steps) {
    const Answer one = std::visit(StepTime{scenario, slowness}, step.parameters);
    if (!one) return std::nullopt;
    // Only those come to this step that no earlier one failed.
    sum.mean += sum.success * one->mean;
    sum.success *= one->success;
  }
  return sum;
}

}  // namespace spillway::theory
