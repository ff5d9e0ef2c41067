#include "sim/scenario/names.h"

#include <algorithm>
#include <array>

namespace spillway {
namespace {

constexpr std::size_t kLongestName = 64;

constexpr auto kReserved = std::to_array<std::string_view>(
    {"total",   "base",     "before",    "recovery", "scenario",  "question",   "run",
     "network", "windows",  "zones",     "limits",   "price",     "plan",       "collapse",
     "edges",   "decouple", "couple",    "faults",   "topics",    "logs",       "stores",
     "brokers", "queues",   "producers", "services", "consumers", "objectives", "variants"});

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::string name_problem(std::string_view name) {
  if (name.empty()) return "is empty";
  if (name.size() > kLongestName) return "has more than 64 characters";
  if (!is_letter(name[0])) return "doesn't begin with a letter from a to z";
  const bool fits = std::ranges::all_of(
      name, [](char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '-'; });
  if (!fits) return "has other characters than letters from a to z, digits, - and _";
  if (!is_letter(name.back()) && !is_digit(name.back())) {
    return "doesn't end with a letter or a digit";
  }
  return {};
}

bool is_reserved(std::string_view name) {
  return std::ranges::find(kReserved, name) != kReserved.end();
}

std::string edge_name(std::string_view from, std::string_view to) {
  return std::string(from).append(" -> ").append(to);
}

std::pair<std::string_view, std::string_view> split_edge(std::string_view text) {
  const std::size_t arrow = text.find("->");
  if (arrow == std::string_view::npos) return {};
  const std::string_view from = trimmed(text.substr(0, arrow));
  const std::string_view to = trimmed(text.substr(arrow + 2));
  if (from.empty() || to.empty()) return {};
  return {from, to};
}

}  // namespace spillway
