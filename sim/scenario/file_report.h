#pragma once

#include <string>

#include "sim/scenario/document.h"
#include "sim/scenario/side_files.h"

namespace spillway {

class Reader;

/// Reports what is wrong with a file that the map `node` names: in that file's line where there is
/// one, else where the scenario names the file or its column.
void report(Reader& reader, const Node& node, const std::string& file, const FileProblem& problem);

}  // namespace spillway
