/* What one forecast of a backtest came to against what came. */
#include "answers/backtest/backtest_replay.h"

#include "answers/forecast/summary.h"
#include "base/rng.h"
#include "base/sort.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of the deals that stood open at the origin. @return sorted keys, to be freed */
static uint64_t *
open_keys(const dd_book *book)
{
    uint64_t *keys = malloc((book->n + 1) * sizeof *keys);
    if (keys) {
        memcpy(keys, book->key, book->n * sizeof *keys);
        qsort(keys, book->n, sizeof *keys, dd_by_key);
    }
    return keys;
}

/* What deals of the origin's book came to in the days from..to. */
static int64_t
won_of_open(const dd_past *now, dd_what what, dd_day from, dd_day to,
            const uint64_t *keys, size_t n)
{
    int64_t sum = 0;
    for (size_t i = 0; i < now->n_deals; i++) {
        const dd_past_deal *deal = &now->deals[i];
        if (deal->stage != DD_WON || deal->closed == DD_NO_MOMENT)
            continue;
        dd_day day = dd_moment_day(deal->closed);
        if (day < from || day > to
            || !bsearch(&deal->key, keys, n, sizeof *keys, dd_by_key))
            continue;
        sum += what == DD_WHAT_WINS                ? 1
               : deal->amount == DD_UNKNOWN_AMOUNT ? 0
                                                   : deal->amount;
    }
    return sum;
}

/* Breaks the ties of a PIT: drawn for the origin, slot and quantity. */
static double
tie_of(const dd_replay_ground *ground, dd_day as_of, dd_slot slot, dd_what what)
{
    dd_stream stream
        = dd_stream_make(ground->options->seed, DD_RNG_BACKTEST, 99, (uint32_t) as_of);
    uint32_t word[4];
    dd_stream_words(&stream, (uint32_t) slot * DD_WHATS + (uint32_t) what, word);
    return dd_uniform53(word[0], word[1]);
}

static void
score_targets(dd_scored *scored, const dd_ranking *ranking, int64_t last)
{
    scored->brier = 0.0;
    for (int k = 0; k < DD_BACKTEST_TARGETS; k++) {
        int64_t target = last * (80 + 20 * k) / 100;
        scored->said[k] = dd_summary_reach(ranking, target);
        scored->came[k] = scored->actual >= target;
        scored->brier
            += dd_score_brier(ranking->sorted, ranking->trials, scored->actual, target)
               / DD_BACKTEST_TARGETS;
    }
}

/* @param last  result of the period before, of which targets are made; -1: none are */
static dd_status
score_column(dd_scored *scored, const int64_t *column, size_t trials, double tie,
             int64_t last, dd_error *err)
{
    dd_ranking ranking;
    dd_status status = dd_ranking_init(&ranking, column, trials, 0, err);
    if (status)
        return status;
    scored->known = 1;
    scored->score = dd_score_make(ranking.sorted, trials, scored->actual, tie);
    if (last >= 0)
        score_targets(scored, &ranking, last);
    dd_ranking_free(&ranking);
    return DD_OK;
}

/* Simulated wins count from as-of on, bookings from the period's start. */
static dd_status
score_period(const dd_replay *self, dd_origin *origin, const dd_replay_ground *ground,
             size_t p, dd_what what, dd_error *err)
{
    const dd_period *period = &self->question.periods[p];
    const dd_outcomes *played = &self->outcomes;
    dd_slot slot = p == 0 ? DD_SLOT_ALL : (dd_slot) (DD_SLOT_SECOND + p - 1);
    dd_scored *scored = &origin->scored[slot][what];
    const int64_t *column = what == DD_WHAT_WINS ? played->wins : played->bookings;
    dd_day from = p == 0 && what == DD_WHAT_WINS ? origin->as_of + 1 : period->start;
    int64_t last = -1;

    if (period->end > ground->options->as_of)
        return DD_OK;
    if (p == 0) {
        dd_period before = dd_period_of(period->start - 1, period->kind,
                                        ground->funnel.fiscal_year_starts);
        last = dd_reference_won(&self->past, what, before.start, before.end);
    }
    scored->actual = dd_reference_won(&ground->now, what, from, period->end);
    return score_column(scored, column + p * played->trials, played->trials,
                        tie_of(ground, origin->as_of, slot, what), last, err);
}

