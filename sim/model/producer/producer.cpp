#include "sim/model/producer/producer.h"

#include <limits>

namespace spillway {

void Producer::claim(Context& context) { slot_ = context.events.add_slot(); }

void Producer::begin(Context& context, const Demand& demand) {
  begin_measures(metrics_, context.timeline, demand);
  next_ordinal_ = 0;
  born_ = 0;
  closed_ = 0;
  at_ = 0;
  segment_ends_ = 0;
  walk_ = ProfileWalk(&wiring_.profile);
  even_ = wiring_.profile.flat() && wiring_.state_sites.empty();
  state_ = 0;
  state_visits_ = 0;
  state_changes_ = 0;
  state_ends_ =
      wiring_.state_sites.empty()
          ? static_cast<double>(context.timeline.duration())
          : static_cast<double>(context.sites[wiring_.state_sites[0]].at(0, wiring_.lane));
  if (wiring_.load == Load::users) {
    asked_.assign(wiring_.users, 0);
    for (std::uint32_t user = 0; user < wiring_.users; ++user) think(user, context);
    return;
  }
  schedule_next(context);
}

void Producer::think(std::uint32_t user, Context& context) {
  // Each user's think times are a lane of their own; the first comes before the first request.
  const Time pause = context.sites[wiring_.think].at(asked_[user], mix32(wiring_.lane, user + 1));
  const Time at = context.now() + pause;
  if (at < context.timeline.duration()) {
    context.events.push(at, Phase::kArrival, {say<Tick>(wiring_.address), user});
  }
}

[[gnu::always_inline]] inline Time Producer::next_arrival(Context& context) {
  if (wiring_.load == Load::trace) {
    const auto& rows = wiring_.rows->at;
    return next_ordinal_ < rows.size() ? rows[next_ordinal_] : kNever;
  }
  if (next_ordinal_ == 0 && wiring_.first_at_start) {
    at_ = wiring_.start;
    double skipped = std::numeric_limits<double>::infinity();
    walk_.advance(skipped, 1, static_cast<double>(at_));
    return at_;
  }
  const Time interval = context.sites[wiring_.intervals].at(next_ordinal_, wiring_.lane);
  if (even_) return at_ += interval;

  auto left = static_cast<double>(interval);
  const auto end = static_cast<double>(context.timeline.duration());
  for (;;) {
    const double factor = wiring_.state_sites.empty() ? 1 : wiring_.state_factors[state_];
    const double limit = state_ends_ < end ? state_ends_ : end;
    if (walk_.advance(left, factor, limit)) {
      return at_ = static_cast<Time>(walk_.at() + 0.5);
    }
    if (limit >= end) return kNever;
    if (++state_changes_ > wiring_.most_changes) [[unlikely]]
      throw TooManyStateChanges{wiring_.address, wiring_.most_changes};
    state_ = (state_ + 1) % wiring_.state_sites.size();
    if (state_ == 0) ++state_visits_;
    state_ends_ += static_cast<double>(
        context.sites[wiring_.state_sites[state_]].at(state_visits_, wiring_.lane));
  }
}

[[gnu::always_inline]] inline void Producer::schedule_next(Context& context) {
  const Time at = next_arrival(context);
  if (at < context.timeline.duration()) {
    context.events.set_slot(slot_, at, Phase::kArrival, {say<Tick>(wiring_.address), 0});
  }
}

[[gnu::always_inline]] inline void Producer::end(Handle root, Context& context) {
  ++closed_;
  context.messages.give(root);
}

[[gnu::always_inline]] inline Next Producer::go(Progress progress, Handle root, Context& context) {
  if (progress == Progress::waiting) return {};
  Message& message = context.messages[root];
  const bool all_done = message.outstanding == 1;
  if (progress == Progress::ended) {
    const bool well = (message.flags & flag::kFailed) == 0;
    Durations& durations = all_done && well ? metrics_.done_at_answer : metrics_.answered_before;
    durations.record(message.segment, context.now() - message.born);
    metrics_.answers.count(context.now());
  } else {
    metrics_.failed.add(message.segment, context.now());
    message.flags |= flag::kFailed;
  }
  context.see(progress == Progress::ended ? Moment::answered : Moment::failed, wiring_.address,
              message);
  if (wiring_.load == Load::users) think(message.ordinal % wiring_.users, context);
  if (all_done) {
    end(root, context);
  } else {
    context.answered(root);
  }
  return {};
}

Next Producer::go_on(Progress progress, Handle root, Context& context) {
  return go(progress, root, context);
}

Next Producer::on(Tick, Handle user, Context& context) {
  const Handle root = context.make();
  Message& message = context.messages[root];
  message.born = context.now();
  message.since = context.now();
  message.root = root;
  message.reply_to = wiring_.address;
  message.lane = wiring_.lane;
  message.outstanding = 1;
  message.pc = wiring_.program;
  if (wiring_.load == Load::users) {
    message.ordinal = asked_[user]++ * wiring_.users + user;
  } else {
    message.ordinal = next_ordinal_++;
    schedule_next(context);
  }
  ++born_;
  if (message.born >= segment_ends_) [[unlikely]]
    enter_segment(context);
  message.segment = segment_;
  metrics_.sent.add(message.segment);
  context.see(Moment::born, wiring_.address, message);
  if (wiring_.only_call) return call_directly(message, root, context);
  if (wiring_.only_send) return send_directly(message, root, context);
  return go_on(advance(root, context, Self{wiring_.address}), root, context);
}

[[gnu::noinline]] void Producer::enter_segment(const Context& context) {
  const std::uint32_t segment = context.timeline.segment_of(context.now());
  segment_ = static_cast<std::uint16_t>(segment);
  segment_ends_ = context.timeline.end_of(segment);
}

Next Producer::call_directly(Message& message, Handle root, Context& context) {
  const Exchange& exchange = context.exchanges[*wiring_.only_call];
  message.parent = root;
  message.reply_to = say<Reply>(wiring_.address);
  message.lane = wiring_.call_lane;
  message.via = exchange.edge;
  Edge& edge = context.edges[exchange.edge];
  edge.metrics.attempts.add(message.segment);
  return context.travel(edge.out, {exchange.to, root}, Phase::kArrival, message);
}

/// The handler ends as it has sent the message, which is all that is left to be done.
Next Producer::send_directly(Message& message, Handle root, Context& context) {
  const Exchange& exchange = context.exchanges[*wiring_.only_send];
  metrics_.answered_before.record(message.segment, 0);
  metrics_.answers.count(context.now());
  message.outstanding = 2;  // the handler that ends, and the message
  context.see(Moment::answered, wiring_.address, message);
  message.outstanding = 1;
  if (wiring_.load == Load::users) think(message.ordinal % wiring_.users, context);
  message.flags = flag::kAnswered;
  message.lane = wiring_.call_lane;
  message.via = exchange.edge;
  message.pc = exchange.envelope;
  Edge& edge = context.edges[exchange.edge];
  edge.metrics.attempts.add(message.segment);
  return context.travel(edge.out, {exchange.to, root}, Phase::kArrival, message);
}

void Producer::send_only(std::uint32_t exchange, const Context& context) {
  wiring_.only_send = exchange;
  wiring_.call_lane = lane_over(context.exchanges[exchange], wiring_.lane);
}

/// Whether a message that is answered well ends at once, with nobody to be told: its place can be
/// given back where it is. Nothing is called on this way, so it has no registers to save.
[[gnu::always_inline]] inline bool Producer::ends_plainly(const Message& message,
                                                          const Context& context) const {
  return message.outstanding == 1 && (message.flags & flag::kFailed) == 0 &&
         context.tracer == nullptr && wiring_.load != Load::users &&
         metrics_.done_at_answer.has_room(message.segment) &&
         metrics_.answers.covers(context.now());
}

Next Producer::on(Reply, Handle answer, Context& context) {
  if (wiring_.only_call) {
    const Message& returned = context.messages[answer];
    if (returned.parent == answer && returned.outcome == Outcome::ok &&
        ends_plainly(returned, context)) [[likely]] {
      metrics_.done_at_answer.collect(context.now() - returned.born);
      metrics_.answers.count_covered();
      end(answer, context);
      return {};
    }
    return end_only_call(answer, context);
  }
  const Handle root = receive(answer, context);
  if (root == 0) return {};
  return go_on(resume(root, context, Self{wiring_.address}), root, context);
}

[[gnu::noinline]] Next Producer::end_only_call(Handle answer, Context& context) {
  // The message itself comes back; or, from a service that answers early, its answer.
  const Handle root = context.messages[answer].parent;
  Message& message = context.messages[root];
  message.outcome = context.messages[answer].outcome;
  message.reply_to = wiring_.address;
  if (answer != root) context.release(answer);
  if (message.outcome == Outcome::ok) return go(Progress::ended, root, context);
  count_failure(message, context);
  return go_on(Progress::failed, root, context);
}

Next Producer::on(Expired, Handle root, Context& context) {
  time_out(root, context);
  return go_on(resume(root, context, Self{wiring_.address}), root, context);
}

Next Producer::on(Resend, Handle sent, Context& context) {
  return resend(sent, context, Self{wiring_.address});
}

Next Producer::on(Done, Handle root, Context& context) {
  return go_on(resume(root, context, Self{wiring_.address}), root, context);
}

Next Producer::on(Settle, Handle root, Context& context) {
  const Message& message = context.messages[root];
  if ((message.flags & flag::kFailed) == 0) {
    metrics_.done_later.record(message.segment, context.now() - message.born);
    context.see(Moment::completed, wiring_.address, message);
  }
  end(root, context);
  return {};
}

}  // namespace spillway
