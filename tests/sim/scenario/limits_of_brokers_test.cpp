#include <gtest/gtest.h>

#include <string>

#include "tests/sim/scenario/loading.h"

namespace spillway {
namespace {

std::string shop(const std::string& queue, const std::string& broker = "nodes: 1",
                 const std::string& message = "size: 1kB") {
  return "run: {duration: 1min}\n"
         "producers: {p: {load: {poisson: 1/s}, message: {" +
         message +
         "}, does: [send: q]}}\n"
         "brokers: {b: {" +
         broker +
         "}}\n"
         "queues: {q: {broker: b" +
         queue +
         "}}\n"
         "consumers: {w: {from: q, does: [work: 1ms]}}\n";
}

TEST(ThroughputsInFiles, AreOfMessagesOrBytesOrBoth) {
  const ScenarioFile file = load(shop(", throughput: {messages: 300/s, bytes: 1MB}"));
  ASSERT_EQ(findings(file), "");
  const auto& says = file.variants.at(0).queues.at(0).parameters.throughput;
  ASSERT_TRUE(says);
  EXPECT_DOUBLE_EQ(says->messages->per_second, 300);
  EXPECT_EQ(says->bytes->bytes, 1'000'000);
  EXPECT_EQ(findings(shop(", throughput: {messages: 300/s}")), "");
  EXPECT_EQ(findings(shop(", throughput: {}")),
            "4:37 queues.q.throughput: a throughput needs messages, bytes, or both [missing-key] "
            "(messages: 300/s lets so many in, bytes: 1MB so many bytes a second)\n");
}

TEST(ThroughputsInFiles, OfBytesNeedMessagesWithSizes) {
  EXPECT_EQ(findings(shop(", throughput: {bytes: 1MB}", "nodes: 1", "ttl: 1h")),
            "4:10 warning: queues.q.throughput.bytes: no producer says how large its messages are "
            "[unused] (say so: message: {size: 2KiB})\n");
}

TEST(AlarmsInFiles, HaveTheDefaultsOfRabbitMq) {
  const ScenarioFile file = load(shop("", "memory: 1GB, disk: 20GB"));
  ASSERT_EQ(findings(file), "");
  const BrokerParameters& says = file.variants.at(0).brokers.at(0).parameters;
  EXPECT_EQ(most_without_alarm(says), 600'000'000);
  EXPECT_EQ(says.disk_free_limit.bytes, 50'000'000);
  BrokerParameters of_disk = says;
  of_disk.memory.reset();
  EXPECT_EQ(most_without_alarm(of_disk), 19'950'000'000);
}

TEST(AlarmsInFiles, NeedRoomAndSomethingThatTakesIt) {
  EXPECT_EQ(findings(shop("", "disk: 50MB")),
            "3:21 brokers.b.disk: expected more than the 50MB that are to be free; found 50MB "
            "[out-of-range]\n");
  EXPECT_EQ(findings(shop("", "memory: 1GB", "ttl: 1h")),
            "3:11 warning: brokers.b.memory: no producer says how large its messages are [unused] "
            "(say so: message: {size: 2KiB})\n");
  EXPECT_EQ(findings("run: {duration: 1min}\n"
                     "producers: {p: {load: {poisson: 1/s}, does: [send: l]}}\n"
                     "brokers: {b: {memory: 1GB}}\nlogs: {l: {broker: b}}\n"
                     "consumers: {w: {from: l, does: [work: 1ms]}}\n"),
            "3:11 brokers.b.memory: only queues set an alarm off, and none is on this broker "
            "[wrong-place] (leave it out, or say of a queue: broker: and its name)\n");
}

}  // namespace
}  // namespace spillway
