#include "sim/model/service/service.h"

namespace spillway {

void Service::claim(Context& context) {
  if (wiring_.slots == 1) slot_ = context.events.add_slot();
}

void Service::begin(Context& context, const Demand& demand) {
  begin_measures(metrics_, context.timeline, demand);
  busy_ = 0;
  inside_ = 0;
  waiting_.clear();
  resumed_.clear();
}

Next Service::on(Offer, Handle request, Context& context) {
  Message& message = context.messages[request];
  message.since = context.now();
  message.pc = wiring_.program;
  const std::uint32_t segment = message.segment;
  metrics_.peak.count(context.now());
  metrics_.received.add(segment);
  context.see(Moment::arrived, wiring_.address, message);
  if (busy_ < wiring_.slots) {
    ++inside_;
    ++busy_;
    metrics_.busy.add(context.now(), 1);
    context.see(Moment::started, wiring_.address, message);
    return go(advance(request, context, self()), request, context);
  }
  if (waiting_.size() < wiring_.room) {
    ++inside_;
    waiting_.push_back(context.messages, request);
    metrics_.waiting.add(context.now(), 1);
    return {};
  }
  metrics_.refused.add(segment);
  message.outcome = Outcome::unavailable;
  context.see(Moment::refused, wiring_.address, message);
  return answer(request, context);
}

Next Service::on(Done, Handle request, Context& context) {
  // Only work and waiting end with Done, and both simply go on.
  return go(advance(request, context, self()), request, context);
}

Next Service::on(Reply, Handle answer, Context& context) {
  const Handle request = take_answer(answer, context);
  if (request == 0) return {};
  return go(resume(request, context, self()), request, context);
}

Next Service::go(Progress progress, Handle request, Context& context) {
  Message& message = context.messages[request];
  if ((message.flags & (flag::kReplied | flag::kMeasured)) == flag::kReplied) [[unlikely]] {
    message.flags |= flag::kMeasured;  // it has answered just now, and goes on
    metrics_.answered_after.record(message.segment, context.now() - message.since);
  }
  switch (progress) {
    case Progress::waiting:
      // A handler that has just given its slot away still counts in busy_: kAway is new.
      if ((message.flags & (flag::kAway | flag::kReleased)) == flag::kAway) {
        message.flags |= flag::kReleased;
        free_slot(context);
      }
      return {};
    case Progress::needs_slot:
      if (busy_ < wiring_.slots) {
        ++busy_;
        metrics_.busy.add(context.now(), 1);
        message.flags &= static_cast<std::uint8_t>(~(flag::kAway | flag::kReleased));
        return go(advance(request, context, self()), request, context);
      }
      resumed_.push_back(context.messages, request);
      metrics_.waiting.add(context.now(), 1);
      return {};
    case Progress::ended:
      return finish(Outcome::ok, request, context);
    case Progress::failed:
      return finish(Outcome::error, request, context);
  }
  return {};
}

Next Service::finish(Outcome outcome, Handle request, Context& context) {
  Message& message = context.messages[request];
  message.outcome = outcome;
  context.see(Moment::ended, wiring_.address, message);
  --inside_;
  if ((message.flags & flag::kReleased) == 0) free_slot(context);
  if ((message.flags & flag::kReplied) != 0) {
    if (outcome != Outcome::ok) context.fail_root(message);
    context.release(request);
    return {};
  }
  metrics_.answered_after.record(message.segment, context.now() - message.since);
  return answer(request, context);
}

void Service::free_slot(Context& context) {
  MessageLine& line = resumed_.empty() ? waiting_ : resumed_;
  if (line.empty()) {
    --busy_;
    metrics_.busy.add(context.now(), -1);
    return;
  }
  // The slot stays busy and goes to the next in line.
  const Handle request = line.pop_front(context.messages);
  metrics_.waiting.add(context.now(), -1);
  if (context.code[context.messages[request].pc].op == op_of<Work>) {
    start(request, context);  // waits for the end of its work: there is nothing more to do now
  } else {
    // By a post: a long line of handlers that end at once must not nest.
    context.post({say<Credit>(wiring_.address), request});
  }
}

Next Service::on(Credit, Handle request, Context& context) {
  return go(start(request, context), request, context);
}

Progress Service::start(Handle request, Context& context) {
  Message& message = context.messages[request];
  if ((message.flags & flag::kAway) == 0) context.see(Moment::started, wiring_.address, message);
  message.flags &= static_cast<std::uint8_t>(~(flag::kAway | flag::kReleased));
  return advance(request, context, self());
}

}  // namespace spillway
