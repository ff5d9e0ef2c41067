#include <gtest/gtest.h>

#include "tests/sim/scenario/loading.h"

namespace spillway {
namespace {

std::string shop(const std::string& price, const std::string& queue = "", std::string more = "") {
  return findings(std::string(kShop) + "queues: {orders: {" + queue + "}}\n" + price +
                  std::move(more));
}

TEST(Prices, AreOfAllOrOfOneComponent) {
  EXPECT_EQ(shop("price: {instance: $0.096/h, request: $0.40/1M, storage: $0.10/GB/30d}\n",
                 "price: {request: $0.50/1M, storage: $0.2/GiB/30d}",
                 "objectives: {cheap: total.cost <= $250, queue: orders.cost <= $1, workers: "
                 "workers.cost <= $0.5}\n"),
            "");
}

TEST(Prices, OfAComponentGoBeforeThoseOfAll) {
  const ScenarioFile file = load(std::string(kShop) +
                                 "queues: {orders: {price: {request: $2}}, other: {}}\n"
                                 "price: {request: $1, storage: $3/B/s}\n");
  const auto& queues = file.variants.at(0).queues;
  EXPECT_EQ(queues.at(0).parameters.price->request->dollars, 2);
  EXPECT_EQ(queues.at(0).parameters.price->storage->dollars_per_byte_second, 3);
  EXPECT_EQ(queues.at(1).parameters.price->request->dollars, 1);
}

TEST(Prices, ThatNobodyPaysAreWarnedOf) {
  EXPECT_EQ(shop("price: {delivery: $1}\n"),
            "5:9 warning: price: nothing is paid by this: there are no topics [no-price]\n");
  EXPECT_EQ(findings("run: {duration: 1min, represents: 1d}\n"
                     "producers: {shop: {load: {poisson: 1/s}, does: []}}\n"),
            "1:1 warning: run: 'represents' scales the cost to a month's, and nothing has a price "
            "[no-price] (price: {instance: $0.096/h, request: $0.40/1M})\n");
}

TEST(Prices, AreAskedForByNameOnlyWhereTheyAre) {
  EXPECT_EQ(shop("price: {request: $1}\n", "",
                 "objectives: {a: workers.cost <= $1, b: total.cost.month <= $1, c: total.cost <= "
                 "1s}\n"),
            "6:25 objectives.a: 'workers' has no price [no-price] (price: {instance: $0.096/h, "
            "request: $0.40/1M})\n"
            "6:46 objectives.b: nothing says what time the measured one stands for [no-price] "
            "(run: {represents: 1d})\n"
            "6:81 objectives.c: expected an amount of money, such as $250; found '1s' (a number "
            "without a $) [missing-unit] (write it as $250)\n");
}

TEST(Prices, AreSaidInMoney) {
  EXPECT_EQ(shop("price: {instance: 0.096/h, request: $1/h}\n"),
            "5:19 price.instance: expected a price by time, such as $0.096/h; found 0.096/h (a "
            "number without a $) [missing-unit] (write it as $0.096/h or $70/30d)\n"
            "5:37 price.request: expected a price of each, such as $0.40/1M; found '$1/h' (no "
            "number after the /) [unknown-unit] (write it as $0.40/1M, or as $0.02 for each; 1k, "
            "1M and 1G are multiples)\n");
}

}  // namespace
}  // namespace spillway
