#pragma once

#include "analysis/report/html_markup.h"

namespace spillway::report {

/// The page's only script: when a pointer moves over a chart, what its lines say at that moment. It
/// reads the lines as they are drawn, and writes text only.
extern const Literal kPageScript;

}  // namespace spillway::report
