#include "analysis/report/terminal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <sstream>
#include <string_view>

#include "analysis/stats/estimate.h"
#include "tests/analysis/report/sample_summary.h"

namespace spillway::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Compares with a text in golden/; with SPILLWAY_UPDATE_GOLDEN set it is written instead.
void expect_golden(const std::string& name, const std::string& text) {
  const std::string path =
      std::string(SPILLWAY_SOURCE_DIR) + "/tests/analysis/report/golden/" + name + ".txt";
  if (std::getenv("SPILLWAY_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  std::ifstream in(path, std::ios::binary);
  ASSERT_TRUE(in) << path;
  std::ostringstream golden;
  golden << in.rdbuf();
  EXPECT_EQ(text, golden.str()) << path;
}

std::size_t widest_line(const std::string& text) {
  std::istringstream lines(text);
  std::size_t widest = 0;
  for (std::string line; std::getline(lines, line);) widest = std::max(widest, width_of(line));
  return widest;
}

TEST(Terminal, ShowsAnAnswerInEightyColumns) {
  const std::string text = to_text(sale(), {.columns = 80});
  expect_golden("narrow", text);
  EXPECT_LE(widest_line(text), 80U);
}

TEST(Terminal, UsesTheRoomOfAWideTerminalUpToOneHundredAndTwentyColumns) {
  const std::string text = to_text(sale(), {.columns = 400});
  expect_golden("wide", text);
  EXPECT_LE(widest_line(text), 120U);
}

TEST(Terminal, ShowsAnOutage) {
  const std::string text = to_text(outage(), {.columns = 80});
  expect_golden("outage", text);
}

TEST(Terminal, LeavesOutOfATableWhatItsVariantsDoNotHave) {
  ExperimentSummary summary = sale();
  for (VariantSummary& variant : summary.variants) variant.variant += "-with-a-rather-long-name";
  const std::string text = to_text(summary, {.columns = 60});
  // Two tables, one a variant: the queue stands in that of the variant which has one.
  const auto count = [&](const std::string& line) {
    std::size_t n = 0;
    for (std::size_t at = text.find(line); at != std::string::npos; at = text.find(line, at + 1))
      ++n;
    return n;
  };
  EXPECT_EQ(count("\nshop\n"), 2U);
  EXPECT_EQ(count("\norders-queue\n"), 1U);
  EXPECT_EQ(count("\n  depth max"), 1U);
  EXPECT_EQ(count("\n    in theory"), 1U);
}

TEST(Terminal, DoesWithAsciiAlone) {
  const std::string text = to_text(sale(), {.columns = 80, .unicode = false});
  expect_golden("ascii", text);
  EXPECT_TRUE(
      std::ranges::all_of(text, [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); }));
}

TEST(Terminal, ColoursVerdictsAndFaintText) {
  expect_golden("colour", to_text(sale(), {.columns = 80, .colour = true}));
}

TEST(Terminal, SaysTheSameWithoutColour) {
  std::string coloured = to_text(sale(), {.columns = 80, .colour = true});
  for (std::size_t at = coloured.find('\x1b'); at != std::string::npos;
       at = coloured.find('\x1b')) {
    coloured.erase(at, coloured.find('m', at) - at + 1);
  }
  EXPECT_EQ(coloured, to_text(sale(), {.columns = 80}));
}

TEST(Terminal, LeavesTheNameOfAnOnlyVariantOut) {
  ExperimentSummary one = sale();
  one.variants.erase(one.variants.begin());
  expect_golden("one_variant", to_text(one, {.columns = 80}));
}

TEST(Terminal, ShowsEveryMetricWhenAsked) {
  const std::string all = to_text(sale(), {.columns = 80}, true);
  EXPECT_THAT(all, HasSubstr("  handled "));
  EXPECT_THAT(all, HasSubstr("  redelivered "));
  const std::string chosen = to_text(sale(), {.columns = 80});
  EXPECT_THAT(chosen, Not(HasSubstr("  handled ")));
  EXPECT_THAT(chosen, Not(HasSubstr("redelivered")));
}

TEST(Terminal, SaysPlainlyThatAVariantIsVoid) {
  ExperimentSummary summary = sale();
  summary.partial = true;
  summary.variants[1].failure = "replication 3: the ledger of orders-queue does not balance";
  const std::string text = to_text(summary, {.columns = 80});
  expect_golden("failure", text);
  EXPECT_THAT(text, HasSubstr("async is void"));
  EXPECT_THAT(text, Not(HasSubstr("4.20 ms")));
}

TEST(Terminal, ShowsOnlyWhatHappenedWhenEverythingIsVoid) {
  ExperimentSummary summary = sale();
  for (VariantSummary& variant : summary.variants) variant.failure = "more than 16777216 messages";
  const std::string text = to_text(summary, {.columns = 80});
  EXPECT_THAT(text, HasSubstr("sync is void"));
  EXPECT_THAT(text, Not(HasSubstr("latency")));
}

TEST(Terminal, SaysHowMuchOfAnInterruptedRunWasFinished) {
  ExperimentSummary summary = sale();
  summary.partial = true;
  summary.variants[0].replications = 12;
  summary.variants[1] = {};
  summary.variants[1].variant = "async";
  summary.variants[1].planned = 30;
  expect_golden("partial", to_text(summary, {.columns = 80}));
}

TEST(Terminal, ShowsWhatNeverHappenedAndWhatIsNotKnown) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  ExperimentSummary summary = sale();
  VariantSummary& async = summary.variants[1];
  for (Figure& one : async.metrics) {
    if (one.name.metric == "drain_time") {
      one.mean = one.high = kInfinity;
      one.low = 26;
      one.theory = kInfinity;
    }
    if (one.name.metric == "wait") {
      one.mean = one.low = one.high = std::nullopt;
      one.why = stats::kTooFewMessages;
    }
  }
  async.ledgers[0].ready = 2000;
  async.ledgers[0].acknowledged -= 2000;
  async.ledgers[0].redelivered = 12;
  async.ledgers[0].receives += 12;
  async.objectives[0].objective.expect_missed = true;
  summary.variants[0].objectives[0].objective.expect_missed = true;
  summary.warnings = {"orders-queue: 2000 messages were still waiting when draining was given up"};
  expect_golden("never", to_text(summary, {.columns = 80}));
}

