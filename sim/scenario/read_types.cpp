#include <fmt/format.h>

#include <cmath>

#include "sim/language/quantity_text.h"
#include "sim/scenario/reader.h"

namespace spillway {

void Reader::read(const Node& node, const Wanted&, TypeShares& out) {
  out.at = node.at;
  if (!node.is_map() || node.entries.empty()) {
    return unexpected("wrong-kind", node,
                      "types with their shares, such as {placed: 80%, cancelled: 20%}, or {column: "
                      "NAME} of the trace");
  }
  if (const Entry* column = node.find("column")) {
    for (const Entry& entry : node.entries) {
      if (&entry != column) return unknown_key(entry, "type", {"column"});
    }
    if (!column->value.is_scalar() || column->value.text.empty()) {
      return unexpected("wrong-kind", column->value, "the name of a column of the trace");
    }
    out.column = column->value.text;
    return;
  }
  const std::size_t errors_before = errors_;
  double sum = 0;
  for (const Entry& entry : node.entries) {
    const Scope scope(*this, entry.key);
    if (!check_name(entry, "type's name")) continue;
    Share share;
    read(entry.value, {}, share);
    sum += share.value;
    out.shares.emplace_back(entry.key, share);
  }
  if (errors_ == errors_before && std::fabs(sum - 1) > 1e-9) {
    error(
        "shares-sum", node.at,
        fmt::format("expected shares that add up to 100%; found {}", print_quantity(sum, "1", 12)));
  }
}

void Reader::read(const Node& node, const Wanted&, TypeNames& out) {
  const auto add = [&](const Node& name) {
    if (!name.is_scalar() || name.text.empty()) {
      return unexpected("wrong-kind", name,
                        "the name of a type, or a list of them: [placed, cancelled]");
    }
    out.names.push_back({name.text, name.at});
  };
  if (!node.is_list() || node.entries.empty()) return add(node);
  for (const Entry& entry : node.entries) add(entry.value);
}

}  // namespace spillway
