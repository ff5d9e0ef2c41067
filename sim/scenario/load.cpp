#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <tuple>

#include "sim/language/printable.h"
#include "sim/language/suggestion.h"
#include "sim/scenario/names.h"
#include "sim/scenario/overlay.h"
#include "sim/scenario/read_scenario.h"
#include "sim/scenario/scenario.h"

namespace spillway {
namespace {

namespace fs = std::filesystem;

/// Values that all variants have together: each is read as a scenario of its own.
constexpr std::size_t kMostNodesOfVariants = 1'000'000;

/// More are cut: nobody reads them, and each is shown with its line.
constexpr std::size_t kMostFindings = 500;

/// Each once, in the order of the places; of several texts, in the order in which they came up.
void put_in_order(Diagnostics& diagnostics, const std::shared_ptr<const Source>& file) {
  struct Ranked {
    std::size_t text;   ///< 0: the file itself
    std::size_t index;  ///< as found
    Diagnostic diagnostic;
  };
  std::map<std::string, std::size_t> texts;
  std::vector<Ranked> ranked;
  for (Diagnostic& diagnostic : diagnostics) {
    std::size_t rank = 0;
    if (diagnostic.at.source != file) {
      std::string text;
      if (diagnostic.at.source) {
        text = fmt::format("{}\n{}", diagnostic.at.source->name, diagnostic.at.source->text);
      }
      rank = texts.emplace(std::move(text), texts.size() + 1).first->second;
    }
    ranked.push_back({rank, ranked.size(), std::move(diagnostic)});
  }
  const auto place = [](const Ranked& one) {
    return std::tuple(one.text, one.diagnostic.at.line, one.diagnostic.at.column);
  };
  std::ranges::sort(ranked, {}, [&](const Ranked& one) {
    return std::tuple_cat(place(one), std::tuple(one.index));
  });
  // Variants share most of their text: the same finding in several is one.
  std::vector<Ranked> once;
  for (Ranked& one : ranked) {
    bool known = false;
    for (auto other = once.rbegin(); other != once.rend() && !known; ++other) {
      if (place(*other) != place(one)) break;
      known = other->diagnostic.code == one.diagnostic.code &&
              other->diagnostic.message == one.diagnostic.message &&
              other->diagnostic.path == one.diagnostic.path;
    }
    if (!known) once.push_back(std::move(one));
  }
  const std::size_t more = once.size() > kMostFindings ? once.size() - kMostFindings : 0;
  if (more > 0) {
    // Errors before warnings, so that what stops the run is among them.
    std::ranges::partition(
        once, [](const Ranked& one) { return one.diagnostic.severity == Severity::error; });
    once.resize(kMostFindings);
    std::ranges::sort(once, {}, [&](const Ranked& one) {
      return std::tuple_cat(place(one), std::tuple(one.index));
    });
  }
  diagnostics.clear();
  for (Ranked& one : once) diagnostics.push_back(std::move(one.diagnostic));
  if (more > 0) {
    const bool errors = has_errors(diagnostics);
    diagnostics.push_back(error_at({file, 0, 0}, "more-findings", "",
                                   fmt::format("{} more findings are not listed", more)));
    if (!errors) diagnostics.back().severity = Severity::warning;
  }
}

/// The variants of a file, by name; the base alone where it names none.
std::vector<Entry> variants_of(const Node& tree, Diagnostics& diagnostics) {
  Entry base;
  base.key = "base";
  base.key_at = tree.at;
  base.value.kind = Node::Kind::map;
  const Entry* declared = tree.find("variants");
  if (declared == nullptr || declared->value.is_null()) return {base};
  if (!declared->value.is_map() || declared->value.entries.empty()) {
    diagnostics.push_back(
        error_at(declared->value.at, "wrong-kind", "variants",
                 fmt::format("expected a map from names to what differs; found {}",
                             describe(declared->value))));
    return {base};
  }
  std::vector<Entry> variants;
  for (const Entry& entry : declared->value.entries) {
    if (const std::string problem = name_problem(entry.key); !problem.empty()) {
      diagnostics.push_back(
          error_at(entry.key_at, "bad-name", "variants",
                   fmt::format("the variant's name '{}' {}", shown(entry.key), problem),
                   "a name is made of letters, digits, - and _, such as fail-fast"));
    } else {
      variants.push_back(entry);
    }
  }
  return variants;
}

ScenarioFile load(std::string text, const std::string& name, const fs::path& folder,
                  const LoadOptions& options) {
  ScenarioFile file;
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  file.source = std::make_shared<const Source>(Source{name, std::move(text)});
  auto tree = parse_document(file.source, file.diagnostics);
  if (!tree) return file;

  Diagnostics& diagnostics = file.diagnostics;
  std::vector<Entry> variants = variants_of(*tree, diagnostics);
  const std::size_t nodes = count_nodes(*tree);
  if (variants.size() > 1 && nodes * variants.size() > kMostNodesOfVariants) {
    diagnostics.push_back(
        error_at(tree->find("variants")->key_at, "too-large", "variants",
                 fmt::format("{} variants of {} values each are more than {} in all",
                             variants.size(), nodes, kMostNodesOfVariants)));
    return file;
  }
  std::erase_if(tree->entries, [](const Entry& entry) { return entry.key == "variants"; });

  if (options.variant) {
    std::vector<std::string_view> names;
    names.reserve(variants.size());
    for (const Entry& variant : variants) names.push_back(variant.key);
    if (std::ranges::find(names, *options.variant) == names.end()) {
      std::string hint = did_you_mean(*options.variant, names);
      if (hint.empty()) hint = fmt::format("there is {}", one_of(names));
      diagnostics.push_back(
          error_at({file.source, 0, 0}, "unknown-name", "variants",
                   fmt::format("there is no variant '{}'", shown(*options.variant)), hint));
      return file;
    }
    std::erase_if(variants, [&](const Entry& entry) { return entry.key != *options.variant; });
  }

  std::vector<Setting> settings;
  for (const std::string& written : options.set) {
    Setting setting;
    if (parse_setting(written, setting, diagnostics)) settings.push_back(std::move(setting));
  }

  SideFiles files(folder);
  const std::string default_name = fs::path(name).stem().string();
  std::vector<std::size_t> places_found(settings.size());
  std::vector<Diagnostics> missing(settings.size());
  for (const Entry& variant : variants) {
    Node own = *tree;
    if (own.is_map()) {
      apply_variant(own, variant, diagnostics);
      for (std::size_t i = 0; i < settings.size(); ++i) {
        if (apply_setting(own, settings[i], missing[i])) ++places_found[i];
      }
      apply_presets(own, diagnostics);
    }
    Scenario scenario = read_scenario(own, default_name, files, diagnostics);
    scenario.variant = variant.key;
    file.variants.push_back(std::move(scenario));
  }
  // A place that only some variants have is fine.
  for (std::size_t i = 0; i < settings.size(); ++i) {
    if (places_found[i] > 0) continue;
    diagnostics.insert(diagnostics.end(), missing[i].begin(), missing[i].end());
  }
  put_in_order(diagnostics, file.source);
  return file;
}

}  // namespace

ScenarioFile load_scenario(const std::string& path, const LoadOptions& options) {
  ScenarioFile file;
  const auto fail = [&](std::string code, std::string message) {
    file.source = std::make_shared<const Source>(Source{path, ""});
    file.diagnostics.push_back(
        error_at({file.source, 0, 0}, std::move(code), "", std::move(message)));
    return file;
  };
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) {
    return fail("no-such-file", "there is no such file");
  }
  if (error) return fail("unreadable", "the file can't be read");
  if (status.type() != fs::file_type::regular) return fail("unreadable", "this is not a file");
  const std::uintmax_t size = fs::file_size(path, error);
  const DocumentLimits limits;
  if (error) return fail("unreadable", "the file can't be read");
  if (size > limits.bytes) {
    return fail("too-large", fmt::format("the file is larger than {} MiB", limits.bytes >> 20));
  }
  std::ifstream stream(path, std::ios::binary);
  std::string text(size, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(size));
  if (!stream.is_open() || stream.gcount() != static_cast<std::streamsize>(size)) {
    return fail("unreadable", "the file can't be read");
  }
  return load(std::move(text), path, fs::path(path).parent_path(), options);
}

ScenarioFile load_scenario_text(std::string text, const std::string& name,
                                const LoadOptions& options) {
  return load(std::move(text), name, fs::path(name).parent_path(), options);
}

}  // namespace spillway
