#include "engine/cells/kernel.h"

const dd_kernel *
dd_kernel_chosen(void)
{
    static const dd_kernel *const kernel[]
        = { &dd_kernel_baseline, &dd_kernel_avx2, &dd_kernel_avx512 };
    return kernel[dd_isa_chosen()];
}

void
dd_round_keys_make(dd_round_keys *self, uint64_t seed, dd_rng_purpose purpose)
{
    dd_stream stream = dd_stream_make(seed, purpose, 0, 0);

    for (uint32_t round = 0; round < 10; round++)
        for (int lane = 0; lane < 8; lane++) {
            self->of[round][0][lane] = stream.key[0] + round * UINT32_C(0x9E3779B9);
            self->of[round][1][lane] = stream.key[1] + round * UINT32_C(0xBB67AE85);
        }
}
