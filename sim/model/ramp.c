#include "model/ramp.h"

#include "model/tenure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEVELS (DD_RAMP_MONTHS + 1) /* the last: whole */
#define PRIOR_DEALS 2.0
#define EVIDENCE 10.0
#define ROUNDS 400
#define STILL 1e-9 /* what rounds change when they are done */

/* Some days of a rep in one calendar month and one month of tenure. */
typedef struct {
    uint32_t rep, month, level;
    dd_day from; /* the first of them */
    double days, deals;
} stint;

typedef struct {
    const dd_past *past;
    dd_day watched;
    size_t n, room, n_reps, n_months;
    stint *pieces;            /* a rep's in the order of time, rep after rep */
    double *of_rep;           /* deals a day ... */
    double *of_month;         /* ... times this ... */
    double of_level[LEVELS];  /* ... times this */
    double *deals, *expected; /* room for one margin */
} fit;

/* ---- the table ---- */

static size_t
level_of(const dd_rep *span, dd_day day)
{
    double months;

    if (span->start == DD_NO_DAY)
        return DD_RAMP_MONTHS;
    months = (double) (day - span->start) / DD_MONTH_DAYS;
    return months < DD_RAMP_MONTHS ? (size_t) months : DD_RAMP_MONTHS;
}

static dd_status
add_day(fit *self, const dd_rep *span, dd_day day)
{
    uint32_t month = (uint32_t) ((double) (day - self->watched) / DD_MONTH_DAYS);
    uint32_t level = (uint32_t) level_of(span, day), rep = (uint32_t) self->n_reps;
    stint *last = self->n > 0 ? &self->pieces[self->n - 1] : NULL;

    if (last && last->rep == rep && last->month == month && last->level == level) {
        last->days += 1;
        return DD_OK;
    }
    if (self->n == self->room) {
        size_t room = 2 * self->room + 64;
        stint *grown = realloc(self->pieces, room * sizeof *grown);
        if (!grown)
            return DD_ENOMEM;
        self->pieces = grown;
        self->room = room;
    }
    self->pieces[self->n++] = (stint){ rep, month, level, day, 1, 0 };
    return DD_OK;
}

/* Deals go to the piece that holds their day. */
static void
count_deals(fit *self, size_t first, int32_t owner, dd_day last)
{
    for (size_t i = 0; i < self->past->n_deals; i++) {
        const dd_past_deal *deal = &self->past->deals[i];
        size_t at = self->n;
        dd_day day;
        if (deal->first_owner != owner || deal->created == DD_NO_MOMENT)
            continue;
        day = dd_moment_day(deal->created);
        while (at > first && self->pieces[at - 1].from > day)
            at--;
        if (at > first && day <= last)
            self->pieces[at - 1].deals += 1;
    }
}

static dd_status
add_span(fit *self, dd_ramp *ramp, const dd_rep *span)
{
    dd_day end = dd_tenure_last_day(self->past, span), day = self->watched;
    size_t first = self->n;

    if (end == DD_NO_DAY || end > self->past->as_of)
        end = self->past->as_of;
    if (span->start != DD_NO_DAY && span->start >= day) {
        day = span->start;
        ramp->hires += day <= end;
    }
    for (; day <= end; day++)
        if (add_day(self, span, day))
            return DD_ENOMEM;
    if (self->n > first) {
        count_deals(self, first, span->owner, end);
        self->n_reps++;
    }
    return DD_OK;
}

static dd_status
make_table(fit *self, dd_ramp *ramp)
{
    const dd_past *past = self->past;
    size_t widest;

    for (size_t i = 0; i < past->n_reps; i++)
        if (past->reps[i].owner >= 0 && !dd_tenure_goes_on(past, &past->reps[i])
            && add_span(self, ramp, &past->reps[i]))
            return DD_ENOMEM;
    for (size_t i = 0; i < self->n; i++)
        if (self->n_months <= self->pieces[i].month)
            self->n_months = self->pieces[i].month + 1;
    widest = LEVELS;
    widest = self->n_reps > widest ? self->n_reps : widest;
    widest = self->n_months > widest ? self->n_months : widest;
    self->of_rep = malloc((self->n_reps + 1) * sizeof *self->of_rep);
    self->of_month = malloc((self->n_months + 1) * sizeof *self->of_month);
    self->deals = malloc(widest * sizeof *self->deals);
    self->expected = malloc(widest * sizeof *self->expected);
    return self->of_rep && self->of_month && self->deals && self->expected ? DD_OK
                                                                           : DD_ENOMEM;
}

/* ---- the fit ---- */

static double
mean_of(const fit *self, const stint *piece)
{
    return piece->days * self->of_rep[piece->rep] * self->of_month[piece->month]
           * self->of_level[piece->level];
}

