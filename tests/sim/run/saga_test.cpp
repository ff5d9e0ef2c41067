// `saga` in a whole world: what a failure undoes, and in which order.

#include <gtest/gtest.h>

#include "tests/sim/run/ran.h"

namespace spillway {
namespace {

/// 9 messages, one a second; services a, b, c do, and undo-a, undo-b, undo-c undo, each in 10 ms.
std::string saga(const std::string& stages, const std::string& options = "") {
  std::string text =
      "run: {duration: 9.5s, replications: 1}\nproducers:\n  p: {load: {constant: 1/s}, does: "
      "[{saga: [" +
      stages + "]" + options + "}]}\nservices:\n";
  for (const std::string name : {"a", "b", "undo-a", "undo-b", "undo-c"}) {
    text += "  " + name + ": {does: [work: 10ms]}\n";
  }
  return text + "  c: {does: [work: 10ms, fail: 100%]}\n  d: {does: [fail: 100%]}\n";
}

const std::string kA = "{do: [call: a], undo: [call: undo-a]}, ";
const std::string kB = "{do: [call: b], undo: [call: undo-b]}, ";

TEST(Saga, UndoesNothingWhereAllGoesWell) {
  const Ran ran(saga(kA + "{do: [call: b], undo: [call: undo-b]}"));
  EXPECT_EQ(ran.total("p", "failed"), 0);
  EXPECT_DOUBLE_EQ(ran.sample("p", "latency").max, 0.020);
  EXPECT_EQ(ran.total("p -> undo-a", "attempts"), 0);
}

TEST(Saga, UndoesBackwardsWhatWasDoneAndFails) {
  const Ran ran(saga(kA + kB + "{do: [wait: 5ms, call: c], undo: [call: undo-c]}"));
  EXPECT_EQ(ran.total("p", "failed"), 9);
  EXPECT_EQ(ran.total("p -> undo-a", "attempts"), 9);
  EXPECT_EQ(ran.total("p -> undo-b", "attempts"), 9);
  EXPECT_EQ(ran.total("p -> undo-c", "attempts"), 0) << "it was not done";
  EXPECT_EQ(ran.result().open, 0U);
}

TEST(Saga, GoesOnWhereSomethingIsDoneInstead) {
  const Ran ran(saga(kA + kB + "{do: [call: c]}", ", fallback: [wait: 1ms]"));
  EXPECT_EQ(ran.total("p", "failed"), 0);
  EXPECT_NEAR(ran.sample("p", "latency").max, 0.051, 1e-9) << "a, b, c, undo-b, undo-a, 1 ms";
}

TEST(Saga, UndoesTheRestWhereUndoingFails) {
  const Ran ran(saga(kA + "{do: [call: b], undo: [call: d, call: undo-b]}, {do: [call: c]}"));
  EXPECT_EQ(ran.total("p -> d", "errors"), 9);
  EXPECT_EQ(ran.total("p -> undo-b", "attempts"), 0);
  EXPECT_EQ(ran.total("p -> undo-a", "attempts"), 9);
}

TEST(Saga, OfSagasUndoesInnerOnesFirst) {
  const Ran ran(saga(kA + "{do: [{saga: [" + kB + "{do: [call: c]}]}]}"));
  EXPECT_EQ(ran.total("p -> undo-b", "attempts"), 9);
  EXPECT_EQ(ran.total("p -> undo-a", "attempts"), 9);
  EXPECT_EQ(ran.total("p", "failed"), 9);
}

TEST(Saga, IsAStepOfBranchesAndRepeatsToo) {
  const Ran ran(saga(kA + "{do: [{parallel: [[call: b], [{saga: [" + kB +
                     "{do: [{repeat: {times: 2, do: [call: c]}}]}]}]]}]}"));
  EXPECT_EQ(ran.total("p -> b", "attempts"), 18);
  EXPECT_EQ(ran.total("p -> c", "attempts"), 9) << "not a second time";
  EXPECT_EQ(ran.total("p -> undo-b", "attempts"), 9);
  EXPECT_EQ(ran.total("p -> undo-a", "attempts"), 9);
}

// Of stages that fail with 20 %, 30 % and 40 %, the first is undone after 0.8 (1 - 0.7 x 0.6) of
// the messages, the second after 0.8 x 0.7 x 0.4.
TEST(Saga, UndoesAsOftenAsAPencilSays) {
  const Ran ran(
      "run: {duration: 1000s, replications: 1}\nproducers:\n  p: {load: {constant: 50/s}, does: "
      "[{saga: [{do: [fail: 20%], undo: [call: one]}, {do: [fail: 30%], undo: [call: two]}, {do: "
      "[fail: 40%]}]}]}\nservices: {one: {does: []}, two: {does: []}}\n");
  const double n = ran.total("p", "sent");
  EXPECT_NEAR(ran.total("p -> one", "attempts") / n, 0.8 * (1 - 0.7 * 0.6), 0.008);
  EXPECT_NEAR(ran.total("p -> two", "attempts") / n, 0.8 * 0.7 * 0.4, 0.008);
  EXPECT_NEAR(ran.total("p", "failed") / n, 1 - 0.8 * 0.7 * 0.6, 0.008);
}

}  // namespace
}  // namespace spillway
