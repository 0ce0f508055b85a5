#include "answers/backtest/backtest.h"

#include "answers/backtest/backtest_replay.h"
#include "engine/watching.h"

#include <stdlib.h>
#include <string.h>

/* @return DD_EDATA when nothing could be learnt by then: such an origin is left out */
static dd_status
play_origin(dd_origin *origin, const dd_replay_ground *g, dd_reference *reference,
            dd_error *err)
{
    dd_replay replay;
    memset(&replay, 0, sizeof replay);
    dd_status status = dd_replay_fit(&replay, origin, g, err);
    if (!status)
        status = dd_replay_play(&replay, g, 1, err);
    if (!status)
        status = dd_replay_score(&replay, origin, g, err);
    if (!status)
        dd_replay_references(&replay, origin, g, reference);
    origin->fitted = status == DD_OK;
    dd_replay_free(&replay);
    return status;
}

/* Until the watch stops it; a past day that was under way then is none. */
static dd_status
play_all(dd_backtest *self, const dd_replay_ground *g, dd_error *err)
{
    int threads = g->options->threads > 0 ? g->options->threads : omp_get_num_procs();
    const dd_watch *watch = g->options->watch;
    int memory = 0, stopped = 0;
    size_t done = 0;

#pragma omp parallel num_threads(threads) reduction(| : memory, stopped)
    {
        dd_reference *reference = malloc(sizeof *reference);
        memory = !reference;
#pragma omp for schedule(dynamic)
        for (size_t i = 0; i < self->n; i++) {
            dd_status status = memory ? DD_ENOMEM
                               : dd_watch_stops(watch)
                                   ? DD_ESTOPPED
                                   : play_origin(&self->origin[i], g, reference, NULL);
            memory |= status == DD_ENOMEM;
            stopped |= status == DD_ESTOPPED;
            if (status != DD_ESTOPPED)
                dd_watch_told(watch, &done, 1);
        }
        free(reference);
    }
    self->stopped = stopped;
    return memory ? dd_error_no_memory(err) : DD_OK;
}

/* That the answer is of fewer past days than there are. */
static dd_status
tell_stop(const dd_backtest *self, dd_notes *notes, dd_error *err)
{
    if (self->n == 0)
        return DD_ESTOPPED;
    return dd_notes_add(notes, "interrupted",
                        "interrupted: the answer rests on the past days that were "
                        "forecast by then: %zu",
                        self->n)
               ? dd_error_no_memory(err)
               : DD_OK;
}

/* Origins that had wins enough behind them and were refused all the same: the last one
 * tells why, as an error where no other is left. */
static dd_status
tell_refused(const dd_backtest *self, const dd_replay_ground *g, dd_notes *notes,
             dd_error *err)
{
    size_t refused = 0, fitted = 0;
    dd_origin last = { 0 };
    dd_reference reference;
    dd_error why = { 0 };
    dd_status status;
    for (size_t i = 0; i < self->n; i++) {
        const dd_origin *origin = &self->origin[i];
        fitted += origin->fitted != 0;
        if (origin->fitted || origin->known_wins < DD_BACKTEST_MIN_WINS)
            continue;
        refused++;
        last = *origin;
    }
    if (refused == 0)
        return DD_OK;
    status = play_origin(&last, g, &reference, fitted > 0 ? &why : err);
    if (fitted > 0 && why.n > 0)
        status = dd_notes_add(notes, "origins_refused",
                              "%zu past days could not be forecast and are left out: %s",
                              refused, why.items[0].wrong)
                     ? dd_error_no_memory(err)
                     : DD_OK;
    dd_error_free(&why);
    return status;
}

dd_status
dd_backtest_make(dd_backtest *self, const dd_history *history, const dd_funnel *funnel,
                 const dd_backtest_options *options, dd_notes *notes, dd_error *err)
{
    dd_replay_ground g = dd_replay_ground_of(history, funnel, options);
    dd_status status;

    memset(self, 0, sizeof *self);
    status = dd_history_as_of(&g.now, history, options->as_of, notes, err);
    if (!status && !(self->origin = dd_replay_origins(&g, &self->n)))
        status = dd_error_no_memory(err);
    if (!status)
        status = play_all(self, &g, err);
    if (!status && !self->stopped)
        status = tell_refused(self, &g, notes, err);
    if (!status) {
        dd_replay_drop_unfitted(self);
        self->has_amounts = dd_replay_has_amounts(&g.now);
        status = self->stopped ? tell_stop(self, notes, err)
                               : dd_replay_need_some(self, options->kind, err);
    }
    if (!status)
        dd_backtest_summarise(self);
    else
        dd_backtest_free(self);
    dd_past_free(&g.now);
    return status;
}

void
dd_backtest_free(dd_backtest *self)
{
    free(self->origin);
    memset(self, 0, sizeof *self);
}
