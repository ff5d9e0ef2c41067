#include "analysis/report/figure_text.h"
#include "analysis/report/html_sections.h"
#include "analysis/report/ledger_table.h"

namespace spillway::report {
namespace {

/// The count, and the share of what was sent below it.
Markup count_cell(std::uint64_t count, std::uint64_t sent) {
  Markup cell = element("span", {{"class", count == 0 ? "figure faint" : "figure"}},
                        text(unbroken(print_count(count))));
  if (count > 0 && count < sent) {
    cell +=
        element("span", {{"class", "beside"}},
                text(print_value(static_cast<double>(count) / static_cast<double>(sent), "share")));
  }
  return element("td", cell);
}

}  // namespace

Markup ledger_section(const ExperimentSummary& summary) {
  const LedgerTable ledgers = ledger_table(summary);
  if (ledgers.lines.empty()) return {};
  if (ledgers.all_acknowledged) {
    std::string sentence = all_acknowledged_sentence(ledgers);
    sentence.front() = 'E';
    return section("messages", "Where the messages went",
                   element("p", text(digits_together(sentence) + ".")));
  }
  const bool many = summary.variants.size() > 1;
  Markup head;
  if (many) head += element("th", {{"scope", "col"}}, text("Variant"));
  head += element("th", {{"scope", "col"}}, text("Channel"));
  bool first_place = true;
  for (const LedgerEntry& entry : ledgers.entries) {
    std::string name = entry.name;
    if (entry.kind == LedgerEntry::Kind::place) {
      name.insert(0, first_place ? "= " : "+ ");
      first_place = false;
    }
    const bool beside = entry.kind == LedgerEntry::Kind::beside;
    head += element("th", {{"scope", "col"}, {"class", beside ? "faint" : "place"}}, text(name));
  }
  Markup body;
  for (std::size_t line = 0; line < ledgers.lines.size(); ++line) {
    const LedgerLine& where = ledgers.lines[line];
    Markup row;
    if (many) row += element("th", {{"scope", "row"}}, text(where.variant->variant));
    row += element("th", {{"scope", "row"}}, text(*where.channel));
    for (const LedgerEntry& entry : ledgers.entries) {
      row += entry.kind == LedgerEntry::Kind::sent
                 ? element("td", text(unbroken(print_count(entry.counts[line]))))
                 : count_cell(entry.counts[line], where.ledger->sent);
    }
    body += element("tr", row);
  }
  return section(
      "messages", "Where the messages went",
      element("p", {{"class", "reading"}},
              text("Messages of all replications together. What was sent is the sum of the places "
                   "after it, to the message; in grey, what is counted beside them.")) +
          scrolling("Messages by channel",
                    element("table", {{"class", "ledger"}},
                            element("thead", element("tr", head)) + element("tbody", body))));
}

}  // namespace spillway::report
