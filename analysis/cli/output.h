#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace spillway::cli {

/// Writes to standard output, all of it. A reader that has gone (`| head`) is not an error: it has
/// what it wanted.
///
/// Returns: what went wrong, for a message; nothing when all is written.
std::optional<std::string> write_output(std::string_view text);

/// Writes to standard error; failures are of no use to anybody.
void write_error(std::string_view text);

/// Whether a file of this name can be written, before hours are spent on what goes into it.
///
/// Returns: why not, or nothing.
std::optional<std::string> refuses_writing(const std::string& path);

/// Writes a file as a whole or not at all: into a temporary file beside it, to the disk, and then
/// under its name. What is no ordinary file (a pipe, a device) is written to directly.
///
/// Returns: what went wrong, or nothing.
std::optional<std::string> write_file(const std::string& path, std::string_view text);

/// Makes sure that 0, 1 and 2 are taken, so that no file opened later is mistaken for a standard
/// stream that the caller closed, and that writing to a pipe nobody reads, or beyond a limit of
/// file sizes, is an error, not the end.
void guard_standard_streams();

}  // namespace spillway::cli
