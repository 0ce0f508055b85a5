#include "base/isa.h"

#include <string.h>

static int chosen = -1; /* none yet */

#if defined(__x86_64__)
static dd_isa
widest(void)
{
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        return DD_ISA_AVX512;
    return __builtin_cpu_supports("avx2") ? DD_ISA_AVX2 : DD_ISA_BASELINE;
}
#else
static dd_isa
widest(void)
{
    return DD_ISA_BASELINE;
}
#endif

const char *
dd_isa_name(dd_isa self)
{
    static const char *const name[] = { "baseline", "avx2", "avx512" };
    return name[self];
}

dd_isa
dd_isa_chosen(void)
{
    return chosen >= 0 ? (dd_isa) chosen : widest();
}

dd_status
dd_isa_choose(const char *name, dd_error *err)
{
    dd_isa most = widest();

    chosen = -1;
    if (name == NULL)
        return DD_OK;
    for (int i = DD_ISA_BASELINE; i <= (int) most; i++)
        if (strcmp(name, dd_isa_name((dd_isa) i)) == 0)
            chosen = i;
    if (chosen >= 0)
        return DD_OK;
    return dd_error_add(err, DD_EUSAGE, NULL, name, dd_isa_name(most),
                        "not an instruction set that this processor has");
}
