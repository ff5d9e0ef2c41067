#pragma once

#include <cstdint>
#include <functional>

namespace spillway {

/// Runs the same work on several threads at once, this one among them, and returns when all are
/// done: on as many as asked for (0: one per processor), but on no more than there are tasks.
void on_threads(std::uint32_t asked, std::size_t tasks, const std::function<void()>& work);

}  // namespace spillway
