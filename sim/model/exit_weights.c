#include "model/exit_weights.h"

#include "base/sort.h"

#include <math.h>
#include <stdlib.h>

/* How many of the ascending ages lie below `age`, counted on from `below`. */
static size_t
below(const double *ages, size_t n, double age, size_t below)
{
    while (below < n && ages[below] < age)
        below++;
    return below;
}

static size_t
ties_at(const double *age, size_t n, size_t i)
{
    size_t j = i;
    while (j < n && age[j] <= age[i])
        j++;
    return j - i;
}

/* Nelson & Aalen's increments; half a deal bounds those of the last one at risk. */
static double
add_hazards(double *hazard, const double *exit_age, size_t exits, const double *from,
            const double *to, size_t n)
{
    double sum = 0.0;
    size_t come = 0, gone = 0, ties;
    for (size_t i = 0; i < exits; i += ties) {
        ties = ties_at(exit_age, exits, i);
        come = below(from, n, exit_age[i], come);
        gone = below(to, n, exit_age[i], gone);
        double at_risk = fmax((double) come - (double) gone, (double) ties) + 0.5;
        for (size_t k = i; k < i + ties; k++)
            hazard[k] = 1.0 / at_risk;
        sum += (double) ties / at_risk;
    }
    return sum;
}

dd_status
dd_exit_weights(double *weight, const double *exit_age, size_t exits,
                const dd_spell *const *spells, size_t n, dd_error *err)
{
    double *from = malloc(3 * (n + 1) * sizeof *from), *to = from + n, *spare = to + n;
    dd_status status = from ? DD_OK : dd_error_no_memory(err);
    if (!status) {
        for (size_t i = 0; i < n; i++) {
            from[i] = spells[i]->from_days;
            to[i] = spells[i]->dwell_days > from[i] ? spells[i]->dwell_days : from[i];
        }
        dd_sort(from, spare, n);
        dd_sort(to, spare, n);
        double sum = add_hazards(weight, exit_age, exits, from, to, n);
        for (size_t i = 0; i < exits; i++)
            weight[i] = 0.5 * weight[i] / sum + 0.5 / (double) exits;
    }
    free(from);
    return status;
}
