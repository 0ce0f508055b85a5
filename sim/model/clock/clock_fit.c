#include "model/clock/clock.h"

#include "model/rates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WEEKDAY_WORTH \
    200.0 /* exits at speed 1 that a weekday's own are weighed against */
#define HOLIDAY_WORTH 30.0 /* likewise of holidays */
#define LEAST_QUARTERS 2
#define LEAST_EXPECTED 5.0 /* exits in a week that its ratio may count */
#define LEAST_LEFT_OUT 3   /* quarters that tell whether losses keep another clock */
#define SURE 3.0           /* nats by which they must foretell better */

/** Exits of a class seen and expected on every day from `first` to as-of. */
typedef struct {
    dd_day first;
    size_t n;
    double *seen, *expected;
} tally;

/* ---- counting ---- */

static int
class_of(int32_t to)
{
    return to == DD_LOST || to == DD_RECYCLED ? DD_LOSSES : DD_MOVES;
}

/* Hazard of a class within a band. */
static double
rate_within(const dd_stage *stage, size_t b, int exits)
{
    double sum = 0.0;
    for (size_t j = 0; j < stage->exits; j++)
        if (class_of(stage->to[j]) == exits)
            sum += stage->rate[j * stage->bands + b];
    return sum;
}

/* Spread rate x time over the calendar days from..to, as fractions of days since first:
 * parts of the first and the last of them, the days between in full. */
static void
expect(tally *self, double from, double to, double rate)
{
    from = from > 0.0 ? from : 0.0;
    to = to < (double) self->n ? to : (double) self->n;
    if (to <= from)
        return;
    size_t day = (size_t) from, last = (size_t) to;
    if (day == last) {
        self->expected[day] += rate * (to - from);
        return;
    }
    self->expected[day] += rate * ((double) (day + 1) - from);
    while (++day < last)
        self->expected[day] += rate;
    if (to > (double) last)
        self->expected[last] += rate * (to - (double) last);
}

static void
count_spell(tally tallies[DD_CLOCK_CLASSES], const dd_spell *spell,
            const dd_stage *stage)
{
    double entered = (double) spell->entered / DD_SECONDS_PER_DAY - tallies->first;
    for (size_t b = 0; b < stage->bands && stage->start[b] < spell->dwell_days; b++) {
        double from = fmax(spell->from_days, stage->start[b]);
        double to = fmin(spell->dwell_days, stage->start[b + 1]);
        for (int k = 0; k < DD_CLOCK_CLASSES && to > from; k++)
            expect(&tallies[k], entered + from, entered + to, rate_within(stage, b, k));
    }
    double left = entered + spell->dwell_days;
    if (spell->exit != DD_STILL && spell->dwell_days >= spell->from_days && left >= 0.0
        && left < (double) tallies->n)
        tallies[class_of(spell->exit)].seen[(size_t) left] += 1.0;
}

static dd_status
count_exits(tally tallies[DD_CLOCK_CLASSES], const dd_past *past,
            const dd_process *process, dd_error *err)
{
    for (int32_t p = 0; p < (int32_t) past->n_pipelines; p++) {
        dd_rates rates;
        dd_status status = dd_rates_init(&rates, &process[p], err);
        if (status)
            return status;
        dd_rates_mean(&rates);
        for (size_t i = 0; i < past->n_spells; i++)
            if (past->spells[i].pipeline == p)
                count_spell(tallies, &past->spells[i],
                            &rates.stage[past->spells[i].stage]);
        dd_rates_free(&rates);
    }
    return DD_OK;
}

/* ---- weekdays ---- */

/* Seen over expected, with so many at a speed of `usual`. */
static double
shrunk(const double *seen, const double *expected, size_t i, double worth, double usual)
{
    return (seen[i] + worth * usual) / (expected[i] + worth);
}

/* The mean over whole years is 1. */
static void
scale_year(dd_clock *self, dd_clock_class k, dd_day first, dd_day last)
{
    dd_speeds *speeds = &self->speed[k];
    dd_period year = dd_period_of(first, DD_YEAR, 1);
    double sum = 0.0, days = 0.0;
    for (dd_day day = year.start; day <= dd_period_of(last, DD_YEAR, 1).end; day++) {
        sum += dd_clock_day(self, k, day);
        days++;
    }
    for (int w = 0; w < 7; w++)
        speeds->weekday[w] *= days / sum;
    speeds->off *= days / sum;
    speeds->made_up *= days / sum;
}

/* Weekdays are those of usual days; holidays are believed to be like Sundays, and weekends
 * worked in their place like the days from Monday to Friday. */
