#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <type_traits>
#include <utility>

#include "sim/kernel/reservation.h"

namespace spillway {

/// Names an object of a Slab: 6 bits generation | 26 bits index; 0 = none. The generation tells
/// apart 64 successive users of one place.
using Handle = std::uint32_t;

/// Objects that never move, named by 32-bit handles.
///
/// A place given back is the next to be taken. `take` sets nothing: the object holds whatever its
/// last user left, and the caller writes what it reads.
/// Range: at most 2^26 - 1 objects. T is trivially copyable and has a `std::uint8_t slab_state`,
/// which is the slab's: `set` writes an object without it. Cost: sizeof(T) bytes an object, as
/// memory is first touched; take, give and access are O(1). The greatest number of objects is
/// reserved as addresses, so that access is one load.
template <class T>
class Slab {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
  static_assert(offsetof(T, slab_state) >= sizeof(std::uint32_t),
                "the free list runs through the first bytes of the objects");

 public:
  static constexpr std::uint32_t kIndexBits = 26;
  static constexpr std::size_t kMost = (std::size_t{1} << kIndexBits) - 1;

  /// Limits the number of live objects from now on.
  void set_limit(std::size_t objects) { limit_ = std::min(objects, kMost); }
  std::size_t limit() const { return limit_; }

  /// Takes a place. Returns: 0 when the limit is reached.
  [[gnu::always_inline]] Handle take() {
    if (live_ >= limit_) [[unlikely]]
      return 0;
    std::uint32_t index = free_;
    if (index != 0) [[likely]] {
      std::memcpy(&free_, static_cast<const void*>(&object(index)), sizeof free_);
      state_of(index) |= kAlive;
    } else {
      index = used_;
      if (index >= capacity_) [[unlikely]] {
        if (!reserve() || index >= capacity_) return 0;
      }
      ++used_;
      state_of(index) = kAlive;  // whatever it was before a clear
    }
    ++live_;
    return index | (std::uint32_t{state_of(index)} << kIndexBits);
  }

  /// Takes a place for an object that is as `T{}` makes it. Returns: 0 when the limit is reached.
  [[gnu::always_inline]] Handle make() {
    if (live_ >= limit_) [[unlikely]]
      return 0;
    std::uint32_t index = free_;
    if (index == 0) [[unlikely]]
      return make_further();
    T& place = object(index);
    std::memcpy(&free_, static_cast<const void*>(&place), sizeof free_);
    const auto state = static_cast<std::uint8_t>(place.slab_state | kAlive);
    std::construct_at(&place);
    place.slab_state = state;
    ++live_;
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

  /// Fetches an object from memory that will be looked at soon; of none (0), or one that has been
  /// given back, nothing comes of it.
  void prefetch(Handle handle) const { __builtin_prefetch(&object(handle & kIndexMask), 1); }

  /// Sets a live object to `value`, but for the slab's own mark in it.
  T& set(Handle handle, const T& value) {
    T& place = (*this)[handle];
    const std::uint8_t state = place.slab_state;
    place = value;
    place.slab_state = state;
    return place;
  }

  /// Tells whether the handle's object has not been given back, as far as six bits can tell.
  bool alive(Handle handle) const {
    const std::uint32_t index = handle & kIndexMask;
    return index != 0 && index < used_ && state_of(index) == ((handle >> kIndexBits) | kAlive);
  }

  /// Visits the handle of each live object, by place. Cost: a step for each place ever taken.
  template <class Visitor>
  void each(Visitor&& visit) const {
    for (std::uint32_t index = 1; index < used_; ++index) {
      const std::uint32_t state = state_of(index);
      if ((state & kAlive) != 0) visit(index | state << kIndexBits);
    }
  }

  /// Number of objects taken and not given back.
  std::size_t live() const { return live_; }

  /// Gives all places back and keeps the memory. The handles given out from here on are those that
  /// a new slab would give out, so a run does not depend on what ran before it.
  void clear() {
    free_ = 0;
    used_ = 1;
    live_ = 0;
  }

 private:
  /// Makes an object where none has been.
  [[gnu::noinline]] Handle make_further() {
    const Handle handle = take();
    if (handle != 0) set(handle, T{});
    return handle;
  }

  static constexpr std::uint32_t kIndexMask = (1U << kIndexBits) - 1;
  static constexpr std::uint8_t kGenerationMask = 63;
  static constexpr std::uint8_t kAlive = 64;  // falls off when shifted into a handle

  /// As few objects as there must be addresses for.
  static constexpr std::size_t kLeast = 4096;

  T& object(std::uint32_t index) const { return objects_[index]; }
  std::uint8_t& state_of(std::uint32_t index) const { return objects_[index].slab_state; }

  /// Returns: false when addresses are reserved already.
  [[gnu::noinline]] bool reserve() {
    if (objects_ != nullptr) return false;
    memory_ = Reservation((kMost + 1) * sizeof(T), kLeast * sizeof(T));
    objects_ = static_cast<T*>(memory_.data());
    capacity_ = memory_.size() / sizeof(T);
    return true;
  }

  T* objects_ = nullptr;
  std::size_t capacity_ = 0;
  Reservation memory_;
  std::uint32_t free_ = 0;  // the place given back last
  std::uint32_t used_ = 1;  // places never taken start here; 0 is nobody's
  std::size_t live_ = 0;
  std::size_t limit_ = kMost;
};

}  // namespace spillway
