#include "analysis/report/verdict_text.h"

#include <gtest/gtest.h>

#include <initializer_list>

#include "tests/analysis/report/sample_summary.h"

namespace spillway::report {
namespace {

struct Judged {
  Verdict verdict;
  bool expected_miss = false;
};

VariantSummary variant(std::string name, std::initializer_list<Judged> verdicts) {
  VariantSummary variant;
  variant.variant = std::move(name);
  variant.replications = variant.planned = 30;
  for (const Judged& judged : verdicts) {
    ObjectiveResult result =
        objective("o" + std::to_string(variant.objectives.size()), "", Relation::at_most, 1,
                  figure({"shop", "latency", kP99, ""}, "s", 0.5), judged.verdict);
    result.objective.expect_missed = judged.expected_miss;
    variant.objectives.push_back(std::move(result));
  }
  return variant;
}

std::string sentence(std::initializer_list<VariantSummary> variants) {
  ExperimentSummary summary;
  summary.variants = variants;
  return verdict_sentence(summary);
}

constexpr Judged kMet{Verdict::met}, kMissed{Verdict::missed}, kUndecided{Verdict::undecided};
constexpr Judged kForeseen{Verdict::missed, true}, kSurprise{Verdict::met, true};

TEST(VerdictSentence, SpeaksOfTheDesignWhereThereIsOne) {
  EXPECT_EQ(sentence({variant("base", {kMet})}), "The design meets its objective.");
  EXPECT_EQ(sentence({variant("base", {kMet, kMet})}), "The design meets both objectives.");
  EXPECT_EQ(sentence({variant("base", {kMet, kMet, kMet})}), "The design meets all 3 objectives.");
  EXPECT_EQ(sentence({variant("base", {kMissed, kMet})}), "The design misses 1 of 2 objectives.");
  EXPECT_EQ(sentence({variant("base", {kMissed})}), "The design misses its objective.");
  EXPECT_EQ(sentence({variant("base", {kUndecided})}),
            "The design leaves its objective undecided.");
  EXPECT_EQ(sentence({variant("base", {kUndecided, kMet, kMet})}),
            "The design meets 2 of 3 objectives and leaves 1 undecided.");
  EXPECT_EQ(sentence({variant("base", {kMissed, kUndecided, kMet})}),
            "The design misses 1 of 3 objectives and leaves 1 undecided.");
}

TEST(VerdictSentence, SaysWhatWasExpected) {
  EXPECT_EQ(sentence({variant("base", {kForeseen, kMet})}),
            "The design misses 1 of 2 objectives, as expected.");
  EXPECT_EQ(sentence({variant("base", {kForeseen, kMissed, kMet})}),
            "The design misses 2 of 3 objectives, 1 of them as expected.");
  EXPECT_EQ(sentence({variant("base", {kForeseen, kUndecided, kMet})}),
            "The design misses 1 of 3 objectives, as expected, and leaves 1 undecided.");
  EXPECT_EQ(sentence({variant("base", {kSurprise, kMet})}),
            "The design meets both objectives (1 met against expectation).");
}

TEST(VerdictSentence, PutsVariantsOfTheSameOutcomeTogether) {
  EXPECT_EQ(sentence({variant("a", {kMet, kMet}), variant("b", {kMet, kMet})}),
            "Both variants meet both objectives.");
  EXPECT_EQ(sentence({variant("a", {kMet}), variant("b", {kMet}), variant("c", {kMet})}),
            "All 3 variants meet their objective.");
  EXPECT_EQ(sentence({variant("a", {kMet, kMet}), variant("b", {kMissed, kMet}),
                      variant("c", {kMet, kMet})}),
            "a and c meet both objectives; b misses 1 of 2 objectives.");
}

TEST(VerdictSentence, NamesTheFirstFewOfMany) {
  ExperimentSummary summary;
  for (int i = 0; i < 9; ++i) {
    summary.variants.push_back(variant("v" + std::to_string(i), {i == 8 ? kMissed : kMet}));
  }
  EXPECT_EQ(verdict_sentence(summary),
            "v0, v1, v2 and 5 others meet their objective; v8 misses its objective.");
}

TEST(VerdictSentence, LeavesOutWhatHasNoResult) {
  VariantSummary broken = variant("b", {kMet});
  broken.failure = "the ledger does not balance";
  VariantSummary unfinished = variant("c", {});
  unfinished.replications = 0;
  EXPECT_EQ(sentence({variant("a", {kMet}), broken, unfinished}), "a meets its objective.");
  EXPECT_EQ(sentence({broken, unfinished}), "There is no verdict: no variant has a result.");
  EXPECT_EQ(sentence({variant("a", {})}), "There is no verdict: the scenario sets no objectives.");
}

TEST(Wanted, SaysTheBoundAndWhatIsExpected) {
  ObjectiveResult result =
      objective("quick", "", Relation::at_most, 0.5,
                figure({"shop", "latency", kP99, ""}, "s", 0.7), Verdict::missed);
  EXPECT_EQ(wanted(result, "≤"), "≤ 500ms");
  result.objective.expect_missed = true;
  EXPECT_EQ(wanted(result, "≤"), "≤ 500ms, as expected");
  result.verdict = Verdict::undecided;
  EXPECT_EQ(wanted(result, "<="), "<= 500ms, expected to miss");
}

}  // namespace
}  // namespace spillway::report
