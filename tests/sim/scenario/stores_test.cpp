// Stores and what is asked of them, as files say it: what loads, and each error by its exact
// message.

#include <gtest/gtest.h>

#include "tests/sim/scenario/loading.h"

namespace spillway {
namespace {

/// A shop that writes and readers that read, with these stores in line 4.
std::string shop(const std::string& stores, const std::string& reads = "{read: view}") {
  return "run: {duration: 1min}\n"
         "producers: {shop: {load: {poisson: 1/s}, message: {key: {uniform: 9}}, does: [write: db, "
         "send: q]},\n"
         "  readers: {load: {poisson: 1/s}, does: [" +
         reads + "]}}\nstores: {" + stores +
         "}\n"
         "queues: {q: {}}\n"
         "consumers: {projector: {from: q, does: [apply: view]}}\n";
}
const std::string kStores = "db: {}, view: {kind: projection, of: db}";

TEST(StoreFiles, AreReadFromTheirDeclarations) {
  const ScenarioFile file = load(shop(
      "db: {kind: leader, followers: 3, lag: {exponential: 80ms}, replication: independent, read: "
      "1ms, write: 2ms, apply: 3ms}, view: {kind: projection, of: db, read: 1ms, apply: 5ms}",
      "{read: db, level: strong, key: popular, timeout: 1s, retry: {attempts: 2}, network: 2ms}, "
      "{read: view, fallback: [work: 1ms]}"));
  ASSERT_EQ(findings(file), "");
  const Scenario& scenario = file.variants.at(0);
  const StoreParameters& db = scenario.stores.at(0).parameters;
  EXPECT_EQ(db.kind, StoreKind::leader);
  EXPECT_EQ(db.followers, 3);
  EXPECT_EQ(db.replication, Replication::independent);
  EXPECT_EQ(scenario.stores.at(1).parameters.of->name, "db");
  const auto& steps = scenario.producers.at(1).parameters.does.steps;
  const auto& read = std::get<ReadParameters>(steps.at(0).parameters);
  EXPECT_EQ(read.store.name, "db");
  EXPECT_EQ(read.key, "popular");
  EXPECT_EQ(read.level, ReadLevel::strong);
  EXPECT_EQ(read.retry->attempts, 2);
  EXPECT_TRUE(std::get<ReadParameters>(steps.at(1).parameters).fallback.has_value());
}

TEST(StoreFiles, NeedWhatTheirKindNeedsAndNothingElse) {
  EXPECT_EQ(findings(shop(kStores)), "");
  EXPECT_EQ(findings(shop("db: , view: {kind: projection, of: db}")), "");
  EXPECT_EQ(findings(shop("db: {}, view: {kind: projection}")),
            "4:24 stores.view: a projection needs of: the store whose writes it shows "
            "[missing-key]\n");
  EXPECT_EQ(findings(shop("db: {kind: leader}, view: {kind: projection, of: db}")),
            "4:14 stores.db: a leader needs lag: how long a write takes to a follower "
            "[missing-key] (such as lag: {exponential: 80ms})\n");
  EXPECT_EQ(findings(shop("db: {lag: 1s, of: view, apply: 1s}, view: {kind: projection, of: db}")),
            "4:20 stores.db.lag: only a leader has 'lag'; this store is a single [wrong-place]\n"
            "4:28 stores.db.of: only a projection has 'of'; this store is a single [wrong-place]\n"
            "4:41 stores.db.apply: only a projection or a leader has 'apply'; this store is a "
            "single [wrong-place]\n");
  EXPECT_EQ(findings(shop("db: {}, view: {kind: projection, of: q}")),
            "4:47 stores.view.of: expected the name of a store; found 'q', which is a queue "
            "[wrong-noun]\n");
  EXPECT_EQ(findings(shop("db: {}, view: {kind: projection, of: twice}, twice: {kind: projection, "
                          "of: db}"))
                .find("4:47 stores.view.of: expected a store that is written to; 'twice' is a "
                      "projection itself [wrong-kind] (name its source, 'db', and apply the "
                      "messages to both)\n"),
            0U);
}

TEST(StoreFiles, SayWhereAnOutboxLeads) {
  EXPECT_EQ(findings(shop("db: {outbox: {to: q, poll: 1s}}, view: {kind: projection, of: db}")),
            "");
  EXPECT_EQ(findings(shop("db: {outbox: {}}, view: {kind: projection, of: db}")),
            "4:23 stores.db.outbox: the key 'to' is missing [missing-key] (to: The queue, topic or "
            "log that events are sent to)\n"
            "4:23 stores.db.outbox: the key 'poll' is missing [missing-key] (poll: How long the "
            "relay rests after a pass until it looks again)\n");
  EXPECT_EQ(findings(shop("db: {outbox: {to: db, poll: 1s}}, view: {kind: projection, of: db}")),
            "4:28 stores.db.outbox.to: expected the name of a queue, a topic or a log; found 'db', "
            "which is a store [wrong-noun]\n");
  EXPECT_EQ(findings(shop("db: {}, view: {kind: projection, of: db, outbox: {to: q, poll: 1s}}")),
            "4:59 stores.view.outbox: only a store that is written to has 'outbox'; this store is "
            "a projection [wrong-place]\n");
}

TEST(StoreFiles, ReachByAnOutboxWhatNobodySendsTo) {
  const auto events = [](const std::string& step, const std::string& rest = "") {
    return findings(std::string(kRun) + "producers: {p: {load: {poisson: 1/s}, does: [" + step +
                    ": db]}}\nstores: {db: {outbox: {to: q, poll: 1s}}}\nqueues: {q: "
                    "{}}\nconsumers: {w: {from: q, does: [work: 1ms]}}\n" +
                    rest);
  };
  EXPECT_EQ(events("write",
                   "objectives: {few: db.outbox.depth.max <= 10, sent: db -> q.attempts "
                   ">= 1}\n"),
            "");
  EXPECT_NE(events("read").find("[unreached]"), std::string::npos) << "a read leaves no event";
  EXPECT_EQ(events("write", "faults: {f: {loss: {db -> q: 10%}, at: 1s, for: 1s}}\n"),
            "6:21 faults.f.loss.db -> q: the outbox to 'q' in line 3 would wait for ever for what "
            "is lost: it has no timeout [missing-key] (give it one: timeout: 1s)\n");
}

TEST(StoreFiles, AreAskedForWhatTheyCanDo) {
  EXPECT_EQ(findings(shop(kStores, "{write: view}")),
            "3:50 producers.readers.does[1]: 'view' is a projection: it shows what is written "
            "elsewhere [wrong-kind] (write: db, and apply: view where its messages are handled)\n");
  EXPECT_EQ(findings(shop(kStores, "{apply: db}")),
            "3:50 producers.readers.does[1]: 'db' is no projection: nothing is applied to it "
            "[wrong-kind] (write: db, or a store of kind: projection, of: db)\n");
  EXPECT_EQ(findings(shop(kStores, "{read: view, level: strong}")),
            "3:49 producers.readers.does[1]: 'view' is a projection and cannot be read strongly "
            "[wrong-kind] (read: db has every write)\n");
  EXPECT_EQ(findings(shop(kStores, "{read: view}, {apply: view}")),
            "3:56 warning: producers.readers.does[2]: messages of 'readers' come here and have "
            "written nothing to 'db' [nothing-to-apply]\n");
  EXPECT_EQ(findings(shop(kStores + ", lonely: {}")),
            "4:52 warning: stores.lonely: no producer's messages come here [unreached]\n");
  EXPECT_EQ(findings(shop(kStores, "{read: q}")),
            "3:49 producers.readers.does[1].read: expected the name of a store; found 'q', which "
            "is a queue [wrong-noun]\n");
}

TEST(StoreFiles, SayWhoseKeyIsMeant) {
  EXPECT_EQ(findings(shop(kStores, "{read: view, key: front-page}")), "");
  EXPECT_EQ(findings(shop(kStores, "{read: view, key: own-last-write}")),
            "3:42 producers.readers.does[1]: messages of 'readers' come here and write nothing to "
            "'db' [missing-write] (let the same producer write too, such as by choose: {90%: […], "
            "10%: […]})\n");
  EXPECT_EQ(findings(shop(kStores, "{write: db}, {read: view, key: own-last-write}")), "");
  EXPECT_EQ(findings(shop(kStores, "{write: db, key: popular}")),
            "3:42 producers.readers.does[1]: only a read draws popular keys [wrong-place] (leave "
            "key out: it is the message's own)\n");
  EXPECT_EQ(findings(shop(kStores, "{write: db}, {read: view, key: popular}")),
            "3:55 producers.readers.does[2]: 'shop' and 'readers' write to 'db' with different "
            "keys: which are popular? [conflicting-keys] (say message: {key: …} of whoever reads, "
            "and leave key out here)\n");
  EXPECT_EQ(findings(shop(kStores + ", other: {}", "{read: other, key: popular}")),
            "3:42 producers.readers.does[1]: no message is written to 'other' with its own key "
            "[missing-write] (popular keys are drawn as they are written there)\n");
  EXPECT_EQ(
      findings("run: {duration: 1s}\n"
               "producers: {p: {load: {poisson: 1/s}, message: {key: {uniform: 10000001}}, "
               "does: [write: db]}}\n"
               "stores: {db: {}}\n"),
      "2:13 producers.p.message.key: expected at most 10000000 keys in a store; these messages "
      "have 10000001 [too-large]\n");
}

TEST(StoreFiles, HaveEdgesThatVariantsAndSettingsReach) {
  const std::string text = shop("db: {kind: leader, lag: 1s}, view: {kind: projection, of: db}",
                                "{read: db}, {write: db}, {read: db, level: strong}") +
                           "variants:\n"
                           "  a: {edges: {readers -> db: {level: strong, network: 3ms}}}\n"
                           "  b: {db: {kind: single, lag: null}}\n";
  const ScenarioFile file = load(text);
  ASSERT_EQ(findings(file), "");
  const auto& steps = file.variants.at(0).producers.at(1).parameters.does.steps;
  EXPECT_EQ(std::get<ReadParameters>(steps.at(0).parameters).level, ReadLevel::strong);
  EXPECT_TRUE(std::get<ReadParameters>(steps.at(0).parameters).network.has_value());
  EXPECT_TRUE(std::get<WriteParameters>(steps.at(1).parameters).network.has_value());
  EXPECT_EQ(file.variants.at(1).stores.at(0).parameters.kind, StoreKind::single);
  EXPECT_EQ(
      findings(shop(kStores, "{write: db}") +
               "variants: {a: {edges: {readers -> db: {level: strong}}}}\n"),
      "7:40 producers.readers.does[1].level: unknown key 'level' [unknown-key] (the keys here "
      "are write, key, timeout, retry, fallback or network)\n");
  const ScenarioFile set = load(text, {"db.read=2ms", "readers -> db.key=front"});
  EXPECT_EQ(findings(set), "");
}

TEST(StoreFiles, HaveMetricsThatObjectivesName) {
  const auto objective = [](const std::string& text) {
    return findings(shop(kStores) + "objectives: {o: \"" + text + "\"}\n");
  };
  EXPECT_EQ(objective("view.staleness.p99 <= 30s"), "");
  EXPECT_EQ(objective("view.stale <= 1%"), "");
  EXPECT_EQ(objective("view.versions_behind.mean <= 2"), "");
  EXPECT_EQ(objective("view.read_your_writes >= 99%"), "");
  EXPECT_EQ(objective("readers -> view.attempts >= 1"), "");
  for (const char* metric :
       {"consistent_at.100ms >= 1", "monotonic_reads >= 1", "convergence <= 1s"}) {
    EXPECT_NE(objective("view." + std::string(metric)).find("[not-simulated]"), std::string::npos)
        << metric;
  }
}

}  // namespace
}  // namespace spillway
