/**
 * @file simulated_company.h
 * Made-up companies whose market moves, day by day: for tests and tables of what
 * intervals are worth where the truth is known to wander. `dealdice sample` makes steady
 * ones only.
 *
 * Deals arrive as a Poisson number a day and pass three stages. On each day a deal moves
 * on with chance ADVANCE x pace, or is lost with chance LOSE; the third step is the win.
 * The pace is what drifts, rushes and breaks; so it moves win rates and cycles alike.
 */
#ifndef DD_TESTS_SIMULATED_COMPANY_H
#define DD_TESTS_SIMULATED_COMPANY_H

#include "base/rng.h"
#include "dealdice/date.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define SIMULATED_STAGES 3
#define SIMULATED_START dd_day_from_civil(2023, 1, 1)

/** Zeroed: steady. */
typedef struct {
    uint64_t seed;
    double deals_per_day;
    int days;     /* that are written, from SIMULATED_START on */
    double drift; /* sd of a week's step of the logs of pace and of arrivals, 0: none */
    double rush;  /* pace in the last three weeks of a quarter; slow in its first three
                      by as much; 0: none */
    double shock; /* pace and arrivals are multiplied by it from shock_day on; 0: none */
    int shock_day; /* days after the start */
    double season; /* share of arrivals that August lacks, and December half of it */
    /* Scales of Student's t (3 degrees of freedom) of the logs of pace and of arrivals,
     * drawn anew for every month, cut at +-1.5. */
    double pace_spread, arrivals_spread;
} simulated_company;

/* The market on each day. */
typedef struct {
    double pace, arrivals;
} simulated_market;

static inline double
simulated_rush(const simulated_company *self, dd_day day)
{
    dd_period quarter = dd_period_of(day, DD_QUARTER, 1);
    if (!(self->rush > 0.0))
        return 1.0;
    return quarter.end - day < 21     ? self->rush
           : day - quarter.start < 21 ? 1.0 / self->rush
                                      : 1.0;
}

static inline double
simulated_season(const simulated_company *self, dd_day day)
{
    int year, month, of_month;
    dd_day_to_civil(day, &year, &month, &of_month);
    return month == 8    ? 1.0 - self->season
           : month == 12 ? 1.0 - 0.5 * self->season
                         : 1.0;
}

/* A level of mean near 1: a normal as wide as a t has it. */
static inline double
simulated_level(gsl_rng *r, double scale)
{
    double width = scale / sqrt(gsl_ran_chisq(r, 3.0) / 3.0);
    width = fmin(width, fmax(scale, 1.0));
    double log_level = gsl_ran_gaussian(r, width) - 0.5 * width * width;
    return exp(fmax(fmin(log_level, 1.5), -1.5));
}

/* Months of a market that strays anew in each. */
static inline void
simulated_months(const simulated_company *self, gsl_rng *r, simulated_market *market)
{
    double pace = 1.0, arrivals = 1.0;
    if (!(self->pace_spread > 0.0 || self->arrivals_spread > 0.0))
        return;
    for (int d = 0; d < self->days; d++) {
        dd_period month = dd_period_of(SIMULATED_START + d, DD_MONTH, 1);
        if (month.start == SIMULATED_START + d) {
            pace = simulated_level(r, self->pace_spread);
            arrivals = simulated_level(r, self->arrivals_spread);
        }
        market[d].pace *= pace;
        market[d].arrivals *= arrivals;
    }
}

static inline void
simulated_markets(const simulated_company *self, gsl_rng *r, simulated_market *market)
{
    double pace = 0.0, arrivals = 0.0;
    for (int d = 0; d < self->days; d++) {
        int broken = self->shock > 0.0 && d >= self->shock_day;
        if (d % 7 == 0 && self->drift > 0.0) {
            /* drawn back a little, so that it wanders by about 3.5 steps, not for ever */
            pace += gsl_ran_gaussian(r, self->drift) - 0.04 * pace;
            arrivals += gsl_ran_gaussian(r, self->drift) - 0.04 * arrivals;
        }
        market[d].pace = exp(pace) * simulated_rush(self, SIMULATED_START + d)
                         * (broken ? self->shock : 1.0);
        market[d].arrivals = self->deals_per_day * exp(arrivals)
                             * (broken ? self->shock : 1.0)
                             * simulated_season(self, SIMULATED_START + d);
    }
}

static inline void
simulated_row(FILE *out, int deal, const char *stage, int d, double amount)
{
    char day[16];
    dd_day_format(SIMULATED_START + d, day);
    fprintf(out, "S-%d,%s,%s,%.0f\n", deal, stage, day, amount);
}

static inline void
simulated_deal(const simulated_company *self, const simulated_market *market, gsl_rng *r,
               int deal, int created, FILE *out)
{
    static const char *const stages[] = { "Contact", "Offer", "Negotiation", "Won" };
    static const double advance[SIMULATED_STAGES] = { 0.05, 0.035, 0.06 };
    static const double lose[SIMULATED_STAGES] = { 0.03, 0.02, 0.02 };
    double amount = gsl_ran_lognormal(r, 9.2, 0.7);
    int stage = 0;

    simulated_row(out, deal, stages[0], created, amount);
    for (int d = created + 1; d < self->days; d++) {
        double u = gsl_rng_uniform(r), move = fmin(advance[stage] * market[d].pace, 0.9);
        if (u >= move + lose[stage])
            continue;
        if (u >= move) {
            simulated_row(out, deal, "Lost", d, amount);
            return;
        }
        simulated_row(out, deal, stages[++stage], d, amount);
        if (stage == SIMULATED_STAGES)
            return;
    }
}

/** The company's history, layout events. @return 0 without a file or memory */
static inline int
simulated_write(const simulated_company *self, FILE *out)
{
    dd_stream stream = dd_stream_make(self->seed, DD_RNG_TEST, 77, 0);
    simulated_market *market = malloc((size_t) self->days * sizeof *market);
    gsl_rng *r = dd_rng_gsl(&stream);
    int deal = 0, made = market && r && out;

    if (made) {
        simulated_markets(self, r, market);
        simulated_months(self, r, market);
        fputs("deal_id,stage,entered_at,amount\n", out);
    }
    for (int d = 0; made && d < self->days; d++)
        for (unsigned n = gsl_ran_poisson(r, market[d].arrivals); n > 0; n--)
            simulated_deal(self, market, r, ++deal, d, out);
    free(market);
    if (r)
        gsl_rng_free(r);
    return made;
}

#endif
