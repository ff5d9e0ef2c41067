#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/scenario/loading.h"

namespace spillway {
namespace {

constexpr std::string_view kDesign =
    "run: {duration: 10min}\n"
    "network: 1ms\n"
    "producers:\n"
    "  shop:\n"
    "    load: {poisson: 10/s}\n"
    "    profile: {sale: {spike: {at: 1min, for: 1min, times: 5}}}\n"
    "    does:\n"
    "      - choose: {80%: [call: checkout], 20%: [send: orders, {call: checkout}]}\n"
    "services:\n"
    "  checkout: {instances: 6, does: [work: 8ms, send: orders]}\n"
    "queues: {orders: {capacity: 100}}\n"
    "consumers: {worker: {from: orders, instances: 2, does: [work: {exponential: 25ms}]}}\n"
    "objectives: {deep: orders.depth.max <= 100}\n";

ScenarioFile with(const std::string& variants, std::vector<std::string> set = {}) {
  return load(std::string(kDesign) + variants, std::move(set));
}
std::string wrong(const std::string& variants, std::vector<std::string> set = {}) {
  return findings(with(variants, std::move(set)));
}

TEST(Variants, AreReadInTheOrderOfTheFile) {
  const ScenarioFile file = with("variants: {sync: {}, more: {worker: {instances: 9}}, same: }\n");
  EXPECT_EQ(findings(file), "");
  ASSERT_EQ(file.variants.size(), 3U);
  EXPECT_EQ(file.variants[0].variant, "sync");
  EXPECT_EQ(file.variants[0].consumers[0].parameters.instances, 2);
  EXPECT_EQ(file.variants[1].variant, "more");
  EXPECT_EQ(file.variants[1].consumers[0].parameters.instances, 9);
  EXPECT_EQ(file.variants[2].consumers[0].parameters.instances, 2) << "each from the base";
}

TEST(Variants, MergeDeepReplaceListsAndRemoveByNull) {
  const ScenarioFile file = with(
      "variants:\n"
      "  a:\n"
      "    consumers: {worker: {does: [work: 1ms, work: 2ms]}}\n"
      "    queues: {orders: {capacity: null}, extra: {}}\n"
      "    run: {warmup: 5s}\n"
      "    network: {exponential: 2ms}\n"
      "    objectives: {late: shop.latency.p99 <= 1s}\n");
  ASSERT_EQ(findings(file),
            "17:40 warning: queues.extra: no producer's messages come here [unreached]\n");
  const Scenario& a = file.variants.at(0);
  EXPECT_EQ(a.consumers[0].parameters.does.steps.size(), 2U);
  EXPECT_EQ(a.consumers[0].parameters.from.name, "orders") << "the rest stays";
  EXPECT_EQ(a.queues[0].parameters.capacity, kUnlimited);
  EXPECT_EQ(a.queues.size(), 2U);
  EXPECT_EQ(a.run.warmup.ns, 5 * kSecond);
  EXPECT_EQ(a.run.duration.ns, 600 * kSecond);
  EXPECT_EQ(a.network.variate.kind, VariateKind::exponential);
  ASSERT_EQ(a.objectives.size(), 2U) << "a variant's objectives are added";
  EXPECT_EQ(a.objectives[1].name, "late");
}

TEST(Variants, ReplaceAnAlternativeByAnother) {
  const ScenarioFile file = with(
      "variants:\n"
      "  a: {shop: {load: {constant: 5/s}, profile: {sale: {spike: {rate: 50/s}}}}}\n"
      "  b: {shop: {profile: {sale: {ramp: {from: 1min, times: 2}}}}}\n");
  ASSERT_EQ(findings(file), "");
  const auto& a = file.variants[0].producers[0].parameters;
  EXPECT_FALSE(a.load.poisson);
  EXPECT_EQ(a.load.constant->per_second, 5);
  EXPECT_FALSE(a.profile[0].entry.spike->times);
  EXPECT_EQ(a.profile[0].entry.spike->rate->per_second, 50);
  const auto& b = file.variants[1].producers[0].parameters;
  EXPECT_TRUE(b.profile[0].entry.ramp);
  EXPECT_FALSE(b.profile[0].entry.spike);
}

TEST(Variants, ChangeEveryCallAndSendOfAnEdge) {
  const ScenarioFile file = with("variants: {a: {edges: {shop -> checkout: {network: 7ms}}}}\n");
  ASSERT_EQ(findings(file), "");
  const auto& choose =
      std::get<ChooseParameters>(file.variants[0].producers[0].parameters.does.steps[0].parameters);
  const auto& first = std::get<CallParameters>(choose.ways[0].program.steps[0].parameters);
  const auto& second = std::get<CallParameters>(choose.ways[1].program.steps[1].parameters);
  EXPECT_EQ(first.network->fixed(), 7'000'000);
  EXPECT_EQ(second.network->fixed(), 7'000'000);
  const auto& send = std::get<SendParameters>(choose.ways[1].program.steps[0].parameters);
  EXPECT_FALSE(send.network) << "another edge";
}

TEST(Variants, ChangeEdgesInWaysOfEqualShares) {
  const ScenarioFile file = load(
      "run: {duration: 1min}\n"
      "producers: {shop: {load: {poisson: 1/s}, does: [choose: [50%: [call: a], 50%: [call: "
      "a]]]}}\n"
      "services: {a: {does: [work: 1ms]}}\n"
      "variants: {far: {edges: {shop -> a: {network: 7ms}}}}\n");
  ASSERT_EQ(findings(file), "");
  const auto& steps = file.variants[0].producers[0].parameters.does.steps;
  const auto& choose = std::get<ChooseParameters>(steps[0].parameters);
  ASSERT_EQ(choose.ways.size(), 2U);
  for (const auto& way : choose.ways) {
    const auto& call = std::get<CallParameters>(way.program.steps[0].parameters);
    EXPECT_EQ(call.network->fixed(), 7'000'000);
  }
}

TEST(Variants, RefuseHoldsWhereThereIsNoSlot) {
  EXPECT_THAT(wrong("variants: {a: {edges: {shop -> checkout: {holds: nothing}}}}\n"),
              testing::HasSubstr("only a service has slots that it could hold or give away"));
}

TEST(Variants, SayWhatTheyDoNotFind) {
  EXPECT_EQ(wrong("variants: {a: {wrker: {instances: 2}}}\n"),
            "14:16 variants.a.wrker: there is no component or section 'wrker' [unknown-key] (did "
            "you mean 'worker'?)\n");
  EXPECT_EQ(
      wrong("variants: {a: {edges: {shop -> payments: {network: 1ms}}}}\n"),
      "14:24 variants.a.edges.shop -> payments: 'shop' has no call, send or publish to 'payments' "
      "[unknown-name]\n");
  EXPECT_EQ(wrong("variants: {a: {edges: {shp -> orders: {network: 1ms}}}}\n"),
            "14:24 variants.a.edges.shp -> orders: there is no component 'shp' [unknown-name] "
            "(did you mean 'shop'?)\n");
  EXPECT_EQ(wrong("variants: {a: {edges: {shop: {network: 1ms}}}}\n"),
            "14:24 variants.a.edges.shop: expected an edge such as checkout -> payments; found "
            "'shop' [bad-name]\n");
  EXPECT_EQ(wrong("variants: {a: {edges: {shop -> orders: 1ms}}}\n"),
            "14:40 variants.a.edges.shop -> orders: expected options of the edge, such as "
            "{network: 2ms}; found 1ms [wrong-kind]\n");
  EXPECT_EQ(wrong("variants: {a: {edges: {shop -> orders: {netwrk: 1ms}}}}\n"),
            "14:41 producers.shop.does[1].choose.20%[1].netwrk: unknown key 'netwrk' "
            "[unknown-key] (did you mean 'network'?)\n");
  EXPECT_EQ(wrong("variants: {a: {edges: {shop -> orders: {}, shop->orders: {}}}}\n"),
            "14:44 variants.a.edges.shop->orders: this edge stands here twice [duplicate-name]\n");
  EXPECT_EQ(wrong("variants: {a: {plan: {}}}\n"),
            "14:16 variants.a.plan: this version does not simulate 'plan' yet "
            "[not-simulated] (leave it out, or wait for a version that does)\n");
  EXPECT_EQ(wrong("variants: {a: [], 9: {}}\n"),
            "14:15 variants.a: expected what differs from the base, or {}; found an empty list "
            "[wrong-kind]\n"
            "14:19 variants: the variant's name '9' doesn't begin with a letter from a to z "
            "[bad-name] (a name is made of letters, digits, - and _, such as fail-fast)\n");
  EXPECT_EQ(wrong("variants: 5\n"),
            "14:11 variants: expected a map from names to what differs; found 5 [wrong-kind]\n");
  EXPECT_EQ(
      wrong("variants: {a: {worker: {instances: 0}}, b: {worker: {colour: null}}}\n"),
      "14:36 consumers.worker.instances: expected a count from 1 to 100000, such as 4; found "
      "0 [out-of-range]\n"
      "14:54 consumers.worker.colour: unknown key 'colour' [unknown-key] (the keys here are "
      "from, instances, concurrency, cores, prefetch, ack, heartbeat, idempotent, batch, group, "
      "commit, commit_every, retry, assignor, session_timeout, max_poll_interval, reset, scale, "
      "zone, price, …)\n")
      << "errors point into the variant";
}

TEST(Variants, TellACommonErrorOnce) {
  const ScenarioFile file = load(
      "run: {duration: 1min}\nproducers: {p: {load: {poisson: 5}, does: []}}\n"
      "variants: {a: {}, b: {}, c: {}}\n");
  EXPECT_EQ(file.diagnostics.size(), 1U) << findings(file);
}

TEST(Variants, CanBeChosen) {
  const std::string text =
      std::string(kDesign) + "variants: {a: {}, b: {worker: {instances: 0}}}\n";
  const auto one = load_scenario_text(text, "s.yaml", {{}, "a"});
  EXPECT_EQ(findings(one), "");
  ASSERT_EQ(one.variants.size(), 1U);
  EXPECT_EQ(one.variants[0].variant, "a");
  EXPECT_EQ(findings(load_scenario_text(text, "s.yaml", {{}, "c"})),
            "0:0 variants: there is no variant 'c' [unknown-name] (there is a or b)\n");
}

TEST(Settings, ReachEverythingByName) {
  const ScenarioFile file =
      with("variants: {a: {}, b: {worker: {instances: 9}}}\n",
           {"worker.instances=4", "run.duration=20min", "network=3ms", "shop.load.constant=5/s",
            "checkout -> orders.network={exponential: 300ms}", "shop->orders.confirm=false",
            "queues.orders.capacity=unlimited", "shop.profile.sale.spike.for=2min",
            "orders.visibility = 5s"});
  ASSERT_EQ(findings(file), "");
  for (const Scenario& scenario : file.variants) {
    EXPECT_EQ(scenario.consumers[0].parameters.instances, 4) << "beats the variant";
    EXPECT_EQ(scenario.run.duration.ns, 1200 * kSecond);
    EXPECT_EQ(scenario.network.fixed(), 3'000'000);
    EXPECT_FALSE(scenario.producers[0].parameters.load.poisson);
    EXPECT_EQ(scenario.queues[0].parameters.capacity, kUnlimited);
    EXPECT_EQ(scenario.queues[0].parameters.visibility->ns, 5 * kSecond);
    EXPECT_EQ(scenario.producers[0].parameters.profile[0].entry.spike->lasts.ns, 120 * kSecond);
    const auto& send =
        std::get<SendParameters>(scenario.services[0].parameters.does.steps[1].parameters);
    EXPECT_DOUBLE_EQ(send.network->mean(), 300e6);
  }
}

TEST(Settings, PointIntoThemselves) {
  const auto set = [](const std::string& text) { return wrong("", {text}); };
  EXPECT_EQ(set("worker.instances=x"),
            "--set:1:18 consumers.worker.instances: expected a count from 1 to 100000, such as 4; "
            "found x (not a number) [not-a-number]\n");
  EXPECT_EQ(set("worker.instancs=4"),
            "--set:1:8 consumers.worker.instancs: unknown key 'instancs' [unknown-key] (did you "
            "mean 'instances'?)\n");
  EXPECT_EQ(set("wrker.instances=4"),
            "--set:1:1 there is no component or section 'wrker' [unknown-name] (did you mean "
            "'worker'?)\n");
  EXPECT_EQ(
      set("shop -> chekout.network=1ms"),
      "--set:1:1 'shop' has no call, send or publish to 'chekout' [unknown-name] (did you mean "
      "'checkout'?)\n");
  EXPECT_EQ(
      set("worker.does.work=1ms"),
      "--set:1:13 'does' is a list, which is set as a whole [bad-setting] (options of a call, "
      "send or publish are set by its edge: 'checkout -> payments.network=2ms')\n");
  EXPECT_EQ(set("worker.instances"),
            "--set:1:1 expected PLACE=VALUE [bad-setting] (write it as worker.instances=4 or "
            "'checkout -> payments.network=300ms')\n");
  EXPECT_NE(set("worker.instances=").find("--set:1:17 expected a value after ="),
            std::string::npos);
  EXPECT_NE(set("worker..instances=4").find("a part of the place is empty"), std::string::npos);
  EXPECT_NE(set("shop -> orders=4").find("expected an option of the edge after a dot"),
            std::string::npos);
  EXPECT_EQ(set("worker.does=[work: 1ms"),
            "--set:1:13 not valid YAML: a list that isn't closed, or whose indentation changes "
            "[yaml]\n");
  EXPECT_EQ(set("worker.does=[work: {a: 1}]"),
            "--set:1:21 consumers.worker.does[1].work.a: unknown key 'a' [unknown-key] (the keys "
            "here are constant, exponential, uniform, lognormal, gamma, erlang, hyperexponential, "
            "normal, pareto, weibull, mixture, empirical, column, uncertain, times or plus)\n");
  EXPECT_EQ(set("orders.capacity=null"), "") << "removes";
}

TEST(Settings, NeedTheirPlaceInOneVariantOnly) {
  const std::string variants = "variants: {a: {}, b: {queues: {extra: {}}}}\n";
  EXPECT_EQ(wrong(variants, {"extra.capacity=5"}),
            "14:32 warning: queues.extra: no producer's messages come here [unreached]\n");
}

}  // namespace
}  // namespace spillway
