#include "analysis/report/origin.h"

#include <gtest/gtest.h>

#include "sim/scenario/scenario.h"

namespace spillway::report {
namespace {

constexpr const char* kScenario = R"(scenario: shop
run: {duration: 60s, replications: 4, seed: 7}
producers:
  shop: {load: {poisson: 20/s}, does: [{send: orders}]}
queues: {orders: {}}
consumers:
  workers: {from: orders, instances: 4, does: [{work: 80ms}]}
)";

TEST(Origin, NamesTheFileWithoutItsFoldersAndWhatTheFileSays) {
  const ScenarioFile file = load_scenario_text(kScenario, "/home/me/secret/shop.yaml");
  ASSERT_EQ(file.variants.size(), 1U);
  const Origin origin = origin_of(file, "/home/me/secret/shop.yaml", {});
  EXPECT_EQ(origin.file, "shop.yaml");
  EXPECT_EQ(origin.text, kScenario);
  EXPECT_EQ(command_of(origin), "spillway run shop.yaml --seed 7 --replications 4");
}

TEST(Origin, PrefersTheCommandLine) {
  const ScenarioFile file = load_scenario_text(kScenario, "shop.yaml");
  Origin given;
  given.seed = 99;
  given.replications = 100;
  given.set = {"workers.instances=8", "shop.load={poisson: 200/s}"};
  given.variant = "base";
  EXPECT_EQ(command_of(origin_of(file, "shop.yaml", given)),
            "spillway run shop.yaml --set workers.instances=8 --set 'shop.load={poisson: 200/s}' "
            "--variant base --seed 99 --replications 100");
}

TEST(Origin, LeavesTheSeedOutWhereVariantsHaveTheirOwn) {
  const ScenarioFile file = load_scenario_text(
      std::string(kScenario) + "variants: {a: {}, b: {run: {seed: 8}}}\n", "shop.yaml");
  ASSERT_EQ(file.variants.size(), 2U);
  EXPECT_EQ(command_of(origin_of(file, "shop.yaml", {})),
            "spillway run shop.yaml --replications 4");
}

TEST(ShellWord, QuotesWhatAShellWouldRead) {
  EXPECT_EQ(shell_word("a.b=4ms"), "a.b=4ms");
  EXPECT_EQ(shell_word(""), "''");
  EXPECT_EQ(shell_word("a b"), "'a b'");
  EXPECT_EQ(shell_word("$(rm -rf ~)"), "'$(rm -rf ~)'");
  EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_word("a;b"), "'a;b'");
}

TEST(ShellWord, DoesNotLetAFileLookLikeAnOption) {
  Origin origin;
  origin.file = "--help.yaml";
  EXPECT_EQ(command_of(origin), "spillway run ./--help.yaml");
}

}  // namespace
}  // namespace spillway::report
