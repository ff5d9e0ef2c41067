#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <utility>
#include <vector>

#include "sim/model/queue/queue.h"
#include "tests/sim/flow/bench.h"

namespace spillway {

inline constexpr Address kProducer = component_address(0, 0);
inline constexpr Address kQueue = component_address(2, 0);
inline constexpr Address kParking = component_address(2, 1);
inline constexpr Address kConsumer = component_address(3, 0);
inline constexpr Address kOtherConsumer = component_address(3, 1);

/// A queue alone. After each thing said to it, its ledger balances and agrees with its levels.
class QueueBench : public testing::Test {
 protected:
  void open(Queue::Wiring wiring) {
    wiring.address = kQueue;
    queue_.emplace(std::move(wiring));
    edge_ = bench_.edge();
    bench_.begin(*queue_);
  }
  static Queue::Wiring with_takers(std::initializer_list<std::uint64_t> prefetches) {
    Queue::Wiring wiring;
    std::uint32_t instance = 0;
    for (const std::uint64_t prefetch : prefetches) {
      wiring.takers.push_back({kConsumer, instance++, prefetch, {}});
    }
    return wiring;
  }

  /// A message of a root of its own; the root's handler has ended.
  Handle send() {
    const Handle root = bench_.root(kProducer, sent_++);
    const Handle message = bench_.context.spawn(root);
    bench_.context.messages[message].parent = 0;
    bench_.context.answered(root);
    offer(message);
    return message;
  }
  /// A message whose sender waits for its confirmation. Returns message and receipt.
  std::pair<Handle, Handle> send_confirmed() {
    const Handle root = bench_.root(kProducer, sent_++);
    const Handle receipt = bench_.request(root, kProducer, edge_);
    const Handle message = bench_.context.spawn(root);
    bench_.context.messages[message].parent = receipt;
    offer(message);
    return {message, receipt};
  }
  void offer(Handle message) {
    bench_.tell<Offer>(*queue_, message);
    check();
  }
  void settle(Handle delivery, Outcome outcome) {
    bench_.context.messages[delivery].outcome = outcome;
    bench_.tell<Settle>(*queue_, delivery);
    check();
  }
  void acknowledge(Handle delivery) { settle(delivery, Outcome::ok); }
  void give_back(Handle delivery) { settle(delivery, Outcome::error); }
  void run(Time time) {
    bench_.run(*queue_, time);
    check();
  }
  void check() {
    const Ledger ledger = queue_->ledger();
    EXPECT_TRUE(ledger.balances()) << ledger.sent << " sent, " << ledger.accounted();
    EXPECT_EQ(static_cast<std::uint64_t>(queue_->metrics().ready.level()), ledger.ready);
    EXPECT_EQ(static_cast<std::uint64_t>(queue_->metrics().in_flight.level()), ledger.in_flight);
    EXPECT_EQ(static_cast<std::uint64_t>(queue_->metrics().delayed.level()), ledger.delayed);
    EXPECT_EQ(static_cast<std::uint64_t>(queue_->metrics().blocked.level()), ledger.blocked);
  }

  /// The deliveries made since the last time, as (message's ordinal, taker).
  std::vector<std::pair<std::uint32_t, std::uint32_t>> delivered() {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> all;
    deliveries_.clear();
    for (const Next next : bench_.heard()) {
      if (next.target != say<Offer>(kConsumer) && next.target != say<Offer>(kOtherConsumer)) {
        others_.push_back(next);
        continue;
      }
      const Message& delivery = bench_.context.messages[next.payload];
      all.emplace_back(delivery.ordinal, delivery.via);
      deliveries_.push_back(next.payload);
    }
    return all;
  }
  Handle delivery(std::size_t index) {
    delivered();
    return deliveries_.at(index);
  }
  const Message& message(Handle handle) { return bench_.context.messages[handle]; }

  Bench bench_;
  std::optional<Queue> queue_;
  std::uint32_t edge_ = 0;
  std::uint32_t sent_ = 0;
  std::vector<Handle> deliveries_;  ///< of the last `delivered`
  std::vector<Next> others_;        ///< said to others than consumers
};

using Pair = std::pair<std::uint32_t, std::uint32_t>;

}  // namespace spillway
