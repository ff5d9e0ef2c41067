#include "sim/flow/shared_limit.h"

#include <cassert>

#include "sim/flow/context.h"

namespace spillway {

void SharedLimit::give(std::uint64_t permits, Context& context) {
  assert(permits <= in_use_);
  for (; permits != 0 && !waiting_.empty(); --permits) {
    context.post(waiting_.front());
    waiting_.pop_front();
  }
  in_use_ -= permits;
  if (permits != 0) metrics_.in_use.add(context.now(), -static_cast<std::int64_t>(permits));
}

}  // namespace spillway
