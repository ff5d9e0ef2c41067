// Replicating until metrics are exact enough: `run.replications.until`.

#include <gmock/gmock.h>

#include <cmath>

#include "analysis/experiment/experiment.h"
#include "analysis/stats/interval.h"
#include "sim/scenario/scenario.h"

namespace spillway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// M/M/1 at 50 %, and a busier variant at 80 %: its figures spread more, so that it takes more.
ScenarioFile file(const std::string& replications,
                  const std::string& variants = "{calm: {}, busy: {c: {load: {poisson: 80/s}}}}") {
  ScenarioFile file =
      load_scenario_text("run: {duration: 12s, warmup: 2s, seed: 7, replications: " + replications +
                             "}\n"
                             "producers: {c: {load: {poisson: 50/s}, does: [call: "
                             "s]}}\n"
                             "services: {s: {does: [work: {exponential: 10ms}]}}\n"
                             "variants: " +
                             variants + "\n",
                         "until.yaml");
  EXPECT_FALSE(has_errors(file.diagnostics)) << file.diagnostics.front().message;
  return file;
}

ExperimentSummary run(const ScenarioFile& file, std::uint32_t threads = 1,
                      std::optional<std::uint32_t> replications = {}) {
  ExperimentOptions options;
  options.threads = threads;
  options.replications = replications;
  return run_experiment(file, options);
}

const Figure& latency(const VariantSummary& variant) {
  return *variant.find({"c", "latency", {Statistic::Kind::mean, 0}, ""});
}

double half_width(const Figure& figure) {
  return std::max(*figure.mean - *figure.low, *figure.high - *figure.mean);
}

TEST(Until, EachVariantEndsWhenItsOwnFiguresAreExactEnough) {
  const ExperimentSummary summary = run(file("{until: {c.latency.mean: 5%}}"));
  EXPECT_THAT(summary.warnings, IsEmpty());
  EXPECT_FALSE(summary.partial);
  const VariantSummary& calm = summary.variants.at(0);
  const VariantSummary& busy = summary.variants.at(1);
  // At least ten, and five more that confirm it.
  EXPECT_GE(calm.replications, 15U);
  EXPECT_GT(busy.replications, calm.replications);
  EXPECT_LT(busy.replications, 500U);
  for (const VariantSummary& variant : summary.variants) {
    EXPECT_EQ(variant.planned, variant.replications);
    // One goal at the run's own confidence: the interval that is given out is the one that decided.
    const Figure& figure = latency(variant);
    EXPECT_LE(half_width(figure), 0.05 / 1.05 * *figure.mean);
  }
}

TEST(Until, WhatItFindsIsWhatTheSameNumberOfReplicationsFinds) {
  const ExperimentSummary until = run(file("{until: {c.latency.mean: 5%}}", "{calm: {}}"));
  const std::uint32_t used = until.variants.at(0).replications;
  const ExperimentSummary fixed = run(file(std::to_string(used), "{calm: {}}"));
  EXPECT_EQ(until.fingerprint, fixed.fingerprint);
  EXPECT_EQ(latency(until.variants.at(0)).mean, latency(fixed.variants.at(0)).mean);
  EXPECT_EQ(latency(until.variants.at(0)).high, latency(fixed.variants.at(0)).high);
}

TEST(Until, ItEndsAtTheFirstReplicationThatIsAllowedTo) {
  // Followed by hand: the rule on the intervals of the first 10, 11, 12, ... replications.
  const std::string calm = "{calm: {}}";
  const std::uint32_t used =
      run(file("{until: {c.latency.mean: 5%}}", calm)).variants.at(0).replications;
  ASSERT_LT(used, 120U) << "from there on, more than five have to confirm it";
  std::uint32_t held = 0;
  for (std::uint32_t n = 10; n <= used; ++n) {
    const ExperimentSummary first = run(file(std::to_string(n), calm));
    const Figure& figure = latency(first.variants.at(0));
    held = half_width(figure) <= 0.05 / 1.05 * *figure.mean ? held + 1 : 0;
    EXPECT_EQ(n == used, held == 6) << n;  // where it holds first, and five more
  }
}

TEST(Until, TheNumberOfThreadsNeverShows) {
  const ScenarioFile scenario =
      file("{until: {c.latency.p95: 5%, s.waiting.p90: 0.5, c.goodput: 1/s}, at_most: 120}");
  const ExperimentSummary one = run(scenario, 1);
  for (const std::uint32_t threads : {2U, 8U}) {
    const ExperimentSummary many = run(scenario, threads);
    EXPECT_EQ(many.fingerprint, one.fingerprint);
    EXPECT_EQ(many.warnings, one.warnings);
    for (std::size_t v = 0; v < one.variants.size(); ++v) {
      const VariantSummary& a = one.variants[v];
      const VariantSummary& b = many.variants[v];
      EXPECT_EQ(a.replications, b.replications);
      EXPECT_EQ(a.events, b.events);
      ASSERT_EQ(a.metrics.size(), b.metrics.size());
      for (std::size_t i = 0; i < a.metrics.size(); ++i) {
        EXPECT_EQ(a.metrics[i].mean, b.metrics[i].mean) << to_string(a.metrics[i].name);
        EXPECT_EQ(a.metrics[i].low, b.metrics[i].low) << to_string(a.metrics[i].name);
      }
    }
  }
}

