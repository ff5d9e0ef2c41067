#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "sim/scenario/scenario.h"

// Valid scenarios, mutated: bytes flipped, cut, doubled and swapped, lines moved and joined. The
// loader must return within a second, find something or accept, and accept finite numbers only.
// 6000 mutations, seed 2026: the same ones in every run.

namespace spillway {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> seeds() {
  std::vector<std::string> texts;
  for (const auto& entry :
       fs::recursive_directory_iterator(fs::path(SPILLWAY_SOURCE_DIR) / "scenarios")) {
    if (entry.path().extension() != ".yaml") continue;
    std::ostringstream text;
    text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    texts.push_back(text.str());
  }
  std::ranges::sort(texts);
  // What the library's scenarios may not use yet.
  texts.push_back(
      "run: {duration: 1h, warmup: 1min}\nnetwork: {lognormal: {median: 1ms, p99: 9ms}}\n"
      "windows: {w: {at: 2min, for: 1min}}\n"
      "producers:\n  a:\n    load: {mmpp: {calm: {rate: 1/s, for: {exponential: 5min}}, busy: "
      "{rate: 50/s, for: 10s}}}\n    does: [call: s, {choose: {80%: [send: q], 0.2: []}}]\n"
      "  b: {load: {users: {count: 50, think: {uncertain: {uniform: [1s, 3s]}}}}, does: [call: "
      "s]}\n"
      "services: {s: {holds: nothing, does: [{work: {mixture: {90%: 1ms, 10%: {pareto: {scale: "
      "2ms, shape: 1.7}}}, times: 2, plus: 0.1ms}}, reply, {fail: 0.5%}]}}\n"
      "queues: {q: &q {preset: aws-sqs-standard, dead_letter: {to: d}}, d: {}}\n"
      "consumers: {w: {from: q, prefetch: 5, does: [work: {weibull: {shape: 0.7, scale: 9ms}}]}}\n"
      "objectives: {o: \"s.latency.p99.9@before:w <= 1s in 95% of runs\"}\n"
      "variants: {x: {}, y: {edges: {a -> s: {network: 2ms}}, w: {ack: before}}}\n");
  return texts;
}

class Mutator {
 public:
  explicit Mutator(std::uint64_t seed) : random_(seed) {}

  std::string mutate(std::string text) {
    for (std::size_t n = 1 + random_() % 4; n > 0; --n) once(text);
    return text;
  }

 private:
  std::size_t below(std::size_t n) { return n == 0 ? 0 : random_() % n; }

  void once(std::string& text) {
    static const std::vector<std::string> pieces{"[",
                                                 "]",
                                                 "{",
                                                 "}",
                                                 ":",
                                                 ",",
                                                 "-",
                                                 "&a ",
                                                 "*a",
                                                 "<<: *a",
                                                 "!!x ",
                                                 "'",
                                                 "\"",
                                                 "#",
                                                 "|",
                                                 ">",
                                                 "\n",
                                                 "\t",
                                                 " ",
                                                 "---\n",
                                                 ".nan",
                                                 ".inf",
                                                 "1e400",
                                                 "-1",
                                                 "0",
                                                 "1e-400",
                                                 "010",
                                                 "0x1",
                                                 "99999999999999999999",
                                                 "292y",
                                                 "300y",
                                                 "106751d",
                                                 "%",
                                                 "null",
                                                 "~",
                                                 "\xff",
                                                 "\xc3\xa9",
                                                 std::string(1, '\0'),
                                                 "\x1b",
                                                 "- ",
                                                 "? ",
                                                 "a: ",
                                                 "work: ",
                                                 "100%",
                                                 "/s",
                                                 "->",
                                                 "@",
                                                 "..",
                                                 "\r\n",
                                                 "\xe2\x80\xae",
                                                 "1e9/s",
                                                 "1ns",
                                                 "36525d"};
    const std::size_t at = below(text.size());
    switch (random_() % 8) {
      case 0:
        text.insert(at, pieces[below(pieces.size())]);
        break;
      case 1:
        text.erase(at, 1 + below(8));
        break;
      case 2:
        if (!text.empty()) text[at] = static_cast<char>(random_());
        break;
      case 3:
        text.resize(at);
        break;
      case 4:
        text.insert(at, text.substr(below(text.size()), below(60)));
        break;
      case 5: {  // a number by another
        const std::size_t digit = text.find_first_of("0123456789", at);
        if (digit != std::string::npos) text.replace(digit, 1, pieces[below(pieces.size())]);
        break;
      }
      case 6: {  // a line somewhere else
        const std::size_t begin = text.rfind('\n', at) + 1;
        const std::size_t end = text.find('\n', at);
        if (end == std::string::npos) break;
        const std::string line = text.substr(begin, end - begin + 1);
        text.erase(begin, line.size());
        const std::size_t where = text.find('\n', below(text.size()));
        text.insert(where == std::string::npos ? 0 : where + 1, line);
        break;
      }
      default: {  // two lines into one, or deeper
        const std::size_t end = text.find('\n', at);
        if (end == std::string::npos) break;
        if (random_() % 2 == 0)
          text.erase(end, 1);
        else
          text.insert(end + 1, std::string(1 + below(4), ' '));
      }
    }
  }

