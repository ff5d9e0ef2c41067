// What a file says of requests, gathered replies and submitted jobs, and what it is told.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/scenario/loading.h"

namespace spillway {
namespace {

std::string does(const std::string& steps, const std::string& worker = "work: 1ms, reply") {
  return findings(std::string(kRun) + "producers: {p: {load: {poisson: 1/s}, does: [" + steps +
                  "]}}\nqueues: {q: {}}\ntopics: {t: {subscriptions: {a: {to: b}, c: {to: "
                  "d}}}}\nconsumers: {w: {from: q, does: [" +
                  worker + "]}, b: {does: [reply]}, d: {does: []}}\n");
}

TEST(Conversations, NeedSomebodyWhoReplies) {
  EXPECT_EQ(does("{request: q}, {gather: t, first: 1}"), "");
  EXPECT_EQ(does("{request: q}, {gather: t, first: 1}", "work: 1ms"),
            "2:56 producers.p.does[1].request: no consumer of 'q' replies: it would wait for ever "
            "[no-reply] (say reply in its handler, or send without waiting)\n");
}

TEST(Conversations, HaveReplyersOnlyWhereSomebodyAsks) {
  EXPECT_EQ(does("{send: q}, {gather: t, first: 1}"),
            "5:44 consumers.w.does[2]: nobody asks for this reply: no request or gather comes here "
            "[wrong-place] (a producer or service asks with request: QUEUE)\n");
}

TEST(Conversations, GatherFirstRepliesOrForATime) {
  EXPECT_EQ(does("{request: q}, {gather: t}"),
            "2:60 producers.p.does[2]: expected first or until; found neither [missing-key] "
            "(first: 1 goes "
            "on with the first reply, until: 2s with all that come in 2s)\n");
  EXPECT_EQ(
      does("{request: q}, {gather: t, first: 2}"),
      "2:60 producers.p.does[2].first: expected at most 1, as many as there are subscriptions that "
      "are replied to; found 2 [out-of-range]\n");
  EXPECT_EQ(
      does("{request: q}, {gather: t, until: 1s, timeout: 1s}"),
      "2:60 producers.p.does[2]: until says already how long it waits [wrong-place] (leave timeout "
      "out)\n");
}

TEST(Conversations, SubmitSaysHowItAsks) {
  EXPECT_EQ(does("{request: q}, {gather: t, first: 1}, {submit: q, poll: {every: 1s}}"), "");
  EXPECT_EQ(
      does("{request: q}, {gather: t, first: 1}, {submit: q}"),
      "2:83 producers.p.does[3]: the key 'poll' is missing [missing-key] (poll: How it is asked "
      "after)\n");
  EXPECT_EQ(does("{request: q}, {gather: t, first: 1}, {submit: t, poll: {every: 1s}}"),
            "2:92 producers.p.does[3].submit: expected the name of a service or a queue; found "
            "'t', which "
            "is a topic [wrong-noun]\n");
}

TEST(Conversations, WaitForNothingForEverThatMayBeLost) {
  const auto lost = [](const std::string& steps, const std::string& edge) {
    return findings(std::string(kRun) + "producers: {p: {load: {poisson: 1/s}, does: [" + steps +
                    "]}}\nqueues: {q: {}}\ntopics: {t: {subscriptions: {a: {to: b}}}}\nconsumers: "
                    "{w: {from: q, does: [reply]}, b: {does: [reply]}}\nfaults: {f: {loss: {" +
                    edge + ": 10%}, at: 1s, for: 1s}}\n");
  };
  const std::string steps = "{request: q}, {gather: t, until: 1s}";
  EXPECT_EQ(lost(steps, "p -> t"), "");
  const auto waits = [](const std::string& step, const std::string& to) {
    return "6:21 faults.f.loss.p -> " + to + ": the " + step + " to '" + to +
           "' in line 2 would wait for ever for what is lost: it has no timeout [missing-key] "
           "(give it one: timeout: 1s)\n";
  };
  EXPECT_EQ(lost(steps, "p -> q"), waits("request", "q"));
  const std::string limited = "{request: q, timeout: 1s}, {gather: t, first: 1}";
  EXPECT_EQ(lost(limited, "p -> q"), "");
  EXPECT_EQ(lost(limited, "p -> t"), waits("gather", "t"));
  EXPECT_EQ(lost(limited + ", {submit: q, poll: {every: 1s}}", "p -> q"), waits("submit", "q"));
}

TEST(Conversations, AreReachedByEdgesOfVariants) {
  const ScenarioFile file = load(
      std::string(kRun) +
      "producers: {p: {load: {poisson: 1/s}, does: [{request: q}]}}\nqueues: {q: "
      "{}}\nconsumers: {w: {from: q, does: [reply]}}\nvariants: {a: {edges: {p -> q: {timeout: "
      "1s}}}}\n");
  EXPECT_EQ(findings(file), "");
  const auto& steps = file.variants.at(0).producers.at(0).parameters.does.steps;
  EXPECT_TRUE(std::get<RequestParameters>(steps.at(0).parameters).timeout.has_value());
}

/// A request by q, with its replies by r.
std::string by_reply_queue(const std::string& queues, const std::string& rest = "",
                           const std::string& steps = "") {
  return findings(std::string(kRun) +
                  "producers: {p: {load: {poisson: 1/s}, does: [{request: q, reply_to: r}" + steps +
                  "]}}\nqueues: {" + queues + "}\nconsumers: {w: {from: q, does: [reply]}" + rest);
}

TEST(ReplyQueues, MayBeAnyOrdinaryQueues) {
  EXPECT_EQ(by_reply_queue("q: {}, r: {capacity: 10, overflow: drop_head, delay: 1ms}", "}\n"), "");
  EXPECT_EQ(by_reply_queue("q: {}, r: {}", "}\nobjectives: {o: r -> p.attempts >= 1}\n"), "");
}

TEST(ReplyQueues, AreReadByNobodyElse) {
  EXPECT_EQ(by_reply_queue("q: {}, r: {}", ", v: {from: r, does: []}}\n"),
            "4:52 consumers.v.from: 'r' is the reply queue of line 2: its replies go to who has "
            "asked, and to nobody else [wrong-place] (let the consumer take from another queue)\n");
}

TEST(ReplyQueues, TakeNothingButReplies) {
  const auto refused = [](const std::string& where) {
    return where +
           ": 'r' is the reply queue of line 2: nothing but replies goes there, as nobody else "
           "takes it [wrong-place] (name another queue, that a consumer takes from)\n";
  };
  EXPECT_EQ(by_reply_queue("q: {}, r: {}", "}\n", ", {send: r}"),
            refused("2:80 producers.p.does[2]"));
  EXPECT_EQ(by_reply_queue("q: {dead_letter: {to: r}}, r: {}", "}\n"),
            refused("3:32 queues.q.dead_letter.to"));
}

TEST(ReplyQueues, HandRepliesOnAsTheyCome) {
  for (const auto& [says, key] :
       {std::pair{"groups: true", "groups"}, std::pair{"priority: {levels: 2}", "priority"},
        std::pair{"poll: {wait: 1s}", "poll"}, std::pair{"delivery: 1ms", "delivery"}}) {
    const std::string found = by_reply_queue(std::string("q: {}, r: {") + says + "}", "}\n");
    EXPECT_THAT(found, testing::HasSubstr(std::string("queues.r.") + key +
                                          ": 'r' is the reply queue of line 2: "));
    EXPECT_THAT(found,
                testing::HasSubstr("(leave it out here, or leave reply_to out: who asks then "
                                   "has a private queue)"));
  }
}

TEST(ReplyQueues, AreDeliveredFromWithoutLoss) {
  const auto struck = [](const std::string& edge) {
    return by_reply_queue("q: {}, r: {}", "}\nfaults: {f: {loss: {" + edge +
                                              ": 10%}, direction: request, at: 1s, for: 1s}}\n");
  };
  EXPECT_EQ(struck("w -> r"), "");
  EXPECT_THAT(struck("r -> p"),
              testing::HasSubstr("r -> p is a delivery, over a connection that loses nothing"));
}

}  // namespace
}  // namespace spillway
