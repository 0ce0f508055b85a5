/* The kernel in what every processor of this kind has. */
#define DD_KERNEL dd_kernel_baseline
#define DD_KERNEL_NAME "baseline"
#include "engine/cells/kernel_body.h"
