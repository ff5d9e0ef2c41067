#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "analysis/topology/topology.h"
#include "sim/scenario/scenario.h"

namespace spillway::topology {

/// Loads a text of one variant that lacks only the run.
inline Scenario architecture(const std::string& text) {
  ScenarioFile file = load_scenario_text("run: {duration: 1min}\n" + text, "s.yaml");
  for (const Diagnostic& diagnostic : file.diagnostics) {
    if (diagnostic.severity == Severity::error) ADD_FAILURE() << render(diagnostic);
  }
  return file.variants.empty() ? Scenario{} : std::move(file.variants.front());
}

/// The services of a text in one line each, called by a shop.
inline std::string shop_calling(const std::string& first, const std::string& services) {
  return "producers: {shop: {load: {poisson: 10/s}, does: [call: " + first + "]}}\nservices:\n" +
         services;
}

/// The links as words, one a line.
inline std::string print_links(const Topology& topology) {
  static constexpr const char* kKinds[] = {"call",        "send",   "copy",      "delivery",
                                           "dead letter", "access", "projection"};
  std::string text;
  for (const Link& link : topology.links()) {
    text += topology.vertices()[link.from].name + " -> " + topology.vertices()[link.to].name;
    text += std::string(" ") + kKinds[static_cast<int>(link.kind)];
    if (link.is_certain) text += ", certain";
    if (link.waits) text += ", waits";
    if (link.holds_slot) text += ", holds";
    if (link.after_reply) text += ", after reply";
    text += "\n";
  }
  return text;
}

}  // namespace spillway::topology
