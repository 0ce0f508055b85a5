#include "engine/cells/guide.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(DD_MOST_SIZES <= UINT16_MAX + 1, "a guide tells places by 16 bits");

dd_status
dd_guide_init(dd_guide *self, size_t values, dd_error *err)
{
    memset(self, 0, sizeof *self);
    self->room = values;
    self->first = malloc(sizeof *self->first << DD_GUIDE_MOST_BITS);
    self->last = malloc((values + 1) * sizeof *self->last);
    self->value = malloc((values + 1) * sizeof *self->value);
    self->minor = malloc((values + 1) * sizeof *self->minor);
    if (self->first && self->last && self->value && self->minor)
        return DD_OK;
    dd_guide_free(self);
    return dd_error_no_memory(err);
}

void
dd_guide_free(dd_guide *self)
{
    free(self->first);
    free(self->last);
    free(self->value);
    free(self->minor);
    memset(self, 0, sizeof *self);
}

/* Words w with (w + 1/2) 2^-32 < cumulative, the last value taking what is left: u is
 * compared as a double, in which w + 1/2 is exact. @return values that have any word */
static size_t
share_words(dd_guide *self, const dd_size_law *law)
{
    size_t n = 0;
    double before = 0;

    for (size_t i = 0; i < law->n; i++) {
        double words = ceil(law->cumulative[i] * 0x1p32 - 0.5);
        words = i + 1 < law->n ? fmin(words, 0x1p32) : 0x1p32;
        if (!(words > before))
            continue;
        self->last[n] = (uint32_t) (words - 1);
        self->value[n] = law->value[i];
        self->minor[n++] = dd_round_minor(law->value[i]);
        before = words;
    }
    return n;
}

void
dd_guide_make(dd_guide *self, const dd_size_law *law)
{
    size_t n = share_words(self, law), i = 0;
    int bits = 2;

    while (bits < DD_GUIDE_MOST_BITS && (size_t) 1 << bits < 4 * n)
        bits++;
    self->law = law;
    self->shift = 32 - bits;
    for (uint32_t entry = 0; entry < UINT32_C(1) << bits; entry++) {
        while (entry << self->shift > self->last[i])
            i++;
        self->first[entry] = (uint16_t) i;
    }
}
