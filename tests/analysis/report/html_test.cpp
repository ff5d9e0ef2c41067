#include "analysis/report/html.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <locale>

#include "analysis/report/chosen_figures.h"
#include "analysis/report/html_script.h"
#include "analysis/report/html_style.h"
#include "analysis/report/sha256.h"
#include "tests/analysis/report/sample_summary.h"

namespace spillway::report {
namespace {

Origin origin() {
  Origin origin;
  origin.file = "flash-sale.yaml";
  origin.text = "scenario: flash-sale\n";
  origin.seed = 2026;
  origin.replications = 30;
  return origin;
}

/// A failure does not print the page.
bool says(const std::string& page, const std::string& text) {
  return page.find(text) != std::string::npos;
}

std::size_t count(const std::string& text, const std::string& of) {
  std::size_t n = 0;
  for (std::size_t at = text.find(of); at != std::string::npos; at = text.find(of, at + 1)) ++n;
  return n;
}

TEST(Html, HasItsPartsInTheOrderOfTheirWeight) {
  const std::string page = to_html(sale(), origin());
  std::size_t last = 0;
  for (const char* const part :
       {"<!DOCTYPE html>", "Content-Security-Policy", "<main>", "<h1>", "class=\"answer",
        "id=\"objectives\"", "id=\"figures\"", "id=\"levels\"", "id=\"messages\"", "id=\"metrics\"",
        "id=\"provenance\"", "</main>"}) {
    const std::size_t at = page.find(part, last);
    ASSERT_NE(at, std::string::npos) << part;
    last = at;
  }
}

TEST(Html, GivesTheSameBytesAgain) {
  EXPECT_TRUE(to_html(sale(), origin()) == to_html(sale(), origin()));
}

TEST(Html, DoesNotAskTheLocale) {
  const std::string page = to_html(sale(), origin());
  struct Commas : std::numpunct<char> {
    char do_decimal_point() const override { return ','; }
    char do_thousands_sep() const override { return '.'; }
    std::string do_grouping() const override { return "\3"; }
  };
  const std::locale before = std::locale::global(std::locale(std::locale(), new Commas));
  const std::string other = to_html(sale(), origin());
  std::locale::global(before);
  EXPECT_TRUE(page == other);
}

TEST(Html, AllowsItsOwnScriptAndStyleAndNothingElse) {
  const std::string page = to_html(sale(), origin());
  EXPECT_EQ(count(page, "<script"), 1U);
  EXPECT_EQ(count(page, "<style"), 1U);
  // In an attribute the quotes are escaped.
  const auto as_written = [](std::string hash) {
    hash.replace(0, 1, "&#39;");
    hash.replace(hash.size() - 1, 1, "&#39;");
    return hash;
  };
  EXPECT_TRUE(says(page, "default-src &#39;none&#39;"));
  EXPECT_TRUE(says(page, "script-src " + as_written(policy_hash(kPageScript.text()))));
  EXPECT_TRUE(says(page, "style-src " + as_written(policy_hash(kPageStyle.text()))));
  EXPECT_FALSE(says(page, "unsafe"));
  for (const char* const outside : {"http:", "https:", " src=", " href=", "url(", "@import",
                                    " style=", " onclick=", " onload="}) {
    EXPECT_EQ(page.find(outside), std::string::npos) << outside;
  }
}

TEST(Html, EndsNeitherItsScriptNorItsStyleEarly) {
  for (const std::string_view text : {kPageScript.text(), kPageStyle.text()}) {
    EXPECT_EQ(text.find("</"), std::string_view::npos);
    EXPECT_EQ(text.find("<!--"), std::string_view::npos);
    EXPECT_EQ(text.find('\r'), std::string_view::npos);
  }
}

TEST(Html, SaysTheVerdictInASentence) {
  EXPECT_TRUE(says(to_html(sale(), origin()),
                   "<p class=\"answer bad\">sync misses 1 of 2 objectives; async meets 2 of 3 "
                   "objectives and leaves 1 undecided.</p>"));
}

TEST(Html, ShowsFiguresWithTheDigitsThatTheTerminalShows) {
  const std::string page = to_html(sale(), origin());
  EXPECT_TRUE(says(page, ">15.8\u00a0s\u00a0±0.3<"));
  EXPECT_TRUE(says(page, "theory 26.1\u00a0s\u00a0(fluid)"));
  EXPECT_TRUE(says(page, ">≤ 16s in 95% of runs: 90%"));
  EXPECT_TRUE(says(page, "Every message was acknowledged: 432\u202f011 sent"));
}

TEST(Html, ShowsWhereMessagesWentWhenNotAllWereAcknowledged) {
  ExperimentSummary summary = sale();
  summary.variants[1].ledgers[0].acknowledged -= 2011;
  summary.variants[1].ledgers[0].lost = 2011;
  const std::string page = to_html(summary, origin());
  EXPECT_TRUE(says(page, "= acknowledged"));
  EXPECT_TRUE(says(page, "+ lost"));
  EXPECT_TRUE(says(page, ">2011<"));
  EXPECT_TRUE(says(page, ">0.465%<"));
}

TEST(Html, SaysAtTheTopThatAVariantIsVoid) {
  ExperimentSummary summary = sale();
  summary.variants[0].failure = "replication 3: the ledger of orders does not balance";
  const std::string page = to_html(summary, origin());
  EXPECT_LT(page.find("sync is void."), page.find("class=\"answer"));
  EXPECT_TRUE(says(page, "the ledger of orders does not balance"));
  EXPECT_FALSE(says(page, "87.1%"));
  EXPECT_TRUE(says(page, "async meets 2 of 3 objectives"));
}

TEST(Html, SaysAtTheTopHowMuchWasFinished) {
  ExperimentSummary summary = sale();
  summary.partial = true;
  summary.variants[0].replications = 12;
  const std::string page = to_html(summary, origin());
  EXPECT_LT(page.find("12 of 30 replications of sync were finished"), page.find("class=\"answer"));
  EXPECT_TRUE(says(page, "So far: sync misses"));
}

TEST(Html, StandsWhereNothingWasFinished) {
  ExperimentSummary summary = sale();
  summary.partial = true;
  for (VariantSummary& variant : summary.variants) {
    const std::string name = variant.variant;
    variant = {};
    variant.variant = name;
    variant.planned = 30;
  }
  const std::string page = to_html(summary, origin());
  EXPECT_TRUE(says(page, "There is no verdict: no variant has a result."));
  EXPECT_FALSE(says(page, "id=\"figures\""));
  EXPECT_TRUE(says(page, "id=\"provenance\""));
}

TEST(Html, ShowsWarningsBeforeNumbers) {
  ExperimentSummary summary = sale();
  summary.warnings = {"shop.latency contradicts M/M/1"};
  const std::string page = to_html(summary, origin());
  EXPECT_LT(page.find("shop.latency contradicts M/M/1"), page.find("id=\"objectives\""));
}

TEST(Html, ShowsAnOutageFirstOfAllThatIsDrawn) {
  const std::string page = to_html(outage(), origin());
  const std::size_t goodput = page.find("shop: goodput"), failed = page.find("shop: failed");
  EXPECT_LT(goodput, failed);
  EXPECT_LT(page.find("id=\"levels\""), goodput);
  EXPECT_NE(failed, std::string::npos);
  EXPECT_TRUE(says(page, "shop -&gt; payments"));
  EXPECT_TRUE(says(page, "Attempts on this edge that were given up unanswered"));
  EXPECT_TRUE(says(page, std::string(kLatenciesWithFailures)));
  EXPECT_TRUE(says(page, ">hangs</text>"));
}

TEST(Html, ExplainsAMetricOnceForEachKindOfComponent) {
  ExperimentSummary summary = outage();
  for (VariantSummary& variant : summary.variants) {
    for (const char* edge : {"shop -> payments", "shop -> log"}) {
      for (Figure& one : variant.metrics) {
        if (one.name.component == edge && one.name.metric == "timeouts") one.mean = 7;
      }
    }
  }
  const std::string page = to_html(summary, origin());
  EXPECT_TRUE(says(page, "shop -&gt; log"));
  EXPECT_EQ(count(page, "Attempts on this edge that were given up unanswered"), 1U);
}

TEST(Html, DrawsAnswersBehindALevelWhereNoneFailed) {
  ExperimentSummary summary = sale();
  const ExperimentSummary answers = outage();
  for (const SeriesSummary& one : answers.variants[1].series) {
    summary.variants[1].series.insert(summary.variants[1].series.begin(), one);
  }
  const std::string page = to_html(summary, origin());
  EXPECT_LT(page.find("orders-queue: depth"), page.find("1 more over time"));
  EXPECT_LT(page.find("1 more over time"), page.find("shop: goodput"));
  EXPECT_TRUE(says(page, "At 0 all the time: shop.failed."));
}

TEST(Html, WritesWhatNeverHappenedInWords) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  ExperimentSummary summary = sale();
  for (Figure& one : summary.variants[1].metrics) {
    if (one.name.metric != "drain_time") continue;
    one.mean = one.high = kInfinity;
    one.low = 26;
    one.theory = kInfinity;
  }
  const std::string page = to_html(summary, origin());
  EXPECT_TRUE(says(page, ">never\u00a0(from\u00a026\u00a0s)<"));
  EXPECT_EQ(page.find("inf<"), std::string::npos);
}

TEST(Html, ShowsHostileNamesAndTextsAsText) {
  const std::string attack =
      "</script><script>alert(1)</script>\"><img src=x onerror=alert(1)>'\x1b]0;\x07\xe2\x80\xae"
      "&lt;<!--\xff\n";
  ExperimentSummary summary = sale();
  summary.scenario = summary.question = attack;
  summary.warnings = {attack};
  for (VariantSummary& variant : summary.variants) {
    variant.variant += attack;
    for (Figure& one : variant.metrics) {
      one.name.component += attack;
      one.theory = 1;
      one.theory_model = attack;
    }
    for (ObjectiveResult& one : variant.objectives) {
      one.objective.name += attack;
      one.objective.metric.component += attack;
    }
    for (std::string& channel : variant.plan.channels) channel += attack;
    for (Window& window : variant.plan.windows) {
      if (!window.name.empty()) window.name += attack;
    }
    for (SeriesSummary& one : variant.series) one.name = attack + ".depth";
    for (Ledger& ledger : variant.ledgers) ledger.acknowledged -= 1;
  }
  ExperimentSummary broken = summary;
  broken.variants[0].failure = attack;
  Origin hostile = origin();
  hostile.file = hostile.text = attack;
  hostile.set = {attack};
  hostile.variant = attack;
  for (const ExperimentSummary& one : {summary, broken}) {
    const std::string page = to_html(one, hostile);
    EXPECT_EQ(count(page, "<script"), 1U);
    EXPECT_EQ(count(page, "</script"), 1U);
    EXPECT_EQ(count(page, "<img"), 0U);
    EXPECT_EQ(count(page, "<!--"), 0U);
    for (const char* const raw : {"\x1b", "\x07", "\xe2\x80\xae", "\xff"}) {
      EXPECT_EQ(page.find(raw), std::string::npos);
    }
    EXPECT_TRUE(says(page, "&lt;/script&gt;&lt;script&gt;alert(1)"));
    EXPECT_TRUE(says(page, "&amp;lt;"));
  }
}

TEST(Html, ShowsTheScenarioAndTheCommandThatRepeatsTheRun) {
  Origin told = origin();
  told.text = "scenario: flash-sale\n# <b>bold</b>\n";
  const std::string page = to_html(sale(), told);
  EXPECT_TRUE(says(page, "scenario: flash-sale\n# &lt;b&gt;bold&lt;/b&gt;\n"));
  EXPECT_TRUE(says(page, "spillway run flash-sale.yaml --seed 2026 --replications 30"));
  EXPECT_TRUE(says(page, "9f3a00000000beef"));
}

TEST(Html, StaysSmallWhereThereIsMuchToDraw) {
  // 20 levels of 12 variants over 600 bins each that change from bin to bin.
  ExperimentSummary summary = sale();
  summary.variants.clear();
  for (int i = 0; i < 12; ++i) {
    VariantSummary variant = async_variant();
    variant.variant = "variant-" + std::to_string(i);
    variant.series.clear();
    for (int level = 0; level < 20; ++level) {
      SeriesSummary series;
      series.name = "queue-" + std::to_string(level) + ".depth";
      for (int bin = 0; bin < 600; ++bin) {
        const double value = 1000 + (bin * 7919 + level * 104'729 + i * 1299) % 1000;
        series.mean.push_back(value);
        series.low.push_back(value - 10);
        series.high.push_back(value + 10);
        series.min.push_back(value - 100);
        series.max.push_back(value + 100);
      }
      variant.series.push_back(std::move(series));
    }
    summary.variants.push_back(std::move(variant));
  }
  EXPECT_LT(to_html(summary, origin()).size(), 3'000'000U);
}

}  // namespace
}  // namespace spillway::report
