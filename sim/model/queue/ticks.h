#pragma once

#include <cstdint>

namespace spillway::tick {

// What a tick of a queue says. 0: its head may be past its retention. Up to kRedrive: the window of
// this taker, less 1, is over. BrokerSpace::kSpaceAgain: its broker's alarm is over.

inline constexpr std::uint32_t kRedrive = 1U << 29;    ///< plus its place: another one may go back
inline constexpr std::uint32_t kWaitOver = 1U << 30;   ///< plus the taker: of its oldest receive
inline constexpr std::uint32_t kFixedPoll = 1U << 31;  ///< one of the fixed instants has come

}  // namespace spillway::tick
