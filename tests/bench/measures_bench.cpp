// Cost of measuring: what a recorder adds to an event. Pin it: taskset -c 0 bench_measures
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "sim/kernel/fingerprint.h"
#include "sim/kernel/gauge.h"
#include "sim/kernel/histogram.h"
#include "sim/kernel/slab.h"

namespace spillway {
namespace {

/// Values of about 1 ms to 1 s, the lower ones more often: latencies.
std::vector<std::int64_t> latencies() {
  std::mt19937_64 random(1);
  std::vector<std::int64_t> values(1 << 14);
  for (std::int64_t& value : values) {
    value = static_cast<std::int64_t>(1'000'000 + random() % (1'000'000'000U >> (random() % 10)));
  }
  return values;
}

void histogram_record(benchmark::State& state) {
  const auto values = latencies();
  Histogram histogram;
  std::size_t i = 0;
  for (auto _ : state) histogram.record(values[i++ & (values.size() - 1)]);
  benchmark::DoNotOptimize(histogram.count());
}
BENCHMARK(histogram_record);

void histogram_record_weighted(benchmark::State& state) {
  const auto values = latencies();
  Histogram histogram;
  std::size_t i = 0;
  for (auto _ : state) histogram.record(values[i++ & (values.size() - 1)], 1'000'000);
  benchmark::DoNotOptimize(histogram.count());
}
BENCHMARK(histogram_record_weighted);

void gauge_add(benchmark::State& state) {
  const auto values = latencies();
  Gauge gauge;
  Series series;
  if (state.range(0) != 0) {
    series.start(kSecond * 1'000'000, 100'000);
    gauge.observe(&series);
  }
  gauge.restart(0);
  Time now = 0;
  std::size_t i = 0;
  for (auto _ : state) {
    now += 1'000;
    gauge.add(now, (values[i++ & (values.size() - 1)] & 1) != 0 ? 1 : -1);
  }
  benchmark::DoNotOptimize(gauge.mark(now).area);
}
BENCHMARK(gauge_add)->ArgName("series")->Arg(0)->Arg(1);

void fingerprint_add(benchmark::State& state) {
  Fingerprint fingerprint;
  Event event{0, 0, {1, 2}};
  for (auto _ : state) {
    ++event.at;
    fingerprint.add(event);
  }
  benchmark::DoNotOptimize(fingerprint.value());
}
BENCHMARK(fingerprint_add);

struct Thing {
  std::uint64_t words[6];
  std::uint8_t slab_state;
};

/// Takes one, writes it, gives back the one taken N before.
void slab_take_give(benchmark::State& state) {
  const auto live = static_cast<std::size_t>(state.range(0));
  Slab<Thing> slab;
  std::vector<Handle> handles(live);
  for (Handle& handle : handles) handle = slab.take();
  std::size_t i = 0;
  for (auto _ : state) {
    slab.give(handles[i]);
    handles[i] = slab.take();
    slab.set(handles[i], Thing{{i}, 0});
    if (++i == live) i = 0;
  }
}
BENCHMARK(slab_take_give)->Arg(1'000)->Arg(1'000'000);

}  // namespace
}  // namespace spillway

BENCHMARK_MAIN();
