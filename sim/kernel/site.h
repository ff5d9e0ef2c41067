#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/kernel/draw.h"
#include "sim/kernel/line.h"
#include "sim/kernel/mrg32k3a.h"
#include "sim/kernel/variate.h"

namespace spillway {

/// One place of a model where chance enters: a service time, a delay, a failure.
///
/// Its values are addressed, not popped: the value of a message is a pure function of the seed, the
/// replication, the site's name, the message's ordinal and the lane it came by. So another site,
/// another order of events or another variant of the model takes no value away from this one.
///
/// Values are computed 64 consecutive ordinals at a time and kept in lines, because messages come
/// nearly in order:
///
///   at(ordinal, lane) ──► line of (lane, ordinal / 64) ── there ─────────► its value
///                                      │ next block ──► refilled ───────► its value
///                                      └ older, or a stray one ──► computed alone, the line stays
///
/// A site whose visitors are often late, or come by several lanes, grows from 1 line to 4, 8
/// and 32. A lane by which few come, as those of second attempts, fills no lines: most of each
/// would be for nobody. Lines, their number and the instruction set never change a value.
class Site {
 public:
  Site(std::string_view name, Variate variate);
  Site(Site&&) = default;
  Site& operator=(Site&&) = default;

  /// The 64-bit hash of the name. Two sites of one model must differ in it: checked when it is
  /// wired.
  std::uint64_t name() const { return name_; }

  const Variate& variate() const { return variate_; }

  /// Begins a replication: forgets the lines. A stream given by `use` goes on where it is.
  void begin(std::uint64_t seed, std::uint32_t replication);

  /// Draws from MRG32k3a instead, in order: the n-th call of `at` gets the n-th value, whatever its
  /// address. For the verification against published simulations; an exponential is
  /// -log1p(-u) mean, as in SSJ.
  void use(const Mrg32k3a& stream);

  /// Returns the value of message `ordinal` on `lane`. Range of the result: [0, 2^62].
  ///
  /// Cost: about 1 ns when the line is there; allocates only when the site grows.
  [[gnu::always_inline]] std::int64_t at(std::uint32_t ordinal, std::uint32_t lane) {
    if (constant_) return value_;
    const std::uint64_t tag = (std::uint64_t{lane} << 32) | (ordinal / kLineLength);
    if (tag == near_tag_) [[likely]]
      return near_[ordinal % kLineLength];
    return look(ordinal, lane);
  }

 private:
  static constexpr std::uint64_t kNoTag = ~std::uint64_t{0};

  struct Line {
    std::uint64_t tag = kNoTag;        // lane and block of the values
    std::uint64_t candidate = kNoTag;  // the block that was asked for last without being here
    std::array<std::int64_t, kLineLength> values{};
  };

  /// How far apart those are who come by a lane.
  class Spacing {
   public:
    /// Takes in a visitor whose value is not there. Returns whether so few come by this lane that
    /// values drawn one by one cost less than lines.
    bool is_wide(std::uint32_t ordinal, std::uint32_t lane);

   private:
    std::uint32_t lane_ = 0;
    std::uint32_t last_ = 0;  // ordinal
    std::uint32_t mean_ = 0;  // of the last few distances, in sixteenths
    bool wide_ = false;
  };

  static std::size_t spread(std::uint32_t lane) { return (lane * 0x9e3779b1U) >> 27; }
  std::size_t index(std::uint32_t ordinal, std::uint32_t lane) const {
    return ((ordinal / kLineLength) + spread(lane)) & mask_;
  }

  /// The value where the line used last does not have it.
  [[gnu::noinline]] std::int64_t look(std::uint32_t ordinal, std::uint32_t lane);
  std::int64_t miss(std::uint32_t ordinal, std::uint32_t lane);
  void forget_lines();
  void grow();
  std::int64_t from_line(const Line& line, std::uint32_t ordinal) {
    near_tag_ = line.tag;
    near_ = line.values.data();
    return near_[ordinal % kLineLength];
  }

  bool constant_ = false;
  std::uint32_t mask_ = 0;
  std::int64_t value_ = 0;
  std::uint64_t near_tag_ = kNoTag;     // of the line used last: most visitors come to it again
  const std::int64_t* near_ = nullptr;  // its values
  std::vector<Line> lines_;
  std::vector<Spacing> spacings_;  // as many as lines, by lane
  std::uint64_t name_;
  std::uint64_t seed_ = 0;
  std::uint32_t replication_ = 0;
  std::uint32_t late_ = 0;
  std::uint32_t refills_ = 0;
  Variate variate_;
  DrawSource source_;  // of the lane that missed last
  std::optional<Mrg32k3a> ordered_;
};

}  // namespace spillway