TEST(Until, AGoalThatIsNotReachedIsSaidWithWhatWasAchieved) {
  const ExperimentSummary summary =
      run(file("{until: {c.latency.mean: 0.1%, c.sent: 50%, s.waiting.mean: 0.001}, at_most: 20}"));
  EXPECT_EQ(summary.variants.at(0).replications, 20U);
  EXPECT_FALSE(summary.partial);
  ASSERT_EQ(summary.warnings.size(), 4U);
  EXPECT_THAT(summary.warnings[0],
              testing::MatchesRegex("calm: c.latency.mean is not as exact as asked: after 20 "
                                    "replications it is known to [0-9.]+%, 0.1% was asked for"));
  EXPECT_THAT(summary.warnings[1], HasSubstr("calm: s.waiting.mean is not as exact"));
  EXPECT_THAT(summary.warnings[1], HasSubstr("+-0.001 was asked for"));
  EXPECT_THAT(summary.warnings[2], HasSubstr("busy: c.latency.mean"));
}

TEST(Until, WhatHeldTooShortAtTheEndIsSaidToo) {
  const ExperimentSummary summary = run(file("{until: {c.sent: 50%}, at_most: 12}", "{base: {}}"));
  EXPECT_EQ(summary.variants.at(0).replications, 12U);
  EXPECT_THAT(summary.warnings,
              ElementsAre("what `until` asks for has held only since replication 10 of 12: too "
                          "short to rule out luck"));
}

TEST(Until, AMetricWithoutAnIntervalIsNeverExactEnough) {
  // A hundred messages have no 99.999th percentile.
  const ExperimentSummary summary = run(
      file("{until: {c.latency.p99.999: 5%}, at_most: 10}", "{base: {c: {load: {poisson: 1/s}}}}"));
  ASSERT_EQ(summary.warnings.size(), 1U);
  EXPECT_THAT(summary.warnings[0],
              HasSubstr("without an interval (too few messages for this percentile)"));
}

TEST(Until, SeveralGoalsHoldTogether) {
  // Each of two goals at 97.5 %, so that both hold at 95 %: takes longer than either alone.
  const auto used = [](const std::string& goals) {
    return run(file("{until: {" + goals + "}}", "{base: {}}")).variants.at(0).replications;
  };
  const std::uint32_t together = used("c.latency.mean: 3%, s.latency.mean: 50%");
  EXPECT_GT(together, used("c.latency.mean: 3%"));
}

TEST(Until, ItsOwnConfidenceDecides) {
  const auto used = [](const std::string& confidence) {
    return run(file("{until: {c.latency.mean: 3%}, confidence: " + confidence + "}", "{base: {}}"))
        .variants.at(0)
        .replications;
  };
  EXPECT_GT(used("99%"), used("80%"));
}

TEST(Until, ANumberOnTheCommandLineTakesItsPlace) {
  const ExperimentSummary summary = run(file("{until: {c.latency.mean: 0.1%}}"), 1, 3);
  EXPECT_EQ(summary.variants.at(0).replications, 3U);
  EXPECT_EQ(summary.variants.at(0).planned, 3U);
  EXPECT_THAT(summary.warnings, IsEmpty());
}

TEST(Until, WhereNothingIsDrawnOneReplicationIsExact) {
  const ExperimentSummary summary =
      run(file("{until: {c.latency.mean: 1%}}",
               "{base: {c: {load: {constant: 50/s}}, s: {does: [work: 10ms]}}}"));
  EXPECT_EQ(summary.variants.at(0).replications, 1U);
  EXPECT_THAT(summary.warnings, IsEmpty());
}

TEST(Until, ProgressIsOfTheMostThatItMayTake) {
  ExperimentOptions options;
  options.threads = 1;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> seen;
  options.progress = [&](const std::string&, std::uint32_t finished, std::uint32_t planned) {
    seen.emplace_back(finished, planned);
  };
  const ExperimentSummary summary =
      run_experiment(file("{until: {c.latency.mean: 5%}, at_most: 300}", "{base: {}}"), options);
  const std::uint32_t used = summary.variants.at(0).replications;
  ASSERT_EQ(seen.size(), used);
  EXPECT_EQ(seen.front(), (std::pair{1U, 300U}));
  EXPECT_EQ(seen.back(), (std::pair{used, used}));
}

TEST(Until, WhatIsInterruptedIsPartialAndNotCalledUnreached) {
  ExperimentOptions options;
  options.threads = 1;
  std::atomic<bool> stop{false};
  options.stop = &stop;
  options.progress = [&](const std::string&, std::uint32_t finished, std::uint32_t) {
    if (finished == 12) stop = true;
  };
  const ExperimentSummary summary =
      run_experiment(file("{until: {c.latency.mean: 0.1%}, at_most: 300}", "{base: {}}"), options);
  EXPECT_TRUE(summary.partial);
  EXPECT_EQ(summary.variants.at(0).replications, 12U);
  EXPECT_EQ(summary.variants.at(0).planned, 300U);
  EXPECT_THAT(summary.warnings, IsEmpty());
}

}  // namespace
}  // namespace spillway
