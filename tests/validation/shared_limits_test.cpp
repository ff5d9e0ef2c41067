// Limits that several components share, against closed forms, from YAML.

#include <gtest/gtest.h>

#include <string>

#include "analysis/theory/erlang.h"
#include "tests/validation/against_theory.h"

namespace spillway {
namespace {

constexpr Statistic kMean{Statistic::Kind::mean, 0};

/// So many seconds of each replication are measured.
constexpr double kSeconds = 2000;

// M/G/c/c with two streams: whoever comes finds all permits taken with the probability of Erlang's
// loss formula, whatever the distribution of the work, and both streams alike (Poisson arrivals see
// time averages). 20 replications of 2000 s with
// 16,000 requests each, seed 1.
TEST(SharedLimitsAgainstTheory, LoseWhatErlangsFormulaSays) {
  const VariantSummary variant = run_text(
      "run: {duration: 2100s, warmup: 100s, replications: 20}\n"
      "producers:\n"
      "  shop: {load: {poisson: 5/s}, does: [call: checkout]}\n"
      "  bots: {load: {poisson: 3/s}, does: [call: search]}\n"
      "services:\n"
      "  checkout: {concurrency: 10, does: [work: {exponential: 1s}]}\n"
      "  search: {concurrency: 10, does: [work: {hyperexponential: {mean: 1s, cv: 2}}]}\n"
      "limits: {account: {concurrency: 10, of: [checkout, search]}}\n");
  const double load = 8;
  const double lost = theory::erlang_b(10, load);
  const auto expect = [&](const char* component, const char* metric, Statistic statistic,
                          double theory) {
    expect_figure(variant, {component, metric, statistic, ""}, theory, 0.03);
  };
  expect("account", "utilization", {}, load * (1 - lost) / 10);
  expect("account", "in_use", kMean, load * (1 - lost));
  expect("checkout", "throttled", {}, 5 * kSeconds * lost);
  expect("search", "throttled", {}, 3 * kSeconds * lost);
  expect("account", "throttled", {}, 8 * kSeconds * lost);
  expect("shop", "success", {}, 1 - lost);
  expect("bots", "success", {}, 1 - lost);
}

// M/M/c of two consumers that wait for c permits: whose turn it is changes nothing in how many are
// there, and so in how many find no permit. 20 replications of 2000 s, seed 1.
TEST(SharedLimitsAgainstTheory, LetConsumersWaitAsErlangsSecondFormulaSays) {
  const VariantSummary variant = run_text(
      "run: {duration: 2100s, warmup: 100s, replications: 20}\n"
      "producers:\n"
      "  shop: {load: {poisson: 4/s}, does: [send: orders]}\n"
      "  crm: {load: {poisson: 3/s}, does: [send: mails]}\n"
      "queues: {orders: {}, mails: {}}\n"
      "consumers:\n"
      "  handler: {from: orders, concurrency: 1000, does: [work: {exponential: 1s}]}\n"
      "  mailer: {from: mails, concurrency: 1000, does: [work: {exponential: 1s}]}\n"
      "limits: {account: {concurrency: 10, of: [handler, mailer]}}\n");
  const double waits = theory::erlang_c(10, 7.0);
  expect_figure(variant, {"account", "in_use", kMean, ""}, 7, 0.03);
  expect_figure(variant, {"account", "throttled", {}, ""}, 7 * kSeconds * waits, 0.1);
}

}  // namespace
}  // namespace spillway
