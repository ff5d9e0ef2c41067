#include "sim/scenario/catalogue.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <type_traits>

#include "sim/flow/edge.h"
#include "sim/flow/fleet.h"
#include "sim/flow/shared_limit.h"
#include "sim/flow/timeline.h"
#include "sim/model/batcher/metrics.h"
#include "sim/model/broker/metrics.h"
#include "sim/model/consumer/metrics.h"
#include "sim/model/fault/metrics.h"
#include "sim/model/log/metrics.h"
#include "sim/model/producer/metrics.h"
#include "sim/model/queue/metrics.h"
#include "sim/model/service/ejection.h"
#include "sim/model/service/metrics.h"
#include "sim/model/store/metrics.h"
#include "sim/model/topic/metrics.h"

namespace spillway {
namespace {

MetricKind kind_of_sample(Sample::Kind kind) {
  switch (kind) {
    case Sample::Kind::count:
      return MetricKind::count;
    case Sample::Kind::share:
      return MetricKind::share;
    case Sample::Kind::level:
      return MetricKind::level;
    case Sample::Kind::distribution:
      return MetricKind::distribution;
    case Sample::Kind::value:
    case Sample::Kind::happened:
      break;
  }
  return MetricKind::value;
}

/// Lists the declared metrics. What kind each is, a sample of it says.
template <class M>
std::vector<CatalogueEntry> list() {
  const Timeline timeline(0, kSecond, {});
  M metrics;
  begin_measures(metrics, timeline, {});
  mark_measures(metrics, 0, 0);
  std::vector<CatalogueEntry> entries;
  for_each_metric<M>([&](const auto& metric) {
    const Sample sample = std::invoke(metric.member, metrics).sample(timeline.windows().front());
    MetricKind kind = kind_of_sample(sample.kind);
    // So many in so much time is sampled like a share, and is none.
    if (kind == MetricKind::share && metric.unit != "share") kind = MetricKind::value;
    using Measure = std::remove_cvref_t<decltype(std::invoke(metric.member, metrics))>;
    bool over_time = false;
    if constexpr (HasSeries<Measure>) over_time = !is_rate_over_time<Measure>;
    entries.push_back({metric.name, metric.unit, metric.meaning, kind, over_time});
  });
  return entries;
}

constexpr CatalogueEntry kCost{
    "cost", "USD", "What it costs, where it has a price; requests count with their message's birth",
    MetricKind::value};

/// The same of a noun that may have a price.
template <class M>
std::vector<CatalogueEntry> list_priced() {
  std::vector<CatalogueEntry> entries = list<M>();
  entries.push_back(kCost);
  return entries;
}

/// Of an edge, where records may linger.
std::vector<CatalogueEntry> list_edge() {
  std::vector<CatalogueEntry> entries = list<EdgeMetrics>();
  std::ranges::copy(list<BatcherMetrics>(), std::back_inserter(entries));
  return entries;
}

/// The same of a noun that may scale, too, and that may measure more.
template <class M, class... More>
std::vector<CatalogueEntry> list_scaled() {
  std::vector<CatalogueEntry> entries = list<M>();
  (std::ranges::copy(list<More>(), std::back_inserter(entries)), ...);
  for (const CatalogueEntry& entry : list<FleetMetrics>()) entries.push_back(entry);
  entries.push_back(kCost);
  return entries;
}

std::vector<CatalogueEntry> list_total() {
  return {{"cost", "USD", "What all that has a price costs together", MetricKind::value},
          {"cost.month", "USD",
           "What it costs in a month of 730 h, where `run.represents` says what time the measured "
           "one stands for",
           MetricKind::value},
          {"collapsed", "share",
           "Share of the runs that stay collapsed after the trigger, by what `collapse` says",
           MetricKind::value},
          {"missed_time", "s",
           "Time outside some objective per incident, from a fault until the next one strikes or "
           "the run ends",
           MetricKind::value},
          {"availability", "share",
           "Share of the time within all objectives that can be judged second by second",
           MetricKind::share}};
}

}  // namespace

const std::vector<CatalogueEntry>& metrics_of(Noun noun) {
  static const auto producer = list<ProducerMetrics>();
  static const auto service = list_scaled<ServiceMetrics, EjectionMetrics>();
  static const auto queue = list_priced<QueueMetrics>();
  static const auto consumer = list_scaled<ConsumerMetrics>();
  static const auto store = list_priced<StoreMetrics>();
  static const auto broker = list<BrokerMetrics>();
  static const auto topic = list_priced<TopicMetrics>();
  static const auto subscription = list<SubscriptionMetrics>();
  static const auto log = list_priced<LogMetrics>();
  static const auto group = list<GroupMetrics>();
  static const auto fault = list<FaultMetrics>();
  static const auto limit = list<SharedLimitMetrics>();
  static const auto edge = list_edge();
  static const auto total = list_total();
  switch (noun) {
    case Noun::producer:
      return producer;
    case Noun::service:
      return service;
    case Noun::queue:
      return queue;
    case Noun::consumer:
      return consumer;
    case Noun::store:
      return store;
    case Noun::broker:
      return broker;
    case Noun::topic:
      return topic;
    case Noun::subscription:
      return subscription;
    case Noun::log:
      return log;
    case Noun::group:
      return group;
    case Noun::limit:
      return limit;
    case Noun::fault:
      return fault;
    case Noun::total:
      return total;
    default:
      return edge;
  }
}

}  // namespace spillway
