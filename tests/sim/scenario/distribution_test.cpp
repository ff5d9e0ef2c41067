#include <gtest/gtest.h>

#include "tests/sim/scenario/loading.h"

namespace spillway {
namespace {

std::string with_work(const std::string& distribution) {
  return "run: {duration: 10min}\n"
         "producers: {p: {load: {poisson: 1/s}, does: [work: " +
         distribution + "]}}\n";
}

Distribution work(const std::string& distribution, const std::string& name = "s.yaml") {
  const ScenarioFile file = load(with_work(distribution), {}, name);
  EXPECT_EQ(findings(file), "") << distribution;
  if (has_errors(file.diagnostics)) return {};
  return std::get<WorkParameters>(
             file.variants.at(0).producers.at(0).parameters.does.steps.at(0).parameters)
      .time;
}

double mean_ms(const std::string& distribution) { return work(distribution).mean() / 1e6; }

TEST(Distributions, HaveAllForms) {
  EXPECT_EQ(work("8ms").fixed(), 8'000'000);
  EXPECT_EQ(work("{constant: 8ms}").fixed(), 8'000'000);
  EXPECT_EQ(work("{exponential: 25ms}").variate.kind, VariateKind::exponential);
  EXPECT_DOUBLE_EQ(mean_ms("{exponential: 25ms}"), 25);
  EXPECT_DOUBLE_EQ(mean_ms("{uniform: [10ms, 30ms]}"), 20);
  EXPECT_NEAR(mean_ms("{lognormal: {mean: 40ms, p99: 200ms}}"), 40, 1e-9);
  EXPECT_NEAR(mean_ms("{lognormal: {mean: 40ms, cv: 0}}"), 40, 1e-9);
  EXPECT_NEAR(mean_ms("{lognormal: {mean: 40ms, sd: 10ms}}"), 40, 1e-9);
  EXPECT_NEAR(mean_ms("{gamma: {mean: 20ms, cv: 0.5}}"), 20, 1e-9);
  EXPECT_DOUBLE_EQ(mean_ms("{erlang: {k: 3, mean: 9ms}}"), 9);
  EXPECT_NEAR(mean_ms("{hyperexponential: {mean: 20ms, cv: 4}}"), 20, 1e-9);
  EXPECT_NEAR(mean_ms("{pareto: {scale: 2ms, shape: 2}}"), 4, 1e-9);
  EXPECT_NEAR(mean_ms("{weibull: {shape: 1, scale: 10ms}}"), 10, 1e-9);
  EXPECT_NEAR(mean_ms("{normal: {mean: 50ms, sd: 1ms}}"), 50, 1e-6);
  EXPECT_NEAR(mean_ms("{mixture: {90%: {exponential: 10ms}, 10%: 200ms}}"), 29, 1e-9);
  EXPECT_NEAR(mean_ms("{mixture: [50%: {exponential: 10ms}, 50%: 200ms]}"), 105, 1e-9);
  EXPECT_NEAR(mean_ms("{mixture: {50%: {mixture: {100%: 2ms}}, 0.5: {constant: 2ms, times: 2}}}"),
              3, 1e-9);
}

TEST(Distributions, MultiplyAndAdd) {
  EXPECT_EQ(work("{constant: 8ms, times: 4, plus: 0.4ms}").fixed(), 32'400'000);
  EXPECT_EQ(work("{plus: 1ms, constant: 8ms}").fixed(), 9'000'000);
  EXPECT_DOUBLE_EQ(mean_ms("{exponential: 8ms, times: 0}"), 0);
}

TEST(Distributions, MayBeUncertain) {
  const Distribution whole = work("{uncertain: {uniform: [10ms, 40ms]}, plus: 1ms}");
  ASSERT_TRUE(whole.uncertain);
  EXPECT_EQ(whole.uncertain->kind, VariateKind::uniform);
  EXPECT_EQ(whole.variate.kind, VariateKind::constant);
  EXPECT_DOUBLE_EQ(whole.variate.a, 1);
  EXPECT_DOUBLE_EQ(whole.variate.plus, 1e6);
  EXPECT_FALSE(whole.fixed());
  EXPECT_DOUBLE_EQ(whole.mean(), 26e6);
  const Distribution mean = work("{exponential: {uncertain: {uniform: [10ms, 40ms]}}, times: 2}");
  EXPECT_EQ(mean.variate.kind, VariateKind::exponential);
  EXPECT_DOUBLE_EQ(mean.mean(), 50e6);
  EXPECT_DOUBLE_EQ(work("{constant: {uncertain: {exponential: 1ms}}}").mean(), 1e6);
}

TEST(Distributions, OfAMeasuredSample) {
  const Folder folder;
  folder.write("f.csv", "a,service_ms,\"x, y\"\n1,10,1\n2,30,2\n3,\"20\",3\n");
  const Distribution plain =
      work("{empirical: {file: f.csv, column: service_ms}}", folder.scenario());
  EXPECT_EQ(plain.variate.kind, VariateKind::empirical);
  ASSERT_EQ(plain.variate.table->size(), 3U);
  EXPECT_DOUBLE_EQ(plain.variate.table->back(), 30e6);
  EXPECT_DOUBLE_EQ(
      work("{empirical: {file: f.csv, column: 'x, y', unit: s}}", folder.scenario()).mean(), 2e9);
  folder.pack("f.csv.gz", "us\n5\n7\n");
  EXPECT_DOUBLE_EQ(work("{empirical: {file: f.csv.gz, column: us}}", folder.scenario()).mean(),
                   6000);
  const auto wrong = [&](const std::string& distribution) {
    return findings(load(with_work(distribution), {}, folder.scenario()));
  };
  EXPECT_EQ(wrong("{empirical: {file: f.csv, column: a}}"),
            "2:64 producers.p.does[1].work.empirical: the key 'unit' is missing [missing-unit] "
            "(unit: what the column counts: ns, us, ms or s)\n");
  EXPECT_EQ(wrong("{empirical: {file: f.csv, column: service_s}}"),
            "2:86 producers.p.does[1].work.empirical: there is no column 'service_s' in f.csv "
            "[unknown-column] (did you mean 'service_ms'?)\n");
  EXPECT_EQ(wrong("{empirical: {file: g.csv, column: ms}}"),
            "2:71 producers.p.does[1].work.empirical: there is no file 'g.csv' [no-such-file] "
            "(paths count from the scenario's folder)\n");
  folder.write("bad.csv", "ms\n5\nfive\n");
  EXPECT_EQ(wrong("{empirical: {file: bad.csv, column: ms}}"),
            "bad.csv:3:0 producers.p.does[1].work.empirical: column 'ms': expected a number; found "
            "'five' (not a number) [not-a-number]\n");
}

/// The only error of a distribution, without its place.
std::string wrong(const std::string& distribution) {
  const ScenarioFile file = load(with_work(distribution));
  if (file.diagnostics.size() != 1) return "not one finding:\n" + findings(file);
  return file.diagnostics[0].path.substr(20) + ": " + file.diagnostics[0].message + " [" +
         file.diagnostics[0].code + "]";
}

TEST(Distributions, SayWhatIsWrong) {
  EXPECT_EQ(wrong("{exponentail: 5ms}"),
            "work.exponentail: unknown key 'exponentail' [unknown-key]");
  EXPECT_EQ(wrong("exponential"),
            "work: expected a duration or a distribution, such as 8ms or {exponential: 25ms}; "
            "found exponential [wrong-kind]");
  EXPECT_EQ(wrong("{times: 2}"),
            "work: expected a duration or a distribution, such as 8ms or {exponential: 25ms}; "
            "found a map (without a kind) [wrong-kind]");
  EXPECT_EQ(wrong("{constant: 5ms, exponential: 5ms}"),
            "work.exponential: two distributions in one: constant and exponential [several-kinds]");
  EXPECT_EQ(wrong("{exponential: 5}"),
            "work.exponential: expected a duration, such as 30s; found 5 (a bare number) "
            "[missing-unit]");
  EXPECT_EQ(wrong("{exponential: 5ms, times: -1}"),
            "work.times: expected a number from 0 to 1000000000, such as 2.5; found -1 (negative) "
            "[out-of-range]");
  EXPECT_EQ(wrong("{exponential: 5ms, plus: 1}"),
            "work.plus: expected a duration, such as 30s; found 1 (a bare number) [missing-unit]");
  EXPECT_EQ(wrong("{lognormal: {mean: 5ms}}"),
            "work.lognormal: expected two of mean, median, sd, cv, p95 and p99; found 1 "
            "[wrong-parameters]");
  EXPECT_EQ(wrong("{lognormal: {mean: 5ms, median: 4ms, sd: 1ms}}"),
            "work.lognormal: expected two of mean, median, sd, cv, p95 and p99; found 3 "
            "[wrong-parameters]");
  EXPECT_EQ(wrong("{lognormal: {mean: 5ms, p99: 1s}}"),
            "work.lognormal: no lognormal distribution has these two values [wrong-parameters]");
  EXPECT_EQ(wrong("{hyperexponential: {mean: 5ms, cv: 0.5}}"),
            "work.hyperexponential.cv: expected a number from 1 to 1000, such as 2.5; found 0.5 "
            "[out-of-range]");
  EXPECT_EQ(wrong("{gamma: {mean: 5ms}}"), "work.gamma: the key 'cv' is missing [missing-key]");
  EXPECT_EQ(wrong("{uniform: [30ms, 10ms]}"),
            "work.uniform: expected the smaller duration first; found [30ms, 10ms] [out-of-range]");
  EXPECT_EQ(wrong("{uniform: [30ms]}"),
            "work.uniform: expected a list of two durations, such as [10ms, 30ms]; found a list "
            "[wrong-kind]");
  EXPECT_EQ(wrong("{mixture: {90%: 1ms, 20%: 2ms}}"),
            "work.mixture: expected shares that add up to 100%; found 110% [shares-sum]");
  EXPECT_EQ(wrong("{mixture: {90%: {column: a, unit: ms}, 10%: 2ms}}"),
            "work.mixture.90%.column: a column of the trace can't be a part of another "
            "distribution [wrong-place]");
  EXPECT_EQ(wrong("{mixture: {100%: {uncertain: 2ms}}}"),
            "work.mixture.100%.uncertain: expected a distribution that is known; found 2ms (one "
            "part of another is never uncertain by itself) [wrong-place]");
  EXPECT_EQ(wrong("{column: service}"), "work.column: the key 'unit' is missing [missing-unit]");
  EXPECT_EQ(wrong("{column: service, unit: min}"),
            "work.column: expected ns, us, ms or s; found min [unknown-unit]");
  EXPECT_EQ(wrong("{column: service, unit: ms}"),
            "work: no trace has a column 'service' [unknown-column]");
  EXPECT_EQ(wrong("{exponential: 5ms, unit: ms}"), "work.unit: unknown key 'unit' [unknown-key]");
}

}  // namespace
}  // namespace spillway