static void
fit_weekdays(dd_clock *self, dd_clock_class k, const tally *exits)
{
    enum { OFF = 7, MADE_UP, KINDS };
    dd_speeds *speeds = &self->speed[k];
    double seen[KINDS] = { 0.0 }, expected[KINDS] = { 0.0 }, sum = 0.0, workday = 0.0;
    for (size_t i = 0; i < exits->n; i++) {
        dd_day day = exits->first + (dd_day) i;
        dd_day_kind kind = dd_workdays_kind(self->workdays, day);
        size_t at = kind == DD_DAY_OFF       ? OFF
                    : kind == DD_DAY_MADE_UP ? MADE_UP
                                             : (size_t) dd_day_weekday(day);
        seen[at] += exits->seen[i];
        expected[at] += exits->expected[i];
    }
    for (size_t w = 0; w < 7; w++)
        sum += speeds->weekday[w] = shrunk(seen, expected, w, WEEKDAY_WORTH, 1.0);
    for (int w = 0; w < 7; w++) {
        speeds->weekday[w] *= 7.0 / sum;
        workday += w < 5 ? speeds->weekday[w] / 5.0 : 0.0;
    }
    if (!self->workdays)
        return;
    speeds->off = shrunk(seen, expected, OFF, HOLIDAY_WORTH, speeds->weekday[6]);
    speeds->made_up = shrunk(seen, expected, MADE_UP, HOLIDAY_WORTH, workday);
    scale_year(self, k, exits->first, exits->first + (dd_day) exits->n - 1);
    for (size_t i = 0; i < exits->n; i++) /* for the weeks of quarters */
        exits->expected[i] *= dd_clock_day(self, k, exits->first + (dd_day) i);
}

/* ---- weeks of the quarter ---- */

/** One whole quarter. */
typedef struct {
    double seen[DD_QUARTER_WEEKS], expected[DD_QUARTER_WEEKS];
    double ratio[DD_QUARTER_WEEKS]; /* logarithms, about their mean */
} quarter_weeks;

/** Quarters that are full enough. */
typedef struct {
    size_t n;
    quarter_weeks *quarter;
} quarters;

/* @return 0 when a week is too thin */
static int
count_quarter(quarter_weeks *self, const tally *exits, const dd_period *quarter)
{
    double mean = 0.0;
    memset(self, 0, sizeof *self);
    for (dd_day day = quarter->start; day <= quarter->end; day++) {
        int week = dd_clock_week(day, quarter);
        self->seen[week] += exits->seen[day - exits->first];
        self->expected[week] += exits->expected[day - exits->first];
    }
    for (int w = 0; w < DD_QUARTER_WEEKS; w++) {
        if (self->expected[w] < LEAST_EXPECTED)
            return 0;
        self->ratio[w] = log((self->seen[w] + 0.5) / (self->expected[w] + 0.5));
        mean += self->ratio[w] / DD_QUARTER_WEEKS;
    }
    for (int w = 0; w < DD_QUARTER_WEEKS; w++)
        self->ratio[w] -= mean;
    return 1;
}

static dd_status
count_quarters(quarters *self, const tally *exits, int fiscal_start, dd_error *err)
{
    dd_day last = exits->first + (dd_day) exits->n - 1;
    dd_period quarter = dd_period_of(exits->first, DD_QUARTER, fiscal_start);
    self->n = 0;
    self->quarter = malloc((exits->n / 90 + 1) * sizeof *self->quarter);
    if (!self->quarter)
        return dd_error_no_memory(err);
    for (; quarter.end <= last; quarter = dd_period_next(&quarter, fiscal_start))
        if (quarter.start >= exits->first)
            self->n += (size_t) count_quarter(&self->quarter[self->n], exits, &quarter);
    return DD_OK;
}

/*
 * Random effects: y_qw = m_w + noise of variance s^2; the part of the spread of the mean
 * weeks that noise of n quarters does not explain is what is believed of them:
 * b = 1 - (s^2 / n) / mean of m_w^2.
 *
 * @param without  a quarter that is left out; n or more: none
 */
static void
fit_weeks(double week[DD_QUARTER_WEEKS], const quarters *all, size_t without)
{
    double sum[DD_QUARTER_WEEKS] = { 0.0 }, squares = 0.0, spread = 0.0, total = 0.0;
    double n = (double) all->n - (without < all->n);

    for (size_t q = 0; q < all->n; q++)
        for (int w = 0; q != without && w < DD_QUARTER_WEEKS; w++) {
            double ratio = all->quarter[q].ratio[w];
            sum[w] += ratio;
            squares += ratio * ratio;
        }
    for (int w = 0; w < DD_QUARTER_WEEKS; w++) {
        spread += sum[w] / n * (sum[w] / n) / (DD_QUARTER_WEEKS - 1);
        squares -= sum[w] * sum[w] / n;
    }
    double noise = fmax(squares, 0.0) / ((n - 1.0) * (DD_QUARTER_WEEKS - 1)) / n;
    double believe = spread > 0.0 ? fmax(1.0 - noise / spread, 0.0) : 0.0;
    for (int w = 0; w < DD_QUARTER_WEEKS; w++)
        total += week[w] = n >= LEAST_QUARTERS ? exp(believe * sum[w] / n) : 1.0;
    for (int w = 0; w < DD_QUARTER_WEEKS; w++)
        week[w] *= DD_QUARTER_WEEKS / total;
}

