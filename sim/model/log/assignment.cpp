#include "sim/model/log/assignment.h"

#include <algorithm>
#include <numeric>

namespace spillway {

std::vector<std::uint32_t> assigned_stickily(const std::vector<std::uint32_t>& owners,
                                             std::uint32_t members) {
  std::vector<std::uint32_t> owned(members, 0);
  for (const std::uint32_t owner : owners) {
    if (owner != kUnassigned) ++owned[owner];
  }
  // Who has most keeps one more where it does not come out even.
  std::vector<std::uint32_t> by_owned(members);
  std::iota(by_owned.begin(), by_owned.end(), 0u);
  std::ranges::sort(by_owned, [&](std::uint32_t a, std::uint32_t b) {
    return owned[a] != owned[b] ? owned[a] > owned[b] : a < b;
  });
  const auto partitions = static_cast<std::uint32_t>(owners.size());
  std::vector<std::uint32_t> room(members, partitions / members);
  for (std::uint32_t i = 0; i < partitions % members; ++i) ++room[by_owned[i]];
  std::vector<std::uint32_t> next(owners.size(), kUnassigned);
  for (std::size_t partition = 0; partition < owners.size(); ++partition) {
    const std::uint32_t owner = owners[partition];
    if (owner == kUnassigned || room[owner] == 0) continue;
    --room[owner];
    next[partition] = owner;
  }
  std::uint32_t member = 0;
  for (std::uint32_t& reader : next) {
    if (reader != kUnassigned) continue;
    while (room[member] == 0) ++member;
    --room[member];
    reader = member;
  }
  return next;
}

}  // namespace spillway
