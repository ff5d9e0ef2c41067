#include "sim/flow/paces.h"

#include <algorithm>
#include <cassert>
#include <limits>

#include "sim/flow/context.h"

namespace spillway {

std::uint16_t Paces::add(const AdaptiveRateRules& rules) {
  assert(paces_.size() < std::numeric_limits<std::uint16_t>::max());
  paces_.emplace_back().rate = AdaptiveRate(rules);
  return static_cast<std::uint16_t>(paces_.size() - 1);
}

void Paces::restart() {
  for (Pace& pace : paces_) {
    pace.rate.restart();
    pace.line.clear();
    pace.timer = 0;
  }
  attempts_.clear();
}

/// Sets the clock of who is first in line.
void Paces::expect_turn(Pace& pace, Context& context) {
  if (pace.timer != 0) context.events.cancel(pace.timer);
  pace.timer = 0;
  if (pace.line.empty()) return;
  const Waiting& first = pace.line.front();
  const Time now = context.now();
  const Time wait = std::min(pace.rate.wait(now), kNever - 1 - now);
  pace.timer = context.events.push_timer(now + wait, Phase::kArrival,
                                         {say<Resend>(first.caller), first.sent});
}

bool Paces::admit(std::uint16_t number, Handle frame, Handle sent, Address caller,
                  Context& context) {
  Pace& pace = paces_[number];
  const bool now = pace.line.empty() && pace.rate.take(context.now());
  attempts_.insert_or_assign(frame, Attempt{number, !now});
  if (now) return true;
  pace.line.push_back({frame, sent, caller});
  if (pace.line.size() == 1) expect_turn(pace, context);
  return false;
}

void Paces::sets_out(Handle frame, Context& context) {
  Attempt& attempt = attempts_.at(frame);
  Pace& pace = paces_[attempt.pace];
  assert(attempt.waits && pace.line.front().frame == frame);
  attempt.waits = false;
  pace.line.pop_front();
  pace.timer = 0;
  pace.rate.take_due(context.now());
  expect_turn(pace, context);
}

bool Paces::ended(Handle frame, Outcome outcome, bool stayed, Context& context) {
  const auto found = attempts_.find(frame);
  if (found == attempts_.end()) return false;
  const Attempt attempt = found->second;
  attempts_.erase(found);
  Pace& pace = paces_[attempt.pace];
  if (attempt.waits) {
    leave(pace, frame, context);
  } else if (!stayed) {
    pace.rate.answered(outcome == Outcome::unavailable, context.now());
    if (!pace.line.empty()) expect_turn(pace, context);
  }
  return attempt.waits;
}

void Paces::given_up(Handle frame, Context& context) {
  const auto found = attempts_.find(frame);
  if (found == attempts_.end()) return;
  const Attempt attempt = found->second;
  attempts_.erase(found);
  if (attempt.waits) leave(paces_[attempt.pace], frame, context);
}

void Paces::leave(Pace& pace, Handle frame, Context& context) {
  const auto place = std::ranges::find(pace.line, frame, &Waiting::frame);
  const bool first = place == pace.line.begin();
  pace.line.erase(place);
  if (first) expect_turn(pace, context);
}

}  // namespace spillway
