#include "analysis/cli/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <charconv>
#include <expected>
#include <string_view>

#include "sim/language/printable.h"
#include "sim/language/quantity_text.h"
#include "sim/language/suggestion.h"

namespace spillway::cli {
namespace {

constexpr std::array<std::string_view, 4> kVerbs{"run", "check", "schema", "presets"};

Misuse refuse(const std::string& verb, const std::string& message) {
  const std::string of = verb.empty() ? "" : " " + verb;
  return {fmt::format("spillway{0}: {1}\nSee spillway{0} --help.\n", of, message)};
}

/// A whole number up to `most`, as written after an option.
std::expected<std::uint32_t, Misuse> whole(const std::string& option, const std::string& text,
                                           std::uint32_t least, std::uint32_t most) {
  const auto value = read_count(text);
  if (!value || *value < least || *value > most) {
    return std::unexpected(
        refuse("run", fmt::format("{} must be a whole number from {} to {}, found '{}'", option,
                                  least, most, shown(text))));
  }
  return static_cast<std::uint32_t>(*value);
}

/// A seed: decimal, or hexadecimal after 0x, up to 2^64 - 1.
std::expected<std::uint64_t, Misuse> seed_of(const std::string& text) {
  if (text.starts_with("0x") || text.starts_with("0X")) {
    std::uint64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data() + 2, end, value, 16);
    if (error == std::errc{} && stopped == end) return value;
  } else if (const auto value = read_seed(text)) {
    return *value;
  }
  return std::unexpected(
      refuse("run", fmt::format("--seed must be a whole number from 0 to 18446744073709551615 (or "
                                "0x and up to 16 hexadecimal digits), found '{}'",
                                shown(text))));
}

std::expected<Colour, Misuse> colour_of(const std::string& verb, const std::string& text) {
  if (text == "auto") return Colour::automatic;
  if (text == "always") return Colour::always;
  if (text == "never") return Colour::never;
  return std::unexpected(
      refuse(verb, fmt::format("--color must be auto, always or never, found '{}'", shown(text))));
}

bool is_scenario_name(const std::string& name) {
  return name.ends_with(".yaml") || name.ends_with(".yml");
}

/// Moves a value that was read to where it belongs, or keeps what is wrong with it.
template <class From, class To>
void take(std::expected<From, Misuse> value, To& into, std::optional<Misuse>& wrong) {
  if (value) {
    into = *value;
  } else if (!wrong) {
    wrong = value.error();
  }
}

/// One verb's options. CLI11 splits the arguments; what they mean is checked here, with words that
/// help.
class Reader {
 public:
  Reader(std::string verb, const std::string& description, const std::string& footer)
      : verb_(std::move(verb)), app_(description, "spillway " + verb_) {
    app_.footer(footer);
    app_.allow_extras();
    app_.get_formatter()->column_width(28);
    app_.set_help_flag("-h,--help", "Print this and exit");
  }

  void positional(const std::string& name, std::string& value, const std::string& meaning,
                  bool required) {
    app_.add_option(name, value, meaning)->required(required)->type_name("");
  }
  void text(const std::string& name, std::optional<std::string>& value, const std::string& type,
            const std::string& meaning) {
    app_.add_option_function<std::string>(
            name, [&value](const std::string& found) { value = found; }, meaning)
        ->type_name(type);
  }
  void texts(const std::string& name, std::vector<std::string>& values, const std::string& type,
             const std::string& meaning) {
    app_.add_option(name, values, meaning)
        ->type_name(type)
        ->expected(1)
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }
  void flag(const std::string& name, bool& value, const std::string& meaning) {
    app_.add_flag(name, value, meaning);
  }
  /// An option whose value may be left out.
  CLI::Option* optional_value(const std::string& name, std::string& value, const std::string& type,
                              const std::string& meaning) {
    return app_.add_option(name, value, meaning)->type_name(type)->expected(0, 1);
  }

  /// Returns the answer to --help; nothing when the command is to be done.
  std::optional<Command> read(std::vector<std::string> arguments) {
    std::reverse(arguments.begin(), arguments.end());
    try {
      app_.parse(arguments);
    } catch (const CLI::CallForHelp&) {
      return Answer{app_.help()};
    } catch (const CLI::RequiredError&) {
      if (const auto misspelt = unknown()) return *misspelt;
      return refuse(verb_, missing());
    } catch (const CLI::ParseError& error) {
      return refuse(verb_, printable(error.what()));
    }
    return unknown();
  }

