#pragma once

#include "sim/flow/steps/send.h"

namespace spillway {

/// Hands a message to a topic: as a send does to a queue, and waits for the confirmation in the
/// same way.
struct Publish : Send {
  using Parameters = PublishParameters;
};

}  // namespace spillway
