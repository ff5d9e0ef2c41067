#pragma once

#include "analysis/cli/command_line.h"

namespace spillway::cli {

/// What a standard stream leads to: whether it is a terminal, how wide, what it can show.
struct TerminalSettings {
  bool terminal = false;
  bool colour = false;
  bool unicode = false;
  int columns = 80;
};

/// Asks the stream (1 output, 2 errors) and the environment: NO_COLOR, TERM, COLUMNS, LC_ALL,
/// LC_CTYPE, LANG.
TerminalSettings settings_of(int descriptor, Colour colour);

}  // namespace spillway::cli
