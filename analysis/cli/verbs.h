#pragma once

#include "analysis/cli/command_line.h"
#include "analysis/cli/program.h"

// What each verb does. Results go to standard output, all else to standard error.

namespace spillway::cli {

Status run(const RunCommand& command);
Status check(const CheckCommand& command);
Status schema(const SchemaCommand& command);
Status presets(const PresetsCommand& command);

}  // namespace spillway::cli
