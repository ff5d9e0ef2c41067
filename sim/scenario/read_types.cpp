#include <fmt/format.h>

#include <charconv>
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

void Reader::read(const Node& node, const Wanted&, KeyRanges& out) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 53;
  out.at = node.at;
  const auto number = [](std::string_view text, std::uint64_t& value) {
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    return problem == std::errc() && end == text.data() + text.size() && value <= kMost;
  };
  const auto add = [&](const Node& item) {
    KeyRanges::Range range;
    const std::string_view text = item.is_scalar() ? std::string_view(item.text) : "";
    const std::size_t dots = text.find("..");
    const bool is_range = dots != std::string_view::npos;
    const bool fine = number(text.substr(0, dots), range.first) &&
                      (!is_range || number(text.substr(dots + 2), range.last));
    if (!is_range) range.last = range.first;
    if (!fine || range.last < range.first) {
      return unexpected(
          "wrong-kind", item,
          "the number of a key, such as 7, a range such as 0..99, or a list of these");
    }
    out.ranges.push_back(range);
  };
  if (!node.is_list() || node.entries.empty()) return add(node);
  for (const Entry& entry : node.entries) add(entry.value);
}

void Reader::read(const Node& node, const Wanted&, ScaleTarget& out) {
  const std::string_view text = node.is_scalar() ? std::string_view(node.text) : "";
  if (const auto number = read_factor(text); number && number->value > 0) {
    out.number = number->value;
  } else if (const auto age = read_duration(text); age && age->ns > 0) {
    out.age = *age;
  } else if (const auto share = read_share(text); share && share->value > 0) {
    out.share = *share;
  } else {
    unexpected("wrong-kind", node,
               "a number of messages such as 100, an age such as 30s, or a share such as 60%, "
               "above 0");
  }
}

void Reader::read(const Node& node, const Wanted& wanted, DurationList& out) {
  if (!node.is_list() || node.entries.empty()) {
    return unexpected("wrong-kind", node, "a list of durations, such as [10s, 30s, 1min]");
  }
  for (const Entry& entry : node.entries) read(entry.value, wanted, out.all.emplace_back());
}

void Reader::read(const Node& node, const Wanted& wanted, Sharers& out) {
  if (!node.is_list() || node.entries.empty()) {
    return unexpected("wrong-kind", node, "a list of components, such as [checkout, mailer]");
  }
  out.at = node.at;
  for (std::size_t i = 0; i < node.entries.size(); ++i) {
    const Scope scope(*this, fmt::format("[{}]", i + 1));
    read(node.entries[i].value, wanted, out.all.emplace_back());
  }
}

void Reader::read(const Node& node, const Wanted& wanted, CountList& out) {
  if (!node.is_list() || node.entries.empty()) {
    return unexpected("wrong-kind", node, "a list of counts, such as [3, 2, 5]");
  }
  for (const Entry& entry : node.entries) read(entry.value, wanted, out.all.emplace_back());
}

}  // namespace spillway
