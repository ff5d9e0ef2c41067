#pragma once

#include <string>
#include <vector>

#include "sim/scenario/scenario.h"

namespace spillway::theory {

/// Finds the producer that alone sends to a service or a queue: its handler begins with the only
/// call or send to it in the whole scenario, and no dead-letter queue leads there.
///
/// Returns nullptr when there is none.
const Component<ProducerParameters>* sole_sender(const Scenario& scenario,
                                                 const std::string& target);

/// The same if none of its messages expires in the queue; else nullptr.
const Component<ProducerParameters>* sole_feeder(const Scenario& scenario,
                                                 const std::string& target);

/// The consumers that take from a queue, in the file's order.
std::vector<const Component<ConsumerParameters>*> takers_of(const Scenario& scenario,
                                                            const std::string& queue);

/// The names of all queues that a handler sends to.
std::vector<std::string> channels_of(const Program& program);

}  // namespace spillway::theory
