#include "sim/scenario/objective_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/language/printable.h"
#include "sim/language/suggestion.h"
#include "sim/scenario/catalogue.h"
#include "sim/scenario/names.h"
#include "sim/scenario/not_simulated.h"
#include "sim/scenario/sections.h"

namespace spillway {
namespace {

constexpr std::string_view kShape =
    "METRIC <= VALUE, such as shoppers.latency.p99 <= 1s in 95% of runs";

struct RelationWord {
  std::string_view text;
  Relation relation;
};
// Two characters before one.
constexpr std::array<RelationWord, 4> kRelations{{{"<=", Relation::at_most},
                                                  {">=", Relation::at_least},
                                                  {"<", Relation::below},
                                                  {">", Relation::above}}};

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!(text = trimmed(text)).empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return words;
}

std::optional<Statistic> parse_statistic(std::string_view text) {
  using Kind = Statistic::Kind;
  if (text == "mean") return Statistic{Kind::mean, 0};
  if (text == "min") return Statistic{Kind::min, 0};
  if (text == "max") return Statistic{Kind::max, 0};
  if (text == "sd") return Statistic{Kind::sd, 0};
  if (text.size() < 2 || text[0] != 'p') return std::nullopt;
  const auto percent = read_factor(text.substr(1));
  if (!percent || !(percent->value > 0 && percent->value < 100)) return std::nullopt;
  return Statistic{Kind::percentile, percent->value};
}

class ObjectiveReader {
 public:
  ObjectiveReader(Reader& reader, const Node& node, const Nameable& names)
      : reader_(reader), node_(node), text_(node.text), names_(names) {}

  bool read(Objective& out);
  bool metric(std::string_view text, MetricName& out, const CatalogueEntry*& entry);

 private:
  bool window(std::string_view text, MetricName& out);
  bool has_cost(const CatalogueEntry& metric, const std::string& component, std::string_view text);
  bool value(std::string_view text, const CatalogueEntry& entry, double& out);

  /// Which of the candidates was meant.
  std::string meant(std::string_view word, const std::vector<std::string_view>& candidates) const {
    return reader_.suggests() ? did_you_mean(word, candidates) : std::string();
  }

  /// An error at a part of the text.
  bool fail(std::string code, std::string_view part, std::string message, std::string hint = "") {
    Location at = node_.at;
    const auto offset = static_cast<std::size_t>(part.data() - text_.data());
    at.column += static_cast<std::uint32_t>(count_characters(text_.substr(0, offset)));
    if (node_.quoted) ++at.column;
    reader_.error(std::move(code), at, std::move(message), std::move(hint));
    return false;
  }

