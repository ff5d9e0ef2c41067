#include "sim/scenario/schema.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

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

}  // namespace
}  // namespace spillway
