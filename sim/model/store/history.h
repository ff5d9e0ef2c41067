#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "sim/flow/context.h"
#include "sim/model/store/visibility.h"
#include "sim/model/store/write_table.h"

namespace spillway {

/// What has been committed at a source: the versions of each key, who wrote them, and which copies
/// show them. The source and its projections share it.
///
/// A *writer* is a message at its producer with all that is done for it; a *session* is one user of
/// a closed load, or, where there are no users, one such message.
class History {
 public:
  /// Adds a group of copies, followers or one projection; returns its place. Set-up only.
  std::uint32_t add_copies(std::uint32_t copies) {
    groups_.emplace_back(copies);
    return static_cast<std::uint32_t>(groups_.size() - 1);
  }
  /// Remembers who wrote what, for those who apply it. Set-up only.
  void keep_writers() { keeps_writers_ = true; }
  /// Remembers what each session wrote last. `users` by producer: how many it has, 0 = no closed
  /// load. Set-up only.
  void keep_sessions(std::vector<std::uint32_t> users) {
    keeps_sessions_ = true;
    users_ = std::move(users);
  }

  /// Starts a replication; said by the source.
  void begin(const Timeline& timeline);

  /// Commits a write of `key`; returns its version, counted from 1.
  std::uint32_t commit(std::uint32_t key, const Message& request, Context& context);

  /// The version of a key that is committed; 0 = it was never written.
  std::uint32_t latest(std::uint32_t key) const { return key < latest_.size() ? latest_[key] : 0; }

  Visibility& copies(std::uint32_t group) { return groups_[group]; }
  const Visibility& copies(std::uint32_t group) const { return groups_[group]; }

  /// What the session of this message wrote last; nullptr when it has written nothing.
  const WriteTable::Entry* last_written(const Message& message, const Context& context) const {
    return keeps_sessions_ ? last_.find(session_of(message, context)) : nullptr;
  }

  /// Visits what was written for this message's root so far, the latest version of each key.
  template <class Visitor>
  void each_written(const Message& message, const Context& context, Visitor&& visit) const {
    written_.each(writer_of(message, context), visit);
  }

  /// Commits by the window their message was born in.
  const std::shared_ptr<Counter>& commits() const { return commits_; }
  /// Entries about writers and sessions that are kept at the moment.
  std::size_t remembered() const { return written_.size() + last_.size(); }

 private:
  static constexpr std::uint64_t kUser = std::uint64_t{1} << 63;

  static std::uint64_t writer_of(const Message& message, const Context& context);
  std::uint64_t session_of(const Message& message, const Context& context) const;
  void sweep(WriteTable& table, const Context& context);

  std::vector<std::uint32_t> latest_;  ///< by key
  std::deque<Visibility> groups_;
  std::shared_ptr<Counter> commits_ = std::make_shared<Counter>();
  bool keeps_writers_ = false;
  bool keeps_sessions_ = false;
  std::vector<std::uint32_t> users_;
  WriteTable written_;  ///< by writer
  WriteTable last_;     ///< by session
  std::vector<std::uint64_t> living_;
};

}  // namespace spillway