/* The first period's wins: of open deals, and of those that came later. */
static void
split_wins(const dd_replay *self, int64_t *open, int64_t *fresh)
{
    const int64_t *wins = self->outcomes.wins;
    for (size_t t = 0; t < self->outcomes.trials; t++) {
        open[t]
            = self->tally ? self->tally[t].open_first : wins[t] - self->fresh.wins[t];
        fresh[t] = wins[t] - open[t];
    }
}

static dd_status
score_parts(const dd_replay *self, dd_origin *origin, const dd_replay_ground *ground,
            dd_what what, const uint64_t *keys, int64_t *wins, dd_error *err)
{
    const dd_outcomes *played = &self->outcomes;
    size_t trials = played->trials;
    dd_scored *open = &origin->scored[DD_SLOT_OPEN][what];
    dd_scored *fresh = &origin->scored[DD_SLOT_NEW][what];
    dd_day from = origin->as_of + 1, to = origin->period.end;
    int counts = what == DD_WHAT_WINS;
    dd_status status;

    open->actual = won_of_open(&ground->now, what, from, to, keys, self->book.n);
    fresh->actual = dd_reference_won(&ground->now, what, from, to) - open->actual;
    status = score_column(open, counts ? wins : played->open, trials,
                          tie_of(ground, origin->as_of, DD_SLOT_OPEN, what), -1, err);
    if (status)
        return status;
    return score_column(fresh, counts ? wins + trials : played->new_, trials,
                        tie_of(ground, origin->as_of, DD_SLOT_NEW, what), -1, err);
}

static dd_status
score_all_parts(const dd_replay *self, dd_origin *origin, const dd_replay_ground *ground,
                dd_error *err)
{
    size_t trials = self->outcomes.trials;
    uint64_t *keys = open_keys(&self->book);
    int64_t *wins = malloc((2 * trials + 1) * sizeof *wins);
    dd_status status = keys && wins ? DD_OK : dd_error_no_memory(err);

    if (!status)
        split_wins(self, wins, wins + trials);
    for (int what = 0; !status && what < DD_WHATS; what++)
        status = score_parts(self, origin, ground, (dd_what) what, keys, wins, err);
    free(wins);
    free(keys);
    return status;
}

dd_status
dd_replay_score(const dd_replay *self, dd_origin *origin, const dd_replay_ground *ground,
                dd_error *err)
{
    int parts = self->fresh.wins || self->tally;
    dd_status status = DD_OK;

    for (int what = 0; !status && what < DD_WHATS; what++)
        for (size_t p = 0; !status && p < DD_BACKTEST_AHEAD; p++)
            status = score_period(self, origin, ground, p, (dd_what) what, err);
    if (!status && parts)
        status = score_all_parts(self, origin, ground, err);
    return status;
}

/* References count the whole period, what was won before as-of included. */
static void
score_references(const dd_replay *self, dd_scored *scored,
                 const dd_replay_ground *ground, size_t p, dd_what what,
                 dd_reference *reference)
{
    const dd_period *period = &self->question.periods[p];
    int64_t actual = dd_reference_won(&ground->now, what, period->start, period->end);

    for (int kind = 0; kind < DD_REFERENCES; kind++) {
        dd_reference_make(reference, (dd_reference_kind) kind, &self->past, period,
                          ground->funnel.fiscal_year_starts, what,
                          ground->options->seed);
        scored->crps_of[kind] = (double) NAN;
        if (reference->n > 0)
            scored->crps_of[kind]
                = dd_score_make(reference->sample, reference->n, actual, 0.5).crps;
    }
}

void
dd_replay_references(const dd_replay *self, dd_origin *origin,
                     const dd_replay_ground *ground, dd_reference *reference)
{
    for (int what = 0; what < DD_WHATS; what++) {
        for (size_t p = 0; p < DD_BACKTEST_AHEAD; p++) {
            dd_slot slot = p == 0 ? DD_SLOT_ALL : (dd_slot) (DD_SLOT_SECOND + p - 1);
            if (origin->end[p] <= ground->options->as_of)
                score_references(self, &origin->scored[slot][what], ground, p,
                                 (dd_what) what, reference);
        }
        for (int kind = 0; kind < DD_REFERENCES; kind++)
            origin->scored[DD_SLOT_OPEN][what].crps_of[kind]
                = origin->scored[DD_SLOT_NEW][what].crps_of[kind] = (double) NAN;
    }
}
