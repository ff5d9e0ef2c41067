#include <fmt/format.h>

#include <algorithm>

#include "analysis/report/figure_text.h"
#include "analysis/report/html_sections.h"
#include "analysis/report/verdict_text.h"
#include "analysis/report/words.h"
#include "sim/kernel/time.h"

namespace spillway::report {
namespace {

/// How the whole came out, as a class of the page.
std::string tone_of(const ExperimentSummary& summary) {
  bool judged = false, undecided = false;
  for (const std::size_t place : shown_variants(summary)) {
    for (const ObjectiveResult& result : summary.variants[place].objectives) {
      judged = true;
      if (is_against(result, false)) return "bad";
      undecided = undecided || result.verdict == Verdict::undecided;
    }
  }
  if (undecided || summary.partial) return "doubtful";
  return judged ? "good" : "plain";
}

/// What a reader must know before any number: void variants, replications that are missing,
/// warnings.
Markup notes(const ExperimentSummary& summary) {
  Markup notes;
  const auto add = [&](const Attributes& attributes, const std::string& strong,
                       const std::string& rest) {
    notes += element("p", attributes, element("strong", text(strong)) + text(rest));
  };
  std::string unfinished;
  for (const VariantSummary& variant : summary.variants) {
    if (!variant.failure.empty()) {
      add({{"class", "note bad"}}, fmt::format("{} is void.", variant.variant),
          fmt::format(" Its numbers mean nothing and are left out: {}", variant.failure));
    } else if (variant.replications < variant.planned) {
      unfinished += fmt::format("{} {} of {} replications of {}", unfinished.empty() ? "" : ",",
                                variant.replications, variant.planned, variant.variant);
    }
  }
  if (!unfinished.empty()) {
    add({{"class", "note doubtful"}}, "Partial result.", unfinished + " were finished.");
  }
  for (const std::string& warning : summary.warnings) {
    add({{"class", "note doubtful"}}, "Warning.", " " + warning);
  }
  return notes;
}

/// "3 variants, 30 replications of each, 20 min of simulated time."
std::string extent(const ExperimentSummary& summary) {
  const std::vector<std::size_t> shown = shown_variants(summary);
  if (shown.empty()) return {};
  const VariantSummary& first = summary.variants[shown.front()];
  const bool all = shown.size() == summary.variants.size();
  const bool alike = all && std::ranges::all_of(shown, [&](std::size_t place) {
                       const VariantSummary& variant = summary.variants[place];
                       return variant.replications == first.replications &&
                              variant.plan.duration == first.plan.duration;
                     });
  std::string text = "A simulation";
  if (summary.variants.size() > 1) {
    text += fmt::format(" of {} variants", summary.variants.size());
  }
  if (!alike) return text + ".";
  text +=
      fmt::format(" over {} of simulated time", print_bound(to_seconds(first.plan.duration), "s"));
  if (first.replications > 1) {
    text += fmt::format(", each repeated {} times with other random numbers", first.replications);
  }
  return text + ".";
}

Markup verdict_of(const ObjectiveResult& result) {
  const bool expected_miss = result.objective.expect_missed;
  const Verdict verdict = result.verdict;
  const std::string tone = verdict == Verdict::undecided             ? "doubtful"
                           : is_against(result, false)               ? "bad"
                           : verdict == Verdict::met                 ? "good"
                           : /* missed, as expected */ expected_miss ? "faint"
                                                                     : "bad";
  Markup cell =
      element("span", {{"class", "verdict " + tone}},
              element("span", {{"class", "mark"}, {"aria-hidden", "true"}}, text(mark(result))) +
                  text(fmt::format(" {}", word(verdict))));
  cell += element("span", {{"class", "figure"}}, text(unbroken(print_figure(result.figure))));
  cell +=
      element("span", {{"class", "beside"}}, text(wanted(result, sign(result.objective.relation))));
  return cell;
}

const ObjectiveResult* find(const VariantSummary& variant, const std::string& name) {
  for (const ObjectiveResult& result : variant.objectives) {
    if (result.objective.name == name) return &result;
  }
  return nullptr;
}

}  // namespace

Markup page_head(const ExperimentSummary& summary) {
  const bool asked = !summary.question.empty();
  Markup head = element("p", {{"class", "scenario"}},
                        text(asked ? "Spillway report: " + summary.scenario : "Spillway report"));
  head += element("h1", text(asked ? summary.question : summary.scenario));
  head += notes(summary);
  const std::string sentence = verdict_sentence(summary);
  head += element("p", {{"class", "answer " + tone_of(summary)}},
                  text(summary.partial ? "So far: " + sentence : sentence));
  if (const std::string words = extent(summary); !words.empty()) {
    head += element("p", {{"class", "extent"}}, text(words));
  }
  return element("header", head);
}

Markup objectives_section(const ExperimentSummary& summary) {
  const std::vector<std::size_t> shown = shown_variants(summary);
  // Variants may have objectives of their own: each name once, in the order met.
  std::vector<const Objective*> objectives;
  for (const std::size_t place : shown) {
    for (const ObjectiveResult& result : summary.variants[place].objectives) {
      if (std::ranges::find(objectives, result.objective.name, &Objective::name) ==
          objectives.end()) {
        objectives.push_back(&result.objective);
      }
    }
  }
  if (objectives.empty()) return {};
  Markup head = element("th", {{"scope", "col"}}, text("Objective"));
  for (const std::size_t place : shown) {
    head += element("th", {{"scope", "col"}}, text(summary.variants[place].variant));
  }
  Markup body;
  for (const Objective* objective : objectives) {
    Markup row =
        element("th", {{"scope", "row"}},
                text(objective->name) + element("code", text(to_string(objective->metric))));
    for (const std::size_t place : shown) {
      const ObjectiveResult* result = find(summary.variants[place], objective->name);
      row +=
          variant_cell(summary, summary.variants[place],
                       result == nullptr ? element("span", {{"class", "beside"}}, text("not asked"))
                                         : verdict_of(*result));
    }
    body += element("tr", row);
  }
  const Markup table = element("table", {{"class", "objectives"}},
                               element("thead", element("tr", head)) + element("tbody", body));
  return section("objectives", "Objectives",
                 element("p", {{"class", "reading"}}, text(reading_of_intervals(summary))) +
                     scrolling("Objectives by variant", table));
}

}  // namespace spillway::report
