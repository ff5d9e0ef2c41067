#pragma once

#include "sim/flow/scale_declaration.h"
#include "sim/model/broker/declaration.h"
#include "sim/model/consumer/declaration.h"
#include "sim/model/fault/declaration.h"
#include "sim/model/producer/declaration.h"
#include "sim/model/queue/declaration.h"
#include "sim/model/service/declaration.h"
#include "sim/model/store/declaration.h"
#include "sim/model/topic/declaration.h"
#include "sim/scenario/document.h"
#include "sim/scenario/scenario.h"

// What one declared struct must keep that its fields alone can't say. Called when the fields were
// read without an error; `node` is the map that they were read from.

namespace spillway {

class Reader;

template <class P>
void validate(Reader&, const Node&, const P&) {}

void validate(Reader& reader, const Node& node, const RunParameters& run);

void validate(Reader& reader, const Node& node, MmppParameters& mmpp);
void validate(Reader& reader, const Node& node, LoadParameters& load);
void validate(Reader& reader, const Node& node, TraceParameters& trace);
void validate(Reader& reader, const Node& node, const SpikeParameters& spike);
void validate(Reader& reader, const Node& node, KeyParameters& key);
void validate(Reader& reader, const Node& node, const QueueParameters& queue);
void validate(Reader& reader, const Node& node, const DeadLetterParameters& dead_letter);
void validate(Reader& reader, const Node& node, const QueuePriorityParameters& priority);
void validate(Reader& reader, const Node& node, const RedeliveryParameters& redelivery);
void validate(Reader& reader, const Node& node, const QueuePollParameters& poll);
void validate(Reader& reader, const Node& node, const CallParameters& call);
void validate(Reader& reader, const Node& node, const HealthCheckParameters& check);
void validate(Reader& reader, const Node& node, const SendBatchParameters& batch);
void validate(Reader& reader, const Node& node, const SendParameters& send);
inline void validate(Reader& reader, const Node& node, const PublishParameters& publish) {
  validate(reader, node, static_cast<const SendParameters&>(publish));
}
void validate(Reader& reader, const Node& node, const GatherParameters& gather);
void validate(Reader& reader, const Node& node, const BackoffParameters& backoff);
void validate(Reader& reader, const Node& node, const HedgeParameters& hedge);
void validate(Reader& reader, const Node& node, const RetryParameters& retry);
void validate(Reader& reader, const Node& node, const BreakerParameters& breaker);
void validate(Reader& reader, const Node& node, const FaultParameters& fault);
void validate(Reader& reader, const Node& node, const ServiceParameters& service);
void validate(Reader& reader, const Node& node, const RateLimitParameters& limit);
void validate(Reader& reader, const Node& node, const EjectionParameters& ejection);
void validate(Reader& reader, const Node& node, const ConcurrencyLimitParameters& limit);
void validate(Reader& reader, const Node& node, const ThroughputParameters& throughput);
void validate(Reader& reader, const Node& node, const BrokerParameters& broker);
void validate(Reader& reader, const Node& node, const StoreParameters& store);
void validate(Reader& reader, const Node& node, ScaleParameters& scale);
void validate(Reader& reader, const Node& node, const FilterParameters& filter);
void validate(Reader& reader, const Node& node, const GrowingRetriesParameters& grows);
void validate(Reader& reader, const Node& node, const SubscriptionRetryParameters& retry);

}  // namespace spillway
