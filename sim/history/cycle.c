#include "history/cycle.h"

#include "base/sort.h"

#include <math.h>
#include <stdlib.h>

dd_status
dd_past_cycle(const dd_past *past, double q, double *days, dd_error *err)
{
    double *all = malloc(2 * (past->n_deals + 1) * sizeof *all);
    size_t n = 0;

    *days = (double) NAN;
    if (all == NULL)
        return dd_error_no_memory(err);
    for (size_t i = 0; i < past->n_deals; i++) {
        const dd_past_deal *deal = &past->deals[i];
        if (deal->stage == DD_WON && deal->created != DD_NO_MOMENT
            && deal->closed != DD_NO_MOMENT)
            all[n++]
                = (double) (deal->closed - deal->created) / (double) DD_SECONDS_PER_DAY;
    }
    dd_sort(all, all + n, n);
    if (n > 0) /* the smallest that so many do not exceed */
        *days = all[(size_t) fmin(fmax(ceil(q * (double) n) - 1, 0), (double) n - 1)];
    free(all);
    return DD_OK;
}
