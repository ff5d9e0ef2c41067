#pragma once

#include <cstddef>
#include <utility>

namespace spillway {

/// The value at `index` of a pack.
template <std::size_t index, class T>
struct PackItem {
  T value;
};

template <class Indices, class... T>
struct PackItems;
template <std::size_t... index, class... T>
struct PackItems<std::index_sequence<index...>, T...> : PackItem<index, T>... {
  constexpr PackItems(const T&... value) : PackItem<index, T>{value}... {}

  /// Calls `use` with all values, in their order, and returns what it returns.
  template <class Use>
  constexpr decltype(auto) apply(Use&& use) const {
    return use(PackItem<index, T>::value...);
  }
};

/// Values of several types in their order: the fields of a declaration, the metrics of a component.
/// std::tuple would do, but nearly every source reads a thousand such values, and compilers take
/// several times as long over those.
template <class... T>
struct Pack : PackItems<std::index_sequence_for<T...>, T...> {
  static constexpr std::size_t size = sizeof...(T);

  using PackItems<std::index_sequence_for<T...>, T...>::PackItems;
};
template <class... T>
Pack(T...) -> Pack<T...>;

/// The values of one pack, then those of the next.
template <class... A, class... B>
constexpr Pack<A..., B...> joined(const Pack<A...>& first, const Pack<B...>& second) {
  return first.apply([&](const A&... a) {
    return second.apply([&](const B&... b) { return Pack<A..., B...>(a..., b...); });
  });
}
template <class First, class Second, class Third, class... Rest>
constexpr auto joined(const First& first, const Second& second, const Third& third,
                      const Rest&... rest) {
  return joined(joined(first, second), third, rest...);
}

}  // namespace spillway
