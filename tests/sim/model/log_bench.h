#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "sim/model/log/log.h"
#include "tests/sim/flow/bench.h"

namespace spillway {

inline constexpr Address kProducer = component_address(0, 0);
inline constexpr Address kConsumer = component_address(3, 0);
inline constexpr Address kOtherConsumer = component_address(3, 1);
inline constexpr Address kLog = component_address(7, 0);

/// A log alone. After each thing said to it, the ledgers of its groups balance and agree with their
/// levels.
class LogBench : public testing::Test {
 protected:
  void open(std::uint32_t partitions, std::vector<Log::GroupWiring> groups,
            Log::Wiring wiring = {}) {
    wiring.address = kLog;
    wiring.partitions = partitions;
    std::uint32_t members = 0;
    for (Log::GroupWiring& group : groups) {
      for (Log::Reader& reader : group.readers) {
        reader.first_member = members;
        members += reader.members;
      }
    }
    wiring.groups = std::move(groups);
    log_.emplace(std::move(wiring));
    sender_ = bench_.edge();
    bench_.begin(*log_);
  }
  Log::GroupWiring group(std::uint32_t members = 1, Address consumer = kConsumer) {
    Log::GroupWiring wiring;
    wiring.readers.push_back(reader(members, consumer));
    return wiring;
  }
  Log::Reader reader(std::uint32_t members, Address consumer) {
    Log::Reader reader;
    reader.consumer = consumer;
    reader.edge = bench_.edge();
    reader.members = members;
    return reader;
  }
  /// A group of two consumers with a member each, on two partitions.
  void open_pair(bool cooperative, Time heartbeat = 0, Time session = 0, Time patience = kNever) {
    Log::GroupWiring wiring = group();
    wiring.readers.push_back(reader(1, kOtherConsumer));
    wiring.is_cooperative = cooperative;
    for (Log::Reader& each : wiring.readers) {
      each.heartbeat = heartbeat;
      each.session = session;
      each.patience = patience;
    }
    open(2, {wiring});
  }

  /// Sends a record of a root of its own, whose handler has ended.
  void send() {
    const Handle root = bench_.root(kProducer, sent_++);
    const Handle message = bench_.context.spawn(root);
    bench_.context.messages[message].parent = 0;
    bench_.context.messages[root].next = message;
    bench_.context.answered(root);
    bench_.tell<Offer>(*log_, message);
    listen();
  }
  void send(int records) {
    for (int i = 0; i < records; ++i) send();
  }
  /// The handler of a record at hand ends.
  void settle(std::uint32_t ordinal, Outcome outcome = Outcome::ok, Address consumer = kConsumer) {
    const auto found = std::ranges::find_if(at_hand_, [&](Handle handle) {
      return message(handle).ordinal == ordinal && message(handle).reply_to == consumer;
    });
    ASSERT_NE(found, at_hand_.end()) << "record " << ordinal << " is with no handler";
    const Handle delivery = *found;
    at_hand_.erase(found);
    message(delivery).outcome = outcome;
    bench_.tell<Settle>(*log_, delivery);
    listen();
  }
  /// A fault of a consumer begins, or ends: what it has at hand goes back, as it does there.
  void consumer(FaultKind kind, bool begins, Address hit = kConsumer) {
    const auto [fault, is_new] = faults_.try_emplace(hit, 0);
    if (is_new) fault->second = bench_.fault(kind, hit);
    bench_.tell<Impair>(*log_, ImpairmentChange{fault->second, begins}.payload());
    if (begins) {
      for (const Handle delivery : std::exchange(at_hand_, {})) {
        if (message(delivery).reply_to != hit) {
          at_hand_.push_back(delivery);
          continue;
        }
        message(delivery).outcome = Outcome::unavailable;
        bench_.tell<Settle>(*log_, delivery);
      }
    }
    listen();
  }
  void run(Time until) {
    bench_.run(*log_, until);
    listen();
  }

  /// Ordinals of the records that are with handlers, in the order in which they came.
  std::vector<std::uint32_t> at_hand() {
    std::vector<std::uint32_t> ordinals;
    for (const Handle handle : at_hand_) ordinals.push_back(message(handle).ordinal);
    return ordinals;
  }
  /// Their members.
  std::vector<std::uint32_t> members() {
    std::vector<std::uint32_t> members;
    for (const Handle handle : at_hand_) members.push_back(message(handle).via);
    return members;
  }
  std::uint16_t attempt() { return message(at_hand_.front()).attempt; }

  void listen() {
    for (const Next next : bench_.heard()) {
      const Address target = next.target & ~(63U << 20);
      if (next.target == say<Offer>(target)) {
        at_hand_.push_back(next.payload);
      } else if (next.target == say<Settle>(kProducer)) {
        ++done_;
        failed_ += (message(next.payload).flags & flag::kFailed) != 0 ? 1 : 0;
        bench_.context.messages.give(next.payload);
      } else {
        others_.push_back(next);
      }
    }
    for (const Log::Group& each : log_->groups()) {
      const Ledger ledger = each.ledger();
      EXPECT_TRUE(ledger.balances()) << ledger.sent << " sent, " << ledger.accounted();
      EXPECT_EQ(static_cast<std::uint64_t>(each.metrics.ready.level()), ledger.ready);
      EXPECT_EQ(static_cast<std::uint64_t>(each.metrics.in_flight.level()), ledger.in_flight);
    }
  }
  Ledger ledger(std::size_t group = 0) { return log_->groups()[group].ledger(); }
  GroupMetrics& metrics(std::size_t group = 0) { return log_->groups()[group].metrics; }
  Message& message(Handle handle) { return bench_.context.messages[handle]; }

  Bench bench_;
  std::optional<Log> log_;
  std::uint32_t sender_ = 0;
  std::uint32_t sent_ = 0;
  std::map<Address, std::uint32_t> faults_;  ///< of consumers
  std::vector<Handle> at_hand_;              ///< deliveries that no handler has ended yet
  int done_ = 0;                             ///< roots whose work is done
  int failed_ = 0;                           ///< of them, in vain
  std::vector<Next> others_;
};

}  // namespace spillway
