#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/model/producer/declaration.h"

namespace spillway {

/// What went wrong with a file beside the scenario.
struct FileProblem {
  std::string code;
  std::string message;
  std::string hint;
  std::string column;      ///< the missing one, when that is the problem
  std::uint64_t line = 0;  ///< in that file; 0: the file as a whole
};

/// The files that a scenario may name: those in its own folder and below. Nothing else is opened,
/// whatever the name is.
class SideFiles {
 public:
  explicit SideFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// Reads the rows of a trace. Equal arguments read the file once.
  std::expected<std::shared_ptr<const TraceParameters::Rows>, FileProblem> trace(
      const TraceParameters& trace);

  /// Reads a sample of durations. Unit of the result: ns.
  std::expected<std::vector<double>, FileProblem> sample(const std::string& file,
                                                         const std::string& column,
                                                         const std::string& unit);

  /// Finds the regular file that the name means, inside the folder.
  std::expected<std::filesystem::path, FileProblem> resolve(const std::string& file) const;

 private:
  std::filesystem::path folder_;
  std::map<std::string, std::shared_ptr<const TraceParameters::Rows>> traces_;
};

}  // namespace spillway
