#pragma once

#include <optional>

#include "sim/flow/price.h"
#include "sim/flow/throughput.h"
#include "sim/language/distribution.h"
#include "sim/language/field.h"
#include "sim/language/pack.h"
#include "sim/language/quantity.h"
#include "sim/language/zone_name.h"

namespace spillway {

/// A partitioned log: each group of consumers reads every record, in the order of its partition.
struct LogParameters {
  Count partitions = 1;
  std::optional<Reference> broker;
  std::optional<Count> replication;
  std::optional<Count> min_in_sync;
  bool unclean_election = false;
  std::optional<Duration> retention;
  std::optional<Size> retention_bytes;
  std::optional<ThroughputParameters> throughput;
  std::optional<Distribution> confirm;
  std::optional<LogPrice> price;
  std::optional<ZoneName> zone;

  static constexpr auto fields() {
    using L = LogParameters;
    return Pack{
        Field{&L::partitions, "partitions",
              "Lines that records are spread over: by a hash of their key, in turn without one; at "
              "most so many members of a group have something to read",
              Bounds{1, 1e5}},
        Field{&L::broker, "broker",
              "The broker whose nodes it is on, and that it fails with; default: none, and nothing "
              "fails but what strikes the log itself",
              kAtLeastZero, Need::optional, Noun::broker},
        Field{
            &L::replication, "replication",
            "Nodes of its broker that have each partition: another of those in sync leads it when "
            "its leader goes; default: 1",
            Bounds{1, 100}},
        Field{&L::min_in_sync, "min_in_sync",
              "Replicas of a partition that must be in sync: with fewer, sends are refused that "
              "wait until their record is stored; default: 1",
              Bounds{1, 100}},
        Field{&L::unclean_election, "unclean_election",
              "Whether a replica that is not in sync may lead a partition when none in sync is "
              "there: what it does not have is lost"},
        Field{&L::retention, "retention",
              "The age at which a record is deleted, whether all groups have read it or not; "
              "default: none",
              kPositive},
        Field{&L::retention_bytes, "retention_bytes",
              "Bytes that each partition keeps at most: with what is more its oldest records are "
              "deleted, whether all groups have read them or not; default: no limit",
              kPositive},
        Field{&L::throughput, "throughput",
              "How much each partition takes in a second; what is sent beyond that is refused at "
              "once (unavailable). Default: no limit"},
        Field{&L::confirm, "confirm",
              "Time the log takes to confirm a record, besides the network; on a broker: until all "
              "replicas in sync have it, and groups may read it"},
        Field{&L::price, "price",
              "What its records and partitions cost; default: what `price` says of all"},
        Field{&L::zone, "zone", "The zone that it is in: see `zones`, and faults of a zone"},
    };
  }
};

}  // namespace spillway
