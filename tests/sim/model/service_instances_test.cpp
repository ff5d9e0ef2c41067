#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/model/service/service.h"
#include "tests/sim/flow/bench.h"

namespace spillway {
namespace {

constexpr Address kCaller = component_address(0, 0);
constexpr Address kService = component_address(1, 0);

class ServiceInstances : public testing::Test {
 protected:
  ServiceInstances() : edge_(bench_.edge()) { bench_.context.edges[edge_].to = kService; }

  /// Instances of two slots and room for one each, which work for 10.
  void open(std::uint32_t first, std::uint32_t most, Time startup = 0) {
    Service::Wiring wiring;
    wiring.address = kService;
    wiring.program = bench_.program({bench_.work(10)});
    wiring.slots = 2 * most;
    wiring.room = first;
    wiring.room_for_each = 1;
    Fleet::Wiring fleet{kService, first, most, 2, {}};
    if (startup > 0) fleet.startup = bench_.site(startup);
    service_.emplace(wiring, Protection{}, std::make_unique<Fleet>(fleet));
    bench_.begin(*service_);
  }
  void ask(int times) {
    for (int i = 0; i < times; ++i) {
      bench_.tell<Offer>(*service_, bench_.request(bench_.root(kCaller, asked_++), kCaller, edge_));
    }
  }
  void scale_to(std::uint32_t instances) { bench_.tell<Scale>(*service_, instances); }
  void run(Time time) { bench_.run(*service_, time); }
  std::int64_t busy() const { return service_->metrics().busy.level(); }
  std::int64_t waiting() const { return service_->metrics().waiting.level(); }
  std::uint64_t refused() const { return service_->metrics().refused.at(1); }
  std::int64_t there() const { return service_->fleet()->metrics().there.level(); }
  std::int64_t slots() const { return service_->fleet()->metrics().slots.level(); }

  Bench bench_;
  std::uint32_t edge_;
  std::optional<Service> service_;
  std::uint32_t asked_ = 0;
};

TEST_F(ServiceInstances, TakeFromTheLineWhenTheyHaveStarted) {
  open(1, 3, 5);
  ask(4);
  EXPECT_EQ(busy(), 2);
  EXPECT_EQ(waiting(), 1);
  EXPECT_EQ(refused(), 1u) << "each instance has room for one";
  scale_to(2);
  EXPECT_EQ(there(), 2);
  EXPECT_EQ(waiting(), 1);
  run(5);
  EXPECT_EQ(busy(), 3);
  EXPECT_EQ(waiting(), 0);
  ask(4);
  EXPECT_EQ(busy(), 4);
  EXPECT_EQ(waiting(), 2) << "and two have room for two";
  EXPECT_EQ(refused(), 2u);
}

TEST_F(ServiceInstances, FinishWhatTheyHaveAndTakeNothingMore) {
  open(3, 3);
  ask(5);
  run(3);
  ask(1);
  EXPECT_EQ(busy(), 6);
  scale_to(1);
  EXPECT_EQ(there(), 3) << "six handlers fill three";
  EXPECT_EQ(slots(), 6);
  ask(1);
  EXPECT_EQ(waiting(), 1);
  run(10);
  EXPECT_EQ(busy(), 2) << "five have ended; the line gets one of the two slots that are left";
  EXPECT_EQ(there(), 1);
  EXPECT_EQ(slots(), 2);
  EXPECT_EQ(waiting(), 0);
}

TEST_F(ServiceInstances, GoOneByOneAsTheirSlotsBecomeFree) {
  open(3, 3);
  ask(2);
  run(3);
  ask(3);
  scale_to(1);
  EXPECT_EQ(there(), 3) << "three handlers beyond the two slots that stay";
  EXPECT_EQ(slots(), 5);
  run(10);
  EXPECT_EQ(busy(), 3);
  EXPECT_EQ(there(), 2) << "one beyond them";
  run(13);
  EXPECT_EQ(there(), 1);
}

TEST_F(ServiceInstances, ThatEndAreGoneWithACrash) {
  open(2, 2);
  ask(4);
  scale_to(1);
  EXPECT_EQ(there(), 2);
  const std::uint32_t crash = bench_.fault(FaultKind::crash, kService);
  bench_.strike(*service_, crash);
  EXPECT_EQ(there(), 1);
  bench_.heal(*service_, crash);
  EXPECT_EQ(busy(), 2) << "of one instance";
  EXPECT_EQ(waiting(), 2);
}

TEST_F(ServiceInstances, LoseTheShareOfTheirSlotsThatAFaultTakes) {
  open(2, 4);
  bench_.strike(*service_, bench_.fault(FaultKind::capacity, kService, 0.5));
  ask(4);
  EXPECT_EQ(busy(), 2);
  scale_to(4);
  EXPECT_EQ(busy(), 4) << "half of eight";
}

}  // namespace
}  // namespace spillway
