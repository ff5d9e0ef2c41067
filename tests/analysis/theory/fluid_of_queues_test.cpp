#include "analysis/theory/fluid_of_queues.h"

#include <gmock/gmock.h>

#include "analysis/theory/outage.h"
#include "tests/analysis/theory/scenario_text.h"

namespace spillway::theory {
namespace {

using testing::IsEmpty;

// 800/s for 100 s against 400/s, then 100/s: 40,000 messages pile up and are gone 40,000 / 300 s
// later. The last of the spike's messages waits longest: 40,000 / 400 = 100 s.
const std::string kSpike = R"(
scenario: spike
question: How deep?
run: {duration: 600s}
producers:
  shop:
    load: {poisson: 100/s}
    profile:
      sale: {spike: {at: 100s, for: 100s, times: 8}}
    does: [{send: orders}]
queues:
  orders: {}
consumers:
  workers:
    from: orders
    instances: 4
    does: [{work: {exponential: 10ms}}]
)";

const std::string kHandler = "does: [{work: {exponential: 10ms}}]";

double depth(const std::string& text) {
  const auto theory = theory_by_name(text);
  const auto figure = theory.find("orders.depth.max");
  return figure == theory.end() ? 0 : figure->second.value;
}

TEST(FluidOfQueues, ASpikePilesUpAndDrains) {
  const auto theory = theory_by_name(kSpike);
  EXPECT_EQ(theory.size(), 5);
  for (const auto& [name, figure] : theory) EXPECT_EQ(figure.model, "fluid") << name;
  EXPECT_NEAR(theory.at("orders.depth.max").value, 40'000, 1e-4);
  EXPECT_NEAR(theory.at("orders.depth.max@sale").value, 40'000, 1e-4);
  EXPECT_NEAR(theory.at("orders.drain_time").value, 400 / 3.0, 1e-6);
  EXPECT_NEAR(theory.at("orders.drain_time@sale").value, 400 / 3.0, 1e-6);
  EXPECT_NEAR(theory.at("orders.age.max").value, 100, 1e-6);
}

TEST(FluidOfQueues, AnyLoadWithARateDoes) {
  for (const char* load : {"constant: 100/s", "renewal: {exponential: 10ms}", "renewal: 10ms",
                           "renewal: {gamma: {mean: 10ms, cv: 3}}"}) {
    EXPECT_NEAR(depth(changed(kSpike, "poisson: 100/s", load)), 40'000, 1e-3) << load;
  }
}

TEST(FluidOfQueues, OverloadWithoutAProfileGrowsUntilTheEnd) {
  const auto theory = theory_by_name(changed(changed(kSpike, "poisson: 100/s", "poisson: 500/s"),
                                             "      sale: {spike: {at: 100s, for: 100s, times: 8}}",
                                             "      much: {ramp: {from: 0s, over: 0s, times: 1}}"));
  EXPECT_NEAR(theory.at("orders.depth.max").value, 60'000, 1e-4);
  EXPECT_NEAR(theory.at("orders.drain_time").value, 150, 1e-6);
  // The greatest age is reached after the run's end, where ages are no longer measured.
  EXPECT_FALSE(theory.contains("orders.age.max"));
}

TEST(FluidOfQueues, ARampedSpikeGoesOnFillingAfterItsEnd) {
  // Up within the first 10 s and down within the 10 s after the end: 800/s for the 90 s between.
  const auto theory = theory_by_name(changed(kSpike, "times: 8", "times: 8, ramp: 10s"));
  // Rises through 400/s at 30/7 s, and falls through it again so long before its last second.
  const double rising = (10 - 30 / 7.0) * 400 / 2;
  EXPECT_NEAR(theory.at("orders.depth.max@sale").value, rising + 90 * 400, 1e-3);
  EXPECT_NEAR(theory.at("orders.depth.max").value, rising + 90 * 400 + rising, 1e-3);
}

TEST(FluidOfQueues, TheWayToTheQueueAndBackCostsCapacity) {
  // Each message takes 10 ms of work and 2 x 1 ms of idle time: 4 / 12 ms = 333/s.
  EXPECT_NEAR(depth(changed(kSpike, "producers:", "network: 1ms\nproducers:")),
              100 * (800 - 1000 / 3.0), 1e-3);
  // So it does when the broker takes longer to deliver.
  EXPECT_NEAR(depth(changed(kSpike, "orders: {}", "orders: {delivery: 6ms}")), 100 * (800 - 250),
              1e-3);
}

TEST(FluidOfQueues, EnoughMessagesAtHandHideTheWay) {
  const std::string far = changed(kSpike, "producers:", "network: 1ms\nproducers:");
  EXPECT_NEAR(depth(changed(far, kHandler, "prefetch: 10\n    " + kHandler)), 40'000, 1e-3);
  // One at a time is 12 ms, whenever it is acknowledged.
  EXPECT_NEAR(depth(far), 100 * (800 - 4 / .012), 1e-3);
  EXPECT_NEAR(depth(changed(far, kHandler, "ack: before\n    " + kHandler)), 100 * (800 - 4 / .012),
              1e-3);
  // Two for one slot do so only now and then.
  EXPECT_EQ(depth(changed(far, kHandler, "prefetch: 2\n    " + kHandler)), 0);
}

TEST(FluidOfQueues, SlotsThatNoMessageMayReachDoNotCount) {
  EXPECT_NEAR(depth(changed(changed(kSpike, "instances: 4", "instances: 2"), kHandler,
                            "concurrency: 5\n    prefetch: 2\n    " + kHandler)),
              40'000, 1e-4);
  // Nor when messages are acknowledged before the work: prefetch bounds what an instance has.
  EXPECT_NEAR(depth(changed(changed(kSpike, "instances: 4", "instances: 2"), kHandler,
                            "concurrency: 5\n    prefetch: 2\n    ack: before\n    " + kHandler)),
              40'000, 1e-4);
}

TEST(FluidOfQueues, AHandlersStepsAddUp) {
  // 4 ms + 30 % x 10 ms + 3 ms = 10 ms.
  EXPECT_NEAR(depth(changed(kSpike, kHandler,
                            "does: [{work: 4ms}, {choose: {30%: [{work: {exponential: 10ms}}], "
                            "70%: []}}, {wait: {uniform: [2ms, 4ms]}}]")),
              40'000, 1e-3);
}

TEST(FluidOfQueues, WhatAHandlerSendsOnTakesTheTimeToBeConfirmed) {
  const std::string onward = changed(kSpike, "orders: {}", "orders: {}\n  done: {confirm: 3ms}");
  EXPECT_NEAR(depth(changed(onward, kHandler, "does: [{work: 7ms}, {send: done}]")), 40'000, 1e-3);
  EXPECT_NEAR(depth(changed(onward, kHandler,
                            "does: [{work: 7ms}, {send: done, network: 1ms, confirm: true}, "
                            "{wait: 1ms}]")),
              100 * (800 - 4 / .013), 1e-3);
  EXPECT_NEAR(
      depth(changed(onward, kHandler, "does: [{work: 10ms}, {send: done, confirm: false}]")),
      40'000, 1e-3);
  // One that the next queue may refuse is a failure nobody knows the share of.
  EXPECT_EQ(depth(changed(changed(onward, "{confirm: 3ms}", "{capacity: 5}"), kHandler,
                          "does: [{work: 7ms}, {send: done}]")),
            0);
}

TEST(FluidOfQueues, FailuresAreWorkedOnAgain) {
  // 5 ms, then 20 % fail, else 5 ms more: 9 ms an attempt, 1 / 0.8 attempts.
  const std::string failing =
      changed(kSpike, kHandler, "does: [{work: 5ms}, {fail: 20%}, {work: 5ms}]");
  EXPECT_NEAR(depth(failing), 100 * (800 - 4 / .009 * .8), 1e-3);
  // Not after the second receive: 1.2 attempts.
  const std::string lettered =
      changed(failing, "orders: {}", "orders: {dead_letter: {to: dead, after: 2}}\n  dead: {}");
  EXPECT_NEAR(depth(lettered), 100 * (800 - 4 / .009 / 1.2), 1e-3);
  // Acknowledged before, nothing comes back.
  EXPECT_NEAR(depth(changed(failing, "does: [{work: 5ms}", "ack: before\n    does: [{work: 5ms}")),
              100 * (800 - 4 / .009), 1e-3);
}

TEST(FluidOfQueues, CapacityIsTheSumOverConsumers) {
  const std::string two = changed(
      kSpike,
      "consumers:", "consumers:\n  helpers: {from: orders, instances: 2, does: [{work: 20ms}]}");
  EXPECT_NEAR(depth(two), 100 * (800 - 500), 1e-3);
  // A dead letter's number of attempts then depends on who tried.
  EXPECT_EQ(depth(changed(changed(two, "orders: {}",
                                  "orders: {dead_letter: {to: dead, after: 2}}\n  dead: {}"),
                          "does: [{work: 20ms}]", "does: [{work: 20ms}, {fail: 10%}]")),
            0);
}

TEST(FluidOfQueues, ASpikeThatEndsWithTheRunHasNoDrainTimeBeyondTheDrain) {
  const auto theory =
      theory_by_name(changed(kSpike, "duration: 600s", "duration: 150s, drain: 20s"));
  EXPECT_NEAR(theory.at("orders.depth.max").value, 20'000, 1e-4);
  EXPECT_FALSE(theory.contains("orders.drain_time"));
  EXPECT_FALSE(theory.contains("orders.drain_time@sale"));
  EXPECT_FALSE(theory.contains("orders.age.max"));
}

TEST(FluidOfQueues, RefusesWhatNoFluidFollows) {
  struct Refusal {
    const char* why;
    std::string from, to;
  };
  for (const Refusal& refusal : std::vector<Refusal>{
           {"no backlog", "times: 8", "times: 3"},
           {"a backlog that chance alone could make", "for: 100s, times: 8", "for: 1s, times: 4.1"},
           {"a backlog before the warm-up ends", "duration: 600s", "duration: 600s, warmup: 150s"},
           {"bursts", "poisson: 100/s",
            "mmpp: {calm: {rate: 50/s, for: 10s}, busy: {rate: 150/s, for: 10s}}"},
           {"intervals that are not known", "poisson: 100/s",
            "renewal: {exponential: {uncertain: {uniform: [5ms, 15ms]}}}"},
           {"a random network", "producers:", "network: {exponential: 1ms}\nproducers:"},
           {"a step before the send", "[{send: orders}]", "[{wait: 1s}, {send: orders}]"},
           {"a second sender",
            "queues:", "  others: {load: {poisson: 1/s}, does: [{send: orders}]}\nqueues:"},
           {"a call", kHandler, "does: [{call: server}]\nservices: {server: {does: []}}"},
           {"work that is not known", "{exponential: 10ms}", "{uncertain: {uniform: [5ms, 15ms]}}"},
           {"work without a mean", "{exponential: 10ms}", "{pareto: {scale: 5ms, shape: 1}}"},
           {"work that takes no time", "{exponential: 10ms}", "0ms"},
           {"handlers that always fail", kHandler, "does: [{work: 10ms}, {fail: 100%}]"},
           {"a queue that may fill up", "orders: {}", "orders: {capacity: 70000}"},
           {"messages that may come back while they are worked on", "orders: {}",
            "orders: {visibility: 150ms}"},
       }) {
    EXPECT_THAT(theory_by_name(changed(kSpike, refusal.from, refusal.to)), IsEmpty())
        << refusal.why;
  }
  EXPECT_NEAR(depth(changed(kSpike, "orders: {}", "orders: {capacity: 80001}")), 40'000, 1e-3);
  EXPECT_NEAR(depth(changed(kSpike, "orders: {}", "orders: {visibility: 30s}")), 40'000, 1e-3);
}

// 100/s against 400/s, nothing for 100 s: 10,000 messages, gone 10,000 / 300 s later.
const std::string kAway = R"(
scenario: outage
question: How deep?
run: {duration: 600s, warmup: 10s}
producers:
  shop:
    load: {poisson: 100/s}
    does: [{send: orders}]
queues:
  orders: {}
consumers:
  workers:
    from: orders
    instances: 4
    does: [{work: {exponential: 10ms}}]
faults:
  away: {outage: workers, at: 100s, for: 100s}
)";

/// The same with another fault.
std::map<std::string, TheoryFigure> under(const std::string& faults) {
  return theory_by_name(changed(kAway, "away: {outage: workers, at: 100s, for: 100s}", faults));
}

TEST(FluidOfQueues, AConsumersOutagePilesUpAndDrains) {
  for (const char* kind : {"outage", "crash", "hang"}) {
    const auto theory = under(std::string("away: {") + kind + ": workers, at: 100s, for: 100s}");
    EXPECT_EQ(theory.size(), 5) << kind;
    for (const auto& [name, figure] : theory) EXPECT_EQ(figure.model, "fluid") << name;
    EXPECT_NEAR(theory.at("orders.depth.max").value, 10'000, 1e-4) << kind;
    EXPECT_NEAR(theory.at("orders.depth.max@away").value, 10'000, 1e-4);
    EXPECT_NEAR(theory.at("orders.drain_time").value, 100 / 3.0, 1e-6);
    EXPECT_NEAR(theory.at("orders.drain_time@away").value, 100 / 3.0, 1e-6);
    EXPECT_NEAR(theory.at("orders.age.max").value, 100, 1e-6);
  }
}

TEST(FluidOfQueues, AFaultLeavesWhatOtherConsumersCanDo) {
  // 40/s go on: 60/s for 100 s pile up, the drain is at 340/s; outage.h gives the ages.
  const auto theory = theory_by_name(
      changed(kAway, "faults:", "  others: {from: orders, does: [{work: 25ms}]}\nfaults:"));
  EXPECT_NEAR(theory.at("orders.depth.max").value, 6'000, 1e-4);
  EXPECT_NEAR(theory.at("orders.drain_time@away").value, 6'000 / 340., 1e-6);
  const auto closed = outage_answer({100, 440, 100, 40});
  EXPECT_NEAR(theory.at("orders.age.max").value, closed->worst_delay_s, 1e-6);
}

TEST(FluidOfQueues, SlowWorkIsLessCapacity) {
  // 400/s become 80/s: 20/s for 200 s.
  auto theory = under("away: {slow: workers, times: 5, at: 100s, for: 200s}");
  EXPECT_NEAR(theory.at("orders.depth.max").value, 4'000, 1e-4);
  EXPECT_NEAR(theory.at("orders.drain_time@away").value, 4'000 / 300., 1e-6);
  // Two at once: 40/s while both last.
  theory = under(
      "away: {slow: workers, times: 5, at: 100s, for: 200s}\n"
      "  more: {slow: workers, times: 2, at: 200s, for: 200s}");
  EXPECT_NEAR(theory.at("orders.depth.max@away").value, 2'000 + 6'000, 1e-4);
  // In the 100 s after it 200/s are done and 100/s come: both are over before it is drained.
  EXPECT_NEAR(theory.at("orders.drain_time@away").value, 80, 1e-6);
}

TEST(FluidOfQueues, ErrorsAreAttemptsThatTakeTheWayAlone) {
  // Of 100 handlers 99 fail at once; each message then takes 100 ways of 2 ms and 10 ms of work.
  const auto theory =
      theory_by_name(changed(changed(kAway, "outage: workers", "errors: workers, share: 99%"),
                             "producers:", "network: 1ms\nproducers:"));
  EXPECT_NEAR(theory.at("orders.depth.max").value, 100 * (100 - 4 / .21), 1e-3);
}

TEST(FluidOfQueues, OtherWindowsAreFollowedToo) {
  const auto theory =
      theory_by_name(changed(kAway, "faults:", "windows: {later: {at: 150s, for: 60s}}\nfaults:"));
  // At 210 s 3,000 of the 10,000 are done.
  EXPECT_NEAR(theory.at("orders.depth.max@later").value, 10'000, 1e-4);
  EXPECT_NEAR(theory.at("orders.drain_time@later").value, 7'000 / 300., 1e-6);
}

TEST(FluidOfQueues, FaultsElsewhereChangeNothing) {
  const std::string elsewhere =
      "\n  still: {outage: server, at: 100s, for: 200s}"
      "\n  again: {crash: server, every: {exponential: 30s}, for: 1s}"
      "\n  never: {hang: orders, at: 600s, for: 9s}";
  const std::string text =
      changed(changed(kAway, "for: 100s}", "for: 100s}" + elsewhere), "queues:",
              "  others: {load: {poisson: 9/s}, does: [{call: server}]}\n"
              "services: {server: {does: [{work: 1ms}]}}\nqueues:");
  const auto theory = theory_by_name(text);
  EXPECT_NEAR(theory.at("orders.depth.max").value, 10'000, 1e-4);
  EXPECT_NEAR(theory.at("orders.depth.max@still").value, 10'000, 1e-4);
  EXPECT_FALSE(theory.contains("orders.drain_time@still"));  // drained by then
}

TEST(FluidOfQueues, RefusesFaultsThatNoFluidFollows) {
  struct Refusal {
    const char* why;
    std::string from, to;
  };
  const std::string fault = "away: {outage: workers, at: 100s, for: 100s}";
  for (const Refusal& refusal : std::vector<Refusal>{
           {"at random", fault, "away: {outage: workers, every: {exponential: 1min}, for: 5s}"},
           {"for a random time", fault,
            "away: {outage: workers, at: 100s, for: {exponential: 100s}}"},
           {"a second one at random", fault,
            fault + "\n  again: {slow: workers, times: 2, every: 1min, for: 1s}"},
           {"one on the queue too", fault, fault + "\n  shut: {outage: orders, at: 50s, for: 1s}"},
           {"one on where failures go", "orders: {}\n",
            "orders: {dead_letter: {to: dead, after: 9}}\n  dead: {}\n"},
           {"one on what a handler sends to", "does: [{work: {exponential: 10ms}}]",
            "does: [{work: {exponential: 10ms}}, {choose: {60%: [{send: dead}], 40%: []}}]"},
           {"as much at hand as piles up", "instances: 4", "instances: 4\n    prefetch: 200"},
           {"a slow time of few slow handlers", fault,
            "away: {slow: workers, times: 600, at: 100s, for: 100s}"},
           {"a crash's messages come back late", "orders: {}\n", "orders: {visibility: 30s}\n"},
           {"a hang's messages go to others", "orders: {}\n", "orders: {visibility: 150s}\n"},
       }) {
    const std::string why = refusal.why;
    std::string text = changed(kAway, refusal.from, refusal.to);
    if (text.find("send: dead") != std::string::npos)
      text = changed(text, "orders: {}\n", "orders: {}\n  dead: {}\n");
    if (text.find("dead: {}") != std::string::npos)
      text += "  shut: {hang: dead, at: 50s, for: 1s}\n";
    if (why.find("crash") != std::string::npos) text = changed(text, "outage:", "crash:");
    if (why.find("hang") != std::string::npos) text = changed(text, "outage:", "hang:");
    EXPECT_THAT(theory_by_name(text), IsEmpty()) << why;
  }
  // What an outage closes goes back at once, and a long visibility outlasts a hang.
  EXPECT_FALSE(theory_by_name(changed(kAway, "orders: {}", "orders: {visibility: 30s}")).empty());
  EXPECT_FALSE(theory_by_name(changed(changed(kAway, "orders: {}", "orders: {visibility: 200s}"),
                                      "outage:", "hang:"))
                   .empty());
}

}  // namespace
}  // namespace spillway::theory
