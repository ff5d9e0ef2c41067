#include <gtest/gtest.h>

#include "sim/scenario/scenario.h"
#include "tests/sim/scenario/loading.h"

namespace spillway {
namespace {

/// The findings of a shop with this step, whose messages and queues say this.
std::string shop(const std::string& step, const std::string& queues,
                 const std::string& message = "key: {uniform: 9}", const std::string& more = "",
                 const std::string& does = "work: 8ms") {
  return findings(
      "run: {duration: 10min}\n"
      "producers: {p: {load: {poisson: 1/s}, message: {" +
      message + "}, does: [{" + step + "}]}}\nqueues: {" + queues +
      "}\nconsumers: {c: {from: q, does: [" + does + "]}}\n" + more);
}

TEST(Groups, AreSaidOfSendsAndQueues) {
  EXPECT_EQ(shop("send: q, group: key, dedup_id: key", "q: {preset: aws-sqs-fifo}"), "");
  EXPECT_EQ(shop("send: q, group: all, dedup_id: message", "q: {groups: true, dedup: 1min}", ""),
            "");
  EXPECT_EQ(shop("send: q, group: all",
                 "q: {groups: true, dead_letter: {to: dlq}}, dlq: {groups: true}", ""),
            "");
}

TEST(Groups, AreRefusedWhereTheyCannotBe) {
  EXPECT_EQ(shop("send: q", "q: {groups: true}"),
            "2:83 producers.p.does[1]: 'q' has message groups: each message needs one "
            "[missing-key] (group: key, or a word for a group that all of this step are in)\n");
  EXPECT_EQ(shop("send: q, group: key", "q: {}"),
            "2:76 producers.p.does[1].group: 'q' has no message groups [wrong-place] (say groups: "
            "true of a queue, or leave group out)\n");
  EXPECT_EQ(shop("send: q, group: key", "q: {groups: true}", "size: 1KiB"),
            "2:69 producers.p.does[1].group: messages of 'p' come here and have no key "
            "[missing-key] (say which: message: {key: {zipf: {keys: 100, exponent: 1}}})\n");
  EXPECT_EQ(shop("send: q, group: key", "q: {groups: true, dead_letter: {to: dlq}}, dlq: {}"),
            "3:46 queues.q.dead_letter.to: 'dlq' has no message groups, as this queue has "
            "[wrong-place] (a dead-letter queue is of the same type as its queue: say groups of "
            "both)\n");
  EXPECT_EQ(shop("send: q", "q: {dead_letter: {to: dlq}}, dlq: {groups: true}"),
            "3:32 queues.q.dead_letter.to: 'dlq' has message groups, and this queue has none "
            "[wrong-place] (a dead-letter queue is of the same type as its queue: say groups of "
            "both)\n");
  EXPECT_EQ(
      shop("request: q", "q: {groups: true}", "size: 1KiB", "", "reply"),
      "2:79 producers.p.does[1]: 'q' has message groups, and a request says none "
      "[missing-key] (only a send or a publish says a group; leave groups out of the queue)\n");
  const std::string topic = "topics: {t: {subscriptions: {s: {to: q}, r: {to: r}}}}\n";
  const std::string unread =
      " warning: queues.r: no consumer takes messages from this queue [unread]\n";
  EXPECT_EQ(shop("publish: t, group: key", "q: {groups: true}, r: {}", "key: {uniform: 9}", topic),
            "3:29" + unread);
  EXPECT_EQ(shop("publish: t", "q: {groups: true}, r: {}", "size: 1KiB", topic),
            "2:79 producers.p.does[1]: 'q' has message groups: each message needs one "
            "[missing-key] (group: key, or a word for a group that all of this step are in)\n3:29" +
                unread);
  EXPECT_EQ(shop("publish: t, group: key", "q: {}, r: {}", "size: 1KiB", topic),
            "2:69 producers.p.does[1].group: no queue of 't' has message groups [wrong-place] (say "
            "groups: true of a queue, or leave group out)\n3:17" +
                unread);
  EXPECT_EQ(shop("publish: t, dedup_id: key", "q: {}, r: {}", "size: 1KiB", topic),
            "2:69 producers.p.does[1].dedup_id: no queue of 't' looks at ids [wrong-place] (say of "
            "a queue for how long it knows a message: dedup: 5min; or leave dedup_id out)\n3:17" +
                unread);
}

TEST(Groups, AreRefusedOnABroker) {
  EXPECT_EQ(shop("send: q, group: all", "q: {broker: b, groups: true}", "size: 1KiB",
                 "brokers: {b: {}}\n"),
            "3:10 queues.q.groups: this version does not simulate what a failing broker keeps of "
            "groups [not-simulated] (leave out broker, or the key)\n");
  EXPECT_EQ(shop("send: q", "q: {broker: b, dedup: 1min}", "size: 1KiB", "brokers: {b: {}}\n"),
            "3:10 queues.q.dedup: this version does not simulate what a failing broker keeps of "
            "dedup [not-simulated] (leave out broker, or the key)\n");
}

TEST(Groups, IdsAreRefusedWhereNobodyLooksAtThem) {
  EXPECT_EQ(shop("send: q, dedup_id: message", "q: {}"),
            "2:76 producers.p.does[1].dedup_id: 'q' looks at no ids [wrong-place] (say of a queue "
            "for how long it knows a message: dedup: 5min; or leave dedup_id out)\n");
  EXPECT_EQ(shop("send: q, dedup_id: key", "q: {dedup: 1min}", "size: 1KiB"),
            "2:69 producers.p.does[1].dedup_id: messages of 'p' come here and have no key "
            "[missing-key] (say which: message: {key: {zipf: {keys: 100, exponent: 1}}})\n");
  EXPECT_EQ(shop("send: q", "q: {dedup: 1min, capacity: 5, overflow: block}"),
            "3:10 queues.q.dedup: a message that waits for room is not taken in yet, and cannot be "
            "known [wrong-place] (leave dedup out, or choose another overflow)\n");
  EXPECT_EQ(shop("request: q, retry: {attempts: 2}, timeout: 1s", "q: {dedup: 1min}", "size: 1KiB",
                 "", "reply"),
            "2:79 producers.p.does[1].retry: 'q' stores nothing twice: what is asked again is "
            "never answered [wrong-place] (leave retry out, or dedup of the queue)\n");
}

}  // namespace
}  // namespace spillway
