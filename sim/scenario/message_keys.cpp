#include "sim/scenario/message_keys.h"

#include <algorithm>

namespace spillway {
namespace {

const KeyParameters* key_of(const ProducerParameters& producer) {
  return producer.message && producer.message->key ? &*producer.message->key : nullptr;
}

const std::vector<double>* column_of(const ProducerParameters& producer, const std::string& name) {
  if (!producer.load.trace || !producer.load.trace->rows) return nullptr;
  for (const auto& [column, values] : producer.load.trace->rows->columns) {
    if (column == name) return values.get();
  }
  return nullptr;
}

}  // namespace

std::uint64_t key_count(const ProducerParameters& producer) {
  const KeyParameters* key = key_of(producer);
  if (key == nullptr) return 1;
  if (key->zipf) return static_cast<std::uint64_t>(key->zipf->keys);
  if (key->uniform) return static_cast<std::uint64_t>(*key->uniform);
  const std::vector<double>* values = column_of(producer, *key->column);
  if (values == nullptr || values->empty()) return 1;
  const double greatest = std::clamp(*std::ranges::max_element(*values), 0.0, 1e15);
  return static_cast<std::uint64_t>(greatest) + 1;
}

bool same_keys(const Component<ProducerParameters>& a, const Component<ProducerParameters>& b) {
  const KeyParameters* first = key_of(a.parameters);
  const KeyParameters* second = key_of(b.parameters);
  if (first == nullptr || second == nullptr) return first == second;
  if (first->column || second->column) {
    return first->column && second->column &&
           column_of(a.parameters, *first->column) == column_of(b.parameters, *second->column);
  }
  const auto exponent = [](const KeyParameters& key) {
    return key.zipf ? key.zipf->exponent.value : 0.0;
  };
  return key_count(a.parameters) == key_count(b.parameters) &&
         exponent(*first) == exponent(*second);
}

}  // namespace spillway
