#pragma once

#include <cstdint>
#include <string>

namespace spillway {

/// Where a channel's messages went. At every moment sent = the sum of all places; a run whose
/// ledger does not balance is a bug and fails loudly.
struct Ledger {
  std::uint64_t ready = 0;
  std::uint64_t in_flight = 0;
  std::uint64_t delayed = 0;
  std::uint64_t blocked = 0;
  std::uint64_t dead_lettered = 0;
  std::uint64_t redriven = 0;
  std::uint64_t expired = 0;
  std::uint64_t dropped = 0;
  std::uint64_t rejected = 0;
  std::uint64_t filtered = 0;
  std::uint64_t deduplicated = 0;
  std::uint64_t lost = 0;
  // Beside them, not in the sum.
  std::uint64_t redelivered = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t reordered = 0;
  // What every message counts in stands together: receives are not in the sum.
  std::uint64_t sent = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t receives = 0;

  std::uint64_t accounted() const {
    return acknowledged + ready + in_flight + delayed + blocked + dead_lettered + redriven +
           expired + dropped + rejected + filtered + deduplicated + lost;
  }
  bool balances() const { return sent == accounted(); }

  Ledger& operator+=(const Ledger& other) {
    visit(*this, other, [](auto, std::uint64_t& mine, std::uint64_t theirs) { mine += theirs; });
    return *this;
  }

  /// Visits each entry of two ledgers with its name, the places of the sum first.
  template <class A, class B, class Visitor>
  static void visit(A& a, B& b, Visitor&& visitor) {
    visitor("sent", a.sent, b.sent);
    visitor("acknowledged", a.acknowledged, b.acknowledged);
    visitor("ready", a.ready, b.ready);
    visitor("in_flight", a.in_flight, b.in_flight);
    visitor("delayed", a.delayed, b.delayed);
    visitor("blocked", a.blocked, b.blocked);
    visitor("dead_lettered", a.dead_lettered, b.dead_lettered);
    visitor("redriven", a.redriven, b.redriven);
    visitor("expired", a.expired, b.expired);
    visitor("dropped", a.dropped, b.dropped);
    visitor("rejected", a.rejected, b.rejected);
    visitor("filtered", a.filtered, b.filtered);
    visitor("deduplicated", a.deduplicated, b.deduplicated);
    visitor("lost", a.lost, b.lost);
    visitor("receives", a.receives, b.receives);
    visitor("redelivered", a.redelivered, b.redelivered);
    visitor("duplicates", a.duplicates, b.duplicates);
    visitor("reordered", a.reordered, b.reordered);
  }
};

}  // namespace spillway
