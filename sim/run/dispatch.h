#pragma once

#include <cstdint>
#include <tuple>
#include <type_traits>
#include <vector>

#include "sim/flow/context.h"
#include "sim/model/components.h"

namespace spillway {

/// The components of a run, by kind.
template <class List>
struct PoolsOf;
template <class... C>
struct PoolsOf<List<C...>> {
  using Type = std::tuple<std::vector<C>...>;
};
using Pools = PoolsOf<Components>::Type;

namespace dispatch_detail {

/// What was said, taken apart.
struct Said {
  std::uint32_t key;
  std::uint32_t index;
  std::uint32_t payload;
};

/// A component, and a verb that it accepts.
template <class C, class Verb>
struct Hearing {};

template <class... A, class... B>
List<A..., B...> operator+(List<A...>, List<B...>);

template <class C, class Verb>
using HearingIfAccepted = std::conditional_t<accepts<C, Verb>, List<Hearing<C, Verb>>, List<>>;

template <class C, class... Verb>
auto hearings_of(List<Verb...>) -> decltype((List<>{} + ... + HearingIfAccepted<C, Verb>{}));

template <class... C>
auto hearings_of_all(List<C...>)
    -> decltype((List<>{} + ... + decltype(hearings_of<C>(Verbs{})){}));

/// All that anybody may hear, in one list.
using Hearings = decltype(hearings_of_all(Components{}));

/// Stays a function of its own: the loop that all events go through is to be
/// short.
template <class C, class Verb>
[[gnu::noinline]] Next hear(Pools& pools, Context& context, std::uint32_t index,
                            std::uint32_t payload) {
  return std::get<std::vector<C>>(pools)[index].on(Verb{}, payload, context);
}

template <class C, class Verb>
[[gnu::always_inline]] inline bool attempt(Hearing<C, Verb>, Pools& pools, Context& context,
                                           const Said& said, Next& next) {
  constexpr std::uint32_t key = key_of(say<Verb>(component_address(kind_of<C>, 0)));
  if (said.key != key) return false;
  next = hear<C, Verb>(pools, context, said.index, said.payload);
  return true;
}

template <class... H>
[[gnu::always_inline]] inline bool attempt_all(List<H...>, Pools& pools, Context& context,
                                               const Said& said, Next& next) {
  return (attempt(H{}, pools, context, said, next) || ...);
}

template <class C, class... Verb>
constexpr bool accepts_key(List<Verb...>, std::uint32_t key) {
  return ((accepts<C, Verb> && key == key_of(say<Verb>(component_address(kind_of<C>, 0)))) || ...);
}

template <class... C>
constexpr bool accepts_key(List<C...>, std::uint32_t key) {
  return (accepts_key<C>(Verbs{}, key) || ...);
}

}  // namespace dispatch_detail

/// Hands what was said to the component that is meant; returns what it says
/// next. The compiler folds the one list into one jump by a table: there is no
/// switch to maintain. It would make as many jumps and comparisons as there are
/// kinds of components of a list of lists, or if anything but comparisons stood
/// between them.
[[gnu::always_inline]] inline Next dispatch(Pools& pools, Next said, Context& context) {
  Next next;
  const dispatch_detail::Said parts{key_of(said.target), index_of(said.target), said.payload};
  if (!dispatch_detail::attempt_all(dispatch_detail::Hearings{}, pools, context, parts, next)) {
    __builtin_unreachable();  // wiring lets no address pass whose component does
                              // not accept it
  }
  return next;
}

/// Whether the component behind an address accepts the verb in it.
constexpr bool accepted(Address address) {
  return dispatch_detail::accepts_key(Components{}, key_of(address));
}

}  // namespace spillway
