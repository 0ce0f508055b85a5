#include "answers/backtest/backtest.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

/* The last day that a forecast of this slot looks at; DD_NO_DAY where it has no score. */
static dd_day
end_of(const dd_origin *origin, dd_slot slot)
{
    if (!origin->scored[slot][DD_WHAT_WINS].known)
        return DD_NO_DAY;
    return slot < DD_SLOT_SECOND ? origin->period.end
                                 : origin->end[slot - DD_SLOT_SECOND + 1];
}

/* Of the first n forecasts, in order of their days: how many begin, or end, before one. */
static size_t
count_before(const dd_backtest *self, dd_slot slot, size_t n, dd_day day, int ends)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const dd_origin *origin = &self->origin[middle];
        if ((ends ? end_of(origin, slot) : origin->as_of) < day)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/*
 * Forecasts whose days ahead overlap share most of their future. Every day ahead counts
 * once, split among the forecasts that cover it; a forecast is worth what its days get.
 * That of a later period covers the days before it too: it went wrong there.
 */
double
dd_backtest_effective(const dd_backtest *self, dd_slot slot)
{
    double sum = 0.0;
    size_t n = 0; /* the last ones may look at days that are yet to come */
    while (n < self->n && end_of(&self->origin[n], slot) != DD_NO_DAY)
        n++;
    for (size_t i = 0; i < n; i++) {
        dd_day from = self->origin[i].as_of, to = end_of(&self->origin[i], slot);
        double share = 0.0;
        for (dd_day day = from + 1; day <= to; day++)
            share += 1.0
                     / (double) (count_before(self, slot, n, day, 0)
                                 - count_before(self, slot, n, day, 1));
        sum += share / (to - from);
    }
    return sum;
}

/* Clopper-Pearson 90 % interval of a share seen in n (not whole) trials. */
static void
binomial_interval(double share, double n, double *low, double *high)
{
    double hits = share * n;
    *low = hits > 0.0 ? gsl_cdf_beta_Pinv(0.05, hits, n - hits + 1.0) : 0.0;
    *high = hits < n ? gsl_cdf_beta_Pinv(0.95, hits + 1.0, n - hits) : 1.0;
}

/* 1 - CRPS / CRPS of the reference, over the origins where it had a forecast. */
static double
skill(const dd_backtest *self, dd_slot slot, dd_what what, int kind)
{
    double ours = 0.0, theirs = 0.0;
    for (size_t i = 0; i < self->n; i++) {
        const dd_scored *scored = &self->origin[i].scored[slot][what];
        if (!scored->known || isnan(scored->crps_of[kind]))
            continue;
        ours += scored->score.crps;
        theirs += scored->crps_of[kind];
    }
    return theirs > 0.0 ? 1.0 - ours / theirs : (double) NAN;
}

static void
add_chances(dd_backtest_summary *sum, const dd_scored *scored)
{
    for (int k = 0; k < DD_BACKTEST_TARGETS; k++) {
        int fifth = (int) (scored->said[k] * DD_BACKTEST_CHANCES);
        fifth = fifth < DD_BACKTEST_CHANCES ? fifth : DD_BACKTEST_CHANCES - 1;
        sum->chances[fifth]++;
        sum->said[fifth] += scored->said[k];
        sum->came[fifth] += scored->came[k];
    }
}

static void
add_origin(dd_backtest_summary *sum, const dd_scored *scored)
{
    const dd_score *score = &scored->score;
    int decile = (int) (score->pit * 10.0);
    sum->n++;
    sum->coverage50 += dd_score_covered(score, scored->actual, 0.5);
    sum->coverage80 += dd_score_covered(score, scored->actual, 0.8);
    sum->coverage90 += dd_score_covered(score, scored->actual, 0.9);
    sum->crps += score->crps;
    sum->pinball10 += score->pinball10;
    sum->pinball50 += score->pinball50;
    sum->pinball90 += score->pinball90;
    sum->brier += scored->brier;
    sum->pit[decile < 0 ? 0 : (decile > 9 ? 9 : decile)]++;
}

static void
take_means(dd_backtest_summary *sum)
{
    double *mean[]
        = { &sum->coverage50, &sum->coverage80, &sum->coverage90, &sum->crps,
            &sum->pinball10,  &sum->pinball50,  &sum->pinball90,  &sum->brier };
    for (size_t i = 0; i < sizeof mean / sizeof *mean; i++)
        *mean[i] /= (double) sum->n;
    for (int f = 0; f < DD_BACKTEST_CHANCES; f++) {
        sum->said[f] /= (double) sum->chances[f];
        sum->came[f] /= (double) sum->chances[f];
    }
    binomial_interval(sum->coverage80, sum->n_effective, &sum->coverage80_low,
                      &sum->coverage80_high);
}

static void
summarise(dd_backtest *self, dd_slot slot, dd_what what)
{
    dd_backtest_summary *sum = &self->summary[slot][what];
    *sum = (dd_backtest_summary){ .n_effective = dd_backtest_effective(self, slot) };
    for (size_t i = 0; i < self->n; i++) {
        const dd_scored *scored = &self->origin[i].scored[slot][what];
        if (!scored->known)
            continue;
        add_origin(sum, scored);
        if (slot == DD_SLOT_ALL)
            add_chances(sum, scored);
    }
    if (sum->n > 0)
        take_means(sum);
    for (int kind = 0; kind < DD_REFERENCES; kind++)
        sum->skill[kind] = skill(self, slot, what, kind);
}

void
dd_backtest_summarise(dd_backtest *self)
{
    for (int slot = 0; slot < DD_SLOTS; slot++)
        for (int what = 0; what < DD_WHATS; what++)
            summarise(self, (dd_slot) slot, (dd_what) what);
}
