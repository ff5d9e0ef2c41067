#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/language/diagnostic.h"
#include "sim/language/field.h"
#include "sim/language/quantity_text.h"
#include "sim/scenario/document.h"
#include "sim/scenario/shape.h"
#include "sim/scenario/side_files.h"
#include "sim/scenario/validate.h"

namespace spillway {

/// The name of a component as read; whether it exists is checked when all names are known.
struct ReadReference {
  Reference reference;
  Noun nouns = Noun::none;  ///< that it may name
  std::string path;
};

/// What a field wants of its value, for values that are read without knowing the field's type.
struct Wanted {
  std::string_view owner;  ///< the section, step or key that holds the field
  std::string_view name;
  Bounds bounds = {};
  Noun refers_to = Noun::none;
};

/// Reads values of a document into declared structs. It goes on after an error, so that all errors
/// of a file are found at once; what could not be read keeps its default.
class Reader {
 public:
  Reader(Diagnostics& diagnostics, SideFiles& files) : diagnostics_(diagnostics), files_(files) {}

  /// Reads a map with the fields of P. `owner` says which declaration it is: see
  /// is_not_simulated().
  template <Declared P>
  void object(const Node& node, std::string_view owner, P& out);

  /// Reads one value of any type that a field may have.
  template <class T>
  void value(const Node& node, const Wanted& wanted, T& out);

  /// Checks that the name of a component, window or objective can stand in metrics and edges.
  bool check_name(const Entry& entry, std::string_view what);

  /// Checks that the node is a map; an error says which keys fit.
  bool expect_map(const Node& node, const std::vector<std::string_view>& keys);

  void unknown_key(const Entry& entry, std::string_view owner,
                   const std::vector<std::string_view>& keys);
  void error(std::string code, const Location& at, std::string message, std::string hint = "");
  void warning(std::string code, const Location& at, std::string message, std::string hint = "");

  /// "expected A; found B (REASON)".
  void unexpected(std::string code, const Node& node, std::string_view expected,
                  std::string_view reason = "", std::string hint = "");

  std::size_t error_count() const { return errors_; }

  /// Whether looking for what was meant is worth its time: not after many errors.
  bool suggests() const { return errors_ < 30; }
  const std::string& path() const { return path_; }
  SideFiles& files() { return files_; }
  const std::vector<ReadReference>& references() const { return references_; }

  /// Adds a name to the path of diagnostics while it lives.
  class Scope {
   public:
    Scope(Reader& reader, std::string_view name);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Reader& reader_;
    std::size_t size_;
  };

  // One value each, by how it is written.
  void read(const Node& node, const Wanted& wanted, Duration& out);
  void read(const Node& node, const Wanted& wanted, Rate& out);
  void read(const Node& node, const Wanted& wanted, Size& out);
  void read(const Node& node, const Wanted& wanted, UnitPrice& out);
  void read(const Node& node, const Wanted& wanted, RentalPrice& out);
  void read(const Node& node, const Wanted& wanted, StoragePrice& out);
  void read(const Node& node, const Wanted& wanted, Share& out);
  void read(const Node& node, const Wanted& wanted, Factor& out);
  void read(const Node& node, const Wanted& wanted, Count& out);
  void read(const Node& node, const Wanted& wanted, std::uint64_t& out);
  void read(const Node& node, const Wanted& wanted, Limit& out);
  void read(const Node& node, const Wanted& wanted, bool& out);
  void read(const Node& node, const Wanted& wanted, Warmup& out);
  void read(const Node& node, const Wanted& wanted, Replications& out);
  /// Checks the form only: what metrics there are is known when everything is read.
  void read(const Node& node, const Wanted& wanted, std::vector<PrecisionGoal>& out);
  void read(const Node& node, const Wanted& wanted, std::string& out);
  void read(const Node& node, const Wanted& wanted, Distribution& out);
  void read(const Node& node, const Wanted& wanted, SizeDistribution& out);
  void read(const Node& node, const Wanted& wanted, TypeShares& out);
  void read(const Node& node, const Wanted& wanted, TypeNames& out);
  void read(const Node& node, const Wanted& wanted, KeyRanges& out);
  void read(const Node& node, const Wanted& wanted, DurationList& out);
  void read(const Node& node, const Wanted& wanted, CountList& out);
  void read(const Node& node, const Wanted& wanted, ScaleTarget& out);
  void read(const Node& node, const Wanted& wanted, Reference& out);
  void read(const Node& node, const Wanted& wanted, ServiceNames& out);
  void read(const Node& node, const Wanted& wanted, EdgeName& out);
  void read(const Node& node, const Wanted& wanted, EdgeShares& out);
  void read(const Node& node, const Wanted& wanted, EdgeDelays& out);
  void read(const Node& node, const Wanted& wanted, ComponentPair& out);
  void read(const Node& node, const Wanted& wanted, Sharers& out);
  void read(const Node& node, const Wanted& wanted, FaultTo& out);
  void read(const Node& node, const Wanted& wanted, InstancesOf& out);
  void read(const Node& node, const Wanted& wanted, LoadCondition& out);
  void read(const Node& node, const Wanted& wanted, ZoneName& out);
  void read(const Node& node, const Wanted& wanted, ZoneDistances& out);
  void read(const Node& node, const Wanted& wanted, Program& out);
  void read(const Node& node, const Wanted& wanted, std::vector<Program>& out);
  void read(const Node& node, const Wanted& wanted, std::vector<SagaStage>& out);
  void read(const Node& node, const Wanted& wanted, FailureShare& out);
  void read(const Node& node, const Wanted& wanted, std::vector<ChooseParameters::Way>& out);
  void read(const Node& node, const Wanted& wanted,
            std::vector<std::pair<std::string, std::string>>& out);

