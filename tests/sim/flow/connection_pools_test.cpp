// Who gets a connection, who waits for one, and what becomes of those who wait in vain.

#include "sim/flow/connection_pools.h"

#include <gtest/gtest.h>

#include "sim/flow/exchange.h"
#include "tests/sim/flow/calling.h"

namespace spillway {
namespace {

class PooledCalls : public CallingTest {
 protected:
  /// Gives the call a pool.
  void pool(std::uint64_t size, Time longest_wait = kNever,
            std::uint64_t most_waiting = ~std::uint64_t{0}) {
    PoolRules rules;
    rules.size = size;
    rules.longest_wait = longest_wait;
    rules.most_waiting = most_waiting;
    bench_.exchange_of_step(call_).pool = bench_.context.connections.add(rules, edge_);
    bench_.context.has_guards = true;
  }
  Handle call() { return start(bench_.program({call_})); }
  Durations& waits() { return bench_.context.edges[edge_].metrics.pool_wait; }
  Time waited() {
    Histogram histogram;
    waits().merge_into(histogram, bench_.context.timeline.windows()[0]);
    return histogram.max();
  }
  std::uint64_t connected() { return waits().in(bench_.context.timeline.windows()[0]); }
};

TEST_F(PooledCalls, GoOutAtOnceWhileThereAreConnections) {
  pool(2);
  call();
  call();
  EXPECT_EQ(offers().size(), 2u);
  EXPECT_EQ(metrics().connections.level(), 2);
  EXPECT_EQ(connected(), 2u);
  EXPECT_EQ(waited(), 0);
}

TEST_F(PooledCalls, WaitForTheConnectionOfOneThatIsAnsweredFirstComeFirstServed) {
  pool(1);
  const Handle first = call();
  const Handle second = call();
  const Handle third = call();
  const std::vector<Handle> sent = offers();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(bench_.context.messages[sent[0]].root, first);
  EXPECT_EQ(metrics().attempts.at(1), 1u) << "who waits has not set out";
  bench_.run(caller_, 3 * kSecond);
  answer(sent[0], Outcome::ok);
  const std::vector<Handle> next = offers();
  ASSERT_EQ(next.size(), 1u);
  EXPECT_EQ(bench_.context.messages[next[0]].root, second);
  EXPECT_EQ(waited(), 3 * kSecond);
  EXPECT_EQ(metrics().connections.level(), 1) << "it has gone from hand to hand";
  answer(next[0], Outcome::error);
  const std::vector<Handle> last = offers();
  ASSERT_EQ(last.size(), 1u) << "a failure gives it back too";
  EXPECT_EQ(bench_.context.messages[last[0]].root, third);
  answer(last[0], Outcome::ok);
  EXPECT_EQ(metrics().connections.level(), 0);
  EXPECT_EQ(caller_.ends, 3);
  EXPECT_EQ(metrics().attempts.at(1), 3u);
  EXPECT_EQ(metrics().retries.at(1), 0u);
}

TEST_F(PooledCalls, AreRefusedWhenTooManyWait) {
  pool(1, kNever, 1);
  call();
  call();
  const std::size_t alive = bench_.context.alive();
  call();
  EXPECT_EQ(offers().size(), 1u);
  EXPECT_EQ(caller_.ends, 1);
  EXPECT_EQ(caller_.outcome, Outcome::unavailable);
  EXPECT_EQ(metrics().pool_refused.at(1), 1u);
  EXPECT_EQ(metrics().errors.at(1), 0u) << "it was none of the attempts";
  EXPECT_EQ(bench_.context.alive(), alive + 1) << "the caller; nothing is left of the attempt";
}

TEST_F(PooledCalls, AreRefusedWhenTheyHaveWaitedTooLong) {
  pool(1, 2 * kSecond);
  call();
  const std::size_t alive = bench_.context.alive();
  call();
  bench_.run(caller_, 2 * kSecond);
  EXPECT_EQ(caller_.outcome, Outcome::unavailable);
  EXPECT_EQ(metrics().pool_refused.at(1), 1u);
  EXPECT_EQ(metrics().timeouts.at(1), 0u);
  EXPECT_EQ(bench_.context.alive(), alive + 1) << "the caller";
  answer(offers().at(0), Outcome::ok);
  EXPECT_TRUE(offers().empty()) << "nobody waits any more";
  EXPECT_EQ(metrics().connections.level(), 0);
}

TEST_F(PooledCalls, WaitNoLongerThanTheirDeadline) {
  pool(1, 5 * kSecond);
  call();
  const Step hurried = bench_.limited(bench_.call(kCallee, edge_), kNever, 3 * kSecond);
  bench_.exchange_of_step(hurried).pool = bench_.exchange_of_step(call_).pool;
  start(bench_.program({hurried}));
  const std::vector<Handle> sent = offers();
  bench_.run(caller_, 3 * kSecond);
  EXPECT_EQ(caller_.ends, 1);
  EXPECT_EQ(caller_.outcome, Outcome::timeout);
  EXPECT_EQ(metrics().timeouts.at(1), 0u) << "it has not set out";
  EXPECT_EQ(metrics().pool_refused.at(1), 1u);
  answer(sent.at(0), Outcome::ok);
  EXPECT_EQ(bench_.context.alive(), 2u) << "the callers";
}

TEST_F(PooledCalls, TimeOutFromWhenTheyHaveTheirConnection) {
  pool(1);
  call_ = bench_.limited(call_, 2 * kSecond);
  call();
  bench_.run(caller_, kSecond);
  call();
  bench_.run(caller_, 2 * kSecond);
  EXPECT_EQ(caller_.ends, 1);
  ASSERT_EQ(offers().size(), 2u) << "a timeout gives the connection back";
  bench_.run(caller_, 4 * kSecond - 1);
  EXPECT_EQ(caller_.ends, 1);
  bench_.run(caller_, 4 * kSecond);
  EXPECT_EQ(caller_.ends, 2);
  EXPECT_EQ(metrics().timeouts.at(1), 2u);
  EXPECT_EQ(metrics().connections.level(), 0);
}

TEST_F(PooledCalls, AskAgainForEachAttempt) {
  pool(1);
  call_ = bench_.tried(call_, 2);
  call();
  call();
  const std::vector<Handle> first = offers();
  ASSERT_EQ(first.size(), 1u);
  answer(first[0], Outcome::error);
  const std::vector<Handle> second = offers();
  ASSERT_EQ(second.size(), 1u) << "the other one was there before the second attempt";
  EXPECT_EQ(bench_.context.messages[second[0]].attempt, 0);
  EXPECT_EQ(metrics().retries.at(1), 0u);
  answer(second[0], Outcome::ok);
  const std::vector<Handle> third = offers();
  ASSERT_EQ(third.size(), 1u);
  EXPECT_EQ(bench_.context.messages[third[0]].attempt, 1);
  EXPECT_EQ(metrics().retries.at(1), 1u);
  EXPECT_EQ(metrics().attempts.at(1), 3u);
}

TEST_F(PooledCalls, LeaveTheLineWhenTheyAreGivenUp) {
  pool(1);
  bench_.exchange_of_step(call_).cancels = true;
  call();
  const Handle gone = call();
  const Handle stays = call();
  const std::vector<Handle> sent = offers();
  const std::size_t alive = bench_.context.alive();
  abandon(gone, bench_.context);
  settle();
  EXPECT_EQ(bench_.context.alive(), alive - 1);
  EXPECT_TRUE(cancels().empty()) << "no word to the callee of a request it has never seen";
  answer(sent.at(0), Outcome::ok);
  const std::vector<Handle> next = offers();
  ASSERT_EQ(next.size(), 1u);
  EXPECT_EQ(bench_.context.messages[next[0]].root, stays);
}

TEST_F(PooledCalls, GiveTheirConnectionToTheNextWhenTheyAreGivenUp) {
  pool(1);
  bench_.exchange_of_step(call_).cancels = true;
  const Handle out = call();
  const Handle given = call();
  call();
  const std::vector<Handle> sent = offers();
  abandon(out, bench_.context);
  // The second has its connection, and is given up before it sets out.
  ASSERT_TRUE(bench_.context.connections.is_given(given));
  abandon(given, bench_.context);
  settle();
  EXPECT_EQ(cancels(), sent);
  EXPECT_EQ(offers().size(), 1u) << "the third has set out";
  EXPECT_EQ(metrics().connections.level(), 1);
  EXPECT_EQ(metrics().pool_refused.at(1), 0u);
}

TEST_F(PooledCalls, TellTheBreakerThatTheyWereRefused) {
  pool(1, kNever, 0);
  BreakerRules rules;
  rules.consecutive = 1;
  rules.open = 5 * kSecond;
  bench_.exchange_of_step(call_).breaker = bench_.context.breakers.add(rules, edge_);
  call();
  call();
  EXPECT_EQ(metrics().pool_refused.at(1), 1u);
  call();
  EXPECT_EQ(metrics().short_circuited.at(1), 1u);
  EXPECT_EQ(metrics().pool_refused.at(1), 1u) << "whom the breaker refuses does not ask the pool";
}

TEST_F(PooledCalls, BeginAnewWithTheRun) {
  pool(1);
  call();
  call();
  bench_.context.connections.restart();
  const Handle frame = call();
  EXPECT_TRUE(bench_.context.connections.under_way(frame));
}

}  // namespace
}  // namespace spillway
