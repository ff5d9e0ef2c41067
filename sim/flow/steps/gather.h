#pragma once

#include "sim/flow/steps/request.h"

namespace spillway {

/// Publishes a message and collects replies of those who handle its copies.
struct Gather : Request {
  using Parameters = GatherParameters;
};

}  // namespace spillway
