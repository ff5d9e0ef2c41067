#pragma once

#include <expected>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/model/producer/declaration.h"
#include "sim/scenario/csv.h"

namespace spillway {

/// The files that a scenario may name: those in its own folder and below. Nothing else is opened,
/// whatever the name is.
class SideFiles {
 public:
  explicit SideFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}

  using Rows = std::expected<std::shared_ptr<const TraceParameters::Rows>, FileProblem>;
  using Sample = std::expected<std::vector<double>, FileProblem>;

  /// Reads the rows of a trace. Equal arguments read the file once.
  Rows trace(const TraceParameters& trace);

  /// Reads a sample of durations (in ns) or sizes (in bytes), as `unit` says. Equal arguments read
  /// the file once.
  Sample sample(const std::string& file, const std::string& column, const std::string& unit);

  /// Finds the regular file that the name means, inside the folder.
  std::expected<std::filesystem::path, FileProblem> resolve(const std::string& file) const;

 private:
  Rows read_trace(const std::filesystem::path& path, const TraceParameters& trace);
  Sample read_sample(const std::filesystem::path& path, const std::string& column,
                     const std::string& unit);

  std::filesystem::path folder_;
  CsvLimits limits_;  ///< what is left of them
  std::map<std::string, Rows> traces_;
  std::map<std::string, Sample> samples_;
};

}  // namespace spillway
