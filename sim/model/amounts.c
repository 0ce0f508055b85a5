#include "model/amounts.h"

#include "base/elementary.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BELIEF_POINTS 200 /* quantiles that stand for a believed range */
#define RANGE_SDS (2.0 * 1.6448536269514722)

typedef struct {
    double value;
    dd_moment closed;
} dated_value;

static int
latest_first(const void *a, const void *b)
{
    const dated_value *x = a, *y = b;
    if (x->closed != y->closed)
        return x->closed < y->closed ? 1 : -1;
    return (x->value > y->value) - (x->value < y->value);
}

static int
ascending(const void *a, const void *b)
{
    double x = ((const dated_value *) a)->value, y = ((const dated_value *) b)->value;
    return (x > y) - (x < y);
}

static dd_status
make_room(dd_sizes *self, size_t n, dd_error *err)
{
    *self = (dd_sizes){ 0 };
    self->value = malloc(n * sizeof *self->value);
    self->weight = malloc(n * sizeof *self->weight);
    if (self->value && self->weight)
        return DD_OK;
    free(self->value);
    free(self->weight);
    *self = (dd_sizes){ 0 };
    return dd_error_no_memory(err);
}

/* The most recent values, sorted, equal ones counted together. Spoils `found`. */
static dd_status
gather(dd_sizes *self, dated_value *found, size_t n, dd_error *err)
{
    qsort(found, n, sizeof *found, latest_first);
    if (n > DD_MOST_SIZES)
        n = DD_MOST_SIZES;
    qsort(found, n, sizeof *found, ascending);
    dd_status status = make_room(self, n, err);
    for (size_t i = 0; !status && i < n; i++) {
        if (self->n > 0 && self->value[self->n - 1] == found[i].value) {
            self->weight[self->n - 1] += 1.0;
        } else {
            self->value[self->n] = found[i].value;
            self->weight[self->n++] = 1.0;
        }
    }
    return status;
}

static dd_status
single(dd_sizes *self, double value, dd_error *err)
{
    dd_status status = make_room(self, 1, err);
    if (!status) {
        self->n = 1;
        self->value[0] = value;
        self->weight[0] = 1.0;
        self->believed = 1;
    }
    return status;
}

/* The log-normal whose 5 % and 95 % quantiles are the range, as equal-weight points. */
static dd_status
believed_sizes(dd_sizes *self, const dd_belief *belief, dd_error *err)
{
    if (belief->low >= belief->high || belief->low <= 0.0)
        return single(self, 0.5 * (belief->low + belief->high), err);
    double low = log(belief->low), high = log(belief->high), sum = 0.0;
    double sd = (high - low) / RANGE_SDS, mean = exp(0.5 * (low + high) + 0.5 * sd * sd);
    dd_status status = make_room(self, BELIEF_POINTS, err);
    if (status)
        return status;
    self->n = BELIEF_POINTS;
    self->believed = 1;
    for (size_t i = 0; i < self->n; i++) {
        double u = ((double) i + 0.5) / BELIEF_POINTS;
        self->value[i] = exp(0.5 * (low + high) + sd * gsl_cdf_ugaussian_Pinv(u));
        self->weight[i] = 1.0;
        sum += self->value[i];
    }
    for (size_t i = 0; i < self->n; i++) /* the points' mean is the law's */
        self->value[i] *= mean * BELIEF_POINTS / sum;
    return DD_OK;
}

static int
won_with_amount(const dd_past_deal *deal, int32_t pipeline)
{
    return deal->pipeline == pipeline && deal->stage == DD_WON
           && deal->amount != DD_UNKNOWN_AMOUNT;
}

static dd_status
fit_fresh(dd_amounts *self, const dd_past *past, int32_t pipeline,
          const dd_funnel *funnel, dated_value *found, dd_notes *notes, dd_error *err)
{
    size_t n = 0;
    for (size_t i = 0; i < past->n_deals; i++)
        if (won_with_amount(&past->deals[i], pipeline))
            found[n++]
                = (dated_value){ (double) past->deals[i].amount, past->deals[i].closed };
    if (funnel->deal_size.given
        && (n == 0 || funnel->deal_size.low >= funnel->deal_size.high))
        return believed_sizes(&self->fresh, &funnel->deal_size, err);
    if (n > 0)
        return gather(&self->fresh, found, n, err);
    dd_status status
        = dd_notes_add(notes, "no_amounts",
                       "no won deal of '%s' has an amount: wins are counted, "
                       "bookings of deals without amount are 0",
                       past->pipelines[pipeline].name);
    return status ? status : single(&self->fresh, 0.0, err);
}

