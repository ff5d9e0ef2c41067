// Look-aside caches: against what a pencil and Che's approximation say.

#include <gtest/gtest.h>

#include <cmath>

#include "tests/sim/run/ran.h"

namespace spillway {
namespace {

/// One request a second for one key.
std::string shop(const std::string& cache, const std::string& faults = "",
                 const std::string& does = "[{read: cache, miss: [{call: catalogue}]}]") {
  return R"(
run: {duration: 100s, drain: 1min}
producers: {shop: {load: {constant: 1/s}, does: )" +
         does + R"(}}
services: {catalogue: {does: [{work: 10ms}]}}
stores: {cache: {kind: cache)" +
         cache + "}}\n" + faults;
}

TEST(CachesInRuns, FetchWhatTheyHaveNotGot) {
  Ran ran(shop(""));
  EXPECT_EQ(ran.total("catalogue", "received"), 1);
  EXPECT_EQ(ran.total("cache", "reads"), 99);
  const Sample& hits = ran.sample("cache", "hit_ratio");
  EXPECT_EQ(hits.total, 98);
  EXPECT_EQ(hits.weight, 99);
  EXPECT_EQ(ran.sample("cache", "entries").max, 1);
  EXPECT_EQ(ran.sum_of("shop", "latency"), 10u * kMillisecond) << "the others take no time";
}

TEST(CachesInRuns, FetchAnewWhenItsTimeIsOver) {
  // Put there at 1.010 s, it is over at 11.005 s; the next request, of 12 s, puts it there until
  // 22.005 s: one of 11 misses, of 99 from 1 s on.
  Ran ran(shop(", ttl: 9995ms"));
  EXPECT_EQ(ran.total("catalogue", "received"), 9);
}

TEST(CachesInRuns, AreAskedAboutTheirTimeAndTheNetwork) {
  Ran ran(shop(", read: 2ms"));
  EXPECT_EQ(ran.sum_of("shop", "latency"), (99u * 2 + 10) * kMillisecond);
}

TEST(CachesInRuns, AreNotFilledByWhatFails) {
  Ran ran(shop("", "faults: {f: {outage: catalogue, at: 500ms, for: 50s}}"));
  EXPECT_EQ(ran.total("shop", "failed"), 50);
  EXPECT_EQ(ran.total("catalogue", "received"), 51) << "until one is answered well";
}

TEST(CachesInRuns, AreColdAfterACrashAndAfterAnOutageNot) {
  const std::string does =
      "[{read: cache, miss: [{call: catalogue}], fallback: [{call: catalogue}]}]";
  // Ten requests find the cache away and go to the catalogue instead; after a crash one more does.
  Ran crash(shop("", "faults: {f: {crash: cache, at: 20500ms, for: 10s}}", does));
  EXPECT_EQ(crash.total("catalogue", "received"), 1 + 10 + 1);
  Ran outage(shop("", "faults: {f: {outage: cache, at: 20500ms, for: 10s}}", does));
  EXPECT_EQ(outage.total("catalogue", "received"), 1 + 10);
  EXPECT_EQ(outage.total("cache", "failed"), 10);
}

TEST(CachesInRuns, HitAsOftenAsCheSays) {
  // Least recently used, 100 of 1000 keys of Zipf's law with exponent 1, independent references:
  // h = sum p (1 - exp(-p T)) with sum (1 - exp(-p T)) = 100. Che, Tung and Wang, Hierarchical Web
  // caching systems, IEEE JSAC 20(7), 2002; the approximation is good to about 0.005 here. 200,000
  // requests, so that the share's standard deviation is below 0.0012.
  std::vector<double> p;
  double sum = 0;
  for (int key = 1; key <= 1000; ++key) sum += 1.0 / key;
  for (int key = 1; key <= 1000; ++key) p.push_back(1.0 / key / sum);
  double low = 0;
  double high = 1e6;
  for (int i = 0; i < 200; ++i) {
    const double t = (low + high) / 2;
    double filled = 0;
    for (const double each : p) filled += 1 - std::exp(-each * t);
    (filled < 100 ? low : high) = t;
  }
  double expected = 0;
  for (const double each : p) expected += each * (1 - std::exp(-each * low));
  Ran ran(R"(
run: {duration: 200s, warmup: 10s, drain: 1min}
producers:
  shop: {load: {poisson: 1000/s}, message: {key: {zipf: {keys: 1000, exponent: 1}}}, does: [{read: cache, miss: [{wait: 0s}]}]}
stores: {cache: {kind: cache, capacity: 100}}
)");
  EXPECT_NEAR(ran.mean("cache", "hit_ratio"), expected, 0.005 + 4 * 0.0012);
  EXPECT_EQ(ran.sample("cache", "entries").max, 100);
}

}  // namespace
}  // namespace spillway
