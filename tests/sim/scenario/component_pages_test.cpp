// Each component has a page, sim/model/NAME/README.md. Its tables are written by the program, its
// scenario loads, the tests it names exist. With SPILLWAY_UPDATE=1 in the environment these tests
// write the tables.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "sim/scenario/schema.h"
#include "sim/scenario/sections.h"
#include "tests/sim/scenario/loading.h"

namespace spillway {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = SPILLWAY_SOURCE_DIR;
const std::string kEnd = "<!-- end -->\n";

std::string contents(const fs::path& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

struct Page {
  fs::path path;
  Noun noun;
};

std::vector<Page> component_pages() {
  std::vector<Page> pages;
  for_each_section([&](const auto& section) {
    std::string folder(section.key);
    folder.pop_back();  // of `queues`, the plural's s
    pages.push_back({kRoot / "sim" / "model" / folder / "README.md", section.noun});
  });
  return pages;
}

/// Compares what stands between a marker and its end with what the program writes, or writes it.
void expect_generated(const fs::path& path, const std::string& what, const std::string& written) {
  const std::string begin = "<!-- generated: " + what + " -->\n";
  std::string page = contents(path);
  const std::size_t found = page.find(begin);
  ASSERT_NE(found, std::string::npos) << path << " has no place for its " << what;
  const std::size_t from = found + begin.size();
  const std::size_t end = page.find(kEnd, from);
  ASSERT_NE(end, std::string::npos) << path << " has no end of its " << what;
  const std::string wanted = "\n" + written;
  if (std::getenv("SPILLWAY_UPDATE") != nullptr) {
    page.replace(from, end - from, wanted);
    std::ofstream(path, std::ios::binary) << page;
    return;
  }
  EXPECT_EQ(page.substr(from, end - from), wanted) << path << ": write it anew: SPILLWAY_UPDATE=1";
}

TEST(ComponentPages, HaveTheTablesThatTheProgramWrites) {
  for (const Page& page : component_pages()) {
    expect_generated(page.path, "parameters", parameter_tables(page.noun));
    expect_generated(page.path, "metrics", metric_table(page.noun));
  }
  expect_generated(kRoot / "sim" / "flow" / "README.md", "metrics", metric_table(Noun::none));
}

TEST(ComponentPages, TellTheirStoryInTheSameOrder) {
  for (const Page& page : component_pages()) {
    const std::string text = contents(page.path);
    const std::regex heading("\n## ([^\n]+)");
    std::vector<std::string> headings;
    for (std::sregex_iterator found(text.begin(), text.end(), heading), end; found != end;
         ++found) {
      headings.push_back((*found)[1]);
    }
    EXPECT_THAT(headings, testing::ElementsAre("What it models", "What it leaves out", "Picture",
                                               "Parameters", "Metrics", "A scenario", "References",
                                               "Validation"))
        << page.path;
  }
}

TEST(ComponentPages, ShowAScenarioThatLoads) {
  const std::string begin = "```yaml\n";
  for (const Page& page : component_pages()) {
    const std::string text = contents(page.path);
    const std::size_t found = text.find(begin);
    ASSERT_NE(found, std::string::npos) << page.path;
    const std::size_t from = found + begin.size();
    const std::size_t end = text.find("```\n", from);
    ASSERT_NE(end, std::string::npos) << page.path;
    const ScenarioFile file = load(text.substr(from, end - from));
    EXPECT_EQ(findings(file), "") << page.path;
    EXPECT_FALSE(file.variants.empty()) << page.path;
    EXPECT_EQ(text.find(begin, end), std::string::npos) << page.path << " has one scenario";
  }
}

/// All tests that the C++ sources in a folder declare, as Suite.Name.
std::set<std::string> tests_in(const fs::path& folder) {
  const std::regex declared(R"(\nTEST(?:_F|_P)?\((\w+),\s*(\w+)\))");
  std::set<std::string> tests;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".cpp") continue;
    const std::string text = contents(entry.path());
    for (std::sregex_iterator found(text.begin(), text.end(), declared), end; found != end;
         ++found) {
      tests.insert((*found)[1].str() + "." + (*found)[2].str());
    }
  }
  return tests;
}

TEST(ComponentPages, NameEachTestOfTheComponentsAndNoneThatIsNot) {
  const std::set<std::string> all = tests_in(kRoot / "tests");
  const std::regex named(R"(\n\| `([A-Z]\w*\.[A-Z]\w*)` \| [^ |\n])");
  std::set<std::string> told;
  for (const Page& page : component_pages()) {
    const std::string text = contents(page.path);
    for (std::sregex_iterator found(text.begin(), text.end(), named), end; found != end; ++found) {
      const std::string test = (*found)[1];
      EXPECT_TRUE(all.contains(test)) << page.path << " names " << test << ", which does not exist";
      told.insert(test);
    }
  }
  for (const std::string& test : tests_in(kRoot / "tests" / "sim" / "model")) {
    EXPECT_TRUE(told.contains(test)) << "say on the component's page what " << test << " shows";
  }
}

TEST(ComponentPages, LinkToFilesThatAre) {
  const std::regex link(R"(\]\(([^)#]+)(#[^)]*)?\))");
  int links = 0;
  for (const auto& entry : fs::recursive_directory_iterator(kRoot / "sim")) {
    if (entry.path().filename() != "README.md") continue;
    const std::string text = contents(entry.path());
    for (std::sregex_iterator found(text.begin(), text.end(), link), end; found != end; ++found) {
      const std::string target = (*found)[1];
      if (target.starts_with("http")) continue;
      EXPECT_TRUE(fs::exists(entry.path().parent_path() / target))
          << entry.path() << ": " << target;
      ++links;
    }
  }
  EXPECT_GT(links, 0);
}

}  // namespace
}  // namespace spillway
