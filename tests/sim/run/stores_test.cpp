// Stores in a whole world: what is written here is shown there, by messages that may be late, lost
// or never sent.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "sim/run/world.h"
#include "sim/scenario/scenario.h"
#include "tests/sim/run/ran.h"

namespace spillway {
namespace {

const std::string kProjection = R"(
stores:
  db: {write: 2ms}
  view: {kind: projection, of: db, apply: 3ms}
queues: {changes: {}}
consumers:
  projector: {from: changes, does: [{work: 8ms}, {apply: view}]}
)";

TEST(StoresInAWorld, StalenessAddsUpFromTheCommitToTheApply) {
  const Ran ran(R"(
run: {duration: 10s}
network: 1ms
producers:
  shop: {load: {constant: 1/s}, does: [write: db, send: changes]}
)" + kProjection);
  EXPECT_TRUE(ran.world().plan().deterministic);
  const Sample& staleness = ran.sample("view", "staleness");
  EXPECT_EQ(staleness.n, 9u);
  EXPECT_EQ(staleness.failures, 0u);
  // The answer, the send and the delivery take 1 ms each, then 8 ms of work, 1 ms to the view
  // and 3.
  EXPECT_DOUBLE_EQ(staleness.min, 0.015);
  EXPECT_DOUBLE_EQ(staleness.max, 0.015);
  EXPECT_DOUBLE_EQ(ran.sample("db", "latency").max, 0.002);
  EXPECT_DOUBLE_EQ(ran.sample("view", "latency").max, 0.003);
  EXPECT_EQ(ran.sample("shop -> db", "attempts").total, 9);
  EXPECT_EQ(ran.sample("projector -> view", "attempts").total, 9);
  EXPECT_EQ(ran.result().alive, 0u);
  EXPECT_EQ(ran.result().open, 0u);
}

TEST(StoresInAWorld, WriteWhoseMessageIsNeverSentStaysUnseen) {
  // The two writes of a dual write: between 3 s and 6 s only the first one succeeds.
  const Ran ran(R"(
run: {duration: 10s}
producers:
  shop:
    load: {constant: 1/s, start: 500ms}
    message: {key: {uniform: 1000000}}
    does: [write: db, send: changes]
faults: {broker: {outage: changes, at: 3s, for: 3s}}
)" + kProjection);
  EXPECT_EQ(ran.sample("db", "writes").total, 10);
  EXPECT_EQ(ran.sample("shop", "failed").total, 3);
  EXPECT_EQ(ran.sample("view", "staleness").n, 7u);
  EXPECT_EQ(ran.sample("view", "staleness").failures, 3u);
  EXPECT_EQ(ran.sample("db", "staleness").failures, 0u);
}

TEST(StoresInAWorld, LaterWriteOfTheKeyHealsTheProjection) {
  const Ran ran(R"(
run: {duration: 10s}
producers:
  shop: {load: {constant: 1/s, start: 500ms}, does: [write: db, send: changes]}
faults: {broker: {outage: changes, at: 3s, for: 3s}}
)" + kProjection);
  EXPECT_EQ(ran.sample("view", "staleness").n, 10u);
  EXPECT_EQ(ran.sample("view", "staleness").failures, 0u);
  // The write of 3.5 s is seen with the one of 6.5 s.
  EXPECT_DOUBLE_EQ(ran.sample("view", "staleness").max, 3.011);
}

TEST(StoresInAWorld, DeadLetterIsAWriteThatIsNotShown) {
  const std::string text = R"(
run: {duration: 10s}
producers:
  shop:
    load: {constant: 10/s}
    message: {key: {uniform: 1000000}}
    does: [write: db, send: changes]
stores:
  db: {}
  view: {kind: projection, of: db}
queues:
  changes: {dead_letter: {to: dead, after: 1}}
  dead: {}
consumers:
  projector: {from: changes, does: [{fail: 30%}, {apply: view}]}
)";
  const Ran parked(text);
  const std::uint64_t failures = parked.sample("view", "staleness").failures;
  EXPECT_GT(failures, 10u);
  EXPECT_EQ(static_cast<double>(failures), parked.sample("changes", "dead_lettered").total);
  const Ran handled(text + "  undertaker: {from: dead, does: [{wait: 1s}, {apply: view}]}\n");
  EXPECT_EQ(handled.sample("view", "staleness").failures, 0u) << "whoever applies it";
  EXPECT_EQ(handled.sample("view", "staleness").n, 99u);
}

