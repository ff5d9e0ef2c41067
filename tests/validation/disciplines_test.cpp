// Services that do not serve first in, first out, or that break down, against closed forms, from
// YAML.

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "sim/kernel/wide.h"
#include "sim/run/world.h"
#include "sim/scenario/scenario.h"

namespace spillway {
namespace {

/// Mean and second moment of a time, as theory gives them; 0: it gives none. Units: s, s^2.
struct Moments {
  double mean = 0;
  double second = 0;
};

struct Case {
  std::string name;
  std::string service;  ///< what it says
  double rate = 0;      ///< of a Poisson process, 1/s
  Moments theory;       ///< of the time inside
};

constexpr double kSlot = 0.01;  ///< s that a request needs on average

/// M/G/1, last in, first out, and nobody is interrupted: the mean is that of first in, first out,
/// the second moment of the wait 1 / (1 - load) of it. Source: L. Takács, Delay distributions for
/// one line with Poisson input, general holding times, and various orders of service, Bell System
/// Technical Journal 42 (1963). `m2`, `m3`: moments of the work.
Moments lifo(double rate, double m2, double m3) {
  const double load = rate * kSlot;
  const double wait = rate * m2 / (2 * (1 - load));
  const double first_in = 2 * wait * wait + rate * m3 / (3 * (1 - load));
  return {wait + kSlot, first_in / (1 - load) + 2 * wait * kSlot + m2};
}

/// M/M/1 with processor sharing. Source: E. G. Coffman, R. R. Muntz, H. Trotter, Waiting time
/// distributions for processor-sharing systems, Journal of the ACM 17 (1970).
Moments shared(double rate) {
  const double load = rate * kSlot;
  const double mean = kSlot / (1 - load);
  return {mean, mean * mean * 4 / (2 - load)};
}

/// The time inside M/M/3, and so inside M/G/3 where three processors are shared: how many are there
/// is the same whatever the work (insensitivity of symmetric queues; F. P. Kelly, Reversibility and
/// Stochastic Networks, 3.3). Mean only.
Moments of_three(double rate) {
  const double a = rate * kSlot;
  const double last = a * a * a / 6 / (1 - a / 3);
  const double waits = last / (1 + a + a * a / 2 + last);
  return {kSlot + waits / (3 / kSlot - rate), 0};
}

/// The estimates of a case, one of each replication.
struct Estimates {
  std::vector<double> mean, second;
};

constexpr std::uint32_t kReplications = 40;

/// The latencies of all components, by name.
std::map<std::string, Estimates> latencies(const std::string& says) {
  const ScenarioFile file =
      load_scenario_text("run: {duration: 420s, warmup: 20s}\n" + says, "case.yaml");
  std::map<std::string, Estimates> of;
  for (const Diagnostic& diagnostic : file.diagnostics) ADD_FAILURE() << diagnostic.message;
  if (file.variants.empty()) return of;
  World world(file.variants[0]);
  for (std::uint32_t i = 0; i < kReplications; ++i) {
    const Result result = world.run(2026, i);
    EXPECT_EQ(result.failure, "");
    for (std::size_t m = 0; m < world.plan().metrics.size(); ++m) {
      const MetricKey& key = world.plan().metrics[m];
      if (key.metric != "latency" || key.window != 0) continue;
      Estimates& estimates = of[key.component];
      const Histogram& seen = *result.samples[m].histogram;
      const auto n = static_cast<double>(seen.count());
      const auto squares = seen.sum_of_squares();
      estimates.mean.push_back(static_cast<double>(seen.sum()) * 1e-9 / n);
      estimates.second.push_back(
          (static_cast<double>(squares.high) * 0x1p128 + static_cast<double>(squares.low)) * 1e-18 /
          n);
    }
  }
  return of;
}

Estimates run(const Case& of) {
  return latencies("producers: {p: {load: {poisson: " + std::to_string(of.rate) +
                   "/s}, does: [call: s]}}\nservices: {s: {" + of.service + "}}\n")["s"];
}

/// How many standard errors the mean of the estimates is from theory, with their relative size.
void expect_near(const std::vector<double>& estimates, double theory, double widest,
                 const std::string& what) {
  ASSERT_EQ(estimates.size(), kReplications) << what;
  constexpr double kN = kReplications;
  double mean = 0;
  for (const double each : estimates) mean += each / kN;
  double squares = 0;
  for (const double each : estimates) squares += (each - mean) * (each - mean);
  const double error = std::sqrt(squares / (kN * (kN - 1)));
  EXPECT_LT(std::abs(mean - theory), 4.3 * error)
      << what << ": " << mean << ", theory " << theory << ", error " << error;
  EXPECT_LT(error, widest * theory) << what;
}

// Fourteen figures, each an estimate from 40 replications of seed 2026: |t| of 39 degrees of
// freedom exceeds 4.3 with probability 1.1e-4, so a correct program fails with probability 0.16 %
// at most.
TEST(Disciplines, AgreeWithTheirClosedForms) {
  const std::string one = "does: [{work: {exponential: 10ms}}], discipline: ";
  const std::string always = "does: [{work: 10ms}], discipline: ";
  const std::string varied =
      "does: [{work: {hyperexponential: {mean: 10ms, cv: 2}}}], discipline: ";
  // Of a Poisson load of 60 a second, 10 ms each.
  const std::vector<Case> cases{
      {"M/M/1 LIFO", one + "lifo", 60, lifo(60, 2e-4, 6e-6)},
      {"M/D/1 LIFO", always + "lifo", 60, lifo(60, 1e-4, 1e-6)},
      {"M/M/1 FIFO that would turn to LIFO after an hour",
       one + "adaptive_lifo, lifo_after: 1h",
       60,
       {kSlot / 0.4, 2 * kSlot * kSlot / 0.16}},
      {"M/M/1 always overloaded, LIFO", one + "adaptive_lifo, lifo_after: 1us", 60,
       lifo(60, 2e-4, 6e-6)},
      {"M/M/1 PS", one + "processor_sharing", 60, shared(60)},
      {"M/D/1 PS", always + "processor_sharing", 60, {shared(60).mean, 0}},
      {"M/H2/1 PS", varied + "processor_sharing", 60, {shared(60).mean, 0}},
      {"M/M/3 PS", one + "processor_sharing, concurrency: 3", 200, of_three(200)},
      {"M/H2/3 PS", varied + "processor_sharing, instances: 3", 200, of_three(200)},
  };
  std::size_t figures = 0;
  for (const Case& each : cases) {
    const Estimates estimates = run(each);
    expect_near(estimates.mean, each.theory.mean, 0.01, each.name + " mean");
    ++figures;
    if (each.theory.second == 0) continue;
    expect_near(estimates.second, each.theory.second, 0.03, each.name + " second moment");
    ++figures;
  }
  EXPECT_EQ(figures, 14u);
}

// The most urgent first, and nobody interrupted: the k-th class waits for W0 / ((1 - r_(k-1))
// (1 - r_k)), where r_k is the load of the first k and W0 = lambda E[S^2] / 2 of all together.
// Source: A. Cobham, Priority assignment in waiting line problems, Operations Research 2 (1954).
// Two classes of exponential work, which with a mean of 1 stay 2.0 and 6.0 (Ciw 3.2.7, its tests),
// and three of Erlang's. Five figures of 40 replications of seed 2026: a correct program fails with
// probability 0.06 % at most.
TEST(Disciplines, MakeTheMoreUrgentWaitLessAsCobhamSays) {
  struct Shape {
    std::string work;
    double second = 0;          ///< moment of the work, s^2
    std::vector<double> rates;  ///< of the classes, the most urgent first, 1/s
  };
  for (const Shape& shape : {Shape{"{exponential: 10ms}", 2e-4, {20, 60}},
                             Shape{"{erlang: {k: 2, mean: 10ms}}", 1.5e-4, {30, 30, 20}}}) {
    std::string says = "producers:\n";
    double rate = 0;
    for (std::size_t k = 0; k < shape.rates.size(); ++k) {
      says += "  p" + std::to_string(k) + ": {load: {poisson: " + std::to_string(shape.rates[k]) +
              "/s}, does: [{call: s, priority: " + std::to_string(9 - k) + "}]}\n";
      rate += shape.rates[k];
    }
    says += "services: {s: {discipline: priority, does: [{work: " + shape.work + "}]}}\n";
    auto of = latencies(says);
    const double left_over = rate * shape.second / 2;
    double before = 0;
    for (std::size_t k = 0; k < shape.rates.size(); ++k) {
      const double upto = before + shape.rates[k] * kSlot;
      const std::string name = "p" + std::to_string(k);
      expect_near(of[name].mean, left_over / ((1 - before) * (1 - upto)) + kSlot, 0.02,
                  shape.work + " " + name);
      before = upto;
    }
  }
}

/// A single server with exponential work that is up and down for exponential times. Unit: 1/s.
struct Breakdowns {
  double arrives = 0;
  double fails = 0;
  double repairs = 0;

