/* What came in past windows against what a forecast made at their start expected. */
#include "base/threads.h"
#include "model/clock/ahead.h"
#include "model/level/level.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NEAR_DAYS 14 /* of a near window; whole weeks, else weekdays would show */
#define LEAST_SHARE 0.05

/** One window's workspace: the past at its start, and one pipeline's curve from then. */
typedef struct {
    const dd_clock *clock;
    dd_past start;
    dd_season season; /* as it could be known at the start */
    dd_process process;
    dd_rates rates[DD_MOVE_MEMORIES];
    dd_ahead ahead;
    const dd_rates *lane[DD_LANES];
} look;

/** An open deal's place: deals of one stage and whole day of age win alike. */
typedef struct {
    int32_t stage;
    int32_t age;
} place;

static int
compare_places(const void *a, const void *b)
{
    const place *x = a, *y = b;
    return x->stage != y->stage ? (x->stage < y->stage ? -1 : 1)
                                : (x->age > y->age) - (x->age < y->age);
}

static size_t
open_places(const dd_past *past, int32_t pipeline, place *places)
{
    size_t n = 0;
    dd_moment until = dd_day_end(past->as_of);
    for (size_t i = 0; i < past->n_deals; i++) {
        const dd_past_deal *deal = &past->deals[i];
        if (deal->pipeline == pipeline && deal->stage >= 0
            && deal->entered != DD_NO_MOMENT)
            places[n++] = (place){ deal->stage, (int32_t) ((until - deal->entered)
                                                           / DD_SECONDS_PER_DAY) };
    }
    qsort(places, n, sizeof *places, compare_places);
    return n;
}

/* So many deals that are won with these chances: sums that settle() makes shares of. */
static void
expect(dd_level_window *window, const double win[DD_LANES], double deals)
{
    for (size_t m = 0; m < DD_MOVE_MEMORIES; m++) {
        double lose = 1.0 - win[m];
        window->expected_wins[m] += deals * win[m];
        window->response[m] -= lose > 0.0 ? deals * lose * log(lose) : 0.0;
        window->luck[m] += deals * win[m] * lose;
    }
}

/* Of deals that are all but won already, neither is 0, lest one of them outweigh all. */
static void
settle(dd_level_window *window)
{
    for (size_t m = 0; m < DD_MOVE_MEMORIES; m++) {
        double expected = fmax(window->expected_wins[m], 1e-300);
        window->response[m]
            = fmin(fmax(window->response[m] / expected, LEAST_SHARE), 1.0);
        window->luck[m] = fmin(fmax(window->luck[m] / expected, LEAST_SHARE), 1.0);
    }
}

static void
expect_open(look *self, int32_t pipeline, place *places, dd_level_window *window)
{
    size_t n = open_places(&self->start, pipeline, places), end;
    double win[DD_LANES];
    for (size_t i = 0; i < n; i = end) {
        for (end = i + 1; end < n && compare_places(&places[i], &places[end]) == 0;)
            end++;
        dd_ahead_open(&self->ahead, (size_t) places[i].stage, places[i].age + 0.5, win);
        expect(window, win, (double) (end - i));
    }
}

/* Wins among the deals that did arrive, so that arrivals have a level of their own. */
static void
expect_arrived(const look *self, const dd_past *past, int32_t pipeline, dd_day to,
               dd_level_window *window)
{
    double win[DD_LANES];
    for (size_t i = 0; i < past->n_deals; i++) {
        const dd_past_deal *deal = &past->deals[i];
        if (deal->pipeline != pipeline || deal->created == DD_NO_MOMENT)
            continue;
        dd_day day = dd_moment_day(deal->created);
        if (day <= self->start.as_of || day > to || deal->first_stage < 0)
            continue;
        dd_ahead_arrived(&self->ahead, (size_t) deal->first_stage, day, win);
        expect(window, win, 1.0);
    }
}

/* What could be known of it then, where there is one now. */
static void
see_season(dd_season *season, const dd_clock *clock, const dd_past *start)
{
    dd_season_init(season);
    if (clock->coming.runs)
        dd_season_fit(season, start);
}

static void
expect_arrivals(dd_level_window *window, const dd_past *start, int32_t pipeline,
                const dd_season *season)
{
    double n[DD_MEMORIES], span[DD_MEMORIES];
    double days = dd_season_days(season, start->as_of, start->as_of + window->days);
    dd_arrivals_count(start, pipeline, season->runs ? season : NULL, n, span);
    for (size_t m = 0; m < DD_MEMORIES; m++) {
        window->counted[m] += n[m];
        window->expected_arrivals[m] += (n[m] + 0.5) / fmax(span[m], 1.0) * days;
    }
}

