#include "engine/player.h"

#include "base/threads.h"
#include "engine/cells/cells.h"
#include "engine/conditional.h"
#include "engine/field/field.h"
#include "engine/watching.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(DD_STRETCH == DD_LANES * DD_BLOCK,
               "a stretch is one run of a table maker");

/* What one thread plays with. */
typedef struct {
    dd_table_maker *maker;
    dd_block_sums sums;
    double mean[DD_BLOCK]; /* of the last block */
    int has_mean;
} workspace;

struct dd_player {
    const dd_book *book;
    const dd_question *question;
    dd_rows rows;
    dd_row_sums sums;
    size_t threads;
    workspace *spaces;     /* NULL: reps are played */
    dd_field_player *reps; /* NULL: they are not */
    int failed;
};

/* No more threads than stretches: a thread without work costs more than it brings. */
static size_t
threads_for(const dd_question *question)
{
    size_t stretches = (question->trials + DD_STRETCH - 1) / DD_STRETCH;
    size_t threads = question->threads > 0 ? (size_t) question->threads
                                           : (size_t) omp_get_num_procs();

    return threads < stretches || stretches == 0 ? threads : stretches;
}

static dd_status
workspaces_new(dd_player *self, const dd_model *model, dd_error *err)
{
    dd_status status = DD_OK;
    const dd_question *question = self->question;
    size_t values = dd_cells_values(model);

    self->spaces = calloc(self->threads, sizeof *self->spaces);
    if (!self->spaces)
        return dd_error_no_memory(err);
    for (size_t i = 0; i < self->threads && !status; i++) {
        workspace *space = &self->spaces[i];
        status = dd_block_sums_init(&space->sums, self->rows.periods, values, err);
        if (!status)
            status
                = dd_table_maker_new(&space->maker, model, &self->rows, question, err);
    }
    return status;
}

/* Deals alone. */
static dd_status
init_cells(dd_player *self, const dd_model *model, dd_error *err)
{
    dd_status status = dd_cells_check(self->book, model, err);

    if (!status)
        status = dd_rows_init(&self->rows, model, self->book, self->question, err);
    if (!status)
        status = dd_row_sums_init(&self->sums, self->book, &self->rows, err);
    return status ? status : workspaces_new(self, model, err);
}

dd_status
dd_player_new(dd_player **made, const dd_model *model, const dd_book *book,
              const dd_question *question, const dd_crew *crew, dd_error *err)
{
    dd_player *self = calloc(1, sizeof *self);
    dd_status status;

    *made = NULL;
    if (!self)
        return dd_error_no_memory(err);
    self->book = book;
    self->question = question;
    self->threads = threads_for(question);
    status = crew ? dd_field_player_new(&self->reps, model, book, question, crew,
                                        self->threads, err)
                  : init_cells(self, model, err);
    if (status)
        dd_player_free(self);
    else
        *made = self;
    return status;
}

void
dd_player_free(dd_player *self)
{
    if (!self)
        return;
    for (size_t i = 0; self->spaces && i < self->threads; i++) {
        dd_table_maker_free(self->spaces[i].maker);
        dd_block_sums_free(&self->spaces[i].sums);
    }
    free(self->spaces);
    dd_field_player_free(self->reps);
    dd_row_sums_free(&self->sums);
    dd_rows_free(&self->rows);
    free(self);
}

/* The first `lanes` of a block into the columns; surplus lanes are dropped. Parts of a
 * period stand one after another and are added up. */
static void
store_block(const dd_player *self, dd_outcomes *to, const dd_block_sums *sums, size_t at,
            size_t lanes)
{
    for (size_t c = 0; c < sums->periods; c++) {
        size_t p = self->rows.of_period[c];
        int begins = c == 0 || self->rows.of_period[c - 1] != p;
        for (size_t lane = 0; lane < lanes; lane++) {
            size_t cell = p * to->trials + at + lane, from = c * DD_BLOCK + lane;
            to->open[cell] = sums->open[from] + (begins ? 0 : to->open[cell]);
            to->new_[cell] = sums->new_[from] + (begins ? 0 : to->new_[cell]);
            to->wins[cell] = sums->wins[from] + (begins ? 0 : to->wins[cell]);
            to->bookings[cell] = self->book->booked[p] + to->open[cell] + to->new_[cell];
        }
    }
}

/* Trials [from, to) of one stretch. With rates fixed and no level what is expected is the
 * same in all trials. */
static void
play_cells(const dd_player *self, workspace *space, dd_outcomes *outcomes, size_t from,
           size_t to)
{
    uint32_t block = (uint32_t) (from / DD_BLOCK);
    const dd_tables *tables = dd_table_maker_run(space->maker, block);

    for (; from < to; from += DD_BLOCK, block++, tables++) {
        size_t lanes = to - from < DD_BLOCK ? to - from : DD_BLOCK;
        size_t at = from - outcomes->first;
        dd_cells_block(&self->rows, tables, self->question->seed, block, &space->sums);
        store_block(self, outcomes, &space->sums, at, lanes);
        if (!space->has_mean)
            dd_conditional_means(&self->sums, tables, space->mean);
        space->has_mean = self->question->rates_fixed && self->question->level_off;
        memcpy(outcomes->expected + at, space->mean, lanes * sizeof(double));
    }
}

/* @return whether memory ran out */
static int
play_stretch(const dd_player *self, dd_outcomes *outcomes, size_t from, size_t to)
{
    size_t thread = (size_t) omp_get_thread_num();

    if (self->reps)
        return !dd_field_player_run(self->reps, thread, outcomes, NULL, from, to);
    play_cells(self, &self->spaces[thread], outcomes, from, to);
    return 0;
}

size_t
dd_player_play(dd_player *self, dd_outcomes *outcomes, size_t from, size_t to)
{
    const dd_watch *watch = self->question->watch;
    size_t end = to, done = from;
    int failed = 0;
    dd_meeting meeting = DD_MEETING;

    /* Threads see the flag at different stretches: whole is what lies before the first
     * one passed over. */
#pragma omp parallel num_threads((int) self->threads) reduction(min \
                                                                : end) \
    reduction(| \
              : failed)
    {
#pragma omp for schedule(dynamic) nowait
        for (size_t first = from; first < to; first += DD_STRETCH) {
            size_t last = to - first < DD_STRETCH ? to : first + DD_STRETCH;
            if (dd_watch_stops(watch)) {
                end = first < end ? first : end;
                continue;
            }
            failed |= play_stretch(self, outcomes, first, last);
            dd_watch_told(watch, &done, last - first);
        }
        dd_threads_meet(&meeting);
    }
    dd_threads_rest();
    self->failed |= failed;
    return end;
}

int
dd_player_has_failed(const dd_player *self)
{
    return self->failed;
}