  /// Returns the index of the word, or nothing after an error.
  std::optional<std::size_t> choice(const Node& node, const Wanted& wanted,
                                    const std::vector<std::string_view>& words);
  /// The places of the words of a list, each once and one at least.
  std::vector<std::size_t> choices(const Node& node, const Wanted& wanted,
                                   const std::vector<std::string_view>& words);

 private:
  template <class T>
  void named(const Node& node, T& out);
  template <class E>
  void words(const Node& node, const Wanted& wanted, std::vector<E>& out);

  void read_step(const Node& node, std::vector<StepDeclaration>& steps);
  void missing_key(const Node& node, std::string_view name, std::string_view meaning);
  void missing_value(const Entry& entry, Need need);
  void exactly_one(const Node& node, std::string_view owner,
                   const std::vector<std::string_view>& keys);
  void add(Severity severity, std::string code, const Location& at, std::string message,
           std::string hint);

  Diagnostics& diagnostics_;
  SideFiles& files_;
  std::string path_;
  std::size_t errors_ = 0;
  std::vector<ReadReference> references_;
};

/// The keys of a declaration, in its order.
template <Declared P>
std::vector<std::string_view> keys_of() {
  std::vector<std::string_view> keys;
  for_each_field<P>([&](const auto& field) { keys.push_back(field.name); });
  return keys;
}

template <Declared P>
void Reader::object(const Node& node, std::string_view owner, P& out) {
  if (!expect_map(node, keys_of<P>())) return;
  const std::size_t errors_before = errors_;
  for (const Entry& entry : node.entries) {
    bool known = false;
    for_each_field<P>([&](const auto& field) {
      if (known || field.name != entry.key) return;
      known = true;
      const Scope scope(*this, field.name);
      if (entry.value.is_null()) return missing_value(entry, field.need);
      value(entry.value, {owner, field.name, field.bounds, field.refers_to}, out.*field.member);
    });
    if (!known) unknown_key(entry, owner, keys_of<P>());
  }
  for_each_field<P>([&](const auto& field) {
    if (field.need == Need::required && node.find(field.name) == nullptr) {
      missing_key(node, field.name, field.meaning);
    }
  });
  if constexpr (Exclusive<P>) {
    exactly_one(node, owner, {P::exactly_one.begin(), P::exactly_one.end()});
  }
  if (errors_ == errors_before) validate(*this, node, out);
}

template <class T>
void Reader::value(const Node& node, const Wanted& wanted, T& out) {
  if constexpr (IsOptional<T>::value) {
    value(node, wanted, out.emplace());
  } else if constexpr (Worded<T>) {
    const auto index = choice(node, wanted, {Choices<T>::names.begin(), Choices<T>::names.end()});
    if (index) out = static_cast<T>(*index);
  } else if constexpr (IsList<T>::value && Worded<typename IsList<T>::Item>) {
    words(node, wanted, out);
  } else if constexpr (NamedEntries<T>::value) {
    named(node, out);
  } else if constexpr (Declared<T>) {
    object(node, wanted.name, out);
  } else {
    read(node, wanted, out);
  }
}

template <class E>
void Reader::words(const Node& node, const Wanted& wanted, std::vector<E>& out) {
  out.clear();
  for (const std::size_t index :
       choices(node, wanted, {Choices<E>::names.begin(), Choices<E>::names.end()})) {
    out.push_back(static_cast<E>(index));
  }
}

template <class T>
void Reader::named(const Node& node, T& out) {
  if (!node.is_map()) return unexpected("wrong-kind", node, "a map from names to their values");
  const std::size_t errors_before = errors_;
  for (const Entry& entry : node.entries) {
    const Scope scope(*this, entry.key);
    if (!check_name(entry, "name")) continue;
    typename NamedEntries<T>::Item item{};
    item.name = entry.key;
    if constexpr (requires { item.at; }) item.at = entry.key_at;
    std::string_view owner = "entry";
    if constexpr (requires { NamedEntries<T>::owner; }) owner = NamedEntries<T>::owner;
    object(entry.value, owner, item.*NamedEntries<T>::value_of);
    NamedEntries<T>::items(out).push_back(std::move(item));
  }
  if (errors_ == errors_before) validate(*this, node, out);
}

}  // namespace spillway
