#include "engine/cells/kernel.h"

const dd_kernel *
dd_kernel_chosen(void)
{
    static const dd_kernel *const kernel[]
        = { &dd_kernel_baseline, &dd_kernel_avx2, &dd_kernel_avx512 };
    return kernel[dd_isa_chosen()];
}
