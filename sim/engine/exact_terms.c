#include "engine/exact_terms.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LOG_BEYOND 27.631021115928547 /* -log(1e-12) */

/* ---- terms ---- */

double
dd_term_value(const dd_term *self, size_t i)
{
    return (double) llround(self->times * self->law->value[i]);
}

double
dd_term_weight(const dd_term *self, size_t i)
{
    return self->law->cumulative[i] - (i > 0 ? self->law->cumulative[i - 1] : 0);
}

int
dd_term_alike(const dd_term *a, const dd_term *b)
{
    return a->law == b->law && a->times == b->times;
}

/* By origin and not by address, so that rounding is the same in every run. */
static int
by_law(const void *a, const void *b)
{
    const dd_term *x = a, *y = b;

    if (x->pipeline != y->pipeline)
        return x->pipeline < y->pipeline ? -1 : 1;
    if (x->stage != y->stage)
        return x->stage < y->stage ? -1 : 1;
    if (x->times != y->times)
        return x->times < y->times ? -1 : 1;
    return (x->chance > y->chance) - (x->chance < y->chance);
}

/* Chance to be won in [first, last]: between two values of the same curve. */
static double
win_between(const double *hazard, size_t first, size_t last)
{
    double before = first > 0 ? hazard[first - 1] : 0;

    if (!(hazard[last] > before))
        return 0;
    return exp(-before) * -expm1(before - hazard[last]);
}

static void
add_open(dd_terms *self, const dd_book *book, size_t deal, const dd_tables *tables,
         double chance)
{
    dd_term *term = &self->open[self->n_open];
    int32_t pipeline = book->pipeline[deal];
    int known = book->amount[deal] != DD_UNKNOWN_AMOUNT;

    if (chance <= 0)
        return;
    term->chance = chance;
    term->times = known ? (double) book->amount[deal] : 1.0;
    term->law = known ? &tables->ratio[pipeline][book->stage[deal]]
                      : &tables->fresh_size[pipeline];
    term->pipeline = pipeline;
    term->stage = known ? book->stage[deal] : -1;
    self->n_open++;
}

static void
add_fresh(dd_terms *self, const dd_tables *tables, size_t pipeline, size_t first,
          size_t last)
{
    double winners = dd_tables_new_winners(tables, pipeline, last, 1.0, 1.0);

    if (first > 0)
        winners -= dd_tables_new_winners(tables, pipeline, first - 1, 1.0, 1.0);
    if (winners > 0)
        self->fresh[self->n_fresh++]
            = (dd_term){ winners, 1.0, &tables->fresh_size[pipeline], (int32_t) pipeline,
                         -1 };
}

dd_status
dd_terms_init(dd_terms *self, const dd_book *book, const dd_rows *rows,
              const dd_tables *tables, size_t first, size_t last, dd_error *err)
{
    memset(self, 0, sizeof *self);
    self->open = calloc(book->n + 1, sizeof *self->open);
    self->fresh = calloc(tables->pipelines + 1, sizeof *self->fresh);
    if (!self->open || !self->fresh) {
        dd_terms_free(self);
        return dd_error_no_memory(err);
    }
    for (size_t d = 0; d < book->n; d++)
        add_open(self, book, d, tables,
                 win_between(tables->hazard + rows->of_deal[d] * tables->periods, first,
                             last));
    for (size_t i = 0; i < tables->pipelines; i++)
        add_fresh(self, tables, i, first, last);
    qsort(self->open, self->n_open, sizeof *self->open, by_law);
    return DD_OK;
}

void
dd_terms_free(dd_terms *self)
{
    free(self->open);
    free(self->fresh);
    memset(self, 0, sizeof *self);
}

/* ---- how far the sum can reach ---- */

/* What one term's amounts say; alike terms share it. */
typedef struct {
    double mean, square; /* E A, E A^2 */
    double least, most;
    int64_t divisor;
} amounts;

static int64_t
common_divisor(int64_t a, int64_t b)
{
    while (b) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a < 0 ? -a : a;
}

