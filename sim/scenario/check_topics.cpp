#include <fmt/format.h>

#include <map>
#include <set>

#include "sim/language/printable.h"
#include "sim/language/suggestion.h"
#include "sim/scenario/check.h"
#include "sim/scenario/flow_graph.h"
#include "sim/scenario/sections.h"

namespace spillway {
namespace {

/// Every type that a producer says its messages have.
std::set<std::string_view> types_of(const Scenario& scenario) {
  std::set<std::string_view> types;
  for (const auto& producer : scenario.producers) {
    const auto& message = producer.parameters.message;
    if (!message || !message->type) continue;
    for (const auto& [name, share] : message->type->shares) types.insert(name);
    const auto& trace = producer.parameters.load.trace;
    if (message->type->column.empty() || !trace || !trace->rows) continue;
    const auto words = trace->rows->words.find(message->type->column);
    if (words == trace->rows->words.end()) continue;
    types.insert(words->second.begin(), words->second.end());
  }
  return types;
}

void check_filter(Reader& reader, const FilterParameters& filter,
                  const std::set<std::string_view>& types) {
  const std::vector<std::string_view> known(types.begin(), types.end());
  std::set<std::string_view> seen;
  if (!filter.type) return;
  for (const Reference& type : filter.type->names) {
    const Reader::Scope scope(reader, "filter.type");
    if (!seen.insert(type.name).second) {
      reader.error("duplicate-name", type.at,
                   fmt::format("the type '{}' stands here twice", shown(type.name)));
    } else if (!types.contains(type.name)) {
      std::string hint = reader.suggests() ? did_you_mean(type.name, known) : "";
      if (hint.empty()) {
        hint = known.empty() ? "types are named under producers: {NAME: {message: {type: …}}}"
                             : fmt::format("there is {}", one_of(known));
      }
      reader.error("unknown-type", type.at,
                   fmt::format("no producer's messages have the type '{}'", shown(type.name)),
                   std::move(hint));
    }
  }
}

/// Checks that there are keys, and that they are numbers.
void check_keys(Reader& reader, const Scenario& scenario, const KeyRanges& wanted) {
  const Reader::Scope scope(reader, "filter.key");
  bool any = false;
  for (const auto& producer : scenario.producers) {
    const auto& message = producer.parameters.message;
    if (!message || !message->key) continue;
    any = true;
    const auto& trace = producer.parameters.load.trace;
    if (!message->key->column || !trace || !trace->rows) continue;
    if (!trace->rows->words.contains(*message->key->column)) continue;
    reader.error(
        "wrong-kind", wanted.at,
        fmt::format("the keys of '{}' are words, and a filter wants numbers", producer.name),
        "let a type say what is filtered by: type: {column: NAME}");
  }
  if (any) return;
  reader.error("missing-key", wanted.at, "no producer's messages have a key",
               "producers: {NAME: {message: {key: {uniform: 1000}}}}");
}

/// Checks what a subscription says that only a call of a service has.
void check_call(Reader& reader, const NamedSubscription& named, Noun to) {
  const auto& [name, at, subscription] = named;
  if (!subscription.timeout || to == Noun::service || to == Noun::none) return;
  const Reader::Scope scope(reader, "timeout");
  reader.error("wrong-place", subscription.to.at,
               fmt::format("only a call of a service has a timeout, and '{}' is {}",
                           subscription.to.name, word_of(to)),
               "leave timeout out");
}

/// Checks that what is published with a delay goes to queues alone: a topic keeps nothing.
void check_delays(Reader& reader, const Scenario& scenario, const Nameable& names) {
  for (const HandlerOf& handler : handlers_of(scenario)) {
    for_each_step(
        *handler.program, handler.path,
        [&](const StepDeclaration& step, double, const std::string& path) {
          const auto* publish = std::get_if<PublishParameters>(&step.parameters);
          if (publish == nullptr || !publish->delay) return;
          for (const auto& topic : scenario.topics) {
            if (topic.name != publish->channel.name) continue;
            for (const auto& [name, at, subscription] : topic.parameters.subscriptions) {
              const auto noun = names.components.find(subscription.to.name);
              if (noun == names.components.end() || noun->second == Noun::queue) continue;
              const Reader::Scope scope(reader, path + ".publish.delay");
              reader.error(
                  "wrong-place", publish->delay->at,
                  fmt::format("a topic keeps no message back: only queues delay, and {}.{} "
                              "leads to {}",
                              topic.name, name, word_of(noun->second)),
                  "let it lead to a queue, or say delivery of the topic");
            }
          }
        });
  }
}

}  // namespace

void check_topics(Reader& reader, const Scenario& scenario, const Nameable& names) {
  const std::set<std::string_view> types = types_of(scenario);
  std::map<std::string_view, std::string> pushed;  // consumers, by whom
  for (const auto& topic : scenario.topics) {
    const Reader::Scope outer(reader, fmt::format("topics.{}", topic.name));
    if (topic.parameters.subscriptions.empty() && names.complete) {
      reader.warning("unread", topic.at, "nobody subscribes to this topic");
    }
    std::set<std::string_view> targets;
    for (const auto& [name, at, subscription] : topic.parameters.subscriptions) {
      const Reader::Scope inner(reader, fmt::format("subscriptions.{}", name));
      if (subscription.filter && names.complete) check_filter(reader, *subscription.filter, types);
      if (subscription.filter && subscription.filter->key && names.complete) {
        check_keys(reader, scenario, *subscription.filter->key);
      }
      const Reference& to = subscription.to;
      if (to.name.empty()) continue;  // said already
      if (!targets.insert(to.name).second) {
        reader.error("duplicate-name", to.at,
                     fmt::format("another subscription of '{}' goes to '{}'", topic.name, to.name),
                     "one subscription can want several types: filter: {type: [a, b]}");
        continue;
      }
      const auto noun = names.components.find(to.name);
      if (noun == names.components.end()) continue;
      check_call(reader, {name, at, subscription}, noun->second);
      if (noun->second != Noun::consumer) continue;
      const std::string by = fmt::format("{}.{}", topic.name, name);
      const auto [first, is_new] = pushed.emplace(to.name, by);
      if (is_new) continue;
      reader.error("several-sources", to.at,
                   fmt::format("{} pushes to '{}' already", first->second, to.name),
                   "put a queue before the consumer, and let both subscriptions go there");
    }
  }
  check_delays(reader, scenario, names);
  for (const auto& consumer : scenario.consumers) {
    const Reference& from = consumer.parameters.from;
    const auto by = pushed.find(consumer.name);
    const Reader::Scope outer(reader, fmt::format("consumers.{}", consumer.name));
    if (from.name.empty() && by == pushed.end()) {
      if (!names.complete) continue;
      reader.error("missing-key", consumer.at, "the consumer has nowhere to take messages from",
                   "say from: and the name of a queue, or let a topic's subscription push to it");
    } else if (!from.name.empty() && by != pushed.end()) {
      const Reader::Scope inner(reader, "from");
      reader.error("several-sources", from.at,
                   fmt::format("{} pushes to '{}' already", by->second, consumer.name),
                   "a consumer has one source: leave from out, or let the subscription go to the "
                   "queue");
    }
  }
}

}  // namespace spillway
