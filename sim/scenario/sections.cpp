#include "sim/scenario/sections.h"

#include "sim/language/suggestion.h"

namespace spillway {

std::string_view word_of(Noun noun) {
  if (noun == Noun::subscription) return "a subscription";
  if (noun == Noun::group) return "a group";
  if (noun == Noun::total) return "the total";
  if (noun == Noun::breaker) return "a breaker";
  if (noun == Noun::retry) return "a retry";
  if (noun == Noun::call) return "a call";
  if (noun == (Noun::queue | Noun::log)) return "a queue or log";
  if (noun == (Noun::queue | Noun::consumer)) return "a queue or consumer";
  std::string_view word = "a component";
  for_each_section([&](const auto& section) {
    if (section.noun == noun) word = section.word;
  });
  return word;
}

std::string words_of(Noun nouns) {
  std::vector<std::string_view> words;
  for_each_section([&](const auto& section) {
    if (includes(nouns, section.noun)) words.push_back(section.word);
  });
  return words.empty() ? std::string(word_of(nouns)) : one_of(words, words.size());
}

}  // namespace spillway
