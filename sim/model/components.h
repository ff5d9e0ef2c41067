#pragma once

#include "sim/flow/address.h"
#include "sim/model/batcher/batcher.h"
#include "sim/model/branches/branches.h"
#include "sim/model/broker/broker.h"
#include "sim/model/consumer/consumer.h"
#include "sim/model/correspondence/correspondence.h"
#include "sim/model/fault/fault.h"
#include "sim/model/health_check/health_check.h"
#include "sim/model/log/log.h"
#include "sim/model/producer/producer.h"
#include "sim/model/queue/queue.h"
#include "sim/model/scaler/scaler.h"
#include "sim/model/service/balanced_service.h"
#include "sim/model/service/service.h"
#include "sim/model/store/store.h"
#include "sim/model/topic/topic.h"

namespace spillway {

/// Every component there is. A new one is a folder and a name here.
using Components = List<Producer, Service, Queue, Consumer, Store, Fault, Topic, Branches, Log,
                        Correspondence, Broker, Scaler, BalancedService, HealthCheck, Batcher>;

template <class C>
inline constexpr std::uint32_t kind_of = index_in<C>(Components{});

/// Whether a component accepts a verb.
template <class C, class Verb>
inline constexpr bool accepts = requires(C& component, Context& context) {
  { component.on(Verb{}, Handle{}, context) } -> std::same_as<Next>;
};

}  // namespace spillway