TEST(StoresInAWorld, RedeliveredMessageIsAppliedOnce) {
  // Handlers are slower than the visibility timeout: each message is handled several times.
  const Ran ran(R"(
run: {duration: 10s}
producers:
  shop: {load: {constant: 5/s}, message: {key: {uniform: 10}}, does: [write: db, send: changes]}
stores:
  db: {}
  view: {kind: projection, of: db}
queues:
  changes: {visibility: 100ms, dead_letter: {to: dead, after: 3}}
  dead: {}
consumers:
  projector: {from: changes, concurrency: 10, does: [{work: 150ms}, {apply: view}]}
)");
  EXPECT_EQ(ran.sample("view", "staleness").n, 49u);
  EXPECT_DOUBLE_EQ(ran.sample("view", "staleness").max, 0.15);
  EXPECT_EQ(ran.sample("view", "applies").total, 3 * 49);
  EXPECT_EQ(ran.sample("view", "outdated").total, 2 * 49);
}

TEST(StoresInAWorld, DrainsUntilFollowersHaveAllThatWasWritten) {
  const auto text = [](const std::string& drain) {
    return "run: {duration: 10s, drain: " + drain + R"(}
producers:
  shop: {load: {constant: 1/s}, message: {key: {uniform: 100}}, does: [write: db]}
stores: {db: {kind: leader, followers: 2, lag: 20s}}
)";
  };
  const Ran drained(text("10min"));
  EXPECT_EQ(drained.sample("db", "staleness").n, 9u);
  EXPECT_EQ(drained.sample("db", "staleness").failures, 0u);
  EXPECT_EQ(drained.result().ended_at, 29 * kSecond);
  const Ran cut(text("14500ms"));
  EXPECT_EQ(cut.sample("db", "staleness").n, 4u);
  EXPECT_EQ(cut.sample("db", "staleness").failures, 5u) << "they never converged";
}

TEST(StoresInAWorld, WriteThatTookTooLongIsCommittedAllTheSame) {
  const Ran ran(R"(
run: {duration: 10s}
producers:
  shop:
    load: {constant: 1/s}
    message: {key: {uniform: 1000000}}
    does: [{write: db, timeout: 1s}, {send: changes}]
stores:
  db: {write: 1500ms}
  view: {kind: projection, of: db}
queues: {changes: {}}
consumers:
  projector: {from: changes, does: [{apply: view}]}
)");
  EXPECT_EQ(ran.sample("shop", "failed").total, 9);
  EXPECT_EQ(ran.sample("shop -> db", "timeouts").total, 9);
  EXPECT_EQ(ran.sample("db", "writes").total, 9);
  EXPECT_EQ(ran.sample("view", "staleness").failures, 9u);
  EXPECT_EQ(ran.result().alive, 0u);
}

TEST(StoresInAWorld, RetriedWriteIsAnotherVersionAndAFallbackGoesOn) {
  const Ran ran(R"(
run: {duration: 10s}
producers:
  shop:
    load: {constant: 1/s}
    does:
      - write: db
        timeout: 1s
        retry: {attempts: 2}
        fallback: [{read: db}]
stores: {db: {write: 1500ms}}
)");
  EXPECT_EQ(ran.sample("shop", "failed").total, 0);
  EXPECT_EQ(ran.sample("db", "writes").total, 18);
  EXPECT_EQ(ran.sample("db", "reads").total, 9);
}

TEST(StoresInAWorld, UsersSeeWhatTheyWroteOnceTheLagIsOver) {
  const auto text = [](const std::string& between) {
    return R"(
run: {duration: 100s}
producers:
  members:
    load: {users: {count: 10, think: 700ms}}
    message: {key: {uniform: 1000000}}
    does: [{write: profiles}, )" +
           between + R"({read: profiles, key: own-last-write}]
stores: {profiles: {kind: leader, lag: 1s}}
)";
  };
  const Ran at_once(text(""));
  EXPECT_GT(at_once.sample("profiles", "read_your_writes").n, 1000u);
  EXPECT_EQ(at_once.mean("profiles", "read_your_writes"), 0);
  EXPECT_EQ(at_once.mean("profiles", "stale"), 1);
  EXPECT_DOUBLE_EQ(at_once.sample("profiles", "versions_behind").max, 1);
  const Ran later(text("{wait: 1001ms}, "));
  EXPECT_EQ(later.mean("profiles", "read_your_writes"), 1);
  EXPECT_EQ(later.mean("profiles", "stale"), 0);
}

