#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "sim/flow/measure.h"

namespace spillway {

/// Whole numbers of messages, such as how many versions a read was behind, by the segment the
/// message was born in.
class Amounts {
 public:
  static constexpr Sample::Kind kKind = Sample::Kind::distribution;

  void begin(const Timeline& timeline, const Demand&) {
    segments_.resize(timeline.segments());
    for (Histogram& histogram : segments_) histogram.clear();
  }
  void mark(Time, std::uint32_t) {}

  void record(std::uint32_t segment, std::uint64_t amount) {
    segments_[segment].record(static_cast<std::int64_t>(amount));
  }

  Sample sample(const Window& window) const {
    auto histogram = std::make_shared<Histogram>();
    for (const std::uint32_t segment : window.segments) histogram->merge(segments_[segment]);
    Sample sample;
    sample.kind = kKind;
    sample.n = histogram->count();
    sample.total = static_cast<double>(histogram->sum());
    sample.weight = static_cast<double>(sample.n);
    sample.min = static_cast<double>(histogram->min());
    sample.max = static_cast<double>(histogram->max());
    sample.histogram = std::move(histogram);
    return sample;
  }

 private:
  std::vector<Histogram> segments_;
};

}  // namespace spillway
