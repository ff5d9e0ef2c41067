#include "sim/flow/shared_processors.h"

#include <algorithm>
#include <cassert>

#include "sim/flow/context.h"

namespace spillway {

void SharedProcessors::restart(Level* in_use) {
  in_use_ = in_use;
  left_ = all_;
  working_ = 0;
  given_ = 0;
  at_ = 0;
  begun_ = 0;
  pieces_.clear();
}

/// Gives all work its share until now.
void SharedProcessors::go_on(Time now) {
  Int128 each = Int128{now - at_} << 32;
  if (working_ > left_) {
    // In two parts, so that the product keeps within 128 bits.
    const auto n = static_cast<Int128>(working_);
    const auto c = static_cast<Int128>(left_);
    each = each / n * c + each % n * c / n;
  }
  given_ += each;
  at_ = now;
}

void SharedProcessors::set_clock(Context& context) {
  while (!pieces_.empty() &&
         (context.messages[pieces_.front().frame].flags & flag::kTombstone) != 0) {
    context.unearth(pieces_.front().frame);
    std::pop_heap(pieces_.begin(), pieces_.end());
    pieces_.pop_back();
  }
  if (pieces_.empty() || left_ == 0) return context.events.clear_slot(clock_);
  const Int128 ahead = std::max<Int128>(0, pieces_.front().done_at - given_);
  Int128 units = ahead;
  if (working_ > left_) {
    const auto c = static_cast<Int128>(left_);
    units = (ahead * static_cast<Int128>(working_) + c - 1) / c;
  }
  const Time wait = static_cast<Time>((units + 0xffff'ffff) >> 32);
  context.events.set_slot(clock_, at_ + wait, Phase::kCompletion, {say<Tick>(owner_), tick_});
}

/// So many pieces more are at work.
void SharedProcessors::count(std::int64_t change, Time now) {
  const std::uint64_t before = std::min(working_, left_);
  working_ += static_cast<std::uint64_t>(change);
  if (in_use_ == nullptr) return;
  in_use_->add(now, static_cast<std::int64_t>(std::min(working_, left_) - before));
}

void SharedProcessors::begin(Handle frame, Address runs, Time takes, Context& context) {
  go_on(context.now());
  count(1, context.now());
  pieces_.push_back({given_ + (Int128{takes} << 32), ++begun_, frame, runs});
  std::push_heap(pieces_.begin(), pieces_.end());
  set_clock(context);
}

Next SharedProcessors::take(Context& context) {
  go_on(context.now());
  count(-1, context.now());
  assert(!pieces_.empty());
  const Next done{say<Done>(pieces_.front().runs), pieces_.front().frame};
  std::pop_heap(pieces_.begin(), pieces_.end());
  pieces_.pop_back();
  set_clock(context);
  return done;
}

void SharedProcessors::leave(Context& context) {
  go_on(context.now());
  count(-1, context.now());
  set_clock(context);
}

void SharedProcessors::set_processors(std::uint64_t left, Context& context) {
  go_on(context.now());
  const std::uint64_t before = std::min(working_, left_);
  left_ = left;
  if (in_use_ != nullptr) {
    in_use_->add(context.now(), static_cast<std::int64_t>(std::min(working_, left_) - before));
  }
  set_clock(context);
}

}  // namespace spillway
