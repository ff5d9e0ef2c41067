// What a file may say of cores, and what it is told where it says it wrong.

#include <gtest/gtest.h>

#include "tests/sim/scenario/loading.h"

namespace spillway {
namespace {

std::string said(const std::string& producer, const std::string& service) {
  return findings(load("run: {duration: 10min}\nproducers: {p: {load: {poisson: 1/s}, does: [" +
                       producer + "call: s]}}\nservices: {s: {" + service + "}}\n"));
}

TEST(CoresInFiles, BelongToWhoWorksOnThem) {
  EXPECT_EQ(said("", "cores: 2, does: [{work: 5ms, cpu: true}]"), "");
  EXPECT_EQ(said("", "does: [{work: 5ms, cpu: true}]"),
            "3:23 services.s.does[1].cpu: 's' has no cores to work on [wrong-place] (say how many "
            "each instance has: cores: 4)\n");
  EXPECT_EQ(said("", "cores: 2, does: [{work: 5ms}]"),
            "3:12 services.s.cores: no work shares these cores [wrong-place] ({work: 5ms, cpu: "
            "true} does, or leave cores out)\n");
  EXPECT_EQ(said("{work: 1ms, cpu: true}, ", "does: [{work: 5ms}]"),
            "2:46 producers.p.does[1].cpu: 'p' is a producer and has no cores [wrong-place] (leave "
            "cpu out)\n");
  EXPECT_EQ(said("", "cores: 2, discipline: processor_sharing, does: [{work: 5ms, cpu: true}]"),
            "3:12 services.s.cores: cores and processor sharing do not go together in this version "
            "[wrong-place] (leave one of them out)\n");
}

TEST(CachesInFiles, SayWhatAMissDoes) {
  const auto with = [](const std::string& step, const std::string& store) {
    return findings(load("run: {duration: 10min}\nproducers: {p: {load: {poisson: 1/s}, does: [" +
                         step + "]}}\nservices: {s: {does: [work: 1ms]}}\nstores: {c: {" + store +
                         "}}\n"));
  };
  EXPECT_EQ(with("{read: c, miss: [call: s]}", "kind: cache, capacity: 5, ttl: 1s"), "");
  EXPECT_EQ(with("{read: c}, call: s", "kind: cache"),
            "2:46 producers.p.does[1]: 'c' is a cache: what is done where it has not got the key? "
            "[missing-key] (miss: [call: catalogue])\n");
  EXPECT_EQ(with("{read: c, miss: [call: s]}", "kind: single"),
            "2:46 producers.p.does[1]: 'c' is no cache: it misses nothing [wrong-place] (leave "
            "miss out)\n");
  EXPECT_EQ(with("{write: c}, call: s", "kind: cache"),
            "2:54 producers.p.does[1]: 'c' is a cache: what misses it is fetched, and put there "
            "[wrong-kind] (read: c, miss: […])\n");
  EXPECT_EQ(with("{read: c}, call: s", "ttl: 1s"),
            "4:19 stores.c.ttl: only a cache has 'ttl'; this store is a single [wrong-place]\n");
}

}  // namespace
}  // namespace spillway
