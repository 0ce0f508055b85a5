#include "answers/backtest/backtest_tune.h"

#include "answers/backtest/backtest_replay.h"
#include "engine/roster/roster.h"
#include "engine/watching.h"
#include "input/model_section.h"

#include <stdlib.h>
#include <string.h>

static const double spreads[] = { 0.5, 0.7, 1.4, 2.0 };

static void
add_variant(dd_tune *self, const char *name, unsigned off, double spread)
{
    self->variant[self->n++]
        = (dd_variant){ .name = name, .parts = { .off = off, .spread = spread } };
}

/* Parts of the level are taken from windows that were seen; others mean another fit. */
#define SEEN (DD_PART_LEVEL | DD_PART_TRACKING | DD_PART_MEMORIES)

static dd_status
take_parts(dd_replay *replay, const dd_replay_ground *g, const dd_parts *parts,
           unsigned *fitted_off, dd_error *err)
{
    dd_funnel funnel = g->funnel;
    if (((*fitted_off ^ parts->off) & ~(unsigned) SEEN) == 0) {
        dd_model_take_parts(&replay->model, parts);
        return DD_OK;
    }
    funnel.parts = *parts;
    *fitted_off = parts->off;
    return dd_replay_learn(replay, &funnel, err);
}

/* One origin in all variants from `first` on. */
static dd_status
try_origin(dd_tune *self, size_t first, size_t i, const dd_replay_ground *g)
{
    dd_replay replay;
    dd_error err = { 0 };
    unsigned fitted_off = 0;
    memset(&replay, 0, sizeof replay);
    dd_status status
        = dd_replay_fit(&replay, &self->variant[first].backtest.origin[i], g, &err);
    dd_origin begun = self->variant[first].backtest.origin[i];
    for (size_t v = first; !status && v < self->n; v++) {
        dd_origin *origin = &self->variant[v].backtest.origin[i];
        *origin = begun;
        status = take_parts(&replay, g, &self->variant[v].parts, &fitted_off, &err);
        if (!status)
            status = dd_replay_play(&replay, g, 0, &err);
        if (!status)
            status = dd_replay_score(&replay, origin, g, &err);
        dd_replay_forget(&replay);
    }
    for (size_t v = first; v < self->n; v++)
        self->variant[v].backtest.origin[i].fitted = status == DD_OK;
    dd_replay_free(&replay);
    dd_error_free(&err);
    return status;
}

static dd_status
give_origins(dd_tune *self, size_t first, const dd_replay_ground *g, dd_error *err)
{
    for (size_t v = first; v < self->n; v++) {
        dd_backtest *backtest = &self->variant[v].backtest;
        backtest->origin = dd_replay_origins(g, &backtest->n);
        if (!backtest->origin)
            return dd_error_no_memory(err);
        backtest->has_amounts = dd_replay_has_amounts(&g->now);
    }
    return DD_OK;
}

static dd_status
try_all(dd_tune *self, size_t first, const dd_replay_ground *g, dd_error *err)
{
    int threads = g->options->threads > 0 ? g->options->threads : omp_get_num_procs();
    const dd_watch *watch = g->options->watch;
    int memory = 0, stopped = 0;
    size_t done = 0;
    dd_status status = give_origins(self, first, g, err);
    if (status)
        return status;
#pragma omp parallel for schedule(dynamic) num_threads(threads) \
    reduction(| \
              : memory, stopped)
    for (size_t i = 0; i < self->variant[first].backtest.n; i++) {
        dd_status one
            = dd_watch_stops(watch) ? DD_ESTOPPED : try_origin(self, first, i, g);
        memory |= one == DD_ENOMEM;
        stopped |= one == DD_ESTOPPED;
        dd_watch_told(watch, &done, 1);
    }
    if (memory || stopped)
        return memory ? dd_error_no_memory(err) : DD_ESTOPPED;
    for (size_t v = first; v < self->n; v++) {
        dd_replay_drop_unfitted(&self->variant[v].backtest);
        dd_backtest_summarise(&self->variant[v].backtest);
    }
    return DD_OK;
}

/* All that was found at once; where that is no better than the whole model, nothing. */
static dd_status
try_together(dd_tune *self, const dd_replay_ground *g, dd_error *err)
{
    size_t last = self->n;
    if (self->found.off == 0 && !(self->found.spread > 0.0))
        return DD_OK;
    add_variant(self, "together", self->found.off, self->found.spread);
    dd_status status = try_all(self, last, g, err);
    if (status)
        return status;
    dd_tune_judge(self);
    self->together = (int) last;
    if (self->variant[last].change >= 0.0)
        self->found = (dd_parts){ 0 };
    return DD_OK;
}

dd_status
dd_tune_make(dd_tune *self, const dd_history *history, const dd_funnel *funnel,
             const dd_backtest_options *options, dd_error *err)
{
    dd_backtest_options tried = *options;
    dd_replay_ground g = dd_replay_ground_of(history, funnel, &tried);
    dd_status status;

    memset(self, 0, sizeof *self);
    tried.trials = options->trials              ? options->trials
                   : dd_roster_is_asked(funnel) ? DD_TUNE_TRIALS_OF_REPS
                                                : DD_TUNE_TRIALS;
    g.funnel.parts = (dd_parts){ 0 };
    add_variant(self, NULL, 0, 0.0);
    for (size_t i = 0; i < DD_PART_NAMES; i++)
        add_variant(self, dd_part_names[i].key, dd_part_names[i].bit, 0.0);
    for (size_t i = 0; i < sizeof spreads / sizeof *spreads; i++)
        add_variant(self, "spread", 0, spreads[i]);
    status = dd_history_as_of(&g.now, history, options->as_of, NULL, err);
    if (!status)
        status = try_all(self, 0, &g, err);
    if (!status)
        status = dd_replay_need_some(&self->variant[0].backtest, options->kind, err);
    if (!status) {
        dd_tune_judge(self);
        dd_tune_conclude(self);
        status = try_together(self, &g, err);
    }
    dd_past_free(&g.now);
    if (status)
        dd_tune_free(self);
    return status;
}

void
dd_tune_free(dd_tune *self)
{
    for (size_t v = 0; v < self->n; v++)
        dd_backtest_free(&self->variant[v].backtest);
    memset(self, 0, sizeof *self);
}
