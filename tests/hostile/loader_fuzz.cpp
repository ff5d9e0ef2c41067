#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "sim/scenario/scenario.h"

// The loader under libFuzzer: whatever the bytes are, it returns, and what it accepts is finite.
// Its findings are rendered too: they quote the file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace spillway;
  const auto file =
      load_scenario_text(std::string(reinterpret_cast<const char*>(data), size), "fuzz/s.yaml");
  for (const Diagnostic& diagnostic : file.diagnostics) {
    for (const char c : render(diagnostic)) {
      if (static_cast<unsigned char>(c) < 0x20 && c != '\n') std::abort();
    }
  }
  if (has_errors(file.diagnostics)) return 0;
  for (const Scenario& scenario : file.variants) {
    if (scenario.run.duration.ns <= 0 || scenario.run.warmup.ns >= scenario.run.duration.ns)
      std::abort();
    for (const auto& producer : scenario.producers) {
      const auto& load = producer.parameters.load;
      if (load.poisson && !(load.poisson->per_second >= 0)) std::abort();
    }
  }
  return 0;
}
