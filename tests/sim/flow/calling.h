#pragma once

#include <gtest/gtest.h>

#include <vector>

#include "sim/flow/handler.h"
#include "sim/flow/request.h"
#include "tests/sim/flow/bench.h"

namespace spillway {

inline constexpr Address kCaller = component_address(1, 0);
inline constexpr Address kCallee = component_address(1, 1);

/// Waits for the answers to its call, and does nothing more.
class Caller {
 public:
  Address address() const { return kCaller; }
  Next on(Reply, Handle answer, Context& context) {
    const Handle frame = receive(answer, context);
    if (frame != 0) ended(resume(frame, context, Self{kCaller}), frame, context);
    return {};
  }
  Next on(Expired, Handle frame, Context& context) {
    time_out(frame, context);
    ended(resume(frame, context, Self{kCaller}), frame, context);
    return {};
  }
  Next on(Resend, Handle sent, Context& context) { return resend(sent, context, Self{kCaller}); }
  void ended(Progress progress, Handle frame, Context& context) {
    if (progress == Progress::waiting) return;
    last = progress;
    outcome = context.messages[frame].outcome;
    ++ends;
  }

  int ends = 0;
  Progress last = Progress::waiting;
  Outcome outcome = Outcome::ok;
};

/// A caller and its call; the callee is the test.
class CallingTest : public testing::Test {
 protected:
  CallingTest() : edge_(bench_.edge()), call_(bench_.call(kCallee, edge_)) {}

  Handle start(std::uint32_t program) {
    const Handle frame = bench_.root(component_address(0, 0), ordinal_++, program);
    caller_.ended(advance(frame, bench_.context, Self{kCaller}), frame, bench_.context);
    settle();
    return frame;
  }
  /// Everything that follows at once.
  void settle() {
    while (const Next next = bench_.context.take_post()) bench_.tell(caller_, next);
  }
  /// The requests that have come to the callee since the last time.
  std::vector<Handle> offers() { return told<Offer>(); }
  /// Those whose callers have said that they wait no more.
  std::vector<Handle> cancels() { return told<Cancel>(); }
  void answer(Handle request, Outcome outcome) {
    bench_.context.messages[request].outcome = outcome;
    bench_.tell(caller_, spillway::answer(request, bench_.context));
    settle();
  }
  const EdgeMetrics& metrics() { return bench_.context.edges[edge_].metrics; }

  Bench bench_;
  Caller caller_;
  std::uint32_t edge_;
  Step call_;
  std::uint32_t ordinal_ = 0;

 private:
  template <class Verb>
  std::vector<Handle> told() {
    std::vector<Handle> all;
    std::erase_if(bench_.said, [&](const Bench::Said& said) {
      if (said.next.target != say<Verb>(kCallee)) return false;
      all.push_back(said.next.payload);
      return true;
    });
    return all;
  }
};

}  // namespace spillway
