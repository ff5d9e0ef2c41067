// Brokers in whole runs: from the text of a scenario to what is lost.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/run/world.h"
#include "tests/sim/run/ran.h"

namespace spillway {
namespace {

std::string run_of(const std::string& send, const std::string& nodes, const std::string& queue,
                   const std::string& fault) {
  return "run: {duration: 100s}\n"
         "producers: {shop: {load: {constant: 100/s}, does: [" +
         send + "]}}\nbrokers: {b: {nodes: " + nodes +
         ", failover: 2s}}\n"
         "queues: {orders: {broker: b" +
         queue +
         "}}\n"
         "consumers: {workers: {from: orders, instances: 5, does: [work: 1ms]}}\n"
         "faults: {f: {" +
         fault + "}}\n";
}

TEST(BrokerRuns, CostAQuorumItsFailover) {
  const Ran run(
      run_of("send: orders", "3", ", replication: 3", "crash: b, nodes: 1, at: 50005ms, for: 20s"));
  EXPECT_EQ(run.ledger("orders").lost, 0u);
  EXPECT_EQ(run.ledger("orders").rejected, 0u);
  EXPECT_EQ(run.ledger("orders").acknowledged, 9999u);
  EXPECT_EQ(run.total("b", "failovers"), 1);
  // Sent at 50.01 s … 52.00 s, confirmed at 52.005 s: 1.995 s, 1.985 s … 0.005 s.
  EXPECT_EQ(run.sum_of("shop", "latency"), 200 * std::uint64_t{1'000'000'000});
  EXPECT_EQ(run.sample("b", "nodes_down").total / run.sample("b", "nodes_down").weight, 0.2);
}

TEST(BrokerRuns, LoseWhatTheConfirmModeSays) {
  const auto ledger = [](const std::string& options, const std::string& fault) {
    return Ran(run_of("{send: orders" + options + "}", "1", ", confirm: 95ms", fault))
        .ledger("orders");
  };
  const std::string crash = "crash: b, at: 50005ms, for: 10s";
  // While it is down 1000 are sent; when it crashes 9 are taken, handled and not stored.
  const Ledger stored = ledger("", crash);
  EXPECT_EQ(stored.rejected, 1000u);
  EXPECT_EQ(stored.lost, 0u);
  EXPECT_EQ(stored.acknowledged, 8999u);
  const Ledger forgotten = ledger(", confirm: false", crash);
  EXPECT_EQ(forgotten.rejected, 0u);
  EXPECT_EQ(forgotten.lost, 1000u);

  // Without consumers' help: what waits is lost as far as it is not stored.
  const auto waiting = [&](const std::string& options) {
    return Ran(run_of("{send: orders" + options + "}", "1", ", confirm: 95ms",
                      crash + "}, away: {outage: workers, at: 49s, for: 20s"));
  };
  const Ran safe = waiting("");
  EXPECT_EQ(safe.ledger("orders").lost, 9u) << "sent at 49.92 s … 50.00 s";
  EXPECT_EQ(safe.total("shop", "success"), 9999 - 1000 - 9) << "and each sender knows";
  const Ran accepted = waiting(", confirm_when: accepted");
  EXPECT_EQ(accepted.ledger("orders").lost, 9u);
  EXPECT_EQ(accepted.total("shop", "success"), 9999 - 1000) << "nine are told that all is well";
  EXPECT_EQ(accepted.sum_of("shop", "latency"), 0u);
  const Ran transient = waiting(", persistent: false");
  EXPECT_EQ(transient.ledger("orders").lost, 101u) << "all since 49.00 s";
  EXPECT_EQ(transient.ledger("orders").acknowledged, 9999u - 1000 - 101);
  // Sent again by those who know, nothing is missing.
  const Ran again = waiting(", retry: {attempts: 20, backoff: {base: 1s, factor: 1}}");
  EXPECT_EQ(again.ledger("orders").acknowledged, 9999u);
}

TEST(BrokerRuns, LeaveQueuesAloneThatAreOnOtherNodes) {
  const Ran run(
      "run: {duration: 100s}\n"
      "brokers: {b: {nodes: 3}}\n"
      "producers: {shop: {load: {constant: 10/s}, does: [{send: a, fallback: []}, "
      "{send: b2, fallback: []}, {send: c, fallback: []}]}}\n"
      "queues: {a: {broker: b}, b2: {broker: b}, c: {}}\n"
      "consumers: {x: {from: a, does: []}, y: {from: b2, does: []}, z: {from: c, does: []}}\n"
      "faults: {one: {crash: b, nodes: 1, at: 10s, for: 10s}}\n");
  EXPECT_EQ(run.ledger("a").rejected, 100u);
  EXPECT_EQ(run.ledger("b2").rejected, 0u);
  EXPECT_EQ(run.ledger("c").rejected, 0u);
}

TEST(BrokerRuns, AreTheSameWithoutFaults) {
  const auto fingerprint = [](const std::string& queue) {
    return Ran("run: {duration: 100s}\n"
               "brokers: {b: {nodes: 3, failover: 1s}}\n"
               "producers: {shop: {load: {poisson: 100/s}, does: [send: orders]}}\n"
               "queues: {other: {broker: b}, orders: {confirm: {exponential: 5ms}" +
               queue +
               "}}\n"
               "consumers: {w: {from: orders, does: [work: {exponential: 9ms}]}}\n")
        .result()
        .fingerprint;
  };
  EXPECT_EQ(fingerprint(""), fingerprint(", broker: b, replication: 3"));
}

TEST(BrokerRuns, LoseCopiesOfATopicThatAreNotPersistent) {
  const auto lost = [](const std::string& says) {
    return Ran("run: {duration: 10s}\n"
               "producers: {shop: {load: {constant: 10/s}, does: [{publish: news" +
               says +
               "}]}}\n"
               "topics: {news: {subscriptions: {a: {to: q}}}}\nbrokers: {b: {}}\n"
               "queues: {q: {broker: b, confirm: 1ms}}\n"
               "consumers: {w: {from: q, does: [work: 1ms]}}\n"
               "faults: {away: {outage: w, at: 1050ms, for: 8s}, down: {crash: b, at: 5050ms, for: "
               "1s}}\n")
        .ledger("q")
        .lost;
  };
  EXPECT_EQ(lost(", persistent: false"), 40u) << "sent from 1.1 s to 5.0 s";
  EXPECT_EQ(lost(""), 0u);
}

std::string run_of_log(const std::string& send, const std::string& log, const std::string& faults) {
  return "run: {duration: 100s, drain: 1h}\n"
         "producers: {shop: {load: {constant: 100/s}, does: [{send: orders" +
         send +
         "}]}}\nbrokers: {b: {nodes: 3, failover: 2s}}\n"
         "logs: {orders: {broker: b, replication: 3, confirm: 95ms" +
         log +
         "}}\n"
         "consumers: {billing: {from: orders, does: [work: 1ms]}}\n"
         "faults: {" +
         faults + "}\n";
}

TEST(BrokerRuns, ShowGroupsWhatAllReplicasInSyncHave) {
  const Ran run(run_of_log("", "", ""));
  EXPECT_EQ(run.sum_of("orders.billing", "wait"), 9999 * std::uint64_t{95'000'000});
  EXPECT_EQ(run.sum_of("shop", "latency"), 9999 * std::uint64_t{95'000'000});
}

TEST(BrokerRuns, LoseOfALogWhatItsLeaderHadAlone) {
  // Those sent at 49.92 s … 50.00 s are with the leader alone when it goes.
  const std::string crash = "f: {crash: b, nodes: 1, at: 50005ms, for: 20s}";
  const auto run = [&](const std::string& send) { return Ran(run_of_log(send, "", crash)); };
  const Ran all = run("");
  EXPECT_EQ(all.ledger("orders.billing").lost, 9u);
  EXPECT_EQ(all.total("shop", "success"), 9990) << "and each sender knows";
  EXPECT_EQ(all.total("b", "failovers"), 1);
  // Sent at 50.01 s … 52.00 s, stored 95 ms after somebody leads, at 52.005 s.
  EXPECT_EQ(all.sample("shop", "latency").histogram->max(), 2'090'000'000);
  const Ran leader = run(", confirm_when: accepted");
  EXPECT_EQ(leader.ledger("orders.billing").lost, 9u);
  EXPECT_EQ(leader.total("shop", "success"), 9999) << "and nobody knows";
  EXPECT_EQ(leader.total("shop", "completed"), 9990);
  const Ran nobody = run(", confirm: false");
  EXPECT_EQ(nobody.total("shop", "completed"), 9990);
  const Ran again = run(", retry: {attempts: 2, when: [unavailable]}");
  EXPECT_EQ(again.total("shop", "completed"), 9999) << "what is not confirmed is sent again";
}

TEST(BrokerRuns, RefuseWhatFewerReplicasWouldHaveThanTheLogWants) {
  // Two of three nodes are away from 50.005 s to 70.005 s, and missed at 52.005 s.
  const std::string crash = "f: {crash: b, nodes: 2, at: 50005ms, for: 20s}";
  const auto run = [&](const std::string& send, const std::string& log) {
    return Ran(run_of_log(send, log, crash));
  };
  const Ran two = run("", ", min_in_sync: 2");
  EXPECT_EQ(two.total("orders", "rejected"), 1800);
  EXPECT_EQ(two.total("shop", "success"), 9999 - 9 - 200 - 1800)
      << "what waited for a leader is refused too";
  EXPECT_DOUBLE_EQ(two.sample("b", "too_few_in_sync").max, 1);
  EXPECT_EQ(run("", "").total("orders", "rejected"), 0) << "one is enough";
  const Ran leader = run(", confirm_when: accepted", ", min_in_sync: 2");
  EXPECT_EQ(leader.total("orders", "rejected"), 0) << "its sender does not ask for others";
  EXPECT_EQ(leader.total("shop", "success"), 9999);
}

TEST(BrokerRuns, LoseInAnUncleanElectionWhatTheNewLeaderHasMissed) {
  // Node after node goes, at 50.005 s, 60.005 s and 65.005 s; the first is back at 70.005 s, the
  // others at 90.005 s. Nobody reads from 45 s to 95 s.
  const std::string faults =
      "one: {crash: b, nodes: 1, at: 50005ms, for: 20s}, two: {crash: b, nodes: 1, at: 60005ms, "
      "for: 30s}, three: {crash: b, nodes: 1, at: 65005ms, for: 25s}, away: {outage: billing, at: "
      "45s, for: 50s}";
  const Ran clean(run_of_log("", "", faults));
  // Lost with the leaders of 50, 60 and 65 s: 9 each.
  EXPECT_EQ(clean.ledger("orders.billing").lost, 27u);
  EXPECT_EQ(clean.total("orders", "rejected"), 2500) << "65.01 s … 90.00 s: until the last is back";
  const Ran unclean(run_of_log("", ", unclean_election: true", faults));
  EXPECT_EQ(unclean.total("orders", "rejected"), 500) << "until the first is back";
  // All that was sent from 50.01 s to 65.00 s, with the 9 of 50.005 s.
  EXPECT_EQ(unclean.ledger("orders.billing").lost, 1500u + 9u);
  EXPECT_EQ(unclean.total("b", "failovers"), 3);
}

}  // namespace
}  // namespace spillway
