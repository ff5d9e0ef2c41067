#include "sim/kernel/ticket_table.h"

#include <algorithm>
#include <stdexcept>

namespace spillway {

[[gnu::noinline]] void TicketTable::grow() {
  constexpr std::size_t kMost = std::size_t{kTimerIndexMask} + 1;
  if (tickets_.size() == kMost) throw std::length_error("more than 67 million cancellable events");
  tickets_.resize(std::min(kMost, std::max<std::size_t>(64, tickets_.size() * 2)));
}

}  // namespace spillway