  Reader& reader_;
  const Node& node_;
  std::string_view text_;
  const Nameable& names_;
};

bool ObjectiveReader::read(Objective& out) {
  std::size_t at = 0;
  const RelationWord* relation = nullptr;
  for (; at < text_.size() && relation == nullptr; ++at) {
    if (text_.substr(at).starts_with("->")) {
      ++at;
      continue;
    }
    for (const RelationWord& word : kRelations) {
      if (relation == nullptr && text_.substr(at).starts_with(word.text)) relation = &word;
    }
  }
  if (relation == nullptr) {
    return fail("bad-objective", text_, fmt::format("expected {}", kShape),
                text_.find('=') == std::string_view::npos ? "" : "compare by <=, >=, < or >");
  }
  --at;
  out.relation = relation->relation;
  const CatalogueEntry* entry = nullptr;
  if (!metric(trimmed(text_.substr(0, at)), out.metric, entry)) return false;
  out.over_time = entry->over_time;
  const std::string_view rest = text_.substr(at + relation->text.size());
  const auto words = words_of(rest);
  if (words.empty()) return fail("bad-objective", rest, "expected a value after the comparison");
  if (!value(words[0], *entry, out.value)) return false;
  if (words.size() == 1) return true;
  if (words.size() != 5 || words[1] != "in" || words[3] != "of" || words[4] != "runs") {
    return fail("bad-objective", words[1], "expected nothing, or: in 95% of runs");
  }
  const auto share = read_share(words[2]);
  if (!share || share->value <= 0) {
    return fail(share ? "out-of-range" : share.error().code, words[2],
                fmt::format("expected a share above 0%, such as 95%; found '{}'", shown(words[2])));
  }
  out.share_of_runs = share->value;
  return true;
}

/// Whether a metric of the total can be written without saying so.
bool of_the_whole_alone(std::string_view metric) {
  return metric == "missed_time" || metric == "availability";
}

bool ObjectiveReader::metric(std::string_view text, MetricName& out, const CatalogueEntry*& found) {
  if (text.empty()) return fail("bad-objective", text_, fmt::format("expected {}", kShape));
  const std::string_view whole = text;
  if (const std::size_t at = text.find('@'); at != std::string_view::npos) {
    if (!window(text.substr(at + 1), out)) return false;
    text = text.substr(0, at);
  }
  // What is of the whole anyway needs no component before it.
  for (const CatalogueEntry& entry : metrics_of(Noun::total)) {
    if (trimmed(text) != entry.name || !of_the_whole_alone(entry.name)) continue;
    out.component = "total";
    out.metric = entry.name;
    found = &entry;
    return true;
  }
  const std::size_t arrow = text.find("->");
  std::size_t dot = text.find('.', arrow == std::string_view::npos ? 0 : arrow);
  std::string_view component = trimmed(text.substr(0, dot));
  if (is_not_simulated("metric", component)) {
    return fail("not-simulated", component,
                fmt::format("this version does not measure '{}' yet", component));
  }
  Noun noun = Noun::none;
  if (arrow != std::string_view::npos) {
    const auto [from, to] = split_edge(component);
    out.component = fmt::format("{} -> {}", from, to);
    if (names_.complete && !names_.edges.contains(out.component)) {
      return fail("unknown-name", component,
                  fmt::format("there is no edge '{}'", shown(out.component)),
                  meant(out.component, {names_.edges.begin(), names_.edges.end()}));
    }
  } else {
    const auto known = names_.components.find(component);
    if (known == names_.components.end()) {
      std::vector<std::string_view> candidates;
      candidates.reserve(names_.components.size());
      for (const auto& [name, of] : names_.components) candidates.push_back(name);
      return fail("unknown-name", component,
                  fmt::format("there is no component '{}'", shown(component)),
                  meant(component, candidates));
    }
    noun = known->second;
    if (!is_one(noun)) return false;  // its name stands twice: said where that is
    if ((noun == Noun::topic || noun == Noun::log) && dot != std::string_view::npos) {
      // A subscription, or a group, is a component of its own.
      const std::size_t end = text.find('.', dot + 1);
      const std::string_view both = trimmed(text.substr(0, end));
      if (names_.components.contains(both)) {
        component = both;
        noun = noun == Noun::topic ? Noun::subscription : Noun::group;
        dot = end;
      }
    }
    out.component = component;
  }
  const std::string_view what = noun == Noun::none ? "an edge" : word_of(noun);
  std::vector<std::string_view> candidates;
  for (const CatalogueEntry& entry : metrics_of(noun)) candidates.push_back(entry.name);
  if (dot == std::string_view::npos) {
    return fail("unknown-metric", whole, fmt::format("which metric of '{}'?", out.component),
                fmt::format("{} has {}", what, one_of(candidates, candidates.size())));
  }
  const std::string_view rest = text.substr(dot + 1);
  for (const CatalogueEntry& entry : metrics_of(noun)) {
    const bool longer = rest.size() > entry.name.size() && rest[entry.name.size()] == '.';
    if (rest.starts_with(entry.name) && (longer || rest.size() == entry.name.size())) {
      found = &entry;
    }
  }
  if (found == nullptr) {
    const std::string_view name = rest.substr(0, rest.find('.'));
    const std::string_view owner = what.substr(what.find(' ') + 1);
    if (is_not_simulated(fmt::format("{} metric", owner), name)) {
      return fail("not-simulated", name,
                  fmt::format("this version does not measure '{}' yet", name));
    }
    // What a topic's name is followed by may be meant for one of its subscriptions.
    std::vector<std::string_view> near = candidates;
    const std::string of_topic = out.component + ".";
    for (const auto& [other, of] : names_.components) {
      if (of == Noun::subscription && other.starts_with(of_topic)) {
        near.push_back(std::string_view(other).substr(of_topic.size()));
      }
    }
    std::string hint = meant(name, near);
    if (hint.empty()) {
      hint = fmt::format("{} has {}", what, one_of(candidates, candidates.size()));
    }
    return fail("unknown-metric", rest,
                fmt::format("'{}' has no metric '{}'", out.component, shown(name)), hint);
  }
  out.metric = found->name;
  if (names_.complete && found->name == "collapsed" && !names_.may_collapse) {
    return fail("no-collapse", rest, "nothing says what counts as a collapse",
                fmt::format("collapse: {{when: {}, lasting: 2min, trigger: FAULT}}",
                            "PRODUCER.goodput < 50%"));
  }
  if (names_.complete && found->unit == "USD" && !has_cost(*found, out.component, rest)) {
    return false;
  }
  const bool of_fleet = found->name == "instances" || found->name == "starting";
  if (names_.complete && of_fleet && !names_.scaled.contains(out.component)) {
    return fail("no-scale", rest,
                fmt::format("'{}' has the same number of instances all the time", out.component),
                "scale: {by: utilization, target: 60%, max: 20} lets it change");
  }
  const bool of_ejection = found->name == "ejected" || found->name == "ejections";
  if (names_.complete && of_ejection && !names_.ejecting.contains(out.component)) {
    return fail("no-ejection", rest, fmt::format("'{}' ejects no instances", out.component),
                "balancing: round_robin, ejection: {} lets it do that");
  }
  const bool has_statistics =
      found->kind == MetricKind::level || found->kind == MetricKind::distribution;
  if (rest.size() == found->name.size()) {
    if (!has_statistics) return true;
    return fail("unknown-statistic", rest, fmt::format("which statistic of {}?", found->name),
                fmt::format("add .mean, .max, .min or a percentile: {}.{}.p99", out.component,
                            found->name));
  }
  const std::string_view written = rest.substr(found->name.size() + 1);
  if (!has_statistics) {
    return fail("unknown-statistic", written,
                fmt::format("{} is one figure and has no statistic", found->name),
                fmt::format("write {}.{}", out.component, found->name));
  }
  const auto statistic = parse_statistic(written);
  if (!statistic) {
    return fail(
        "unknown-statistic", written,
        fmt::format("expected a statistic; found '{}'", shown(written)),
        "statistics are mean, min, max, sd and percentiles between 0 and 100 such as p99.9");
  }
  out.statistic = *statistic;
  return true;
}

/// Checks that something has a price, and that a month's cost can be told.
bool ObjectiveReader::has_cost(const CatalogueEntry& metric, const std::string& component,
                               std::string_view text) {
  constexpr std::string_view kHint = "price: {instance: $0.096/h, request: $0.40/1M}";
  const bool total = component == "total";
  if (total ? names_.priced.empty() : !names_.priced.contains(component)) {
    return fail("no-price", text,
                total ? "nothing has a price" : fmt::format("'{}' has no price", component),
                std::string(kHint));
  }
  if (metric.name == "cost.month" && !names_.has_month) {
    return fail("no-price", text, "nothing says what time the measured one stands for",
                "run: {represents: 1d}");
  }
  return true;
}

bool ObjectiveReader::window(std::string_view text, MetricName& out) {
  const auto known = [](const std::vector<std::string>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
  };
  std::string name(trimmed(text));
  const std::string_view part = name.starts_with("before") ? "before" : "recovery";
  const bool relative = name == part || name.starts_with(fmt::format("{}:", part));
  std::vector<std::string_view> candidates(names_.windows.begin(), names_.windows.end());
  const auto is_plain = [](std::string_view word) {
    return word != "before" && word != "recovery" && !word.starts_with("before:") &&
           !word.starts_with("recovery:");
  };
  std::vector<std::string> plain;
  for (const auto* list : {&names_.windows, &names_.empty_windows}) {
    for (const std::string& word : *list) {
      if (is_plain(word)) plain.push_back(word);
    }
  }
  // With one window, its name after the colon says nothing more.
  if (relative && plain.size() == 1 && name == fmt::format("{}:{}", part, plain[0])) name = part;
  if (relative && name == part && plain.size() > 1) {
    return fail("unknown-window", text, fmt::format("{} which window?", part),
                fmt::format("write @{}:{}", part, plain[0]));
  }
  out.window = name;
  if (!names_.complete) return true;
  if (known(names_.empty_windows, name)) {
    return fail("empty-window", text,
                fmt::format("nothing is measured in the window '{}': it has no time after the "
                            "warm-up and within the run",
                            shown(name)));
  }
  if (!known(names_.windows, name)) {
    return fail(
        "unknown-window", text, fmt::format("there is no window '{}'", shown(name)),
        plain.empty() ? "windows are named under windows and profile" : meant(name, candidates));
  }
  return true;
}

bool ObjectiveReader::value(std::string_view text, const CatalogueEntry& entry, double& out) {
  const auto amount = read_value(text, entry.unit);
  if (!amount) {
    return fail(amount.error().code, text,
                fmt::format("expected {}; found '{}' ({})", value_text(entry.unit), shown(text),
                            amount.error().reason),
                amount.error().hint);
  }
  out = *amount;
  return true;
}

}  // namespace

