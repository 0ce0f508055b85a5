#include "answers/whatif/whatif_play.h"

#include "engine/player.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void
dd_whatif_future_free(dd_whatif_future *self)
{
    dd_outcomes_free(&self->outcomes);
    if (self->team != NULL)
        dd_roster_free(self->team);
    free(self->team);
    free(self->tally);
    *self = (dd_whatif_future){ 0 };
}

/* ---- playing ---- */

static dd_status
play_reps(dd_whatif_future *self, const dd_roster_of *of, const dd_question *question,
          const dd_scenario *scenario, double market, dd_error *err)
{
    dd_status status;

    self->team = calloc(1, sizeof *self->team);
    self->tally = calloc(question->trials + 1, sizeof *self->tally);
    if (self->team == NULL || self->tally == NULL)
        return dd_error_no_memory(err);
    status = dd_roster_init(self->team, of, scenario, err);
    if (status)
        return status;
    if (!isnan(market))
        dd_roster_read_leads(self->team, market);
    return dd_field_simulate(&self->outcomes, self->tally, of->model, of->book, question,
                             &self->team->crew, err);
}

static dd_status
play(dd_whatif_future *self, const dd_whatif_base *base, const dd_model *model,
     const dd_book *book, const dd_scenario *scenario, double market, dd_error *err)
{
    const dd_roster_of of
        = { base->past, base->funnel, model, book, base->question->as_of };

    if (base->by_rep)
        return play_reps(self, &of, base->question, scenario, market, err);
    return dd_player_simulate(&self->outcomes, model, book, base->question, NULL, err);
}

static dd_status
play_changed(dd_whatif_future *self, const dd_whatif_base *base,
             const dd_scenario *scenario, double market, dd_error *err)
{
    const dd_question *question = base->question;
    dd_model changed = { 0 };
    dd_book book = { 0 };
    dd_status status
        = dd_model_apply(&changed, base->model, scenario, question->as_of, err);

    if (status)
        return status;
    status = dd_book_apply(&book, base->book, scenario, question->as_of, err);
    if (!status)
        status = play(self, base, &changed, &book, scenario, market, err);
    dd_book_free(&book);
    dd_model_free(&changed);
    return status;
}

dd_status
dd_whatif_play(dd_whatif_future *future, const dd_whatif_base *base,
               const dd_scenario *scenario, double market, dd_error *err)
{
    dd_status status;

    *future = (dd_whatif_future){ 0 };
    status = scenario != NULL
                 ? play_changed(future, base, scenario, market, err)
                 : play(future, base, base->model, base->book, NULL, market, err);
    if (status)
        dd_whatif_future_free(future);
    return status;
}

/* What model and book say to a scenario. */
static dd_status
check_changes(const dd_whatif_base *base, const dd_scenario *scenario, dd_error *err)
{
    const dd_day as_of = base->question->as_of;
    dd_model model;
    dd_book book;
    dd_status status = dd_model_apply(&model, base->model, scenario, as_of, err);
    dd_status of_book = dd_book_apply(&book, base->book, scenario, as_of, err);
    if (!status)
        dd_model_free(&model);
    if (!of_book)
        dd_book_free(&book);
    return status ? status : of_book;
}

static dd_status
check_team(const dd_whatif_base *base, const dd_scenario *scenario, dd_error *err)
{
    const dd_roster_of of
        = { base->past, base->funnel, base->model, base->book, base->question->as_of };
    dd_roster team;
    dd_status status = base->by_rep ? dd_roster_init(&team, &of, scenario, err) : DD_OK;
    if (!status && base->by_rep)
        dd_roster_free(&team);
    return status;
}

dd_status
dd_whatif_check(const dd_whatif_base *base, const dd_scenario *scenarios, size_t n,
                dd_error *err)
{
    dd_status status = DD_OK;
    for (size_t i = 0; i < n && status != DD_ENOMEM; i++) {
        dd_status changes = check_changes(base, &scenarios[i], err);
        dd_status team = check_team(base, &scenarios[i], err);
        status = changes ? changes : team ? team : status;
    }
    return status;
}

/* ---- comparing ---- */

/* Columns of n trials each. */
static void
subtract(int64_t *difference, const int64_t *of, const int64_t *from, size_t n,
         size_t first, size_t last)
{
    memset(difference, 0, n * sizeof *difference);
    for (size_t p = first; p <= last; p++)
        for (size_t t = 0; t < n; t++)
            difference[t] += of[p * n + t] - (from != NULL ? from[p * n + t] : 0);
}

void
dd_whatif_subtract(int64_t *difference, const dd_outcomes *of, const dd_outcomes *from,
                   size_t first, size_t last)
{
    subtract(difference, of->bookings, from != NULL ? from->bookings : NULL, of->trials,
             first, last);
}

void
dd_whatif_subtract_wins(int64_t *difference, const dd_outcomes *of,
                        const dd_outcomes *from, size_t first, size_t last)
{
    subtract(difference, of->wins, from != NULL ? from->wins : NULL, of->trials, first,
             last);
}

void
dd_whatif_hits(int64_t *change, const dd_outcomes *of, const dd_outcomes *from,
               size_t period, int64_t target)
{
    size_t n = of->trials;
    const int64_t *a = of->bookings + period * n;
    const int64_t *b = from != NULL ? from->bookings + period * n : NULL;
    for (size_t t = 0; t < n; t++)
        change[t] = (a[t] >= target) - (b != NULL && b[t] >= target);
}

/* A ratio of sums over trials, its error by what full blocks leave of it. */
void
dd_orphaned_share(double *share, double *mcse, const dd_whatif_future *future)
{
    size_t n = future->tally != NULL ? future->outcomes.trials : 0;
    size_t blocks = n / DD_BLOCK;
    double won = 0.0, orphaned = 0.0, squares = 0.0;

    *share = *mcse = (double) NAN;
    for (size_t t = 0; t < n; t++) {
        won += future->tally[t].won;
        orphaned += future->tally[t].orphaned;
    }
    if (won <= 0.0)
        return;
    *share = orphaned / won;
    for (size_t b = 0; b < blocks; b++) {
        double left = 0.0;
        for (size_t t = b * DD_BLOCK; t < (b + 1) * DD_BLOCK; t++)
            left += future->tally[t].orphaned - *share * future->tally[t].won;
        squares += left * left;
    }
    if (blocks >= DD_MIN_BLOCKS)
        *mcse = sqrt(squares * (double) blocks / ((double) blocks - 1.0))
                / (won * (double) (blocks * DD_BLOCK) / (double) n);
}
