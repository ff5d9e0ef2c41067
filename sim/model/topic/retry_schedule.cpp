#include "sim/model/topic/retry_schedule.h"

#include <algorithm>

namespace spillway {

void RetrySchedule::add(std::uint32_t retries, Time pause) {
  const std::uint32_t before = runs_.empty() ? 0 : runs_.back().until;
  const std::uint32_t until = retries > kForever - before ? kForever : before + retries;
  if (until != before) runs_.push_back({until, pause});
}

std::optional<Time> RetrySchedule::pause_after(std::uint32_t made) const {
  if (made >= attempts) return std::nullopt;
  const auto run = std::ranges::lower_bound(runs_, made, {}, &Run::until);
  if (run == runs_.end()) return std::nullopt;
  return run->pause;
}

}  // namespace spillway
