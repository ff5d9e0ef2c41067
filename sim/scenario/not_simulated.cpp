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
    {"scenario", "plan"},
    {"variants", "plan"},
    {"read", "deadline"},
    {"write", "deadline"},
    {"apply", "deadline"},
    {"queue metric", "filtered"},
    {"store metric", "consistent_at"},
    {"store metric", "monotonic_reads"},
    {"store metric", "convergence"},
    {"preset", "dynamodb-eventual"},
});

}  // namespace

bool is_not_simulated(std::string_view owner, std::string_view key) {
  return std::ranges::any_of(
      kNotSimulated, [&](const Known& known) { return known.owner == owner && known.key == key; });
}

}  // namespace spillway
