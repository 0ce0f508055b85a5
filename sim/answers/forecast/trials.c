#include "answers/forecast/trials.h"

#include "engine/ranks.h"

#include <math.h>
#include <string.h>

#define FIRST_LOOK 64 /* blocks; doubled until the answer is as precise as asked */

typedef struct {
    const dd_question *question;
    const dd_trials_how *how;
    dd_error *err;
    dd_player *player;
    size_t room;                 /* trials that may be in memory */
    size_t played;               /* trials so far */
    int stopped;                 /* from outside */
    dd_outcomes outcomes;        /* all so far; when they are counted, the last ones */
    dd_results_counter *counter; /* NULL while outcomes are kept */
    size_t period;               /* the one whose precision is looked at */
    dd_running watched;          /* its bookings */
} run;

/* ---- precision ---- */

static void
choose_watched(run *self)
{
    const dd_question *question = self->question;

    for (size_t p = question->n_periods; p-- > 0;)
        if (question->target[p] != DD_NO_TARGET)
            self->period = p;
    self->watched.target = question->target[self->period];
    self->watched.independent = question->rates_fixed && question->level_off;
}

/* The MCSE that is to become as small as the precision; NAN unknown. */
static double
present_error(const dd_running *watched)
{
    double chance;

    if (watched->trials.squares == 0.0)
        return 0.0; /* nothing to know */
    if (watched->target == DD_NO_TARGET)
        return dd_running_mean_mcse(watched) / fabs(watched->trials.mean);
    chance = dd_running_reach(watched);
    /* All trials or none: the rule of three bounds what was never seen. */
    if (!(chance > 0.0 && chance < 1.0))
        return 3.0 / watched->trials.n;
    return dd_running_reach_mcse(watched);
}

/* Of rank 0, which alone has seen the trials. */
static int
is_precise(const run *self)
{
    double error = dd_ranks_mine() == 0 ? present_error(&self->watched) : 0.0;

    return dd_ranks_decide(error <= self->question->precision);
}

/* ---- playing ---- */

static dd_status
pass_on(const run *self)
{
    if (!self->how->take || dd_ranks_mine() > 0)
        return DD_OK;
    return self->how->take(self->how->taker, &self->outcomes, self->err);
}

static dd_status
count(run *self)
{
    if (dd_ranks_mine() == 0)
        dd_results_counter_add(self->counter, &self->outcomes);
    return pass_on(self);
}

/* From now on outcomes are counted, those kept so far first. */
static dd_status
begin_to_count(run *self)
{
    dd_status status = dd_results_counter_new(&self->counter, self->question, self->err);

    if (!status && self->played > 0)
        status = count(self);
    return status;
}

/* Room for the next trials, up to `to` at most. @return up to which one */
static size_t
make_room(run *self, size_t to, dd_status *status)
{
    size_t end;

    if (!self->counter && self->played == self->room)
        *status = begin_to_count(self);
    if (self->counter)
        self->outcomes.first = self->played;
    end = self->outcomes.first + self->room;
    end = end < to ? end : to;
    if (!*status)
        *status
            = dd_outcomes_resize(&self->outcomes, end - self->outcomes.first, self->err);
    return end;
}

static dd_status
play_some(run *self, size_t to)
{
    dd_status status = DD_OK;
    size_t from = self->played, end = make_room(self, to, &status);
    dd_outcomes *outcomes = &self->outcomes;

    status = dd_ranks_together(status, self->err);
    if (status)
        return status;
    self->played = dd_ranks_play(self->player, outcomes, from, end);
    self->stopped = self->played < end;
    status
        = dd_player_has_failed(self->player)
              ? dd_error_no_memory(self->err)
              : dd_outcomes_resize(outcomes, self->played - outcomes->first, self->err);
    if (!status && dd_ranks_mine() == 0)
        dd_running_add(&self->watched,
                       outcomes->bookings + self->period * outcomes->trials
                           + (from - outcomes->first),
                       self->played - from);
    return !status && self->counter ? count(self) : status;
}

static dd_status
play_to(run *self, size_t to)
{
    dd_status status = DD_OK;

    while (!status && self->played < to && !self->stopped)
        status = play_some(self, to);
    return dd_ranks_together(status, self->err);
}

static dd_status
play(run *self)
{
    const dd_question *question = self->question;
    size_t look = question->precision > 0.0 ? FIRST_LOOK * DD_BLOCK : question->trials;
    dd_status status;

    do {
        look = look < question->trials ? look : question->trials;
        status = play_to(self, look);
        look *= 2;
    } while (!status && !self->stopped && self->played < question->trials
             && !is_precise(self));
    return status;
}

/* ---- what is said of it ---- */

static int
tell_precision(const run *self, dd_notes *notes)
{
    double asked = 100.0 * self->question->precision;
    double got = 100.0 * present_error(&self->watched);
    int chance = self->watched.target != DD_NO_TARGET;

    if (!(asked > 0.0) || got <= asked || self->stopped)
        return 0;
    return dd_notes_add(
        notes, "precision_not_reached",
        "%s is known to within %.2g %s by %zu trials, not to %.2g: --trials allows more",
        chance ? "the chance of the target" : "the mean", got,
        chance ? "percentage points" : "% of itself", self->played, asked);
}

static int
tell_stop(const run *self, dd_notes *notes)
{
    if (!self->stopped)
        return 0;
    return dd_notes_add(notes, "interrupted",
                        "interrupted: the answer rests on the first %zu trials of %s%zu",
                        self->played, self->question->precision > 0.0 ? "at most " : "",
                        self->question->trials);
}

static dd_status
summarise(const run *self, dd_results *results, dd_notes *notes)
{
    dd_status status = DD_OK;

    if (self->played == 0 || dd_ranks_mine() > 0)
        return DD_OK;
    if (!self->counter)
        status = pass_on(self);
    if (!status)
        status
            = self->counter
                  ? dd_results_counter_end(self->counter, results, self->err)
                  : dd_results_of(results, &self->outcomes, self->question, self->err);
    if (!status && (tell_precision(self, notes) || tell_stop(self, notes)))
        status = dd_error_no_memory(self->err);
    if (status)
        dd_results_free(results);
    return status;
}

dd_status
dd_trials_play(dd_results *self, const dd_model *model, const dd_book *book,
               const dd_question *question, const dd_trials_how *how, dd_notes *notes,
               dd_error *err)
{
    static const dd_trials_how nobody;
    run r = { .question = question, .how = how ? how : &nobody, .err = err };
    size_t kept = r.how->kept > 0 ? r.how->kept : DD_KEPT_OUTCOMES;
    dd_status status;

    memset(self, 0, sizeof *self);
    r.room = kept / question->n_periods / DD_STRETCH * DD_STRETCH;
    r.room = r.room > 0 ? r.room : DD_STRETCH;
    choose_watched(&r);
    status = dd_player_new(&r.player, model, book, question, r.how->crew, err);
    if (!status)
        status = dd_outcomes_init(&r.outcomes, question->n_periods, 0, err);
    status = dd_ranks_together(status, err);
    if (!status)
        status = play(&r);
    if (!status)
        status = summarise(&r, self, notes);
    dd_player_free(r.player);
    dd_outcomes_free(&r.outcomes);
    dd_results_counter_free(r.counter);
    return status;
}
