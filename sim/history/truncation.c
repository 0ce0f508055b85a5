#include "history/truncation.h"

#include <string.h>

#define WEEKS 105          /* two years; the last bin holds all older ages */
#define LEAST_CLOSINGS 30  /* fewer tell no rates by age */
#define MOST_EXPECTED 12.0 /* closings expected before F, none of which is there */

static double
days_between(dd_moment from, dd_moment to)
{
    return (double) (to - from) / (double) DD_SECONDS_PER_DAY;
}

static double
least(double a, double b)
{
    return a < b ? a : b;
}

static double
most(double a, double b)
{
    return a > b ? a : b;
}

/* Days that a deal spends between the ages `from` and `to` in each weekly bin. */
static void
add_exposure(double days[WEEKS], double from, double to)
{
    if (to <= from)
        return;
    for (int w = from < 7.0 * WEEKS ? (int) (from / 7.0) : WEEKS - 1; w < WEEKS; w++) {
        double end = w == WEEKS - 1 ? to : 7.0 * (w + 1);
        if (from < least(to, end))
            days[w] += least(to, end) - from;
        from = most(from, end);
        if (from >= to)
            return;
    }
}

static int
bin_of(double age)
{
    return age >= 7.0 * WEEKS ? WEEKS - 1 : (int) (age / 7.0);
}

static dd_day
first_closing(const dd_past *past)
{
    dd_day first = DD_NO_DAY;

    for (size_t d = 0; d < past->n_deals; d++) {
        const dd_past_deal *deal = &past->deals[d];
        if (deal->closed == DD_NO_MOMENT)
            continue;
        if (first == DD_NO_DAY || dd_moment_day(deal->closed) < first)
            first = dd_moment_day(deal->closed);
    }
    return first;
}

dd_day
dd_truncation_day(const dd_past *past, double *expected)
{
    const dd_day first = first_closing(past);
    double before[WEEKS] = { 0 }, after[WEEKS] = { 0 }, closings[WEEKS] = { 0 }, sum = 0;
    size_t closed = 0;

    if (first == DD_NO_DAY)
        return DD_NO_DAY;
    const dd_moment f = dd_day_end(first) - DD_SECONDS_PER_DAY;
    const dd_moment now = dd_day_end(past->as_of);
    for (size_t d = 0; d < past->n_deals; d++) {
        const dd_past_deal *deal = &past->deals[d];
        if (deal->created == DD_NO_MOMENT)
            continue;
        double end = days_between(deal->created,
                                  deal->closed == DD_NO_MOMENT ? now : deal->closed);
        double watched = most(days_between(deal->created, f), 0);
        add_exposure(before, 0, watched);
        add_exposure(after, watched, end);
        if (deal->closed == DD_NO_MOMENT)
            continue;
        closings[bin_of(end)] += 1.0;
        closed++;
    }
    for (int w = 0; w < WEEKS; w++)
        if (after[w] > 0)
            sum += before[w] * closings[w] / after[w];
    if (expected)
        *expected = sum;
    return sum > MOST_EXPECTED && closed >= LEAST_CLOSINGS ? first : DD_NO_DAY;
}

void
dd_truncation_apply(dd_past *past, dd_day starts)
{
    const dd_moment start = dd_day_end(starts) - DD_SECONDS_PER_DAY;

    for (size_t i = 0; i < past->n_spells; i++) {
        dd_spell *spell = &past->spells[i];
        double from = days_between(spell->entered, start);
        if (from > 0)
            spell->from_days = least(from, spell->dwell_days);
    }
}
