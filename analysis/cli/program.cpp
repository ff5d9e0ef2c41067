#include "analysis/cli/program.h"

#include <fmt/format.h>

#include <exception>
#include <new>
#include <string>
#include <variant>
#include <vector>

#include "analysis/cli/command_line.h"
#include "analysis/cli/output.h"
#include "analysis/cli/verbs.h"
#include "sim/language/printable.h"

namespace spillway::cli {
namespace {

Status fail(const std::string& reason) {
  write_error(fmt::format("spillway: {}\n", reason));
  return Status::failed;
}

Status perform(const RunCommand& command) { return run(command); }
Status perform(const CheckCommand& command) { return check(command); }
Status perform(const SchemaCommand& command) { return schema(command); }
Status perform(const PresetsCommand& command) { return presets(command); }

Status perform(const Answer& answer) {
  if (const auto error = write_output(answer.text)) return fail(*error);
  return Status::fine;
}

Status perform(const Misuse& misuse) {
  write_error(misuse.text);
  return Status::wrong;
}

}  // namespace

int run_program(std::span<char*> arguments) {
  guard_standard_streams();
  Status status = Status::failed;
  try {
    std::vector<std::string> texts;
    for (std::size_t i = 1; i < arguments.size(); ++i) texts.emplace_back(arguments[i]);
    const Command command = read_command_line(std::move(texts));
    status = std::visit([](const auto& one) { return perform(one); }, command);
  } catch (const std::bad_alloc&) {
    write_error("spillway: out of memory\n");
  } catch (const std::exception& error) {
    write_error(fmt::format("spillway: an error inside spillway: {}\n", printable(error.what())));
  }
  return static_cast<int>(status);
}

}  // namespace spillway::cli
