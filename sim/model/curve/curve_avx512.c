/* Inner loops of curves in AVX-512; compiled without it, the same as the baseline. */
#define DD_CURVE_LANES dd_curve_avx512
#include "model/curve/curve_body.h"
