#pragma once

#include <optional>

#include "sim/language/field.h"
#include "sim/language/pack.h"
#include "sim/language/quantity.h"

namespace spillway {

/// `price: {instance: $0.096/h, request: $0.40/1M}`: what everything costs that says no price of
/// that kind itself.
struct PriceParameters {
  std::optional<RentalPrice> instance;
  std::optional<UnitPrice> request;
  std::optional<UnitPrice> delivery;
  std::optional<StoragePrice> storage;

  static constexpr auto fields() {
    using P = PriceParameters;
    return Pack{
        Field{&P::instance, "instance", "Of each instance of every service and consumer, by time"},
        Field{&P::request, "request", "Of each request to every queue, topic and log"},
        Field{&P::delivery, "delivery", "Of each attempt of every topic to push a copy"},
        Field{&P::storage, "storage", "Of the bytes that are ready in every queue, by time"},
    };
  }
};

}  // namespace spillway
