#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/language/location.h"

namespace spillway {

enum class Severity : std::uint8_t { error, warning };

/// Something a user should know about a scenario, as a value. Codes are stable: tools may rely on
/// them.
struct Diagnostic {
  Severity severity = Severity::error;
  std::string code;  ///< `unknown-key`, `out-of-range`, …
  Location at;
  std::string path;     ///< `queues.orders.visibility`
  std::string message;  ///< what is wrong, what was expected, what was found, in this order
  std::string hint;     ///< what to write instead, or empty
};

using Diagnostics = std::vector<Diagnostic>;

/// An error at a place.
Diagnostic error_at(Location at, std::string code, std::string path, std::string message,
                    std::string hint = "");

/// Writes `file:line:column: error: path: message [code]`, the line, a caret below it, and the
/// hint.
std::string render(const Diagnostic& diagnostic);

inline bool has_errors(const Diagnostics& diagnostics) {
  for (const Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.severity == Severity::error) return true;
  }
  return false;
}

}  // namespace spillway
