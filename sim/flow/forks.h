#pragma once

#include <cstdint>
#include <vector>

#include "sim/flow/address.h"
#include "sim/kernel/slab.h"

// A handler that branches: a record of its own, which nothing else costs anything.
//
//   frame ──► fork ──► branch 0 ──► ended ─┐   each a frame of its own, run by its component's
//               │ ├──► branch 1 ──► ended ─┤   Branches
//               │ └──► branch 2 … goes on  │
//   goes on ◄── enough ended well ◄────────┘   or fails, when enough can't any more

namespace spillway {

class Condition;
class Context;
struct Self;

/// A `parallel`, compiled.
struct Forking {
  std::uint32_t first = 0;   ///< of its branches' starts
  std::uint32_t count = 0;   ///< of branches
  std::uint32_t needed = 0;  ///< so many have to end well
  Address branches = 0;      ///< who runs them
  bool holds = true;         ///< the slot is kept while waiting
};

/// A handler that has branched, while one of its branches lives.
struct Fork {
  Handle frame = 0;   ///< that waits for branches; 0 = none any more
  Handle answer = 0;  ///< the branch on its way to the frame, as its answer
  Address owner = 0;  ///< the frame's component, saying Reply
  Address runner = 0;
  const Condition* condition = nullptr;  ///< of that component
  std::uint32_t well = 0;                ///< branches that have ended so
  std::uint32_t failed = 0;
  std::uint32_t needed = 0;
  std::uint32_t spare = 0;       ///< so many may fail
  std::vector<Handle> branches;  ///< that go on
};

/// All forks of a run. A number names one while it lives, from 1 on.
class Forks {
 public:
  Fork& operator[](std::uint32_t number) { return forks_[number]; }
  std::uint32_t take();
  void give(std::uint32_t number);
  void clear();

  /// The forks whose branches this component runs. Cost: the number of forks.
  std::vector<std::uint32_t> run_by(Address runner) const;

 private:
  std::vector<Fork> forks_{Fork{}};
  std::vector<std::uint32_t> free_;
};

/// Begins the branches of a frame, which waits for them from now on.
void begin_fork(const Forking& forking, Handle frame, Context& context, const Self& self);

/// A branch has come to its end. Returns what is said to the frame when it need not wait any more.
Next end_branch(Handle branch, bool well, Context& context);

/// Goes on with a frame whose branches have answered. Returns whether enough have ended well.
bool join_fork(Handle frame, Context& context);

/// A frame that waits for branches is given up with all of them.
void abandon_fork(Handle frame, Context& context);

/// The branches of these handlers are no more: their component has crashed.
void abandon_branches(Address runner, Context& context);

}  // namespace spillway