std::optional<Objective> read_objective(Reader& reader, const Entry& entry, const Nameable& names) {
  const Reader::Scope scope(reader, entry.key);
  if (!reader.check_name(entry, "objective's name")) return std::nullopt;
  Objective objective;
  objective.name = entry.key;
  const Node* text = &entry.value;
  if (entry.value.is_map()) {
    for (const Entry& option : entry.value.entries) {
      if (option.key == "objective") continue;
      if (option.key != "expect") {
        reader.unknown_key(option, "objective", {"objective", "expect"});
        return std::nullopt;
      }
      const Reader::Scope inner(reader, option.key);
      const auto word = reader.choice(option.value, {"objective", "expect"}, {"met", "missed"});
      if (!word) return std::nullopt;
      objective.expect_missed = *word == 1;
    }
    const Entry* written = entry.value.find("objective");
    if (written == nullptr) {
      reader.error("missing-key", entry.value.at, "the key 'objective' is missing",
                   fmt::format("objective: {}", kShape));
      return std::nullopt;
    }
    text = &written->value;
  }
  if (!text->is_scalar()) {
    reader.unexpected("wrong-kind", *text, kShape);
    return std::nullopt;
  }
  objective.text = text->text;
  objective.at = text->at;
  if (!ObjectiveReader(reader, *text, names).read(objective)) return std::nullopt;
  return objective;
}

