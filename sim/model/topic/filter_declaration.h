#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/language/field.h"
#include "sim/language/pack.h"

namespace spillway {

/// Names of message types: `placed`, or `[placed, cancelled]`.
struct TypeNames {
  std::vector<Reference> names;
};

/// Numbers of keys, both ends included: `7`, `0..99`, or `[0..99, 200]`.
struct KeyRanges {
  struct Range {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
  };
  std::vector<Range> ranges;
  Location at;

  bool contain(std::uint64_t key) const {
    for (const Range& range : ranges) {
      if (range.first <= key && key <= range.last) return true;
    }
    return false;
  }
};

/// Which messages a subscription wants: those that every key of the filter wants.
struct FilterParameters {
  std::optional<TypeNames> type;
  std::optional<KeyRanges> key;

  static constexpr auto fields() {
    using F = FilterParameters;
    return Pack{
        Field{&F::type, "type", "Only messages of this type, or of these; others are filtered"},
        Field{&F::key, "key",
              "Only messages with this key, or with these, as numbers: 7, 0..99, [0..99, 200]; "
              "others are filtered"},
    };
  }
};

}  // namespace spillway
