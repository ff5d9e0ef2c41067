#include "analysis/cli/terminal_settings.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <string>
#include <string_view>

namespace spillway::cli {
namespace {

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

/// Whether the locale's characters are UTF-8; the name tells, the locale need not be installed.
bool is_utf8() {
  std::string_view locale = environment("LC_ALL");
  if (locale.empty()) locale = environment("LC_CTYPE");
  if (locale.empty()) locale = environment("LANG");
  std::string name;
  for (const char c : locale) {
    if (c >= 'A' && c <= 'Z') {
      name += static_cast<char>(c - 'A' + 'a');
    } else if (c != '-') {
      name += c;
    }
  }
  return name.find("utf8") != std::string::npos;
}

int columns_of(int descriptor) {
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const std::string_view text = environment("COLUMNS");
  int columns = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), columns);
  return error == std::errc{} && columns > 0 ? columns : 80;
}

}  // namespace

TerminalSettings settings_of(int descriptor, Colour colour) {
  TerminalSettings settings;
  settings.terminal = ::isatty(descriptor) == 1;
  settings.unicode = is_utf8();
  settings.columns = settings.terminal ? columns_of(descriptor) : 80;
  settings.colour = colour == Colour::always ||
                    (colour == Colour::automatic && settings.terminal &&
                     environment("NO_COLOR").empty() && environment("TERM") != "dumb");
  return settings;
}

}  // namespace spillway::cli
