#include "sim/model/consumer/consumer.h"

namespace spillway {

void Consumer::claim(Context& context) {
  if (wiring_.instances == 1 && wiring_.concurrency == 1) slot_ = context.events.add_slot();
}

void Consumer::begin(Context& context, const Demand& demand) {
  begin_measures(metrics_, context.timeline, demand);
  instances_.assign(wiring_.instances, {});
}

Next Consumer::on(Offer, Handle delivery, Context& context) {
  Message& message = context.messages[delivery];
  message.since = context.now();
  message.pc = wiring_.program;
  metrics_.peak.count(context.now());
  Instance& instance = instance_of(message);
  if (instance.busy == wiring_.concurrency) {
    instance.buffer.push_back(context.messages, delivery);
    return {};
  }
  ++instance.busy;
  metrics_.busy.add(context.now(), 1);
  return start(delivery, context);
}

Next Consumer::start(Handle delivery, Context& context) {
  context.see(Moment::started, wiring_.address, context.messages[delivery]);
  if (wiring_.acknowledges_before) {
    // What settles is a copy: the delivery goes on as the handler's frame.
    const Handle early = context.spawn(delivery);
    Message& acknowledging = context.messages[early];
    const Message& message = context.messages[delivery];
    acknowledging.parent = message.parent;
    acknowledging.via = message.via;
    acknowledging.attempt = message.attempt;
    acknowledging.reply_to = delivery;
    if (const Next next = settle(early, context)) context.post(next);
  }
  return go(advance(delivery, context, self()), delivery, context);
}

Next Consumer::on(Done, Handle delivery, Context& context) {
  return go(resume(delivery, context, self()), delivery, context);
}

Next Consumer::on(Reply, Handle answer, Context& context) {
  const Handle delivery = take_answer(answer, context);
  if (delivery == 0) return {};
  return go(resume(delivery, context, self()), delivery, context);
}

Next Consumer::on(Credit, Handle delivery, Context& context) { return start(delivery, context); }

Next Consumer::go(Progress progress, Handle delivery, Context& context) {
  if (progress == Progress::waiting) return {};
  Message& message = context.messages[delivery];
  const std::uint32_t segment = message.segment;
  const bool well = progress == Progress::ended;
  message.outcome = well ? Outcome::ok : Outcome::error;
  context.see(Moment::ended, wiring_.address, message);
  if (well) {
    metrics_.handled.add(segment);
    metrics_.handled_after.record(segment, context.now() - message.since);
  } else {
    metrics_.failed.add(segment);
  }
  Instance& instance = instance_of(message);
  if (instance.buffer.empty()) {
    --instance.busy;
    metrics_.busy.add(context.now(), -1);
  } else {
    context.post({say<Credit>(wiring_.address), instance.buffer.pop_front(context.messages)});
  }
  if (!wiring_.acknowledges_before) return settle(delivery, context);
  if (!well) context.fail_root(message);
  context.release(delivery);
  return {};
}

Next Consumer::settle(Handle delivery, Context& context) {
  return context.travel(wiring_.way_back, {say<Settle>(wiring_.queue), delivery},
                        Phase::kCompletion, context.messages[delivery]);
}

}  // namespace spillway
