#pragma once

#include <string_view>

namespace spillway {

/// One metric of a component, declared once: the result, `--json`, objectives, reference and
/// report labels read this record. What kind it is (a count, a share, a time-weighted level, a
/// distribution over messages) follows from the member's type.
template <class Owner, class T>
struct Metric {
  using Value = T;

  T Owner::* member;
  std::string_view name;
  std::string_view unit;  ///< "s", "1/s", "messages", "1" for a share
  std::string_view meaning;
};
template <class Owner, class T, class... Rest>
Metric(T Owner::*, Rest...) -> Metric<Owner, T>;

template <class M, class Visitor>
constexpr void for_each_metric(Visitor&& visit) {
  M::metrics().apply([&](const auto&... metric) { (visit(metric), ...); });
}

}  // namespace spillway
