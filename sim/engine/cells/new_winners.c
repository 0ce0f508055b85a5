#include "engine/cells/new_winners.h"

#include "base/elementary.h"
#include "model/curve/curve_lanes.h"

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

/* One day's arrivals, `all` of them, who have low..high working days left; beyond the
 * curve's last day (rounding) they have that. */
static void
put_day(double *left, size_t days, double low, double high, double all)
{
    double width = high - low, from = low;
    do {
        size_t d = (size_t) from;
        double to = fmin(high, (double) d + 1.0);
        double mass = all * (width > 0.0 ? (to - from) / width : 1.0);
        double after = 0.5 * (from + to) - (double) d;
        left[d < days ? d : days] += mass * (1.0 - after);
        left[d + 1 < days ? d + 1 : days] += mass * after;
        from = to;
    } while (from < high);
}

void
dd_new_winners_left(double *left, size_t days, const double *work, const double *coming,
                    const double *end_days, size_t periods, size_t from, size_t to)
{
    memset(left, 0, periods * (days + 1) * sizeof *left);
    for (size_t p = 0; p < periods; p++) {
        size_t end = (size_t) end_days[p];
        for (size_t day = from; day < end && day < to; day++)
            put_day(left + p * (days + 1), days, work[end] - work[day + 1],
                    work[end] - work[day], coming ? coming[day] : 1.0);
    }
}

/* Levels that the winners are expected at. */
static size_t
levels_of(const dd_new_winners *self, double level[DD_LEVEL_NODES])
{
    size_t n = dd_chebyshev_nodes(self->low, self->high);
    for (size_t i = 0; i < n; i++)
        level[i] = exp(dd_chebyshev_node(i, self->low, self->high));
    return n;
}

static double
hazard_of(double win)
{
    return win < 1.0 ? dd_minus_log1m(win) : (double) INFINITY;
}

static void
add_period(dd_new_winners *self, size_t period, const double *winners, size_t n,
           double per_day)
{
    double coefficient[DD_LEVEL_NODES] = { winners[0] };
    if (n > 1)
        dd_chebyshev_fit(n, winners, coefficient);
    for (size_t k = 0; k < n; k++)
        self->coefficient[period * DD_LEVEL_NODES + k] += per_day * coefficient[k];
}

/* Winners by the end of periods [first, last) at every node of the level; days on which
 * nothing is left to arrive are passed over. */
static void
add_periods(dd_new_winners *self, const double *win, size_t days, double per_day,
            const double *left, size_t first, size_t last, const double *times)
{
    double level[DD_LEVEL_NODES], chance[DD_LEVEL_NODES];
    double winners[DD_MOST_PERIODS][DD_LEVEL_NODES] = { { 0.0 } };
    const dd_curve_lanes *lanes = dd_curve_lanes_chosen();
    size_t n = levels_of(self, level);

    for (size_t d = 0; d <= days; d++) {
        lanes->chances(level, n, hazard_of(win[d]), chance);
        for (size_t p = first; p < last; p++) {
            double weight = left[p * (days + 1) + d];
            for (size_t i = 0; weight > 0.0 && i < n; i++)
                winners[p][i] += weight * chance[i];
        }
    }
    for (size_t p = first; p < last; p++)
        add_period(self, p, winners[p], n, times ? per_day * times[p] : per_day);
}

void
dd_new_winners_add(dd_new_winners *self, const double *win, size_t days, double per_day,
                   const double *left, size_t periods, const double *times)
{
    add_periods(self, win, days, per_day, left, 0, periods, times);
}

void
dd_new_winners_add_period(dd_new_winners *self, const double *win, size_t days,
                          double per_day, const double *left, size_t period,
                          const double *times)
{
    add_periods(self, win, days, per_day, left, period, period + 1, times);
}

int
dd_new_winners_none(const dd_new_winners *self, size_t periods)
{
    for (size_t i = 0; i < periods * DD_LEVEL_NODES; i++)
        if (self->coefficient[i] != 0.0)
            return 0;
    return 1;
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
