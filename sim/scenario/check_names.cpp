#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sim/language/printable.h"
#include "sim/language/suggestion.h"
#include "sim/scenario/check.h"
#include "sim/scenario/sections.h"

namespace spillway {
namespace {

std::string_view bare(std::string_view word) { return word.substr(word.find(' ') + 1); }

}  // namespace

void check_names(Reader& reader, const Scenario& scenario, Nameable& names) {
  std::map<std::string, std::pair<Location, std::string_view>, std::less<>> known;
  for_each_section([&](const auto& section) {
    for (const auto& component : scenario.*section.components) {
      const auto [first, is_new] =
          known.emplace(component.name, std::pair{component.at, section.word});
      if (is_new) {
        names.components.emplace(component.name, section.noun);
        continue;
      }
      // Whatever refers to it is right by one of them.
      Noun& noun = names.components.at(component.name);
      noun = noun | section.noun;
      const Reader::Scope outer(reader, section.key);
      const Reader::Scope inner(reader, component.name);
      reader.error("duplicate-name", component.at,
                   fmt::format("there is {} of this name already, in line {}", first->second.second,
                               first->second.first.line),
                   "names of components stand once in the whole file");
    }
  });
  for (const auto& topic : scenario.topics) {
    for (const NamedSubscription& subscription : topic.parameters.subscriptions) {
      names.components.emplace(fmt::format("{}.{}", topic.name, subscription.name),
                               Noun::subscription);
    }
  }
  for (const auto& consumer : scenario.consumers) {
    const std::string& from = consumer.parameters.from.name;
    const auto source = names.components.find(from);
    if (source == names.components.end() || source->second != Noun::log) continue;
    names.components.emplace(group_name(from, consumer), Noun::group);
  }
  // Names that differ by case only are almost always one name mistyped.
  std::map<std::string, std::string> folded;
  for (const auto& [name, place] : known) {
    std::string lower = name;
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const auto [other, is_new] = folded.emplace(lower, name);
    if (is_new) continue;
    reader.warning(
        "similar-names", place.first,
        fmt::format("'{}' and '{}' differ by capital letters only", other->second, name));
  }
}

void check_references(Reader& reader, const Nameable& names) {
  for (const ReadReference& read : reader.references()) {
    const std::string& name = read.reference.name;
    const auto known = names.components.find(name);
    const std::string_view wanted = word_of(read.nouns);
    const Reader::Scope scope(reader, read.path);
    if (known != names.components.end() && includes(read.nouns, known->second)) continue;
    if (known != names.components.end()) {
      reader.error("wrong-noun", read.reference.at,
                   fmt::format("expected the name of {}; found '{}', which is {}",
                               words_of(read.nouns), name, word_of(known->second)));
      continue;
    }
    std::string hint;
    if (reader.suggests()) {
      std::vector<std::string_view> fitting;
      for (const auto& [candidate, noun] : names.components) {
        if (includes(read.nouns, noun)) fitting.push_back(candidate);
      }
      hint = did_you_mean(name, fitting);
      if (hint.empty()) {
        hint = fitting.empty() ? fmt::format("the file has no {}", bare(wanted))
                               : fmt::format("there is {}", one_of(fitting));
      }
    }
    reader.error("unknown-name", read.reference.at,
                 fmt::format("there is no {} '{}'", bare(wanted), shown(name)), std::move(hint));
  }
}

void check_dead_letters(Reader& reader, const Scenario& scenario) {
  std::map<std::string_view, const Component<QueueParameters>*> queues;
  for (const auto& queue : scenario.queues) queues.emplace(queue.name, &queue);
  // Each queue has one dead-letter queue at most: walk on until the end or a queue seen before.
  std::map<std::string_view, std::size_t> walk_of;
  std::size_t walk = 0;
  for (const auto& start : scenario.queues) {
    ++walk;
    for (const Component<QueueParameters>* queue = &start;
         queue != nullptr && queue->parameters.dead_letter;) {
      const auto [seen, is_new] = walk_of.emplace(queue->name, walk);
      if (!is_new && seen->second != walk) break;
      const Reference& to = queue->parameters.dead_letter->to;
      const auto next = queues.find(to.name);
      if (!is_new) {
        const Reader::Scope outer(reader, fmt::format("queues.{}.dead_letter.to", queue->name));
        reader.error("dead-letter-cycle", to.at,
                     to.name == queue->name
                         ? fmt::format("the queue '{}' is its own dead-letter queue", queue->name)
                         : fmt::format("dead letters go in a circle from '{}' by '{}'", queue->name,
                                       shown(to.name)),
                     "name another queue that keeps them");
        break;
      }
      queue = next == queues.end() ? nullptr : next->second;
    }
  }
}

}  // namespace spillway
