#include "sim/kernel/site.h"

#include <algorithm>
#include <utility>

#include "sim/kernel/elementary.h"
#include "sim/kernel/hash.h"

namespace spillway {
namespace {

constexpr std::size_t kMostLines = 32;

/// Misses of a young line say little: so many are free before it grows.
constexpr std::uint32_t kLateMissesForgiven = 8;

/// From about this distance on, a line of 64 values costs more than the few that are asked for:
/// with AVX2 it takes some 2,000 instructions, and one that is drawn alone some 240 (callgrind, the
/// call chain of the benchmarks whose replies are lost).
constexpr std::uint32_t kWide = 8;

}  // namespace

Site::Site(std::string_view name, Variate variate)
    : lines_(1),
      spacings_(1),
      name_(hash64(name)),
      variate_(std::move(variate)),
      source_(0, 0, name_, 0) {
  constant_ = variate_.kind == VariateKind::constant;
  if (constant_) value_ = elementary::to_count(variate_.times * variate_.a + variate_.plus);
}

void Site::begin(std::uint64_t seed, std::uint32_t replication) {
  seed_ = seed;
  replication_ = replication;
  source_ = {seed, replication, name_, 0};
  late_ = 0;
  refills_ = 0;
  forget_lines();
}

void Site::use(const Mrg32k3a& stream) {
  ordered_ = stream;
  forget_lines();
}

void Site::forget_lines() {
  for (Line& line : lines_) line.tag = line.candidate = kNoTag;
  spacings_.assign(lines_.size(), {});
  near_tag_ = kNoTag;
}

bool Site::Spacing::is_wide(std::uint32_t ordinal, std::uint32_t lane) {
  constexpr auto kLength = static_cast<std::uint32_t>(kLineLength);
  if (lane != lane_) *this = {};
  // Who found his value in a line was not seen here: then the distance from the line's beginning
  // stands for the one from the last visitor.
  const std::uint32_t since = wide_ ? last_ : std::max(last_, ordinal - ordinal % kLength);
  const std::uint32_t distance = ordinal > since ? std::min(ordinal - since, kLength) : 0;
  mean_ = mean_ - mean_ / 4 + 4 * distance;
  wide_ = mean_ > 16 * kWide;
  lane_ = lane;
  last_ = std::max(last_, ordinal);
  return wide_;
}

std::int64_t Site::look(std::uint32_t ordinal, std::uint32_t lane) {
  const Line& line = lines_[index(ordinal, lane)];
  const std::uint64_t tag = (std::uint64_t{lane} << 32) | (ordinal / kLineLength);
  return line.tag == tag ? from_line(line, ordinal) : miss(ordinal, lane);
}

[[gnu::noinline]] std::int64_t Site::miss(std::uint32_t ordinal, std::uint32_t lane) {
  // Neither ever fills a line, so each of their calls arrives here.
  if (ordered_) return draw_in_order(variate_, *ordered_, ordinal);
  if (variate_.kind == VariateKind::column) return draw_row(variate_, ordinal);

  if (lane != source_.lane()) source_ = {seed_, replication_, name_, lane};
  if (spacings_[spread(lane) & mask_].is_wide(ordinal, lane))
    return draw(variate_, source_, ordinal);
  Line& line = lines_[index(ordinal, lane)];
  const auto block = static_cast<std::uint32_t>(ordinal / kLineLength);
  const std::uint64_t tag = (std::uint64_t{lane} << 32) | block;
  const auto held = static_cast<std::uint32_t>(line.tag);
  const bool same_lane = line.tag >> 32 == lane && line.tag != kNoTag;
  const bool older = same_lane && block < held;
  const bool next = line.tag == kNoTag || (same_lane && !older && block - held <= lines_.size());
  // A block far ahead, or of another lane, takes the line when it is asked for twice in a row: a
  // stray visitor costs one value, not a whole line.
  if (next || (!older && line.candidate == tag)) {
    if (next) ++refills_;
    draw_line(variate_, source_, block, line.values.data());
    line.tag = tag;
    line.candidate = kNoTag;
    return from_line(line, ordinal);
  }
  if (!older) line.candidate = tag;
  if (older || !same_lane) {
    ++late_;
    // A refill stands for 64 draws: more late ones than twice the refills are more than 1 draw in
    // 32.
    if (late_ > 2 * refills_ + kLateMissesForgiven && lines_.size() < kMostLines) grow();
  }
  return draw(variate_, source_, ordinal);
}

void Site::grow() {
  const std::size_t count = lines_.size() == 1 ? 4 : lines_.size() == 4 ? 8 : kMostLines;
  lines_.assign(count, Line{});
  spacings_.assign(count, Spacing{});
  near_tag_ = kNoTag;
  mask_ = static_cast<std::uint32_t>(count - 1);
  late_ = 0;
  refills_ = 0;
}

}  // namespace spillway
