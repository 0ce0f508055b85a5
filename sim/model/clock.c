#include "model/clock.h"

#include "model/rates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WEEKDAY_WORTH \
    200.0 /* moves at speed 1 that a weekday's own are weighed against */
#define LEAST_QUARTERS 2
#define LEAST_EXPECTED 5.0 /* moves in a week that its ratio may count */

/** Moves seen and expected on every day from `first` to as-of. */
typedef struct {
    dd_day first;
    size_t n;
    double *seen, *expected;
} tally;

void
dd_clock_init(dd_clock *self)
{
    *self = (dd_clock){ .fiscal_start = 1 };
    for (int i = 0; i < 7; i++)
        self->weekday[i] = 1.0;
    for (int i = 0; i < DD_QUARTER_WEEKS; i++)
        self->week[i] = 1.0;
}

/* 1970-01-01 was a Thursday. */
static int
weekday_of(dd_day day)
{
    return (int) (((int64_t) day % 7 + 7 + 3) % 7);
}

static int
week_of(dd_day day, dd_day quarter_start)
{
    int week = (day - quarter_start) / 7;
    return week < DD_QUARTER_WEEKS ? week : DD_QUARTER_WEEKS - 1;
}

double
dd_clock_days(const dd_clock *self, dd_day after, dd_day to)
{
    double days = 0.0;
    dd_period quarter = dd_period_of(after + 1, DD_QUARTER, self->fiscal_start);
    if (!self->runs)
        return to - after;
    for (dd_day day = after + 1; day <= to; day++) {
        if (day > quarter.end)
            quarter = dd_period_next(&quarter, self->fiscal_start);
        days += self->weekday[weekday_of(day)] * self->week[week_of(day, quarter.start)];
    }
    return days;
}

/* Hazard of moving on or winning within a band. */
static double
moving_rate(const dd_stage *stage, size_t b)
{
    double sum = 0.0;
    for (size_t j = 0; j < stage->exits; j++)
        if (stage->to[j] != DD_LOST && stage->to[j] != DD_RECYCLED)
            sum += stage->rate[j * stage->bands + b];
    return sum;
}

/* Spread rate x time over the calendar days from..to, as fractions of days since first. */
static void
expect(tally *self, double from, double to, double rate)
{
    from = fmax(from, 0.0);
    to = fmin(to, (double) self->n);
    for (size_t day = (size_t) from; (double) day < to; day++) {
        double part = fmin(to, (double) day + 1.0) - fmax(from, (double) day);
        self->expected[day] += rate * part;
    }
}

static void
count_spell(tally *self, const dd_spell *spell, const dd_stage *stage)
{
    double entered = (double) spell->entered / DD_SECONDS_PER_DAY - self->first;
    for (size_t b = 0; b < stage->bands; b++) {
        double from = fmax(spell->from_days, stage->start[b]);
        double to = fmin(spell->dwell_days, stage->start[b + 1]);
        if (to > from)
            expect(self, entered + from, entered + to, moving_rate(stage, b));
    }
    double left = entered + spell->dwell_days;
    if (spell->exit != DD_STILL && spell->exit != DD_LOST && spell->exit != DD_RECYCLED
        && spell->dwell_days >= spell->from_days && left >= 0.0
        && left < (double) self->n)
        self->seen[(size_t) left] += 1.0;
}

static dd_status
count_moves(tally *self, const dd_past *past, const dd_process *process, dd_error *err)
{
    for (int32_t p = 0; p < (int32_t) past->n_pipelines; p++) {
        dd_rates rates;
        dd_status status = dd_rates_init(&rates, &process[p], err);
        if (status)
            return status;
        dd_rates_mean(&rates);
        for (size_t i = 0; i < past->n_spells; i++)
            if (past->spells[i].pipeline == p)
                count_spell(self, &past->spells[i], &rates.stage[past->spells[i].stage]);
        dd_rates_free(&rates);
    }
    return DD_OK;
}

static void
fit_weekdays(dd_clock *self, const tally *moves)
{
    double seen[7] = { 0.0 }, expected[7] = { 0.0 }, sum = 0.0;
    for (size_t i = 0; i < moves->n; i++) {
        int weekday = weekday_of(moves->first + (dd_day) i);
        seen[weekday] += moves->seen[i];
        expected[weekday] += moves->expected[i];
    }
    for (int w = 0; w < 7; w++) {
        self->weekday[w] = (seen[w] + WEEKDAY_WORTH) / (expected[w] + WEEKDAY_WORTH);
        sum += self->weekday[w];
    }
    for (int w = 0; w < 7; w++)
        self->weekday[w] *= 7.0 / sum;
}

