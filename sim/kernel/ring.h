#pragma once

#include <cassert>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

namespace spillway {

/// A FIFO of small values in a circle whose size is a power of two.
///
/// Cost: O(1) each; doubles when full, shrinks never.
template <class T>
class Ring {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  bool empty() const { return head_ == tail_; }
  std::size_t size() const { return tail_ - head_; }
  std::size_t capacity() const { return capacity_; }

  [[gnu::always_inline]] void push_back(const T& value) {
    if (size() == capacity_) [[unlikely]] {
      const T copy = value;  // it may lie in the circle that grow() replaces
      grow();
      values_[tail_++ & (capacity_ - 1)] = copy;
      return;
    }
    values_[tail_++ & (capacity_ - 1)] = value;
  }

  /// Adds a value that is yet to be written. Returns: where.
  [[gnu::always_inline]] T& append() {
    if (size() == capacity_) [[unlikely]]
      grow();
    return values_[tail_++ & (capacity_ - 1)];
  }

  T& front() { return (*this)[0]; }
  const T& front() const { return (*this)[0]; }
  [[gnu::always_inline]] T& back() { return (*this)[size() - 1]; }
  [[gnu::always_inline]] const T& back() const { return (*this)[size() - 1]; }

  /// What stands where the first value would: some value, also where there is none. Range:
  /// something was added before.
  [[gnu::always_inline]] const T& front_place() const { return values_[head_ & (capacity_ - 1)]; }

  void pop_front() {
    assert(!empty());
    ++head_;
  }

  /// The value at a position counted from the front.
  [[gnu::always_inline]] T& operator[](std::size_t position) {
    assert(position < size());
    return values_[(head_ + position) & (capacity_ - 1)];
  }
  [[gnu::always_inline]] const T& operator[](std::size_t position) const {
    assert(position < size());
    return values_[(head_ + position) & (capacity_ - 1)];
  }

  /// Empties; keeps the memory.
  void clear() { head_ = tail_ = 0; }

 private:
  [[gnu::noinline]] void grow() {
    const std::size_t size = this->size();
    const std::size_t capacity = capacity_ == 0 ? 8 : 2 * capacity_;
    auto values = std::make_unique<T[]>(capacity);
    for (std::size_t i = 0; i < size; ++i) values[i] = (*this)[i];
    values_ = std::move(values);
    capacity_ = capacity;
    head_ = 0;
    tail_ = size;
  }

  std::unique_ptr<T[]> values_;
  std::size_t capacity_ = 0;
  std::size_t head_ = 0;  // both only ever grow; a position is taken modulo the capacity
  std::size_t tail_ = 0;
};

}  // namespace spillway
