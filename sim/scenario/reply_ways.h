#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/scenario.h"

namespace spillway {

/// The way that replies take by a reply queue that has a name: from a consumer that replies to the
/// handler that has asked.
///
///   asker ──request──► orders ──delivery──► consumer
///     ▲                                        │
///     └──────delivery── replies ◄────reply─────┘
struct ReplyWay {
  std::string_view asker;     ///< whose handler it is
  std::string_view queue;     ///< that it asks by
  std::string_view consumer;  ///< of that queue, or of the one that its dead letters go to
  std::string_view replies;   ///< the reply queue
  Location at;                ///< of `reply_to`
};

/// Each way once, in the scenario's order. Where a request says no reply queue there is none.
std::vector<ReplyWay> reply_ways(const Scenario& scenario);

/// Who takes replies from a queue, each once, in the order of their names; nobody, where it is none
/// of replies.
std::vector<std::string> askers_by(const std::vector<ReplyWay>& ways, std::string_view replies);

}  // namespace spillway
