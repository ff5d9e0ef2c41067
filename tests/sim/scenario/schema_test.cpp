#include "sim/scenario/schema.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "sim/scenario/preset.h"
#include "tests/sim/scenario/loading.h"

// scenarios/spillway.schema.json and the reference in scenarios/README.md are written by the
// program. With SPILLWAY_UPDATE=1 in the environment these tests write them.

namespace spillway {
namespace {

namespace fs = std::filesystem;

const fs::path kScenarios = fs::path(SPILLWAY_SOURCE_DIR) / "scenarios";
const std::string kBegin = "<!-- reference: begin; written by the program -->\n";
const std::string kEnd = "<!-- reference: end -->\n";

std::string contents(const fs::path& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

bool updates() { return std::getenv("SPILLWAY_UPDATE") != nullptr; }

TEST(Schema, IsTheCommittedFile) {
  const fs::path path = kScenarios / "spillway.schema.json";
  if (updates()) std::ofstream(path, std::ios::binary) << json_schema();
  EXPECT_EQ(contents(path), json_schema()) << "write it anew: SPILLWAY_UPDATE=1";
}

TEST(Reference, IsTheCommittedPage) {
  const fs::path path = kScenarios / "README.md";
  std::string page = contents(path);
  const std::size_t begin = page.find(kBegin);
  const std::size_t end = page.find(kEnd);
  ASSERT_NE(begin, std::string::npos);
  ASSERT_NE(end, std::string::npos);
  const std::size_t from = begin + kBegin.size();
  if (updates()) {
    page.replace(from, end - from, reference_page());
    std::ofstream(path, std::ios::binary) << page;
    return;
  }
  EXPECT_EQ(page.substr(from, end - from), reference_page()) << "write it anew: SPILLWAY_UPDATE=1";
}

TEST(Scenarios, AllLoadWithoutAFinding) {
  int loaded = 0;
  for (const auto& entry : fs::recursive_directory_iterator(kScenarios)) {
    if (entry.path().extension() != ".yaml") continue;
    if (entry.path().parent_path() == kScenarios / "presets") continue;
    const ScenarioFile file = load_scenario(entry.path().string());
    EXPECT_FALSE(has_errors(file.diagnostics)) << entry.path() << "\n" << findings(file);
    ++loaded;
  }
  EXPECT_GT(loaded, 0);
}

TEST(Presets, LoadAsComponents) {
  ASSERT_FALSE(presets().empty());
  for (const Preset& preset : presets()) {
    Diagnostics diagnostics;
    const std::string text = contents(kScenarios / "presets" / (preset.name + ".yaml"));
    const Preset read = parse_preset(text, preset.name, diagnostics);
    EXPECT_TRUE(diagnostics.empty()) << preset.name << ": " << render(diagnostics[0]);
    EXPECT_EQ(read.values.size(), preset.values.size()) << "the program carries the file";
    EXPECT_FALSE(preset.not_modelled.empty()) << preset.name;
    ASSERT_EQ(preset.noun, Noun::queue) << "say here how a preset of another noun is tried";
    EXPECT_EQ(findings(std::string(kShop) + "queues: {orders: {preset: " + preset.name + "}}\n"),
              "");
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
