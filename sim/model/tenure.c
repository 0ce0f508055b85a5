#include "model/tenure.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

#define GAP_DAYS 7        /* between spans of one stay: a change of team, a holiday */
#define SHAPE_OF_NONE 0.5 /* Jeffreys */
#define WORTH 0.5         /* leavers at the rate over all tenures */

static const double band_from[DD_TENURE_BANDS] = { 0, 6, 12 };

dd_day
dd_tenure_watched_from(const dd_past *past)
{
    return past->starts != DD_NO_DAY && past->starts > past->first_day ? past->starts
                                                                       : past->first_day;
}

static int
follows(const dd_rep *later, const dd_rep *span)
{
    return later != span && span->end != DD_NO_DAY && later->start != DD_NO_DAY
           && later->start > span->end && later->start <= span->end + GAP_DAYS
           && strcmp(later->name, span->name) == 0;
}

static const dd_rep *
next_of(const dd_past *past, const dd_rep *span)
{
    for (size_t i = 0; i < past->n_reps; i++)
        if (follows(&past->reps[i], span))
            return &past->reps[i];
    return NULL;
}

int
dd_tenure_goes_on(const dd_past *past, const dd_rep *span)
{
    for (size_t i = 0; i < past->n_reps; i++)
        if (follows(span, &past->reps[i]))
            return 1;
    return 0;
}

dd_day
dd_tenure_last_day(const dd_past *past, const dd_rep *span)
{
    const dd_rep *next;

    while ((next = next_of(past, span)) != NULL)
        span = next;
    return span->end;
}

/* Months of tenure in [from, to) that fall into a band. */
static double
months_in(size_t band, double from, double to)
{
    double end = band + 1 < DD_TENURE_BANDS ? band_from[band + 1] : (double) INFINITY;

    return fmax(fmin(to, end) - fmax(from, band_from[band]), 0);
}

/* A stay as far as it was watched. */
static void
add_stay(dd_tenure *self, const dd_past *past, const dd_rep *span)
{
    dd_day last = dd_tenure_last_day(past, span), watched = dd_tenure_watched_from(past);
    int left = last != DD_NO_DAY && last <= past->as_of;
    double from = fmax((double) (watched - span->start), 0) / DD_MONTH_DAYS;
    double to = (double) ((left ? last : past->as_of) + 1 - span->start) / DD_MONTH_DAYS;

    if (to <= from)
        return;
    for (size_t b = 0; b < DD_TENURE_BANDS; b++) {
        double months = months_in(b, from, to);
        self->exposure[b] += months;
        self->rep_months += months;
    }
    if (!left)
        return;
    self->leavers++;
    for (size_t b = DD_TENURE_BANDS; b-- > 0;)
        if (to > band_from[b]) {
            self->shape[b] += 1;
            return;
        }
}

void
dd_tenure_fit(dd_tenure *self, const dd_past *past)
{
    memset(self, 0, sizeof *self);
    memcpy(self->from, band_from, sizeof band_from);
    for (size_t i = 0; i < past->n_reps; i++)
        if (past->reps[i].start != DD_NO_DAY && past->reps[i].start <= past->as_of
            && !dd_tenure_goes_on(past, &past->reps[i]))
            add_stay(self, past, &past->reps[i]);
    self->is_known = self->leavers >= DD_TENURE_LEAST;
    if (!self->is_known)
        return;
    for (size_t b = 0; b < DD_TENURE_BANDS; b++) {
        self->shape[b] += SHAPE_OF_NONE + WORTH;
        self->exposure[b] += WORTH * self->rep_months / (double) self->leavers;
    }
}

double
dd_tenure_rate(const dd_tenure *self, size_t band)
{
    return self->shape[band] / self->exposure[band];
}

double
dd_tenure_quantile(const dd_tenure *self, size_t band, double q)
{
    double scale = 1 / self->exposure[band], low = 0, high = dd_tenure_rate(self, band);

    while (gsl_cdf_gamma_P(high, self->shape[band], scale) < q)
        high *= 2;
    /* Halved, since gsl_cdf_gamma_Pinv fails to converge at some shapes. */
    for (int i = 0; i < 60; i++) {
        double middle = 0.5 * (low + high);
        if (gsl_cdf_gamma_P(middle, self->shape[band], scale) < q)
            low = middle;
        else
            high = middle;
    }
    return high;
}
