#include <fmt/format.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "sim/scenario/reader.h"
#include "sim/scenario/validate.h"

namespace spillway {
namespace {

/// Where the value of a key stands; the map itself when the key isn't there.
const Location& place_of(const Node& map, std::string_view key) {
  const Entry* entry = map.find(key);
  return entry == nullptr ? map.at : entry->value.at;
}

void refuse(Reader& reader, const Node& node, std::string_view key, std::string code,
            std::string message, std::string hint = "") {
  const Reader::Scope scope(reader, key);
  reader.error(std::move(code), place_of(node, key), std::move(message), std::move(hint));
}

/// Reads the target as what is looked at asks for.
void check_target(Reader& reader, const Node& node, ScaleParameters& scale) {
  const std::string_view by = Choices<ScaleBy>::names[static_cast<std::size_t>(scale.by)];
  struct Form {
    bool fits;
    std::string_view words;
    std::string_view example;
  };
  ScaleTarget target = scale.target.value_or(ScaleTarget{});
  const bool fraction = target.number && *target.number <= 1;
  if (scale.by == ScaleBy::utilization && fraction) target.share = Share{*target.number};
  const Form form =
      scale.by == ScaleBy::age ? Form{target.age.has_value(), "an age above 0s", "target: 30s"}
      : scale.by == ScaleBy::utilization
          ? Form{target.share.has_value(), "a share above 0% and up to 100%", "target: 60%"}
          : Form{target.number.has_value(), "a number of messages above 0", "target: 100"};
  if (!scale.target) {
    return reader.error("missing-key", node.at, fmt::format("by: {} needs a target", by),
                        std::string(form.example));
  }
  if (!form.fits) {
    const Entry* written = node.find("target");
    const Reader::Scope scope(reader, "target");
    return reader.unexpected("wrong-kind", written->value, form.words, fmt::format("by: {}", by));
  }
  scale.target = target;
}

}  // namespace

void validate(Reader& reader, const Node& node, ScaleParameters& scale) {
  if (scale.min > scale.max) {
    refuse(reader, node, "max", "out-of-range",
           fmt::format("expected at least the min of {}; found {}", scale.min, scale.max));
  }
  for (const NamedShift& named : scale.schedule) {
    if (named.shift.instances <= scale.max) continue;
    const Reader::Scope outer(reader, "schedule");
    const Reader::Scope inner(reader, named.name);
    reader.error("out-of-range", named.at,
                 fmt::format("expected at most the max of {} instances; found {}", scale.max,
                             named.shift.instances));
  }
  const auto forbid = [&](std::initializer_list<std::string_view> keys, std::string_view why,
                          std::string_view hint) {
    for (const std::string_view key : keys) {
      if (node.find(key) == nullptr) continue;
      refuse(reader, node, key, "wrong-place",
             fmt::format("{}: {} has no place beside it", why, key), std::string(hint));
    }
  };
  if (scale.by == ScaleBy::schedule) {
    if (scale.schedule.empty()) {
      reader.error("missing-key", node.at, "by: schedule needs a schedule",
                   "schedule: {evening: {at: 30min, for: 2h, instances: 10}}");
    }
    return forbid({"target", "every", "cooldown", "step", "tolerance"},
                  "a schedule looks at nothing",
                  "leave it out, or scale by something that is looked at");
  }
  if (scale.by != ScaleBy::backlog_per_instance && scale.min == 0) {
    refuse(reader, node, "min", "out-of-range",
           fmt::format("expected at least 1: {}; found 0",
                       scale.by == ScaleBy::age ? "of no instances there is no proportion to an age"
                       : scale.by == ScaleBy::pollers ? "without pollers nobody fetches anything"
                                                      : "of no instances there is no utilization"),
           "only by: backlog_per_instance brings back the first");
  }
  if (scale.by == ScaleBy::pollers) {
    if (!scale.step) {
      reader.error("missing-key", node.at, "by: pollers needs a step: how many come at each look",
                   "every: 1s, step: 5");
    }
    return forbid({"target", "tolerance"}, "pollers have no target", "leave it out");
  }
  check_target(reader, node, scale);
}

}  // namespace spillway
