#include <cstdio>

#include "sim/scenario/scenario.h"

// Prints the loader's verdict on each file: `FILE<TAB>valid` or `FILE<TAB>invalid`.
int main(int count, char** arguments) {
  for (int i = 1; i < count; ++i) {
    const spillway::ScenarioFile file = spillway::load_scenario(arguments[i]);
    std::printf("%s\t%s\n", arguments[i],
                spillway::has_errors(file.diagnostics) ? "invalid" : "valid");
  }
}
