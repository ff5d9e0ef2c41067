#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/experiment/summary.h"

namespace spillway::report {

/// Where a channel's messages went in a variant, summed over replications.
struct LedgerLine {
  const VariantSummary* variant;
  const std::string* channel;
  const Ledger* ledger;
};

/// An entry of the ledgers: a place where messages are, which add up to what was sent, or what is
/// counted beside them.
struct LedgerEntry {
  std::string name;  ///< "in flight"
  enum class Kind : std::uint8_t { sent, place, beside } kind = Kind::sent;
  std::vector<std::uint64_t> counts;  ///< by line
};

/// The ledgers of an experiment as a table. Channels that nothing was sent to are left out, and so
/// are entries that are 0 everywhere; receives, where nothing came back; void variants.
struct LedgerTable {
  std::vector<LedgerLine> lines;
  std::vector<LedgerEntry> entries;
  bool all_acknowledged = false;  ///< and none twice
  std::uint64_t sent = 0;         ///< in all lines
};

LedgerTable ledger_table(const ExperimentSummary& summary);

/// The sentence that replaces the table when all messages were acknowledged.
std::string all_acknowledged_sentence(const LedgerTable& table);

}  // namespace spillway::report
