#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "sim/kernel/ring.h"
#include "sim/kernel/slab.h"
#include "sim/kernel/time.h"

namespace spillway {

class Context;

/// What a pool of connections goes by.
struct PoolRules {
  std::uint64_t size = 1;                          ///< connections; at least 1
  std::uint64_t most_waiting = ~std::uint64_t{0};  ///< attempts that may wait for one
  Time longest_wait = kNever;                      ///< for a connection
  friend bool operator==(const PoolRules&, const PoolRules&) = default;
};

/// The connection pools of a run, one for each edge that has one, and which attempts have a
/// connection or wait for one, first come, first served.
///
///   attempt ──► one free? ──► sets out ──► answered, timed out or given up: free again
///                  │ no          ▲
///                  ▼             │
///                waits ──────────┘
///                  │ too many, too long
///                  ▼
///               refused (unavailable)
///
/// A frame waits for one attempt at a time, and stays where it is meanwhile: it names the attempt.
/// Left out: the time it takes to open a connection, and connections that break.
///
/// Cost: a look-up in a hash table for each attempt over such an edge.
class ConnectionPools {
 public:
  enum class Answer : std::uint8_t { taken, waits, refused };

  /// Adds one; returns its place. The first is 1: 0 is none.
  std::uint16_t add(const PoolRules& rules, std::uint32_t edge);
  bool none() const { return pools_.size() == 1; }
  void restart();

  /// Asks for a connection for what a frame's attempt sends.
  Answer ask(std::uint16_t number, Handle frame, Handle sent, Context& context);

  /// When the frame's attempt, which waits, has waited too long; kNever: it may wait for ever.
  Time waits_until(Handle frame) const;

  /// Whether the frame's attempt waits for a connection.
  bool waits(Handle frame) const { return is(frame, State::waiting); }
  /// Whether it has just been given one, and has to set out.
  bool is_given(Handle frame) const { return is(frame, State::given); }
  /// Whether it has set out.
  bool under_way(Handle frame) const { return is(frame, State::out); }

  /// It sets out.
  void sets_out(Handle frame, Context& context);

  /// Takes one more free connection for a frame that has one. Returns whether there was one.
  bool take_another(Handle frame, Context& context);
  /// And gives one of them back.
  void give_one_back(Handle frame, Context& context);

  /// The frame's attempt has ended, or has waited in vain: its connection goes to who waits
  /// longest. Returns whether it had none. No pool was asked about what a frame waits for that none
  /// knows.
  bool ended(Handle frame, Context& context);

  /// The frame is given up, and with it the attempt that it waits for.
  void given_up(Handle frame, Context& context);

 private:
  enum class State : std::uint8_t { waiting, given, out, refused };

  struct Attempt {
    std::uint16_t pool;
    State state;
    std::uint32_t ticket;  ///< of a waiting one: tells it from others of its frame
    Time since;
    std::uint32_t more = 0;  ///< connections beside its own, for copies
  };
  struct Waiting {
    Handle frame;
    Handle sent;
    std::uint32_t ticket;
  };
  struct Pool {
    PoolRules rules;
    std::uint32_t edge = 0;
    std::uint64_t in_use = 0;
    std::uint64_t waiting = 0;
    Ring<Waiting> line;  ///< those who have left it too, until their turn comes
  };

  bool is(Handle frame, State state) const {
    const auto found = attempts_.find(frame);
    return found != attempts_.end() && found->second.state == state;
  }
  void refuse(std::uint32_t edge, Handle frame, Context& context);
  void leave(const Attempt& attempt, Context& context);
  void free_connection(Pool& pool, Context& context);

  std::vector<Pool> pools_ = std::vector<Pool>(1);
  std::unordered_map<Handle, Attempt> attempts_;  ///< by frame, until it ends
  std::uint32_t tickets_ = 0;
};

}  // namespace spillway
