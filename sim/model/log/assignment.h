#pragma once

#include <cstdint>
#include <vector>

namespace spillway {

/// Who reads which partition, by partition: neighbours to the same member, the first members one
/// more where it does not come out even; members beyond the number of partitions get none.
///
/// Range: members >= 1.
/// Source: Apache Kafka, RangeAssignor, for one topic.
inline std::vector<std::uint32_t> assigned_by_range(std::uint32_t partitions,
                                                    std::uint32_t members) {
  std::vector<std::uint32_t> member_of;
  member_of.reserve(partitions);
  for (std::uint32_t member = 0; member < members; ++member) {
    const std::uint32_t share = partitions / members + (member < partitions % members ? 1 : 0);
    member_of.insert(member_of.end(), share, member);
  }
  return member_of;
}

/// Nobody reads it.
inline constexpr std::uint32_t kUnassigned = ~std::uint32_t{0};

/// Who is to read which partition, such that shares are even and as few as possible move from those
/// who read them now. `owners` names members below `members`, or kUnassigned.
///
/// Range: members >= 1.
/// Source: Apache Kafka, CooperativeStickyAssignor, for one topic.
std::vector<std::uint32_t> assigned_stickily(const std::vector<std::uint32_t>& owners,
                                             std::uint32_t members);

}  // namespace spillway