static dd_status
add_pipeline(look *self, const dd_past *past, int32_t pipeline, const dd_funnel *funnel,
             int32_t days, place *places, dd_level_window *window, dd_error *err)
{
    dd_status status
        = dd_process_fit(&self->process, &self->start, pipeline, funnel, NULL, err);
    for (size_t m = 0; !status && m < DD_MOVE_MEMORIES; m++) {
        status = dd_rates_init(&self->rates[m], &self->process, err);
        self->rates[m].moves = m;
    }
    if (!status)
        status = dd_ahead_init(&self->ahead, &self->process, self->clock,
                               self->start.as_of, (size_t) days, err);
    if (!status) {
        for (size_t m = 0; m < DD_MOVE_MEMORIES; m++)
            dd_rates_mean(&self->rates[m]);
        dd_ahead_solve(&self->ahead, self->lane);
        expect_open(self, pipeline, places, window);
        expect_arrived(self, past, pipeline, self->start.as_of + days, window);
        expect_arrivals(window, &self->start, pipeline, &self->season);
    }
    dd_ahead_free(&self->ahead);
    for (size_t m = 0; m < DD_MOVE_MEMORIES; m++)
        dd_rates_free(&self->rates[m]);
    dd_process_free(&self->process);
    return status;
}

static void
count_what_came(dd_level_window *window, const dd_past *past, dd_day from, dd_day to)
{
    for (size_t i = 0; i < past->n_deals; i++) {
        const dd_past_deal *deal = &past->deals[i];
        if (deal->stage == DD_WON && deal->closed != DD_NO_MOMENT) {
            dd_day day = dd_moment_day(deal->closed);
            window->wins += day > from && day <= to;
            window->known_wins += day <= from;
        }
        if (deal->created != DD_NO_MOMENT) {
            dd_day day = dd_moment_day(deal->created);
            window->arrivals += day > from && day <= to;
        }
    }
}

static dd_status
look_back(dd_level_window *window, const dd_past *past, const dd_funnel *funnel,
          const dd_clock *clock, dd_day from, int32_t days, dd_error *err)
{
    look self = { .clock = clock };
    place *places = NULL;
    dd_status status = DD_OK;

    memset(window, 0, sizeof *window);
    window->from = from;
    window->days = days;
    count_what_came(window, past, from, from + days);
    if (window->known_wins < DD_LEAST_KNOWN_WINS)
        return DD_OK;
    for (int l = 0; l < DD_LANES; l++)
        self.lane[l] = &self.rates[l < DD_MOVE_MEMORIES ? l : 0];
    status = dd_past_earlier(&self.start, past, from, err);
    if (!status && !(places = malloc((self.start.n_deals + 1) * sizeof *places)))
        status = dd_error_no_memory(err);
    if (!status)
        see_season(&self.season, clock, &self.start);
    for (int32_t p = 0; !status && p < (int32_t) past->n_pipelines; p++)
        status = add_pipeline(&self, past, p, funnel, days, places, window, err);
    settle(window);
    free(places);
    dd_past_free(&self.start);
    return status;
}

static int32_t
length_of(const dd_period *period)
{
    return period->end - period->start + 1;
}

int32_t
dd_level_days(const dd_period *period, dd_day as_of)
{
    int32_t rest = period->end - as_of, half = length_of(period) / 2;
    int32_t least = half > 7 ? half : 7;
    return rest > least ? rest : least;
}

size_t
dd_level_starts(const dd_period *period, dd_day as_of, int fiscal_start, dd_day first,
                int parts, dd_day start[DD_MOST_WINDOWS + 1])
{
    dd_day back[DD_MOST_WINDOWS + 1] = { as_of }, high = as_of;
    dd_period at = *period;
    int32_t into = as_of - (period->start - 1);
    size_t n = 0;

    while (n < DD_MOST_WINDOWS && high > first) {
        at = dd_period_of(at.start - 1, at.kind, fiscal_start);
        dd_day low = at.start - 1 + (into < length_of(&at) ? into : length_of(&at));
        for (int i = parts; i-- > 0 && n < DD_MOST_WINDOWS;) {
            dd_day from = low + (high - low) * i / parts;
            if (from < first)
                break;
            back[++n] = from;
        }
        high = low;
    }
    for (size_t k = 0; k <= n; k++)
        start[k] = back[n - k];
    return n;
}

/** Windows of the past: the days after start[k] up to start[k + 1]. */
typedef struct {
    size_t n;
    dd_day start[DD_MOST_WINDOWS + 1];
} window_days;

