#include "analysis/report/ledger_text.h"

#include <utility>

#include "analysis/report/figure_text.h"
#include "analysis/report/ledger_table.h"
#include "sim/language/printable.h"

namespace spillway::report {

std::string print_ledgers(const ExperimentSummary& summary, const TextStyle& style) {
  const LedgerTable ledgers = ledger_table(summary);
  if (ledgers.lines.empty()) return {};
  if (ledgers.all_acknowledged) {
    std::string out;
    for (const std::string& line : wrap(all_acknowledged_sentence(ledgers), style.columns)) {
      out += line + '\n';
    }
    return out;
  }
  const bool many = summary.variants.size() > 1;
  // Turned around: channels are few, places are many.
  TableRow variants{{"messages, all replications", Tone::strong}}, channels{{}};
  for (const LedgerLine& line : ledgers.lines) {
    variants.push_back(
        {printable(many ? line.variant->variant : *line.channel), Tone::strong, true});
    channels.push_back({printable(*line.channel), Tone::plain, true});
  }
  Table table;
  table.add(std::move(variants));
  if (many) table.add(std::move(channels));
  for (const LedgerEntry& entry : ledgers.entries) {
    TableRow row{{"  " + entry.name}};
    for (const std::uint64_t count : entry.counts) {
      row.push_back({print_count(count), Tone::plain, true});
    }
    table.add(std::move(row));
  }
  return table.print(style);
}

}  // namespace spillway::report
