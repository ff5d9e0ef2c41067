#pragma once

#include <optional>

#include "sim/language/field.h"
#include "sim/language/pack.h"
#include "sim/language/quantity.h"

// What a component charges. Every price is in US dollars; what has none costs nothing and has no
// cost among its metrics.

namespace spillway {

/// Of a service or a consumer.
struct HandlerPrice {
  std::optional<RentalPrice> instance;
  std::optional<RentalPrice> slot;
  std::optional<UnitPrice> request;

  static constexpr auto fields() {
    using P = HandlerPrice;
    return Pack{
        Field{&P::instance, "instance", "Of each instance, as long as it is there: `$0.096/h`"},
        Field{&P::slot, "slot", "Of each slot, as long as it is in use: what a function costs"},
        Field{&P::request, "request", "Of each request or message that is handled, well or not"},
    };
  }
};

/// Of a queue.
struct QueuePrice {
  std::optional<UnitPrice> request;
  std::optional<StoragePrice> storage;

  static constexpr auto fields() {
    using P = QueuePrice;
    return Pack{
        Field{&P::request, "request",
              "Of each call of its interface: `$0.40/1M`. A call is a send, a receive, an "
              "empty one too, an acknowledgement, negative ones too, and a heartbeat; a batch is "
              "received by one and acknowledged by one"},
        Field{&P::storage, "storage", "Of the bytes that are ready: `$0.10/GB/30d`"},
    };
  }
};

/// Of a topic.
struct TopicPrice {
  std::optional<UnitPrice> request;
  std::optional<UnitPrice> delivery;

  static constexpr auto fields() {
    using P = TopicPrice;
    return Pack{
        Field{&P::request, "request", "Of each publish: `$0.50/1M`"},
        Field{&P::delivery, "delivery",
              "Of each attempt to push a copy; what goes to a queue is a request there"},
    };
  }
};

/// Of a log.
struct LogPrice {
  std::optional<UnitPrice> request;
  std::optional<RentalPrice> partition;

  static constexpr auto fields() {
    using P = LogPrice;
    return Pack{
        Field{&P::request, "request", "Of each record sent: `$0.014/1M`"},
        Field{&P::partition, "partition", "Of each partition, as long as it is there"},
    };
  }
};

/// Of a store.
struct StorePrice {
  std::optional<UnitPrice> read;
  std::optional<UnitPrice> write;

  static constexpr auto fields() {
    using P = StorePrice;
    return Pack{
        Field{&P::read, "read", "Of each read"},
        Field{&P::write, "write", "Of each write, and of each message that is applied"},
    };
  }
};

}  // namespace spillway
