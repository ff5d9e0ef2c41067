#include <gtest/gtest.h>

#include "sim/scenario/scenario.h"
#include "tests/sim/scenario/loading.h"

namespace spillway {
namespace {

/// The findings of a queue that says this of its polls.
std::string polls(const std::string& says, const std::string& consumer = "") {
  return findings(
      "run: {duration: 10min}\n"
      "producers: {p: {load: {poisson: 1/s}, does: [send: q]}}\n"
      "queues: {q: {poll: " +
      says + "}}\nconsumers: {c: {from: q, does: [work: 8ms]" + consumer + "}}\n");
}

TEST(Polls, AreLongOrShortOrAtFixedInstants) {
  EXPECT_EQ(polls("{wait: 20s}"), "");
  EXPECT_EQ(polls("{wait: 20s, pause: {exponential: 1s}}"), "");
  EXPECT_EQ(polls("{pause: 1s}"), "");
  EXPECT_EQ(polls("{at: [1s, 2s, 30s]}"), "");
  EXPECT_EQ(polls("{at: [1s, 2s, 30s], sizes: [3, 2, 5]}"), "");
}

TEST(Polls, AreRefusedWhereTheyMeanNothing) {
  EXPECT_EQ(
      polls("{}"),
      "3:20 queues.q.poll: a receive that finds nothing comes back at once, and nothing says when "
      "the next one is sent [missing-key] (pause: 1s for short polls, wait: 20s for long ones)\n");
  EXPECT_EQ(
      polls("{wait: 0s}"),
      "3:20 queues.q.poll: a receive that finds nothing comes back at once, and nothing says when "
      "the next one is sent [missing-key] (pause: 1s for short polls, wait: 20s for long ones)\n");
  EXPECT_EQ(polls("{pause: 0s}"),
            "3:28 queues.q.poll.pause: expected a duration above 0s, or a distribution of a mean "
            "above 0s; found 0s [out-of-range]\n");
  EXPECT_EQ(polls("{sizes: [3]}"),
            "3:28 queues.q.poll.sizes: sizes need the instants of the polls [missing-key] (say "
            "when they are: at: [1s, 2s])\n");
  EXPECT_EQ(polls("{at: [1s, 2s], wait: 20s}"),
            "3:41 queues.q.poll.wait: `at` says when messages are handed over: wait has no place "
            "beside it [wrong-place] (keep at, or wait and pause)\n");
  EXPECT_EQ(
      polls("{at: [1s, 1s]}"),
      "3:25 queues.q.poll.at: expected instants in order; found 1s after 1s [out-of-range]\n");
  EXPECT_EQ(
      polls("{at: [1s, 2s], sizes: [3]}"),
      "3:42 queues.q.poll.sizes: expected a size for each of 2 instants; found 1 [out-of-range]\n");
  EXPECT_EQ(polls("{at: 1s}"),
            "3:25 queues.q.poll.at: expected a list of durations, such as [10s, 30s, 1min]; found "
            "1s [wrong-kind]\n");
  EXPECT_EQ(polls("{at: [1s], sizes: [0]}"),
            "3:39 queues.q.poll.sizes: expected a count from 1 to 1000000000, such as 4; found 0 "
            "[out-of-range]\n");
  EXPECT_EQ(polls("{at: [1s], sizes: 3}"),
            "3:38 queues.q.poll.sizes: expected a list of counts, such as [3, 2, 5]; found 3 "
            "[wrong-kind]\n");
}

TEST(Polls, AreNotTooMany) {
  EXPECT_EQ(polls("{wait: 20s}", ", instances: 100000, prefetch: 10"), "");
  EXPECT_EQ(polls("{wait: 20s}", ", instances: 100000, prefetch: 11"),
            "3:10 queues.q.poll: expected at most 1000000 receives at a time (instances x prefetch "
            "/ batch); its consumers send 1100000 [too-large]\n");
}

}  // namespace
}  // namespace spillway
