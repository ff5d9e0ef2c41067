#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/kernel/time.h"
#include "sim/model/broker/in_sync.h"

namespace spillway {

/// The nodes of a broker, and who of them leads which shard: a queue, or a partition.
///
/// Shard number i has its replicas on the nodes i, i + 1 …, counted round, and is led by the first
/// of them. When that goes, the next of its replicas that is there takes over, where they are a
/// majority; it keeps the lead when the former one comes back. Of a log's partition it is the next
/// that is in sync, however few are there; where none is, and it is unclean, the next at all.
class Nodes {
 public:
  /// How a shard is kept.
  struct Keeping {
    std::uint32_t replicas = 1;
    bool in_sync = false;  ///< by those in sync, as a log's partition; else by a majority
    bool unclean = false;
  };

  enum class Lead : std::uint8_t {
    led,     ///< by a node that is there, with a majority
    vacant,  ///< those who may lead it are there, and have to elect
    none,    ///< there is no majority, or nobody who may lead it
  };

  void restart(std::uint32_t nodes, const std::vector<Keeping>& shards);

  /// Takes `count` nodes away that are there, or all that are: those that lead most first, and of
  /// them the first. Returns them.
  std::vector<std::uint32_t> take(std::uint32_t count, Time now = 0);
  /// Gives nodes back.
  void give(const std::vector<std::uint32_t>& nodes);

  /// How a shard is led as the nodes are now.
  Lead lead(std::uint32_t shard) const;
  /// Gives a shard that is vacant its new leader. Returns since when that has missed what came;
  /// kNever: it has all.
  Time elect(std::uint32_t shard);

  /// Whether the leader of a partition still counts on a replica that has gone.
  bool waits(std::uint32_t shard) const;
  /// It counts no longer on those that have gone.
  void put_out(std::uint32_t shard);
  /// How many have all that the partition has.
  std::uint32_t in_sync(std::uint32_t shard) const { return shards_[shard].in_sync->count(); }

  std::uint32_t down() const { return down_; }

 private:
  struct Shard {
    std::uint32_t first = 0;
    std::uint32_t replicas = 1;
    std::uint32_t leader = 0;
    bool vacant = false;  ///< its leader has gone, and nobody has been elected since
    bool unclean = false;
    std::optional<InSync> in_sync;
  };

  std::uint32_t node_of(const Shard& shard, std::uint32_t replica) const {
    return (shard.first + replica) % static_cast<std::uint32_t>(is_up_.size());
  }
  bool has_majority(const Shard& shard) const;
  /// The replica that is to lead a partition next; none: `replicas` of them.
  std::uint32_t successor(const Shard& shard) const;
  std::uint32_t next_up(const Shard& shard, bool of_those_in_sync) const;
  bool is_up(const Shard& shard, std::uint32_t replica) const {
    return is_up_[node_of(shard, replica)];
  }
  std::uint32_t replica_that_leads(const Shard& shard) const {
    const auto nodes = static_cast<std::uint32_t>(is_up_.size());
    return (shard.leader + nodes - shard.first) % nodes;
  }
  void catch_up(Shard& shard) const;
  std::uint32_t first_that_leads_most() const;

  std::vector<bool> is_up_;
  std::uint32_t down_ = 0;
  std::vector<Shard> shards_;
};

}  // namespace spillway
