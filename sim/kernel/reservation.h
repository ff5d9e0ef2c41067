#pragma once

#include <cstddef>

namespace spillway {

/// A stretch of addresses whose memory comes only as it is first touched, filled with zeros. So a
/// table can have room for its greatest size, never move, and cost what it uses.
class Reservation {
 public:
  Reservation() = default;
  /// Reserves `most` bytes, or where the system allows no such stretch, the largest half, quarter,
  /// … of it down to `least`. Errors: std::bad_alloc when not even that is to be had.
  Reservation(std::size_t most, std::size_t least);
  Reservation(Reservation&& other) noexcept;
  Reservation& operator=(Reservation&& other) noexcept;
  ~Reservation();

  void* data() const { return data_; }
  std::size_t size() const { return size_; }

 private:
  void* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace spillway
