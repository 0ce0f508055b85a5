#include "engine/new_winners.h"

#include <math.h>
#include <string.h>

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

/* One day's arrivals, who have low..high working days left; beyond the curve's last day
 * (rounding) they have that. */
static void
put_day(double *left, size_t days, double low, double high)
{
    double width = high - low, from = low;
    do {
        size_t d = (size_t) from;
        double to = fmin(high, (double) d + 1.0);
        double mass = width > 0.0 ? (to - from) / width : 1.0;
        double after = 0.5 * (from + to) - (double) d;
        left[d < days ? d : days] += mass * (1.0 - after);
        left[d + 1 < days ? d + 1 : days] += mass * after;
        from = to;
    } while (from < high);
}

void
dd_new_winners_left(double *left, size_t days, const double *work,
                    const double *end_days, size_t periods)
{
    memset(left, 0, periods * (days + 1) * sizeof *left);
    for (size_t p = 0; p < periods; p++) {
        size_t end = (size_t) end_days[p];
        for (size_t day = 0; day < end; day++)
            put_day(left + p * (days + 1), days, work[end] - work[day + 1],
                    work[end] - work[day]);
    }
}

/* Winners by the end of every period at one level of wins. */
static void
winners_at(const double *win, size_t days, double per_day, double level,
           const double *left, size_t periods, double *winners)
{
    for (size_t p = 0; p < periods; p++)
        winners[p] = 0.0;
    for (size_t d = 0; d <= days; d++) {
        double won = -expm1(level * log1p(-fmin(win[d], 1.0)));
        for (size_t p = 0; p < periods; p++)
            winners[p] += per_day * left[p * (days + 1) + d] * won;
    }
}

void
dd_new_winners_add(dd_new_winners *self, const double *win, size_t days, double per_day,
                   const double *left, size_t periods)
{
    double value[DD_LEVEL_NODES], coefficient[DD_LEVEL_NODES];
    double winners[DD_LEVEL_NODES][DD_MOST_PERIODS];
    int constant = self->low >= self->high;
    for (size_t i = 0; i < (constant ? 1 : DD_LEVEL_NODES); i++) {
        double x = constant ? self->low : dd_chebyshev_node(i, self->low, self->high);
        winners_at(win, days, per_day, exp(x), left, periods, winners[i]);
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
