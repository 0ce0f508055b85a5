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
