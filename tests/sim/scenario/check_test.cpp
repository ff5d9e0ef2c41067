#include <gtest/gtest.h>

#include "tests/sim/scenario/loading.h"

namespace spillway {
namespace {

std::string producer(const std::string& fields) {
  return "run: {duration: 10min}\nproducers: {p: {" + fields + "}}\n";
}

TEST(Loads, AreOfExactlyOneKind) {
  EXPECT_EQ(findings(producer("load: {poisson: 1/s, constant: 2/s}, does: []")),
            "2:38 producers.p.load: expected one of poisson, constant, renewal, mmpp, users or "
            "trace; found poisson and constant [several-kinds] (keep one of them)\n");
  EXPECT_EQ(findings(producer("load: {}, does: []")),
            "2:23 producers.p.load: expected one of poisson, constant, renewal, mmpp, users or "
            "trace; found none [missing-key]\n");
  EXPECT_EQ(findings(producer("load: {poisson: 1/s, start: 0s}, does: []")),
            "2:45 producers.p.load.start: only a constant or a renewal load has a start "
            "[wrong-place]\n");
  EXPECT_EQ(findings(producer("load: {constant: 1/s, start: 0s}, does: []")), "");
  EXPECT_EQ(findings(producer("load: {renewal: {uniform: [1s, 2s]}}, does: []")), "");
  EXPECT_EQ(findings(producer("load: {renewal: 0s}, does: []")),
            "2:33 producers.p.load.renewal: expected a duration above 0s, or a distribution of a "
            "mean above 0s; found 0s [out-of-range]\n");
  EXPECT_EQ(findings(producer("load: {users: {count: 5, think: {exponential: 3s}}}, does: []")),
            "");
  EXPECT_EQ(findings(producer("load: {mmpp: {a: {rate: 1/s, for: 5s}, b: {rate: 9/s, for: "
                              "{exponential: 1s}}}}, does: []")),
            "");
  EXPECT_EQ(findings(producer("load: {mmpp: {}}, does: []")),
            "2:30 producers.p.load.mmpp: expected states by name, such as calm: {rate: 10/s, for: "
            "5min}; found an empty map [wrong-kind]\n");
}

TEST(Profiles, ChangeARateByOneEffectWithinTheRun) {
  const auto profile = [](const std::string& entries, const std::string& load = "poisson: 1/s") {
    return findings(producer("load: {" + load + "}, profile: {" + entries + "}, does: []"));
  };
  EXPECT_EQ(profile("a: {ramp: {from: 1min, over: 1min, times: 2}}, b: {spike: {at: 3min, for: "
                    "1min, rate: 5/s, ramp: 5s}}"),
            "");
  EXPECT_EQ(profile("a: {ramp: {from: 1min}}"),
            "2:59 producers.p.profile.a.ramp: expected one of times or rate; found none "
            "[missing-key]\n");
  EXPECT_EQ(
      profile("a: {}"),
      "2:52 producers.p.profile.a: expected one of ramp or spike; found none [missing-key]\n");
  EXPECT_EQ(profile("a: {spike: {at: 1min, for: 10s, times: 2, ramp: 11s}}"),
            "2:97 producers.p.profile.a.spike.ramp: expected a duration up to the spike's 10s; "
            "found 11s [out-of-range]\n");
  EXPECT_EQ(profile("a: {spike: {at: 9min, for: 2min, times: 2}}"),
            "2:49 producers.p.profile.a: ends at 11min, after the run of 10min [outside-run]\n");
  EXPECT_EQ(profile("a: {ramp: {from: 10min, times: 2}}"),
            "2:49 producers.p.profile.a: begins at 10min, when the run of 10min is over "
            "[outside-run]\n");
  EXPECT_EQ(profile("a: {ramp: {from: 1s, times: 2}}", "users: {count: 5, think: 1s}"),
            "2:65 producers.p.profile: a load of users has no rate that a profile could change "
            "[wrong-place] (a profile changes poisson, constant, renewal and mmpp loads)\n");
}

TEST(Windows, LieWithinTheRunAndHaveNamesOfTheirOwn) {
  const auto windows = [](const std::string& entries) {
    return findings("windows: {" + entries + "}\n" +
                    producer("load: {poisson: 1/s}, profile: {sale: {ramp: {from: 1s, times: 2}}}, "
                             "does: []"));
  };
  EXPECT_EQ(windows("a: {at: 9min, for: 1min}"), "");
  EXPECT_EQ(windows("a: {at: 9min, for: 61s}"),
            "1:11 windows.a: ends at 10min1s, after the run of 10min [outside-run]\n");
  EXPECT_EQ(windows("sale: {at: 1s, for: 1s}"),
            "3:49 producers.p.profile.sale: there is a window of this name already, in line 1 "
            "[duplicate-name] (windows, faults and entries of profiles need names of their own)\n");
  EXPECT_EQ(windows("before: {at: 1s, for: 1s}"),
            "1:11 windows.before: the name 'before' has a meaning of its own [bad-name] (choose "
            "another name)\n");
  EXPECT_EQ(findings("run: {duration: 1min, warmup: 1min}\nproducers: {p: {load: {poisson: 1/s}, "
                     "does: []}}\n"),
            "1:31 run.warmup: expected a duration below the run's 1min; found 1min "
            "[out-of-range]\n");
}

TEST(References, NameComponentsOfTheRightNoun) {
  EXPECT_EQ(findings(producer("load: {poisson: 1/s}, does: [call: orders, send: checkout]") +
                     "queues: {orders: {}}\nservices: {checkout: {does: []}}\n"),
            "2:52 producers.p.does[1].call: expected the name of a service; found 'orders', which "
            "is a queue [wrong-noun]\n"
            "2:66 producers.p.does[2].send: expected the name of a queue or a log; found "
            "'checkout', which is a service [wrong-noun]\n");
  EXPECT_EQ(findings(producer("load: {poisson: 1/s}, does: [send: x]")),
            "2:52 producers.p.does[1].send: there is no queue or log 'x' [unknown-name] (the "
            "file has no queue or log)\n");
}

TEST(DeadLetters, GoToAnotherQueueAndNeverInACircle) {
  const auto queues = [](const std::string& entries) {
    return findings(std::string(kShop) + "queues: {" + entries + "}\n");
  };
  EXPECT_EQ(queues("orders: {dead_letter: {to: dead, after: 3}}, dead: {dead_letter: {to: grave}}, "
                   "grave: {}"),
            "")
      << "a dead-letter queue may have one itself";
  EXPECT_EQ(queues("orders: {dead_letter: {to: orders}}"),
            "4:37 queues.orders.dead_letter.to: the queue 'orders' is its own dead-letter queue "
            "[dead-letter-cycle] (name another queue that keeps them)\n");
  EXPECT_EQ(queues("orders: {dead_letter: {to: a}}, a: {dead_letter: {to: b}}, b: {dead_letter: "
                   "{to: a}}"),
            "4:64 queues.a.dead_letter.to: dead letters go in a circle from 'a' by 'b' "
            "[dead-letter-cycle] (name another queue that keeps them)\n");
}

TEST(Replies, BelongToServices) {
  EXPECT_EQ(findings(producer("load: {poisson: 1/s}, does: [reply]")),
            "2:46 producers.p.does[1]: only a service has a caller to reply to [wrong-place]\n");
}

TEST(Edges, HaveOneNetwork) {
  const auto steps = [](const std::string& list) {
    return findings(producer("load: {poisson: 1/s}, does: [" + list + "]") +
                    "services: {s: {does: []}}\n");
  };
  EXPECT_EQ(steps("{call: s, network: 1ms}, {call: s, network: 0.001s}"), "");
  EXPECT_EQ(steps("{call: s, network: 1ms}, {call: s}"),
            "2:78 producers.p.does[2]: another step says a different network for p -> s "
            "[conflicting-edge] (say the same in each step of the edge)\n");
}

TEST(Sizes, AreRefusedBeforeTheyAreRun) {
  EXPECT_EQ(findings("run: {duration: 1d}\nproducers: {p: {load: {poisson: 1e9/s}, does: []}}\n"),
            "2:13 producers.p.load: expected at most 1000000000 messages in a run; this one makes "
            "about 86000000000000 [too-many-events] (shorten the run or lower the rate)\n");
  EXPECT_EQ(findings(producer("load: {poisson: 1e6/s}, profile: {a: {spike: {at: 1min, for: 1min, "
                              "times: 8}}}, does: []")),
            "2:13 producers.p.load: expected at most 1000000000 messages in a run; this one makes "
            "about 1000000000 [too-many-events] (shorten the run or lower the rate)\n");
  EXPECT_EQ(findings(producer("load: {mmpp: {a: {rate: 1/s, for: 6us}, b: {rate: 2/s, for: "
                              "{exponential: 6us}}}}, does: []")),
            "");
  EXPECT_EQ(findings(producer("load: {mmpp: {a: {rate: 1/s, for: 1ns}, b: {rate: 2/s, for: "
                              "{exponential: 1ns}}}}, does: []")),
            "2:13 producers.p.load.mmpp: expected at most 100000000 changes of state in a run; "
            "this load makes about 600000000000 [too-many-events] (let the states last longer, or "
            "shorten the run)\n");
  EXPECT_EQ(findings(producer("load: {users: {count: 1e7, think: 1ms}}, does: []"))
                .find("2:13 producers.p.load: expected at most 1000000000 messages"),
            0U);
  EXPECT_EQ(findings(producer("load: {poisson: 1/s}, does: [call: s]") +
                     "services: {s: {instances: 1e5, concurrency: 1e6, does: []}}\n"),
            "3:12 services.s: expected at most 10000000 slots (instances x concurrency) in all; "
            "with this component there are 100000000000 [too-large]\n");
}

TEST(Warnings, TellOfWhatWouldSurprise) {
  EXPECT_EQ(findings(producer("load: {poisson: 1/s}, does: [send: q]") +
                     "queues: {q: {}, alone: {}}\nservices: {idle: {does: []}}\n"),
            "3:10 warning: queues.q: no consumer takes messages from this queue [unread]\n"
            "3:17 warning: queues.alone: no producer's messages come here [unreached]\n"
            "4:12 warning: services.idle: no producer's messages come here [unreached]\n");
  EXPECT_EQ(findings(producer("load: {poisson: 100/s}, does: [call: s]") +
                     "services: {s: {instances: 2, does: [work: 50ms, {fail: 50%}, call: t]}, t: "
                     "{does: [work: 10ms]}}\n"),
            "3:12 warning: services.s: the ordinary load of 100/s needs 5 slots on average; there "
            "are 2: what waits grows as long as it lasts [overload]\n")
      << "t gets half of it, which it can do";
  EXPECT_EQ(findings(producer("load: {poisson: 100/s}, does: [call: a]") +
                     "services: {a: {does: [work: 1ms, call: b]}, b: {does: [choose: {50%: [call: "
                     "a], 50.0%: []}]}}\n"),
            "")
      << "cycles are not simple";
  const ScenarioFile file =
      load(producer("load: {poisson: 1/s}, does: [send: q]") + "queues: {q: }\n");
  EXPECT_FALSE(has_errors(file.diagnostics));
  EXPECT_EQ(file.variants.size(), 1U);
}

TEST(Check, CountsWhatStoresTakeWhereASlotIsHeld) {
  const auto said = [](const std::string& holds, const std::string& read) {
    return findings(
        load("run: {duration: 10min}\nnetwork: 1ms\n"
             "producers: {p: {load: {poisson: 100/s}, does: [{call: s}]}}\n"
             "services:\n  s: {concurrency: 2" +
             holds + ", does: [{work: 4ms}, {read: db, key: k" + read +
             "}]}\nstores: {db: {read: {exponential: 20ms}}}\n"));
  };
  EXPECT_EQ(said("", ""),
            "5:3 warning: services.s: the ordinary load of 100/s needs 2.6 slots on average; there "
            "are 2: "
            "what waits grows as long as it lasts [overload]\n");
  EXPECT_EQ(said(", holds: nothing", ""), "");
  EXPECT_EQ(said("", ", network: 0ms"),
            "5:3 warning: services.s: the ordinary load of 100/s needs 2.4 slots on average; there "
            "are 2: "
            "what waits grows as long as it lasts [overload]\n");
}

TEST(Findings, AreCutWhenThereAreTooMany) {
  std::string text = producer("load: {poisson: 1/s}, does: []") + "queues:\n";
  for (int i = 0; i < 2'000; ++i) text += "  q" + std::to_string(i) + ": {visibilty: 1s}\n";
  const ScenarioFile file = load(text);
  ASSERT_EQ(file.diagnostics.size(), 501U);
  EXPECT_EQ(file.diagnostics.front().at.line, 4U);
  EXPECT_EQ(file.diagnostics.back().message, "1500 more findings are not listed");
}

}  // namespace
}  // namespace spillway
