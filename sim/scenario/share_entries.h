#pragma once

#include <vector>

#include "sim/scenario/document.h"

namespace spillway {

/// The entries of what is told apart by shares: `{80%: X, 20%: Y}`; or a list of such maps with one
/// key each, for shares that are equal, as no key may stand twice: `[50%: X, 50%: Y]`.
///
/// Returns: in their order; none when it is neither.
std::vector<const Entry*> share_entries(const Node& node);
std::vector<Entry*> share_entries(Node& node);

}  // namespace spillway
