#include <gtest/gtest.h>

#include "tests/sim/scenario/loading.h"

namespace spillway {
namespace {

std::string shop(const std::string& objectives,
                 const std::string& faults = "faults: {down: {outage: s, at: 2min, for: 1min}}\n") {
  return findings(
      "run: {duration: 10min}\n"
      "producers: {shop: {load: {poisson: 1/s}, does: [call: s]}}\n"
      "services: {s: {does: [work: 8ms]}}\n" +
      faults + "windows: {sale: {at: 3min, for: 1min}}\nobjectives: {" + objectives + "}\n");
}

TEST(MissedTime, NeedsNoComponentBeforeIt) {
  EXPECT_EQ(shop("up: shop.success >= 99%, soon: missed_time@down <= 3min"), "");
  EXPECT_EQ(shop("soon: total.missed_time@down <= 3min, up: shop.success >= 99%"), "");
  EXPECT_EQ(shop("up: shop.latency.p99 <= 1s, mostly: availability >= 99%"), "");
  EXPECT_EQ(shop("up: s.in_service.max <= 3, mostly: total.availability@down >= 99%"), "");
}

TEST(MissedTime, IsOfAFault) {
  const std::string expected =
      "6:57 objectives.soon: missed_time of which fault? [no-incident] (write missed_time@FAULT, "
      "of down)\n";
  EXPECT_EQ(shop("up: shop.success >= 99%, soon: {objective: missed_time <= 3min}"), expected);
  EXPECT_EQ(shop("up: shop.success >= 99%, soon: {objective: missed_time@sale <= 3min}"), expected);
}

TEST(MissedTime, NeedsAFaultAndAnObjectiveThatCanBeJudged) {
  EXPECT_EQ(
      shop("up: shop.success >= 99%, soon: missed_time@sale <= 3min", ""),
      "5:45 objectives.soon: missed_time is of scenarios in which a fault strikes [not-judged] "
      "(faults: {provider-hangs: {hang: provider, at: 5min, for: 2min}})\n");
  EXPECT_EQ(
      shop("up: shop.goodput >= 1/s, soon: missed_time@down <= 3min"),
      "6:45 objectives.soon: no other objective can be judged second by second, as missed_time "
      "needs it [not-judged] (objectives: {available: shoppers.success >= 99.9%})\n");
}

}  // namespace
}  // namespace spillway
