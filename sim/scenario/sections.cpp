#include "sim/scenario/sections.h"

namespace spillway {

std::string_view word_of(Noun noun) {
  if (noun == Noun::subscription) return "a subscription";
  if (noun == (Noun::queue | Noun::consumer)) return "a queue or consumer";
  std::string_view word = "a component";
  for_each_section([&](const auto& section) {
    if (section.noun == noun) word = section.word;
  });
  return word;
}

}  // namespace spillway
