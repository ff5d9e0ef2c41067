#include "analysis/cli/interruption.h"

#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string_view>

namespace spillway::cli {
namespace {

std::atomic<bool> asked_to_stop = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler must not wait");

// Only what POSIX allows in a signal handler: write and _exit.
extern "C" void spillway_on_signal(int) {
  const int saved = errno;
  if (asked_to_stop.exchange(true)) ::_exit(130);
  constexpr std::string_view note = "\nstopping; once more to leave at once\n";
  if (::write(STDERR_FILENO, note.data(), note.size()) < 0) errno = saved;
  errno = saved;
}

void listen(void (*handler)(int)) {
  struct sigaction action{};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  ::sigemptyset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM}) ::sigaction(signal, &action, nullptr);
}

}  // namespace

Interruption::Interruption() {
  asked_to_stop = false;
  listen(spillway_on_signal);
}

Interruption::~Interruption() { listen(SIG_DFL); }

const std::atomic<bool>& Interruption::asked() const { return asked_to_stop; }

}  // namespace spillway::cli
