#include "analysis/report/expected_load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/report/outline.h"

namespace spillway::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Scenario scenario(const std::string& text) {
  ScenarioFile file = load_scenario_text(text, "test.yaml");
  for (const Diagnostic& diagnostic : file.diagnostics) {
    EXPECT_EQ(diagnostic.severity, Severity::warning) << render(diagnostic);
  }
  return file.variants.empty() ? Scenario{} : file.variants.front();
}

const std::string kQueue = R"(scenario: test
run: {duration: 10min}
network: 1ms
producers:
  shop:
    load: {poisson: 60/s}
    profile: {sale: {spike: {at: 1min, for: 1min, times: 5}}}
    does: [{send: orders}]
queues: {orders: {}}
)";

TEST(ExpectedLoad, FollowsRatesThroughQueuesAndSharesThemAmongConsumers) {
  const auto loads = expected_loads(scenario(kQueue + R"(consumers:
  fast: {from: orders, instances: 3, does: [{work: 18ms}]}
  slow: {from: orders, instances: 1, does: [{work: 38ms}]}
)"));
  EXPECT_DOUBLE_EQ(loads.at("shop").offered.base, 60);
  EXPECT_DOUBLE_EQ(loads.at("shop").offered.highest, 300);
  EXPECT_DOUBLE_EQ(loads.at("orders").offered.highest, 300);
  EXPECT_DOUBLE_EQ(loads.at("fast").offered.base, 45);
  EXPECT_DOUBLE_EQ(loads.at("slow").offered.base, 15);
  // The network's way there and back lies between two messages of a slot that fetches none ahead.
  EXPECT_NEAR(*loads.at("fast").capacity, 3 / 0.020, 1e-9);
  EXPECT_NEAR(*loads.at("slow").capacity, 1 / 0.040, 1e-9);
}

TEST(ExpectedLoad, SharesALogAmongTheMembersOfAGroup) {
  const auto loads = expected_loads(scenario(R"(run: {duration: 10min}
producers: {shop: {load: {poisson: 60/s}, does: [send: orders]}}
logs: {orders: {partitions: 4}}
consumers:
  a: {from: orders, group: g, does: [work: 10ms]}
  b: {from: orders, group: g, instances: 2, does: [work: 10ms]}
  other: {from: orders, instances: 6, does: [work: 10ms]}
)"));
  EXPECT_DOUBLE_EQ(loads.at("a").offered.base, 30) << "two of four partitions";
  EXPECT_DOUBLE_EQ(loads.at("b").offered.base, 30);
  EXPECT_DOUBLE_EQ(loads.at("other").offered.base, 60);
  EXPECT_NEAR(*loads.at("a").capacity, 100, 1e-9);
  EXPECT_NEAR(*loads.at("b").capacity, 200, 1e-9);
  EXPECT_NEAR(*loads.at("other").capacity, 400, 1e-9) << "four members have a partition";
}

TEST(ExpectedLoad, CountsTheCalleeOnlyWhereTheSlotIsHeld) {
  const std::string base = R"(scenario: test
run: {duration: 10min}
network: 1ms
producers: {shop: {load: {constant: 10/s}, does: [{call: checkout}]}}
services:
  payments: {instances: 2, does: [{work: {exponential: 25ms}}, reply, {work: 75ms}]}
  checkout:
    instances: 4
    HOLDS
    does:
      - work: 3ms
      - choose: {40%: [{call: payments}], 60%: [{work: 0ms}]}
)";
  const auto with = [&](const std::string& holds) {
    std::string text = base;
    text.replace(text.find("HOLDS"), 5, holds);
    return expected_loads(scenario(text));
  };
  const auto slot = with("holds: slot");
  EXPECT_DOUBLE_EQ(slot.at("payments").offered.base, 4);
  EXPECT_NEAR(*slot.at("payments").slot_time, 0.100, 1e-12);
  EXPECT_NEAR(*slot.at("checkout").slot_time, 0.003 + 0.4 * (0.002 + 0.025), 1e-12);
  EXPECT_NEAR(*with("holds: nothing").at("checkout").slot_time, 0.003, 1e-12);
}

TEST(ExpectedLoad, DoesNotGuessWhereLoadsAdapt) {
  const auto loads = expected_loads(scenario(R"(scenario: test
run: {duration: 10min}
producers: {staff: {load: {users: {count: 5, think: 1s}}, does: [{call: office}]}}
services: {office: {does: [{work: 10ms}]}}
)"));
  EXPECT_TRUE(loads.at("staff").adapts);
  EXPECT_TRUE(loads.at("office").adapts);
  EXPECT_NEAR(*loads.at("office").capacity, 100, 1e-9);
}

TEST(ExpectedLoad, CountsWhatAnOutboxSendsForWhoWrites) {
  const auto loads = expected_loads(scenario(R"(scenario: test
run: {duration: 10min}
producers: {shop: {load: {poisson: 10/s}, does: [{write: db}, {read: db}, {write: db}]}}
stores: {db: {outbox: {to: events, poll: 1s}}}
queues: {events: {}}
consumers: {mailer: {from: events, does: [{work: 10ms}]}}
)"));
  EXPECT_DOUBLE_EQ(loads.at("events").offered.base, 20);
  EXPECT_DOUBLE_EQ(loads.at("mailer").offered.base, 20);
}

TEST(ExpectedLoad, CountsAReplyForEachRequest) {
  const auto loads = expected_loads(scenario(R"(scenario: test
run: {duration: 10min}
producers:
  shop: {load: {poisson: 10/s}, does: [{request: orders, reply_to: answers}]}
  desk: {load: {poisson: 5/s}, does: [{request: orders}, {send: orders}]}
queues: {orders: {}, answers: {}}
consumers: {workers: {from: orders, does: [{work: 10ms}, reply]}}
)"));
  EXPECT_DOUBLE_EQ(loads.at("orders").offered.base, 20);
  EXPECT_DOUBLE_EQ(loads.at("answers").offered.base, 10);
}

TEST(ExpectedLoad, TakesTheMeanAndTheGreatestRateOfAModulatedLoad) {
  const auto loads = expected_loads(scenario(R"(scenario: test
run: {duration: 10min}
producers:
  shop:
    load: {mmpp: {quiet: {rate: 10/s, for: 30s}, busy: {rate: 50/s, for: 10s}}}
    does: [{send: orders}]
queues: {orders: {}}
)"));
  EXPECT_DOUBLE_EQ(loads.at("orders").offered.base, 20);
  EXPECT_DOUBLE_EQ(loads.at("orders").offered.highest, 50);
}

TEST(Outline, SaysWhoCannotKeepUpAndWhen) {
  const std::string text = outline(
      scenario(kQueue + "consumers: {workers: {from: orders, instances: 4, does: [{work: 38ms}]}}"),
      {.columns = 80});
  EXPECT_THAT(text, HasSubstr("workers cannot keep up at the peak: what waits grows by 200/s"));
  const std::string always = outline(
      scenario(kQueue + "consumers: {workers: {from: orders, instances: 1, does: [{work: 38ms}]}}"),
      {.columns = 80});
  EXPECT_THAT(always, HasSubstr("workers cannot keep up: what waits grows by 35/s"));
  const std::string never =
      outline(scenario(kQueue +
                       "consumers: {workers: {from: orders, instances: 20, does: [{work: 38ms}]}}"),
              {.columns = 80});
  EXPECT_THAT(never, Not(HasSubstr("keep up")));
}

}  // namespace
}  // namespace spillway::report
