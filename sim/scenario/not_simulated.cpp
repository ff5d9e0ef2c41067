#include "sim/scenario/not_simulated.h"

#include <algorithm>
#include <array>

namespace spillway {
namespace {

struct Known {
  std::string_view owner;
  std::string_view key;
};

/// The part of the language that is refused by name. A line goes when its feature comes.
constexpr auto kNotSimulated = std::to_array<Known>({
    {"scenario", "topics"},
    {"scenario", "logs"},
    {"scenario", "stores"},
    {"scenario", "brokers"},
    {"scenario", "faults"},
    {"scenario", "zones"},
    {"scenario", "limits"},
    {"scenario", "price"},
    {"scenario", "plan"},
    {"scenario", "collapse"},
    {"run", "represents"},
    {"run.warmup", "auto"},
    {"run.replications", "until"},
    {"variants", "decouple"},
    {"variants", "couple"},
    {"variants", "topics"},
    {"variants", "logs"},
    {"variants", "stores"},
    {"variants", "brokers"},
    {"variants", "faults"},
    {"variants", "zones"},
    {"variants", "limits"},
    {"variants", "price"},
    {"variants", "plan"},
    {"variants", "collapse"},
    {"message", "ttl"},
    {"producers", "zone"},
    {"services", "scale"},
    {"services", "cores"},
    {"services", "cancel"},
    {"services", "zone"},
    {"queues", "broker"},
    {"queues", "delay"},
    {"queues", "retention"},
    {"queues", "poll"},
    {"queues", "zone"},
    {"queues.overflow", "block"},
    {"consumers", "scale"},
    {"consumers", "batch"},
    {"consumers", "per_batch"},
    {"consumers", "group"},
    {"consumers", "assignor"},
    {"consumers", "session_timeout"},
    {"consumers", "commit"},
    {"consumers", "cores"},
    {"consumers", "zone"},
    {"does", "publish"},
    {"does", "request"},
    {"does", "submit"},
    {"does", "gather"},
    {"does", "read"},
    {"does", "write"},
    {"does", "apply"},
    {"does", "parallel"},
    {"does", "repeat"},
    {"does", "saga"},
    {"work", "cpu"},
    {"fail", "as"},
    {"call", "timeout"},
    {"call", "deadline"},
    {"call", "retry"},
    {"call", "breaker"},
    {"call", "pool"},
    {"call", "hedge"},
    {"call", "fallback"},
    {"call", "cancel"},
    {"call", "first_healthy"},
    {"send", "timeout"},
    {"send", "retry"},
    {"send", "persistent"},
    {"send", "delay"},
    {"send", "group"},
    {"send", "dedup_id"},
    {"metric", "total"},
    {"queue metric", "filtered"},
    {"queue metric", "bytes"},
    {"queue metric", "expired"},
    {"queue metric", "lost"},
    {"service metric", "wasted"},
    {"edge metric", "timeouts"},
    {"edge metric", "open"},
    {"preset", "rabbitmq"},
    {"preset", "rabbitmq-quorum"},
    {"preset", "kafka"},
    {"preset", "aws-lambda-esm"},
    {"preset", "aws-alb"},
    {"preset", "aws-sns-standard"},
    {"preset", "dynamodb-eventual"},
});

}  // namespace

bool is_not_simulated(std::string_view owner, std::string_view key) {
  return std::ranges::any_of(
      kNotSimulated, [&](const Known& known) { return known.owner == owner && known.key == key; });
}

}  // namespace spillway
