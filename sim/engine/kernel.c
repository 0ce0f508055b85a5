#include "engine/kernel.h"

#include <string.h>

static const dd_kernel *chosen; /* NULL: none yet */

#if defined(__x86_64__)
static int
has_avx512(void)
{
    return dd_kernel_avx512.name != NULL && __builtin_cpu_supports("avx512f")
           && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")
           && __builtin_cpu_supports("avx512vl");
}

static int
has_avx2(void)
{
    return dd_kernel_avx2.name != NULL && __builtin_cpu_supports("avx2");
}
#else
static int
has_avx512(void)
{
    return 0;
}

static int
has_avx2(void)
{
    return 0;
}
#endif

const dd_kernel *
dd_kernel_chosen(void)
{
    if (chosen != NULL)
        return chosen;
    if (has_avx512())
        return &dd_kernel_avx512;
    return has_avx2() ? &dd_kernel_avx2 : &dd_kernel_baseline;
}

dd_status
dd_kernel_choose(const char *name, dd_error *err)
{
    chosen = NULL;
    if (name == NULL)
        return DD_OK;
    if (strcmp(name, "baseline") == 0)
        chosen = &dd_kernel_baseline;
    else if (strcmp(name, "avx2") == 0 && has_avx2())
        chosen = &dd_kernel_avx2;
    else if (strcmp(name, "avx512") == 0 && has_avx512())
        chosen = &dd_kernel_avx512;
    if (chosen != NULL)
        return DD_OK;
    return dd_error_add(err, DD_EUSAGE, NULL, name, dd_kernel_chosen()->name,
                        "not an instruction set that this processor has");
}