/* ---- whether losses keep another clock ---- */

/* Logarithm of the chance of how a quarter's exits fell on its weeks, constants left
 * out. */
static double
score(const quarter_weeks *quarter, const double week[DD_QUARTER_WEEKS])
{
    double all = 0.0, expected = 0.0, sum = 0.0;
    for (int w = 0; w < DD_QUARTER_WEEKS; w++) {
        all += quarter->seen[w];
        expected += quarter->expected[w] * week[w];
        sum += quarter->seen[w] * log(week[w]);
    }
    return sum - all * log(expected);
}

/* How much more the weeks of quarters differ from their mean than Poisson counts would,
 * whose logarithms have the variance 1/count: losses that come in batches prove less. */
static double
dispersion(const quarters *all)
{
    double n = (double) all->n, sum = 0.0;
    for (int w = 0; w < DD_QUARTER_WEEKS; w++) {
        double mean = 0.0;
        for (size_t q = 0; q < all->n; q++)
            mean += all->quarter[q].ratio[w] / n;
        for (size_t q = 0; q < all->n; q++) {
            double off = all->quarter[q].ratio[w] - mean;
            sum += off * off * (all->quarter[q].seen[w] + 0.5);
        }
    }
    return fmax(sum / ((n - 1.0) * (DD_QUARTER_WEEKS - 1)), 1.0);
}

/* Each quarter's losses are foretold by the weeks of the others' losses, and by those of
 * moves: by how much better. */
static int
is_apart(const quarters *losses, const double moves[DD_QUARTER_WEEKS])
{
    double sum = 0.0;
    if (losses->n < LEAST_LEFT_OUT)
        return 0;
    for (size_t q = 0; q < losses->n; q++) {
        double own[DD_QUARTER_WEEKS];
        fit_weeks(own, losses, q);
        sum += score(&losses->quarter[q], own) - score(&losses->quarter[q], moves);
    }
    return sum > SURE * dispersion(losses);
}

/* ---- all of it ---- */

static dd_status
fit(dd_clock *self, tally tallies[DD_CLOCK_CLASSES], dd_error *err)
{
    quarters all[DD_CLOCK_CLASSES] = { { 0 } };
    dd_status status = DD_OK;

    self->apart = 1; /* while each class is looked at by itself */
    for (int k = 0; !status && k < DD_CLOCK_CLASSES; k++) {
        fit_weekdays(self, (dd_clock_class) k, &tallies[k]);
        status = count_quarters(&all[k], &tallies[k], self->fiscal_start, err);
        if (!status)
            fit_weeks(self->speed[k].week, &all[k], SIZE_MAX);
    }
    if (!status) {
        self->runs = 1;
        self->apart = is_apart(&all[DD_LOSSES], self->speed[DD_MOVES].week);
    }
    for (int k = 0; k < DD_CLOCK_CLASSES; k++)
        free(all[k].quarter);
    return status;
}

dd_status
dd_clock_fit(dd_clock *self, const dd_past *past, const dd_process *process,
             const dd_funnel *funnel, dd_error *err)
{
    dd_day first = past->first_day;
    tally tallies[DD_CLOCK_CLASSES];
    dd_status status;

    dd_clock_init(self);
    self->fiscal_start = funnel->fiscal_year_starts;
    self->workdays = funnel->workdays;
    if (past->starts != DD_NO_DAY && past->starts > first)
        first = past->starts;
    if (past->as_of <= first)
        return DD_OK;
    size_t n = (size_t) ((int64_t) past->as_of - first + 1);
    double *days = calloc(2 * DD_CLOCK_CLASSES * n, sizeof *days);
    if (!days)
        return dd_error_no_memory(err);
    for (int k = 0; k < DD_CLOCK_CLASSES; k++)
        tallies[k] = (tally){ first, n, days + 2 * (size_t) k * n,
                              days + (2 * (size_t) k + 1) * n };
    status = count_exits(tallies, past, process, err);
    if (!status)
        status = fit(self, tallies, err);
    free(days);
    return status;
}