/* None before the data are complete. */
static window_days
days_of_windows(const dd_past *past, const dd_period *period, int fiscal_start,
                int parts)
{
    window_days self;
    dd_day first = dd_arrivals_first_day(past);
    self.n
        = dd_level_starts(period, past->as_of, fiscal_start, first, parts, self.start);
    return self;
}

/* Fortnights back from as_of, the latest DD_MOST_WINDOWS. */
static window_days
near_days(const dd_past *past)
{
    window_days self;
    int32_t known = past->as_of - dd_arrivals_first_day(past);
    self.n = (size_t) (known / NEAR_DAYS < DD_MOST_WINDOWS ? known / NEAR_DAYS
                                                           : DD_MOST_WINDOWS);
    for (size_t k = 0; k <= self.n; k++)
        self.start[k] = past->as_of - (int32_t) (self.n - k) * NEAR_DAYS;
    return self;
}

void
dd_model_take_parts(dd_model *self, const dd_parts *parts)
{
    dd_level *level = self->level;
    dd_level_fit_parts(level, parts);
    for (size_t p = 0; p < self->n_pipelines && level->far.n > 0; p++)
        memcpy(self->process[p].arrivals.memory_chance, level->memory_chance,
               sizeof level->memory_chance);
}

static dd_status
look_far(dd_level_windows *windows, const dd_past *past, const dd_funnel *funnel,
         const dd_clock *clock, const window_days *days, dd_error *err)
{
    dd_status status[DD_MOST_WINDOWS] = { DD_OK };
    size_t n = days->n;
    dd_meeting meeting = DD_MEETING;

    windows->n = n;
    /* The last first: it has the longest past, and nobody shall wait for it in the end. */
#pragma omp parallel
    {
#pragma omp for schedule(dynamic) nowait
        for (size_t k = n; k > 0; k--)
            status[k - 1] = look_back(&windows->window[k - 1], past, funnel, clock,
                                      days->start[k - 1],
                                      days->start[k] - days->start[k - 1], NULL);
        dd_threads_meet(&meeting);
    }
    dd_threads_rest();
    for (size_t k = 0; k < n; k++)
        if (status[k] == DD_ENOMEM)
            return dd_error_no_memory(err);
        else if (status[k])
            windows->window[k].known_wins = 0; /* beliefs that do not fit the past */
    return DD_OK;
}

/* Arrivals alone need no fit: what each memory expected of one short window. */
static void
look_at_arrivals(dd_level_window *window, const dd_past *past, const dd_clock *clock,
                 dd_day from, int32_t days)
{
    dd_past then = *past;
    dd_season season;
    memset(window, 0, sizeof *window);
    count_what_came(window, past, from, from + days);
    window->from = from;
    window->days = days;
    then.as_of = from;
    see_season(&season, clock, &then);
    for (int32_t p = 0; p < (int32_t) past->n_pipelines; p++)
        expect_arrivals(window, &then, p, &season);
}

static void
look_near(dd_level_windows *windows, const dd_past *past, const dd_clock *clock,
          const window_days *days)
{
    windows->n = days->n;
    for (size_t k = 0; k < days->n; k++)
        look_at_arrivals(&windows->window[k], past, clock, days->start[k],
                         days->start[k + 1] - days->start[k]);
}

/* What a belief tells of arrivals is told for all months. */
static void
take_season(dd_model *self, const dd_past *past, const dd_funnel *funnel)
{
    dd_season *season = &self->clock->coming;
    if (funnel->parts.off & DD_PART_SEASON || funnel->new_deals_per_rep_week.given)
        return;
    dd_season_fit(season, past);
    for (size_t p = 0; p < self->n_pipelines; p++)
        dd_arrivals_take_season(&self->process[p].arrivals, past, (int32_t) p, season);
}

dd_status
dd_model_fit_level(dd_model *self, const dd_past *past, const dd_funnel *funnel,
                   const dd_period *period, dd_error *err)
{
    int fiscal_start = funnel->fiscal_year_starts;
    int32_t days = dd_level_days(period, past->as_of);
    int parts = (length_of(period) + days / 2) / days;
    window_days far = days_of_windows(past, period, fiscal_start, parts), near = { 0 };
    dd_status status = DD_OK;

    if (self->level_off)
        return DD_OK;
    dd_clock_init(self->clock);
    if (!(funnel->parts.off & DD_PART_CLOCK))
        status = dd_clock_fit(self->clock, past, self->process, funnel, err);
    if (!status)
        take_season(self, past, funnel);
    if (!status)
        status = look_far(&self->level->far, past, funnel, self->clock, &far, err);
    if (status)
        return status;
    if (days >= 2 * NEAR_DAYS)
        near = near_days(past);
    look_near(&self->level->near, past, self->clock, &near);
    dd_model_take_parts(self, &funnel->parts);
    return DD_OK;
}
