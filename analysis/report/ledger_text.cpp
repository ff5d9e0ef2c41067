#include "analysis/report/ledger_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "analysis/report/figure_text.h"
#include "sim/language/printable.h"

namespace spillway::report {
namespace {

/// The ledger of one channel in one variant.
struct Line {
  const VariantSummary* variant;
  const std::string* channel;
  const Ledger* ledger;
};

std::vector<Line> lines_of(const ExperimentSummary& summary) {
  std::vector<Line> lines;
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

struct Entry {
  std::string name;
  std::uint64_t count;
};

std::vector<Entry> entries_of(const Ledger& ledger) {
  std::vector<Entry> entries;
  Ledger::visit(ledger, ledger, [&](const char* name, std::uint64_t count, std::uint64_t) {
    std::string words = name;
    std::ranges::replace(words, '_', ' ');
    entries.push_back({std::move(words), count});
  });
  return entries;
}

}  // namespace

std::string print_ledgers(const ExperimentSummary& summary, const TextStyle& style) {
  const std::vector<Line> lines = lines_of(summary);
  if (lines.empty()) return {};
  const bool all_well = std::ranges::all_of(lines, [](const Line& line) {
    const Ledger& ledger = *line.ledger;
    return ledger.acknowledged == ledger.sent && ledger.duplicates == 0;
  });
  if (all_well) {
    std::uint64_t sent = 0;
    for (const Line& line : lines) sent += line.ledger->sent;
    std::string out;
    for (const std::string& line :
         wrap(fmt::format("every message was acknowledged: {} sent in all replications",
                          print_count(sent)),
              style.columns)) {
      out += line + '\n';
    }
    return out;
  }
  // Entries that are 0 everywhere are left out; receives says little where nothing came back.
  std::vector<bool> shown_entries(entries_of(*lines.front().ledger).size(), false);
  bool redelivered = false;
  for (const Line& line : lines) redelivered = redelivered || line.ledger->redelivered > 0;
  for (const Line& line : lines) {
    const std::vector<Entry> entries = entries_of(*line.ledger);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (entries[i].name == "receives" && !redelivered) continue;
      if (entries[i].name == "reordered") continue;
      shown_entries[i] = shown_entries[i] || entries[i].count > 0;
    }
  }
  const bool many = summary.variants.size() > 1;
  // Turned around: channels are few, places are many.
  TableRow variants{{"messages, all replications", Tone::strong}}, channels{{}};
  for (const Line& line : lines) {
    variants.push_back(
        {printable(many ? line.variant->variant : *line.channel), Tone::strong, true});
    channels.push_back({printable(*line.channel), Tone::plain, true});
  }
  Table table;
  table.add(std::move(variants));
  if (many) table.add(std::move(channels));
  for (std::size_t i = 0; i < shown_entries.size(); ++i) {
    if (!shown_entries[i]) continue;
    TableRow row{{"  " + entries_of(*lines.front().ledger)[i].name}};
    for (const Line& line : lines) {
      const std::uint64_t count = entries_of(*line.ledger)[i].count;
      row.push_back({print_count(count), Tone::plain, true});
    }
    table.add(std::move(row));
  }
  return table.print(style);
}

}  // namespace spillway::report
