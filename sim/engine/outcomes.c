#include "dealdice/outcomes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

dd_status
dd_outcomes_init(dd_outcomes *self, size_t periods, size_t trials, dd_error *err)
{
    size_t cells = periods * trials;

    memset(self, 0, sizeof *self);
    if (trials && cells / trials != periods)
        return dd_error_no_memory(err);
    self->trials = trials;
    self->periods = periods;
    cells += cells == 0; /* calloc(0) may return NULL */
    self->open = calloc(cells, sizeof *self->open);
    self->new_ = calloc(cells, sizeof *self->new_);
    self->wins = calloc(cells, sizeof *self->wins);
    self->bookings = calloc(cells, sizeof *self->bookings);
    self->expected = malloc((trials + 1) * sizeof *self->expected);
    if (self->open && self->new_ && self->wins && self->bookings && self->expected) {
        for (size_t t = 0; t < trials; t++)
            self->expected[t] = (double) NAN;
        return DD_OK;
    }
    dd_outcomes_free(self);
    return dd_error_no_memory(err);
}

static int
grow(int64_t **column, size_t cells)
{
    int64_t *grown = realloc(*column, (cells + 1) * sizeof **column);

    if (grown)
        *column = grown;
    return grown != NULL;
}

static int
grow_all(dd_outcomes *self, size_t cells, size_t trials)
{
    double *expected = realloc(self->expected, (trials + 1) * sizeof *expected);

    if (expected)
        self->expected = expected;
    return expected && grow(&self->open, cells) && grow(&self->new_, cells)
           && grow(&self->wins, cells) && grow(&self->bookings, cells);
}

/* The periods' stretches of a column become n values long: from the last on where they
 * move apart, so that none is overwritten before it has moved. */
static void
stretch(int64_t *column, size_t periods, size_t held, size_t n)
{
    size_t kept = held < n ? held : n;

    for (size_t i = 0; i < periods; i++) {
        size_t p = n > held ? periods - 1 - i : i;
        memmove(column + p * n, column + p * held, kept * sizeof *column);
    }
}

dd_status
dd_outcomes_resize(dd_outcomes *self, size_t trials, dd_error *err)
{
    size_t cells = self->periods * trials, held = self->trials;

    if (trials == self->trials)
        return DD_OK;
    if (trials && cells / trials != self->periods)
        return dd_error_no_memory(err);
    if (trials > self->trials && !grow_all(self, cells, trials))
        return dd_error_no_memory(err);
    stretch(self->open, self->periods, held, trials);
    stretch(self->new_, self->periods, held, trials);
    stretch(self->wins, self->periods, held, trials);
    stretch(self->bookings, self->periods, held, trials);
    self->trials = trials;
    return DD_OK;
}

void
dd_outcomes_free(dd_outcomes *self)
{
    free(self->open);
    free(self->new_);
    free(self->wins);
    free(self->bookings);
    free(self->expected);
    memset(self, 0, sizeof *self);
}
