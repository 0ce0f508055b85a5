/**
 * @file logarithm.h
 * -log(x) in plain arithmetic of a fixed order: the same bytes from every compiler, libm
 * and vector width, and a loop over it vectorises.
 *
 * x = 2^k m with m in [sqrt(1/2), sqrt(2)); log m = 2 artanh(s), s = (m-1)/(m+1), by the
 * series to s^13. |s| < .1716, so what is left out is below 2e-12 relative; near x = 1
 * the error stays relative to -log(x), since m - 1 is exact.
 */
#ifndef DD_ENGINE_LOGARITHM_H
#define DD_ENGINE_LOGARITHM_H

#include <stdint.h>

typedef union {
    double value;
    uint64_t bits;
} dd_double_bits;

/** x in [2^-63, 1]: 2^-63 and not less, since k + 64 is kept positive. */
static inline double
dd_minus_log(double x)
{
    const uint64_t root_half = UINT64_C(0x3fe6a09e667f3bcd), magic = UINT64_C(0x433)
                                                                     << 52;
    dd_double_bits mantissa = { x }, exponent;
    double s, z, series;

    exponent.bits = (mantissa.bits - root_half + (UINT64_C(64) << 52)) >> 52;
    mantissa.bits -= (exponent.bits - 64) << 52;
    exponent.bits |= magic; /* the double 2^52 + (k + 64) */
    s = (mantissa.value - 1.0) / (mantissa.value + 1.0);
    z = s * s;
    series = 1.0 / 11 + z * (1.0 / 13);
    series = 1.0 / 9 + z * series;
    series = 1.0 / 7 + z * series;
    series = 1.0 / 5 + z * series;
    series = 1.0 / 3 + z * series;
    return -2 * s * (1.0 + z * series)
           - (exponent.value - (0x1p52 + 64)) * 0.693147180559945309417;
}

#endif
