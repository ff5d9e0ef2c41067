#pragma once

#include "sim/flow/steps/call.h"

namespace spillway {

// What a handler does with a store is a call: a request, which names its exchange, and an answer.

/// Asks a store for the version of a key that it shows.
struct Read : Call {
  using Parameters = ReadParameters;
};

/// Has a store commit a new version of a key.
struct Write : Call {
  using Parameters = WriteParameters;
};

/// Has a projection show what the message's root has written at the source.
struct Apply : Call {
  using Parameters = ApplyParameters;
};

}  // namespace spillway
