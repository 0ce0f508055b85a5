/**
 * @file elementary.h
 * Logarithm and exponential in plain arithmetic of a fixed order: the same bytes from
 * every compiler, libm and vector width, and a loop over them vectorises.
 */
#ifndef DD_BASE_ELEMENTARY_H
#define DD_BASE_ELEMENTARY_H

#include <stdint.h>

typedef union {
    double value;
    uint64_t bits;
} dd_double_bits;

/**
 * -log(x), x in [2^-63, 1]: 2^-63 and not less, since k + 64 is kept positive.
 *
 * x = 2^k m with m in [sqrt(1/2), sqrt(2)); log m = 2 artanh(s), s = (m-1)/(m+1), by the
 * series to s^13. |s| < .1716, so what is left out is below 2e-12 relative; near x = 1
 * the error stays relative to -log(x), since m - 1 is exact.
 */
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

/** -log(1 - w) for a chance w in [0, 1): what 1 - w loses is added again. */
static inline double
dd_minus_log1m(double w)
{
    double left = 1.0 - w;
    return dd_minus_log(left) - ((1.0 - left) - w) / left;
}

/** exp(-x), and 1 - exp(-x) without cancellation. */
typedef struct {
    double stay, leave;
} dd_decay;

/**
 * x in [0, 700]. x = k log 2 + r with |r| <= log(2)/2; exp(-r) - 1 by its series to
 * r^12, 5e-16 relative.
 */
static inline dd_decay
dd_decay_of(double x)
{
    const double magic = 0x1.8p52; /* what is added to it is rounded to whole */
    dd_double_bits whole = { x * 1.44269504088896340736 + magic }, scale;
    double k = whole.value - magic;
    double y = k * 6.93147180369123816490e-01 - x + k * 1.90821492927058770002e-10;
    double series = 1.0 / 39916800 + y * (1.0 / 479001600);

    series = 1.0 / 3628800 + y * series;
    series = 1.0 / 362880 + y * series;
    series = 1.0 / 40320 + y * series;
    series = 1.0 / 5040 + y * series;
    series = 1.0 / 720 + y * series;
    series = 1.0 / 120 + y * series;
    series = 1.0 / 24 + y * series;
    series = 1.0 / 6 + y * series;
    series = 0.5 + y * series;
    series = y + y * y * series;
    scale.bits = (UINT64_C(1023) - whole.bits) << 52; /* 2^-k: magic ends in zeros */
    return (dd_decay){ scale.value + scale.value * series,
                       1.0 - scale.value - scale.value * series };
}

#endif
