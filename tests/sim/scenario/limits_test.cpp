#include <gtest/gtest.h>

#include <string>

#include "tests/sim/scenario/loading.h"

namespace spillway {
namespace {

/// Two functions, one that is called and one that takes from a queue, and what `limits` says.
std::string shop(const std::string& limits, const std::string& rate = "1") {
  return "run: {duration: 1min}\n"
         "producers: {p: {load: {poisson: " +
         rate +
         "/s}, does: [{call: api}, {send: q}]}}\n"
         "services: {api: {concurrency: 50, does: [work: 1s]}}\n"
         "queues: {q: {}}\n"
         "consumers: {w: {from: q, concurrency: 50, does: [work: 1s]}}\n"
         "limits: " +
         limits + "\n";
}

TEST(Limits, AreReadWithThoseWhoShareThem) {
  const ScenarioFile file = load(shop("{account: {concurrency: 10, of: [api, w]}}"));
  ASSERT_EQ(findings(file), "");
  const Component<LimitParameters>& limit = file.variants.at(0).limits.at(0);
  EXPECT_EQ(limit.name, "account");
  EXPECT_EQ(limit.parameters.concurrency, 10);
  ASSERT_EQ(limit.parameters.of.all.size(), 2u);
  EXPECT_EQ(limit.parameters.of.all[1].name, "w");
}

TEST(Limits, MaySayInAVariantWhatTheyAre) {
  const ScenarioFile file =
      load(shop("{account: {concurrency: 10, of: [api, w]}}") +
           "variants: {less: {limits: {account: {concurrency: 4}}}, more: {account: {concurrency: "
           "20}}, none: {limits: null}}\n");
  ASSERT_EQ(findings(file), "");
  EXPECT_EQ(file.variants.at(0).limits.at(0).parameters.concurrency, 4);
  EXPECT_EQ(file.variants.at(1).limits.at(0).parameters.concurrency, 20);
  EXPECT_TRUE(file.variants.at(2).limits.empty());
}

TEST(Limits, NeedWhatTheyLimit) {
  EXPECT_EQ(findings(shop("{account: {of: [api]}}")),
            "6:19 limits.account: the key 'concurrency' is missing [missing-key] (concurrency: "
            "Handlers that run "
            "at once, in all that share it: each needs a permit beside its slot)\n");
  EXPECT_EQ(findings(shop("{account: {concurrency: 5, of: []}}")),
            "6:40 limits.account.of: expected a list of components, such as [checkout, mailer]; "
            "found an empty list [wrong-kind]\n");
  EXPECT_EQ(
      findings(shop("{account: {concurrency: 0, of: [api]}}")),
      "6:33 limits.account.concurrency: expected a count from 1 to 1000000, such as 4; found 0 "
      "[out-of-range]\n");
}

TEST(Limits, AreSharedByWhatHandles) {
  EXPECT_EQ(findings(shop("{account: {concurrency: 5, of: [api, q]}}")),
            "6:46 limits.account.of[2]: expected the name of a service or a consumer; found 'q', "
            "which is a queue [wrong-noun]\n");
  EXPECT_EQ(findings(shop("{account: {concurrency: 5, of: [apo]}}")),
            "6:41 limits.account.of[1]: there is no component 'apo' [unknown-name] (did you mean "
            "'api'?)\n");
}

TEST(Limits, AreOneForEachComponent) {
  EXPECT_EQ(findings(shop("{account: {concurrency: 5, of: [api, api]}}")),
            "6:46 limits.account.of: 'api' is there already [duplicate-name] (a component shares "
            "one limit; what is its own is its instances x concurrency)\n");
  EXPECT_EQ(findings(shop("{a: {concurrency: 5, of: [api]}, b: {concurrency: 5, of: [api]}}")),
            "6:67 limits.b.of: 'api' shares the limit 'a' already [duplicate-name] (a component "
            "shares one limit; what is its own is its instances x concurrency)\n");
}

TEST(Limits, HaveMetricsThatObjectivesMayName) {
  EXPECT_EQ(findings(shop("{account: {concurrency: 5, of: [api]}}") +
                     "objectives: {room: account.utilization <= 80%, none: account.throttled <= "
                     "0, most: account.in_use.max <= 5}\n"),
            "");
}

TEST(Limits, AreTooSmallForTheOrdinaryLoad) {
  // 8 calls and 8 messages a second of 1 s each.
  EXPECT_EQ(
      findings(shop("{account: {concurrency: 10, of: [api, w]}}", "8")),
      "6:10 warning: limits.account: the ordinary load of those who share it needs 16 permits "
      "on average; there are 10 [overload]\n");
  EXPECT_EQ(findings(shop("{account: {concurrency: 20, of: [api, w]}}", "8")), "");
}

}  // namespace
}  // namespace spillway
