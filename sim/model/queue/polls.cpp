#include <algorithm>

#include "sim/kernel/hash.h"
#include "sim/model/queue/queue.h"

// Takers that ask for messages. A receive (a place in the prefetch, or a batch) is sent when the
// taker has handled what it had. It is answered at once where something is ready; else it waits for
// its time, as a credit that other queues keep for ever, and comes back empty when that is over.
// Then the taker asks again, after the network's way back and there and a pause.
//
//   ask ──► something is ready? ── yes ──────────────────────► taken
//    ▲               └─ no ──► wait ──► a message comes ───────► taken
//    │                          └──► over: empty
//    └────── pause ◄──────────────────────┘
//
// A receive that comes to a queue that is down or hangs stands there until the fault ends, as does
// one whose connection has closed, and its time begins anew then. With fixed instants nobody asks:
// messages are handed over then, and the limit of messages in flight is 0 between.

namespace spillway {
namespace {

constexpr std::uint32_t kPolls = 0x706f6c6cU;

/// The lane of what is drawn for the receives of a taker: no message's.
std::uint32_t lane_of(std::uint32_t taker) { return mix32(kPolls, taker); }

/// How long a receive, or its empty answer, is on its way. Faults of the network do not touch it.
Time way_of(const Hop& hop, std::uint32_t ordinal, std::uint32_t lane, Context& context) {
  const Hop& way = hop.kind == Hop::Kind::ailing ? context.ailing_hops[hop.site].sound : hop;
  return way.kind == Hop::Kind::drawn ? context.sites[way.site].at(ordinal, lane) : way.delay;
}

}  // namespace

/// Sends the first receives.
void Queue::begin_polls(Context& context) {
  const PollRules& rules = *wiring_.polls;
  polls_->next = 0;
  polls_->of.clear();
  polls_->of.resize(wiring_.takers.size());
  if (!rules.fixed.empty()) {
    limit_in_flight_ = 0;
    return expect_fixed_poll(context);
  }
  // Short polls of takers who know nothing of each other begin at any instant of their pause.
  constexpr double kOne = 0x1p-53;
  for (std::uint32_t taker = 0; taker < wiring_.takers.size(); ++taker) {
    const std::uint32_t lane = lane_of(taker);
    const std::uint64_t receives = wiring_.takers[taker].prefetch / wiring_.takers[taker].batch;
    for (std::uint64_t i = 0; i < receives; ++i) {
      Time at = 0;
      if (rules.first) {
        const auto pause =
            static_cast<double>(context.sites[*rules.pause].at(polls_->of[taker].answered, lane));
        const auto share =
            static_cast<double>(context.sites[*rules.first].at(polls_->of[taker].answered, lane));
        at = static_cast<Time>(pause * (share * kOne));
        ++polls_->of[taker].answered;
      }
      context.events.push(at, Phase::kExpiry, {say<Credit>(wiring_.address), taker});
    }
  }
}

/// Takes a receive of this taker in. With fixed instants it is a place that has become free.
void Queue::ask(std::uint32_t taker, Context& context) {
  const bool asks = polls_ != nullptr && wiring_.polls->fixed.empty();
  turns_.give(taker, wiring_.takers[taker].batch);
  if (asks) ++polls_->of[taker].open;
  if (depth() != 0) {
    deliver(context);
    depth_changed(context);
  }
  if (asks) wait_for_messages(taker, context);
}

/// Begins the times of a taker's receives that have found nothing, or sends them back empty.
void Queue::wait_for_messages(std::uint32_t taker, Context& context) {
  if (!open_ || !turns_.is_open(taker)) return;
  Polls::Asked& asked = polls_->of[taker];
  const Time wait = wiring_.polls->wait;
  if (wait == 0) {
    while (asked.open > 0) come_back_empty(taker, context);
  }
  while (asked.waits.size() < asked.open) {
    asked.waits.push_back(
        context.events.push_lane_timer(polls_->wait_lane, context.now() + wait, Phase::kExpiry,
                                       {say<Tick>(wiring_.address), tick::kWaitOver + taker}));
  }
}
void Queue::wait_for_messages(Context& context) {
  for (std::uint32_t taker = 0; taker < wiring_.takers.size(); ++taker) {
    wait_for_messages(taker, context);
  }
}

/// Counts a receive that a first message answers.
void Queue::answer_receive(std::uint32_t taker, Handle first, Context& context) {
  metrics_.receive_calls.add(context.messages[first].segment);
  if (polls_ == nullptr || !wiring_.polls->fixed.empty()) return;
  Polls::Asked& asked = polls_->of[taker];
  --asked.open;
  if (asked.waits.empty()) return;
  context.events.cancel(asked.waits.front());
  asked.waits.pop_front();
}

/// Answers a receive with nothing.
void Queue::come_back_empty(std::uint32_t taker, Context& context) {
  Polls::Asked& asked = polls_->of[taker];
  --asked.open;
  turns_.withdraw(taker, wiring_.takers[taker].batch);
  count_empty(context);
  const Edge& edge = context.edges[wiring_.takers[taker].edge];
  const std::uint32_t lane = lane_of(taker);
  Time away = way_of(edge.out, asked.answered, mix32(lane, 1), context) +
              way_of(edge.back, asked.answered, mix32(lane, 2), context);
  if (wiring_.polls->pause) {
    away += context.sites[*wiring_.polls->pause].at(asked.answered, lane);
  }
  ++asked.answered;
  const Next again{say<Credit>(wiring_.address), taker};
  if (away > 0) {
    context.events.push(context.now() + away, Phase::kExpiry, again);
  } else {
    context.post(again);
  }
}

/// Counts an empty receive: in the window in which it came back, and not when the run drains.
void Queue::count_empty(const Context& context) {
  const Timeline& timeline = context.timeline;
  if (context.now() >= timeline.duration()) return;
  metrics_.empty_receives.add(timeline.segment_of(context.now()));
}

/// Lets the receives of some takers stand for as long as nothing comes to an end here.
void Queue::suspend_polls(std::uint32_t first, std::uint32_t count, Context& context) {
  for (std::uint32_t taker = first; taker < first + count; ++taker) {
    for (Ring<Timer>& waits = polls_->of[taker].waits; !waits.empty(); waits.pop_front()) {
      context.events.cancel(waits.front());
    }
  }
}

/// The wait of a taker's oldest receive is over.
void Queue::end_wait(std::uint32_t taker, Context& context) {
  polls_->of[taker].waits.pop_front();
  come_back_empty(taker, context);
}

/// Hands over what one of the fixed instants lets go.
void Queue::poll_now(Context& context) {
  const PollRules::Fixed& poll = wiring_.polls->fixed[polls_->next++];
  const std::uint64_t before = in_flight_;
  const std::uint64_t room = wiring_.max_in_flight - std::min(before, wiring_.max_in_flight);
  limit_in_flight_ = before + std::min(room, poll.size);
  if (depth() != 0) {
    deliver(context);
    depth_changed(context);
  }
  limit_in_flight_ = 0;
  if (open_ && in_flight_ == before) count_empty(context);
  expect_fixed_poll(context);
}

void Queue::expect_fixed_poll(Context& context) {
  const auto& fixed = wiring_.polls->fixed;
  if (polls_->next == fixed.size()) return;
  context.events.set_slot(polls_->clock, fixed[polls_->next].at, Phase::kExpiry,
                          {say<Tick>(wiring_.address), tick::kFixedPoll});
}

}  // namespace spillway
