#include "tests/sim/scenario/loading.h"

#include <zlib.h>

#include <cstdlib>
#include <fstream>
#include <optional>
#include <utility>

namespace spillway {

ScenarioFile load(std::string text, std::vector<std::string> set, const std::string& name) {
  return load_scenario_text(std::move(text), name, {std::move(set), std::nullopt});
}

std::string findings(const ScenarioFile& file) {
  std::string out;
  for (const Diagnostic& diagnostic : file.diagnostics) {
    if (diagnostic.at.source && diagnostic.at.source != file.source) {
      out += diagnostic.at.source->name + ":";
    }
    out += std::to_string(diagnostic.at.line) + ":" + std::to_string(diagnostic.at.column) + " ";
    if (diagnostic.severity == Severity::warning) out += "warning: ";
    if (!diagnostic.path.empty()) out += diagnostic.path + ": ";
    out += diagnostic.message + " [" + diagnostic.code + "]";
    if (!diagnostic.hint.empty()) out += " (" + diagnostic.hint + ")";
    out += "\n";
  }
  return out;
}

std::string findings(std::string text, std::vector<std::string> set) {
  return findings(load(std::move(text), std::move(set)));
}

Folder::Folder() {
  std::string name = (std::filesystem::temp_directory_path() / "spillway-XXXXXX").string();
  path_ = mkdtemp(name.data());
}

Folder::~Folder() { std::filesystem::remove_all(path_); }

std::string Folder::scenario() const { return (path_ / "s.yaml").string(); }

void Folder::write(const std::string& name, std::string_view text) const {
  std::ofstream(path_ / name, std::ios::binary) << text;
}

void Folder::pack(const std::string& name, const std::string& text) const {
  const gzFile file = gzopen((path_ / name).c_str(), "wb");
  gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
  gzclose(file);
}

}  // namespace spillway
