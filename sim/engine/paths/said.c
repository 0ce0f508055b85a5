#include "engine/paths/said.h"

#include "base/rng.h"

#include <math.h>

#define SAID_POSITION (UINT32_MAX - 3) /* beside those of lives.c */
#define MOST_ODDS 1e12                 /* as good as sure */
#define LEAST_EVER 1e-3 /* below it a path that wins would be looked for too long */

/* A working day of a period, or part of one, at a share of it; `by` is a day of the calendar
 * that it must hold, or DD_NO_DAY. */
static double
day_in(const dd_path_run *run, size_t p, double share, dd_day by)
{
    double from = p > 0 ? run->part_end[p - 1] : 0, to = run->part_end[p];
    double day = from + share * (to - from);

    if (by != DD_NO_DAY)
        day = fmin(dd_path_run_work(run, by - run->question->as_of - 0.5), to);
    return fmax(day, nextafter(from, (double) INFINITY));
}

double
dd_said_odds(const dd_lives *self, const dd_life *life, const dd_deal_said *said)
{
    const dd_rates *rates = dd_lives_rates(self, life->pipeline);
    double age = self->run->book->age_days[life->deal], even, ever, chance;

    even = dd_rates_ever(rates, (size_t) life->start.stage, isnan(age) ? 0 : age);
    ever = dd_on_odds(even, life->theta);
    chance = fmin(fmax(dd_change_apply(&said->win_rate, ever), 0), 1);
    if (even < LEAST_EVER)
        return 0;
    return chance < 1 ? fmin(chance * (1 - even) / (even * (1 - chance)), MOST_ODDS)
                      : MOST_ODDS;
}

/* The level acts on the chance as on any, E < level x -log(1 - chance). */
double
dd_said_day(const dd_lives *self, const dd_life *life, const dd_deal_said *said)
{
    const dd_path_run *run = self->run;
    size_t periods = self->tables->periods, p = 0;
    const double *hazard
        = self->tables->hazard + run->rows.of_deal[life->deal] * periods;
    dd_stream stream = dd_stream_make(run->question->seed, DD_RNG_PATH, life->start.item,
                                      life->start.first_trial);
    double level = self->tables->level_wins[life->start.first_trial % DD_BLOCK], spent;
    uint32_t word[4];

    dd_stream_words(&stream, SAID_POSITION, word);
    spent = -log(dd_uniform53(word[0], word[1])) / level;
    while (p < periods && !(spent < hazard[p]))
        p++;
    return p < periods ? day_in(run, p, dd_uniform53(word[2], word[3]), said->close) : 0;
}
