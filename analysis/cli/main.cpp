#include <span>

#include "analysis/cli/program.h"

int main(int argc, char** argv) {
  return spillway::cli::run_program({argv, static_cast<std::size_t>(argc)});
}
