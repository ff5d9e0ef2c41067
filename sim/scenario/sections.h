#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "sim/language/field.h"
#include "sim/language/pack.h"
#include "sim/scenario/scenario.h"

namespace spillway {

/// A section of a scenario that declares components of one noun.
template <class P>
struct Section {
  using Parameters = P;

  std::string_view key;
  Noun noun;
  std::string_view word;  ///< "a producer"
  std::string_view meaning;
  std::vector<Component<P>> Scenario::* components;
};

/// All sections, in the order in which a design is told. A new component is a line here.
inline constexpr Pack kSections{
    Section<ProducerParameters>{"producers", Noun::producer, "a producer",
                                "Sources of messages, by name", &Scenario::producers},
    Section<ServiceParameters>{"services", Noun::service, "a service",
                               "Synchronous services, by name", &Scenario::services},
    Section<QueueParameters>{"queues", Noun::queue, "a queue", "Point-to-point queues, by name",
                             &Scenario::queues},
    Section<TopicParameters>{"topics", Noun::topic, "a topic",
                             "What copies each message to its subscriptions, by name",
                             &Scenario::topics},
    Section<LogParameters>{"logs", Noun::log, "a log",
                           "Partitioned logs that groups of consumers read, by name",
                           &Scenario::logs},
    Section<ConsumerParameters>{"consumers", Noun::consumer, "a consumer",
                                "Workers that take messages from queues or logs, or that topics "
                                "push them to, by name",
                                &Scenario::consumers},
    Section<StoreParameters>{"stores", Noun::store, "a store", "What is written and read, by name",
                             &Scenario::stores},
    Section<BrokerParameters>{"brokers", Noun::broker, "a broker",
                              "The nodes that queues are on, and fail with, by name",
                              &Scenario::brokers},
    Section<LimitParameters>{"limits", Noun::limit, "a limit",
                             "Caps on what several services and consumers do at once, by name",
                             &Scenario::limits},
    Section<FaultParameters>{"faults", Noun::fault, "a fault",
                             "What goes wrong, by name; each is also a window for metrics",
                             &Scenario::faults}};

template <class Visitor>
void for_each_section(Visitor&& visit) {
  kSections.apply([&](const auto&... section) { (visit(section), ...); });
}

inline constexpr auto kSectionKeys = kSections.apply([](const auto&... section) {
  return std::array<std::string_view, sizeof...(section)>{section.key...};
});

/// The keys at the top of a scenario, in their order.
inline std::vector<std::string_view> top_keys() {
  std::vector<std::string_view> keys{"scenario", "question", "run",    "network",
                                     "zones",    "price",    "windows"};
  keys.insert(keys.end(), kSectionKeys.begin(), kSectionKeys.end());
  keys.insert(keys.end(), {"collapse", "objectives", "variants"});
  return keys;
}

/// "a producer", "a queue" …; "a component" for several nouns.
std::string_view word_of(Noun noun);
/// "a queue"; "a service, a queue or a consumer" for several nouns.
std::string words_of(Noun nouns);

}  // namespace spillway
