#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

#include "sim/language/printable.h"
#include "sim/language/suggestion.h"
#include "sim/scenario/not_simulated.h"
#include "sim/scenario/reader.h"
#include "sim/scenario/share_entries.h"

namespace spillway {
namespace {

using Parameters = decltype(StepDeclaration::parameters);

template <std::size_t... I>
std::vector<std::string_view> step_names(std::index_sequence<I...>) {
  return {std::variant_alternative_t<I, Parameters>::name...};
}
const std::vector<std::string_view>& step_names() {
  static const std::vector<std::string_view> names =
      step_names(std::make_index_sequence<std::variant_size_v<Parameters>>());
  return names;
}

bool is_step(std::string_view word) {
  return std::ranges::find(step_names(), word) != step_names().end();
}

/// Makes the alternative of that name current, and calls `use` with it.
template <std::size_t I = 0, class Use>
void with_alternative(std::string_view name, Parameters& parameters, const Use& use) {
  if constexpr (I < std::variant_size_v<Parameters>) {
    if (std::variant_alternative_t<I, Parameters>::name == name) {
      use(parameters.emplace<I>());
    } else {
      with_alternative<I + 1>(name, parameters, use);
    }
  }
}

/// Whether a step is written without a value, as `reply` is.
template <class P>
constexpr bool is_bare = decltype(P::fields())::size == 0;

}  // namespace

void Reader::read(const Node& node, const Wanted&, Program& out) {
  if (!node.is_list()) {
    return unexpected("wrong-kind", node, "a list of steps", "",
                      node.is_map() || node.is_scalar() ? "write '- ' before each step" : "");
  }
  for (std::size_t i = 0; i < node.entries.size(); ++i) {
    const Scope scope(*this, fmt::format("[{}]", i + 1));
    read_step(node.entries[i].value, out.steps);
  }
}

void Reader::read_step(const Node& node, std::vector<StepDeclaration>& steps) {
  std::vector<std::string_view> found;
  if (node.is_scalar()) {
    if (is_step(node.text)) found.push_back(node.text);
  } else if (node.is_map()) {
    for (const Entry& entry : node.entries) {
      if (is_step(entry.key)) found.push_back(entry.key);
      if (is_not_simulated("does", entry.key)) return unknown_key(entry, "does", {});
    }
  } else {
    return unexpected("wrong-kind", node, "a step, such as work: 8ms");
  }
  if (found.empty()) {
    if (node.is_map() && !node.entries.empty()) {
      const Entry& first = node.entries.front();
      std::string hint = did_you_mean(first.key, step_names());
      if (hint.empty()) hint = fmt::format("steps are {}", one_of(step_names()));
      return error("unknown-step", first.key_at,
                   fmt::format("there is no step '{}'", shown(first.key)), std::move(hint));
    }
    return unexpected("unknown-step", node, fmt::format("a step ({})", one_of(step_names())), "",
                      node.is_scalar() ? did_you_mean(node.text, step_names()) : "");
  }
  if (found.size() > 1) {
    return error("several-steps", node.at,
                 fmt::format("two steps in one: {} and {}", found[0], found[1]),
                 "write each step as an item of its own, with '- ' before it");
  }
  StepDeclaration step;
  step.at = node.at;
  with_alternative(found[0], step.parameters, [&]<class P>(P& parameters) {
    if constexpr (is_bare<P>) {
      for (const Entry& entry : node.entries) {
        if (entry.key != P::name) unknown_key(entry, P::name, {});
        if (entry.key == P::name && !entry.value.is_null()) {
          unexpected("wrong-kind", entry.value, "nothing", "", fmt::format("write - {}", P::name));
        }
      }
    } else if (node.is_scalar()) {
      unexpected("missing-value", node, fmt::format("{}: and its value", P::name));
    } else {
      object(node, P::name, parameters);
    }
  });
  steps.push_back(std::move(step));
}

void Reader::read(const Node& node, const Wanted&, std::vector<Program>& out) {
  if (!node.is_list() || node.entries.empty()) {
    return unexpected("wrong-kind", node,
                      "a list of lists of steps, such as [[call: a], [call: b]]");
  }
  for (std::size_t i = 0; i < node.entries.size(); ++i) {
    const Scope scope(*this, fmt::format("[{}]", i + 1));
    read(node.entries[i].value, {}, out.emplace_back());
  }
}

void Reader::read(const Node& node, const Wanted&, std::vector<SagaStage>& out) {
  if (!node.is_list() || node.entries.empty()) {
    return unexpected("wrong-kind", node,
                      "a list of stages, such as [{do: [call: a], undo: [call: b]}]");
  }
  for (std::size_t i = 0; i < node.entries.size(); ++i) {
    const Scope scope(*this, fmt::format("[{}]", i + 1));
    object(node.entries[i].value, "stage", out.emplace_back());
  }
}

void Reader::read(const Node& node, const Wanted&, std::vector<ChooseParameters::Way>& out) {
  const std::vector<const Entry*> ways = share_entries(node);
  if (ways.empty()) {
    return unexpected("wrong-kind", node,
                      "shares with their steps, such as {80%: [work: 8ms], 20%: []}");
  }
  const std::size_t errors_before = errors_;
  double sum = 0;
  for (const Entry* const written : ways) {
    const Entry& entry = *written;
    const Scope scope(*this, entry.key);
    ChooseParameters::Way way;
    Node key;
    key.kind = Node::Kind::scalar;
    key.text = entry.key;
    key.at = entry.key_at;
    read(key, {}, way.share);
    if (entry.value.is_null()) {
      missing_value(entry, Need::required);
    } else {
      read(entry.value, {}, way.program);
    }
    sum += way.share.value;
    out.push_back(std::move(way));
  }
  if (errors_ == errors_before && std::fabs(sum - 1) > 1e-9) {
    error(
        "shares-sum", node.at,
        fmt::format("expected shares that add up to 100%; found {}", print_quantity(sum, "1", 12)));
  }
}

void Reader::read(const Node& node, const Wanted& wanted, FailureShare& out) {
  out.at = node.at;
  if (!node.is_map()) return read(node, wanted, out.share);
  for (const Entry& entry : node.entries) {
    if (entry.key != "column") return unknown_key(entry, "failure", {"column"});
  }
  const Entry* column = node.find("column");
  if (column == nullptr || !column->value.is_scalar() || column->value.text.empty()) {
    return unexpected("wrong-kind", node, "a share, or {column: NAME} of the trace");
  }
  out.column = column->value.text;
}

}  // namespace spillway
