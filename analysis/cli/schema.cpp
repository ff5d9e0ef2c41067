#include "sim/scenario/schema.h"

#include <fmt/format.h>

#include "analysis/cli/output.h"
#include "analysis/cli/verbs.h"

namespace spillway::cli {

Status schema(const SchemaCommand&) {
  std::string text = json_schema();
  if (!text.ends_with('\n')) text += '\n';
  if (const auto error = write_output(text)) {
    write_error(fmt::format("spillway schema: {}\n", *error));
    return Status::failed;
  }
  return Status::fine;
}

}  // namespace spillway::cli
