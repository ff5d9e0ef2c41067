#include "analysis/report/ledger_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/analysis/report/sample_summary.h"

namespace spillway::report {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> names(const LedgerTable& table) {
  std::vector<std::string> all;
  for (const LedgerEntry& entry : table.entries) all.push_back(entry.name);
  return all;
}

TEST(LedgerTable, SaysInASentenceThatAllWasAcknowledged) {
  const LedgerTable table = ledger_table(sale());
  EXPECT_TRUE(table.all_acknowledged);
  EXPECT_EQ(all_acknowledged_sentence(table),
            "every message was acknowledged: 432 011 sent in all replications");
}

TEST(LedgerTable, ShowsThePlacesThatAreNotEmptyAndWhatIsCountedBesideThem) {
  ExperimentSummary summary = sale();
  Ledger& ledger = summary.variants[1].ledgers[0];
  ledger.acknowledged -= 2011;
  ledger.in_flight = 11;
  ledger.dead_lettered = 2000;
  ledger.redelivered = 6000;
  ledger.receives += 6000;
  const LedgerTable table = ledger_table(summary);
  EXPECT_FALSE(table.all_acknowledged);
  EXPECT_THAT(names(table), ElementsAre("sent", "acknowledged", "in flight", "dead lettered",
                                        "receives", "redelivered"));
  EXPECT_EQ(table.entries[0].kind, LedgerEntry::Kind::sent);
  EXPECT_EQ(table.entries[3].kind, LedgerEntry::Kind::place);
  EXPECT_EQ(table.entries[5].kind, LedgerEntry::Kind::beside);
}

TEST(LedgerTable, AddsUpToWhatWasSent) {
  ExperimentSummary summary = sale();
  Ledger one;
  one.sent = 66;
  std::uint64_t value = 1;
  for (auto* place : {&one.acknowledged, &one.ready, &one.in_flight, &one.delayed,
                      &one.dead_lettered, &one.redriven, &one.expired, &one.dropped, &one.rejected,
                      &one.filtered, &one.deduplicated, &one.lost}) {
    *place = value++;
  }
  one.sent = one.accounted();
  summary.variants[1].ledgers = {one};
  const LedgerTable table = ledger_table(summary);
  std::uint64_t places = 0;
  for (const LedgerEntry& entry : table.entries) {
    if (entry.kind == LedgerEntry::Kind::place) places += entry.counts[0];
  }
  EXPECT_EQ(places, one.sent);
  EXPECT_EQ(table.entries.front().counts[0], one.sent);
}

TEST(LedgerTable, LeavesVoidVariantsAndUnusedChannelsOut) {
  ExperimentSummary summary = sale();
  summary.variants[1].plan.channels.push_back("unused");
  summary.variants[1].ledgers.emplace_back();
  EXPECT_EQ(ledger_table(summary).lines.size(), 1U);
  summary.variants[1].failure = "void";
  EXPECT_TRUE(ledger_table(summary).lines.empty());
}

}  // namespace
}  // namespace spillway::report
