#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/kernel/hash.h"

namespace spillway {

/// Who wrote which version of which key: open addressing, some entries for each writer.
///
/// Nobody says when a writer has ended. So before the table would grow it is asked to keep only
/// those entries whose writer may still be asked for: see `crowded`.
/// Cost: 16 bytes an entry, at most half of the places in use; O(1) amortised.
class WriteTable {
 public:
  struct Entry {
    std::uint64_t writer = 0;  ///< 0 = nobody: the place is free
    std::uint32_t key = 0;
    std::uint32_t version = 0;
  };

  void restart() {
    entries_.clear();
    size_ = 0;
  }

  /// Whether one entry more would make the table grow.
  bool crowded() const { return 2 * (size_ + 1) > entries_.size(); }

  /// Drops the entries of those writers that `keeps` is false of, and makes room for as many again
  /// as are left.
  template <class Keeps>
  void sweep(Keeps&& keeps) {
    std::vector<Entry> kept;
    for (const Entry& entry : entries_) {
      if (entry.writer != 0 && keeps(entry.writer)) kept.push_back(entry);
    }
    size_ = kept.size();
    entries_.assign(std::bit_ceil(4 * (size_ + kLeast)), {});
    for (const Entry& entry : kept) entries_[free_place(entry.writer)] = entry;
  }

  /// Notes a version that a writer has written, in place of its earlier one of this key. Range:
  /// writer is not 0, and the table is not crowded.
  void note(std::uint64_t writer, std::uint32_t key, std::uint32_t version) {
    for (std::size_t at = start(writer); entries_[at].writer != 0; at = next(at)) {
      if (entries_[at].writer == writer && entries_[at].key == key) {
        entries_[at].version = version;
        return;
      }
    }
    entries_[free_place(writer)] = {writer, key, version};
    ++size_;
  }

  /// Notes the one thing to be known of a writer, in place of what was noted before.
  void note_only(std::uint64_t writer, std::uint32_t key, std::uint32_t version) {
    if (Entry* entry = find(writer)) {
      entry->key = key;
      entry->version = version;
      return;
    }
    entries_[free_place(writer)] = {writer, key, version};
    ++size_;
  }

  /// An entry of the writer; nullptr when there is none.
  const Entry* find(std::uint64_t writer) const {
    return const_cast<WriteTable*>(this)->find(writer);
  }

  /// Visits the writer's entries.
  template <class Visitor>
  void each(std::uint64_t writer, Visitor&& visit) const {
    if (entries_.empty()) return;
    for (std::size_t at = start(writer); entries_[at].writer != 0; at = next(at)) {
      if (entries_[at].writer == writer) visit(entries_[at]);
    }
  }

  std::size_t size() const { return size_; }

 private:
  static constexpr std::size_t kLeast = 16;

  std::size_t start(std::uint64_t writer) const {
    return static_cast<std::size_t>(mix64(writer)) & (entries_.size() - 1);
  }
  std::size_t next(std::size_t at) const { return (at + 1) & (entries_.size() - 1); }
  std::size_t free_place(std::uint64_t writer) const {
    std::size_t at = start(writer);
    while (entries_[at].writer != 0) at = next(at);
    return at;
  }
  Entry* find(std::uint64_t writer) {
    if (entries_.empty()) return nullptr;
    for (std::size_t at = start(writer); entries_[at].writer != 0; at = next(at)) {
      if (entries_[at].writer == writer) return &entries_[at];
    }
    return nullptr;
  }

  std::vector<Entry> entries_;
  std::size_t size_ = 0;
};

}  // namespace spillway
