/* Inner loops of curves in AVX2; compiled without it, the same as the baseline. */
#define DD_CURVE_LANES dd_curve_avx2
#include "model/curve/curve_body.h"