/* One factor so that its margin is met. @return the greatest relative change */
static double
meet_margin(fit *self, double *factor, size_t n, size_t offset)
{
    double change = 0;

    memset(self->deals, 0, n * sizeof *self->deals);
    memset(self->expected, 0, n * sizeof *self->expected);
    for (size_t i = 0; i < self->n; i++) {
        const stint *piece = &self->pieces[i];
        uint32_t at = *(const uint32_t *) ((const char *) piece + offset);
        self->deals[at] += piece->deals;
        self->expected[at] += mean_of(self, piece);
    }
    for (size_t i = 0; i < n; i++)
        if (self->expected[i] > 0) {
            double by = self->deals[i] / self->expected[i];
            change = fmax(change, fabs(by - 1));
            factor[i] *= by;
        }
    return change;
}

/* Pool what falls. */
static void
pool(double *deals, double *expected, double value[LEVELS])
{
    size_t size[LEVELS], n = 0;

    for (size_t m = 0; m < LEVELS; m++) {
        deals[n] = deals[m];
        expected[n] = expected[m];
        size[n++] = 1;
        while (n > 1
               && deals[n - 2] * expected[n - 1] >= deals[n - 1] * expected[n - 2]) {
            n--;
            deals[n - 1] += deals[n];
            expected[n - 1] += expected[n];
            size[n - 1] += size[n];
        }
    }
    for (size_t b = 0, m = 0; b < n; b++)
        for (size_t k = 0; k < size[b]; k++)
            value[m++] = deals[b] / expected[b];
}

/* The ramp given the others, by the prior as many deals stronger in each month. */
static double
meet_ramp(fit *self, double prior)
{
    double value[LEVELS], change = 0;

    for (size_t m = 0; m < LEVELS; m++)
        self->deals[m] = self->expected[m] = prior;
    for (size_t i = 0; i < self->n; i++) {
        const stint *piece = &self->pieces[i];
        self->deals[piece->level] += piece->deals;
        self->expected[piece->level]
            += mean_of(self, piece) / self->of_level[piece->level];
    }
    pool(self->deals, self->expected, value);
    for (size_t m = 0; m < LEVELS; m++) {
        double share = fmax(value[m] / value[LEVELS - 1], 1e-6);
        change = fmax(change, fabs(share - self->of_level[m]));
        self->of_level[m] = share;
    }
    return change;
}

static double
log_likelihood(const fit *self)
{
    double sum = 0;

    for (size_t i = 0; i < self->n; i++) {
        double mean = mean_of(self, &self->pieces[i]);
        sum -= mean;
        if (self->pieces[i].deals > 0)
            sum += self->pieces[i].deals * log(mean);
    }
    return sum;
}

/* @param prior  below 0: without a ramp */
static double
climb(fit *self, double prior)
{
    double change = 1;

    for (size_t r = 0; r < self->n_reps; r++)
        self->of_rep[r] = 1;
    for (size_t c = 0; c < self->n_months; c++)
        self->of_month[c] = 1;
    for (size_t m = 0; m < LEVELS; m++)
        self->of_level[m] = 1;
    for (int i = 0; i < ROUNDS && change > STILL; i++) {
        change = meet_margin(self, self->of_rep, self->n_reps, offsetof(stint, rep));
        change = fmax(change, meet_margin(self, self->of_month, self->n_months,
                                          offsetof(stint, month)));
        if (prior >= 0)
            change = fmax(change, meet_ramp(self, prior));
    }
    return log_likelihood(self);
}

/* Pearson's: above 1 where deals come in bunches. */
static double
overdispersion(const fit *self)
{
    double sum = 0, free = -(double) (self->n_reps + self->n_months);

    for (size_t i = 0; i < self->n; i++) {
        double mean = mean_of(self, &self->pieces[i]);
        double off = self->pieces[i].deals - mean;
        if (mean > 0)
            sum += off * off / mean;
        free += mean > 0;
    }
    return free > 1 ? fmax(sum / free, 1) : 1;
}

static void
take(dd_ramp *self, const fit *fitted)
{
    while (self->n < DD_RAMP_MONTHS && fitted->of_level[self->n] < 0.995) {
        self->share[self->n] = fitted->of_level[self->n];
        self->n++;
    }
    self->share[self->n++] = 1;
}

dd_status
dd_ramp_fit(dd_ramp *self, const dd_past *past, dd_error *err)
{
    fit fitted = { .past = past, .watched = dd_tenure_watched_from(past) };
    dd_status status;

    memset(self, 0, sizeof *self);
    status = make_table(&fitted, self);
    if (!status && self->hires >= DD_RAMP_LEAST) {
        double with = climb(&fitted, 0), without, bunches = overdispersion(&fitted);
        without = climb(&fitted, -1);
        self->evidence = 2 * (with - without) / bunches;
        self->is_known = self->evidence > EVIDENCE;
    }
    if (self->is_known) {
        climb(&fitted, PRIOR_DEALS);
        take(self, &fitted);
    }
    free(fitted.pieces);
    free(fitted.of_rep);
    free(fitted.of_month);
    free(fitted.deals);
    free(fitted.expected);
    return status ? dd_error_no_memory(err) : DD_OK;
}
