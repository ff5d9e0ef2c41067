#include "sim/kernel/ticket_table.h"

#include <stdexcept>
#include <string>

namespace spillway {

[[gnu::noinline]] void TicketTable::grow() {
  constexpr std::size_t kMost = std::size_t{kTimerIndexMask} + 1;
  constexpr std::size_t kLeast = 4096;
  if (tickets_ != nullptr) {
    throw std::length_error("more than " + std::to_string(places_ - 1) + " cancellable events");
  }
  memory_ = Reservation(kMost * sizeof(Ticket), kLeast * sizeof(Ticket));
  tickets_ = static_cast<Ticket*>(memory_.data());
  places_ = static_cast<std::uint32_t>(memory_.size() / sizeof(Ticket));
}

}  // namespace spillway
