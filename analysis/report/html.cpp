#include "analysis/report/html.h"

#include <fmt/format.h>

#include <string_view>

#include "analysis/report/html_script.h"
#include "analysis/report/html_sections.h"
#include "analysis/report/html_style.h"
#include "analysis/report/sha256.h"
#include "sim/language/quantity_text.h"

namespace spillway::report {
namespace {

/// Nothing is loaded from anywhere, and nothing runs but what this program wrote.
std::string policy() {
  return fmt::format(
      "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
      policy_hash(kPageStyle.text()), policy_hash(kPageScript.text()));
}

Markup head_of(const ExperimentSummary& summary) {
  const std::string& name = summary.scenario;
  return element(
      "head",
      void_element("meta", {{"charset", "utf-8"}}) +
          void_element("meta", {{"http-equiv", "Content-Security-Policy"}, {"content", policy()}}) +
          void_element("meta",
                       {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}}) +
          void_element("meta", {{"name", "color-scheme"}, {"content", "light dark"}}) +
          void_element("meta", {{"name", "referrer"}, {"content", "no-referrer"}}) +
          element("title", text((name.empty() ? "" : name + " – ") + "Spillway report")) +
          element("style", kPageStyle));
}

}  // namespace

Markup section(Literal id, Literal title, const Markup& content) {
  const std::string name(id.text());
  return Markup("\n") +
         element("section", {{"id", name}, {"aria-labelledby", name + "-title"}},
                 element("h2", {{"id", name + "-title"}}, title) + Markup("\n") + content);
}

Markup scrolling(std::string_view label, const Markup& table) {
  return element("div",
                 {{"class", "scroll"},
                  {"role", "region"},
                  {"tabindex", "0"},
                  {"aria-label", std::string(label)}},
                 table);
}

std::string digits_together(std::string_view text) {
  const auto is_digit = [&](std::size_t at) {
    return at < text.size() && text[at] >= '0' && text[at] <= '9';
  };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool within = text[i] == ' ' && i > 0 && is_digit(i - 1) && is_digit(i + 1);
    // Narrower than the blank between a number and its unit, and no line ends at it.
    if (within) {
      out += "\u202f";
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string unbroken(std::string_view figure) {
  std::string out;
  for (const char c : digits_together(figure)) {
    if (c == ' ') {
      out += "\u00a0";
    } else {
      out += c;
    }
  }
  return out;
}

Markup variant_cell(const ExperimentSummary& summary, const VariantSummary& variant,
                    const Markup& content) {
  if (content.empty()) return element("td", {});
  if (summary.variants.size() == 1) return element("td", content);
  return element("td", {{"data-variant", variant.variant}}, element("div", content));
}

std::vector<std::size_t> shown_variants(const ExperimentSummary& summary) {
  std::vector<std::size_t> shown;
  for (std::size_t place = 0; place < summary.variants.size(); ++place) {
    const VariantSummary& variant = summary.variants[place];
    if (variant.failure.empty() && variant.replications > 0) shown.push_back(place);
  }
  return shown;
}

std::string reading_of_intervals(const ExperimentSummary& summary) {
  bool intervals = false, deterministic = true;
  for (const std::size_t place : shown_variants(summary)) {
    intervals = intervals || summary.variants[place].replications > 1;
    deterministic = deterministic && summary.variants[place].deterministic;
  }
  if (intervals) {
    return fmt::format(
        "± is the half-width of the {} confidence interval; where there is none it is below the "
        "last digit shown.",
        print(Share{summary.confidence}));
  }
  if (deterministic) return "Nothing is drawn at random: the figures are exact.";
  return "One replication: there are no intervals, and no telling how sure the figures are.";
}

std::string to_html(const ExperimentSummary& summary, const Origin& origin) {
  Markup sections = page_head(summary);
  sections += objectives_section(summary);
  sections += figures_section(summary);
  sections += failure_spread_section(summary);
  sections += levels_section(summary);
  sections += ledger_section(summary);
  sections += metrics_section(summary);
  sections += provenance_section(summary, origin);
  const Markup body = element("body", Markup("\n") + element("main", sections) + Markup("\n") +
                                          element("script", kPageScript));
  return (Markup("<!DOCTYPE html>\n") +
          element("html", {{"lang", "en"}}, head_of(summary) + Markup("\n") + body) + Markup("\n"))
      .bytes();
}

}  // namespace spillway::report
