#pragma once

#include <span>

namespace spillway::cli {

/// How a command ended, as the calling script sees it.
enum class Status : int {
  fine = 0,
  missed = 1,         ///< the scenario ran and missed an objective
  wrong = 2,          ///< the command line or the scenario is wrong
  failed = 3,         ///< it could not do its work
  interrupted = 130,  ///< by a signal; what was finished is kept
};

/// Does what the command line says. Never throws. Returns: the exit status.
int run_program(std::span<char*> arguments);

}  // namespace spillway::cli
