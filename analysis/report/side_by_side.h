#pragma once

#include <string>
#include <vector>

#include "analysis/report/text_layout.h"

namespace spillway::report {

/// Puts the variants' columns into as many tables as fit, with the first column in each. A row in
/// strong tone is the name of what follows; rows that say nothing in a table are left out of it.
std::string side_by_side(const std::vector<TableRow>& rows, const TextStyle& style);

}  // namespace spillway::report
