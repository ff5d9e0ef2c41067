// What callers do, against closed forms: they wait for connections, send requests twice, come back
// until they are served, and give up.

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "analysis/theory/erlang.h"
#include "tests/validation/against_theory.h"

namespace spillway {
namespace {

constexpr Statistic kMean{Statistic::Kind::mean, 0};

// A callee with a slot for everyone and a pool of c connections before it: the pool is the server,
// M/M/c without a limit, M/M/c/c where nobody may wait. Three pools, 40 replications of 100 s
// after 10 s of warm-up, seed 2026, chosen before the first run. |t| of 39 degrees of freedom
// exceeds 4 with probability 2.7e-4; a correct program fails one of the six figures with
// probability at most 0.17 %.
TEST(CallersInTheory, WaitForAConnectionAsInAQueueWithSoManyServers) {
  const auto run = [](const char* pool) {
    return run_text(
        std::string("scenario: pool\nquestion: How long is the wait for a connection?\n"
                    "run: {duration: 110s, warmup: 10s, replications: 40, seed: 2026}\n"
                    "producers: {p: {load: {poisson: 800/s}, does: [{call: s, pool: ") +
        pool + "}]}}\nservices: {s: {concurrency: 100000, does: [{work: {exponential: 4ms}}]}}\n");
  };
  for (const int connections : {4, 5}) {
    const double offered = 800 * 0.004;
    const double wait = theory::erlang_c(connections, offered) / (connections / 0.004 - 800);
    const VariantSummary variant = run(connections == 4 ? "{size: 4}" : "{size: 5}");
    expect_figure(variant, {"p -> s", "pool_wait", kMean, ""}, wait, 0.05);
    expect_figure(variant, {"p -> s", "pool_utilization", {}, ""}, offered / connections, 0.01);
  }
  const double refused = theory::erlang_b(5, 3.2);
  const VariantSummary variant = run("{size: 5, max_waiting: 0}");
  expect_figure(variant, {"p", "success", {}, ""}, 1 - refused, 0.01);
  expect_figure(variant, {"p -> s", "pool_utilization", {}, ""}, 0.64 * (1 - refused), 0.01);
}

// Copies of a request, on servers enough, are independent: P(T > t) = F(t) before the first copy
// at d, F(t) F(t - d) until the next, and so on; a share F(d) of the calls is sent twice, F(2 d)
// F(d) three times (F: of the work, its survival). Exponential work of mean m = 40 ms, d = 20 ms:
// the mean is the integral of that, the 99th percentile where it is 1 %. 40 replications of 100 s
// at 200/s, seed 2026, chosen before the first run. |t| of 39 degrees of freedom exceeds 4 with
// probability 2.7e-4; a correct program fails one of the six figures with probability at most
// 0.17 %.
TEST(CallersInTheory, HedgeAwayTheTailOfIndependentCopies) {
  constexpr double kMeanWork = 0.040, kDelay = 0.020;
  const auto run = [](int copies) {
    return run_text(
        "scenario: hedge\nquestion: What does a second request buy?\n"
        "run: {duration: 100s, replications: 40, seed: 2026}\n"
        "producers: {p: {load: {poisson: 200/s}, does: [{call: s, cancel: true, hedge: {after: "
        "20ms, copies: " +
        std::to_string(copies) +
        "}}]}}\nservices: {s: {concurrency: 100000, does: [{work: {exponential: 40ms}}]}}\n");
  };
  const double left = std::exp(-kDelay / kMeanWork);  // of those that wait, before a copy
  {
    const VariantSummary variant = run(1);
    const double mean = kMeanWork * (1 - left) + left * kMeanWork / 2;
    // exp(-(t + (t - d)) / m) = 1 %.
    const double p99 = (kDelay + kMeanWork * std::log(100)) / 2;
    expect_figure(variant, {"p", "latency", kMean, ""}, mean, 0.01);
    expect_figure(variant, {"p", "latency", {Statistic::Kind::percentile, 99}, ""}, p99, 0.02);
    expect_figure(variant, {"p -> s", "amplification", {}, ""}, 1 + left, 0.01);
  }
  {
    const VariantSummary variant = run(2);
    // Two run from d to 2 d, and three from there.
    const double later = left * left * left;
    const double mean =
        kMeanWork * (1 - left) + kMeanWork / 2 * (left - later) + kMeanWork / 3 * later;
    const double p99 = (3 * kDelay + kMeanWork * std::log(100)) / 3;
    expect_figure(variant, {"p", "latency", kMean, ""}, mean, 0.01);
    expect_figure(variant, {"p", "latency", {Statistic::Kind::percentile, 99}, ""}, p99, 0.02);
    expect_figure(variant, {"p -> s", "amplification", {}, ""}, 1 + left + later, 0.01);
  }
}

// By a percentile of what calls take, a share of 1 - p of them is sent twice: copies do not change
// how many are answered before the first of them goes out. The percentile is known to 0.4 % (a
// bucket), and scatters by the chance of a thousand answers, which hardly moves its mean where few
// calls take almost no time: 5 % within 4 % of it. 40 replications of 100 s at 200/s, seed 2026.
TEST(CallersInTheory, HedgeTheSlowestTwentieth) {
  const VariantSummary variant = run_text(
      "scenario: hedge\nquestion: How many are sent twice?\n"
      "run: {duration: 110s, warmup: 10s, replications: 40, seed: 2026}\n"
      "producers: {p: {load: {poisson: 200/s}, does: [{call: s, cancel: true, hedge: {percentile: "
      "95%}}]}}\nservices: {s: {concurrency: 100000, does: [{work: {erlang: {k: 4, mean: "
      "40ms}}}]}}\n");
  const Figure* figure = variant.find({"p -> s", "amplification", {}, ""});
  ASSERT_TRUE(figure != nullptr && figure->mean);
  EXPECT_NEAR(*figure->mean - 1, 0.05, 0.04 * 0.05);
}

// Retrial queue M/M/1: who finds the server busy comes back after an exponential time, until it is
// free. The mean number in orbit is rho (lambda + rho theta) / ((1 - rho) theta), so the mean time
// from the first try to the answer is rho / (1 - rho) (1 / mu + 1 / theta) + 1 / mu. Attempts end
// at a hundred, which none of them reaches. Two rows, 40 replications of 4000 s after 400 s, seed
// 2026, chosen before the first run. |t| of 39 degrees of freedom exceeds 4 with probability
// 2.7e-4; a correct program fails one of the four figures with probability at most 0.11 %.
TEST(CallersInTheory, ComeBackFromTheirOrbitUntilTheServerIsFree) {
  struct Row {
    double rho;  ///< arrivals a second; the work is 1 s
    const char* rate;
    double theta;
    const char* pause;
    double orbit;  ///< as published, to the digits given
  };
  for (const Row& row : {Row{0.5, "0.5/s", 1, "1s", 1.0}, Row{0.6, "0.6/s", 0.5, "2s", 2.7}}) {
    const double orbit = row.rho * (row.rho + row.rho * row.theta) / ((1 - row.rho) * row.theta);
    EXPECT_NEAR(orbit, row.orbit, 1e-9);
    const VariantSummary variant = run_text(
        "scenario: orbit\nquestion: How long until one gets through?\n"
        "run: {duration: 4400s, warmup: 400s, replications: 40, seed: 2026}\n"
        "producers: {p: {load: {poisson: " +
        std::string(row.rate) +
        "}, does: [{call: s, retry: {attempts: 100, when: [unavailable], backoff: {base: " +
        row.pause +
        ", factor: 1, jitter: exponential}}}]}}\n"
        "services: {s: {accept_queue: 0, does: [{work: {exponential: 1s}}]}}\n");
    expect_figure(variant, {"p", "latency", kMean, ""}, orbit / row.rho + 1, 0.05);
    expect_figure(variant, {"s", "utilization", {}, ""}, row.rho, 0.03);
    const Figure* success = variant.find({"p", "success", {}, ""});
    ASSERT_TRUE(success != nullptr && success->mean);
    EXPECT_EQ(*success->mean, 1);
  }
}

/// M/M/c+M by its birth and death process.
struct ErlangA {
  double waiting = 0;    ///< mean number
  double abandoned = 0;  ///< share of all
};
ErlangA erlang_a(double rate, int servers, double service, double patience) {
  // Weights relative to the state in which all servers are busy, so that none overflows.
  double weight = 1, sum = 1;
  for (int n = servers; n > 0; --n) {
    weight *= n * service / rate;
    sum += weight;
  }
  ErlangA answer;
  weight = 1;
  for (int n = 1; n < 100'000 && weight > 1e-18; ++n) {
    weight *= rate / (servers * service + n * patience);
    sum += weight;
    answer.waiting += n * weight;
  }
  answer.waiting /= sum;
  answer.abandoned = patience * answer.waiting / rate;
  return answer;
}

// Erlang-A, M/M/c+M: messages that expire while they wait. Four rows, 40 replications of 2000 s
// after 100 s, seed 2026, chosen before the first run. |t| of 39 degrees of freedom exceeds 4 with
// probability 2.7e-4; a correct program fails one of the eight figures with probability at most
// 0.22 %.
TEST(CallersInTheory, GiveUpWaitingAsErlangASays) {
  struct Row {
    int rate, servers;
    double theta;
    const char* patience;
    double abandoned;  ///< as published, to the digits given
  };
  for (const Row& row : {Row{9, 10, 0.5, "2s", 0.067012}, Row{10, 10, 1, "1s", 0.125110},
                         Row{12, 10, 0.5, "2s", 0.195656}, Row{100, 80, 0.1, "10s", 0.2}}) {
    const ErlangA theory = erlang_a(row.rate, row.servers, 1, row.theta);
    EXPECT_NEAR(theory.abandoned, row.abandoned, 5e-4);
    const VariantSummary variant = run_text(
        "scenario: patience\nquestion: How many give up?\n"
        "run: {duration: 2100s, warmup: 100s, replications: 40, seed: 2026}\n"
        "producers: {p: {load: {poisson: " +
        std::to_string(row.rate) + "/s}, message: {ttl: {exponential: " + row.patience +
        "}}, does: [{send: q}]}}\nqueues: {q: {}}\nconsumers: {w: {from: q, concurrency: " +
        std::to_string(row.servers) + ", does: [{work: {exponential: 1s}}]}}\n");
    expect_figure(variant, {"q", "depth", kMean, ""}, theory.waiting, 0.05);
    expect_figure(variant, {"q", "expired", {}, ""}, row.rate * 2000 * theory.abandoned, 0.05);
  }
}

// A request to an M/M/1 worker, 50/s at 12.5 ms, that is answered over a reply queue which hides
// each message for an exponential time of mean d = 40 ms: the sojourn is exponential too, of rate
// a = 80 - 50 (first come, first served: 1/s), and independent of the delay, of rate b = 25: the
// latency has the mean 1/a + 1/b and P(T > t) = (a e^(-b t) - b e^(-a t)) / (a - b), whose 99th
// percentile is sought by halving. As many replies are hidden on average as come in d. 40
// replications of 200 s after 20 s of warm-up, seed 2026, chosen before the first run. |t| of 39
// degrees of freedom exceeds 4 with probability 2.7e-4; a correct program fails one of the three
// figures with probability at most 0.09 %.
TEST(ReplyQueuesInTheory, AddTheirTimeToThatOfTheWorker) {
  constexpr double kA = 80 - 50, kB = 25;
  const VariantSummary variant = run_text(
      "scenario: replies\nquestion: What does the way back add?\n"
      "run: {duration: 220s, warmup: 20s, replications: 40, seed: 2026}\n"
      "producers: {p: {load: {poisson: 50/s}, does: [{request: q, reply_to: r}]}}\n"
      "queues: {q: {}, r: {delay: {exponential: 40ms}}}\n"
      "consumers: {w: {from: q, does: [{work: {exponential: 12.5ms}}, reply]}}\n");
  expect_figure(variant, {"p", "latency", kMean, ""}, 1 / kA + 1 / kB, 0.02);
  double low = 0, high = 2;
  for (int i = 0; i < 60; ++i) {
    const double t = (low + high) / 2;
    const double longer = (kA * std::exp(-kB * t) - kB * std::exp(-kA * t)) / (kA - kB);
    (longer > 0.01 ? low : high) = t;
  }
  expect_figure(variant, {"p", "latency", {Statistic::Kind::percentile, 99}, ""}, low, 0.05);
  expect_figure(variant, {"r", "delayed", kMean, ""}, 50 * 0.040, 0.02);
}

}  // namespace
}  // namespace spillway
