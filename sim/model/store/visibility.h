#pragma once

#include <cassert>
#include <cstdint>
#include <vector>

#include "sim/kernel/time.h"

namespace spillway {

/// Which version of each key a group of copies shows, and which commits not all of them show yet.
///
///   commits of a key    1   2   3   4   5
///   copy 0 shows 4  ─────────────────┘       a commit is kept until the last copy shows it,
///   copy 1 shows 2  ─────────┘               or a later version of its key
///
/// Versions of a key count from 1; 0 is the key before its first write.
/// Cost: 8 bytes a key and copy, 4 a key, 16 a commit that is not shown everywhere; showing one
/// more version is O(1).
class Visibility {
 public:
  explicit Visibility(std::uint32_t copies) : shown_(copies) {}

  /// Forgets all; keeps the memory.
  void restart() {
    for (auto& keys : shown_) keys.clear();
    newest_.clear();
    commits_.assign(1, {});
    free_ = 0;
    hidden_ = 0;
  }

  /// The next version of a key is committed at the source.
  void commit(std::uint32_t key, Time at, std::uint16_t segment) {
    const std::uint32_t commit = take();
    commits_[commit] = {at, 0, segment, static_cast<std::uint16_t>(shown_.size())};
    ++hidden_;
    grow(newest_, key);
    if (newest_[key] != 0) commits_[newest_[key]].next = commit;
    newest_[key] = commit;
    for (auto& keys : shown_) {
      grow(keys, key);
      if (keys[key].first_hidden == 0) keys[key].first_hidden = commit;
    }
  }

  /// A copy shows this version from now on, unless it shows a later one already. Calls
  /// `everywhere(committed_at, segment)` for each commit that the last copy has come to show.
  /// Returns whether it was news.
  template <class Everywhere>
  bool show(std::uint32_t copy, std::uint32_t key, std::uint32_t version, Everywhere&& everywhere) {
    if (version <= shown(copy, key)) return false;
    Shown& here = shown_[copy][key];
    for (; here.version < version; ++here.version) {
      const std::uint32_t place = here.first_hidden;
      assert(place != 0 && "a version is shown that was never committed");
      Commit& commit = commits_[place];
      here.first_hidden = commit.next;
      if (--commit.missing != 0) continue;
      everywhere(commit.at, commit.segment);
      if (newest_[key] == place) newest_[key] = 0;
      give(place);
    }
    return true;
  }

  /// The version of a key that a copy shows.
  std::uint32_t shown(std::uint32_t copy, std::uint32_t key) const {
    return key < shown_[copy].size() ? shown_[copy][key].version : 0;
  }

  /// Commits that not every copy shows.
  std::uint64_t hidden() const { return hidden_; }

 private:
  struct Commit {
    Time at = 0;
    std::uint32_t next = 0;  ///< the next commit of the key, or the next free place
    std::uint16_t segment = 0;
    std::uint16_t missing = 0;  ///< copies that do not show it
  };
  struct Shown {
    std::uint32_t version = 0;
    std::uint32_t first_hidden = 0;  ///< the commit of the next version; 0 = there is none
  };

  template <class T>
  static void grow(std::vector<T>& by_key, std::uint32_t key) {
    if (key >= by_key.size()) by_key.resize(key + std::size_t{1});
  }

  std::uint32_t take() {
    if (free_ == 0) {
      commits_.emplace_back();
      return static_cast<std::uint32_t>(commits_.size() - 1);
    }
    const std::uint32_t place = free_;
    free_ = commits_[place].next;
    return place;
  }
  void give(std::uint32_t place) {
    commits_[place].next = free_;
    free_ = place;
    --hidden_;
  }

  std::vector<std::vector<Shown>> shown_;  ///< by copy, by key
  std::vector<std::uint32_t> newest_;      ///< by key: its latest commit still kept; 0 = none
  std::vector<Commit> commits_{1};         ///< the first is nobody's
  std::uint32_t free_ = 0;
  std::uint64_t hidden_ = 0;
};

}  // namespace spillway
