// `parallel` and `repeat` in a whole world.

#include <gtest/gtest.h>

#include "tests/sim/run/ran.h"

namespace spillway {
namespace {

/// A steady producer, one message a second for nine seconds, and what it does.
std::string tick(const std::string& does, const std::string& rest = "") {
  return "run: {duration: 9.5s, replications: 1}\nproducers:\n  p: {load: {constant: 1/s}, does: " +
         does + "}\n" + rest;
}

TEST(Parallel, LastsAsLongAsTheLongestBranch) {
  const Ran ran(tick("[{parallel: [[wait: 20ms, wait: 5ms], [wait: 70ms], []]}, {wait: 1ms}]"));
  EXPECT_EQ(ran.sample("p", "latency").n, 9U);
  EXPECT_DOUBLE_EQ(ran.sample("p", "latency").min, 0.071);
  EXPECT_DOUBLE_EQ(ran.sample("p", "latency").max, 0.071);
  EXPECT_EQ(ran.result().alive, 0U);
}

TEST(Parallel, GoesOnWithEnoughBranchesAndIsDoneWithTheLast) {
  const Ran ran(tick("[{parallel: [[wait: 20ms], [wait: 70ms], [wait: 90ms]], wait_for: 2}]"));
  EXPECT_DOUBLE_EQ(ran.sample("p", "latency").max, 0.070);
  EXPECT_DOUBLE_EQ(ran.sample("p", "completion").max, 0.090);
  EXPECT_EQ(ran.result().open, 0U);
}

TEST(Parallel, FailsAsSoonAsTooManyHaveFailed) {
  const Ran ran(
      tick("[{parallel: [[wait: 10ms, fail: 100%], [wait: 30ms, fail: 100%], [wait: 60ms]], "
           "wait_for: 2}, {wait: 1s}]"));
  EXPECT_EQ(ran.total("p", "failed"), 9);
  EXPECT_EQ(ran.result().open, 0U);
  const Ran enough(
      tick("[{parallel: [[wait: 10ms, fail: 100%], [wait: 30ms], [wait: 60ms]], wait_for: 2}]"));
  EXPECT_EQ(enough.total("p", "failed"), 0);
  EXPECT_DOUBLE_EQ(enough.sample("p", "latency").max, 0.060);
}

TEST(Parallel, OfParallelNestsAndRepeats) {
  const Ran ran(
      tick("[{repeat: {times: 3, do: [{parallel: [[{parallel: [[wait: 5ms], [wait: 9ms]]}, {wait: "
           "1ms}], [wait: 2ms]]}]}}]"));
  EXPECT_DOUBLE_EQ(ran.sample("p", "latency").max, 0.030);
}

// The k-th smallest of n independent exponential times has the mean
// mean x (1/n + 1/(n-1) + ... + 1/(n-k+1)): A. Renyi, 1953, in David and Nagaraja, Order
// Statistics, 3rd ed., (2.5.3).
TEST(Parallel, AgreesWithTheOrderStatisticsOfExponentialTimes) {
  const std::string branches =
      "[[wait: {exponential: 30ms}], [wait: {exponential: 30ms}], [wait: {exponential: 30ms}], "
      "[wait: {exponential: 30ms}]]";
  double expected = 0;
  for (int k = 1; k <= 4; ++k) {
    expected += 30e-3 / (5 - k);
    const Ran ran("run: {duration: 2000s, replications: 1}\nproducers:\n  p: {load: {constant: " +
                  std::string("20/s}, does: [{parallel: ") + branches +
                  ", wait_for: " + std::to_string(k) + "}]}\n");
    // The relative error of 40 000 means is below 0.5 % at one deviation.
    EXPECT_NEAR(ran.mean("p", "latency"), expected, 0.015 * expected) << k;
    EXPECT_NEAR(ran.mean("p", "completion"), 30e-3 * (1 + 1 / 2. + 1 / 3. + 1 / 4.), 1e-3) << k;
  }
}

const std::string kFan = R"(
services:
  front:
    concurrency: 1
    holds: HOLDS
    does:
      - work: 10ms
      - parallel: [[call: back], [BRANCH]]
  back: {concurrency: 10, does: [work: 500ms]}
)";

std::string fan(const std::string& holds, const std::string& branch) {
  std::string text = kFan;
  text.replace(text.find("HOLDS"), 5, holds);
  text.replace(text.find("BRANCH"), 6, branch);
  return "run: {duration: 9.5s, replications: 1}\nproducers:\n  p: {load: {constant: 4/s}, does: "
         "[call: front]}\n" +
         text;
}

TEST(Parallel, KeepsTheSlotWhereItsServiceHoldsOrABranchWorks) {
  // 37 requests; each takes 510 ms of the only slot, or 10 ms.
  EXPECT_NEAR(Ran(fan("slot", "call: back")).mean("front", "utilization"), 1, 0.05);
  EXPECT_NEAR(Ran(fan("nothing", "call: back")).mean("front", "utilization"), 0.04, 0.005);
  EXPECT_NEAR(Ran(fan("nothing", "work: 1ms")).mean("front", "utilization"), 1, 0.05);
}

TEST(Parallel, DrawsForABranchWhatTheHandlerWouldHaveDrawn) {
  const auto latency_of_back = [](const std::string& steps) {
    const Ran ran(
        "run: {duration: 100s, replications: 1}\nproducers:\n  p: {load: {poisson: 5/s}, "
        "does: " +
        steps + "}\nservices:\n  back: {concurrency: 100, does: [work: {exponential: 50ms}]}\n");
    return ran.sample("back", "latency").total;
  };
  EXPECT_DOUBLE_EQ(latency_of_back("[call: back]"),
                   latency_of_back("[{parallel: [[call: back], [wait: 1s]]}]"));
}

const std::string kFaulty = R"(
run: {duration: 20s, replications: 1}
producers:
  p: {load: {constant: 1/s}, does: [{call: front}]}
services:
  front:
    concurrency: 10
    does:
      - parallel: [[work: 300ms, work: 400ms], [wait: 100ms]]
faults:
)";

