#include "answers/backtest.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

/*
 * Forecasts whose days ahead overlap share most of their future. Every day ahead counts
 * once, split among the forecasts that cover it; a forecast is worth what its days get.
 */
static double
effective(const dd_backtest *self)
{
    double sum = 0.0;
    for (size_t i = 0; i < self->n; i++) {
        const dd_origin *origin = &self->origin[i];
        double days = origin->period.end - origin->as_of, share = 0.0;
        for (dd_day day = origin->as_of + 1; day <= origin->period.end; day++) {
            int covering = 0;
            for (size_t k = 0; k < self->n; k++)
                covering
                    += self->origin[k].as_of < day && day <= self->origin[k].period.end;
            share += 1.0 / covering;
        }
        sum += share / days;
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
skill(const dd_backtest *self, dd_what what, int kind)
{
    double ours = 0.0, theirs = 0.0;
    for (size_t i = 0; i < self->n; i++) {
        const dd_scored *scored = &self->origin[i].what[what];
        if (isnan(scored->crps_of[kind]))
            continue;
        ours += scored->score.crps;
        theirs += scored->crps_of[kind];
    }
    return theirs > 0.0 ? 1.0 - ours / theirs : (double) NAN;
}

static void
add_origin(dd_backtest_summary *sum, const dd_scored *scored)
{
    const dd_score *score = &scored->score;
    int decile = (int) (score->pit * 10.0);
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
summarise(dd_backtest *self, dd_what what)
{
    dd_backtest_summary *sum = &self->summary[what];
    double n = (double) self->n;
    *sum = (dd_backtest_summary){ .n = self->n, .n_effective = effective(self) };
    for (size_t i = 0; i < self->n; i++)
        add_origin(sum, &self->origin[i].what[what]);
    double *mean[]
        = { &sum->coverage50, &sum->coverage80, &sum->coverage90, &sum->crps,
            &sum->pinball10,  &sum->pinball50,  &sum->pinball90,  &sum->brier };
    for (size_t i = 0; i < sizeof mean / sizeof *mean; i++)
        *mean[i] /= n;
    binomial_interval(sum->coverage80, sum->n_effective, &sum->coverage80_low,
                      &sum->coverage80_high);
    for (int kind = 0; kind < DD_REFERENCES; kind++)
        sum->skill[kind] = skill(self, what, kind);
}

void
dd_backtest_summarise(dd_backtest *self)
{
    for (int what = 0; what < DD_WHATS; what++)
        summarise(self, (dd_what) what);
}
