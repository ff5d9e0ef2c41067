#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace spillway {

/// A text that diagnostics point into: a file, or what the command line said.
struct Source {
  std::string name;
  std::string text;
};

/// A place in a source. Lines and columns count from 1; 0 means the whole source. Columns count
/// characters.
struct Location {
  std::shared_ptr<const Source> source;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

}  // namespace spillway
