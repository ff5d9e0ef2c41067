// What queues, logs and brokers take: throughput, and alarms of memory and disk, from YAML.

#include <gtest/gtest.h>

#include <string>

#include "tests/sim/run/ran.h"

namespace spillway {
namespace {

TEST(ThroughputInRuns, IsThatOfATokenBucketToTheMessage) {
  // 400 a second for 10 s into 300 a second: a bucket of 300 lets 3299 in (worked out in
  // fractions).
  Ran ran(R"(
run: {duration: 10s}
producers: {p: {load: {constant: 400/s, start: 0s}, does: [{send: q}]}}
queues: {q: {throughput: {messages: 300/s}}}
consumers: {w: {from: q, does: [{work: 1ms}]}}
)");
  EXPECT_EQ(ran.total("q", "throttled"), 701);
  EXPECT_EQ(ran.ledger("q").rejected, 701u);
  EXPECT_EQ(ran.ledger("q").sent, 4000u);
  EXPECT_EQ(ran.ledger("q").acknowledged, 3299u);
}

TEST(ThroughputInRuns, IsAFailureThatASenderTriesAgain) {
  // Ten come at once and may; each of the next two finds none, waits for 100 ms, and finds one.
  Ran ran(R"(
run: {duration: 1min}
producers:
  p:
    load: {constant: 1/h, start: 0s}
    does: [{repeat: {times: 10, do: [{send: q}]}}, {repeat: {times: 2, do: [{send: q, retry: {attempts: 2, backoff: {base: 100ms}}}]}}]
queues: {q: {throughput: {messages: 10/s}}}
consumers: {w: {from: q, does: [{work: 1ms}]}}
)");
  EXPECT_EQ(ran.total("q", "throttled"), 2);
  EXPECT_EQ(ran.total("p -> q", "retries"), 2);
  EXPECT_EQ(ran.ledger("q").acknowledged, 12u);
}

TEST(ThroughputInRuns, IsOfBytesToo) {
  // 1 kB ten times a second into 5 kB a second, and 5 kB at once: 5 + 5 x 9.9 s, rounded down.
  Ran ran(R"(
run: {duration: 10s}
producers: {p: {load: {constant: 10/s, start: 0s}, message: {size: 1kB}, does: [{send: q}]}}
queues: {q: {throughput: {bytes: 5kB}}}
consumers: {w: {from: q, does: [{work: 1ms}]}}
)");
  EXPECT_EQ(ran.ledger("q").sent, 100u);
  EXPECT_EQ(ran.ledger("q").acknowledged, 54u);
  EXPECT_EQ(ran.total("q", "throttled"), 46);
}

TEST(ThroughputInRuns, IsOfEachPartitionOfALog) {
  // 40 a second for 10 s in turn on two partitions of 10 a second: 20 a second each, of which 109
  // come in (worked out in fractions).
  Ran ran(R"(
run: {duration: 10s}
producers: {p: {load: {constant: 40/s, start: 0s}, does: [{send: l}]}}
logs: {l: {partitions: 2, throughput: {messages: 10/s}}}
consumers: {w: {from: l, instances: 2, does: [{work: 1ms}]}}
)");
  EXPECT_EQ(ran.total("l", "appended"), 2 * 109);
  EXPECT_EQ(ran.total("l", "throttled"), 400 - 2 * 109);
  EXPECT_EQ(ran.total("l", "rejected"), 400 - 2 * 109);
}

TEST(ThroughputInRuns, OfSqsFifoIs300Calls) {
  Ran ran(R"(
run: {duration: 10s}
producers: {p: {load: {constant: 400/s, start: 0s}, message: {key: {zipf: {keys: 100, exponent: 1}}}, does: [{send: q, group: own-key}]}}
queues: {q: {preset: aws-sqs-fifo}}
consumers: {w: {from: q, instances: 50, does: [{work: 1ms}]}}
)");
  EXPECT_EQ(ran.total("q", "throttled"), 701);
}

/// 100 messages of 1 kB a second, nothing delivered in the first 10 s, then 200 a second; and what
/// the broker says.
std::string outage(const std::string& broker) {
  return "run: {duration: 20s, drain: 1min}\n"
         "producers:\n"
         "  p: {load: {constant: 100/s}, message: {size: 1kB}, does: [{send: q}]}\n"
         "  other: {load: {constant: 1/s}, message: {size: 1B}, does: [{send: idle}]}\n"
         "brokers: {b: {" +
         broker +
         "}}\n"
         "queues: {q: {broker: b}, idle: {broker: b}}\n"
         "consumers: {w: {from: q, does: [{work: 5ms}]}, v: {from: idle, does: [{work: 1ms}]}}\n"
         "faults: {away: {outage: w, at: 0s, for: 10s}}\n";
}

TEST(AlarmsInRuns, LetSendersWaitFromTheByteToTheByte) {
  // Message 601 comes at 6.01 s. From 10 s on one leaves every 5 ms, and one that waited comes in:
  // so the alarm is on until all that have come, less those that have gone, are 600 again. By
  // 13.985 s 1398 have come and 798 have gone.
  const Ran ran(outage("memory: 1MB, memory_alarm: 60%"));
  EXPECT_EQ(ran.total("b", "blocked"), (13'985 - 6'010) * 1e6);  // ns
  EXPECT_EQ(ran.sample("b", "bytes").max, 601'000);
  // 999 had come by 10 s, and none had gone.
  EXPECT_EQ(ran.sample("q", "blocked").max, 999 - 601);
  EXPECT_EQ(ran.sample("q", "depth").max, 601);
  EXPECT_EQ(ran.ledger("q").acknowledged, ran.ledger("q").sent);
  EXPECT_EQ(ran.ledger("q").rejected, 0u);
}

TEST(AlarmsInRuns, HoldUpAllQueuesOfTheBroker) {
  // Its consumer is idle, its queue empty: what comes at 7, 8 ... 10 s waits for the alarm's end.
  const Ran ran(outage("memory: 1MB, memory_alarm: 60%"));
  EXPECT_GT(ran.sample("idle", "blocked").max, 2);
  EXPECT_EQ(ran.ledger("idle").acknowledged, ran.ledger("idle").sent);
  EXPECT_LE(ran.sample("idle", "depth").max, 1);
}

TEST(AlarmsInRuns, AreOfTheDiskAsOfTheMemory) {
  const Ran ran(outage("disk: 1MB, disk_free_limit: 400kB"));
  EXPECT_EQ(ran.total("b", "blocked"), (13'985 - 6'010) * 1e6);  // ns
}

TEST(AlarmsInRuns, AreNotThereWhereThereIsRoom) {
  const Ran ran(outage("memory: 4MB"));
  EXPECT_EQ(ran.total("b", "blocked"), 0);
  EXPECT_EQ(ran.sample("q", "depth").max, 999);
  EXPECT_EQ(ran.sample("q", "blocked").max, 0);
}

TEST(AlarmsInRuns, LetTheTimeoutsOfThoseWhoWaitGoOn) {
  // Who waits for longer than a second for the confirm has given up; the message comes all the
  // same.
  std::string text = outage("memory: 1MB, memory_alarm: 60%");
  text.replace(text.find("[{send: q}]"), 11, "[{send: q, timeout: 1s}]");
  const Ran ran(text);
  EXPECT_GT(ran.total("p -> q", "timeouts"), 200);
  EXPECT_EQ(ran.ledger("q").acknowledged, ran.ledger("q").sent);
}

TEST(AlarmsInRuns, RefuseThoseWhoWaitWhereTheBrokerGoesDown) {
  std::string text = outage("memory: 1MB, memory_alarm: 60%");
  text += "  down: {outage: b, at: 9s, for: 500ms}\n";
  text.replace(text.find("faults: {away: {outage: w, at: 0s, for: 10s}}\n"), 46,
               "faults:\n  away: {outage: w, at: 0s, for: 10s}\n");
  const Ran ran(text);
  const Ledger& q = ran.ledger("q");
  EXPECT_EQ(q.rejected, 900u - 601 + 49) << "those who waited at 9 s, and who came until 9.5 s";
  EXPECT_EQ(q.acknowledged + q.rejected, q.sent);
}

}  // namespace
}  // namespace spillway
