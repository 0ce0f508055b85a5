/**
 * @file guide.h
 * Inversion of a size law in a few steps: a guide table (Chen & Asau 1974) tells where in
 * the law each part of chance begins, four parts to a value, so that mostly one
 * comparison of integers is left. Source: sim/engine/cells/guide.c.
 */
#ifndef DD_ENGINE_GUIDE_H
#define DD_ENGINE_GUIDE_H

#include "dealdice/error.h"
#include "model/amounts.h"

#include <stdint.h>

#define DD_GUIDE_MOST_BITS 14

typedef struct {
    const dd_size_law *law; /* borrowed; NULL: none yet */
    size_t room;            /* values that the arrays hold */
    int shift;              /* 32 - bits of an entry's number */
    uint16_t *first; /* entries: where each begins; short, to be in the nearest cache */
    uint32_t *last;  /* per value: the last word that still belongs to it */
    double *value;   /* those to which any word belongs */
    int64_t *minor;  /* the same to the nearest minor unit */
} dd_guide;

/** Room for laws of up to this many values, 2^16 at most; allocates. */
dd_status dd_guide_init(dd_guide *self, size_t values, dd_error *err);
void dd_guide_free(dd_guide *self);
/** Prepare for a law of at most that many values. Allocates nothing. */
void dd_guide_make(dd_guide *self, const dd_size_law *law);

/** Which value a word falls to. */
static inline size_t
dd_guide_index(const dd_guide *self, uint32_t word)
{
    size_t i = self->first[word >> self->shift];

    i += word > self->last[i];
    while (word > self->last[i])
        i++;
    return i;
}

/** dd_size_law_at for u = dd_uniform32(word). */
static inline double
dd_guide_at(const dd_guide *self, uint32_t word)
{
    return self->value[dd_guide_index(self, word)];
}

/** The same, rounded by dd_round_minor. */
static inline int64_t
dd_guide_minor_at(const dd_guide *self, uint32_t word)
{
    return self->minor[dd_guide_index(self, word)];
}

static inline int64_t dd_round_minor(double x);

/** The same of the value times `times`. */
static inline int64_t
dd_guide_minor_times(const dd_guide *self, uint32_t word, double times)
{
    size_t i = dd_guide_index(self, word);

    return times == 1.0 ? self->minor[i] : dd_round_minor(self->value[i] * times);
}

/** The sum of that over n words. */
static inline int64_t
dd_guide_minor_sum(const dd_guide *self, const uint32_t *word, size_t n, double times)
{
    int64_t sum = 0;

    if (times == 1.0)
        for (size_t i = 0; i < n; i++)
            sum += self->minor[dd_guide_index(self, word[i])];
    else
        for (size_t i = 0; i < n; i++)
            sum += dd_round_minor(self->value[dd_guide_index(self, word[i])] * times);
    return sum;
}

/** Nearest whole number of minor units, halves away from zero; |x| below 2^51. */
static inline int64_t
dd_round_minor(double x)
{
    return (int64_t) (x < 0 ? x - 0.5 : x + 0.5);
}

#endif
