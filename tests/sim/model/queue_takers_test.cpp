// Takers that come and go: instances of consumers that scale.

#include "sim/flow/fleet.h"
#include "tests/sim/model/queue_bench.h"

namespace spillway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class QueueTakers : public QueueBench {
 protected:
  void change(std::uint32_t taker, bool opens) {
    bench_.tell<Scale>(*queue_, TakerChange{taker, opens}.payload());
    check();
  }
};

TEST_F(QueueTakers, GetNothingUntilTheyCome) {
  Queue::Wiring wiring = with_takers({1, 1, 1});
  wiring.takers[1].starts_open = false;
  wiring.takers[2].starts_open = false;
  open(std::move(wiring));
  for (int i = 0; i < 4; ++i) send();
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0}));
  change(2, true);
  EXPECT_THAT(delivered(), ElementsAre(Pair{1, 2}));
  EXPECT_EQ(queue_->ledger().ready, 2u);
}

TEST_F(QueueTakers, GetNothingMoreOnceTheyGo) {
  open(with_takers({2, 2}));
  send();
  send();
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0}, Pair{1, 1}));
  const Handle of_second = deliveries_[1];
  change(1, false);
  send();
  send();
  EXPECT_THAT(delivered(), ElementsAre(Pair{2, 0})) << "the first has room for one more";
  settle(of_second, Outcome::unavailable);
  EXPECT_THAT(delivered(), IsEmpty()) << "what it gives back waits for another one";
  EXPECT_EQ(queue_->ledger().ready, 2u);
  change(1, true);
  EXPECT_THAT(delivered(), ElementsAre(Pair{1, 1}, Pair{3, 1})) << "the older one first";
}

TEST_F(QueueTakers, ComeBackWhenTheirFaultIsOverToo) {
  Queue::Wiring wiring = with_takers({1});
  wiring.takers[0].starts_open = false;
  open(std::move(wiring));
  send();
  const std::uint32_t outage = bench_.fault(FaultKind::outage, kConsumer);
  bench_.strike(*queue_, outage);
  change(0, true);
  EXPECT_THAT(delivered(), IsEmpty()) << "it has come, and is down";
  bench_.heal(*queue_, outage);
  EXPECT_THAT(delivered(), ElementsAre(Pair{0, 0}));
}

}  // namespace
}  // namespace spillway
