#include <algorithm>
#include <set>

#include "sim/kernel/zipf.h"
#include "sim/run/wiring.h"

namespace spillway {
namespace {

/// The words of a producer's column; nullptr where it holds numbers.
const std::vector<std::string>* words_of(const ProducerParameters& producer,
                                         const std::string& column) {
  const auto& words = producer.load.trace->rows->words;
  const auto found = words.find(column);
  return found == words.end() ? nullptr : &found->second;
}

}  // namespace

void Wiring::name_types() {
  std::set<std::string> names;
  for (const auto& producer : scenario_.producers) {
    const auto& message = producer.parameters.message;
    if (!message || !message->type) continue;
    for (const auto& [name, share] : message->type->shares) names.insert(name);
    if (message->type->column.empty()) continue;
    const auto& words = *words_of(producer.parameters, message->type->column);
    names.insert(words.begin(), words.end());
  }
  world_.context_.types.insert(world_.context_.types.end(), names.begin(), names.end());
}

std::uint32_t Wiring::type_named(const std::string& name) const {
  const auto& types = world_.context_.types;
  const auto found = std::find(types.begin() + 1, types.end(), name);
  assert(found != types.end() && "the loader has checked that the type is there");
  return static_cast<std::uint32_t>(found - types.begin());
}

AttributeTable Wiring::attributes_of(const Component<ProducerParameters>& declared) {
  AttributeTable table;
  const auto& message = declared.parameters.message;
  if (!message) return table;
  const std::string place = declared.name + "/message/";
  const auto of_column = [&](const std::string& name, const std::string& column) {
    Variate rows = Variate::constant(0);
    rows.kind = VariateKind::column;
    rows.table = trace_column(column);
    return add_site(name, std::move(rows));
  };
  if (message->type) {
    if (!message->type->column.empty()) {
      table.type_site = of_column(place + "type", message->type->column);
      for (const std::string& word : *words_of(declared.parameters, message->type->column)) {
        table.types.push_back(type_named(word));
      }
    } else {
      table.type_site = add_site(place + "type", Variate::unit());
      double sum = 0;
      for (const auto& [name, share] : message->type->shares) {
        sum += share.value;
        table.type_thresholds.push_back(threshold(sum));
        table.types.push_back(type_named(name));
      }
      // Shares add up to 1 but for their rounding; what is left is the last one's.
      table.type_thresholds.back() = threshold(1);
    }
  }
  if (message->key) {
    const KeyParameters& key = *message->key;
    if (key.column) {
      table.key_site = of_column(place + "key", *key.column);
    } else {
      table.key_site = add_site(place + "key", Variate::unit());
      if (key.uniform) {
        table.uniform_keys = static_cast<std::uint64_t>(*key.uniform);
      } else if (key.zipf->exponent.value == 0) {
        table.uniform_keys = static_cast<std::uint64_t>(key.zipf->keys);
      } else {
        table.key_thresholds =
            zipf_thresholds(static_cast<std::uint32_t>(key.zipf->keys), key.zipf->exponent.value);
      }
    }
  }
  if (message->size) table.size_site = add_site(place + "size", *message->size);
  if (message->ttl) table.ttl_site = add_site(place + "ttl", *message->ttl);
  return table;
}

}  // namespace spillway
