/* The kernel in AVX2; compiled without it, an empty one. */
#ifdef __AVX2__
#define DD_KERNEL dd_kernel_avx2
#define DD_KERNEL_NAME "avx2"
#include "engine/cells/kernel_body.h"
#else
#include "engine/cells/kernel.h"

const dd_kernel dd_kernel_avx2 = { .name = NULL };
#endif
