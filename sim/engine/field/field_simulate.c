#include "engine/cells/cells.h"
#include "engine/field/field_parts.h"
#include "engine/player.h"
#include "engine/watching.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

/* What one thread plays with. */
typedef struct {
    dd_lives lives;
    dd_field field;
    dd_tally nobodys[DD_STRETCH]; /* where nobody asks for a tally */
} workspace;

struct dd_field_player {
    const dd_book *book;
    dd_path_run run;
    size_t threads;
    workspace *spaces;
    dd_credit *credit; /* NULL: nobody asks */
};

/* ---- what a run makes once ---- */

static dd_status
check(const dd_crew *crew, const dd_model *model, const dd_book *book, dd_error *err)
{
    dd_status status = dd_crew_check(crew, book, err);

    return status ? status : dd_cells_check(book, model, err);
}

static dd_status
init_spaces(dd_field_player *self, const dd_crew *crew, dd_error *err)
{
    dd_status status = DD_OK;

    for (size_t i = 0; !status && i < self->threads; i++) {
        workspace *space = &self->spaces[i];
        status = dd_lives_init(&space->lives, &self->run, err);
        if (!status)
            status = dd_field_init(&space->field, &space->lives, crew, err);
    }
    return status;
}

dd_status
dd_field_player_new(dd_field_player **made, const dd_model *model, const dd_book *book,
                    const dd_question *question, const dd_crew *crew, size_t threads,
                    dd_error *err)
{
    dd_status status = check(crew, model, book, err);
    dd_field_player *self;

    *made = NULL;
    if (status)
        return status;
    self = calloc(1, sizeof *self);
    if (!self)
        return dd_error_no_memory(err);
    self->book = book;
    self->threads = threads;
    self->spaces = calloc(threads, sizeof *self->spaces);
    status = self->spaces ? dd_path_run_init(&self->run, model, book, question, err)
                          : dd_error_no_memory(err);
    if (!status)
        status = init_spaces(self, crew, err);
    if (status)
        dd_field_player_free(self);
    else
        *made = self;
    return status;
}

void
dd_field_player_free(dd_field_player *self)
{
    if (!self)
        return;
    for (size_t i = 0; self->spaces && i < self->threads; i++) {
        dd_field_free(&self->spaces[i].field);
        dd_lives_free(&self->spaces[i].lives);
    }
    free(self->spaces);
    dd_path_run_free(&self->run);
    free(self);
}

/* ---- one stretch ---- */

/* A trial allocates nothing: where room runs short it is played again in more. */
static void
play_some(dd_field *field, size_t first, size_t trials)
{
    while (!field->failed && !dd_field_stretch(field, first, trials))
        field->failed = !dd_field_grow(field);
}

static void
play_block(workspace *self, size_t lane, size_t first, size_t trials)
{
    dd_lives_begin(&self->lives, lane);
    dd_field_begin(&self->field);
    for (size_t done = 0; done < trials; done += DD_FIELD_TRIALS) {
        size_t left = trials - done;
        play_some(&self->field, first + done,
                  left < DD_FIELD_TRIALS ? left : DD_FIELD_TRIALS);
    }
}

/* What a trial would bring on average nobody knows where deals are in each other's way. */
static void
add_up(dd_outcomes *self, const dd_book *book, size_t from, size_t to)
{
    for (size_t t = from - self->first; t < to - self->first; t++)
        self->expected[t] = (double) NAN;
    for (size_t p = 0; p < self->periods; p++)
        for (size_t t = from - self->first; t < to - self->first; t++) {
            size_t i = p * self->trials + t;
            self->bookings[i] = book->booked[p] + self->open[i] + self->new_[i];
        }
}

int
dd_field_player_run(dd_field_player *self, size_t thread, dd_outcomes *outcomes,
                    dd_tally *tally, size_t from, size_t to)
{
    workspace *space = &self->spaces[thread];

    if (space->field.failed)
        return 0; /* no more room for what follows either */
    space->field.outcomes = outcomes;
    space->field.tally = tally ? tally : space->nobodys;
    space->field.tallied = from;
    space->field.credit = self->credit;
    dd_lives_draw(&space->lives, from / DD_BLOCK);
    for (size_t lane = 0; from + lane * DD_BLOCK < to; lane++) {
        size_t first = from + lane * DD_BLOCK, left = to - first;
        play_block(space, lane, first, left < DD_BLOCK ? left : DD_BLOCK);
    }
    add_up(outcomes, self->book, from, to);
    return !space->field.failed;
}

/* ---- all of them ---- */

static dd_status
play_all(dd_field_player *player, const dd_watch *watch, dd_outcomes *outcomes,
         dd_tally *tally, dd_error *err)
{
    int failed = 0, stopped = 0;
    size_t done = 0;

#pragma omp parallel for num_threads((int) player->threads) schedule(dynamic) \
    reduction(| \
              : failed, stopped)
    for (size_t first = 0; first < outcomes->trials; first += DD_STRETCH) {
        size_t left = outcomes->trials - first,
               some = left < DD_STRETCH ? left : DD_STRETCH;
        if (dd_watch_stops(watch)) {
            stopped |= 1;
            continue;
        }
        failed
            |= !dd_field_player_run(player, (size_t) omp_get_thread_num(), outcomes,
                                    tally ? tally + first : NULL, first, first + some);
        dd_watch_told(watch, &done, some);
    }
    if (failed)
        return dd_error_no_memory(err);
    return stopped ? DD_ESTOPPED : DD_OK;
}

static dd_status
init_credit(dd_credit *self, const dd_question *question, const dd_crew *crew,
            dd_error *err)
{
    self->rows = crew->n + 2;
    self->trials = question->trials;
    self->won = NULL;
    if (question->trials <= SIZE_MAX / sizeof *self->won / self->rows)
        self->won = malloc((self->rows * self->trials + 1) * sizeof *self->won);
    return self->won ? DD_OK : dd_error_no_memory(err);
}

void
dd_credit_free(dd_credit *self)
{
    free(self->won);
    self->won = NULL;
}

static dd_status
simulate(dd_outcomes *self, dd_tally *tally, dd_credit *credit, const dd_model *model,
         const dd_book *book, const dd_question *question, const dd_crew *crew,
         dd_error *err)
{
    size_t threads = question->threads > 0 ? (size_t) question->threads
                                           : (size_t) omp_get_num_procs();
    dd_field_player *player;
    dd_status status;

    memset(self, 0, sizeof *self);
    status = dd_field_player_new(&player, model, book, question, crew, threads, err);
    if (status)
        return status;
    player->credit = credit;
    status = dd_outcomes_init(self, question->n_periods, question->trials, err);
    if (!status)
        status = play_all(player, question->watch, self, tally, err);
    dd_field_player_free(player);
    if (status)
        dd_outcomes_free(self);
    return status;
}

dd_status
dd_field_simulate(dd_outcomes *self, dd_tally *tally, const dd_model *model,
                  const dd_book *book, const dd_question *question, const dd_crew *crew,
                  dd_error *err)
{
    return simulate(self, tally, NULL, model, book, question, crew, err);
}

dd_status
dd_field_credit(dd_outcomes *self, dd_credit *credit, const dd_model *model,
                const dd_book *book, const dd_question *question, const dd_crew *crew,
                dd_error *err)
{
    dd_status status;

    memset(self, 0, sizeof *self);
    status = init_credit(credit, question, crew, err);
    if (!status)
        status = simulate(self, NULL, credit, model, book, question, crew, err);
    if (status)
        dd_credit_free(credit);
    return status;
}
