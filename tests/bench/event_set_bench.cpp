// Cost of an event, apart from what it does. Pin it: taskset -c 0 bench_event_set
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/kernel/event_set.h"

namespace spillway {
namespace {

enum Shape : std::int64_t { kExponential, kUniform, kBimodal, kHeavyTailed, kFewValues };

/// Spans of mean about 2^30 ns, drawn beforehand so that drawing is not measured.
std::vector<Time> draw_spans(std::int64_t shape) {
  std::vector<Time> result(std::size_t{1} << 16);
  std::uint64_t state = 1;
  for (Time& span : result) {
    state = state * 6364136223846793005 + 1442695040888963407;
    const double u = (static_cast<double>(state >> 11) + 0.5) * 0x1p-53;
    double units = 0;
    switch (shape) {
      case kExponential:
        units = -std::log(u);
        break;
      case kUniform:
        units = 2 * u;
        break;
      case kBimodal:
        units = u < 0.9 ? u * 1e-4 : 100 * (u - 0.9);
        break;
      case kHeavyTailed:
        units = 0.05 / (u * std::sqrt(u));
        break;
      case kFewValues:
        units = u < 0.5 ? 0.5 : 1.5;
        break;
      default:
        break;
    }
    span = static_cast<Time>(units * 0x1p30) + 1;
  }
  return result;
}

const std::vector<Time>& spans() {
  static const std::vector<Time> drawn = draw_spans(kExponential);
  return drawn;
}

/// Pops one, pushes one with `push`, N pending: Jones' hold model.
template <class Push>
void hold_with(benchmark::State& state, std::int64_t shape, Push push) {
  const auto pending = static_cast<std::size_t>(state.range(0));
  const std::vector<Time> span = draw_spans(shape);
  const std::size_t mask = span.size() - 1;
  EventSet set;
  std::size_t next = 0;
  for (std::size_t i = 0; i < pending; ++i) {
    push(set, span[next++ & mask], Action{1, static_cast<std::uint32_t>(i)});
  }
  Event event;
  for (std::size_t i = 0; i < 2 * pending; ++i) {  // to the steady state
    set.pop(event, kNever);
    push(set, event.at + span[next++ & mask], event.action);
  }
  for (auto _ : state) {
    set.pop(event, kNever);
    push(set, event.at + span[next++ & mask], event.action);
  }
  benchmark::DoNotOptimize(event);
}

void hold(benchmark::State& state, std::int64_t shape) {
  hold_with(state, shape,
            [](EventSet& set, Time at, Action action) { set.push(at, Phase::kArrival, action); });
}
BENCHMARK_CAPTURE(hold, exponential, kExponential)->Arg(1)->Arg(4)->Arg(16)->Arg(64)->Arg(200);
BENCHMARK_CAPTURE(hold, exponential, kExponential)->RangeMultiplier(10)->Range(1'000, 10'000'000);
BENCHMARK_CAPTURE(hold, uniform, kUniform)->Arg(16)->Arg(1'000)->Arg(100'000);
BENCHMARK_CAPTURE(hold, bimodal, kBimodal)->Arg(16)->Arg(1'000)->Arg(100'000);
BENCHMARK_CAPTURE(hold, heavy_tailed, kHeavyTailed)->Arg(16)->Arg(1'000)->Arg(100'000);
BENCHMARK_CAPTURE(hold, few_values, kFewValues)->Arg(16)->Arg(1'000)->Arg(100'000);

/// Timers that all run out: what being able to cancel costs.
void timer_hold(benchmark::State& state, std::int64_t shape) {
  hold_with(state, shape, [](EventSet& set, Time at, Action action) {
    benchmark::DoNotOptimize(set.push_timer(at, Phase::kExpiry, action));
  });
}
BENCHMARK_CAPTURE(timer_hold, exponential, kExponential)->Arg(16)->Arg(200);
BENCHMARK_CAPTURE(timer_hold, exponential, kExponential)
    ->RangeMultiplier(10)
    ->Range(1'000, 10'000'000);

/// Arms a timeout and cancels the one armed N steps ago.
void lane_push_cancel(benchmark::State& state) {
  const auto pending = static_cast<std::size_t>(state.range(0));
  EventSet set;
  const LaneId lane = set.add_lane();
  std::vector<Timer> armed(pending);
  Time at = 1;
  for (Timer& timer : armed) timer = set.push_lane_timer(lane, at++, Phase::kExpiry, {1, 1});
  std::size_t i = 0;
  for (auto _ : state) {
    set.cancel(armed[i]);
    armed[i] = set.push_lane_timer(lane, at++, Phase::kExpiry, {1, 1});
    if (++i == pending) i = 0;
  }
}
BENCHMARK(lane_push_cancel)->Arg(1'000)->Arg(1'000'000);

/// The same among N with a permuted order of cancelling: replies do not come in order.
void lane_push_cancel_shuffled(benchmark::State& state) {
  const auto pending = static_cast<std::size_t>(state.range(0));
  EventSet set;
  const LaneId lane = set.add_lane();
  std::vector<Timer> armed(pending);
  Time at = 1;
  for (Timer& timer : armed) timer = set.push_lane_timer(lane, at++, Phase::kExpiry, {1, 1});
  std::size_t i = 0;
  for (auto _ : state) {
    i = (i + 617) & (pending - 1);
    set.cancel(armed[i]);
    armed[i] = set.push_lane_timer(lane, at++, Phase::kExpiry, {1, 1});
  }
}
BENCHMARK(lane_push_cancel_shuffled)->Arg(1 << 10)->Arg(1 << 20);

/// Arms and cancels in the general set, N pending.
void timer_push_cancel(benchmark::State& state) {
  const auto pending = static_cast<std::size_t>(state.range(0));
  const std::vector<Time>& span = spans();
  EventSet set;
  std::vector<Timer> armed(pending);
  std::size_t next = 0;
  for (Timer& timer : armed) {
    timer = set.push_timer(span[next++ & (span.size() - 1)], Phase::kExpiry, {1, 1});
  }
  std::size_t i = 0;
  for (auto _ : state) {
    set.cancel(armed[i]);
    armed[i] = set.push_timer(span[next++ & (span.size() - 1)], Phase::kExpiry, {1, 1});
    if (++i == pending) i = 0;
  }
}
BENCHMARK(timer_push_cancel)->RangeMultiplier(10)->Range(1'000, 10'000'000);

/// A constant delay: FIFO of N.
void lane_hold(benchmark::State& state) {
  const auto pending = state.range(0);
  EventSet set;
  const LaneId lane = set.add_lane();
  for (Time i = 0; i < pending; ++i) set.push_lane_timer(lane, i, Phase::kArrival, {1, 1});
  Event event;
  for (auto _ : state) {
    set.pop(event, kNever);
    set.push_lane_timer(lane, event.at + pending, Phase::kArrival, event.action);
  }
}
BENCHMARK(lane_hold)->Arg(1)->Arg(1'000)->Arg(1'000'000);

/// The same that cannot be cancelled.
void pipe_hold(benchmark::State& state) {
  const auto pending = state.range(0);
  EventSet set;
  const PipeId pipe = set.add_pipe();
  for (Time i = 0; i < pending; ++i) set.push_pipe_in_order(pipe, i, Phase::kArrival, {1, 1});
  Event event;
  for (auto _ : state) {
    set.pop(event, kNever);
    set.push_pipe_in_order(pipe, event.at + pending, Phase::kArrival, event.action);
  }
}
BENCHMARK(pipe_hold)->Arg(1)->Arg(1'000)->Arg(1'000'000);

/// N slots, each sets itself anew: 2 is a source and a server.
void slots(benchmark::State& state) {
  const auto count = static_cast<std::uint32_t>(state.range(0));
  const std::vector<Time>& span = spans();
  EventSet set;
  for (std::uint32_t i = 0; i < count; ++i) {
    set.set_slot(set.add_slot(), span[i], Phase::kArrival, {1, i});
  }
  std::size_t next = count;
  Event event;
  for (auto _ : state) {
    set.pop(event, kNever);
    set.set_slot(event.action.payload, event.at + span[next++ & (span.size() - 1)], Phase::kArrival,
                 event.action);
  }
}
BENCHMARK(slots)->Arg(1)->Arg(2)->Arg(8)->Arg(64)->Arg(4'096);

/// Two slots that set each other.
void ping_pong(benchmark::State& state) {
  EventSet set;
  const SlotId pair[2] = {set.add_slot(), set.add_slot()};
  set.set_slot(pair[0], 1, Phase::kArrival, {1, 1});
  Event event;
  for (auto _ : state) {
    set.pop(event, kNever);
    set.set_slot(pair[event.action.payload], event.at + 1, Phase::kArrival,
                 {1, event.action.payload ^ 1});
  }
}
BENCHMARK(ping_pong);

}  // namespace
}  // namespace spillway

BENCHMARK_MAIN();
