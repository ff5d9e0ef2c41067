#pragma once

#include <cstdint>

#include "sim/scenario/scenario.h"

namespace spillway {

/// The most keys that messages may have which use stores: each costs some bytes there.
inline constexpr std::uint64_t kMostStoredKeys = 10'000'000;

/// One more than the greatest key that the producer's messages have; 1 when they have none, for
/// then all have key 0.
std::uint64_t key_count(const ProducerParameters& producer);

/// Whether two producers draw keys alike.
bool same_keys(const Component<ProducerParameters>& a, const Component<ProducerParameters>& b);

}  // namespace spillway