const CatalogueEntry* read_metric(Reader& reader, const Node& node, const Nameable& names,
                                  MetricName& out) {
  const CatalogueEntry* entry = nullptr;
  return ObjectiveReader(reader, node, names).metric(trimmed(node.text), out, entry) ? entry
                                                                                     : nullptr;
}

std::string_view value_text(std::string_view unit) {
  if (unit == "s") return "a duration, such as 30s";
  if (unit == "1/s") return "a rate, such as 120/s";
  if (unit == "share") return "a share, such as 99.9%";
  if (unit == "USD") return "an amount of money, such as $250";
  return "a number, such as 1000";
}

std::expected<double, Misread> read_value(std::string_view text, std::string_view unit) {
  const auto in_base_units = [](const auto& read, auto amount) -> std::expected<double, Misread> {
    if (!read) return std::unexpected(read.error());
    return amount(*read);
  };
  if (unit == "s") {
    return in_base_units(read_duration(text), [](Duration d) { return to_seconds(d.ns); });
  }
  if (unit == "1/s") return in_base_units(read_rate(text), [](Rate r) { return r.per_second; });
  if (unit == "share") return in_base_units(read_share(text), [](Share s) { return s.value; });
  if (unit == "USD") return in_base_units(read_money(text), [](Money m) { return m.dollars; });
  return in_base_units(read_factor(text), [](Factor f) { return f.value; });
}

std::string to_string(const MetricName& name) {
  std::string out = fmt::format("{}.{}", name.component, name.metric);
  switch (name.statistic.kind) {
    case Statistic::Kind::value:
      break;
    case Statistic::Kind::mean:
      out += ".mean";
      break;
    case Statistic::Kind::min:
      out += ".min";
      break;
    case Statistic::Kind::max:
      out += ".max";
      break;
    case Statistic::Kind::sd:
      out += ".sd";
      break;
    case Statistic::Kind::percentile:
      out += fmt::format(".p{}", print_number(name.statistic.percent));
      break;
  }
  if (!name.window.empty()) out += fmt::format("@{}", name.window);
  return out;
}

}  // namespace spillway
