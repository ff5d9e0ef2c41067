#include "sim/kernel/far_buckets.h"

#include <algorithm>

namespace spillway {

[[gnu::noinline]] void FarBuckets::start_block(Bucket& bucket, std::uint32_t level,
                                               std::uint32_t digit, std::uint64_t time) {
  if (free_ == nullptr) allocate();
  Block* const block = free_;
  free_ = block->next;
  block->next = bucket.block;
  if (bucket.block == nullptr) {
    bucket.sample = time;
    digits_[level] |= std::uint64_t{1} << digit;
    levels_ |= 1U << level;
  }
  bucket.block = block;
  bucket.used = 0;
}

[[gnu::noinline]] void FarBuckets::deal_out(std::uint32_t level, std::uint32_t digit) {
  // All share the digits above the highest in which any two differ: skip the levels between.
  const std::uint32_t below = level_of(buckets_[level * kDigits + digit].differ);
  assert(below < level);
  empty_bucket(level, digit, [&](const Event& event) { push_at_level(below, event); });
}

[[gnu::noinline]] void FarBuckets::allocate() {
  const std::size_t count = std::clamp<std::size_t>(blocks_ / 8, 16, 2048);
  const std::size_t bytes = count * sizeof(Block);
  arenas_.emplace_back(bytes, bytes);
  auto* const blocks = static_cast<Block*>(arenas_.back().data());
  for (std::size_t i = count; i-- > 0;) {
    blocks[i].next = free_;
    free_ = &blocks[i];
  }
  blocks_ += count;
}

}  // namespace spillway