/* Log ratios of a quarter's weeks about their mean. @return 0 when a week is too thin */
static int
quarter_ratios(const tally *moves, const dd_period *quarter,
               double ratio[DD_QUARTER_WEEKS])
{
    double seen[DD_QUARTER_WEEKS] = { 0.0 }, expected[DD_QUARTER_WEEKS] = { 0.0 };
    double mean = 0.0;
    for (dd_day day = quarter->start; day <= quarter->end; day++) {
        int week = week_of(day, quarter->start);
        seen[week] += moves->seen[day - moves->first];
        expected[week] += moves->expected[day - moves->first];
    }
    for (int w = 0; w < DD_QUARTER_WEEKS; w++) {
        if (expected[w] < LEAST_EXPECTED)
            return 0;
        ratio[w] = log((seen[w] + 0.5) / (expected[w] + 0.5));
        mean += ratio[w] / DD_QUARTER_WEEKS;
    }
    for (int w = 0; w < DD_QUARTER_WEEKS; w++)
        ratio[w] -= mean;
    return 1;
}

/*
 * Random effects: y_qw = m_w + noise of variance s^2; the part of the spread of the mean
 * weeks that noise of n quarters does not explain is what is believed of them:
 * b = 1 - (s^2 / n) / mean of m_w^2.
 */
static void
shrink_weeks(dd_clock *self, const double *sum, double squares, double n)
{
    double spread = 0.0, noise = 0.0, total = 0.0;
    for (int w = 0; w < DD_QUARTER_WEEKS; w++) {
        spread += sum[w] / n * (sum[w] / n) / (DD_QUARTER_WEEKS - 1);
        squares -= sum[w] * sum[w] / n;
    }
    noise = fmax(squares, 0.0) / ((n - 1.0) * (DD_QUARTER_WEEKS - 1)) / n;
    double believe = spread > 0.0 ? fmax(1.0 - noise / spread, 0.0) : 0.0;
    for (int w = 0; w < DD_QUARTER_WEEKS; w++)
        total += self->week[w] = exp(believe * sum[w] / n);
    for (int w = 0; w < DD_QUARTER_WEEKS; w++)
        self->week[w] *= DD_QUARTER_WEEKS / total;
}

static void
fit_weeks(dd_clock *self, const tally *moves, dd_day as_of)
{
    double sum[DD_QUARTER_WEEKS] = { 0.0 }, ratio[DD_QUARTER_WEEKS], squares = 0.0;
    dd_period quarter = dd_period_of(moves->first, DD_QUARTER, self->fiscal_start);
    int n = 0;
    for (; quarter.end <= as_of;
         quarter = dd_period_next(&quarter, self->fiscal_start)) {
        if (quarter.start < moves->first || !quarter_ratios(moves, &quarter, ratio))
            continue;
        n++;
        for (int w = 0; w < DD_QUARTER_WEEKS; w++) {
            sum[w] += ratio[w];
            squares += ratio[w] * ratio[w];
        }
    }
    if (n >= LEAST_QUARTERS)
        shrink_weeks(self, sum, squares, n);
}

dd_status
dd_clock_fit(dd_clock *self, const dd_past *past, const dd_process *process,
             int fiscal_start, dd_error *err)
{
    tally moves = { .first = past->first_day };
    dd_status status;

    dd_clock_init(self);
    self->fiscal_start = fiscal_start;
    if (past->starts != DD_NO_DAY && past->starts > moves.first)
        moves.first = past->starts;
    if (past->as_of <= moves.first)
        return DD_OK;
    moves.n = (size_t) ((int64_t) past->as_of - moves.first + 1);
    moves.seen = calloc(moves.n, sizeof *moves.seen);
    moves.expected = calloc(moves.n, sizeof *moves.expected);
    status = moves.seen && moves.expected ? count_moves(&moves, past, process, err)
                                          : dd_error_no_memory(err);
    if (!status) {
        fit_weekdays(self, &moves);
        fit_weeks(self, &moves, past->as_of);
        self->runs = 1;
    }
    free(moves.seen);
    free(moves.expected);
    return status;
}
