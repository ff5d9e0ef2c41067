#include "analysis/cli/output.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "sim/language/printable.h"

namespace spillway::cli {
namespace {

std::string reason(int error) { return std::generic_category().message(error); }

/// Writes all of the text. Returns: errno, or 0.
int write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

/// The file that the name leads to, through links.
std::filesystem::path target_of(const std::string& path) {
  std::error_code error;
  const auto target = std::filesystem::weakly_canonical(path, error);
  return error ? std::filesystem::path(path) : target;
}

bool is_special(const std::filesystem::path& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  return std::filesystem::exists(status) && !std::filesystem::is_regular_file(status);
}

/// A file beside the target that becomes it, or goes away.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::filesystem::path& target)
      : target_(target.string()),
        name_((target.parent_path() / fmt::format(".{}.XXXXXX", target.filename().string()))
                  .string()) {
    descriptor_ = ::mkstemp(name_.data());
    if (descriptor_ < 0) error_ = errno;
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    if (descriptor_ < 0) return;
    ::close(descriptor_);
    if (!kept_) ::unlink(name_.c_str());
  }

  /// Returns: errno of making the file, or 0.
  int error() const { return error_; }

  /// Writes the text and gives the file its name. Returns: errno, or 0.
  int keep(std::string_view text) {
    if (const int error = write_all(descriptor_, text)) return error;
    const mode_t mask = ::umask(0);
    ::umask(mask);
    struct stat old{};
    const mode_t mode = ::stat(target_.c_str(), &old) == 0 ? old.st_mode & 0777U : 0666U & ~mask;
    if (::fchmod(descriptor_, mode) != 0 || ::fsync(descriptor_) != 0 ||
        ::rename(name_.c_str(), target_.c_str()) != 0) {
      return errno;
    }
    kept_ = true;
    return 0;
  }

 private:
  std::string target_;
  std::string name_;
  int descriptor_ = -1;
  int error_ = 0;
  bool kept_ = false;
};

std::string refusal(const std::string& path, int error) {
  return fmt::format("cannot write '{}': {}", shown(path, 200), reason(error));
}

}  // namespace

std::optional<std::string> write_output(std::string_view text) {
  const int error = write_all(STDOUT_FILENO, text);
  if (error == 0 || error == EPIPE) return std::nullopt;
  return fmt::format("cannot write standard output: {}", reason(error));
}

void write_error(std::string_view text) { write_all(STDERR_FILENO, text); }

std::optional<std::string> refuses_writing(const std::string& path) {
  const std::filesystem::path target = target_of(path);
  std::error_code error;
  if (std::filesystem::is_directory(target, error)) return refusal(path, EISDIR);
  if (is_special(target)) return std::nullopt;
  if (::access(target.c_str(), F_OK) == 0 && ::access(target.c_str(), W_OK) != 0) {
    return refusal(path, errno);
  }
  const TemporaryFile trial(target);
  if (trial.error() != 0) return refusal(path, trial.error());
  return std::nullopt;
}

std::optional<std::string> write_file(const std::string& path, std::string_view text) {
  const std::filesystem::path target = target_of(path);
  int error = 0;
  if (is_special(target)) {
    const int descriptor = ::open(target.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor < 0) return refusal(path, errno);
    error = write_all(descriptor, text);
    ::close(descriptor);
    if (error == EPIPE) error = 0;
  } else {
    TemporaryFile file(target);
    error = file.error() != 0 ? file.error() : file.keep(text);
  }
  if (error != 0) return refusal(path, error);
  return std::nullopt;
}

void guard_standard_streams() {
  for (int descriptor = 0; descriptor <= 2; ++descriptor) {
    // For reading only: whoever writes to a closed stream must still be told.
    if (::fcntl(descriptor, F_GETFD) == -1) ::open("/dev/null", O_RDONLY);
  }
  // Errors of write() say the same, and can be reported.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

}  // namespace spillway::cli
