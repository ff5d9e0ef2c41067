#include <fmt/format.h>

#include <cmath>

#include "sim/language/quantity_text.h"
#include "sim/scenario/reader.h"
#include "sim/scenario/validate.h"

namespace spillway {

void validate(Reader& reader, const Node& node, const RateLimitParameters& limit) {
  if (!limit.window) return;
  const Entry* window = node.find("window");
  const Location& at = window == nullptr ? node.at : window->value.at;
  const Reader::Scope scope(reader, "window");
  if (limit.burst) {
    reader.error("wrong-place", at, "a burst is of a token bucket, and this has fixed windows",
                 "leave out burst or window");
    return;
  }
  const double most = limit.in_window();
  if (std::abs(most - std::nearbyint(most)) < 1e-6 && most > 0.5) return;
  reader.error("out-of-range", at,
               fmt::format("expected a window in which a whole number may pass; found {} in each",
                           print_number(most)),
               "such as rate: 200/s, window: 1s");
}

}  // namespace spillway
