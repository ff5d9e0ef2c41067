#include "analysis/cli/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace spillway::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

template <class Expected>
Expected read(std::vector<std::string> arguments) {
  Command command = read_command_line(std::move(arguments));
  if (const auto* expected = std::get_if<Expected>(&command)) return *expected;
  const auto* misuse = std::get_if<Misuse>(&command);
  ADD_FAILURE() << (misuse != nullptr ? misuse->text : "another command");
  return {};
}

TEST(CommandLine, NeedsNothingButTheFile) {
  const auto run = read<RunCommand>({"run", "a.yaml"});
  EXPECT_EQ(run.file, "a.yaml");
  EXPECT_FALSE(run.json || run.strict || run.quiet || run.all_metrics);
  EXPECT_EQ(run.seed, std::nullopt);
  EXPECT_EQ(run.threads, 0U);
}

TEST(CommandLine, ReadsSeedsInFullAndInHexadecimal) {
  EXPECT_EQ(read<RunCommand>({"run", "a", "--seed", "18446744073709551615"}).seed,
            18'446'744'073'709'551'615U);
  EXPECT_EQ(read<RunCommand>({"run", "a", "--seed=0xfFfFfFfFfFfFfFfF"}).seed,
            18'446'744'073'709'551'615U);
  EXPECT_EQ(read<RunCommand>({"run", "a", "--seed", "0x10"}).seed, 16U);
  for (const char* wrong :
       {"0x", "0x10000000000000000", "18446744073709551616", "-1", "1e", "", " 1"}) {
    EXPECT_THAT(read<Misuse>({"run", "a", "--seed", wrong}).text, HasSubstr("--seed must be"));
  }
}

TEST(CommandLine, LetsJsonHaveAFileOrNone) {
  const auto none = read<RunCommand>({"run", "a.yaml", "--json"});
  EXPECT_TRUE(none.json);
  EXPECT_EQ(none.json_file, std::nullopt);
  EXPECT_EQ(read<RunCommand>({"run", "a.yaml", "--json", "r.json"}).json_file, "r.json");
  EXPECT_EQ(read<RunCommand>({"run", "a.yaml", "--json=r.json"}).json_file, "r.json");
  EXPECT_EQ(read<RunCommand>({"run", "a.yaml", "--json", "-"}).json_file, std::nullopt);
  EXPECT_EQ(read<RunCommand>({"run", "a.yaml", "--json", "--strict"}).json_file, std::nullopt);
}

TEST(CommandLine, WritesTheReportOverNoScenarioAndNotOverTheJson) {
  EXPECT_EQ(read<RunCommand>({"run", "a.yaml"}).report_file, std::nullopt);
  EXPECT_EQ(read<RunCommand>({"run", "a.yaml", "--report", "r.html"}).report_file, "r.html");
  EXPECT_THAT(read<Misuse>({"run", "a.yaml", "--report", "b.yaml"}).text,
              HasSubstr("--report would overwrite 'b.yaml'"));
  EXPECT_THAT(read<Misuse>({"run", "a.yaml", "--report", ""}).text,
              HasSubstr("--report needs the name of a file"));
  EXPECT_THAT(read<Misuse>({"run", "a.yaml", "--report", "r", "--json", "r"}).text,
              HasSubstr("--json and --report would both write 'r'"));
}

TEST(CommandLine, GivesTheScenarioToRunNotToJson) {
  const auto run = read<RunCommand>({"run", "--json", "a.yaml"});
  EXPECT_EQ(run.file, "a.yaml");
  EXPECT_TRUE(run.json);
}

TEST(CommandLine, KeepsSetsAsTheyAreAndInTheirOrder) {
  const auto run =
      read<RunCommand>({"run", "a", "--set", "a -> b.timeout=300ms", "--set",
                        "x.load={poisson: 1/s}", "--set=y.list=[1, 2]", "--set", "[a,b]"});
  EXPECT_THAT(run.set, ElementsAre("a -> b.timeout=300ms", "x.load={poisson: 1/s}", "y.list=[1, 2]",
                                   "[a,b]"));
}

TEST(CommandLine, TakesOptionsBeforeTheFileToo) {
  const auto run = read<RunCommand>({"run", "--set", "a.b=1", "--replications", "7", "a.yaml"});
  EXPECT_EQ(run.file, "a.yaml");
  EXPECT_EQ(run.replications, 7U);
  EXPECT_THAT(run.set, ElementsAre("a.b=1"));
}

TEST(CommandLine, RefusesWhatIsGivenTwice) {
  EXPECT_THAT(read<Misuse>({"run", "a", "--seed", "1", "--seed", "2"}).text, HasSubstr("--seed"));
  EXPECT_THAT(read<Misuse>({"run", "a", "--json", "--json"}).text, HasSubstr("--json"));
}

}  // namespace
}  // namespace spillway::cli
