#include <gtest/gtest.h>

#include "tests/sim/scenario/loading.h"

namespace spillway {
namespace {

std::string shop(const std::string& collapse, const std::string& more = "") {
  return findings(
      "run: {duration: 10min, warmup: 1min}\n"
      "producers: {shop: {load: {poisson: 1/s}, does: [call: s]}}\n"
      "services: {s: {does: [work: 8ms]}}\n"
      "faults: {down: {outage: s, at: 2min, for: 1min}, now-and-then: {outage: s, every: 1h, for: "
      "1s}, early: {slow: s, times: 2, at: 30s, for: 1s}}\n"
      "collapse: " +
      collapse + "\n" + more);
}

TEST(Collapse, IsWhatTheScenarioSays) {
  EXPECT_EQ(shop("{when: shop.goodput < 50%, lasting: 2min, trigger: down}",
                 "objectives: {up: total.collapsed <= 1%}\n"),
            "");
  const ScenarioFile file = load(
      "run: {duration: 10min}\n"
      "producers: {shop: {load: {poisson: 1/s}, does: []}}\n"
      "windows: {sale: {at: 2min, for: 1min}}\n"
      "collapse: {when: shop.goodput<0.5, lasting: 2min, trigger: sale}\n");
  ASSERT_EQ(findings(file), "");
  const Collapse& collapse = *file.variants.at(0).collapse;
  EXPECT_EQ(collapse.producer, "shop");
  EXPECT_EQ(collapse.share, 0.5);
  EXPECT_EQ(collapse.before_until, 120 * kSecond);
  EXPECT_EQ(collapse.from, 480 * kSecond);
}

TEST(Collapse, IsOfAProducersGoodput) {
  const std::string expected =
      "5:18 collapse.when: expected PRODUCER.goodput < SHARE, such as shoppers.goodput < 50%; "
      "found ";
  EXPECT_EQ(shop("{when: shop.success < 50%, lasting: 2min, trigger: down}"),
            expected + "'shop.success < 50%' [bad-collapse]\n");
  EXPECT_EQ(shop("{when: shop.goodput > 50%, lasting: 2min, trigger: down}"),
            expected + "'shop.goodput > 50%' [bad-collapse]\n");
  EXPECT_EQ(shop("{when: shop.goodput < 0%, lasting: 2min, trigger: down}"),
            expected + "'shop.goodput < 0%' (a share above 0% and up to 100%) [bad-collapse]\n");
  EXPECT_EQ(
      shop("{when: shoq.goodput < 50%, lasting: 2min, trigger: down}"),
      "5:18 collapse.when: there is no producer 'shoq' [unknown-name] (did you mean 'shop'?)\n");
}

TEST(Collapse, HasATriggerWithTimeBeforeAndAfterIt) {
  EXPECT_EQ(shop("{when: shop.goodput < 50%, lasting: 2min, trigger: dawn}"),
            "5:62 collapse.trigger: there is no fault, window or entry of a profile 'dawn' "
            "[unknown-name] (did you mean 'down'?)\n");
  EXPECT_EQ(shop("{when: shop.goodput < 50%, lasting: 2min, trigger: now-and-then}"),
            "5:62 collapse.trigger: 'now-and-then' strikes at random: nothing lies before or after "
            "it in every run [bad-collapse] (name a fault with at and a fixed for)\n");
  EXPECT_EQ(
      shop("{when: shop.goodput < 50%, lasting: 2min, trigger: early}"),
      "5:62 collapse.trigger: 'early' begins at 30s: there is no goodput before it to compare "
      "with [bad-collapse] (let it begin after the warm-up)\n");
  EXPECT_EQ(
      shop("{when: shop.goodput < 50%, lasting: 8min, trigger: down}"),
      "5:62 collapse.trigger: 'down' ends at 3min, and the last 8min of the run begin at 2min "
      "[bad-collapse] (make the run longer)\n");
}

TEST(Collapse, IsAskedForOnlyWhereItIsSaid) {
  EXPECT_EQ(findings(std::string(kShop) +
                     "queues: {orders: {}}\nobjectives: {up: total.collapsed <= 1%}\n"),
            "5:24 objectives.up: nothing says what counts as a collapse [no-collapse] (collapse: "
            "{when: PRODUCER.goodput < 50%, lasting: 2min, trigger: FAULT})\n");
}

}  // namespace
}  // namespace spillway
