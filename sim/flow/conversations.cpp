#include "sim/flow/conversations.h"

#include <utility>

namespace spillway {

std::uint32_t Conversations::open(Handle frame) {
  std::uint32_t number = 0;
  if (free_.empty()) {
    number = static_cast<std::uint32_t>(all_.size());
    all_.emplace_back();
  } else {
    number = free_.back();
    free_.pop_back();
  }
  all_[number] = {};
  all_[number].frame = frame;
  by_frame_[frame] = number;
  return number;
}

void Conversations::name(std::uint32_t number, Correlation key) {
  const auto [known, is_new] = by_key_.emplace(key, number);
  if (!is_new) {
    // The same message sent once more, by a handler that began anew.
    std::erase(all_[known->second].keys, key);
    give_if_over(std::exchange(known->second, number));
  }
  all_[number].keys.push_back(key);
}

std::uint32_t Conversations::find(Correlation key) const {
  const auto known = by_key_.find(key);
  return known == by_key_.end() ? 0 : known->second;
}

std::uint32_t Conversations::of(Handle frame) const {
  const auto known = by_frame_.find(frame);
  return known == by_frame_.end() ? 0 : known->second;
}

void Conversations::leave(std::uint32_t number) {
  by_frame_.erase(all_[number].frame);
  all_[number].frame = 0;
  give_if_over(number);
}

void Conversations::answered(std::uint32_t number, Correlation key) {
  by_key_.erase(key);
  std::erase(all_[number].keys, key);
  give_if_over(number);
}

void Conversations::give_if_over(std::uint32_t number) {
  if (all_[number].frame == 0 && all_[number].keys.empty()) free_.push_back(number);
}

void Conversations::clear() {
  all_.resize(1);
  free_.clear();
  by_key_.clear();
  by_frame_.clear();
}

}  // namespace spillway
