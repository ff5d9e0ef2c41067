#include <fmt/format.h>

#include <algorithm>

#include "analysis/report/figure_text.h"
#include "analysis/report/html_sections.h"
#include "sim/kernel/time.h"
#include "sim/language/quantity_text.h"

namespace spillway::report {
namespace {

std::string warmup_text(const VariantSummary& variant) {
  return print(Duration{variant.plan.warmup}) + (variant.warmup_found ? " (auto)" : "");
}

Markup variants_table(const ExperimentSummary& summary) {
  Markup head;
  for (const char* const name :
       {"Variant", "Replications", "Warm-up", "Duration", "Events", "Fingerprint"}) {
    head += element("th", {{"scope", "col"}}, text(name));
  }
  Markup body;
  for (const VariantSummary& variant : summary.variants) {
    const bool ran = variant.replications > 0;
    Markup row = element("th", {{"scope", "row"}}, text(variant.variant));
    row +=
        element("td", text(variant.replications == variant.planned
                               ? print_count(variant.replications)
                               : fmt::format("{} of {}", variant.replications, variant.planned)));
    row += element("td", text(ran ? warmup_text(variant) : "–"));
    row += element("td", text(ran ? print(Duration{variant.plan.duration}) : "–"));
    row += element("td", text(print_count(variant.events)));
    row += element("td", element("code", text(fmt::format("{:016x}", variant.fingerprint))));
    body += element("tr", row);
  }
  return scrolling("Variants as they were run",
                   element("table", {{"class", "runs"}},
                           element("thead", element("tr", head)) + element("tbody", body)));
}

}  // namespace

Markup provenance_section(const ExperimentSummary& summary, const Origin& origin) {
  Markup list;
  const auto add = [&](Literal term, const Markup& description) {
    list += element("dt", term) + element("dd", description);
  };
  add("Scenario", text(origin.file));
  for (const std::string& change : origin.set) add("Changed", element("code", text(change)));
  add("Seed", text(std::to_string(summary.seed)));
  add("Confidence", text(print(Share{summary.confidence}) + " for each interval by itself"));
  add("Fingerprint of all events",
      element("code", text(fmt::format("{:016x}", summary.fingerprint))));
  add("Version", text(fmt::format("spillway {}", SPILLWAY_VERSION)));
  Markup content =
      element("p", text(summary.partial ? "This command runs it from its beginning to its end:"
                                        : "This command gives the same numbers again, on any "
                                          "machine:"));
  content += element("pre", {{"class", "command"}}, element("code", text(command_of(origin))));
  content += element("dl", list);
  content += variants_table(summary);
  if (!origin.text.empty()) {
    content += element("h3", text("The scenario as written"));
    content += element("pre", {{"class", "source"}}, element("code", preformatted(origin.text)));
  }
  return section("provenance", "How to run it again", content);
}

}  // namespace spillway::report
