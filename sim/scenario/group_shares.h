#pragma once

#include <map>
#include <string_view>

#include "sim/scenario/scenario.h"

namespace spillway {

/// The share of a log's records that each of its consumers reads, by the consumer's name: all of
/// them, or as many as its members have partitions of those that it shares with its group, before
/// any rebalance. Who reads no log is not named.
std::map<std::string_view, double> shares_read(const Scenario& scenario);

}  // namespace spillway
