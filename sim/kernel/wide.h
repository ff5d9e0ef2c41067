#pragma once

namespace spillway {

// Integers of 128 bits: exact sums, so that the order of adding and merging does not show.
__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 Uint128;

}  // namespace spillway
