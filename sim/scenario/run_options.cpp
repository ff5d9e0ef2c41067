#include "sim/scenario/run_options.h"

#include "sim/language/quantity_text.h"

namespace spillway {

std::string print(const Warmup& warmup) {
  return warmup.automatic ? "auto" : print(Duration{warmup.ns});
}

std::string print(const Replications& replications) { return print(replications.count); }

}  // namespace spillway
