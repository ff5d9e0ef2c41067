#include "sim/flow/throughput.h"

#include <gtest/gtest.h>

#include "sim/kernel/time.h"

namespace spillway {
namespace {

ThroughputParameters says(double messages, std::int64_t bytes) {
  ThroughputParameters parameters;
  if (messages > 0) parameters.messages = Rate{messages};
  if (bytes > 0) parameters.bytes = Size{bytes};
  return parameters;
}

TEST(Throughputs, LetASecondsWorthInAtOnce) {
  Throughput limit(says(3, 0));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(limit.admits(0, 0));
  EXPECT_FALSE(limit.admits(0, 0));
  EXPECT_FALSE(limit.admits(0, kSecond / 3 - 1));
  EXPECT_TRUE(limit.admits(0, kSecond / 3 + 1));
  limit.restart();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(limit.admits(0, 0));
}

TEST(Throughputs, TakeATokenForEachByte) {
  Throughput limit(says(0, 1000));
  EXPECT_TRUE(limit.admits(700, 0));
  EXPECT_FALSE(limit.admits(301, 0));
  EXPECT_TRUE(limit.admits(300, 0));
  EXPECT_TRUE(limit.admits(0, 0)) << "what has no bytes takes none";
  EXPECT_FALSE(limit.admits(500, kSecond / 2 - 1));
  EXPECT_TRUE(limit.admits(500, kSecond / 2));
  EXPECT_FALSE(limit.admits(1001, 100 * kSecond)) << "more than the bucket ever holds";
}

TEST(Throughputs, TakeNothingFromEitherWhereOneRefuses) {
  Throughput limit(says(2, 1000));
  EXPECT_FALSE(limit.admits(2000, 0));
  EXPECT_TRUE(limit.admits(500, 0));
  EXPECT_TRUE(limit.admits(500, 0));
  EXPECT_FALSE(limit.admits(0, 0)) << "the two messages are taken";
}

TEST(Throughputs, BeginWithAMessageAtLeast) {
  Throughput limit(says(0.1, 0));
  EXPECT_TRUE(limit.admits(0, 0));
  EXPECT_FALSE(limit.admits(0, 10 * kSecond - 1));
  EXPECT_TRUE(limit.admits(0, 10 * kSecond));
}

}  // namespace
}  // namespace spillway
