#pragma once

#include "analysis/theory/quantile_of_tail.h"

namespace spillway::theory {

/// Erlang B: the share of calls lost by `servers` servers without a waiting room.
///
/// `offered_load` is arrival rate times mean service time; the service time's distribution does not
/// matter. B(0) = 1, B(k) = a B(k-1) / (k + a B(k-1)): sums of powers over factorials overflow,
/// this recursion does not. Range: servers >= 0, offered_load >= 0. Cost: O(servers).
/// Source: A. K. Erlang 1917; recursion in D. Gross and C. M. Harris, ch. 2.
constexpr double erlang_b(int servers, double offered_load) {
  double blocked = 1;
  for (int k = 1; k <= servers && blocked > 0; ++k) {
    const double product = offered_load * blocked;
    blocked = product / (k + product);
  }
  return blocked;
}

/// Erlang C: the share of messages that wait for one of `servers` servers, with a waiting room.
///
/// Range: 0 <= offered_load < servers, else every message waits and the answer is 1.
/// Source: A. K. Erlang 1917; C = B / (1 - rho (1 - B)).
constexpr double erlang_c(int servers, double offered_load) {
  if (!(offered_load < servers)) return 1;
  const double blocked = erlang_b(servers, offered_load);
  return blocked / (1 - offered_load / servers * (1 - blocked));
}

/// The offered load at which `servers` servers lose the share `blocking`: a traffic table's entry.
///
/// Range: servers >= 1, 0 < blocking < 1.
inline double erlang_b_load(int servers, double blocking) {
  // 1 - B falls as the load grows, which is a tail in the load.
  return quantile_of_tail([servers](double load) { return 1 - erlang_b(servers, load); }, blocking,
                          static_cast<double>(servers));
}

}  // namespace spillway::theory
