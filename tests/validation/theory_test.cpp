// The simulation against closed forms, through the same door as a user: files are loaded, run, and
// the figures that come out are compared with the theory printed beside them.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "analysis/experiment/annotate.h"
#include "analysis/experiment/experiment.h"
#include "analysis/theory/outage.h"
#include "sim/scenario/scenario.h"

namespace spillway {
namespace {

std::string theory_file(const std::string& name) {
  return std::string(SPILLWAY_SOURCE_DIR) + "/scenarios/theory/" + name;
}

/// Checks every figure that has theory and no fluid's; returns how many.
std::size_t expect_theory(const ExperimentSummary& summary, double widest) {
  std::size_t checked = 0;
  EXPECT_EQ(summary.warnings, std::vector<std::string>{});
  for (const VariantSummary& variant : summary.variants) {
    EXPECT_EQ(variant.failure, "");
    EXPECT_EQ(variant.replications, variant.planned);
    for (const Figure& figure : variant.metrics) {
      if (!figure.theory || figure.theory_model == "fluid") continue;
      const std::string name = summary.scenario + " " + variant.variant + " " +
                               to_string(figure.name) + ", " + figure.theory_model;
      const auto distance =
          standard_errors_from_theory(figure, variant.replications, summary.confidence);
      if (!distance) {
        ADD_FAILURE() << name << " has no interval: " << figure.why;
        continue;
      }
      ++checked;
      EXPECT_LT(std::abs(*distance), 4)
          << name << ": " << *figure.mean << ", theory " << *figure.theory;
      const double half = std::max(*figure.high - *figure.mean, *figure.mean - *figure.low);
      EXPECT_LE(half, widest * *figure.theory) << name;
    }
  }
  return checked;
}

// The six scenarios of scenarios/theory, all of seed 2026, chosen before the first run and the same
// in every file. Each figure is an estimate from 100 replications, and |t| of 99 degrees of freedom
// exceeds 4 with probability 1.2e-4; so a correct program fails one of 128 with probability at most
// 1.6 %. Most of them depend on each other (a completion is a latency here), which makes it less.
// Half-widths of 95 % below 1 % of theory's value are what the files promise.
TEST(Theory, SixQueuesAgreeWithTheirClosedFormsToWithinOnePercent) {
  std::size_t figures = 0;
  for (const char* name :
       {"mm1-rho50.yaml", "mm1-rho80.yaml", "mmc.yaml", "mg1.yaml", "md1.yaml", "mmck.yaml"}) {
    const ScenarioFile file = load_scenario(theory_file(name));
    ASSERT_FALSE(file.variants.empty()) << name;
    EXPECT_TRUE(file.diagnostics.empty()) << name;
    figures += expect_theory(run_experiment(file, {}), 0.01);
  }
  EXPECT_EQ(figures, 128);
}

/// What stands around a producer and what it feeds.
std::string with_run(const std::string& network, const std::string& rest) {
  return "scenario: shape\nquestion: Is it as theory says?\n"
         "run: {duration: 110s, warmup: 10s, replications: 40, seed: 2026}\nnetwork: " +
         network + "\n" + rest;
}

// Every other shape that is recognised, at 80 % load or less, with seed 2026 and 40 replications of
// 100 s. |t| of 39 degrees of freedom exceeds 4 with probability 2.7e-4; a correct program fails
// one of the 107 figures with probability at most 2.9 %. Half-widths are not
// asserted but for sanity: within 10 % of theory's value.
TEST(Theory, EveryOtherShapeAgreesWithItsClosedForm) {
  struct Shape {
    const char* what;
    const char* model;
    std::string text;
  };
  const std::string behind_a_queue =
      "producers: {shop: {load: {poisson: 800/s}, does: [{send: orders}]}}\n"
      "queues: {orders: {}}\n";
  const std::vector<Shape> shapes{
      {"two instances of two take from a queue", "M/M/4",
       with_run("0s", behind_a_queue + "consumers: {workers: {from: orders, instances: 2, "
                                       "concurrency: 2, does: [{work: {exponential: 4ms}}]}}")},
      {"prefetch below concurrency", "M/M/4",
       with_run("0s", behind_a_queue + "consumers: {workers: {from: orders, instances: 2, "
                                       "concurrency: 9, prefetch: 2, "
                                       "does: [{work: {exponential: 4ms}}]}}")},
      {"prefetch beyond concurrency", "M/M/4",
       with_run("0s", behind_a_queue + "consumers: {workers: {from: orders, concurrency: 4, "
                                       "prefetch: 10, does: [{work: {exponential: 4ms}}]}}")},
      {"the network between queue and consumer", "M/G/1",
       with_run("0.1ms", behind_a_queue + "consumers: {workers: {from: orders, "
                                          "does: [{work: {exponential: 0.8ms}}]}}")},
      {"a broker's time to deliver", "M/D/1",
       with_run("0.1ms",
                "producers: {shop: {load: {poisson: 800/s}, does: [{send: orders}]}}\n"
                "queues: {orders: {delivery: 0.4ms}}\n"
                "consumers: {workers: {from: orders, does: [{work: 0.6ms}]}}")},
      {"constant intervals", "D/M/1",
       with_run("0s",
                "producers: {shop: {load: {constant: 800/s}, does: [{call: server}]}}\n"
                "services: {server: {does: [{work: {exponential: 1ms}}]}}")},
      {"Erlang intervals", "E3/M/1",
       with_run("1ms",
                "producers: {shop: {load: {renewal: {erlang: {k: 3, mean: 1.25ms}}}, "
                "does: [{call: server}]}}\n"
                "services: {server: {does: [{work: {exponential: 1ms}}]}}")},
      {"no waiting, constant work", "M/G/5/5",
       with_run("0s",
                "producers: {shop: {load: {poisson: 800/s}, does: [{call: server}]}}\n"
                "services: {server: {concurrency: 5, accept_queue: 0, does: [{work: 4ms}]}}")},
      {"users who think", "M/M/2//20",
       with_run("0.5ms",
                "producers: {shop: {load: {users: {count: 20, think: {exponential: 9ms}}}, "
                "does: [{call: server}]}}\n"
                "services: {server: {concurrency: 2, does: [{work: {exponential: 1ms}}]}}")},
      {"users who think for a fixed time", "M/M/1//12",
       with_run("0.5ms",
                "producers: {shop: {load: {users: {count: 12, think: 14ms}}, "
                "does: [{call: server}]}}\n"
                "services: {server: {does: [{work: {exponential: 1ms}}]}}")},
  };
  std::size_t figures = 0;
  for (const Shape& shape : shapes) {
    SCOPED_TRACE(shape.what);
    const ScenarioFile file = load_scenario_text(shape.text, "shape.yaml");
    ASSERT_FALSE(file.variants.empty());
    const ExperimentSummary summary = run_experiment(file, {});
    const std::size_t before = figures;
    figures += expect_theory(summary, 0.1);
    EXPECT_GE(figures, before + 6);
    for (const Figure& figure : summary.variants.front().metrics) {
      if (figure.theory) {
        EXPECT_EQ(figure.theory_model, shape.model);
      }
    }
  }
  EXPECT_EQ(figures, 107);
}

// Calls that time out or fail and messages that expire, with seed 2026 and 40 replications of
// 100 s. |t| of 39 degrees of freedom exceeds 4 with probability 2.7e-4; a correct program fails
// one of the 84 figures with probability at most 2.3 %. Failures by a probability ask for no steady
// state: their load begins without a warm-up, and is 90 %.
TEST(Theory, CallsThatTimeOutOrFailAgreeWithTheirClosedForms) {
  struct Shape {
    const char* what;
    const char* model;
    std::size_t figures;
    std::string text;
  };
  const auto impatient = [](const char* rate, const char* service) {
    return with_run("0s", std::string("producers: {shop: {load: {poisson: ") + rate +
                              "}, does: [{call: server, timeout: {exponential: 5ms}, "
                              "cancel: true}]}}\nservices: {server: {" +
                              service + ", does: [{work: {exponential: 4ms}}]}}");
  };
  const auto failing = [](const char* call, const char* does) {
    std::string text = with_run(
        "0.2ms", std::string("producers: {shop: {load: {poisson: 500/s}, does: [{call: server, ") +
                     call + "}]}}\nservices: {server: {concurrency: 4, does: " + does + "}}");
    return text.replace(text.find("warmup: 10s"), 11, "warmup: 0s");
  };
  const auto expiring = [](const char* rate, const char* send, const char* consumer) {
    return with_run("0s", std::string("producers: {shop: {load: {poisson: ") + rate +
                              "}, message: {ttl: {exponential: 20ms}}, does: [{send: orders" +
                              send +
                              "}]}}\nqueues: {orders: {}}\nconsumers: {workers: {from: "
                              "orders, " +
                              consumer + ", does: [{work: {exponential: 4ms}}]}}");
  };
  const std::vector<Shape> shapes{
      {"messages that expire behind four busy workers", "M/M/4+M", 8,
       expiring("950/s", "", "instances: 2, concurrency: 2")},
      {"and far above what one can do", "M/M/1+M", 7,
       expiring("500/s", ", network: 1ms", "concurrency: 2, prefetch: 1")},
      {"one server at half of its load", "M/M/1+M until served", 11,
       impatient("125/s", "concurrency: 1")},
      {"one server with twice its load", "M/M/1+M until served", 11,
       impatient("500/s", "concurrency: 1")},
      {"four servers above their load", "M/M/4+M until served", 11,
       impatient("1200/s", "instances: 2, concurrency: 2")},
      {"a line that ends", "M/M/2/5+M until served", 13,
       impatient("800/s", "concurrency: 2, accept_queue: 3")},
      {"no line at all", "M/M/3/3+M until served", 13,
       impatient("800/s", "concurrency: 3, accept_queue: 0")},
      {"a failure without a retry", "independent attempts", 5,
       failing("retry: {attempts: 3, when: [timeout]}",
               "[{work: {exponential: 6ms}}, {fail: 20%}]")},
      {"three attempts", "independent attempts", 5,
       failing("retry: {attempts: 3, backoff: {base: 50ms, jitter: full}}",
               "[{choose: {60%: [{work: 4ms}, {fail: 40%}], 40%: [{work: 6ms}, {fail: 20%}]}}]")},
  };
  std::size_t figures = 0;
  for (const Shape& shape : shapes) {
    SCOPED_TRACE(shape.what);
    const ScenarioFile file = load_scenario_text(shape.text, "shape.yaml");
    ASSERT_FALSE(file.variants.empty());
    const ExperimentSummary summary = run_experiment(file, {});
    const std::size_t before = figures;
    figures += expect_theory(summary, 0.1);
    EXPECT_EQ(figures, before + shape.figures);
    for (const Figure& figure : summary.variants.front().metrics) {
      if (figure.theory) {
        EXPECT_EQ(figure.theory_model, shape.model);
      }
    }
  }
  EXPECT_EQ(figures, 84);
}

// A fluid leaves chance out, and what consumers have at hand: with backlogs of thousands behind
// six slots, both are below 3 % (seed 2026, 10 replications of 20 min, the largest half-width of
// a drain time 2 %).
TEST(Theory, FaultsOfConsumersAgreeWithTheFluid) {
  struct Case {
    const char* what;
    const char* faults;
    const char* consumer;
    std::size_t figures;
  };
  const std::string text =
      "scenario: fault\nquestion: Is it as the fluid says?\n"
      "run: {duration: 20min, warmup: 1min, replications: 10, seed: 2026}\nnetwork: 0.5ms\n"
      "producers: {shop: {load: {poisson: 120/s}, does: [{send: orders}]}}\n"
      "queues: {orders: {}}\nconsumers:\n"
      "  workers: {from: orders, instances: 4, does: [{work: {exponential: 25ms}}]}\n"
      "  others: {from: orders, instances: 2, CONSUMER}\nfaults: {FAULTS}\n";
  for (const Case& one : std::vector<Case>{
           {"an outage, others going on", "away: {outage: workers, at: 5min, for: 3min}",
            "does: [{work: 50ms}]", 5},
           {"a crash of all",
            "away: {crash: workers, at: 5min, for: 100s}, "
            "gone: {crash: others, at: 6min, for: 80s}",
            "does: [{work: 50ms}]", 7},
           {"a hang, prefetched", "stuck: {hang: workers, at: 5min, for: 2min}",
            "does: [{work: 50ms}]", 5},
           {"all slow", "slower: {slow: workers, times: 4, at: 5min, for: 4min}",
            "prefetch: 1, does: [{work: 50ms}, {fail: 10%}]", 5},
           {"most handlers fail", "failing: {errors: workers, share: 97%, at: 5min, for: 4min}",
            "does: [{work: 50ms}]", 5},
       }) {
    SCOPED_TRACE(one.what);
    std::string changed = text;
    changed.replace(changed.find("CONSUMER"), 8, one.consumer);
    changed.replace(changed.find("FAULTS"), 6, one.faults);
    const ScenarioFile file = load_scenario_text(changed, "fault.yaml");
    ASSERT_FALSE(file.variants.empty());
    const ExperimentSummary summary = run_experiment(file, {});
    std::size_t figures = 0;
    for (const Figure& figure : summary.variants.front().metrics) {
      if (figure.theory_model != "fluid") continue;
      ++figures;
      ASSERT_TRUE(figure.mean && figure.theory);
      EXPECT_NEAR(*figure.mean / *figure.theory, 1, 0.03) << to_string(figure.name);
    }
    EXPECT_EQ(figures, one.figures);
  }
}

// The closed form of an outage with residual capacity. A fluid leaves chance out, so the band is of
// the value: 1 %. A run's backlog deviates by sqrt((80 + 40) 300) = 190 messages or 1.6 %, its
// drain by sqrt(drain_variance) = 3.4 s or 2.2 %, its greatest age by less than the backlog; the
// means of 40 runs of seed 2026 so by 0.25 % and 0.35 %.
TEST(Theory, OutageFillsAndDrainsTheQueueByTheRatesAlone) {
  const auto closed = theory::outage_answer(
      {.arrival_rate = 80, .capacity = 160, .length_s = 300, .residual_capacity = 40});
  ASSERT_TRUE(closed);
  const ScenarioFile file = load_scenario(theory_file("outage.yaml"));
  ASSERT_FALSE(file.variants.empty());
  EXPECT_TRUE(file.diagnostics.empty());
  const ExperimentSummary summary = run_experiment(file, {});
  EXPECT_EQ(summary.warnings, std::vector<std::string>{});
  const VariantSummary& variant = summary.variants.front();
  constexpr Statistic kMax{Statistic::Kind::max, 0};
  struct Expected {
    MetricName name;
    double value;
  };
  for (const auto& [name, value] : {Expected{{"queue", "depth", kMax, ""}, closed->backlog},
                                    {{"queue", "depth", kMax, "cut-off"}, closed->backlog},
                                    {{"queue", "drain_time", {}, ""}, closed->drain_s},
                                    {{"queue", "drain_time", {}, "cut-off"}, closed->drain_s},
                                    {{"queue", "age", kMax, ""}, closed->worst_delay_s}}) {
    const Figure* figure = variant.find(name);
    ASSERT_TRUE(figure != nullptr && figure->mean && figure->theory) << to_string(name);
    EXPECT_NEAR(*figure->theory, value, 1e-6 * value) << to_string(name);
    EXPECT_NEAR(*figure->mean, value, 0.01 * value) << to_string(name);
  }
}

}  // namespace
}  // namespace spillway