 private:
  /// What to say of the first argument that no option takes.
  std::optional<Misuse> unknown() const {
    const std::vector<std::string> extras = app_.remaining();
    if (extras.empty()) return std::nullopt;
    const std::string& first = extras.front();
    if (!first.starts_with('-')) {
      return refuse(verb_, fmt::format("one file at a time: '{}' is too many", shown(first)));
    }
    std::vector<std::string> names;
    for (const CLI::Option* option : app_.get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
    const std::string word = first.substr(0, first.find('='));
    const std::string hint = did_you_mean(word, {names.begin(), names.end()});
    return refuse(verb_, fmt::format("there is no option '{}'{}", shown(word),
                                     hint.empty() ? "" : "; " + hint));
  }

  /// What to say when FILE is missing; an option with an optional value may have taken it.
  std::string missing() const {
    for (const CLI::Option* option : app_.get_options()) {
      if (option->get_expected_min() != 0 || option->get_lnames().empty()) continue;
      for (const std::string& value : option->results()) {
        if (is_scenario_name(value)) {
          return fmt::format("FILE is missing: --{0} took '{1}'; write 'spillway {2} {1} --{0}'",
                             option->get_lnames().front(), shown(value), verb_);
        }
      }
    }
    return "FILE is missing: which scenario?";
  }

  std::string verb_;
  CLI::App app_;
};

const std::string kColour = "Colour: auto (on a terminal, unless NO_COLOR is set), always, never";
const std::string kSet = "Change the scenario, as often as wanted: worker.instances=8";

Command read_run(std::vector<std::string> arguments) {
  RunCommand run;
  std::optional<std::string> replications, seed, threads, colour;
  std::string json_file;
  Reader reader("run",
                "Runs a scenario many times and says, with confidence intervals, what happens.",
                "Examples:\n"
                "  spillway run flash-sale.yaml\n"
                "  spillway run flash-sale.yaml --set workers.instances=8 --replications 100\n"
                "  spillway run flash-sale.yaml --report out.html\n"
                "  spillway run flash-sale.yaml --json result.json --strict\n"
                "  spillway run flash-sale.yaml --json | jq '.variants[].objectives'\n\n"
                "Exit status: 0 fine, 1 an objective is missed, 2 the command line or the scenario "
                "is\nwrong, 3 it could not do its work, 130 interrupted (what was finished is "
                "kept).");
  reader.positional("FILE", run.file, "The scenario", true);
  CLI::Option* json = reader.optional_value(
      "--json", json_file, "[FILE]", "Every metric as JSON: into FILE, or instead of the summary");
  reader.text("--report", run.report_file, "FILE", "One HTML page that says and shows all of it");
  reader.flag("--all", run.all_metrics, "Show every metric, not only those that answer");
  reader.text("--replications", replications, "N", "Independent runs, instead of the scenario's");
  reader.text("--seed", seed, "N", "Where all random numbers come from: decimal, or 0x and hex");
  reader.text("--threads", threads, "N", "Default: one per processor; never changes a result");
  reader.texts("--set", run.set, "PATH=VALUE", kSet);
  reader.text("--variant", run.variant, "NAME", "Only this variant");
  reader.flag("--strict", run.strict, "An undecided objective counts as missed");
  reader.flag("--quiet", run.quiet, "No summary and no progress: the exit status tells");
  reader.text("--color", colour, "WHEN", kColour);
  if (auto answer = reader.read(std::move(arguments))) return *answer;
  if (json->count() > 0) {
    run.json = true;
    if (json->count() > 1) return refuse("run", "--json is given twice");
    if (!json_file.empty() && json_file != "-") run.json_file = json_file;
    if (run.json_file && is_scenario_name(*run.json_file)) {
      return refuse("run", fmt::format("--json would overwrite '{}', which is named as a scenario",
                                       shown(*run.json_file)));
    }
  }
  if (run.report_file) {
    if (run.report_file->empty()) return refuse("run", "--report needs the name of a file");
    if (is_scenario_name(*run.report_file)) {
      return refuse("run",
                    fmt::format("--report would overwrite '{}', which is named as a scenario",
                                shown(*run.report_file)));
    }
    if (run.json_file == run.report_file) {
      return refuse(
          "run", fmt::format("--json and --report would both write '{}'", shown(*run.report_file)));
    }
  }
  std::optional<Misuse> wrong;
  if (replications) {
    take(whole("--replications", *replications, 1, 1'000'000), run.replications, wrong);
  }
  if (seed) take(seed_of(*seed), run.seed, wrong);
  if (threads) take(whole("--threads", *threads, 1, 1024), run.threads, wrong);
  if (colour) take(colour_of("run", *colour), run.colour, wrong);
  if (wrong) return *wrong;
  return run;
}

Command read_check(std::vector<std::string> arguments) {
  CheckCommand check;
  std::optional<std::string> colour;
  Reader reader("check",
                "Checks a scenario without simulating it: everything that is wrong at once, and "
                "the load\noffered to each component against what it can do.",
                "Examples:\n"
                "  spillway check flash-sale.yaml\n"
                "  spillway check flash-sale.yaml --set shop.load='{poisson: 200/s}'\n\n"
                "Exit status: 0 fine, 2 the scenario is wrong.");
  reader.positional("FILE", check.file, "The scenario", true);
  reader.texts("--set", check.set, "PATH=VALUE", kSet);
  reader.text("--variant", check.variant, "NAME", "Only this variant");
  reader.text("--color", colour, "WHEN", kColour);
  if (auto answer = reader.read(std::move(arguments))) return *answer;
  std::optional<Misuse> wrong;
  if (colour) take(colour_of("check", *colour), check.colour, wrong);
  if (wrong) return *wrong;
  return check;
}

Command read_schema(std::vector<std::string> arguments) {
  Reader reader("schema",
                "Prints the JSON Schema of scenarios, for completion and checking in editors.",
                "Example:\n"
                "  spillway schema > spillway.schema.json\n"
                "and as a scenario's first line:\n"
                "  # yaml-language-server: $schema=./spillway.schema.json");
  if (auto answer = reader.read(std::move(arguments))) return *answer;
  return SchemaCommand{};
}

Command read_presets(std::vector<std::string> arguments) {
  PresetsCommand presets;
  std::string name;
  std::optional<std::string> colour;
  Reader reader("presets",
                "Lists the presets: what real services do, as values that a scenario starts from. "
                "With a\nname: each value, its source, and what is not modelled.",
                "Examples:\n"
                "  spillway presets\n"
                "  spillway presets aws-sqs-standard");
  reader.positional("NAME", name, "A preset", false);
  reader.text("--color", colour, "WHEN", kColour);
  if (auto answer = reader.read(std::move(arguments))) return *answer;
  if (!name.empty()) presets.name = name;
  std::optional<Misuse> wrong;
  if (colour) take(colour_of("presets", *colour), presets.colour, wrong);
  if (wrong) return *wrong;
  return presets;
}

std::string overview() {
  return "Simulates messaging architectures: what a design does under load, with confidence "
         "intervals.\n\n"
         "Usage: spillway VERB [OPTIONS]\n\n"
         "  run FILE          run a scenario many times and summarise\n"
         "  check FILE        find what is wrong with a scenario, without simulating\n"
         "  schema            print the JSON Schema of scenarios\n"
         "  presets [NAME]    list what real services do, or show one with its sources\n\n"
         "  --help, --version; spillway VERB --help says more about one.\n\n"
         "Example:\n"
         "  spillway run flash-sale.yaml\n";
}

}  // namespace

Command read_command_line(std::vector<std::string> arguments) {
  if (arguments.empty()) return Misuse{overview()};
  const std::string verb = arguments.front();
  arguments.erase(arguments.begin());
  if (verb == "--help" || verb == "-h") return Answer{overview()};
  if (verb == "--version") return Answer{fmt::format("spillway {}\n", SPILLWAY_VERSION)};
  if (verb == "run") return read_run(std::move(arguments));
  if (verb == "check") return read_check(std::move(arguments));
  if (verb == "schema") return read_schema(std::move(arguments));
  if (verb == "presets") return read_presets(std::move(arguments));
  if (verb.starts_with('-')) {
    return refuse("", fmt::format("the verb comes first: spillway run FILE {}", shown(verb)));
  }
  if (is_scenario_name(verb)) {
    return refuse("", fmt::format("what to do with it? spillway run {}", shown(verb)));
  }
  const std::vector<std::string_view> verbs{kVerbs.begin(), kVerbs.end()};
  const std::string hint = did_you_mean(verb, verbs);
  return refuse("", fmt::format("there is no verb '{}'; expected {}{}", shown(verb), one_of(verbs),
                                hint.empty() ? "" : "; " + hint));
}

}  // namespace spillway::cli
