/**
 * @file guide.h
 * Inversion of a size law in a few steps: a guide table (Chen & Asau 1974) tells where in
 * the law each 2048th of chance begins. Source: sim/engine/guide.c.
 */
#ifndef DD_ENGINE_GUIDE_H
#define DD_ENGINE_GUIDE_H

#include "model/amounts.h"

#include <stdint.h>

#define DD_GUIDE_BITS 11
#define DD_GUIDE_ENTRIES (1 << DD_GUIDE_BITS)

typedef struct {
    const dd_size_law *law; /* borrowed; NULL: none yet */
    uint32_t first[DD_GUIDE_ENTRIES];
} dd_guide;

void dd_guide_make(dd_guide *self, const dd_size_law *law);

/** dd_size_law_at for u = dd_uniform32(word). */
static inline double
dd_guide_at(const dd_guide *self, uint32_t word)
{
    const dd_size_law *law = self->law;
    double u = ((double) word + 0.5) * 0x1p-32;
    size_t i = self->first[word >> (32 - DD_GUIDE_BITS)];

    while (i + 1 < law->n && law->cumulative[i] <= u)
        i++;
    return law->value[i];
}

/** Nearest whole number of minor units, halves away from zero; |x| below 2^51. */
static inline int64_t
dd_round_minor(double x)
{
    return (int64_t) (x < 0 ? x - 0.5 : x + 0.5);
}

#endif
