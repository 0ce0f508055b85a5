#include "answers/backtest/reference.h"

#include "base/rng.h"

#include <math.h>
#include <stdlib.h>

#define RUN_WEEKS 8
#define PAST_PERIODS 8

/* What one deal counts for; without an amount, the mean of won deals. */
static double
worth_of(const dd_past_deal *deal, dd_what what, double mean_amount)
{
    if (what == DD_WHAT_WINS)
        return 1.0;
    return deal->amount == DD_UNKNOWN_AMOUNT ? mean_amount : (double) deal->amount;
}

static double
mean_won_amount(const dd_past *past)
{
    double sum = 0.0, n = 0.0;
    for (size_t i = 0; i < past->n_deals; i++)
        if (past->deals[i].stage == DD_WON
            && past->deals[i].amount != DD_UNKNOWN_AMOUNT) {
            sum += (double) past->deals[i].amount;
            n += 1.0;
        }
    return n > 0.0 ? sum / n : 0.0;
}

int64_t
dd_reference_won(const dd_past *past, dd_what what, dd_day from, dd_day to)
{
    int64_t sum = 0;
    for (size_t i = 0; i < past->n_deals; i++) {
        const dd_past_deal *deal = &past->deals[i];
        if (deal->stage != DD_WON || deal->closed == DD_NO_MOMENT)
            continue;
        dd_day day = dd_moment_day(deal->closed);
        if (day >= from && day <= to)
            sum += what == DD_WHAT_WINS                ? 1
                   : deal->amount == DD_UNKNOWN_AMOUNT ? 0
                                                       : deal->amount;
    }
    return sum;
}

static int
was_open(const dd_past_deal *deal, dd_day day)
{
    return deal->created != DD_NO_MOMENT && dd_moment_day(deal->created) <= day
           && (deal->closed == DD_NO_MOMENT || dd_moment_day(deal->closed) > day);
}

static void
put_one(dd_reference *self, double value)
{
    self->sample[self->n++] = llround(value);
}

/* A stage's win rate as a spreadsheet has it: won of those that ended after a visit. */
static double
stage_win_rate(const dd_past *past, int32_t pipeline, int32_t stage)
{
    double won = 0.0, ended = 0.0;
    for (size_t i = 0; i < past->n_deals; i++) {
        const dd_past_deal *deal = &past->deals[i];
        if (deal->pipeline != pipeline || deal->closed == DD_NO_MOMENT)
            continue;
        int here = past->layout == DD_DEALS;
        for (size_t k = 0; !here && k < deal->n; k++)
            here = past->spells[deal->first + k].stage == stage;
        ended += here;
        won += here && deal->stage == DD_WON;
    }
    return ended > 0.0 ? won / ended : 0.0;
}

static void
weighted(dd_reference *self, const dd_past *past, dd_what what, double booked)
{
    double sum = booked, mean = mean_won_amount(past);
    for (int32_t p = 0; p < (int32_t) past->n_pipelines; p++)
        for (int32_t s = 0; s < (int32_t) past->pipelines[p].n_stages; s++) {
            double open = 0.0;
            for (size_t i = 0; i < past->n_deals; i++)
                if (past->deals[i].pipeline == p && past->deals[i].stage == s)
                    open += worth_of(&past->deals[i], what, mean);
            if (open > 0.0)
                sum += open * stage_win_rate(past, p, s);
        }
    put_one(self, sum);
}

static int
ascending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *) a, y = *(const int64_t *) b;
    return (x > y) - (x < y);
}

/* Weeks ahead, each as one of the last eight was; a part of a week counts in part. */
static void
run_rate(dd_reference *self, const dd_past *past, dd_what what, double booked,
         int32_t days, uint64_t seed)
{
    double week[RUN_WEEKS];
    dd_stream stream
        = dd_stream_make(seed, DD_RNG_BACKTEST, (uint64_t) what, (uint32_t) past->as_of);
    for (int w = 0; w < RUN_WEEKS; w++)
        week[w] = (double) dd_reference_won(past, what, past->as_of - 7 * w - 6,
                                            past->as_of - 7 * w);
    for (uint32_t i = 0; i < DD_REFERENCE_DRAWS; i++) {
        double sum = booked;
        uint32_t word[4] = { 0 }, k = 0;
        for (double left = days / 7.0; left > 0.0; left -= 1.0, k++) {
            if (k % 4 == 0)
                dd_stream_words(&stream, i * 64 + k / 4, word);
            sum += week[word[k % 4] % RUN_WEEKS] * fmin(left, 1.0);
        }
        put_one(self, sum);
    }
}

/* What the open pipeline brought from this day of the period on, period by period. */
static void
same_week(dd_reference *self, const dd_past *past, const dd_period *period,
          int fiscal_start, dd_what what, double booked)
{
    double mean = mean_won_amount(past), open_now = 0.0;
    dd_day start = period->start;
    int32_t into = past->as_of - period->start;
    for (size_t i = 0; i < past->n_deals; i++)
        if (past->deals[i].stage >= 0)
            open_now += worth_of(&past->deals[i], what, mean);
    for (int k = 0; k < PAST_PERIODS; k++) {
        dd_period before = dd_period_of(start - 1, period->kind, fiscal_start);
        dd_day then
            = before.start + into < before.end ? before.start + into : before.end - 1;
        double open_then = 0.0;
        start = before.start;
        if (then < past->first_day || (past->starts != DD_NO_DAY && then < past->starts))
            break;
        for (size_t i = 0; i < past->n_deals; i++)
            if (was_open(&past->deals[i], then))
                open_then += worth_of(&past->deals[i], what, mean);
        if (open_then > 0.0)
            put_one(self, booked
                              + open_now / open_then
                                    * (double) dd_reference_won(past, what, then + 1,
                                                                before.end));
    }
}

/* The last period that was over by as-of. */
static void
last_period(dd_reference *self, const dd_past *past, const dd_period *period,
            int fiscal_start, dd_what what, double booked, int32_t days)
{
    dd_period first = dd_period_of(past->as_of + 1, period->kind, fiscal_start);
    dd_period before = dd_period_of(first.start - 1, period->kind, fiscal_start);
    double length = before.end - before.start + 1;
    if (before.start >= past->first_day)
        put_one(self,
                booked
                    + (double) dd_reference_won(past, what, before.start, before.end)
                          * days / length);
}

void
dd_reference_make(dd_reference *self, dd_reference_kind kind, const dd_past *past,
                  const dd_period *period, int fiscal_start, dd_what what, uint64_t seed)
{
    double booked = (double) dd_reference_won(past, what, period->start, past->as_of);
    int later = period->start > past->as_of + 1;
    int32_t days = period->end - (later ? period->start - 1 : past->as_of);

    self->n = 0;
    switch (kind) {
    case DD_REFERENCE_WEIGHTED:
        if (!later)
            weighted(self, past, what, booked);
        break;
    case DD_REFERENCE_RUN_RATE:
        run_rate(self, past, what, booked, days, seed);
        break;
    case DD_REFERENCE_SAME_WEEK:
        if (!later)
            same_week(self, past, period, fiscal_start, what, booked);
        break;
    case DD_REFERENCE_LAST_PERIOD:
    case DD_REFERENCES:
        last_period(self, past, period, fiscal_start, what, booked, days);
        break;
    }
    qsort(self->sample, self->n, sizeof *self->sample, ascending);
}
