#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "sim/scenario/scenario.h"
#include "tests/sim/scenario/loading.h"

// Files that want to exhaust the reader: each ends with an error within 1 s of CPU and 256 MB.

namespace spillway {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMiB = std::size_t{1} << 20;

std::string repeated(std::string_view piece, std::size_t bytes) {
  std::string text;
  text.reserve(bytes + piece.size());
  while (text.size() < bytes) text += piece;
  return text;
}

struct Case {
  std::string name;
  std::string text;
  std::string code;  ///< of its error, or of one of them
};

/// What became of a case, in a process of its own.
struct Outcome {
  double seconds = 0;  ///< of CPU, for loading and showing the findings
  long megabytes = 0;  ///< more than before
  std::string shown;   ///< the findings
};

std::vector<Case> cases() {
  std::vector<Case> all{
      {"a comment of 16 MiB", "#" + std::string(16 * kMiB - 1, 'x'), "empty-file"},
      {"16 MiB of comment lines", repeated("# nothing here at all\n", 16 * kMiB - 30),
       "empty-file"},
      {"16 MiB of line feeds", std::string(16 * kMiB, '\n'), "too-large"},
      {"16 MiB of blanks", std::string(16 * kMiB, ' '), "too-large"},
      {"a text of 16 MiB", "a: " + std::string(16 * kMiB - 3, 'x'), "too-large"},
      {"a text of 4 MiB", "a: " + std::string(4 * kMiB - 3, 'x'), "too-large"},
      {"a quoted text of 4 MiB", "a: \"" + std::string(4 * kMiB - 5, 'x') + "\"", "too-large"},
      {"escapes", "a: \"" + repeated("\\x41", 4 * kMiB - 10) + "\"", "unknown-key"},
      {"a quoted text of lines like comments",
       "a: \"\n" + repeated("  # xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n", 15 * kMiB) + "\"", "too-large"},
      {"a text of many lines", "a: " + repeated("  x\n", 4 * kMiB - 10), "too-large"},
      {"a key of 4 MiB", std::string(4 * kMiB - 3, 'k') + ": 1", "yaml"},
      {"a tag of 4 MiB", "!" + std::string(4 * kMiB - 3, 'k') + " 1", "unknown-tag"},
      {"an anchor of 4 MiB", "&" + std::string(4 * kMiB - 4, 'k') + " 1", "wrong-kind"},
      {"a list of millions", "[" + repeated("1,", 4 * kMiB - 4) + "1]", "too-large"},
      {"a list of 290,000", "[" + repeated("1,", 580'000) + "1]", "too-large"},
      {"2 million brackets", std::string(2 * kMiB, '['), "too-large"},
      {"290,000 brackets", std::string(290'000, '['), "too-deep"},
      {"290,000 braces", std::string(290'000, '{'), "too-deep"},
      {"dashes", repeated("- ", 4 * kMiB - 4), "too-deep"},
      {"question marks", repeated("? ", 4 * kMiB - 4), "too-deep"},
      {"a million lines of a list", repeated("- 1\n", 4 * kMiB - 4), "too-large"},
      {"tabs", "a:" + std::string(4 * kMiB - 4, '\t') + "b", "unknown-key"},
  };
  std::string keys;
  for (int i = 0; i < 40'000; ++i) keys += "k" + std::to_string(i) + ": 1\n";
  all.push_back({"40,000 keys", keys, "too-large"});
  std::string anchors = "[";
  for (int i = 0; i < 90'000; ++i) anchors += "&a" + std::to_string(i) + " 1,";
  all.push_back({"90,000 anchors", anchors + "1]", "wrong-kind"});
  std::string laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i <= 9; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    laughs += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" +
              repeated(last + ", ", 40) + last + "]\n";
  }
  all.push_back({"a billion laughs", laughs, "too-large"});
  // 900,000 values, within every limit: refused for what they say.
  std::string copies = "a: &a [" + repeated("x,", 18'000) + "x]\nb: [";
  for (int i = 0; i < 95; ++i) copies += "*a,";
  all.push_back({"copies up to the limit", copies + "*a]\n", "unknown-key"});
  std::string variants = std::string(kShop) + "queues: {orders: {}}\nvariants:\n";
  for (int i = 0; i < 9'990; ++i) variants += "  v" + std::to_string(i) + ": {}\n";
  all.push_back({"thousands of variants", variants, "too-large"});
  // Many unknown names, and many near ones to compare them with.
  std::string strangers =
      "run: {duration: 1min}\nproducers:\n  p:\n    load: {poisson: 1/s}\n    does:\n";
  for (int i = 0; i < 20'000; ++i)
    strangers += "    - send: " + std::string(58, 'a') + std::to_string(i) + "\n";
  strangers += "queues:\n";
  for (int i = 0; i < 9'990; ++i)
    strangers += "  " + std::string(58, 'b') + std::to_string(i) + ":\n";
  all.push_back({"20,000 unknown names", strangers, "unknown-name"});
  // A variant that repeats a large section, and edges into a long list of steps.
  std::string steps =
      "run: {duration: 1min}\nproducers:\n  p:\n    load: {poisson: 1/s}\n    does:\n";
  for (int i = 0; i < 30'000; ++i) steps += "    - send: q\n";
  steps += "queues: {q: {}}\nvariants:\n  a:\n    edges:\n";
  for (int i = 0; i < 9'990; ++i) steps += "      p -> q" + std::to_string(i) + ": {}\n";
  all.push_back({"thousands of edges", steps, "too-large"});
  // Each of many edges is looked for among many steps; each option goes into each of them.
  const std::string calls = [] {
    std::string text =
        "run: {duration: 1min}\nproducers:\n  p:\n    load: {poisson: 1/s}\n    does:\n";
    for (int i = 0; i < 20'000; ++i) text += "    - call: s\n";
    return text + "services: {s: {does: []}}\nvariants:\n  a:\n";
  }();
  std::string many = calls + "    edges:\n";
  for (int i = 0; i < 499; ++i) many += "      p -> s" + std::to_string(i) + ": {}\n";
  all.push_back({"hundreds of edges among 20,000 steps", many, "unknown-name"});
  many = calls + "    decouple:\n";
  for (int i = 0; i < 499; ++i) many += "      p -> s" + std::to_string(i) + ": {}\n";
  all.push_back({"hundreds of edges to decouple", many, "unknown-name"});
  many = calls + "    edges: {p -> s: {fallback: [" + repeated("work: 1ms,", 30'000) + "]}}\n";
  all.push_back({"long options of 20,000 steps", many, "too-large"});
  std::string twice = std::string(kShop);
  std::string section;
  for (int i = 0; i < 9'990; ++i) section += "    q" + std::to_string(i) + ": {}\n";
  twice += "queues:\n" + section + "variants:\n  a:\n   queues:\n" + section;
  all.push_back({"a section twice", twice, "unknown-name"});
  std::string producers = "run: {duration: 1min}\nproducers:\n";
  for (int i = 0; i < 5'000; ++i) {
    producers += "  p" + std::to_string(i) +
                 ": {load: {poisson: 1/s}, does: [{send: q}, {work: {column: c, unit: ms}}]}\n";
  }
  all.push_back(
      {"thousands of producers with columns", producers + "queues: {q: {}}\n", "unknown-column"});
  std::string windows = std::string(kShop) + "queues: {orders: {}}\nwindows:\n";
  for (int i = 0; i < 9'990; ++i) windows += "  w" + std::to_string(i) + ": {at: 1s, for: 1s}\n";
  all.push_back({"thousands of windows", windows, "too-large"});
  std::string misnamed = std::string(kShop) + "queues:\n  orders: {}\n";
  for (int i = 0; i < 9'000; ++i) misnamed += "  q" + std::to_string(i) + ": {visibilty: 1}\n";
  all.push_back({"9,000 errors", misnamed, "unknown-key"});
  return all;
}

/// The most memory that this process has had. Unit: MB.
long peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

/// Loads the text in a child, so that its memory is its own.
Outcome outcome_of(const std::string& text) {
  int ends[2];
  if (pipe(ends) != 0) return {};
  const pid_t child = fork();
  if (child == 0) {
    // A fresh mark: the child begins with the parent's memory, not with its peak.
    const long before = peak_megabytes();
    const std::clock_t begin = std::clock();
    const ScenarioFile file = load_scenario_text(text, "hostile.yaml");
    std::string shown;
    for (const Diagnostic& diagnostic : file.diagnostics) shown += render(diagnostic);
    const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    const std::string report = std::to_string(seconds) + " " +
                               std::to_string(peak_megabytes() - before) + " " +
                               (has_errors(file.diagnostics) ? shown : "");
    for (std::size_t sent = 0; sent < report.size();) {
      const ssize_t n = write(ends[1], report.data() + sent, report.size() - sent);
      if (n <= 0) break;
      sent += static_cast<std::size_t>(n);
    }
    _exit(0);
  }
  close(ends[1]);
  std::string report;
  char buffer[4096];
  for (ssize_t n = 0; (n = read(ends[0], buffer, sizeof buffer)) > 0;) {
    report.append(buffer, static_cast<std::size_t>(n));
  }
  close(ends[0]);
  waitpid(child, nullptr, 0);
  Outcome outcome;
  std::istringstream in(report);
  in >> outcome.seconds >> outcome.megabytes;
  std::getline(in, outcome.shown, '\0');
  return outcome;
}

/// How long it takes here and now to read as many characters one by one from a stream as a file may
/// have: slow machines, and those that others use too, are no reason to fail.
double seconds_to_read() {
  std::istringstream in(std::string(16 * kMiB, '#'));
  const std::clock_t begin = std::clock();
  std::size_t read = 0;
  for (char c = 0; in.get(c);) read += c == '#' ? 1 : 0;
  EXPECT_EQ(read, 16 * kMiB);
  return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

TEST(HostileFiles, EndSoonAndInLittleMemory) {
  double slowest = 0;
  long largest = 0;
  [[maybe_unused]] const double most = 20 * seconds_to_read();  // the YAML library takes six times
  for (const Case& hostile : cases()) {
    const Outcome outcome = outcome_of(hostile.text);
    EXPECT_NE(outcome.shown.find("error: "), std::string::npos) << hostile.name;
    EXPECT_NE(outcome.shown.find("[" + hostile.code + "]"), std::string::npos)
        << hostile.name << ": " << outcome.shown.substr(0, 400);
    EXPECT_LT(outcome.shown.size(), 300'000U) << hostile.name;
#if defined(NDEBUG) && !defined(__SANITIZE_ADDRESS__)
    EXPECT_LT(outcome.seconds, most) << hostile.name;
    EXPECT_LT(outcome.megabytes, 256) << hostile.name;
#endif
    if (outcome.seconds > slowest) RecordProperty("slowest", hostile.name);
    if (outcome.megabytes > largest) RecordProperty("largest", hostile.name);
    slowest = std::max(slowest, outcome.seconds);
    largest = std::max(largest, outcome.megabytes);
  }
  RecordProperty("slowest_s", std::to_string(slowest));
  RecordProperty("largest_mb", std::to_string(largest));
}

TEST(HostilePaths, OfTheScenarioItself) {
  const Folder folder;
  const auto code = [](const fs::path& path) {
    return load_scenario(path.string()).diagnostics.at(0).code;
  };
  EXPECT_EQ(code(folder.path() / "none.yaml"), "no-such-file");
  EXPECT_EQ(code(folder.path()), "unreadable") << "a directory";
  EXPECT_EQ(code("/dev/zero"), "unreadable");
  EXPECT_EQ(code("/dev/null"), "unreadable");
  const fs::path pipe = folder.path() / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(code(pipe), "unreadable") << "and does not wait for a writer";
  folder.write("big.yaml", std::string(16 * kMiB + 1, '#'));
  EXPECT_EQ(code(folder.path() / "big.yaml"), "too-large");
  EXPECT_EQ(code(""), "no-such-file");
  EXPECT_EQ(code(std::string(10'000, 'x')), "unreadable");
}

}  // namespace
}  // namespace spillway
