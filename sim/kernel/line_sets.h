#pragma once

#include "sim/kernel/line.h"

namespace spillway {

// One file each; line.cpp chooses. The last two exist on x86-64 only.
extern const LineKernels kPortableLines;
#if defined(__x86_64__)
extern const LineKernels kAvx2Lines;
extern const LineKernels kAvx512Lines;
#endif

}  // namespace spillway
