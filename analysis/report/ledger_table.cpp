#include "analysis/report/ledger_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "analysis/report/figure_text.h"

namespace spillway::report {
namespace {

std::vector<LedgerLine> lines_of(const ExperimentSummary& summary) {
  std::vector<LedgerLine> lines;
  for (const VariantSummary& variant : summary.variants) {
    if (!variant.failure.empty()) continue;
    for (std::size_t i = 0; i < variant.ledgers.size(); ++i) {
      // A channel that nothing was sent to has nothing to say.
      if (variant.ledgers[i].sent == 0) continue;
      lines.push_back({&variant, &variant.plan.channels[i], &variant.ledgers[i]});
    }
  }
  return lines;
}

LedgerEntry::Kind kind_of(std::string_view name) {
  if (name == "sent") return LedgerEntry::Kind::sent;
  const bool beside =
      name == "receives" || name == "redelivered" || name == "duplicates" || name == "reordered";
  return beside ? LedgerEntry::Kind::beside : LedgerEntry::Kind::place;
}

}  // namespace

LedgerTable ledger_table(const ExperimentSummary& summary) {
  LedgerTable table;
  table.lines = lines_of(summary);
  table.all_acknowledged = true;
  bool redelivered = false;
  for (const LedgerLine& line : table.lines) {
    const Ledger& ledger = *line.ledger;
    table.sent += ledger.sent;
    redelivered = redelivered || ledger.redelivered > 0;
    table.all_acknowledged =
        table.all_acknowledged && ledger.acknowledged == ledger.sent && ledger.duplicates == 0;
    std::size_t at = 0;
    Ledger::visit(ledger, ledger, [&](const char* name, std::uint64_t count, std::uint64_t) {
      if (at == table.entries.size()) {
        table.entries.push_back({name, kind_of(name), {}});
        std::ranges::replace(table.entries.back().name, '_', ' ');
      }
      table.entries[at++].counts.push_back(count);
    });
  }
  std::erase_if(table.entries, [&](const LedgerEntry& entry) {
    if (entry.name == "receives" && !redelivered) return true;
    if (entry.name == "reordered") return true;
    return std::ranges::all_of(entry.counts, [](std::uint64_t count) { return count == 0; });
  });
  return table;
}

std::string all_acknowledged_sentence(const LedgerTable& table) {
  return fmt::format("every message was acknowledged: {} sent in all replications",
                     print_count(table.sent));
}

}  // namespace spillway::report
