// What operators do to a queue: purges and redrives.

#include "tests/sim/model/queue_bench.h"

namespace spillway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Upkeep : public QueueBench {
 protected:
  std::uint32_t redrive(Time pause = 0) {
    const std::uint32_t number = bench_.fault(FaultKind::redrive, kQueue);
    bench_.context.impairments[number].moves_to = kParking;
    bench_.context.impairments[number].pause = pause;
    return number;
  }
  /// Begins and is over at one instant, as faults of no length are.
  void act(std::uint32_t number) {
    bench_.strike(*queue_, number);
    bench_.heal(*queue_, number);
    check();
  }
  /// The ordinals of what was moved since the last time.
  std::vector<std::uint32_t> moved() {
    delivered();
    std::vector<std::uint32_t> ordinals;
    for (const Next next : others_) {
      if (next.target == say<Offer>(kParking)) ordinals.push_back(message(next.payload).ordinal);
    }
    others_.clear();
    return ordinals;
  }
};

TEST_F(Upkeep, PurgesWhatIsReadyAndNothingElse) {
  Queue::Wiring wiring = with_takers({1});
  wiring.redelivery.emplace().delay = 100;
  open(std::move(wiring));
  send();
  give_back(delivery(0));  // pauses
  for (int i = 0; i < 4; ++i) send();
  EXPECT_THAT(delivered(), ElementsAre(Pair{1, 0}));
  act(bench_.fault(FaultKind::purge, kQueue));
  const Ledger ledger = queue_->ledger();
  EXPECT_EQ(ledger.dropped, 3u);
  EXPECT_EQ(ledger.ready, 0u);
  EXPECT_EQ(ledger.in_flight, 1u);
  EXPECT_EQ(ledger.delayed, 1u);
  send();
  EXPECT_EQ(queue_->ledger().ready, 1u) << "what comes later stays";
}

TEST_F(Upkeep, LetsWhoWaitsComeInAfterAPurge) {
  Queue::Wiring wiring;
  wiring.capacity = 2;
  wiring.overflow = Overflow::block;
  open(std::move(wiring));
  for (int i = 0; i < 5; ++i) send();
  act(bench_.fault(FaultKind::purge, kQueue));
  EXPECT_EQ(queue_->ledger().dropped, 2u);
  EXPECT_EQ(queue_->ledger().ready, 2u);
  EXPECT_EQ(queue_->ledger().blocked, 1u);
}

TEST_F(Upkeep, PurgesWhatBelongsToGroups) {
  Queue::Wiring wiring = with_takers({1});
  wiring.groups = true;
  open(std::move(wiring));
  for (int i = 0; i < 3; ++i) send();
  const Handle first = delivery(0);
  act(bench_.fault(FaultKind::purge, kQueue));
  EXPECT_EQ(queue_->ledger().dropped, 2u);
  acknowledge(first);
  send();
  EXPECT_THAT(delivered(), ElementsAre(Pair{3, 0}));
}

TEST_F(Upkeep, MovesDeadLettersBackAsNewOnes) {
  open({});
  const Handle first = send();
  run(50);
  send();
  const std::uint32_t lane = message(first).lane;
  run(100);
  act(redrive());
  EXPECT_THAT(moved(), ElementsAre(0, 1));
  EXPECT_EQ(queue_->ledger().redriven, 2u);
  EXPECT_EQ(queue_->metrics().redriven.at(1), 2u);
  EXPECT_EQ(message(first).attempt, 0);
  EXPECT_EQ(message(first).since, 100);
  EXPECT_NE(message(first).lane, lane) << "it draws anew";
}

TEST_F(Upkeep, MovesWhatIsReadyOneByOneAtARate) {
  open({});
  for (int i = 0; i < 3; ++i) send();
  act(redrive(10));
  EXPECT_THAT(moved(), ElementsAre(0)) << "the first at once";
  run(5);
  send();
  run(10);
  EXPECT_THAT(moved(), ElementsAre(1));
  run(100);
  EXPECT_THAT(moved(), ElementsAre(2)) << "what came later stays";
  EXPECT_EQ(queue_->ledger().ready, 1u);
}

TEST_F(Upkeep, ForgetsNoIdOfWhatItMoves) {
  open({});
  Identities& identities = bench_.context.identities;
  identities.kept = true;
  const Handle first = send();
  const MessageId id = identities.id_of(message(first).ordinal, message(first).lane);
  act(redrive());
  EXPECT_EQ(identities.id_of(message(first).ordinal, message(first).lane), id);
}

TEST_F(Upkeep, IsNothingWhileTheQueueFails) {
  open({});
  for (int i = 0; i < 3; ++i) send();
  const std::uint32_t outage = bench_.fault(FaultKind::outage, kQueue);
  bench_.strike(*queue_, outage);
  act(bench_.fault(FaultKind::purge, kQueue));
  act(redrive());
  EXPECT_THAT(moved(), IsEmpty());
  EXPECT_EQ(queue_->ledger().ready, 3u);
  bench_.heal(*queue_, outage);
  act(redrive(10));
  EXPECT_THAT(moved(), ElementsAre(0));
  bench_.strike(*queue_, outage);
  run(100);
  EXPECT_THAT(moved(), IsEmpty()) << "an outage ends it";
}

}  // namespace
}  // namespace spillway
