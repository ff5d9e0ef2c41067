#include <gtest/gtest.h>

#include "sim/language/quantity_text.h"
#include "sim/scenario/scenario.h"
#include "tests/sim/scenario/loading.h"

namespace spillway {
namespace {

/// The findings of a shop whose queue, consumers' keys and message say this.
std::string shop(const std::string& queue, const std::string& consumer = "",
                 const std::string& message = "size: 1KiB", const std::string& send = "") {
  return findings(
      "run: {duration: 10min}\n"
      "producers: {p: {load: {poisson: 1/s}, message: {" +
      message + "}, does: [{send: q" + send +
      "}]}}\n"
      "queues: {q: {" +
      queue + "}" + (queue.contains("to: dlq") ? ", dlq: {}" : "") +
      "}\n"
      "consumers: {c: {from: q, " +
      consumer + "does: [work: 8ms]}}\n");
}

TEST(Queues, AreReadWithAllTheySay) {
  EXPECT_EQ(shop("visibility: 30s, late_ack: counts, "
                 "redelivery: {delay: 1s, factor: 2, step: 1s, cap: 1min, when: [failed, silent]}, "
                 "dead_letter: {to: dlq, after: 3, expired: true, age: kept}, "
                 "delay: {exponential: 2s}, retention: 4d, capacity: 100, capacity_bytes: 64MiB, "
                 "overflow: block, max_message_size: 1MiB, max_in_flight: 120000",
                 "heartbeat: 20s, ", "size: 1KiB", ", delay: 3s"),
            "");
  EXPECT_EQ(shop("dead_letter: {after: 20}"), "") << "what comes too often is dropped";
}

TEST(Queues, RefuseWhatCannotBe) {
  EXPECT_EQ(shop("overflow: dead_letter, dead_letter: {after: 2}"),
            "3:24 queues.q.overflow: overflow: dead_letter needs dead_letter: {to: …} "
            "[missing-key]\n");
  EXPECT_EQ(shop("overflow: block"),
            "3:24 queues.q.overflow: overflow: block needs a capacity: no sender ever waits "
            "[missing-key] (say how much it holds: capacity: 1000, or capacity_bytes: 64MiB)\n");
  EXPECT_EQ(shop("late_ack: counts"),
            "3:24 queues.q.late_ack: no acknowledgement is late without a visibility: the message "
            "waits for it [missing-key] (say how long it stays hidden: visibility: 30s)\n");
  EXPECT_EQ(shop("redelivery: {delay: 1s, when: [silent]}"),
            "3:26 queues.q.redelivery: no consumer is ever too silent without a visibility "
            "[missing-key] (say how long a message stays hidden: visibility: 30s; or leave silent "
            "out of `when`)\n");
  EXPECT_EQ(shop("redelivery: {delay: 2s, cap: 1s}"),
            "3:43 queues.q.redelivery.cap: expected a duration of at least the delay's 2s; found "
            "1s [out-of-range]\n");
  EXPECT_EQ(shop("dead_letter: {age: kept}"),
            "3:33 queues.q.dead_letter.age: age needs the queue that messages go to [missing-key] "
            "(to: NAME of a queue)\n");
  EXPECT_EQ(shop("dead_letter: {expired: true}"),
            "3:37 queues.q.dead_letter.expired: expired needs the queue that messages go to "
            "[missing-key] (to: NAME of a queue)\n");
  EXPECT_EQ(shop("delay: {column: d, unit: ms}"),
            "3:21 queues.q.delay: only a step has a message to take a column from "
            "[wrong-place]\n");
  EXPECT_EQ(shop("", "", "size: 1KiB", ", delay: {column: d, unit: ms}"),
            "2:86 producers.p.does[1].delay: no trace has a column 'd' [unknown-column] (columns "
            "are named under load: {trace: {columns: …}})\n");
}

TEST(Queues, RefuseHeartbeatsThatKeepNothing) {
  EXPECT_EQ(shop("", "heartbeat: 20s, "),
            "4:13 consumers.c.heartbeat: a heartbeat needs a queue with a visibility: nothing runs "
            "out here [wrong-place] (say in its queue how long a message stays hidden: visibility: "
            "30s)\n");
  EXPECT_EQ(shop("visibility: 20s", "heartbeat: 20s, "),
            "4:13 consumers.c.heartbeat: expected a heartbeat below the 20s that 'q' hides a "
            "message; found 20s [out-of-range]\n");
}

TEST(Queues, AloneHaveDelays) {
  EXPECT_EQ(findings("run: {duration: 10min}\n"
                     "producers: {p: {load: {poisson: 1/s}, does: [{send: l, delay: 2s}]}}\n"
                     "logs: {l: {partitions: 1}}\n"
                     "consumers: {c: {from: l, does: [work: 8ms]}}\n"),
            "2:63 producers.p.does[1].delay: 'l' hides no message: only a queue has delays "
            "[wrong-place] (leave delay out)\n");
}

TEST(Queues, WarnOfLimitsOfSizesThatNobodySays) {
  EXPECT_EQ(shop("capacity_bytes: 1MiB, max_message_size: 1KiB", "", ""),
            "3:10 warning: queues.q.capacity_bytes: no producer says how large its messages are "
            "[unused] (say so: message: {size: 2KiB})\n"
            "3:10 warning: queues.q.max_message_size: no producer says how large its messages are "
            "[unused] (say so: message: {size: 2KiB})\n");
}

}  // namespace
}  // namespace spillway
