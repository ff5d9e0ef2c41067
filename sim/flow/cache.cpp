#include "sim/flow/cache.h"

namespace spillway {

void Cache::restart() {
  entries_of_.clear();
  size_ = 0;
  newest_ = oldest_ = kNone;
}

void Cache::clear(Time now) {
  if (entries_ != nullptr) entries_->add(now, -std::int64_t{size_});
  restart();
}

/// Makes it the most recently used.
void Cache::link(std::uint32_t key) {
  Entry& entry = entries_of_[key];
  entry.newer = kNone;
  entry.older = newest_;
  (newest_ != kNone ? entries_of_[newest_].newer : oldest_) = key;
  newest_ = key;
}

void Cache::unlink(std::uint32_t key) {
  const Entry& entry = entries_of_[key];
  (entry.newer != kNone ? entries_of_[entry.newer].older : newest_) = entry.older;
  (entry.older != kNone ? entries_of_[entry.older].newer : oldest_) = entry.newer;
}

void Cache::drop(std::uint32_t key, Time now) {
  unlink(key);
  entries_of_[key].expires = 0;
  --size_;
  if (entries_ != nullptr) entries_->add(now, -1);
}

bool Cache::find(std::uint32_t key, Time now, std::uint32_t segment) {
  if (lookups_ != nullptr) lookups_->add(segment);
  if (key >= entries_of_.size() || entries_of_[key].expires == 0) return false;
  if (entries_of_[key].expires <= now) {
    drop(key, now);
    return false;
  }
  if (newest_ != key) {
    unlink(key);
    link(key);
  }
  if (hits_ != nullptr) hits_->add(segment);
  return true;
}

void Cache::put(std::uint32_t key, Time now, Time expires) {
  if (key >= entries_of_.size()) entries_of_.resize(std::size_t{key} + 1);
  if (entries_of_[key].expires != 0) {
    unlink(key);
  } else {
    if (size_ == capacity_) drop(oldest_, now);
    ++size_;
    if (entries_ != nullptr) entries_->add(now, 1);
  }
  entries_of_[key].expires = expires;
  link(key);
}

}  // namespace spillway
