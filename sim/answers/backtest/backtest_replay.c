#include "answers/backtest/backtest_replay.h"

#include "engine/player.h"
#include "engine/roster/roster.h"
#include "model/level/level.h"

#include <stdlib.h>
#include <string.h>

void
dd_replay_forget(dd_replay *self)
{
    dd_outcomes_free(&self->outcomes);
    dd_outcomes_free(&self->fresh);
    free(self->tally);
    self->tally = NULL;
}

void
dd_replay_free(dd_replay *self)
{
    dd_replay_forget(self);
    dd_book_free(&self->book);
    dd_model_free(&self->model);
    dd_question_free(&self->question);
    dd_past_free(&self->past);
}

dd_replay_ground
dd_replay_ground_of(const dd_history *history, const dd_funnel *funnel,
                    const dd_backtest_options *options)
{
    dd_replay_ground g = { .history = history, .funnel = *funnel, .options = options };
    g.funnel.n_targets = g.funnel.n_booked = 0;
    g.watch.stop = options->watch ? options->watch->stop : NULL;
    return g;
}

static size_t
known_wins(const dd_past *past)
{
    size_t wins = 0;
    for (size_t i = 0; i < past->n_deals; i++)
        wins += past->deals[i].stage == DD_WON;
    return wins;
}

/* Deals alone do not know how far ahead is asked; reps are played as far as `forecast`
 * plays them. */
static dd_status
ask(dd_question *question, const dd_replay_ground *ground, dd_day as_of, dd_error *err)
{
    const dd_backtest_options *options = ground->options;
    dd_question_options asked = { 0 };
    asked.period = dd_period_kind_name(options->kind);
    asked.periods = dd_roster_is_asked(&ground->funnel) ? 0 : DD_BACKTEST_AHEAD;
    asked.trials = (long) (options->trials ? options->trials : DD_BACKTEST_TRIALS);
    asked.seed = options->seed;
    asked.threads = 1;
    dd_status status
        = dd_question_init(question, &ground->funnel, as_of, &asked, NULL, err);
    question->watch = &ground->watch;
    return status;
}

dd_status
dd_replay_learn(dd_replay *self, const dd_funnel *funnel, dd_error *err)
{
    dd_model_free(&self->model);
    dd_status status = dd_model_fit(&self->model, &self->past, funnel, NULL, err);
    if (!status)
        status = dd_model_fit_level(&self->model, &self->past, funnel,
                                    &self->question.periods[0], err);
    return status;
}

dd_status
dd_replay_fit(dd_replay *self, dd_origin *origin, const dd_replay_ground *ground,
              dd_error *err)
{
    const dd_funnel *funnel = &ground->funnel;
    dd_status status
        = dd_history_as_of(&self->past, ground->history, origin->as_of, NULL, err);
    if (!status)
        origin->known_wins = known_wins(&self->past);
    if (!status && origin->known_wins < DD_BACKTEST_MIN_WINS)
        status = DD_EDATA;
    if (!status)
        status = ask(&self->question, ground, origin->as_of, err);
    for (size_t p = 0; !status && p < DD_BACKTEST_AHEAD; p++)
        origin->end[p] = self->question.periods[p].end;
    if (!status)
        status = dd_replay_learn(self, funnel, err);
    if (!status)
        status = dd_book_init(&self->book, &self->past, funnel, &self->question, err);
    return status;
}

/* Deals to come draw numbers of their own, so that without open deals they come to what
 * they come to beside them; nor does the first period know of those after it. */
static dd_status
play_fresh(dd_replay *self, dd_error *err)
{
    dd_book none = self->book;
    dd_question first = self->question;
    none.n = 0;
    none.periods = first.n_periods = 1;
    return dd_player_simulate(&self->fresh, &self->model, &none, &first, NULL, err);
}

static dd_status
play_deals(dd_replay *self, int parts, dd_error *err)
{
    dd_status status = dd_player_simulate(&self->outcomes, &self->model, &self->book,
                                          &self->question, NULL, err);
    if (!status && parts)
        status = play_fresh(self, err);
    return status;
}

/* By the reps who were there then. */
static dd_status
play_reps(dd_replay *self, const dd_funnel *funnel, int parts, dd_error *err)
{
    const dd_roster_of of
        = { &self->past, funnel, &self->model, &self->book, self->question.as_of };
    dd_roster reps;
    dd_status status = dd_roster_init(&reps, &of, NULL, err);
    if (status)
        return status;
    if (parts)
        self->tally = calloc(self->question.trials + 1, sizeof *self->tally);
    status = parts && !self->tally
                 ? dd_error_no_memory(err)
                 : dd_field_simulate(&self->outcomes, self->tally, &self->model,
                                     &self->book, &self->question, &reps.crew, err);
    dd_roster_free(&reps);
    return status;
}

dd_status
dd_replay_play(dd_replay *self, const dd_replay_ground *ground, int parts, dd_error *err)
{
    return dd_roster_is_asked(&ground->funnel)
               ? play_reps(self, &ground->funnel, parts, err)
               : play_deals(self, parts, err);
}

dd_origin *
dd_replay_origins(const dd_replay_ground *ground, size_t *n)
{
    const dd_backtest_options *options = ground->options;
    int fiscal = ground->funnel.fiscal_year_starts;
    dd_day last = options->as_of, known = ground->history->first_day;
    dd_day first = known != DD_NO_DAY ? known : last;
    int32_t step = options->every > 0 ? options->every : INT32_MAX / 2;
    dd_period period = dd_period_of(first, options->kind, fiscal);
    size_t room = 64;
    dd_origin *origins = malloc(room * sizeof *origins);

    *n = 0;
    for (; period.end <= last; period = dd_period_next(&period, fiscal))
        for (dd_day day = period.start - 1; day < period.end && origins; day += step) {
            if (day < first || (options->from != DD_NO_DAY && day < options->from)
                || (options->to != DD_NO_DAY && day > options->to))
                continue;
            if (*n == room) {
                dd_origin *grown = realloc(origins, 2 * room * sizeof *origins);
                if (!grown)
                    free(origins);
                origins = grown;
                room *= 2;
            }
            if (origins)
                origins[(*n)++] = (dd_origin){ .as_of = day, .period = period };
        }
    return origins;
}

void
dd_replay_drop_unfitted(dd_backtest *self)
{
    size_t n = 0;
    for (size_t i = 0; i < self->n; i++)
        if (self->origin[i].fitted)
            self->origin[n++] = self->origin[i];
    self->n = n;
}

int
dd_replay_has_amounts(const dd_past *now)
{
    int has = 0;
    for (size_t i = 0; i < now->n_deals; i++)
        has |= now->deals[i].stage == DD_WON && now->deals[i].amount != DD_UNKNOWN_AMOUNT
               && now->deals[i].amount != 0;
    return has;
}

dd_status
dd_replay_need_some(const dd_backtest *self, dd_period_kind kind, dd_error *err)
{
    if (self->n > 0)
        return DD_OK;
    return dd_error_add(err, DD_EDATA, NULL, NULL,
                        "a longer history, or shorter periods (--period month)",
                        "no %s has %d won deals before it and its end in the data",
                        dd_period_kind_name(kind), DD_BACKTEST_MIN_WINS);
}
