#pragma once

#include <cstdint>
#include <vector>

namespace spillway {

/// The nodes of a broker, and who of them leads which shard: a queue, or a partition.
///
/// Shard number i has its replicas on the nodes i, i + 1 …, counted round, and is led by the first
/// of them. When that goes, the next of its replicas that is there takes over, where they are a
/// majority; it keeps the lead when the former one comes back.
class Nodes {
 public:
  enum class Lead : std::uint8_t {
    led,     ///< by a node that is there, with a majority
    vacant,  ///< a majority is there and has to elect
    none,    ///< there is no majority, or not the only node
  };

  void restart(std::uint32_t nodes, const std::vector<std::uint32_t>& replicas_of_shards);

  /// Takes `count` nodes away that are there, or all that are: those that lead most first, and of
  /// them the first. Returns them.
  std::vector<std::uint32_t> take(std::uint32_t count);
  /// Gives nodes back.
  void give(const std::vector<std::uint32_t>& nodes);

  /// How a shard is led as the nodes are now.
  Lead lead(std::uint32_t shard) const;
  /// Gives a shard that is vacant its new leader.
  void elect(std::uint32_t shard);

  std::uint32_t down() const { return down_; }

 private:
  struct Shard {
    std::uint32_t first = 0;
    std::uint32_t replicas = 1;
    std::uint32_t leader = 0;
    bool vacant = false;  ///< its leader has gone, and nobody has been elected since
  };

  std::uint32_t node_of(const Shard& shard, std::uint32_t replica) const {
    return (shard.first + replica) % static_cast<std::uint32_t>(is_up_.size());
  }
  bool has_majority(const Shard& shard) const;
  std::uint32_t first_that_leads_most() const;

  std::vector<bool> is_up_;
  std::uint32_t down_ = 0;
  std::vector<Shard> shards_;
};

}  // namespace spillway
