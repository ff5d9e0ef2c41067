// An outbox in a whole world: what a write leaves is sent on, whatever fails between the two.

#include <gtest/gtest.h>

#include "tests/sim/run/ran.h"

namespace spillway {
namespace {

/// Writes, one a second from the first second on, and events into `q`; `outbox` says how.
std::string shop(const std::string& outbox, const std::string& rest = "",
                 const std::string& queue = "", const std::string& duration = "9.5s") {
  return "run: {duration: " + duration +
         ", drain: 1min, replications: 1}\nnetwork: 1ms\nproducers: {p: {load: {constant: 1/s}, "
         "does: [write: db]}}\nstores: {db: {outbox: {to: q, " +
         outbox + "}}}\nqueues: {q: {" + queue +
         "}}\nconsumers: {w: {from: q, concurrency: 10, does: [work: 20ms]}}\n" + rest;
}

TEST(Outboxes, SendEachWritesEventAtTheNextLook) {
  // Committed after 1.001 s; looked for every 300 ms.
  const Ran one(shop("poll: 300ms", "", "", "1.5s"));
  EXPECT_NEAR(one.sample("db", "outbox.wait").max, 0.199, 1e-9);
  // The next look comes 300 ms after the confirm.
  const Ran two(shop("poll: 300ms", "", "", "2.5s"));
  EXPECT_NEAR(two.sample("db", "outbox.wait").min, 0.101, 1e-9);
  const Ran all(shop("poll: 300ms"));
  EXPECT_EQ(all.sample("db", "outbox.wait").n, 9U);
  EXPECT_LE(all.sample("db", "outbox.wait").max, 0.3);
  EXPECT_EQ(all.total("db -> q", "attempts"), 9);
  EXPECT_EQ(all.total("db", "outbox.repeated"), 0);
  EXPECT_EQ(all.total("w", "handled"), 9);
  EXPECT_EQ(all.total("p", "completed"), 9) << "the event is part of its message's work";
  EXPECT_GT(all.sample("p", "completion").max, all.sample("p", "latency").max + 0.02);
  EXPECT_EQ(all.result().alive, 0U);
}

TEST(Outboxes, LookAgainAtOnceAfterAFullBatch) {
  const Ran ran(
      "run: {duration: 1.5s, drain: 1min, replications: 1}\nnetwork: 1ms\nproducers: {p: {load: "
      "{constant: 1/s}, does: [repeat: {times: 5, do: [write: db]}]}}\nstores: {db: {outbox: {to: "
      "q, poll: 10s, batch: 2}}}\nqueues: {q: {}}\nconsumers: {w: {from: q, does: [work: 1ms]}}\n");
  EXPECT_EQ(ran.total("w", "handled"), 5);
  EXPECT_EQ(ran.sample("db", "outbox.depth").max, 5);
  // Two at 10 s, two 2 ms later, and the last, of 1.009 s, 2 ms after that.
  EXPECT_NEAR(ran.sample("db", "outbox.wait").max, 10 - 1.001, 1e-9);
  EXPECT_NEAR(ran.sample("db", "outbox.wait").min, 10.004 - 1.009, 1e-9);
}

TEST(Outboxes, SendAgainWhatIsRefused) {
  const Ran ran(shop("poll: 100ms", "faults: {away: {outage: q, at: 3.5s, for: 2s}}\n"));
  EXPECT_GT(ran.total("db", "outbox.repeated"), 10);
  EXPECT_EQ(ran.ledger("q").rejected,
            static_cast<std::uint64_t>(ran.total("db", "outbox.repeated")));
  EXPECT_EQ(ran.total("w", "handled"), 9);
  EXPECT_EQ(ran.total("p", "completed"), 9) << "what is sent again has not failed";
  EXPECT_EQ(ran.total("p", "failed"), 0) << "nobody waits for the relay";
}

TEST(Outboxes, SendAgainWhoseConfirmIsLost) {
  const std::string lossy = "faults: {f: {loss: {db -> q: 100%}, at: 3.5s, for: 1s}}\n";
  const Ran ran(shop("poll: 100ms, timeout: 600ms", lossy));
  EXPECT_EQ(ran.total("db -> q", "timeouts"), 1);
  EXPECT_EQ(ran.total("db", "outbox.repeated"), 1);
  EXPECT_EQ(ran.total("w", "handled"), 10) << "at least once";
  EXPECT_EQ(ran.result().alive, 0U);
  EXPECT_EQ(ran.result().open, 0U);
}

TEST(Outboxes, SendAgainWhoseMessageIsLost) {
  const Ran ran(shop("poll: 100ms, timeout: 600ms",
                     "faults: {f: {loss: {db -> q: 100%}, direction: request, at: 3.5s, for: "
                     "1s}}\n"));
  EXPECT_EQ(ran.total("db", "outbox.repeated"), 1);
  EXPECT_EQ(ran.total("w", "handled"), 9);
  EXPECT_EQ(ran.total("p", "completed"), 9);
}

TEST(Outboxes, SendAgainWhatWasNotMarkedWhenTheStoreWentDown) {
  // Sent soon after 4 s, confirmed 900 ms later; the store is away in between.
  const std::string slow = "confirm: 900ms";
  const Ran down(shop("poll: 10ms", "faults: {f: {outage: db, at: 4.2s, for: 400ms}}\n", slow));
  EXPECT_EQ(down.total("db", "outbox.repeated"), 1);
  EXPECT_EQ(down.total("w", "handled"), 10);
  EXPECT_EQ(down.result().alive, 0U);
  // Whose store only hangs marks it when that is over.
  const Ran hung(shop("poll: 10ms", "faults: {f: {hang: db, at: 4.2s, for: 1.2s}}\n", slow));
  EXPECT_EQ(hung.total("db", "outbox.repeated"), 0);
  EXPECT_EQ(hung.total("w", "handled"), 9);
  EXPECT_EQ(hung.result().alive, 0U);
}

TEST(Outboxes, LeaveNothingForWhatWasNotWritten) {
  const Ran ran(shop("poll: 100ms", "faults: {f: {outage: db, at: 3.5s, for: 2s}}\n"));
  EXPECT_EQ(ran.total("p", "failed"), 2);
  EXPECT_EQ(ran.total("db", "writes"), 7);
  EXPECT_EQ(ran.total("w", "handled"), 7);
}

TEST(Outboxes, SendToTopicsAndLogsToo) {
  const std::string start =
      "run: {duration: 9.5s, drain: 1min, replications: 1}\nproducers: {p: {load: {constant: 1/s}, "
      "does: [write: db]}}\nstores: {db: {outbox: {to: t, poll: 100ms}}}\n";
  const Ran topic(start +
                  "topics: {t: {subscriptions: {a: {to: a}, b: {to: b}}}}\nconsumers: {a: {does: "
                  "[work: 1ms]}, b: {does: [work: 1ms]}}\n");
  EXPECT_EQ(topic.total("a", "handled") + topic.total("b", "handled"), 18);
  const Ran log(start +
                "logs: {t: {partitions: 3}}\nconsumers: {a: {from: t, does: [work: 1ms]}}\n");
  EXPECT_EQ(log.total("a", "handled"), 9);
}

// Commits are uniform between two looks; a pass takes no time here.
TEST(Outboxes, AddHalfAPollOnAverage) {
  const Ran ran(
      "run: {duration: 2000s, replications: 1}\nproducers: {p: {load: {poisson: 20/s}, does: "
      "[write: db]}}\nstores: {db: {outbox: {to: q, poll: 500ms, batch: 1000}}}\nqueues: {q: "
      "{}}\nconsumers: {w: {from: q, concurrency: 100, does: [work: 1ms]}}\n");
  const Sample& wait = ran.sample("db", "outbox.wait");
  EXPECT_NEAR(
      static_cast<double>(ran.sum_of("db", "outbox.wait")) / 1e9 / static_cast<double>(wait.n),
      0.25, 0.003);
  // Little's law for what waits there.
  EXPECT_NEAR(ran.mean("db", "outbox.depth"), 20 * 0.25, 0.1);
}

}  // namespace
}  // namespace spillway
