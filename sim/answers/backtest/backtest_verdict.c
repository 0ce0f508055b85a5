/* Whether a part of the model earns its place, from paired past forecasts. */
#include "answers/backtest/backtest_tune.h"
#include "input/model_section.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define LEAST_CHOICES 6 /* origins for which a spread could be chosen beforehand */

static double
mean_crps(const dd_backtest *whole, dd_slot slot, dd_what what)
{
    return whole->summary[slot][what].crps;
}

/* Loss of one origin in one slot: CRPS in units of the whole model's mean, over wins and
 * bookings. @return NAN where the period is not over */
static double
loss_of(const dd_backtest *whole, const dd_origin *origin, dd_slot slot)
{
    double sum = 0.0, n = 0.0;
    for (int what = 0; what <= whole->has_amounts; what++) {
        double unit = mean_crps(whole, slot, (dd_what) what);
        if (!origin->scored[slot][what].known || !(unit > 0.0))
            return (double) NAN;
        sum += origin->scored[slot][what].score.crps / unit;
        n += 1.0;
    }
    return sum / n;
}

/* Of several slots: the mean over those that are over; NAN: none is. */
static double
loss_over(const dd_backtest *whole, const dd_origin *origin, int from, int to)
{
    double sum = 0.0, n = 0.0;
    for (int slot = from; slot <= to; slot++) {
        double loss = loss_of(whole, origin, (dd_slot) slot);
        if (isnan(loss))
            continue;
        sum += loss;
        n += 1.0;
    }
    return n > 0.0 ? sum / n : (double) NAN;
}

/* Mean of paired differences, and its standard error on the effective number: their sd
 * over its root. */
static void
mean_and_error(double sum, double squares, double n, double effective, double *mean,
               double *se)
{
    *mean = n > 0.0 ? sum / n : (double) NAN;
    *se = (double) NAN;
    if (n > 1.0 && effective > 1.0) {
        double variance = fmax(squares - sum * sum / n, 0.0) / (n - 1.0);
        *se = sqrt(variance / effective);
    }
}

static void
compare(const dd_backtest *whole, const dd_backtest *other, int from, int to,
        double *mean, double *se)
{
    double sum = 0.0, squares = 0.0, n = 0.0;
    for (size_t i = 0; i < whole->n; i++) {
        double with = loss_over(whole, &whole->origin[i], from, to);
        double without = loss_over(whole, &other->origin[i], from, to);
        if (isnan(with) || isnan(without))
            continue;
        sum += without - with;
        squares += (without - with) * (without - with);
        n += 1.0;
    }
    mean_and_error(sum, squares, n, dd_backtest_effective(whole, (dd_slot) from), mean,
                   se);
}

static dd_tune_verdict
verdict_on(const dd_variant *variant, double effective)
{
    if (isnan(variant->se) || effective < DD_TUNE_LEAST_N)
        return DD_TUNE_UNCLEAR;
    if (variant->change > DD_TUNE_SURE * variant->se)
        return DD_TUNE_PAYS;
    if (variant->change < -DD_TUNE_SURE * variant->se
        && !(variant->later > variant->later_se))
        return DD_TUNE_HARMS;
    return DD_TUNE_UNCLEAR;
}

void
dd_tune_judge(dd_tune *self)
{
    const dd_backtest *whole = &self->variant[0].backtest;
    double effective = dd_backtest_effective(whole, DD_SLOT_ALL);
    for (size_t v = 0; v < self->n; v++) {
        dd_variant *variant = &self->variant[v];
        compare(whole, &variant->backtest, DD_SLOT_ALL, DD_SLOT_ALL, &variant->change,
                &variant->se);
        compare(whole, &variant->backtest, DD_SLOT_SECOND, DD_SLOT_FOURTH,
                &variant->later, &variant->later_se);
        variant->verdict = verdict_on(variant, effective);
    }
}

static int
tries_a_spread(const dd_variant *variant)
{
    return variant->name == NULL || strcmp(variant->name, "spread") == 0;
}

/* The spread that did best by a day: over origins whose period was over then. */
static size_t
best_spread(const dd_tune *self, dd_day by, size_t *judged)
{
    const dd_backtest *whole = &self->variant[0].backtest;
    size_t best = 0;
    double least = (double) INFINITY;
    for (size_t v = 0; v < self->n; v++) {
        double sum = 0.0;
        *judged = 0;
        for (size_t i = 0; i < whole->n && tries_a_spread(&self->variant[v]); i++)
            if (whole->origin[i].period.end <= by) {
                sum += loss_of(whole, &self->variant[v].backtest.origin[i], DD_SLOT_ALL);
                ++*judged;
            }
        if (tries_a_spread(&self->variant[v]) && sum < least) {
            least = sum;
            best = v;
        }
    }
    return best;
}

/*
 * Leave the future out: before each origin take the spread that was best until then. Only
 * a choice that would have paid like this is one to go on with.
 */
static void
try_choosing(dd_tune *self)
{
    const dd_backtest *whole = &self->variant[0].backtest;
    double sum = 0.0, squares = 0.0, n = 0.0;
    for (size_t i = 0; i < whole->n; i++) {
        size_t judged, chosen = best_spread(self, whole->origin[i].as_of, &judged);
        if (judged < DD_TUNE_LEAST_N)
            continue;
        double gain
            = loss_of(whole, &self->variant[chosen].backtest.origin[i], DD_SLOT_ALL)
              - loss_of(whole, &whole->origin[i], DD_SLOT_ALL);
        sum += gain;
        squares += gain * gain;
        n += 1.0;
    }
    double share = whole->n > 0 ? n / (double) whole->n : 0.0;
    mean_and_error(sum, squares, n, share * dd_backtest_effective(whole, DD_SLOT_ALL),
                   &self->spread_change, &self->spread_se);
    if (n < LEAST_CHOICES)
        self->spread_change = self->spread_se = (double) NAN;
}

void
dd_tune_conclude(dd_tune *self)
{
    size_t judged, best = best_spread(self, INT32_MAX, &judged);
    self->found = (dd_parts){ 0 };
    for (size_t v = 1; v < self->n; v++)
        if (!tries_a_spread(&self->variant[v])
            && self->variant[v].verdict == DD_TUNE_HARMS)
            self->found.off |= self->variant[v].parts.off;
    try_choosing(self);
    if (self->spread_change < -self->spread_se && best > 0
        && !(self->found.off & DD_PART_LEVEL))
        self->found.spread = self->variant[best].parts.spread;
}

void
dd_tune_line(const dd_parts *parts, char line[160])
{
    const char *before = "";
    size_t n = (size_t) snprintf(line, 160, "model: {");
    for (size_t i = 0; i < DD_PART_NAMES; i++)
        if (parts->off & dd_part_names[i].bit) {
            n += (size_t) snprintf(line + n, 160 - n, "%s%s: off", before,
                                   dd_part_names[i].key);
            before = ", ";
        }
    if (parts->spread > 0.0)
        n += (size_t) snprintf(line + n, 160 - n, "%sspread: %g", before, parts->spread);
    snprintf(line + n, 160 - n, "}");
}
