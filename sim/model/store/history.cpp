#include "sim/model/store/history.h"

#include <algorithm>

namespace spillway {

void History::begin(const Timeline& timeline) {
  latest_.clear();
  for (Visibility& copies : groups_) copies.restart();
  commits_->begin(timeline, {});
  written_.restart();
  last_.restart();
}

std::uint32_t History::commit(std::uint32_t key, const Message& request, Context& context) {
  if (key >= latest_.size()) latest_.resize(key + std::size_t{1});
  const std::uint32_t version = ++latest_[key];
  for (Visibility& copies : groups_) copies.commit(key, context.now(), request.segment);
  commits_->add(request.segment);
  if (keeps_writers_) {
    if (written_.crowded()) sweep(written_, context);
    written_.note(writer_of(request, context), key, version);
  }
  if (keeps_sessions_) {
    if (last_.crowded()) sweep(last_, context);
    last_.note_only(session_of(request, context), key, version);
  }
  return version;
}

std::uint64_t History::writer_of(const Message& message, const Context& context) {
  const std::uint64_t producer = index_of(context.producer_of(message));
  return (producer + 1) << 32 | message.ordinal;
}

std::uint64_t History::session_of(const Message& message, const Context& context) const {
  const std::uint32_t producer = index_of(context.producer_of(message));
  const std::uint32_t users = producer < users_.size() ? users_[producer] : 0;
  if (users == 0) return writer_of(message, context);
  return kUser | (std::uint64_t{producer} + 1) << 32 | message.ordinal % users;
}

void History::sweep(WriteTable& table, const Context& context) {
  // Whoever may still ask for an entry asks by a message that lives.
  living_.clear();
  context.messages.each([&](Handle handle) {
    const Message& message = context.messages[handle];
    if ((message.flags & flag::kTombstone) == 0) living_.push_back(writer_of(message, context));
  });
  std::ranges::sort(living_);
  table.sweep([&](std::uint64_t writer) {
    return (writer & kUser) != 0 || std::ranges::binary_search(living_, writer);
  });
}

}  // namespace spillway