TEST(Terminal, PutsVariantsThatDoNotFitBelowOneAnother) {
  ExperimentSummary summary = sale();
  for (int i = 0; i < 6; ++i) {
    summary.variants.push_back(async_variant());
    summary.variants.back().variant = "workers-" + std::to_string(100 * (i + 1));
  }
  const std::string text = to_text(summary, {.columns = 80});
  EXPECT_LE(widest_line(text), 80U);
  EXPECT_THAT(text, HasSubstr("workers-600"));
}

TEST(Terminal, CarriesNoControlCharactersOfTheScenarioToTheTerminal) {
  const std::string attack =
      "\x1b]0;owned\x07\x1b[2J\xc2\x9b"
      "31m\xe2\x80\xae"
      "evil\xff\r\n";
  ExperimentSummary summary = sale();
  summary.scenario = summary.question = attack;
  summary.warnings = {attack};
  for (VariantSummary& variant : summary.variants) {
    variant.variant += attack;
    for (Figure& one : variant.metrics) {
      one.name.component += attack;
      one.theory_model = attack;
      one.why = attack;
    }
    for (ObjectiveResult& one : variant.objectives) one.objective.name += attack;
    for (std::string& channel : variant.plan.channels) channel += attack;
    for (Window& window : variant.plan.windows) {
      if (!window.name.empty()) window.name += attack;
    }
    for (SeriesSummary& one : variant.series) one.name = attack + ".depth";
    for (Ledger& ledger : variant.ledgers) ledger.acknowledged -= 1;
  }
  summary.variants[0].failure = attack;
  const std::string text = to_text(summary, {.columns = 80});
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\x07'), std::string::npos);
  EXPECT_EQ(text.find('\r'), std::string::npos);
  EXPECT_EQ(text.find("\xc2\x9b"), std::string::npos);
  EXPECT_EQ(text.find("\xe2\x80\xae"), std::string::npos);
  EXPECT_EQ(text.find('\xff'), std::string::npos);
  EXPECT_THAT(text, HasSubstr("\\x1b]0;owned\\x07"));
}

}  // namespace
}  // namespace spillway::report
