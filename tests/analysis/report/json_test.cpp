#include "analysis/report/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <clocale>
#include <limits>
#include <nlohmann/json.hpp>

#include "tests/analysis/report/sample_summary.h"

namespace spillway::report {
namespace {

using Json = nlohmann::ordered_json;
using ::testing::HasSubstr;

std::vector<std::string> keys(const Json& json) {
  std::vector<std::string> all;
  for (const auto& [key, value] : json.items()) all.push_back(key);
  return all;
}

TEST(Json, HasTheShapeThatToolsRelyOn) {
  const Json json = Json::parse(to_json(sale()));
  EXPECT_EQ(keys(json), (std::vector<std::string>{"schema", "scenario", "question", "seed",
                                                  "engine", "fingerprint", "confidence", "partial",
                                                  "variants", "warnings"}));
  EXPECT_EQ(json["schema"], 1);
  EXPECT_EQ(json["fingerprint"], "9f3a00000000beef");
  EXPECT_EQ(keys(json["variants"]), (std::vector<std::string>{"sync", "async"}));
  EXPECT_EQ(keys(json["variants"]["async"]),
            (std::vector<std::string>{"replications", "warmup", "duration", "events", "windows",
                                      "metrics", "objectives", "ledger", "series"}));
  EXPECT_EQ(keys(json["variants"]["sync"]["metrics"]["shop.latency.p99@sale"]),
            (std::vector<std::string>{"mean", "low", "high", "n", "unit", "theory", "why"}));
}

TEST(Json, GivesEveryFigureInBaseUnits) {
  const Json json = Json::parse(to_json(sale()));
  const Json& metrics = json["variants"]["async"]["metrics"];
  EXPECT_EQ(metrics["orders-queue.drain_time@sale"]["mean"], 26.2);
  EXPECT_EQ(metrics["orders-queue.drain_time@sale"]["unit"], "s");
  EXPECT_EQ(metrics["orders-queue.drain_time@sale"]["theory"], 26.13);
  EXPECT_EQ(metrics["orders-queue.drain_time@sale"]["model"], "fluid");
  EXPECT_EQ(metrics["shop.success"]["unit"], "1");
  EXPECT_EQ(metrics["shop.goodput"]["unit"], "1/s");
  EXPECT_TRUE(metrics["shop.success"]["why"].is_null());
  EXPECT_EQ(json["variants"]["async"]["windows"], Json::parse(R"({"sale": [[30.0, 60.0]]})"));
  EXPECT_EQ(json["variants"]["async"]["ledger"]["orders-queue"]["acknowledged"], 432011);
  EXPECT_EQ(json["variants"]["async"]["ledger"]["orders-queue"].size(), 18U);
}

TEST(Json, GivesVerdictsWithWhatWasWanted) {
  ExperimentSummary summary = sale();
  summary.variants[0].objectives[0].objective.expect_missed = true;
  const Json json = Json::parse(to_json(summary));
  const Json& missed = json["variants"]["sync"]["objectives"]["available"];
  EXPECT_EQ(missed["verdict"], "missed");
  EXPECT_EQ(missed["expect"], "missed");
  EXPECT_EQ(missed["objective"], "shop.success >= 99.9%");
  const Json& done = json["variants"]["async"]["objectives"]["done"];
  EXPECT_EQ(done["verdict"], "undecided");
  EXPECT_EQ(done["share_of_runs"],
            Json::parse(R"({"wanted": 0.95, "mean": 0.9, "low": 0.735, "high": 0.979})"));
  EXPECT_FALSE(done.contains("expect"));
}

TEST(Json, WritesInfiniteNumbersAsNullAndSaysWhich) {
  ExperimentSummary summary = sale();
  Figure& one = summary.variants[0].metrics[0];
  one.mean = one.high = std::numeric_limits<double>::infinity();
  one.low = 3.5;
  one.why = "infinite in some replications";
  const Json json = Json::parse(to_json(summary));
  const Json& figure = json["variants"]["sync"]["metrics"]["shop.success"];
  EXPECT_TRUE(figure["mean"].is_null());
  EXPECT_EQ(figure["low"], 3.5);
  EXPECT_TRUE(figure["high"].is_null());
  EXPECT_EQ(figure["why"], "never (infinite: mean, high); infinite in some replications");
}

TEST(Json, WritesMissingNumbersAsNullWithTheirReason) {
  ExperimentSummary summary = sale();
  Figure& one = summary.variants[0].metrics[0];
  one.low = one.high = std::nullopt;
  one.why = "one replication";
  summary.variants[1].series[0].min[0] = std::numeric_limits<double>::quiet_NaN();
  const Json json = Json::parse(to_json(summary));
  EXPECT_EQ(json["variants"]["sync"]["metrics"]["shop.success"]["why"], "one replication");
  EXPECT_TRUE(json["variants"]["sync"]["metrics"]["shop.success"]["low"].is_null());
  EXPECT_TRUE(json["variants"]["async"]["series"]["orders-queue.depth"]["min"][0].is_null());
}

TEST(Json, MarksWhatIsPartialOrVoid) {
  ExperimentSummary summary = sale();
  summary.partial = true;
  summary.variants[0].replications = 7;
  summary.variants[1].failure = "the ledger does not balance";
  const Json json = Json::parse(to_json(summary));
  EXPECT_EQ(json["partial"], true);
  EXPECT_EQ(json["variants"]["sync"]["replications"], 7);
  EXPECT_EQ(json["variants"]["sync"]["planned"], 30);
  EXPECT_EQ(json["variants"]["async"]["failure"], "the ledger does not balance");
}

TEST(Json, KeepsWholeSeedsAndReadsBackTheSameNumbers) {
  ExperimentSummary summary = sale();
  summary.seed = 18'446'744'073'709'551'615U;
  const double awkward = 0.1 + 0.2;
  summary.variants[0].metrics[0].mean = awkward;
  const Json json = Json::parse(to_json(summary));
  EXPECT_EQ(json["seed"].get<std::uint64_t>(), 18'446'744'073'709'551'615U);
  EXPECT_EQ(json["variants"]["sync"]["metrics"]["shop.success"]["mean"].get<double>(), awkward);
}

TEST(Json, DoesNotAskTheLocaleForItsDecimalPoint) {
  const std::string plain = to_json(sale());
  // A locale with a decimal comma, where the machine has one; the C one otherwise.
  for (const char* name : {"de_DE.UTF-8", "fr_FR.UTF-8", "C.UTF-8"}) {
    if (std::setlocale(LC_ALL, name) == nullptr) continue;
    EXPECT_EQ(to_json(sale()), plain) << name;
  }
  std::setlocale(LC_ALL, "C");
}

TEST(Json, HasALineForEachFigureAndOnlyAscii) {
  ExperimentSummary summary = sale();
  summary.question = "Größe \x1b[2J \xc2\x9b \xff?";
  const std::string text = to_json(summary);
  EXPECT_THAT(text, HasSubstr("\n        \"shop.goodput\": {\"mean\": 104.22, \"low\": 103.61, "));
  for (const char c : text) EXPECT_TRUE(c == '\n' || (c >= ' ' && c <= '~'));
  EXPECT_EQ(Json::parse(text)["question"], "Größe \x1b[2J \xc2\x9b \xef\xbf\xbd?");
}

}  // namespace
}  // namespace spillway::report