TEST(Parallel, BeginsNoWorkInABranchWhileItsServiceHangs) {
  // The request of 10 s has begun its second work at 10.3 s or has it held till 15 s.
  const Ran ran(kFaulty + "  h: {hang: front, at: 10.2s, for: 4.8s}\n");
  EXPECT_EQ(ran.total("p", "failed"), 0);
  EXPECT_NEAR(ran.sample("p", "latency").max, 15 + 0.4 - 10, 1e-9);
  EXPECT_EQ(ran.result().open, 0U);
}

TEST(Parallel, WorksLongerInABranchWhileItsServiceIsSlow) {
  const Ran ran(kFaulty + "  h: {slow: front, at: 9.5s, for: 5s, times: 2}\n");
  EXPECT_NEAR(ran.sample("p", "latency").max, 1.4, 1e-9);
}

TEST(Parallel, GoesDownWithItsServiceAndBeginsAgain) {
  const Ran again(kFaulty + "  h: {crash: front, at: 10.2s, for: 0.5s}\n");
  EXPECT_EQ(again.total("p", "failed"), 0);
  EXPECT_NEAR(again.sample("p", "latency").max, 0.7 + 0.7, 1e-9);
  EXPECT_EQ(again.result().alive, 0U);
  const Ran lost(kFaulty + "  h: {crash: front, at: 10.2s, for: 0.5s, work: lost}\n");
  EXPECT_EQ(lost.total("p", "failed"), 1);
  EXPECT_EQ(lost.result().alive, 0U);
}

TEST(Parallel, LosesBranchesThatNobodyWaitsForInACrash) {
  const std::string text = R"(
run: {duration: 20s, drain: 1min, replications: 1}
producers:
  p: {load: {constant: 1/s}, does: [{call: front}]}
services:
  front: {concurrency: 10, does: [{parallel: [[wait: 50ms], [wait: 5s, send: late]], wait_for: 1}]}
queues: {late: {}}
consumers: {c: {from: late, does: []}}
)";
  EXPECT_EQ(Ran(text).ledger("late").sent, 19U);
  const Ran crash(text + "faults:\n  h: {crash: front, at: 10.5s, for: 10ms}\n");
  EXPECT_EQ(crash.ledger("late").sent, 14U) << "of 6 s to 10 s none";
  EXPECT_EQ(crash.result().open, 0U);
}

TEST(Parallel, IsCancelledWithAllItsCalls) {
  const Ran ran(R"(
run: {duration: 9.5s, drain: 1min, replications: 1}
producers:
  p: {load: {constant: 1/s}, does: [{call: front, timeout: 100ms, cancel: true, fallback: []}]}
services:
  front:
    concurrency: 10
    does: [{parallel: [[{call: back, timeout: 10s, cancel: true}], [wait: 3s, work: 1s], [{parallel: [[wait: 2s], []]}]]}]
  back: {concurrency: 10, does: [work: 5s]}
)");
  EXPECT_EQ(ran.total("front", "cancelled"), 9);
  EXPECT_EQ(ran.total("back", "cancelled"), 9);
  EXPECT_NEAR(ran.sample("p", "completion").max, 0.1, 1e-9) << "all of it ends there";
  EXPECT_EQ(ran.result().alive, 0U);
}

TEST(Parallel, OfAConsumerGoesBackWithItsMessageInAnOutage) {
  const Ran ran(R"(
run: {duration: 9.5s, drain: 1min, replications: 1}
producers:
  p: {load: {constant: 1/s}, does: [send: q]}
queues: {q: {}}
consumers:
  c: {from: q, concurrency: 10, does: [{parallel: [[work: 300ms], [wait: 400ms]]}]}
faults:
  o: {outage: c, at: 5.2s, for: 100ms}
)");
  EXPECT_EQ(ran.ledger("q").acknowledged, 9U);
  EXPECT_EQ(ran.ledger("q").redelivered, 1U);
  EXPECT_NEAR(ran.sample("p", "completion").max, 0.7, 1e-9);
}

TEST(Repeat, DrawsAnewEachTime) {
  const Ran ran(
      "run: {duration: 2000s, replications: 1}\nproducers:\n  p: {load: {constant: 20/s}, does: "
      "[{repeat: {times: 4, do: [wait: {exponential: 10ms}]}}]}\n");
  // The sum of four exponential times of 10 ms: an Erlang time, whose median is 3.6721 x 10 ms.
  // Four times the same one would have 27.7 ms.
  EXPECT_NEAR(ran.mean("p", "latency"), 40e-3, 0.4e-3);
  EXPECT_NEAR(static_cast<double>(ran.sample("p", "latency").histogram->quantile(0.5)) * 1e-9,
              36.72e-3, 0.5e-3);
}

TEST(Repeat, CallsAsOftenAsItSays) {
  const Ran ran(
      tick("[{repeat: {times: 3, do: [call: s]}}]", "services:\n  s: {does: [work: 10ms]}\n"));
  EXPECT_EQ(ran.total("p -> s", "attempts"), 27);
  EXPECT_DOUBLE_EQ(ran.sample("p", "latency").max, 0.030);
  const Ran once(
      tick("[{repeat: {times: 1, do: [call: s]}}]", "services:\n  s: {does: [work: 10ms]}\n"));
  EXPECT_EQ(once.total("p -> s", "attempts"), 9);
}

}  // namespace
}  // namespace spillway
