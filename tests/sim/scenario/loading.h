#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <string_view>
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
ScenarioFile load(std::string text, std::vector<std::string> set = {},
                  const std::string& name = "s.yaml");

/// The findings, one a line, each as "LINE:COLUMN PATH: MESSAGE [CODE]" with its hint behind.
std::string findings(const ScenarioFile& file);
std::string findings(std::string text, std::vector<std::string> set = {});

/// A folder of its own for files that scenarios name; gone with the test.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::string scenario() const;

  void write(const std::string& name, std::string_view text) const;
  void pack(const std::string& name, const std::string& text) const;

 private:
  std::filesystem::path path_;
};

}  // namespace spillway
