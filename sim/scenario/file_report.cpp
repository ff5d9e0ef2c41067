#include "sim/scenario/file_report.h"

#include <fmt/format.h>

#include <memory>

#include "sim/language/printable.h"
#include "sim/scenario/reader.h"

namespace spillway {
namespace {

/// The scalar below the node that says exactly this.
const Node* find_text(const Node& node, const std::string& text) {
  for (const Entry& entry : node.entries) {
    if (entry.value.is_scalar() && entry.value.text == text && entry.key != "file") {
      return &entry.value;
    }
    if (const Node* inner = find_text(entry.value, text)) return inner;
  }
  return nullptr;
}

}  // namespace

void report(Reader& reader, const Node& node, const std::string& file, const FileProblem& problem) {
  if (!problem.column.empty()) {
    const Node* named = find_text(node, problem.column);
    return reader.error(problem.code, named != nullptr ? named->at : node.at,
                        fmt::format("{} in {}", problem.message, shown(file)), problem.hint);
  }
  if (problem.line > 0) {
    auto source = std::make_shared<const Source>(Source{file, ""});
    return reader.error(problem.code,
                        {std::move(source), static_cast<std::uint32_t>(problem.line), 0},
                        problem.message, problem.hint);
  }
  const Entry* entry = node.find("file");
  reader.error(problem.code, entry != nullptr ? entry->value.at : node.at,
               problem.code == "bad-path" || problem.code == "no-such-file"
                   ? problem.message
                   : fmt::format("{}: {}", shown(file), problem.message),
               problem.hint);
}

}  // namespace spillway
