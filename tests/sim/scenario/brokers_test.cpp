#include <gtest/gtest.h>

#include "tests/sim/scenario/loading.h"

namespace spillway {
namespace {

/// A scenario with a broker of three nodes, a queue on it and one on none.
std::string with(const std::string& queue, const std::string& send = "send: orders",
                 const std::string& fault = "crash: rabbit, nodes: 1") {
  return "run: {duration: 10min}\n"
         "brokers: {rabbit: {nodes: 3, failover: {uniform: [1s, 3s]}}, other: {}}\n"
         "queues: {orders: {" +
         queue +
         "}, plain: {}, elsewhere: {broker: other}}\n"
         "producers: {shop: {load: {poisson: 10/s}, does: [{" +
         send +
         "}, send: orders, send: plain, send: elsewhere]}}\n"
         "consumers: {w: {from: orders, does: [work: 1ms]}, v: {from: plain, does: [work: 1ms]}, "
         "u: {from: elsewhere, does: [work: 1ms]}}\n"
         "faults: {f: {" +
         fault + ", at: 1min, for: 10s}}\n";
}

TEST(ScenarioBrokers, AreRead) {
  const ScenarioFile file = load(
      with("broker: rabbit, replication: 3, confirm: 2ms",
           "send: orders, persistent: true, confirm_when: accepted") +
      "objectives: {a: orders.lost <= 0, b: rabbit.failovers <= 1, c: rabbit.leaderless.max <= 1, "
      "d: rabbit.nodes_down.mean <= 1}\n");
  EXPECT_EQ(findings(file), "");
  const Scenario& scenario = file.variants.at(0);
  EXPECT_EQ(scenario.brokers.at(0).parameters.nodes, 3);
  EXPECT_EQ(scenario.queues.at(0).parameters.broker->name, "rabbit");
  EXPECT_EQ(scenario.queues.at(0).parameters.replication, 3);
  EXPECT_EQ(scenario.faults.at(0).parameters.nodes, 1);
}

TEST(ScenarioBrokers, HaveAsManyReplicasAsNodes) {
  EXPECT_EQ(findings(with("broker: rabbit, replication: 4")),
            "3:10 queues.orders.replication: expected at most the 3 nodes of 'rabbit'; found 4 "
            "replicas [out-of-range] (give the broker more nodes, or the queue fewer replicas)\n");
  EXPECT_EQ(findings(with("replication: 3", "send: orders", "crash: other")),
            "2:11 warning: brokers.rabbit: no queue or log is on this broker [unused] (say so "
            "there: broker: and its name)\n"
            "3:10 queues.orders.replication: only a queue on a broker has replicas: nothing else "
            "has nodes [wrong-place] (say which: broker: and its name)\n");
  EXPECT_EQ(findings(with("preset: rabbitmq-quorum, broker: rabbit")), "");
}

TEST(ScenarioBrokers, AreWhatPersistenceIsAbout) {
  EXPECT_EQ(findings(with("broker: rabbit", "send: orders, persistent: false")), "");
  EXPECT_EQ(findings(with("broker: rabbit, replication: 3", "send: orders, persistent: false")),
            "4:57 producers.shop.does[1].persistent: 'orders' has replicas, and stores whatever it "
            "takes [wrong-place] (leave persistent out, or give the queue one replica)\n");
  EXPECT_EQ(findings(with("broker: rabbit", "send: plain, persistent: false")),
            "4:57 producers.shop.does[1].persistent: 'plain' is no queue on a broker: nothing can "
            "lose what it has [wrong-place] (say which: broker: and its name)\n");
  EXPECT_EQ(
      findings(with("broker: rabbit", "send: orders, confirm: false, confirm_when: accepted")),
      "4:57 producers.shop.does[1].confirm_when: a send without confirm is not told when its "
      "message is stored [wrong-place] (leave one of the two out)\n");
}

TEST(ScenarioBrokers, AloneLoseSingleNodes) {
  EXPECT_EQ(findings(with("broker: rabbit", "send: orders", "crash: rabbit, nodes: 4")),
            "6:10 faults.f.nodes: expected at most the 3 nodes of 'rabbit'; found 4 "
            "[out-of-range]\n");
  EXPECT_EQ(findings(with("broker: rabbit", "send: orders", "crash: w, nodes: 1")),
            "6:10 faults.f.nodes: only a broker's crash takes single nodes [wrong-place] (say "
            "crash: and the name of a broker)\n");
  EXPECT_EQ(findings(with("broker: rabbit", "send: orders", "hang: rabbit, nodes: 1")),
            "6:10 faults.f.nodes: only a broker's crash takes single nodes [wrong-place] (say "
            "crash: and the name of a broker)\n");
}

TEST(ScenarioBrokers, KeepTheirDeadLetters) {
  EXPECT_EQ(findings(with("broker: rabbit, dead_letter: {to: elsewhere}")),
            "3:53 queues.orders.dead_letter.to: 'elsewhere' is on another broker, 'other': a "
            "broker moves dead letters between its own queues [wrong-place] (put both queues on "
            "the same broker)\n");
}

TEST(ScenarioBrokers, AreChangedInVariants) {
  const ScenarioFile file = load(
      with("broker: rabbit") +
      "variants: {single: {brokers: {rabbit: {nodes: 1}}}, transient: {edges: {shop -> orders: "
      "{persistent: false}}}}\n");
  EXPECT_EQ(findings(file), "");
  EXPECT_EQ(file.variants.at(0).brokers.at(0).parameters.nodes, 1);
}

/// A log on a broker of three nodes.
std::string with_log(const std::string& log, const std::string& send = "send: orders",
                     const std::string& fault = "crash: kafka, nodes: 1") {
  return "run: {duration: 10min}\n"
         "brokers: {kafka: {preset: kafka-broker, nodes: 3}}\n"
         "logs: {orders: {" +
         log + "}}\nproducers: {shop: {load: {poisson: 10/s}, does: [{" + send +
         "}]}}\nconsumers: {w: {from: orders, does: [work: 1ms]}}\nfaults: {f: {" + fault +
         ", at: 1min, for: 10s}}\n";
}

TEST(ScenarioBrokers, HaveLogs) {
  const ScenarioFile file = load(
      with_log("broker: kafka, partitions: 6, replication: 3, min_in_sync: 2, unclean_election: "
               "true, confirm: 5ms",
               "send: orders, confirm_when: accepted") +
      "objectives: {a: orders.w.lost <= 0, b: kafka.too_few_in_sync.max <= 6}\n");
  EXPECT_EQ(findings(file), "");
  const LogParameters& log = file.variants.at(0).logs.at(0).parameters;
  EXPECT_EQ(log.broker->name, "kafka");
  EXPECT_EQ(log.replication, 3);
  EXPECT_EQ(log.min_in_sync, 2);
  EXPECT_TRUE(log.unclean_election);
  EXPECT_EQ(findings(with_log("preset: kafka, broker: kafka, replication: 3")), "");
}

TEST(ScenarioBrokers, HaveAsManyReplicasOfLogsAsNodes) {
  EXPECT_EQ(findings(with_log("broker: kafka, replication: 4")),
            "3:8 logs.orders.replication: expected at most the 3 nodes of 'kafka'; found 4 "
            "replicas [out-of-range] (give the broker more nodes, or the log fewer replicas)\n");
  EXPECT_EQ(findings(with_log("broker: kafka, replication: 2, min_in_sync: 3")),
            "3:8 logs.orders.min_in_sync: expected at most its 2 replicas; found 3: nothing would "
            "ever be stored [out-of-range] (say on which broker it is, and how many replicas it "
            "has: broker, replication)\n");
  EXPECT_EQ(findings(with_log("broker: kafka, unclean_election: true")),
            "3:8 logs.orders.unclean_election: a log with one replica has nobody else to elect "
            "[wrong-place] (give it more replicas, or leave this out)\n");
}

TEST(ScenarioBrokers, HaveLogsThatStoreWhateverTheyTake) {
  EXPECT_EQ(findings(with_log("broker: kafka", "send: orders, persistent: false")),
            "4:57 producers.shop.does[1].persistent: 'orders' is a log, and stores whatever it "
            "takes [wrong-place] (leave persistent out)\n");
}

TEST(ScenarioBrokers, AreWhereTheirLogsAre) {
  EXPECT_EQ(findings(with_log("broker: kafka, zone: eu")),
            "3:38 logs.orders.zone: a log on a broker is where its broker is [wrong-place] "
            "(brokers: {kafka: {zone: eu}})\n");
}

}  // namespace
}  // namespace spillway
