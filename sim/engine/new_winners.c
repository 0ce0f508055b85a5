#include "engine/new_winners.h"

#include <math.h>

void
dd_new_winners_range(dd_new_winners *self, const double level[DD_BLOCK])
{
    double low = level[0], high = level[0];
    for (int i = 1; i < DD_BLOCK; i++) {
        low = fmin(low, level[i]);
        high = fmax(high, level[i]);
    }
    self->low = log(low);
    self->high = log(high);
}

/* Cumulative winners by the end of every period at one level of wins: deals arrive evenly
 * over each day, W between the day's ends is their mean. */
static void
winners_at(const double *win, size_t days, double per_day, double level,
           const double *end_days, size_t periods, double *winners)
{
    double sum = 0.0, before = -expm1(level * log1p(-fmin(win[0], 1.0)));
    size_t p = 0;
    for (size_t day = 1; day <= days && p < periods; day++) {
        double now = -expm1(level * log1p(-fmin(win[day], 1.0)));
        sum += 0.5 * (before + now);
        before = now;
        while (p < periods && (double) day >= end_days[p])
            winners[p++] = per_day * sum;
    }
}

void
dd_new_winners_add(dd_new_winners *self, const double *win, size_t days, double per_day,
                   const double *end_days, size_t periods)
{
    double value[DD_LEVEL_NODES], coefficient[DD_LEVEL_NODES];
    double winners[DD_LEVEL_NODES][DD_MOST_PERIODS];
    int constant = self->low >= self->high;
    for (size_t i = 0; i < (constant ? 1 : DD_LEVEL_NODES); i++) {
        double x = constant ? self->low : dd_chebyshev_node(i, self->low, self->high);
        winners_at(win, days, per_day, exp(x), end_days, periods, winners[i]);
    }
    for (size_t p = 0; p < periods; p++) {
        if (constant) {
            self->coefficient[p * DD_LEVEL_NODES] += winners[0][p];
            continue;
        }
        for (size_t i = 0; i < DD_LEVEL_NODES; i++)
            value[i] = winners[i][p];
        dd_chebyshev_fit(value, coefficient);
        for (size_t k = 0; k < DD_LEVEL_NODES; k++)
            self->coefficient[p * DD_LEVEL_NODES + k] += coefficient[k];
    }
}

double
dd_tables_new_winners(const dd_tables *self, size_t pipeline, size_t period,
                      double level_wins, double level_arrivals)
{
    const dd_new_winners *fresh = &self->fresh[pipeline];
    const double *coefficient = fresh->coefficient + period * DD_LEVEL_NODES;
    double value = coefficient[0];
    if (fresh->low < fresh->high)
        value = dd_chebyshev_at(coefficient, fresh->low, fresh->high, log(level_wins));
    return level_arrivals * fmax(value, 0.0);
}
