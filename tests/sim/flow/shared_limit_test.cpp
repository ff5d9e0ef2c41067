#include "sim/flow/shared_limit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/flow/bench.h"

namespace spillway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Address kOne = component_address(1, 0);
constexpr Address kOther = component_address(1, 1);

class SharedLimits : public testing::Test {
 protected:
  void open(std::uint64_t permits) {
    limit_.emplace("account", permits);
    limit_->begin(bench_.context.timeline, {});
  }
  /// Who has been told that a permit is theirs since the last time.
  std::vector<Address> told() {
    std::vector<Address> all;
    while (const Next next = bench_.context.take_post()) all.push_back(next.target);
    return all;
  }
  Bench bench_;
  std::optional<SharedLimit> limit_;
};

TEST_F(SharedLimits, HaveSoManyPermitsAndNoMore) {
  open(2);
  EXPECT_TRUE(limit_->take(0));
  EXPECT_TRUE(limit_->take(0));
  EXPECT_FALSE(limit_->take(0));
  EXPECT_EQ(limit_->in_use(), 2u);
  limit_->give(1, bench_.context);
  EXPECT_TRUE(limit_->take(0));
  EXPECT_EQ(limit_->metrics().in_use.level(), 2);
  EXPECT_THAT(told(), IsEmpty());
}

TEST_F(SharedLimits, GoToWhoeverHasWaitedLongest) {
  open(2);
  ASSERT_TRUE(limit_->take(0) && limit_->take(0));
  limit_->wait({say<Tick>(kOne), 0});
  limit_->wait({say<Tick>(kOther), 0});
  limit_->wait({say<Tick>(kOne), 0});
  limit_->give(2, bench_.context);
  EXPECT_THAT(told(), ElementsAre(say<Tick>(kOne), say<Tick>(kOther)));
  EXPECT_EQ(limit_->in_use(), 2u) << "they are theirs already";
  limit_->give(2, bench_.context);
  EXPECT_THAT(told(), ElementsAre(say<Tick>(kOne)));
  EXPECT_EQ(limit_->in_use(), 1u);
  EXPECT_EQ(limit_->metrics().in_use.level(), 1);
}

TEST_F(SharedLimits, LetNobodyPassWhoWaits) {
  open(1);
  ASSERT_TRUE(limit_->take(0));
  limit_->wait({say<Tick>(kOne), 0});
  EXPECT_FALSE(limit_->take(0));
  limit_->give(1, bench_.context);
  EXPECT_FALSE(limit_->take(0)) << "it is the other's, who is told of it";
  limit_->give(1, bench_.context);
  EXPECT_TRUE(limit_->take(0));
}

TEST_F(SharedLimits, BeginAnewWithEachReplication) {
  open(1);
  ASSERT_TRUE(limit_->take(0));
  limit_->wait({say<Tick>(kOne), 0});
  limit_->begin(bench_.context.timeline, {});
  EXPECT_TRUE(limit_->take(0));
  EXPECT_EQ(limit_->metrics().throttled.so_far(), 0u);
}

}  // namespace
}  // namespace spillway
