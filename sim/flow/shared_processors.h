#pragma once

#include <cstdint>
#include <vector>

#include "sim/flow/address.h"
#include "sim/flow/measure.h"
#include "sim/flow/message.h"
#include "sim/kernel/event_set.h"
#include "sim/kernel/wide.h"

namespace spillway {

class Context;

/// Processors that all work which has begun shares equally (egalitarian processor sharing, what an
/// operating system's scheduler comes to): n pieces of work on c processors run at min(1, c / n) of
/// a processor's speed each, and none waits.
///
/// It keeps the work that each piece had been given if it had been there from the start, and at
/// which sum of that each one is done; so a piece that begins or ends changes nothing of the
/// others. One clock rings when the next one is done. With a processor for each piece it is work of
/// the ordinary kind, which can be made to stand still.
/// Error: 2^-32 ns for each begin and end meanwhile, and the end rounded up to a nanosecond.
/// Cost: O(log n) each.
class SharedProcessors {
 public:
  /// As many as there can be pieces of work.
  static constexpr std::uint64_t kOneForEach = std::uint64_t{1} << 62;
  /// What Tick says when the first piece of work is done: no number of an instance.
  static constexpr std::uint32_t kDone = ~std::uint32_t{0};
  static constexpr std::uint32_t kDoneOnCores = kDone - 1;  ///< the same of a component's cores

  /// `owner` is told (Tick) when the first piece of work is done. Range: processors >= 1.
  SharedProcessors(Address owner, std::uint64_t processors, std::uint32_t tick = kDone)
      : owner_(owner), tick_(tick), all_(processors), left_(processors) {}

  /// Says something else (Tick) when the first piece of work is done; before the first run.
  void say_when_done(std::uint32_t tick) { tick_ = tick; }
  /// Claims the clock; once, before the first run.
  void claim(EventSet& events) { clock_ = events.add_slot(); }
  /// Forgets all work. `in_use` is told how many processors are busy; nullptr = nobody is.
  void restart(Level* in_use);

  /// A frame of a handler that `runs` runs begins work that takes so long on a processor of its
  /// own.
  void begin(Handle frame, Address runs, Time takes, Context& context);
  /// The first piece of work is done: what is said to whoever runs it. At the clock's time only.
  Next take(Context& context);
  /// A frame gives its work up; it has left its place, which `context` knows as a tombstone.
  void leave(Context& context);
  /// Faults leave so many processors; 0 = all work stands still.
  void set_processors(std::uint64_t left, Context& context);

  std::uint64_t processors() const { return all_; }
  std::uint64_t working() const { return working_; }

 private:
  struct Piece {
    Int128 done_at = 0;  ///< of given_, in 2^-32 ns
    std::uint64_t number = 0;
    Handle frame = 0;
    Address runs = 0;
    /// Later ones first: the heap's front is the next one to be done.
    friend bool operator<(const Piece& a, const Piece& b) {
      return a.done_at != b.done_at ? a.done_at > b.done_at : a.number > b.number;
    }
  };

  void go_on(Time now);
  void set_clock(Context& context);
  void count(std::int64_t change, Time now);

  Address owner_;
  std::uint32_t tick_;
  std::uint64_t all_;
  std::uint64_t left_;
  SlotId clock_ = 0;
  Level* in_use_ = nullptr;
  std::uint64_t working_ = 0;
  Int128 given_ = 0;  ///< to each piece since the start, in 2^-32 ns
  Time at_ = 0;       ///< when that was so
  std::uint64_t begun_ = 0;
  std::vector<Piece> pieces_;  ///< a heap
};

}  // namespace spillway
