// What a file says of parallel and repeated steps, and what it is told.

#include <gtest/gtest.h>

#include "tests/sim/scenario/loading.h"

namespace spillway {
namespace {

std::string steps(const std::string& list) {
  return findings(
      std::string(kRun) +
      "producers: {p: {load: {poisson: 1/s}, does: [call: s]}}\nservices: {s: {does: [" + list +
      "]}, t: {does: []}}\n");
}

TEST(Parallel, IsAListOfListsOfSteps) {
  EXPECT_EQ(steps("{parallel: [[call: t], [{work: 1ms}, {wait: 2ms}], []]}"), "");
  EXPECT_EQ(
      steps("{call: t}, {parallel: [call: t]}"),
      "3:46 services.s.does[2].parallel[1]: expected a list of steps; found a map [wrong-kind] "
      "(write '- ' before each step)\n");
  EXPECT_EQ(steps("{call: t}, {parallel: []}"),
            "3:45 services.s.does[2].parallel: expected a list of lists of steps, such as [[call: "
            "a], [call: b]]; found an empty list [wrong-kind]\n");
}

TEST(Parallel, WaitsForNoMoreBranchesThanThereAre) {
  EXPECT_EQ(steps("{call: t}, {parallel: [[], []], wait_for: 3}"),
            "3:34 services.s.does[2].wait_for: expected at most 2, as many as there are branches; "
            "found 3 [out-of-range]\n");
}

TEST(Parallel, HasNeitherAReplyNorASlotInItsBranches) {
  EXPECT_EQ(
      steps("{call: t}, {parallel: [[reply], [{call: t, holds: nothing}]]}"),
      "3:47 services.s.does[2].parallel[1][1]: only the handler itself can reply, not a branch "
      "of it [wrong-place] (reply before or after parallel)\n"
      "3:56 services.s.does[2].parallel[2][1]: a branch has no slot that it could hold or give "
      "away [wrong-place] (leave holds out)\n");
}

TEST(Repeat, HasBounds) {
  EXPECT_EQ(
      steps("{call: t}, {repeat: {times: 0, do: []}}"),
      "3:51 services.s.does[2].repeat.times: expected a count from 1 to 1000, such as 4; found "
      "0 [out-of-range]\n");
  EXPECT_EQ(steps("{call: t}, {repeat: {times: 3}}"),
            "3:43 services.s.does[2].repeat: the key 'do' is missing [missing-key] (do: The "
            "steps)\n");
  EXPECT_EQ(
      steps("{call: t}, {repeat: {times: 1000, do: [{repeat: {times: 11, do: [wait: 1s]}}]}}"),
      "3:23 services.s.does: expected at most 10000 steps, repeated ones counted as often as they "
      "are done; found 12002 [too-large] (repeat fewer times)\n");
}

TEST(Saga, IsAListOfStages) {
  EXPECT_EQ(
      steps("{call: t}, {saga: [{do: [call: t], undo: [work: 1ms]}, {do: []}], fallback: []}"), "");
  EXPECT_EQ(
      steps("{call: t}, {saga: []}"),
      "3:41 services.s.does[2].saga: expected a list of stages, such as [{do: [call: a], undo: "
      "[call: b]}]; found an empty list [wrong-kind]\n");
  EXPECT_EQ(steps("{call: t}, {saga: [{undo: []}]}"),
            "3:42 services.s.does[2].saga[1]: the key 'do' is missing [missing-key] (do: What the "
            "stage does)\n");
}

TEST(Saga, CountsWhatItUndoesInTheLoadThatIsExpected) {
  EXPECT_EQ(
      findings(std::string(kRun) +
               "producers: {p: {load: {poisson: 10/s}, does: [{saga: [{do: [], undo: [call: "
               "s]}, {do: [fail: 30%]}]}]}}\nservices: {s: {does: [work: 400ms]}}\n"),
      "3:12 warning: services.s: the ordinary load of 3/s needs 1.2 slots on average; there are "
      "1: what waits grows as long as it lasts [overload]\n");
}

TEST(Repeat, CountsInTheLoadThatIsExpected) {
  EXPECT_EQ(
      findings(std::string(kRun) +
               "producers: {p: {load: {poisson: 1/s}, does: [{repeat: {times: 3, do: [call: "
               "s]}}]}}\nservices: {s: {does: [work: 400ms]}}\n"),
      "3:12 warning: services.s: the ordinary load of 3/s needs 1.2 slots on average; there are "
      "1: what waits grows as long as it lasts [overload]\n");
}

}  // namespace
}  // namespace spillway
