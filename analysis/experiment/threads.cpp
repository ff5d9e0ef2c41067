#include "analysis/experiment/threads.h"

#include <algorithm>
#include <thread>
#include <vector>

namespace spillway {

void on_threads(std::uint32_t asked, std::size_t tasks, const std::function<void()>& work) {
  const std::uint32_t processors = std::max(1u, std::thread::hardware_concurrency());
  const auto threads = static_cast<std::uint32_t>(
      std::min<std::size_t>(asked == 0 ? processors : asked, std::max<std::size_t>(tasks, 1)));
  std::vector<std::jthread> helpers;
  for (std::uint32_t thread = 1; thread < threads; ++thread) helpers.emplace_back(work);
  work();
}

}  // namespace spillway
