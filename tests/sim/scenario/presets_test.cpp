#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "sim/scenario/preset.h"
#include "tests/sim/scenario/loading.h"

namespace spillway {
namespace {

namespace fs = std::filesystem;

const fs::path kPresets = fs::path(SPILLWAY_SOURCE_DIR) / "scenarios" / "presets";

std::string contents(const fs::path& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

/// A scenario with the preset where it fits.
std::string with(const Preset& preset) {
  const std::string shop =
      "run: {duration: 10min}\nproducers: {shop: {load: {poisson: 10/s}, does: [send: orders]}}\n";
  const std::string use = "{preset: " + preset.name;
  switch (preset.noun) {
    case Noun::queue:
      return std::string(kShop) + "queues: {orders: " + use + "}}\n";
    case Noun::log:
      return shop + "logs: {orders: " + use +
             "}}\nconsumers: {c: {from: orders, does: [work: 1ms]}}\n";
    case Noun::consumer:
      return shop + "logs: {orders: {}}\nconsumers: {c: " + use +
             ", from: orders, does: [work: 1ms]}}\n";
    default:
      ADD_FAILURE() << "say here how a preset of another noun is tried";
      return "";
  }
}

TEST(Presets, LoadAsComponents) {
  ASSERT_FALSE(presets().empty());
  for (const Preset& preset : presets()) {
    Diagnostics diagnostics;
    const std::string text = contents(kPresets / (preset.name + ".yaml"));
    const Preset read = parse_preset(text, preset.name, diagnostics);
    EXPECT_TRUE(diagnostics.empty()) << preset.name << ": " << render(diagnostics[0]);
    EXPECT_EQ(read.values.size(), preset.values.size()) << "the program carries the file";
    EXPECT_FALSE(preset.not_modelled.empty()) << preset.name;
    EXPECT_EQ(findings(with(preset)), "") << preset.name;
  }
}

TEST(Presets, FillInWhatTheComponentDoesNotSay) {
  const auto visibility = [](const std::string& fields) {
    const ScenarioFile file =
        load(std::string(kShop) + "queues: {orders: {preset: aws-sqs-standard" + fields + "}}\n");
    EXPECT_EQ(findings(file), "");
    EXPECT_EQ(file.variants.at(0).queues.at(0).preset, "aws-sqs-standard");
    return file.variants.at(0).queues.at(0).parameters.visibility;
  };
  EXPECT_EQ(visibility("")->ns, 30 * kSecond);
  EXPECT_EQ(visibility(", visibility: 2min")->ns, 120 * kSecond);
  EXPECT_FALSE(visibility(", visibility: null")) << "null removes";
}

TEST(Presets, AreKnownByName) {
  const auto wrong = [](const std::string& name) {
    return findings(std::string(kShop) + "queues: {orders: {preset: " + name + "}}\n");
  };
  EXPECT_EQ(wrong("aws-sqs-standrd"),
            "4:27 queues.orders.preset: expected the name of a preset for a queue; found "
            "aws-sqs-standrd [unknown-name] (did you mean 'aws-sqs-standard'?)\n");
  EXPECT_EQ(wrong("rabbitmq-quorum"),
            "4:27 queues.orders.preset: this version does not simulate 'rabbitmq-quorum' yet "
            "[not-simulated]\n");
  EXPECT_EQ(findings("run: {duration: 1min}\nproducers: {p: {preset: aws-sqs-standard, load: "
                     "{poisson: 1/s}, does: []}}\n"),
            "2:25 producers.p.preset: the preset 'aws-sqs-standard' is for a queue, not for a "
            "producer [wrong-noun]\n");
  EXPECT_EQ(find_preset("nothing"), nullptr);
}

TEST(Presets, OfAWrongFormAreTold) {
  Diagnostics diagnostics;
  parse_preset("preset: other\nfor: queues\nvalues: {visibility: {value: 30s}}\n", "name",
               diagnostics);
  std::string told;
  for (const Diagnostic& diagnostic : diagnostics) told += diagnostic.path + " ";
  EXPECT_EQ(told, "preset for stands_for visibility not_modelled ");
}

}  // namespace
}  // namespace spillway
