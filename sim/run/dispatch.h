#pragma once

#include <tuple>
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

/// Stays a function of its own: the loop that all events go through is to be short.
template <class C, class Verb>
[[gnu::noinline]] Next hear(C& component, std::uint32_t payload, Context& context) {
  return component.on(Verb{}, payload, context);
}

template <class C, class Verb>
[[gnu::always_inline]] inline bool attempt(Pools& pools, Next said, Context& context, Next& next) {
  if constexpr (accepts<C, Verb>) {
    constexpr std::uint32_t key = key_of(say<Verb>(component_address(kind_of<C>, 0)));
    if (key_of(said.target) == key) {
      C& component = std::get<std::vector<C>>(pools)[index_of(said.target)];
      next = hear<C, Verb>(component, said.payload, context);
      return true;
    }
  }
  return false;
}

template <class C, class... Verb>
[[gnu::always_inline]] inline bool attempt_verbs(List<Verb...>, Pools& pools, Next said,
                                                 Context& context, Next& next) {
  return (attempt<C, Verb>(pools, said, context, next) || ...);
}

template <class... C>
[[gnu::always_inline]] inline bool attempt_components(List<C...>, Pools& pools, Next said,
                                                      Context& context, Next& next) {
  return (attempt_verbs<C>(Verbs{}, pools, said, context, next) || ...);
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

/// Hands what was said to the component that is meant; returns what it says next. The compiler
/// folds the two lists, components and verbs, into one table of jumps for each kind of component
/// (one for all is slower: 4 % of the time of an M/M/1): there is no switch to maintain.
[[gnu::always_inline]] inline Next dispatch(Pools& pools, Next said, Context& context) {
  Next next;
  if (!dispatch_detail::attempt_components(Components{}, pools, said, context, next)) {
    __builtin_unreachable();  // wiring lets no address pass whose component does not accept it
  }
  return next;
}

/// Whether the component behind an address accepts the verb in it.
constexpr bool accepted(Address address) {
  return dispatch_detail::accepts_key(Components{}, key_of(address));
}

}  // namespace spillway
