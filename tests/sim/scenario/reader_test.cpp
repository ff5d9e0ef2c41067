#include <gtest/gtest.h>

#include <locale>

#include "sim/language/quantity_text.h"
#include "tests/sim/scenario/loading.h"

namespace spillway {
namespace {

std::string queue(std::string_view fields) {
  return std::string(kShop) + "queues: {orders: {" + std::string(fields) + "}}\n";
}

TEST(Loading, FillsInDefaultsAndKeepsTheOrderOfTheFile) {
  const ScenarioFile file = load(
      "scenario: two\n"
      "question: Which?\n"
      "run: {duration: 10min, seed: 18446744073709551615}\n"
      "network: {exponential: 2ms}\n"
      "producers: {shop: {load: {poisson: 10/s}, does: [send: b]}}\n"
      "queues: {b: {visibility: 30s, capacity: 1e3}, a: }\n"
      "consumers: {w: {from: b, prefetch: 7, ack: before, does: [work: 8ms, fail: 1%]}}\n"
      "services: {s: {holds: nothing, accept_queue: 64, does: [wait: 1ms, reply, {work: 2ms}]}}\n");
  ASSERT_EQ(file.variants.size(), 1U);
  const Scenario& scenario = file.variants[0];
  EXPECT_EQ(scenario.variant, "base");
  EXPECT_EQ(scenario.name, "two");
  EXPECT_EQ(scenario.question, "Which?");
  EXPECT_EQ(scenario.run.duration.ns, 600 * kSecond);
  EXPECT_EQ(scenario.run.warmup.ns, 0);
  EXPECT_EQ(scenario.run.drain.ns, 600 * kSecond);
  EXPECT_EQ(scenario.run.replications.count, 30);
  EXPECT_FALSE(scenario.run.replications.precision);
  EXPECT_EQ(scenario.run.seed, 18446744073709551615U);
  EXPECT_EQ(scenario.run.confidence.value, 0.95);
  EXPECT_EQ(scenario.network.variate.kind, VariateKind::exponential);
  EXPECT_EQ(scenario.network.variate.mean(), 2e6);
  ASSERT_EQ(scenario.queues.size(), 2U);
  EXPECT_EQ(scenario.queues[0].name, "b");
  EXPECT_EQ(scenario.queues[0].parameters.visibility->ns, 30 * kSecond);
  EXPECT_EQ(scenario.queues[0].parameters.capacity.count, 1000);
  EXPECT_EQ(scenario.queues[1].name, "a");
  EXPECT_FALSE(scenario.queues[1].parameters.visibility);
  EXPECT_EQ(scenario.queues[1].parameters.capacity, kUnlimited);
  EXPECT_EQ(scenario.consumers[0].parameters.from.name, "b");
  EXPECT_EQ(scenario.consumers[0].parameters.prefetch, 7);
  EXPECT_EQ(scenario.consumers[0].parameters.ack, Ack::before);
  const auto& service = scenario.services[0].parameters;
  EXPECT_EQ(service.holds, Holds::nothing);
  EXPECT_EQ(service.accept_queue.count, 64);
  ASSERT_EQ(service.does.steps.size(), 3U);
  EXPECT_TRUE(std::holds_alternative<WaitParameters>(service.does.steps[0].parameters));
  EXPECT_TRUE(std::holds_alternative<ReplyParameters>(service.does.steps[1].parameters));
  EXPECT_EQ(service.does.steps[2].at.line, 8U);
  EXPECT_EQ(scenario.queues[0].at.line, 6U);
}

TEST(Loading, NamesTheScenarioAfterItsFile) {
  const std::string text = std::string(kShop) + "queues: {orders: {}}\n";
  EXPECT_EQ(load(text, {}, "some/where/flash-sale.yaml").variants.at(0).name, "flash-sale");
}

TEST(Errors, SayWhatWasExpectedAndWhatWasFound) {
  EXPECT_EQ(findings(queue("visibility: 99999")),
            "4:31 queues.orders.visibility: expected a duration above 0s, such as 30s; found 99999 "
            "(a bare number) [missing-unit] (units that fit: ns, us, ms, s, min, h, d, w)\n");
  EXPECT_EQ(findings(queue("visibility: 0s")),
            "4:31 queues.orders.visibility: expected a duration above 0s, such as 30s; found 0s "
            "[out-of-range]\n");
  EXPECT_EQ(
      findings(queue("visibility: [1s]")),
      "4:31 queues.orders.visibility: expected a duration above 0s, such as 30s; found a list "
      "[wrong-kind]\n");
  EXPECT_EQ(findings(queue("capacity: 0")),
            "4:29 queues.orders.capacity: expected a count from 1 to 1000000000, such as 4 or "
            "unlimited; found 0 [out-of-range]\n");
  EXPECT_EQ(findings(queue("capacity: '4'")),
            "4:29 queues.orders.capacity: expected a count from 1 to 1000000000, such as 4 or "
            "unlimited; found '4' (a text in quotes) [wrong-kind] (leave the quotes out)\n");
  EXPECT_EQ(findings(queue("overflow: drop-head")),
            "4:29 queues.orders.overflow: expected reject, drop_head, dead_letter or block; "
            "found drop-head [unknown-word] (did you mean 'drop_head'?)\n");
  EXPECT_EQ(findings(queue("overflow: dead_letter")),
            "4:29 queues.orders.overflow: overflow: dead_letter needs dead_letter: {to: …} "
            "[missing-key]\n");
  EXPECT_EQ(findings(queue("visibility:")),
            "4:30 queues.orders.visibility: expected a value; found nothing [missing-value] (leave "
            "the key out for its default)\n");
  EXPECT_EQ(findings(queue("visibility: '30s'")), "") << "a text with its unit may be in quotes";
}

TEST(Errors, KnowTheNearestKey) {
  EXPECT_EQ(findings(queue("visibilty: 30s")),
            "4:19 queues.orders.visibilty: unknown key 'visibilty' [unknown-key] (did you mean "
            "'visibility'?)\n");
  EXPECT_EQ(findings(queue("Visibility: 30s")),
            "4:19 queues.orders.Visibility: unknown key 'Visibility' [unknown-key] (did you mean "
            "'visibility'?)\n");
  EXPECT_EQ(findings(queue("zzzzzzzz: 1")),
            "4:19 queues.orders.zzzzzzzz: unknown key 'zzzzzzzz' [unknown-key] (the keys here are "
            "broker, replication, visibility, late_ack, redelivery, dead_letter, delay, retention, "
            "capacity, capacity_bytes, overflow, max_message_size, max_in_flight, groups, dedup, "
            "priority, poll, throughput, delivery, confirm, …)\n");
}

TEST(Errors, AreAllToldAtOnceInTheOrderOfTheFile) {
  const ScenarioFile file = load(
      "run: {duration: 20, warmup: 5, seed: -1, confidence: 2, replications: 1e7}\n"
      "producers:\n"
      "  shop: {load: {poisson: 5}, does: [send: ordrs, {wrok: 1ms}]}\n"
      "queues: {orders: {capacity: x}, 9: {}}\n"
      "objectives: {a: orders.depth <= 5, b: orders.filtered.max <= 1, c: nobody.x < 1}\n");
  EXPECT_EQ(
      findings(file),
      "1:17 run.duration: expected a duration above 0s and up to 36525d, such as 30s; found 20 (a "
      "bare number) [missing-unit] (units that fit: ns, us, ms, s, min, h, d, w)\n"
      "1:29 run.warmup: expected a duration, such as 30s or auto; found 5 (a bare number) "
      "[missing-unit] (units that fit: ns, us, ms, s, min, h, d, w)\n"
      "1:38 run.seed: expected a whole number from 0 to 18446744073709551615, such as 2026; found "
      "-1 (negative) [out-of-range]\n"
      "1:54 run.confidence: expected a share from 50% to 99.99%, such as 95%; found 2 (more than "
      "1) [out-of-range] (shares in per cent are written 2%)\n"
      "1:71 run.replications: expected a count from 1 to 1000000, such as 4 or {until: "
      "{shoppers.latency.p99: 5%}}; found 1e7 [out-of-range]\n"
      "3:26 producers.shop.load.poisson: expected a rate, such as 120/s; found 5 (a bare number) "
      "[missing-unit] (units that fit: /s, /min, /h, /d)\n"
      "3:43 producers.shop.does[1].send: there is no queue or log 'ordrs' [unknown-name] (did you "
      "mean 'orders'?)\n"
      "3:51 producers.shop.does[2]: there is no step 'wrok' [unknown-step] (did you mean "
      "'work'?)\n"
      "4:29 queues.orders.capacity: expected a count from 1 to 1000000000, such as 4 or unlimited; "
      "found x (not a number) [not-a-number]\n"
      "4:33 queues.9: the name '9' doesn't begin with a letter from a to z [bad-name] (a name is "
      "made of letters, digits, - and _, such as orders-db)\n"
      "5:24 objectives.a: which statistic of depth? [unknown-statistic] (add .mean, .max, .min or "
      "a percentile: orders.depth.p99)\n"
      "5:46 objectives.b: this version does not measure 'filtered' yet [not-simulated]\n"
      "5:68 objectives.c: there is no component 'nobody' [unknown-name]\n");
}

TEST(Errors, OfMissingAndWrongSections) {
  EXPECT_EQ(findings("scenario: x\n"),
            "1:1 run: the key 'run' is missing [missing-key] (say how long messages are born: run: "
            "{duration: 20min})\n");
  EXPECT_EQ(findings(std::string(kRun)),
            "1:1 the scenario has no producer: nothing would happen [missing-key] (producers: "
            "{shoppers: {load: {poisson: 120/s}, does: [call: checkout]}})\n");
  EXPECT_EQ(findings("run: 5\n").substr(0, 75),
            "1:6 run: expected a map with the keys duration, warmup, drain, replications");
  EXPECT_EQ(findings("- a\n").substr(0, 60),
            "1:1 expected a map with the keys scenario, question, run, ne");
  EXPECT_EQ(findings("just text\n").find("1:1 expected a map with the keys"), 0U);
  EXPECT_NE(
      findings(std::string(kShop) + "queues: [orders]\n")
          .find("4:9 queues: expected a map from names to components; found a list [wrong-kind]"),
      std::string::npos);
}

TEST(Names, AreUniqueAndPlain) {
  EXPECT_EQ(findings(queue("") + "services: {orders: {does: []}}\n"),
            "4:10 queues.orders: there is a service of this name already, in line 5 "
            "[duplicate-name] (names of components stand once in the whole file)\n");
  const auto named = [](const std::string& name) {
    return findings(std::string(kShop) + "queues: {orders: {}, " + name + ": {}}\n");
  };
  EXPECT_EQ(named("total"),
            "4:22 queues.total: the name 'total' has a meaning of its own [bad-name] (choose "
            "another name)\n");
  EXPECT_EQ(named("a.b"),
            "4:22 queues.a.b: the name 'a.b' has other characters than letters from a to z, "
            "digits, - and _ [bad-name] (a name is made of letters, digits, - and _, such as "
            "orders-db)\n");
  for (const char* name : {"9a", "a b", "a-", "a@b", "'a -> b'", "\"a\\x1b\"", "\"a\\u202eb\"",
                           "\u00fcber", "''", "'<script>'", "../x", "'{{7*7}}'", "on.", "_a"}) {
    EXPECT_NE(named(name).find("[bad-name]"), std::string::npos) << name;
  }
  EXPECT_EQ(named(std::string(64, 'a')).find("[bad-name]"), std::string::npos);
  EXPECT_NE(named(std::string(65, 'a')).find("has more than 64 characters [bad-name]"),
            std::string::npos);
  EXPECT_NE(named("Orders").find("differ by capital letters only [similar-names]"),
            std::string::npos);
}

TEST(LanguageOfOtherVersions, IsRefusedByName) {
  const auto code = [](std::string text) {
    const ScenarioFile file = load(std::move(text));
    std::string codes;
    for (const Diagnostic& diagnostic : file.diagnostics) {
      if (diagnostic.severity == Severity::error) codes += diagnostic.code + " ";
    }
    return codes;
  };
  EXPECT_EQ(code(queue("") + "plan: {}\n"), "not-simulated ");
  EXPECT_EQ(code(queue("") + "services: {s: {does: [{read: q, deadline: 1s}]}}\n"),
            "unknown-name not-simulated ");
  EXPECT_EQ(code(queue("preset: dynamodb-eventual")), "not-simulated ");
  EXPECT_EQ(findings(queue("") + "plan: {minimise: total.cost}\nservices: {s: {does: []}}\n"),
            "5:1 plan: this version does not simulate 'plan' yet "
            "[not-simulated] (leave it out, or wait for a version that does)\n");
}

TEST(Steps, AreReadFromTheirDeclarations) {
  const auto steps = [](const std::string& list) {
    return findings(std::string(kRun) +
                    "producers: {p: {load: {poisson: 1/s}, does: [call: s]}}\n"
                    "services:\n"
                    "  t: {does: []}\n"
                    "  s: {does: " +
                    list + "}\n");
  };
  EXPECT_EQ(steps("[work: 8ms, {call: t, holds: nothing, network: 2ms}, reply, {fail: 0.5}]"), "");
  EXPECT_EQ(steps("[reply: , call: t]"), "");
  EXPECT_EQ(steps("[{choose: {80%: [call: t], 20%: [{choose: {1: []}}]}}, {call: t}]"), "");
  EXPECT_EQ(steps("{work: 8ms}")
                .find("5:13 services.s.does: expected a list of steps; found a map "
                      "[wrong-kind] (write '- ' before each step)"),
            0U);
  EXPECT_EQ(steps("[{work: 8ms, call: t}]")
                .find("5:14 services.s.does[1]: two steps in one: work and call [several-steps]"),
            0U);
  EXPECT_EQ(steps("[work]").find("5:14 services.s.does[1]: expected work: and its value; found "
                                 "work [missing-value]"),
            0U);
  EXPECT_EQ(steps("[replay]")
                .find("5:14 services.s.does[1]: expected a step (work, wait, call, send, publish, "
                      "fail, choose, reply, read, write, apply, parallel, …); found replay "
                      "[unknown-step] (did you mean 'reply'?)"),
            0U);
  EXPECT_EQ(steps("[[]]").find("5:14 services.s.does[1]: expected a step, such as work: 8ms; found "
                               "an empty list"),
            0U);
  EXPECT_EQ(steps("[{call: t, timeuot: 1s}]")
                .find("5:24 services.s.does[1].timeuot: unknown key 'timeuot' [unknown-key]"),
            0U);
  EXPECT_EQ(steps("[{choose: {80%: [], 30%: []}}, {call: t}]"),
            "5:23 services.s.does[1].choose: expected shares that add up to 100%; found 110% "
            "[shares-sum]\n");
  EXPECT_EQ(steps("[{choose: {33.3333333333%: [], 66.6666666667%: [call: t]}}]"), "")
      << "within 1e-9";
  EXPECT_EQ(steps("[{choose: [50%: [call: t], 50%: []]}]"), "") << "equal shares";
  EXPECT_EQ(steps("[{choose: [50%: [call: t], 40%: []]}]"),
            "5:23 services.s.does[1].choose: expected shares that add up to 100%; found 90% "
            "[shares-sum]\n");
  EXPECT_EQ(steps("[{choose: [{50%: [call: t], 30%: []}, 20%: []]}, {call: t}]"),
            "5:23 services.s.does[1].choose: expected shares with their steps, such as {80%: "
            "[work: 8ms], 20%: []}; found a list [wrong-kind]\n");
  EXPECT_EQ(
      steps("[{fail: 150%}, {call: t}]"),
      "5:21 services.s.does[1].fail: expected a share from 0% to 100%, such as 2%; found 150% "
      "(more than 100%) [out-of-range]\n");
  EXPECT_EQ(steps("[{fail: {colum: x}}, {call: t}]"),
            "5:22 services.s.does[1].fail.colum: unknown key 'colum' [unknown-key] (did you mean "
            "'column'?)\n");
  EXPECT_EQ(steps("[{reply: now}, {call: t}]"),
            "5:22 services.s.does[1]: expected nothing; found now [wrong-kind] (write - reply)\n");
}

/// Commas for points, points between thousands.
struct German : std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
};

TEST(Loading, IsTheSameInEveryLocale) {
  const std::string text = queue("visibility: 1.5s, capacity: 1234567");
  const std::string wrong = queue("visibility: 1,5s, capacity: 99999999999");
  const std::string expected = findings(wrong);
  const std::locale before = std::locale::global(std::locale(std::locale::classic(), new German));
  const ScenarioFile file = load(text);
  EXPECT_EQ(file.variants.at(0).queues.at(0).parameters.visibility->ns, 1'500'000'000);
  EXPECT_EQ(file.variants.at(0).queues.at(0).parameters.capacity.count, 1'234'567);
  EXPECT_EQ(findings(wrong), expected);
  EXPECT_NE(expected.find("1000000000"), std::string::npos);
  std::locale::global(before);
}

}  // namespace
}  // namespace spillway
