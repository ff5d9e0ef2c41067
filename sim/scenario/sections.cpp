#include "sim/scenario/sections.h"

namespace spillway {

std::string_view word_of(Noun noun) {
  std::string_view word = "a component";
  for_each_section([&](const auto& section) {
    if (section.noun == noun) word = section.word;
  });
  return word;
}

}  // namespace spillway
