#pragma once

#include <optional>
#include <tuple>

#include "sim/flow/price.h"
#include "sim/language/distribution.h"
#include "sim/language/field.h"
#include "sim/language/quantity.h"
#include "sim/language/zone_name.h"

namespace spillway {

/// A partitioned log: each group of consumers reads every record, in the order of its partition.
struct LogParameters {
  Count partitions = 1;
  std::optional<Duration> retention;
  std::optional<Size> retention_bytes;
  std::optional<Distribution> confirm;
  std::optional<LogPrice> price;
  std::optional<ZoneName> zone;

  static constexpr auto fields() {
    using L = LogParameters;
    return std::tuple{
        Field{&L::partitions, "partitions",
              "Lines that records are spread over: by a hash of their key, in turn without one; at "
              "most so many members of a group have something to read",
              Bounds{1, 1e5}},
        Field{&L::retention, "retention",
              "The age at which a record is deleted, whether all groups have read it or not; "
              "default: none",
              kPositive},
        Field{&L::retention_bytes, "retention_bytes",
              "Bytes that each partition keeps at most: with what is more its oldest records are "
              "deleted, whether all groups have read them or not; default: no limit",
              kPositive},
        Field{&L::confirm, "confirm",
              "Time the log takes to confirm a record, besides the network"},
        Field{&L::price, "price",
              "What its records and partitions cost; default: what `price` says of all"},
        Field{&L::zone, "zone", "The zone that it is in: see `zones`, and faults of a zone"},
    };
  }
};

}  // namespace spillway
