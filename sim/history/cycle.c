#include "history/cycle.h"

#include <math.h>
#include <stdlib.h>

static int
compare(const void *a, const void *b)
{
    const double x = *(const double *) a, y = *(const double *) b;
    return (x > y) - (x < y);
}

dd_status
dd_past_cycle(const dd_past *past, double q, double *days, dd_error *err)
{
    double *all = malloc((past->n_deals + 1) * sizeof *all);
    size_t n = 0;

    *days = (double) NAN;
    if (all == NULL)
        return dd_error_no_memory(err);
    for (size_t i = 0; i < past->n_deals; i++) {
        const dd_past_deal *deal = &past->deals[i];
        if (deal->stage == DD_WON && deal->created != DD_NO_MOMENT
            && deal->closed != DD_NO_MOMENT)
            all[n++] = (double) (deal->closed - deal->created) / 86400.0;
    }
    qsort(all, n, sizeof *all, compare);
    if (n > 0) /* the smallest that so many do not exceed */
        *days = all[(size_t) fmin(fmax(ceil(q * (double) n) - 1, 0), (double) n - 1)];
    free(all);
    return DD_OK;
}
