#include "sim/scenario/share_entries.h"

#include <type_traits>

namespace spillway {
namespace {

/// N is Node or const Node.
template <class N>
auto entries_of(N& node) {
  using Found = std::conditional_t<std::is_const_v<N>, const Entry, Entry>;
  std::vector<Found*> found;
  if (!node.is_map() && !node.is_list()) return found;
  found.reserve(node.entries.size());
  for (Found& entry : node.entries) {
    if (node.is_map()) {
      found.push_back(&entry);
    } else if (entry.value.is_map() && entry.value.entries.size() == 1) {
      found.push_back(&entry.value.entries.front());
    } else {
      found.clear();
      break;
    }
  }
  return found;
}

}  // namespace

std::vector<const Entry*> share_entries(const Node& node) { return entries_of(node); }
std::vector<Entry*> share_entries(Node& node) { return entries_of(node); }

}  // namespace spillway
