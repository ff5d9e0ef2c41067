// Work that shares cores: against a pencil, and against processor sharing.

#include <gtest/gtest.h>

#include "tests/sim/run/ran.h"

namespace spillway {
namespace {

constexpr std::uint64_t kTenth = kSecond / 10;

/// Two requests at each second from 1 s to 9 s.
std::string pair(const std::string& does, const std::string& rest = "") {
  return R"(
run: {duration: 10s, drain: 1min}
producers:
  a: {load: {constant: 1/s}, does: [{call: api}]}
  b: {load: {constant: 1/s}, does: [{call: api}]}
services: {api: {concurrency: 8, )" +
         does + "}}\n" + rest;
}

TEST(Cores, AreSharedByWorkThatWantsThem) {
  Ran one(pair("cores: 1, does: [{work: 100ms, cpu: true}]"));
  EXPECT_EQ(one.sum_of("a", "latency"), 9 * 2 * kTenth) << "both at half the speed";
  EXPECT_EQ(one.sum_of("b", "latency"), 9 * 2 * kTenth);
  EXPECT_NEAR(one.mean("api", "cpu"), 9 * 0.2 / 10, 1e-9);
  Ran two(pair("cores: 2, does: [{work: 100ms, cpu: true}]"));
  EXPECT_EQ(two.sum_of("a", "latency"), 9 * kTenth);
  Ran instances(pair("instances: 2, cores: 1, does: [{work: 100ms, cpu: true}]"));
  EXPECT_EQ(instances.sum_of("a", "latency"), 9 * kTenth) << "as one";
}

TEST(Cores, AreFreeWhileOtherWorkGoesOn) {
  // Both wait 100 ms for a disk, then share the core for 200 ms.
  Ran ran(pair("cores: 1, does: [{work: 100ms}, {work: 100ms, cpu: true}]"));
  EXPECT_EQ(ran.sum_of("a", "latency"), 9 * 3 * kTenth);
  EXPECT_NEAR(ran.mean("api", "cpu"), 9 * 0.2 / 10, 1e-9);
  EXPECT_NEAR(ran.mean("api", "utilization"), 9 * 2 * 0.3 / 10 / 8, 1e-9);
}

TEST(Cores, OfConsumersAreSharedToo) {
  Ran ran(R"(
run: {duration: 10s, drain: 1min}
producers:
  a: {load: {constant: 1/s}, does: [{send: q}]}
  b: {load: {constant: 1/s}, does: [{send: q}]}
queues: {q: {}}
consumers: {c: {from: q, concurrency: 4, cores: 1, does: [{work: 100ms, cpu: true}]}}
)");
  EXPECT_EQ(ran.sum_of("a", "completion"), 9 * 2 * kTenth);
  EXPECT_NEAR(ran.mean("c", "cpu"), 9 * 0.2 / 10, 1e-9);
}

TEST(Cores, StandStillInAPauseAndLoseWhatACrashTakes) {
  // From 3.1 s to 4.1 s: both of 3 s have 50 ms of theirs before them; those of 4 s come meanwhile,
  // and begin at 4.1 s. Four share: the first two are done when each has had 50 ms, after 200 ms,
  // and the other two have 50 ms left each, 100 ms for two.
  Ran pause(pair("cores: 1, does: [{work: 100ms, cpu: true}]",
                 "faults: {f: {pause: api, at: 3100ms, for: 1s}}"));
  EXPECT_EQ(pause.sum_of("a", "latency"), (7 * 2 + 13 + 4) * kTenth);
  // Thrown out at 3.1 s, both begin anew at 3.6 s.
  Ran crash(pair("cores: 1, does: [{work: 100ms, cpu: true}]",
                 "faults: {f: {crash: api, at: 3100ms, for: 500ms}}"));
  EXPECT_EQ(crash.sum_of("a", "latency"), (8 * 2 + 8) * kTenth);
}

TEST(Cores, AreProcessorSharingWhereAllWorkSharesThem) {
  const auto shop = [](const std::string& api, const std::string& work) {
    return R"(
run: {duration: 500s, drain: 10min}
producers: {shop: {load: {poisson: 8/s}, does: [{call: api}]}}
services: {api: {)" +
           api + " does: [" + work + "]}}\n";
  };
  Ran cores(shop("concurrency: 100000, cores: 1,", "{work: {exponential: 100ms}, cpu: true}"));
  Ran shared(shop("discipline: processor_sharing,", "{work: {exponential: 100ms}}"));
  EXPECT_EQ(cores.sum_of("shop", "latency"), shared.sum_of("shop", "latency"));
  EXPECT_GT(cores.sum_of("shop", "latency"), 0u);
}

}  // namespace
}  // namespace spillway
