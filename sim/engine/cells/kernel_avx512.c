/* The kernel in AVX512; compiled without it, an empty one. */
#ifdef __AVX512BW__
#define DD_KERNEL dd_kernel_avx512
#define DD_KERNEL_NAME "avx512"
#include "engine/cells/kernel_body.h"
#else
#include "engine/cells/kernel.h"

const dd_kernel dd_kernel_avx512 = { .name = NULL };
#endif