/* Final to then-current amounts of won deals that passed through the stage. */
static dd_status
fit_ratio(dd_sizes *self, const dd_past *past, int32_t pipeline, int32_t stage,
          dated_value *found, dd_error *err)
{
    size_t n = 0, changed = 0;
    for (size_t i = 0; i < past->n_spells; i++) {
        const dd_spell *spell = &past->spells[i];
        const dd_past_deal *deal = &past->deals[spell->deal];
        if (spell->stage != stage || !won_with_amount(deal, pipeline)
            || spell->amount == DD_UNKNOWN_AMOUNT || spell->amount <= 0)
            continue;
        found[n] = (dated_value){ (double) deal->amount / (double) spell->amount,
                                  deal->closed };
        changed += deal->amount != spell->amount;
        n++;
    }
    return changed > 0 ? gather(self, found, n, err) : single(self, 1.0, err);
}

dd_status
dd_amounts_fit(dd_amounts *self, const dd_past *past, int32_t pipeline,
               const dd_funnel *funnel, dd_notes *notes, dd_error *err)
{
    size_t n = past->pipelines[pipeline].n_stages;
    size_t room = past->n_deals + past->n_spells + 1;
    dated_value *found = malloc(room * sizeof *found);
    dd_status status = DD_OK;

    memset(self, 0, sizeof *self);
    self->times = 1.0;
    self->ratio = calloc(n, sizeof *self->ratio);
    self->n_stages = n;
    if (!found || !self->ratio)
        status = dd_error_no_memory(err);
    if (!status)
        status = fit_fresh(self, past, pipeline, funnel, found, notes, err);
    for (size_t s = 0; !status && s < n; s++)
        status = fit_ratio(&self->ratio[s], past, pipeline, (int32_t) s, found, err);
    free(found);
    if (status)
        dd_amounts_free(self);
    return status;
}

void
dd_amounts_free(dd_amounts *self)
{
    for (size_t s = 0; self->ratio && s < self->n_stages; s++) {
        free(self->ratio[s].value);
        free(self->ratio[s].weight);
    }
    free(self->ratio);
    free(self->fresh.value);
    free(self->fresh.weight);
    memset(self, 0, sizeof *self);
}

dd_status
dd_size_law_init(dd_size_law *self, const dd_sizes *sizes, dd_error *err)
{
    self->n = sizes->n;
    self->value = sizes->value;
    self->cumulative = malloc(sizes->n * sizeof *self->cumulative);
    return self->cumulative ? DD_OK : dd_error_no_memory(err);
}

void
dd_size_law_free(dd_size_law *self)
{
    free(self->cumulative);
    memset(self, 0, sizeof *self);
}

static void
normalise(dd_size_law *self)
{
    double sum = self->cumulative[self->n - 1];
    for (size_t i = 0; i < self->n; i++)
        self->cumulative[i] /= sum;
    self->cumulative[self->n - 1] = 1.0;
}

void
dd_size_law_mean(dd_size_law *self, const dd_sizes *sizes)
{
    double sum = 0.0;
    for (size_t i = 0; i < self->n; i++)
        self->cumulative[i] = sum += sizes->weight[i];
    normalise(self);
}

void
dd_size_law_draw(dd_size_law *self, const dd_sizes *sizes, const gsl_rng *r)
{
    double sum = 0.0;
    if (sizes->believed || sizes->n == 1) {
        dd_size_law_mean(self, sizes);
        return;
    }
    for (size_t i = 0; i < self->n; i++)
        self->cumulative[i] = sum += sizes->weight[i] == 1.0
                                         ? dd_minus_log1m(gsl_rng_uniform(r))
                                         : gsl_ran_gamma(r, sizes->weight[i], 1.0);
    normalise(self);
}

double
dd_size_law_at(const dd_size_law *self, double u)
{
    size_t low = 0, high = self->n - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (u < self->cumulative[middle])
            high = middle;
        else
            low = middle + 1;
    }
    return self->value[low];
}

double
dd_size_law_expect(const dd_size_law *self)
{
    double sum = 0.0, before = 0.0;
    for (size_t i = 0; i < self->n; i++) {
        sum += self->value[i] * (self->cumulative[i] - before);
        before = self->cumulative[i];
    }
    return sum;
}