TEST(StoresInAWorld, SessionOfAUserLastsOverItsRequests) {
  // Nine of ten requests read what the user wrote some requests ago, never more than 1 s later.
  const Ran ran(R"(
run: {duration: 100s}
producers:
  members:
    load: {users: {count: 10, think: {exponential: 300ms}}}
    message: {key: {uniform: 1000000}}
    does:
      - choose:
          90%: [{read: profiles, key: own-last-write}]
          10%: [{write: profiles}]
stores: {profiles: {kind: leader, lag: 1s}}
)");
  const Sample& own = ran.sample("profiles", "read_your_writes");
  EXPECT_GT(own.weight, 2000);
  EXPECT_GT(own.total, 0.3 * own.weight) << "most come later than the lag";
  EXPECT_LT(own.total, 0.95 * own.weight);
  // Whoever misses its own write has read a stale version, and nobody else writes its key.
  EXPECT_EQ(ran.sample("profiles", "stale").total, own.weight - own.total);
}

TEST(StoresInAWorld, FaultsHitStores) {
  const std::string shop = R"(
run: {duration: 10s}
producers:
  shop: {load: {constant: 1/s, start: 500ms}, does: [{read: db, timeout: 2s}]}
stores: {db: {read: 100ms}}
)";
  const Ran out(shop + "faults: {f: {outage: db, at: 3s, for: 3s}}\n");
  EXPECT_EQ(out.sample("shop", "failed").total, 3);
  EXPECT_EQ(out.sample("db", "failed").total, 3);
  EXPECT_EQ(out.sample("db", "reads").total, 7);
  const Ran hangs(shop + "faults: {f: {hang: db, at: 3s, for: 3s}}\n");
  EXPECT_EQ(hangs.sample("shop -> db", "timeouts").total, 1) << "the one that waited 2.5 s";
  EXPECT_EQ(hangs.sample("shop", "failed").total, 1);
  EXPECT_EQ(hangs.sample("db", "reads").total, 10);
  const Ran slow(shop + "faults: {f: {slow: db, times: 5, at: 3s, for: 3s}}\n");
  EXPECT_DOUBLE_EQ(slow.sample("db", "latency").max, 0.5);
  EXPECT_DOUBLE_EQ(slow.sample("db", "latency").total, 7 * 0.1 + 3 * 0.5);
  const Ran errs(shop + "faults: {f: {errors: db, share: 100%, at: 3s, for: 3s}}\n");
  EXPECT_EQ(errs.sample("shop", "failed").total, 3);
  EXPECT_EQ(errs.sample("db", "failed").total, 3);
  EXPECT_EQ(errs.result().alive, 0u);
}

TEST(StoresInAWorld, KeyOfAWordIsTheSameForAll) {
  const Ran ran(R"(
run: {duration: 10s}
producers:
  shop: {load: {constant: 1/s}, does: [{write: db, key: front-page}, {write: db, key: terms}]}
  readers: {load: {constant: 1/s, start: 500ms}, does: [{read: copy, key: front-page}]}
stores:
  db: {}
  copy: {kind: projection, of: db}
)");
  EXPECT_EQ(ran.sample("copy", "versions_behind").max, 9) << "9 versions of that one key";
  EXPECT_EQ(ran.sample("copy", "staleness").failures, 18u);
}

TEST(StoresInAWorld, PopularKeysAreReadAsOftenAsTheyAreWritten) {
  // Nothing is ever shown: a read is as many versions behind as its key was written.
  const Ran ran(R"(
run: {duration: 1000s}
producers:
  shop: {load: {poisson: 10/s}, message: {key: {zipf: {keys: 3, exponent: 1}}}, does: [write: db]}
  readers: {load: {poisson: 10/s}, does: [{read: copy, key: popular}]}
stores:
  db: {}
  copy: {kind: projection, of: db}
)");
  // Shares 6/11, 3/11 and 2/11: of its key's writes, 1/2 of all by then, so on average
  // 10/s x 500 s x (36 + 9 + 4) / 121.
  const Sample& behind = ran.sample("copy", "versions_behind");
  EXPECT_NEAR(behind.total / behind.weight, 5000.0 * 49 / 121, 0.05 * 2025);
  EXPECT_GT(ran.mean("copy", "stale"), 0.99);
}

}  // namespace
}  // namespace spillway
