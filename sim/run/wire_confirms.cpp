#include <vector>

#include "sim/run/wiring.h"

// A confirm says that a message was taken. Where the receiver cannot but take it, confirms it at
// once, and there is no network between, the sender knows that beforehand: no receipt is made that
// would come back at the same instant.

namespace spillway {
namespace {

/// Whether what goes over an edge, and its answer, is there at once.
bool takes_no_time(const Edge& edge) {
  return edge.out.kind == Hop::Kind::none && edge.back.kind == Hop::Kind::none;
}

}  // namespace

/// The queues that take and confirm all that comes, at every moment of every run.
std::vector<bool> Wiring::queues_that_take_all() const {
  std::vector<bool> take;
  for (const Queue& queue : std::get<std::vector<Queue>>(world_.pools_)) {
    take.push_back(queue.takes_all());
  }
  for (const Impairment& impairment : world_.context_.impairments) {
    if (impairment.target != 0 && kind_in(impairment.target) == kind_of<Queue>) {
      take[index_of(impairment.target)] = false;
    }
  }
  return take;
}

void Wiring::spare_confirms() {
  Context& context = world_.context_;
  auto& topics = std::get<std::vector<Topic>>(world_.pools_);
  const std::vector<bool> take_all = queues_that_take_all();
  const auto takes_all = [&](Address to) {
    return kind_in(to) == kind_of<Queue> && take_all[index_of(to)];
  };
  for (Topic& topic : topics) {
    for (Topic::Subscription& subscription : topic.subscriptions()) {
      const Topic::SubscriptionWiring& wiring = subscription.wiring;
      subscription.certain = topic.delivers_at_once() && !subscription.holds &&
                             takes_no_time(context.edges[wiring.edge]) && takes_all(wiring.target);
    }
  }
  for (const std::uint32_t send : sends_) {
    Exchange& exchange = context.exchanges[send];
    const Address to = exchange.to ^ say<Offer>(0);
    const bool certain =
        kind_in(to) == kind_of<Topic> ? topics[index_of(to)].confirms_at_once() : takes_all(to);
    // Who gives its slot away while it waits may have to wait for another one.
    if (certain && exchange.holds && exchange.plain() &&
        takes_no_time(context.edges[exchange.edge])) {
      exchange.confirm = false;
    }
  }
  for (Producer& producer : std::get<std::vector<Producer>>(world_.pools_)) {
    send_directly(producer);
  }
}

/// Lets the messages of a producer whose handler is one send travel themselves.
void Wiring::send_directly(Producer& producer) {
  const Context& context = world_.context_;
  const Step first = context.code[producer.program()];
  if (first.op != op_of<Send> && first.op != op_of<Publish>) return;
  if (context.code[producer.program() + 1].op != kEnd) return;
  const Exchange& exchange = context.exchanges[first.argument];
  if (!exchange.confirm && exchange.plain()) producer.send_only(first.argument, context);
}

}  // namespace spillway
