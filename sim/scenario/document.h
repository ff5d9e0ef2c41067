#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/language/diagnostic.h"
#include "sim/language/location.h"

namespace spillway {

struct Entry;

/// One value of a document: nothing, a text, a list, or a map whose entries keep their order.
struct Node {
  enum class Kind : std::uint8_t { null, scalar, list, map };

  Kind kind = Kind::null;
  bool quoted = false;         ///< the text stood in quotes: a word, never a number
  std::string text;            ///< of a scalar
  std::vector<Entry> entries;  ///< of a map; of a list, with empty keys
  Location at;

  bool is_null() const { return kind == Kind::null; }
  bool is_scalar() const { return kind == Kind::scalar; }
  bool is_list() const { return kind == Kind::list; }
  bool is_map() const { return kind == Kind::map; }

  /// The entry of a map, or nullptr. Cost: linear.
  const Entry* find(std::string_view key) const;
  Entry* find(std::string_view key);
};

struct Entry {
  std::string key;
  Location key_at;
  Node value;
};

/// Says what a node is, for messages: "25ms", "'two words'", "a list", "a map", "nothing".
std::string describe(const Node& node);

/// Values in the node, itself and keys included.
std::size_t count_nodes(const Node& node);

/// What a document may be at most: it comes from anywhere, and reading it must stay cheap.
struct DocumentLimits {
  std::size_t bytes = std::size_t{16} << 20;
  std::size_t bytes_outside_comments = std::size_t{4} << 20;
  std::size_t text_bytes = std::size_t{1} << 20;      ///< of one key or value
  std::size_t all_text_bytes = std::size_t{4} << 20;  ///< of all keys and values
  std::size_t lines = 1'000'000;
  std::size_t nodes = 100'000;             ///< as written
  std::size_t expanded_nodes = 1'000'000;  ///< aliases copied
  std::size_t keys = 10'000;               ///< of one map
  std::size_t depth = 64;
  std::size_t punctuation = 300'000;  ///< , : [ ] { } outside comments: what the scanner keeps
};

/// Parses a YAML document, strictly: one document, valid UTF-8, no duplicate keys, no merge keys,
/// no tags but the core ones; aliases are copied.
///
/// Returns: std::nullopt, and an error in `diagnostics`, when it can't be read.
std::optional<Node> parse_document(const std::shared_ptr<const Source>& source,
                                   Diagnostics& diagnostics, const DocumentLimits& limits = {});

}  // namespace spillway
