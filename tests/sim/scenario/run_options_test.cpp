#include "sim/scenario/run_options.h"

#include <gtest/gtest.h>

#include "tests/sim/scenario/loading.h"

namespace spillway {
namespace {

std::string design(const std::string& run, const std::string& more = "") {
  return "run: {duration: 10min, " + run +
         "}\n"
         "producers: {shop: {load: {poisson: 10/s}, does: [send: orders]}}\n"
         "queues: {orders: {}}\n"
         "consumers: {worker: {from: orders, does: []}}\n" +
         more;
}

std::string until(const std::string& goals) { return "replications: {until: {" + goals + "}}"; }

RunParameters run(const std::string& text, const std::string& more = "") {
  const ScenarioFile file = load(design(text, more));
  EXPECT_EQ(findings(file), "") << text;
  return has_errors(file.diagnostics) ? RunParameters{} : file.variants.at(0).run;
}

TEST(Warmup, IsGivenOrLeftToTheProgram) {
  EXPECT_EQ(run("warmup: 30s").warmup, (Warmup{.ns = 30 * kSecond}));
  EXPECT_EQ(run("warmup: auto").warmup, (Warmup{.automatic = true}));
  EXPECT_EQ(run("seed: 1").warmup, Warmup{});
  EXPECT_EQ(print(Warmup{.ns = 30 * kSecond}), "30s");
  EXPECT_EQ(print(Warmup{.automatic = true}), "auto");
}

TEST(Warmup, IsNothingElse) {
  EXPECT_EQ(findings(design("warmup: automatic")),
            "1:32 run.warmup: expected a duration, such as 30s or auto; found automatic (not a "
            "number) [not-a-number]\n");
  EXPECT_EQ(findings(design("warmup: 10min")),
            "1:32 run.warmup: expected a duration below the run's 10min; found 10min "
            "[out-of-range]\n");
}

TEST(Warmup, OfAVariantOrTheCommandLineTakesThePlaceOfTheFiles) {
  const ScenarioFile file =
      load(design("warmup: 30s", "variants: {a: {}, b: {run: {warmup: auto}}}\n"));
  ASSERT_EQ(findings(file), "");
  EXPECT_FALSE(file.variants.at(0).run.warmup.automatic);
  EXPECT_TRUE(file.variants.at(1).run.warmup.automatic);
  const ScenarioFile set = load(design("warmup: 30s"), {"run.warmup=auto"});
  EXPECT_EQ(set.variants.at(0).run.warmup, (Warmup{.automatic = true}));
}

TEST(Replications, AreANumberOrAPrecision) {
  EXPECT_EQ(run("replications: 7").replications.count, 7);
  EXPECT_FALSE(run("replications: 7").replications.precision);
  const auto precision = run("replications: {until: {shop.completion.p99: 5%}, confidence: 99%, "
                             "at_most: 1000}")
                             .replications.precision;
  ASSERT_TRUE(precision);
  EXPECT_DOUBLE_EQ(precision->confidence->value, 0.99);
  EXPECT_EQ(precision->at_most, 1000);
  ASSERT_EQ(precision->until.size(), 1U);
  EXPECT_EQ(to_string(precision->until[0].metric), "shop.completion.p99");
  EXPECT_DOUBLE_EQ(precision->until[0].relative, 0.05);
  EXPECT_EQ(precision->until[0].absolute, 0);

  const auto usual = run(until("shop.latency.mean: 5%")).replications.precision;
  EXPECT_FALSE(usual->confidence);
  EXPECT_EQ(usual->at_most, 500);
}

TEST(PrecisionGoals, ArePerCentOrInTheMetricsUnit) {
  const auto goals =
      run(until("shop.latency.p99@sale: 20ms, shop.goodput: 2/s, shop.success: 0.001, "
                "orders.depth.mean: 3, orders.receives: 0.5%, shop -> orders.attempts: 1e3"),
          "windows: {sale: {at: 3min, for: 1min}}\n")
          .replications.precision->until;
  ASSERT_EQ(goals.size(), 6U);
  EXPECT_DOUBLE_EQ(goals[0].absolute, 0.02);
  EXPECT_EQ(goals[0].metric.window, "sale");
  EXPECT_DOUBLE_EQ(goals[1].absolute, 2);
  EXPECT_DOUBLE_EQ(goals[2].absolute, 0.001);
  EXPECT_DOUBLE_EQ(goals[3].absolute, 3);
  EXPECT_DOUBLE_EQ(goals[4].relative, 0.005);
  EXPECT_DOUBLE_EQ(goals[5].absolute, 1000);
  for (const PrecisionGoal& goal : goals) {
    EXPECT_NE(goal.relative > 0, goal.absolute > 0) << to_string(goal.metric);
  }
}

TEST(PrecisionGoals, NameMetricsAsObjectivesDo) {
  const auto wrong = [](const std::string& goals) { return findings(design(until(goals))); };
  EXPECT_EQ(wrong("shp.latency.p99: 5%"),
            "1:47 run.replications.until.shp.latency.p99: there is no component 'shp' "
            "[unknown-name] (did you mean 'shop'?)\n");
  EXPECT_EQ(wrong("shop.latency: 5%"),
            "1:52 run.replications.until.shop.latency: which statistic of latency? "
            "[unknown-statistic] (add .mean, .max, .min or a percentile: shop.latency.p99)\n");
  EXPECT_EQ(wrong("shop.latency.p99@sale: 5%"),
            "1:64 run.replications.until.shop.latency.p99@sale: there is no window 'sale' "
            "[unknown-window] (windows are named under windows and profile)\n");
  EXPECT_EQ(wrong("shop.latency.p99: 5%, shop.latency.p99.0: 2%"),
            "1:69 run.replications.until.shop.latency.p99.0: shop.latency.p99 is named already "
            "[duplicate-name]\n");
}

TEST(PrecisionGoals, AreWithinTheirRange) {
  const auto wrong = [](const std::string& value, const std::string& metric = "shop.latency.p99") {
    const std::string text = findings(design(until(metric + ": " + value)));
    const std::size_t from = text.find("expected");
    return from == std::string::npos ? text : text.substr(from);
  };
  EXPECT_EQ(wrong("0%"), "expected a share above 0% and below 100%; found 0% [out-of-range]\n");
  EXPECT_EQ(wrong("100%"), "expected a share above 0% and below 100%; found 100% [out-of-range]\n");
  EXPECT_EQ(wrong("0s"), "expected a half-width above 0; found 0s [out-of-range]\n");
  EXPECT_EQ(wrong("0.05"),
            "expected how exact it is to be: relative in per cent, such as 5%, or a duration, such "
            "as 10ms; found 0.05 (a bare number) [missing-unit] (units that fit: ns, us, ms, s, "
            "min, h, d, w)\n");
  EXPECT_NE(wrong("5ms", "shop.success").find("or a share without %, such as 0.001"),
            std::string::npos);
  EXPECT_NE(wrong("x", "shop.goodput").find("or a rate, such as 2/s"), std::string::npos);
  EXPECT_NE(wrong("-1", "orders.receives").find("or a number, such as 20"), std::string::npos);
  EXPECT_NE(wrong("[5%]").find("found a list [wrong-kind]"), std::string::npos);
}

TEST(Replications, UntilAPrecisionAreCheckedWhole) {
  const auto wrong = [](const std::string& text) { return findings(design(text)); };
  EXPECT_EQ(wrong("replications: {at_most: 50}"),
            "1:38 run.replications: the key 'until' is missing [missing-key] (until: How exact "
            "metrics are to be, by metric: relative to the mean in per cent, or the half-width of "
            "the interval in the metric's unit)\n");
  for (const char* nothing : {"{}", "5%", "[shop.sent]"}) {
    EXPECT_NE(wrong("replications: {until: " + std::string(nothing) + "}")
                  .find("run.replications.until: expected metrics, such as "
                        "{shoppers.latency.p99: 5%}; found "),
              std::string::npos)
        << nothing;
  }
  EXPECT_EQ(wrong("replications: {until: {shop.latency.p99: 5%}, at_most: 9}"),
            "1:79 run.replications.at_most: expected a count from 10 to 100000; found 9 "
            "[out-of-range]\n");
  EXPECT_NE(wrong("replications: {until: {shop.latency.p99: 5%}, confidence: 1}")
                .find("run.replications.confidence: expected a share from 50% to 99.99%"),
            std::string::npos);
  EXPECT_NE(wrong("replications: {until: {shop.latency.p99: 5%}, until_then: 1}")
                .find("unknown key 'until_then'"),
            std::string::npos);
  EXPECT_NE(wrong("replications: [4]")
                .find("expected a count from 1 to 1000000, such as 4 or "
                      "{until: {shoppers.latency.p99: 5%}}; found a list"),
            std::string::npos);
  std::string many = "shop.latency.p1: 5%";
  for (int i = 0; i < 100; ++i) many += ", shop.latency.p1." + std::to_string(i + 1) + "5: 5%";
  EXPECT_NE(wrong(until(many)).find("expected at most 100 metrics; found 101 [too-large]"),
            std::string::npos);
}

TEST(Replications, OfAVariantTakeThePlaceOfTheBases) {
  const ScenarioFile file =
      load(design(until("shop.latency.p99: 5%"),
                  "variants: {a: {}, b: {run: {replications: {until: {shop.sent: 1%}}}},\n"
                  "           c: {run: {replications: 9}}}\n"));
  ASSERT_EQ(findings(file), "");
  EXPECT_EQ(file.variants.at(0).run.replications.precision->until.size(), 1U);
  EXPECT_EQ(file.variants.at(1).run.replications.precision->until.size(), 2U);
  EXPECT_FALSE(file.variants.at(2).run.replications.precision);
  EXPECT_EQ(file.variants.at(2).run.replications.count, 9);
}

}  // namespace
}  // namespace spillway
