#include <gtest/gtest.h>

#include "sim/scenario/scenario.h"
#include "tests/sim/scenario/loading.h"

namespace spillway {
namespace {

/// The findings of a consumer that says this, of a queue that says that.
std::string workers(const std::string& says, const std::string& queue = "{}",
                    const std::string& more = "") {
  return findings(
      "run: {duration: 10min}\n"
      "producers: {p: {load: {poisson: 1/s}, does: [send: q]}}\n"
      "queues: {q: " +
      queue + "}\nconsumers: {c: {from: q, does: [work: 8ms], " + says + "}}\n" + more);
}

TEST(Batches, AreSaidOfConsumersOfQueues) {
  EXPECT_EQ(workers("batch: {size: 10}"), "");
  EXPECT_EQ(workers("batch: {size: 10}, scale: {by: pollers, max: 9, step: 5}"), "");
  EXPECT_EQ(workers("prefetch: 40, batch: {size: 10, window: 100ms, partial_failures: true}, "
                    "per_batch: [{write: s}]",
                    "{visibility: 30s}", "stores: {s: {}}\n"),
            "");
}

TEST(Batches, AreRefusedWhereTheyCannotBe) {
  EXPECT_EQ(workers("batch: {window: 1s}"),
            "4:52 consumers.c.batch: the key 'size' is missing [missing-key] (size: Messages of a "
            "batch at most)\n");
  EXPECT_EQ(workers("per_batch: [work: 1ms]"),
            "4:13 consumers.c.per_batch: without batches nothing is done once for each "
            "[wrong-place] (say how large they are: batch: {size: 10}; or put its steps into "
            "does)\n");
  EXPECT_EQ(workers("batch: {size: 10}, prefetch: 25"),
            "4:13 consumers.c.prefetch: expected whole batches of 10; found 25 [out-of-range] (an "
            "instance takes a batch at a time; leave prefetch out to take no more than its slots "
            "handle)\n");
  EXPECT_EQ(workers("batch: {size: 10}, ack: before"),
            "4:13 consumers.c.ack: a batch is acknowledged when it has been handled, all at once "
            "[wrong-place] (leave out ack, or batch)\n");
  EXPECT_EQ(workers("batch: {size: 10, window: 30s}", "{visibility: 30s}"),
            "4:13 warning: consumers.c.batch.window: 'q' hides a message for 30s: the first of a "
            "batch is delivered again while it waits for others [window-too-long] (let a batch "
            "wait for less, or hide messages for longer)\n");
}

TEST(Batches, OfGroupsKeepTheirOrder) {
  const auto grouped = [](const std::string& batch) {
    return findings(
        "run: {duration: 10min}\n"
        "producers: {p: {load: {poisson: 1/s}, does: [{send: q, group: all}]}}\n"
        "queues: {q: {groups: true}}\n"
        "consumers: {c: {from: q, does: [work: 8ms], batch: {" +
        batch + "}}}\n");
  };
  EXPECT_EQ(grouped("size: 10"), "");
  EXPECT_EQ(grouped("size: 10, window: 1s"),
            "4:13 consumers.c.batch.window: a receive from 'q', which has groups, takes what is "
            "there [wrong-place] (leave window out)\n");
  EXPECT_EQ(grouped("size: 10, partial_failures: true"),
            "4:13 consumers.c.batch.partial_failures: 'q' has groups: what stands behind a message "
            "that failed may not be handled before it [wrong-place] (leave partial_failures out: "
            "all of the batch goes back, and keeps its order)\n");
}

TEST(Batches, AreRefusedOfTopics) {
  EXPECT_EQ(findings("run: {duration: 10min}\n"
                     "producers: {p: {load: {poisson: 1/s}, does: [publish: t]}}\n"
                     "topics: {t: {subscriptions: {s: {to: c}}}}\n"
                     "consumers: {c: {does: [work: 8ms], batch: {size: 10}}}\n"),
            "4:13 consumers.c.batch: a topic pushes messages one by one [wrong-place] (put a queue "
            "between topic and consumer: from: and its name)\n");
}

TEST(Batches, OfALogAreCommittedAfterwardsAndPolledWhole) {
  const auto reader = [](const std::string& says) {
    return findings(
        "run: {duration: 10min}\n"
        "producers: {p: {load: {poisson: 1/s}, does: [send: l]}}\n"
        "logs: {l: {}}\n"
        "consumers: {c: {from: l, does: [work: 8ms], per_batch: [work: 1ms], " +
        says + "}}\n");
  };
  EXPECT_EQ(reader("batch: {size: 10, window: 1s, partial_failures: true}, prefetch: 20"), "");
  EXPECT_EQ(reader("batch: {size: 10}, commit: before"),
            "4:13 consumers.c.commit: a batch is committed when it has been handled, and handled "
            "again where it fails [wrong-place] (leave out commit, or batch)\n");
  EXPECT_EQ(reader("batch: {size: 10}, prefetch: 15"),
            "4:13 consumers.c.prefetch: expected whole batches of 10; found 15 [out-of-range] (an "
            "instance takes a batch at a time; leave prefetch out to take no more than its slots "
            "handle)\n");
  EXPECT_EQ(reader("batch: {size: 10}, max_poll_interval: 70ms"),
            "4:13 warning: consumers.c.max_poll_interval: a full poll of 10 records takes 80ms on "
            "average: with that much ready its reader is put out of the group, and the same is "
            "read again [poll-too-long] (poll less at once, by prefetch, or allow more)\n");
}

TEST(Batches, OfSendersGatherForALog) {
  const auto sender = [](const std::string& steps) {
    return findings("run: {duration: 10min}\nproducers: {p: {load: {poisson: 1/s}, does: [" +
                    steps +
                    "]}}\nlogs: {l: {}}\nqueues: {q: {}}\nconsumers: {c: {from: l, does: []}, d: "
                    "{from: q, does: []}}\n");
  };
  const std::string used = "{send: q}, ";
  EXPECT_EQ(sender(used + "{send: l, linger: 5ms, batch: {size: 100, bytes: 16KiB}}"), "");
  EXPECT_EQ(sender(used + "{send: l, linger: 5ms}, {send: l, linger: 5ms}"), "");
  EXPECT_EQ(sender(used + "{send: l, timeout: 1s}, {send: l, timeout: 2s}"), "");
  EXPECT_EQ(sender(used + "{send: l, linger: 0s}"),
            "2:75 producers.p.does[2].linger: expected a duration above 0s, such as 30s; found 0s "
            "[out-of-range]\n");
  EXPECT_EQ(
      sender(used + "{send: l, linger: 5ms, batch: {}}"),
      "2:87 producers.p.does[2].batch: expected size, bytes or both; found neither [missing-key] "
      "(size: 100, or bytes: 16KiB; leave batch out where linger alone says when it goes)\n");
  EXPECT_EQ(sender(used + "{send: l, batch: {size: 9}}"),
            "2:74 producers.p.does[2].batch: without linger no record waits for others: there are "
            "no batches [missing-key] (say how long the first one waits: linger: 5ms)\n");
  EXPECT_EQ(sender("{send: q, linger: 5ms}, {send: l}"),
            "2:46 producers.p.does[1].linger: 'q' is a queue, to which each message travels alone "
            "[wrong-place] (leave linger out, or send to a log)\n");
  EXPECT_EQ(
      sender(used + "{send: l, linger: 5ms}, {send: l}"),
      "2:81 producers.p.does[3].linger: another send on p -> l goes by the same client, whose "
      "batches are sent in one way [conflicting-edge] (let all sends of an edge say the same "
      "linger, batch and confirm, and none of them timeout or retry; or send in one step)\n");
  EXPECT_EQ(
      sender(used + "{send: l, linger: 5ms, timeout: 1s}, {send: l, linger: 5ms}"),
      "2:94 producers.p.does[3].linger: another send on p -> l goes by the same client, whose "
      "batches are sent in one way [conflicting-edge] (let all sends of an edge say the same "
      "linger, batch and confirm, and none of them timeout or retry; or send in one step)\n");
}

TEST(Batches, DoNothingOnceThatIsOneMessagesOwn) {
  EXPECT_EQ(workers("batch: {size: 10}, per_batch: [reply]"),
            "4:76 consumers.c.per_batch[1]: a batch is nobody's request [wrong-place] (reply in "
            "does)\n"
            "4:76 consumers.c.per_batch[1]: nobody asks for this reply: no request or gather comes "
            "here [wrong-place] (a producer or service asks with request: QUEUE)\n");
  EXPECT_EQ(workers("batch: {size: 10}, per_batch: [apply: v]", "{}",
                    "stores: {s: {}, v: {kind: projection, of: s}}\n"),
            "4:76 consumers.c.per_batch[1]: what is applied is one message's write [wrong-place] "
            "(apply in does)\n"
            "4:76 warning: consumers.c.per_batch[1]: messages of 'p' come here and have written "
            "nothing to 's' [nothing-to-apply]\n"
            "5:10 warning: stores.s: no producer's messages come here [unreached]\n");
}

// 10 messages a second need 5 slots at 500 ms each; with 20 at a time for 1 s they need half of
// one.
TEST(Batches, NeedAsManySlotsAsTheirSizeSays) {
  const auto shop = [](const std::string& says) {
    return findings(
        "run: {duration: 10min}\n"
        "producers: {p: {load: {poisson: 10/s}, does: [send: q]}}\n"
        "queues: {q: {}}\nconsumers: {c: {from: q, " +
        says + "}}\n");
  };
  EXPECT_EQ(shop("does: [work: 0s], batch: {size: 20}, per_batch: [work: 1s]"), "");
  EXPECT_EQ(shop("does: [work: 0s], batch: {size: 5}, per_batch: [work: 1s]"),
            "4:13 warning: consumers.c: the ordinary load of 10/s needs 2 slots on average; there "
            "are 1: what waits grows as long as it lasts [overload]\n");
}

}  // namespace
}  // namespace spillway
