#pragma once

#include <string>

#include "sim/language/diagnostic.h"

namespace spillway {

/// A zone or region that components are in: far from others, and lost as one.
struct ZoneName {
  std::string name;
  Location at;
};

}  // namespace spillway
