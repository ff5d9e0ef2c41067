#include "sim/kernel/line.h"

#include <cstdlib>

#include "sim/kernel/line_sets.h"

namespace spillway {

const LineKernels& line_kernels(std::string_view name) {
  if (name == "portable") return kPortableLines;
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool avx2 = __builtin_cpu_supports("avx2") != 0;
  const bool avx512 =
      __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512dq") != 0;
  if (avx2 && (name == "avx2" || !avx512)) return kAvx2Lines;
  if (avx512) return kAvx512Lines;
#endif
  return kPortableLines;
}

const LineKernels& line_kernels() {
  static const LineKernels& chosen = [] -> const LineKernels& {
    const char* wish = std::getenv("SPILLWAY_SIMD");
    return line_kernels(wish != nullptr ? wish : "");
  }();
  return chosen;
}

}  // namespace spillway
