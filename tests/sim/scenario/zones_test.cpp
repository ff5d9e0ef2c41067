#include "sim/scenario/zones.h"

#include <gtest/gtest.h>

#include "sim/scenario/scenario.h"
#include "sim/scenario/struck.h"
#include "tests/sim/scenario/loading.h"

namespace spillway {
namespace {

/// The findings of a shop and a service in eu, with these top-level lines.
std::string shop(const std::string& more) {
  return findings(
      "run: {duration: 10min}\n"
      "producers: {p: {load: {poisson: 1/s}, zone: eu, does: [call: s]}}\n"
      "services: {s: {zone: us, does: [work: 8ms]}}\n" +
      more);
}

TEST(Zones, AreSaidOfComponentsDistancesAndFaults) {
  EXPECT_EQ(shop("zones: {between: {eu -> us: 85ms}}\n"
                 "faults: {lost: {zone: us, at: 1min, for: 1min, work: lost}}\n"),
            "");
  EXPECT_EQ(shop("zones: {between: {us -> us: {exponential: 1ms}, us -> eu: 85ms}}\n"), "");
}

TEST(Zones, AreRefusedWhereNothingIs) {
  EXPECT_EQ(shop("zones: {between: {eu -> uss: 85ms}}\n"),
            "4:19 zones.between.eu -> uss: no component is in the zone 'uss' [unknown-name] (did "
            "you mean 'us'?)\n");
  EXPECT_EQ(shop("faults: {lost: {zone: asia, at: 1min, for: 1min}}\n"),
            "4:23 faults.lost.zone: no component is in the zone 'asia' [unknown-name]\n");
  EXPECT_EQ(shop("zones: {between: {eu -> us: 85ms, us -> eu: 80ms}}\n"),
            "4:35 zones.between.us -> eu: the distance of these two stands in line 4 already "
            "[duplicate-name] (it is the same in both directions)\n");
  EXPECT_EQ(shop("zones: {between: {eu: 85ms}}\n"),
            "4:19 zones.between.eu: expected an edge, such as checkout -> payments; found eu "
            "[bad-name]\n");
  EXPECT_EQ(shop("zones: {between: 85ms}\n"),
            "4:18 zones.between: expected a map from edges, such as {eu -> us: 85ms}; found 85ms "
            "[wrong-kind]\n");
}

TEST(Zones, OfAQueueAreThoseOfItsBroker) {
  const auto with_queue = [](const std::string& queue) {
    return findings(
        "run: {duration: 10min}\n"
        "producers: {p: {load: {poisson: 1/s}, does: [send: q]}}\n"
        "brokers: {b: {zone: eu}}\n"
        "queues: {q: {" +
        queue +
        "}}\n"
        "consumers: {c: {from: q, zone: us, does: [work: 8ms]}}\n"
        "zones: {between: {eu -> us: 85ms}}\n");
  };
  EXPECT_EQ(with_queue("broker: b"), "");
  EXPECT_EQ(with_queue("broker: b, zone: eu"),
            "4:31 queues.q.zone: a queue on a broker is where its broker is [wrong-place] "
            "(brokers: {b: {zone: eu}})\n");
  EXPECT_EQ(with_queue("zone: eu, delivery: 1ms"),
            "5:23 consumers.c.from: the 'delivery' of 'q' is what broker and network take "
            "together: it holds for no consumer in another zone [wrong-place] (leave 'delivery' "
            "out, or put both into one zone)\n");
}

TEST(Zones, SayHowFarComponentsAreFromOneAnother) {
  const ScenarioFile file = load_scenario_text(
      "run: {duration: 10min}\n"
      "network: 1ms\n"
      "zones: {between: {eu -> us: 85ms, us -> us: 2ms}}\n"
      "producers: {p: {load: {poisson: 1/s}, zone: eu, does: [call: s, call: t]}}\n"
      "services: {s: {zone: us, does: [{call: t}]}, t: {zone: us, does: []}, u: {does: []}}\n"
      "brokers: {b: {zone: us}}\n"
      "queues: {q: {broker: b}}\n",
      "run.yaml");
  ASSERT_EQ(file.variants.size(), 1u);
  const Scenario& scenario = file.variants[0];
  const auto distance = [&](const char* one, const char* other) {
    return network_between(scenario, one, other).fixed().value_or(-1);
  };
  EXPECT_EQ(distance("p", "s"), 85 * kMillisecond);
  EXPECT_EQ(distance("s", "p"), 85 * kMillisecond);
  EXPECT_EQ(distance("s", "t"), 2 * kMillisecond);
  EXPECT_EQ(distance("p", "p"), kMillisecond);  // no distance is said within eu
  EXPECT_EQ(distance("p", "u"), kMillisecond);
  EXPECT_EQ(distance("p", "q"), 85 * kMillisecond);
}

TEST(Zones, AreLostWithAllThatIsThere) {
  const ScenarioFile file = load_scenario_text(
      "run: {duration: 10min}\n"
      "producers: {p: {load: {poisson: 1/s}, zone: us, does: [call: s]}}\n"
      "services: {s: {zone: us, does: []}, t: {zone: eu, does: []}, a: {zone: us, does: []}}\n"
      "queues: {q: {zone: us}}\n"
      "stores: {db: {zone: us}}\n"
      "consumers: {c: {from: q, zone: us, does: []}}\n"
      "faults: {lost: {zone: us, at: 1min, for: 1min}}\n",
      "run.yaml");
  ASSERT_EQ(file.variants.size(), 1u);
  const Scenario& scenario = file.variants[0];
  std::vector<std::pair<std::string, FaultKind>> struck;
  for (const Struck& each : struck_components(scenario, scenario.faults[0].parameters)) {
    struck.emplace_back(each.name, each.kind);
  }
  using enum FaultKind;
  EXPECT_EQ(struck, (std::vector<std::pair<std::string, FaultKind>>{
                        {"a", crash}, {"s", crash}, {"q", outage}, {"c", crash}, {"db", outage}}));
}

}  // namespace
}  // namespace spillway
