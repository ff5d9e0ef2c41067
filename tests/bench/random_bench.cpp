// Cost of a draw through Site::at, by kind and by the order in which messages come.
//
//   SPILLWAY_SIMD=portable|avx2|avx512 bench_random

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/kernel/hash.h"
#include "sim/kernel/math.h"
#include "sim/kernel/mrg32k3a.h"
#include "sim/kernel/site.h"

namespace spillway {
namespace {

constexpr std::uint32_t kDraws = 1U << 20;

void in_order(benchmark::State& state, Variate variate) {
  Site site("bench", std::move(variate));
  std::int64_t sum = 0;
  for (auto _ : state) {
    site.begin(1, 0);
    for (std::uint32_t i = 0; i < kDraws; ++i) sum += site.at(i, 0);
    benchmark::DoNotOptimize(sum);
  }
  state.counters["draw"] = benchmark::Counter(
      kDraws, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

/// Each message is late by an exponential number of places of the given mean.
void jittered(benchmark::State& state) {
  std::vector<std::pair<double, std::uint32_t>> places(kDraws);
  for (std::uint32_t i = 0; i < kDraws; ++i) {
    const double u = static_cast<double>((mix64(i) >> 12) + 1) * 0x1p-53;
    places[i] = {i - static_cast<double>(state.range(0)) * math::log(u), i};
  }
  std::sort(places.begin(), places.end());
  Site site("bench", Variate::exponential(1e6));
  std::int64_t sum = 0;
  for (auto _ : state) {
    site.begin(1, 0);
    for (const auto& [place, ordinal] : places) sum += site.at(ordinal, 0);
    benchmark::DoNotOptimize(sum);
  }
  state.counters["draw"] = benchmark::Counter(
      kDraws, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

/// Lanes in turn, the same ordinal in each.
void lanes(benchmark::State& state) {
  const auto count = static_cast<std::uint32_t>(state.range(0));
  Site site("bench", Variate::exponential(1e6));
  std::int64_t sum = 0;
  for (auto _ : state) {
    site.begin(1, 0);
    for (std::uint32_t i = 0; i < kDraws / count; ++i) {
      for (std::uint32_t lane = 0; lane < count; ++lane) sum += site.at(i, mix32(0, lane));
    }
    benchmark::DoNotOptimize(sum);
  }
  state.counters["draw"] = benchmark::Counter(
      kDraws, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

/// One ordinal in a hundred: a rare branch.
void sparse(benchmark::State& state) {
  Site site("bench", Variate::exponential(1e6));
  std::int64_t sum = 0;
  for (auto _ : state) {
    site.begin(1, 0);
    for (std::uint32_t i = 0; i < kDraws; ++i) sum += site.at(100 * i, 0);
    benchmark::DoNotOptimize(sum);
  }
  state.counters["draw"] = benchmark::Counter(
      kDraws, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

BENCHMARK_CAPTURE(in_order, constant, Variate::constant(1e6));
BENCHMARK_CAPTURE(in_order, unit, Variate::unit());
BENCHMARK_CAPTURE(in_order, uniform, Variate::uniform(1e6, 2e6));
BENCHMARK_CAPTURE(in_order, exponential, Variate::exponential(1e6));
BENCHMARK_CAPTURE(in_order, hyperexponential, Variate::hyperexponential(1e6, 4));
BENCHMARK_CAPTURE(in_order, lognormal, Variate::lognormal(13, 0.7));
BENCHMARK_CAPTURE(in_order, normal, Variate::normal(1e6, 5e5));
BENCHMARK_CAPTURE(in_order, pareto, Variate::pareto(1e6, 1.7));
BENCHMARK_CAPTURE(in_order, weibull, Variate::weibull(0.7, 1e6));
BENCHMARK_CAPTURE(in_order, erlang3, Variate::erlang(3, 1e6));
BENCHMARK_CAPTURE(in_order, gamma, Variate::gamma(1e6, 0.6));
BENCHMARK_CAPTURE(in_order, empirical, Variate::empirical({1e6, 2e6, 3e6, 9e6}));
BENCHMARK_CAPTURE(in_order, column, Variate::column({1e6, 2e6, 3e6, 9e6}));
BENCHMARK(jittered)->Arg(1)->Arg(12)->Arg(64)->Arg(512);
BENCHMARK(lanes)->Arg(2)->Arg(5);
BENCHMARK(sparse);

}  // namespace
}  // namespace spillway