  std::mt19937_64 random_;
};

bool is_sound(const Variate& variate) {
  for (const double value : {variate.a, variate.b, variate.c, variate.times, variate.plus}) {
    if (!std::isfinite(value)) return false;
  }
  return variate.times >= 0 &&
         std::ranges::all_of(variate.parts, [](const Variate& part) { return is_sound(part); });
}
bool is_sound(const Distribution& distribution) {
  return is_sound(distribution.variate) &&
         (!distribution.uncertain || is_sound(*distribution.uncertain));
}
bool is_sound(const Program& program) {
  return std::ranges::all_of(program.steps, [](const StepDeclaration& step) {
    if (const auto* work = std::get_if<WorkParameters>(&step.parameters)) {
      return is_sound(work->time);
    }
    if (const auto* fail = std::get_if<FailParameters>(&step.parameters)) {
      return fail->share.share.value >= 0 && fail->share.share.value <= 1;
    }
    if (const auto* choose = std::get_if<ChooseParameters>(&step.parameters)) {
      return std::ranges::all_of(choose->ways, [](const auto& way) {
        return way.share.value >= 0 && is_sound(way.program);
      });
    }
    return true;
  });
}
bool is_sound(const Scenario& scenario) {
  const RunParameters& run = scenario.run;
  bool sound = run.duration.ns > 0 && run.warmup.ns >= 0 && run.warmup.ns < run.duration.ns &&
               run.confidence.value >= 0.5 && run.confidence.value < 1 &&
               is_sound(scenario.network) && !scenario.producers.empty();
  for (const auto& producer : scenario.producers) {
    const LoadParameters& load = producer.parameters.load;
    for (const auto& rate : {load.poisson, load.constant}) {
      if (rate) sound = sound && rate->per_second >= 0 && std::isfinite(rate->per_second);
    }
    if (load.renewal) sound = sound && is_sound(*load.renewal);
    sound = sound && is_sound(producer.parameters.does);
  }
  for (const auto& service : scenario.services) sound = sound && is_sound(service.parameters.does);
  for (const auto& consumer : scenario.consumers) {
    sound = sound && is_sound(consumer.parameters.does) && consumer.parameters.instances >= 1;
  }
  for (const Objective& objective : scenario.objectives) {
    sound = sound && std::isfinite(objective.value) && objective.value >= 0;
  }
  return sound;
}

TEST(Mutations, NeverBreakTheLoader) {
  const std::vector<std::string> texts = seeds();
  ASSERT_GE(texts.size(), 2U);
  Mutator mutator(2026);
  int accepted = 0, refused = 0;
  for (int i = 0; i < 6000; ++i) {
    const std::string text = mutator.mutate(texts[static_cast<std::size_t>(i) % texts.size()]);
    const auto begin = std::chrono::steady_clock::now();
    const ScenarioFile file = load_scenario_text(text, "mutated.yaml");
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    ASSERT_LT(took.count(), 1.0) << "mutation " << i << "\n" << text;
    for (const Diagnostic& diagnostic : file.diagnostics) {
      const std::string shown = render(diagnostic);
      ASSERT_FALSE(diagnostic.code.empty());
      ASSERT_FALSE(diagnostic.message.empty());
      for (const char c : shown) {
        ASSERT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20) << shown;
      }
    }
    if (has_errors(file.diagnostics)) {
      ++refused;
      continue;
    }
    ++accepted;
    ASSERT_FALSE(file.variants.empty()) << text;
    for (const Scenario& scenario : file.variants) ASSERT_TRUE(is_sound(scenario)) << text;
  }
  EXPECT_GT(accepted, 100) << "mutations that keep a scenario valid are needed too";
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace spillway
