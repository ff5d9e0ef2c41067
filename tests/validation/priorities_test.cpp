// Queues with priorities, against closed forms.

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "tests/validation/against_theory.h"

namespace spillway {
namespace {

struct Class {
  const char* producer;
  double rate;       ///< a second
  double mean_work;  ///< seconds
  double second_moment;
};

/// Compares the mean times until each class is handled with Cobham's, the most urgent first: within
/// 4 standard errors, and known to 5 %.
template <std::size_t n>
void expect_cobham(const VariantSummary& variant, const std::array<Class, n>& classes) {
  double residual = 0;
  for (const Class& each : classes) residual += each.rate * each.second_moment / 2;
  double busy = 0;
  for (const Class& each : classes) {
    const double before = busy;
    busy += each.rate * each.mean_work;
    const double theory = residual / ((1 - before) * (1 - busy)) + each.mean_work;
    const MetricName name{each.producer, "completion", {Statistic::Kind::mean, 0}, ""};
    expect_figure(variant, name, theory, 0.05);
  }
}

// A. Cobham, Priority Assignment in Waiting Line Problems, Operations Research 2 (1954): in M/G/1
// without preemption a message of class k waits W0 / ((1 - s(k-1)) (1 - s(k))) on average, W0 =
// half the sum of rate x second moment, s(k) the load of the classes up to k. Three classes of
// exponential work, 80 % loaded. 40 replications of 2000 s after 200 s of warm-up, seed 2026,
// chosen before the first run. |t| of 39 degrees of freedom exceeds 4 with probability 2.7e-4; a
// correct program fails one of the five figures of this file with probability at most 0.14 %.
TEST(PrioritiesInTheory, WaitAsCobhamSaysWithoutPreemption) {
  const VariantSummary variant = run_text(
      "scenario: priorities\nquestion: How long does each class wait?\n"
      "run: {duration: 2200s, warmup: 200s, replications: 40, seed: 2026}\n"
      "producers:\n"
      "  urgent: {load: {poisson: 20/s}, does: [{send: q, priority: 9}]}\n"
      "  usual: {load: {poisson: 30/s}, does: [send: q]}\n"
      "  late: {load: {poisson: 30/s}, does: [{send: q, priority: 0}]}\n"
      "queues: {q: {priority: {levels: 10, default: 4}}}\n"
      "consumers: {c: {from: q, does: [work: {exponential: 10ms}]}}\n");
  expect_cobham(variant, std::array<Class, 3>{{{"urgent", 20, 0.010, 2e-4},
                                               {"usual", 30, 0.010, 2e-4},
                                               {"late", 30, 0.010, 2e-4}}});
}

// The same of work that is no exponential, M/G/1: some of it constant, some of it exponential.
TEST(PrioritiesInTheory, WaitAsCobhamSaysForWorkOfAnyKind) {
  const VariantSummary variant = run_text(
      "scenario: priorities\nquestion: How long does each class wait?\n"
      "run: {duration: 2200s, warmup: 200s, replications: 40, seed: 2026}\n"
      "producers:\n"
      "  urgent: {load: {poisson: 10/s}, does: [{send: q, priority: 1}]}\n"
      "  late: {load: {poisson: 20/s}, does: [send: q]}\n"
      "queues: {q: {priority: {levels: 2}}}\n"
      "consumers: {c: {from: q, does: [work: {mixture: {40%: 10ms, 60%: {exponential: "
      "20ms}}}]}}\n");
  const double mean = 0.4 * 0.010 + 0.6 * 0.020, square = 0.4 * 1e-4 + 0.6 * 8e-4;
  expect_cobham(variant,
                std::array<Class, 2>{{{"urgent", 10, mean, square}, {"late", 20, mean, square}}});
}

}  // namespace
}  // namespace spillway
