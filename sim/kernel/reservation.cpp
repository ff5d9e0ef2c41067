#include "sim/kernel/reservation.h"

#include <sys/mman.h>

#include <new>
#include <utility>

namespace spillway {

Reservation::Reservation(std::size_t most, std::size_t least) {
  for (std::size_t size = most; size >= least && size != 0; size /= 2) {
    void* const data = mmap(nullptr, size, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (data != MAP_FAILED) {
      // Objects are looked at all over it: large pages spare the processor looking their addresses
      // up. Where the system has none to give, ordinary ones do.
      madvise(data, size, MADV_HUGEPAGE);
      data_ = data;
      size_ = size;
      return;
    }
  }
  throw std::bad_alloc();
}

Reservation::Reservation(Reservation&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Reservation& Reservation::operator=(Reservation&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

Reservation::~Reservation() {
  if (data_ != nullptr) munmap(data_, size_);
}

}  // namespace spillway
