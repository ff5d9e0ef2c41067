#pragma once

#include <cstdint>
#include <vector>

namespace spillway {

/// What the messages of one producer say of themselves, compiled: the sites that draw it. Each
/// draw is addressed by the root's ordinal alone, so nothing is kept in a message.
struct AttributeTable {
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  std::uint32_t type_site = kNone;
  std::vector<std::int64_t> type_thresholds;  ///< cumulative, of 2^53; empty: the site gives a code
  std::vector<std::uint32_t> types;           ///< by place or code: places in Context::types

  std::uint32_t key_site = kNone;
  std::uint64_t uniform_keys = 0;            ///< so many, each as likely; 0: otherwise
  std::vector<std::int64_t> key_thresholds;  ///< cumulative, of 2^53; empty: the site gives a key

  std::uint32_t size_site = kNone;
  std::uint32_t ttl_site = kNone;
};

}  // namespace spillway
