#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <type_traits>
#include <vector>

namespace spillway {

/// Names an object of a Slab: 6 bits generation | 26 bits index; 0 = none. The generation tells
/// apart 64 successive users of one place.
using Handle = std::uint32_t;

/// Objects in chunks that never move, named by 32-bit handles.
///
/// A place given back is the next to be taken. `take` sets nothing: the object holds whatever its
/// last user left, and the caller writes what it reads.
/// Range: at most 2^26 - 1 objects. T is trivially copyable, at least 4 bytes.
/// Cost: sizeof(T) + 1 bytes an object, allocated 4,096 objects at a time; take, give and access
/// are O(1) with two dependent loads.
template <class T>
class Slab {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
  static_assert(sizeof(T) >= sizeof(std::uint32_t), "the free list runs through the objects");

 public:
  static constexpr std::uint32_t kIndexBits = 26;
  static constexpr std::size_t kMost = (std::size_t{1} << kIndexBits) - 1;

  /// Limits the number of live objects from now on.
  void set_limit(std::size_t objects) { limit_ = std::min(objects, kMost); }
  std::size_t limit() const { return limit_; }

  /// Takes a place. Returns: 0 when the limit is reached.
  Handle take() {
    if (live_ >= limit_) [[unlikely]]
      return 0;
    std::uint32_t index = free_;
    if (index != 0) [[likely]] {
      std::memcpy(&free_, static_cast<const void*>(&object(index)), sizeof free_);
    } else {
      index = used_;
      if ((index >> kChunkBits) == chunks_.size()) grow();
      ++used_;
    }
    ++live_;
    std::uint8_t& state = state_of(index);
    state |= kAlive;
    return index | (std::uint32_t{state} << kIndexBits);
  }

  /// Gives a live object's place back.
  void give(Handle handle) {
    assert(alive(handle));
    const std::uint32_t index = handle & kIndexMask;
    std::uint8_t& state = state_of(index);
    state = static_cast<std::uint8_t>((state + 1) & kGenerationMask);
    std::memcpy(static_cast<void*>(&object(index)), &free_, sizeof free_);
    free_ = index;
    --live_;
  }

  T& operator[](Handle handle) {
    assert(alive(handle));
    return object(handle & kIndexMask);
  }
  const T& operator[](Handle handle) const {
    assert(alive(handle));
    return object(handle & kIndexMask);
  }

  /// Tells whether the handle's object has not been given back, as far as six bits can tell.
  bool alive(Handle handle) const {
    const std::uint32_t index = handle & kIndexMask;
    return index != 0 && index < used_ && state_of(index) == ((handle >> kIndexBits) | kAlive);
  }

  /// Number of objects taken and not given back.
  std::size_t live() const { return live_; }

  /// Number of objects there is memory for.
  std::size_t capacity() const { return chunks_.size() << kChunkBits; }

  /// Gives all places back and keeps the memory. The handles given out from here on are those that
  /// a new slab would give out, so a run does not depend on what ran before it.
  void clear() {
    for (auto& chunk : chunks_) std::memset(chunk->state, 0, sizeof chunk->state);
    free_ = 0;
    used_ = 1;
    live_ = 0;
  }

 private:
  static constexpr std::uint32_t kChunkBits = 12;
  static constexpr std::uint32_t kChunkMask = (1U << kChunkBits) - 1;
  static constexpr std::uint32_t kIndexMask = (1U << kIndexBits) - 1;
  static constexpr std::uint8_t kGenerationMask = 63;
  static constexpr std::uint8_t kAlive = 64;  // falls off when shifted into a handle

  struct Chunk {
    T objects[1U << kChunkBits];
    std::uint8_t state[1U << kChunkBits];
  };

  T& object(std::uint32_t index) const {
    return chunks_[index >> kChunkBits]->objects[index & kChunkMask];
  }
  std::uint8_t& state_of(std::uint32_t index) const {
    return chunks_[index >> kChunkBits]->state[index & kChunkMask];
  }

  [[gnu::noinline]] void grow() {
    chunks_.push_back(std::make_unique_for_overwrite<Chunk>());
    std::memset(chunks_.back()->state, 0, sizeof chunks_.back()->state);
  }

  std::vector<std::unique_ptr<Chunk>> chunks_;
  std::uint32_t free_ = 0;  // the place given back last
  std::uint32_t used_ = 1;  // places never taken start here; 0 is nobody's
  std::size_t live_ = 0;
  std::size_t limit_ = kMost;
};

}  // namespace spillway
