#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/flow/message.h"
#include "sim/kernel/ring.h"

namespace spillway {

/// A record of which some group wants something yet.
struct Record {
  Handle message = 0;
  std::uint32_t holders = 0;  ///< groups that have not settled it, and members that handle it late
  std::uint32_t to_do = 0;    ///< groups that have neither handled nor given it up
  Time appended = 0;
  std::int64_t before = 0;  ///< bytes appended to its partition before it, where they count
};

/// An append-only line of records, numbered by their offsets. Holds each once, whatever the number
/// of groups, and only while somebody wants it.
///
///   deleted, and still in somebody's hands │ kept
///   begin                                  first         end
///
/// Cost: O(1) each, amortised.
class Partition {
 public:
  std::uint64_t begin() const { return begin_; }  ///< offset of the oldest record held
  std::uint64_t end() const { return begin_ + records_.size(); }

  /// Range: begin() <= offset < end().
  Record& operator[](std::uint64_t offset) {
    return records_[static_cast<std::size_t>(offset - begin_)];
  }
  bool holds(std::uint64_t offset) const { return offset >= begin_; }

  /// Offset of the oldest record that is there to be read.
  std::uint64_t first() const { return std::max(first_, begin_); }
  /// Deletes what is before an offset: who has it may go on with it, and nobody reads it anew.
  void delete_before(std::uint64_t offset) { first_ = offset; }

  void append(const Record& record) { records_.push_back(record); }

  /// Takes out the oldest record if nobody wants it any more: its message, else 0.
  Handle take_settled() {
    if (records_.empty() || records_.front().holders != 0) return 0;
    const Handle message = records_.front().message;
    records_.pop_front();
    ++begin_;
    return message;
  }

  void restart() {
    records_.clear();
    begin_ = first_ = 0;
    bytes = 0;
    is_timed = false;
    is_plain = true;
  }

  std::int64_t bytes = 0;  ///< appended so far, where they count
  bool is_timed = false;   ///< the age of its first record is on the clock
  bool is_plain = true;    ///< it can be read, from its first record to its end

 private:
  Ring<Record> records_;
  std::uint64_t begin_ = 0;
  std::uint64_t first_ = 0;
};

}  // namespace spillway
