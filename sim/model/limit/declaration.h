#pragma once

#include <vector>

#include "sim/language/field.h"
#include "sim/language/location.h"
#include "sim/language/pack.h"
#include "sim/language/quantity.h"

namespace spillway {

/// `[checkout, mailer]`: components that share something.
struct Sharers {
  std::vector<Reference> all;
  Location at;
};

/// `limits: {lambda-account: {concurrency: 1000, of: [checkout, mailer]}}`: a cap on what several
/// components do at once. How it works: sim/flow/shared_limit.h.
struct LimitParameters {
  Count concurrency = 1;
  Sharers of;

  static constexpr auto fields() {
    using L = LimitParameters;
    return Pack{
        Field{
            &L::concurrency, "concurrency",
            "Handlers that run at once, in all that share it: each needs a permit beside its slot",
            Bounds{1, 1e6}, Need::required},
        Field{&L::of, "of",
              "The services and consumers that share it. A request to a service that finds a slot "
              "and no permit is refused at once (unavailable); a message waits at its consumer",
              kAtLeastZero, Need::required, Noun::service | Noun::consumer},
    };
  }
};

}  // namespace spillway
