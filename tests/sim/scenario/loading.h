#pragma once

#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "sim/scenario/scenario.h"

namespace spillway {

/// What a short text is completed with: everything that a scenario needs besides what is tested.
inline constexpr std::string_view kRun = "run: {duration: 10min}\n";
inline constexpr std::string_view kShop =
    "run: {duration: 10min}\n"
    "producers: {shop: {load: {poisson: 10/s}, does: [send: orders]}}\n"
    "consumers: {workers: {from: orders, does: [work: 8ms]}}\n";

/// Loads a text as the file `s.yaml`.
inline ScenarioFile load(std::string text, std::vector<std::string> set = {},
                         const std::string& name = "s.yaml") {
  return load_scenario_text(std::move(text), name, {std::move(set), std::nullopt});
}

/// The findings, one a line, each as "LINE:COLUMN PATH: MESSAGE [CODE]" with its hint behind.
inline std::string findings(const ScenarioFile& file) {
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
inline std::string findings(std::string text, std::vector<std::string> set = {}) {
  return findings(load(std::move(text), std::move(set)));
}

/// A folder of its own for files that scenarios name; gone with the test.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "spillway-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::string scenario() const { return (path_ / "s.yaml").string(); }

  void write(const std::string& name, std::string_view text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
  }
  void pack(const std::string& name, const std::string& text) const {
    const gzFile file = gzopen((path_ / name).c_str(), "wb");
    gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
    gzclose(file);
  }

 private:
  std::filesystem::path path_;
};

}  // namespace spillway
