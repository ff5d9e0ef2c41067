#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

#include "sim/language/printable.h"
#include "sim/scenario/check.h"

namespace spillway {
namespace {

bool is_balanced(const Scenario& scenario, const std::string& name) {
  return std::ranges::any_of(scenario.services, [&](const Component<ServiceParameters>& service) {
    return service.name == name && service.parameters.balancing.has_value();
  });
}

}  // namespace

void check_limits(Reader& reader, const Scenario& scenario) {
  std::map<std::string_view, std::string_view> limit_of;
  for (const auto& limit : scenario.limits) {
    const Reader::Scope scope(reader, fmt::format("limits.{}.of", limit.name));
    for (const Reference& sharer : limit.parameters.of.all) {
      if (is_balanced(scenario, sharer.name)) {
        reader.error(
            "not-simulated", sharer.at,
            fmt::format("the instances of '{}' have lines of their own, and share no limit",
                        shown(sharer.name)),
            "leave out its balancing, or limit its concurrency by its slots");
      }
      const auto [other, is_new] = limit_of.emplace(sharer.name, limit.name);
      if (is_new) continue;
      reader.error("duplicate-name", sharer.at,
                   other->second == limit.name
                       ? fmt::format("'{}' is there already", shown(sharer.name))
                       : fmt::format("'{}' shares the limit '{}' already", shown(sharer.name),
                                     other->second),
                   "a component shares one limit; what is its own is its instances x concurrency");
    }
  }
}

}  // namespace spillway