  /// The latencies of its requests, while `fault` strikes it.
  Estimates run(const std::string& fault) const {
    const auto every = [](double rate) {
      return "{exponential: " + std::to_string(1000 / rate) + "ms}";
    };
    return latencies("producers: {p: {load: {poisson: " + std::to_string(arrives) +
                     "/s}, does: [call: s]}}\n"
                     "services: {s: {does: [{work: {exponential: 10ms}}]}}\n"
                     "faults: {breakdown: {" +
                     fault + ", every: " + every(fails) + ", for: " + every(repairs) + "}}\n")["s"];
  }
};

// Requests come and wait while it is down, and work goes on where it stood: with failure rate f and
// repair rate r, L = lambda ((f + r)^2 + mu f) / ((f + r) (mu r - lambda (f + r))) are inside.
// Source: B. Avi-Itzhak, P. Naor, Some queuing problems with the service station subject to
// breakdown, Operations Research 11 (1963), the model of independent breakdowns. The rows are
// 2.23232 and 4.73123 with a mean work of 1. Two figures of 40 replications of seed 2026: a correct
// program fails with probability 0.03 % at most.
TEST(Breakdowns, LetRequestsWaitForAServerThatGoesOnWhereItStood) {
  for (const Breakdowns& of : {Breakdowns{50, 1, 10}, Breakdowns{70, 2, 20}}) {
    const double both = of.fails + of.repairs;
    const double serves = 1 / kSlot;
    const double inside = of.arrives * (both * both + serves * of.fails) /
                          (both * (serves * of.repairs - of.arrives * both));
    expect_near(of.run("pause: s").mean, inside / of.arrives, 0.03,
                "breakdowns at " + std::to_string(of.fails) + "/s");
  }
}

// Requests are refused while it is down, and work goes on where it stood: while it is up all is as
// without breakdowns, M/M/1, and while it is down nothing changes. So as many are inside as there,
// and a share of A (availability) of those who come is served: by Little's law each is inside for
// L / (lambda A). One figure of 40 replications of seed 2026.
TEST(Breakdowns, KeepWhatIsInsideWhileTheServerIsDown) {
  const Breakdowns of{70, 2, 10};
  const double load = of.arrives * kSlot;
  const double available = of.repairs / (of.fails + of.repairs);
  expect_near(of.run("crash: s, work: resume").mean, kSlot / (1 - load) / available, 0.03,
              "crashes");
}

}  // namespace
}  // namespace spillway
