#pragma once

#include "analysis/report/html_markup.h"

namespace spillway::report {

/// The page's style: for screens from 400 pixels on, light and dark, and for A4.
extern const Literal kPageStyle;

}  // namespace spillway::report