static amounts
amounts_of(const dd_term *term)
{
    amounts a = { 0, 0, dd_term_value(term, 0), dd_term_value(term, 0), 0 };

    for (size_t i = 0; i < term->law->n; i++) {
        double value = dd_term_value(term, i), weight = dd_term_weight(term, i);
        a.mean += weight * value;
        a.square += weight * value * value;
        a.least = fmin(a.least, value);
        a.most = fmax(a.most, value);
        a.divisor = common_divisor(a.divisor, (int64_t) value);
    }
    return a;
}

/* Moments, the least and greatest possible sum, and the divisor. */
static dd_reach
moments(const dd_terms *self)
{
    dd_reach reach = { .bounded = self->n_fresh == 0 };
    double variance = 0;
    amounts a = { 0 };

    for (size_t i = 0; i < self->n_open; i++) {
        const dd_term *term = &self->open[i];
        if (i == 0 || !dd_term_alike(term, term - 1))
            a = amounts_of(term);
        reach.mean += term->chance * a.mean;
        variance += term->chance * (a.square - term->chance * a.mean * a.mean);
        reach.low += fmin(a.least, 0);
        reach.high += fmax(a.most, 0);
        reach.divisor = common_divisor(reach.divisor, a.divisor);
    }
    for (size_t i = 0; i < self->n_fresh; i++) {
        a = amounts_of(&self->fresh[i]);
        reach.mean += self->fresh[i].chance * a.mean;
        variance += self->fresh[i].chance * a.square;
        reach.low = a.least < 0 ? (double) -INFINITY : reach.low;
        reach.high = a.most > 0 ? (double) INFINITY : reach.high;
        reach.divisor = common_divisor(reach.divisor, a.divisor);
    }
    reach.sd = sqrt(fmax(variance, 0));
    reach.divisor += reach.divisor == 0;
    return reach;
}

/* E exp(theta A) over a term's amounts, and the same less 1. */
typedef struct {
    double whole, excess;
} transform;

static transform
transform_of(const dd_term *term, double theta)
{
    transform at = { 0, 0 };

    for (size_t i = 0; i < term->law->n; i++) {
        double weight = dd_term_weight(term, i), value = dd_term_value(term, i);
        at.whole += weight * exp(theta * value);
        at.excess += weight * expm1(theta * value);
    }
    return at;
}

/* log(1 + p (E exp(theta A) - 1)), without loss at either end. */
static double
open_cumulant(double chance, const transform *at)
{
    if (at->excess > -0.5)
        return log1p(chance * at->excess);
    return log((1 - chance) + chance * at->whole);
}

/* log E exp(theta Y). */
static double
cumulant(const dd_terms *self, double theta)
{
    transform at = { 1, 0 };
    double sum = 0;

    for (size_t i = 0; i < self->n_open; i++) {
        if (i == 0 || !dd_term_alike(&self->open[i], &self->open[i - 1]))
            at = transform_of(&self->open[i], theta);
        sum += open_cumulant(self->open[i].chance, &at);
    }
    for (size_t i = 0; i < self->n_fresh; i++)
        sum += self->fresh[i].chance * transform_of(&self->fresh[i], theta).excess;
    return sum;
}

/* Chernoff: P(Y >= y) <= exp(K(theta) - theta y) for every theta > 0; the best of a
 * geometric grid wide enough for a normal sum and for one rare large deal. */
static void
narrow(const dd_terms *self, dd_reach *reach)
{
    double low = reach->low, high = reach->high;

    for (double c = 1e-3; c < 100 && reach->sd > 0; c *= 1.3) {
        double theta = c / reach->sd;
        double up = cumulant(self, theta), down = cumulant(self, -theta);
        if (isfinite(up))
            high = fmin(high, (up + LOG_BEYOND) / theta);
        if (isfinite(down))
            low = fmax(low, -(down + LOG_BEYOND) / theta);
    }
    reach->bounded = 0;
    reach->low = low;
    reach->high = high;
}

dd_reach
dd_terms_reach(const dd_terms *self, size_t points)
{
    dd_reach reach = moments(self);

    if ((reach.high - reach.low) / (double) reach.divisor >= (double) points)
        narrow(self, &reach);
    return reach;
}
