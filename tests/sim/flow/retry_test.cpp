#include "sim/flow/retry.h"

#include <gtest/gtest.h>

namespace spillway {
namespace {

/// How many retries a budget grants now, one after the other.
int granted(RetryBudget& budget, Time now, int wanted = 1000) {
  int retries = 0;
  while (retries < wanted && budget.withdraw(now)) ++retries;
  return retries;
}

void call(RetryBudget& budget, Time now, int times) {
  for (int i = 0; i < times; ++i) budget.deposit(now);
}

TEST(RetryBudgets, AreUnlimitedUnlessTheySay) {
  RetryBudget budget;
  EXPECT_EQ(granted(budget, 0), 1000);
}

TEST(RetryBudgets, GrantAShareOfTheCalls) {
  for (const auto& [share, calls, retries] :
       {std::tuple{0.1, 9, 0}, std::tuple{0.1, 10, 1}, std::tuple{0.1, 1000, 100},
        std::tuple{0.3, 10, 3}, std::tuple{0.07, 100, 7}, std::tuple{1.0, 5, 5},
        std::tuple{0.0, 1000, 0}}) {
    RetryBudget budget(share);
    call(budget, 0, calls);
    EXPECT_EQ(granted(budget, 0), retries) << share << " of " << calls;
  }
}

TEST(RetryBudgets, KeepWhatIsLeftForTenSeconds) {
  RetryBudget budget(0.5);
  call(budget, 3 * kSecond + 900 * kMillisecond, 10);
  EXPECT_EQ(granted(budget, 12 * kSecond, 2), 2);
  EXPECT_EQ(granted(budget, 13 * kSecond - 1, 1), 1) << "what came in second 3 is still there";
  EXPECT_EQ(granted(budget, 13 * kSecond), 0) << "and now is not";
}

TEST(RetryBudgets, ForgetRetriesAsTheyForgetCalls) {
  RetryBudget budget(0.5);
  call(budget, 0, 10);
  EXPECT_EQ(granted(budget, 9 * kSecond), 5);
  // The calls are forgotten at 10, their retries at 19: until then they weigh on later calls.
  call(budget, 10 * kSecond, 10);
  EXPECT_EQ(granted(budget, 18 * kSecond), 0);
  EXPECT_EQ(granted(budget, 19 * kSecond), 5);
}

TEST(RetryBudgets, AreEmptyAfterALongSilence) {
  RetryBudget budget(0.5);
  for (int second = 0; second < 10; ++second) call(budget, second * kSecond, 2);
  EXPECT_EQ(granted(budget, 1000 * kSecond), 0);
  call(budget, 1000 * kSecond, 2);
  EXPECT_EQ(granted(budget, 1000 * kSecond), 1);
}

TEST(RetryBudgets, AddUpOverTheLastTenSecondsAndNoMore) {
  RetryBudget budget(0.1);
  for (int second = 0; second < 100; ++second) call(budget, second * kSecond, 50);
  EXPECT_EQ(granted(budget, 99 * kSecond), 50);
}

TEST(RetryBudgets, StartAfreshForTheNextReplication) {
  RetryBudget budget(0.5);
  call(budget, 500 * kSecond, 10);
  budget.restart();
  EXPECT_EQ(granted(budget, 0), 0);
  call(budget, 0, 2);
  EXPECT_EQ(granted(budget, 0), 1) << "the share is kept, the clock begins at 0";
}

// Finagle: ten a second, over ten seconds, beside a fifth of the calls.
TEST(RetryBudget, HasAReserveForRareCallers) {
  RetryBudget budget(0.2, 10);
  EXPECT_EQ(granted(budget, 0), 100);
  EXPECT_EQ(granted(budget, 9 * kSecond), 0);
  call(budget, 9 * kSecond, 50);
  EXPECT_EQ(granted(budget, 9 * kSecond), 10);
  EXPECT_EQ(granted(budget, 10 * kSecond), 100) << "what was taken in second 0 is there again";
}

}  // namespace
}  // namespace spillway
