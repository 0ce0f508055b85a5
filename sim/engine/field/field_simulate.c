#include "engine/cells/cells.h"
#include "engine/field/field_parts.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

/* What one thread plays with. */
typedef struct {
    dd_lives lives;
    dd_field field;
} workspace;

/* Trials allocate nothing: those that need more room are played again in more. */
static void
play_stretch(dd_field *field, size_t first, size_t trials)
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
        play_stretch(&self->field, first + done,
                     left < DD_FIELD_TRIALS ? left : DD_FIELD_TRIALS);
    }
}

static void
play_group(dd_outcomes *outcomes, workspace *space, size_t first_block)
{
    dd_lives_draw(&space->lives, first_block);
    for (size_t l = 0; l < DD_LANES; l++) {
        size_t first = (first_block + l) * DD_BLOCK, left;
        if (first >= outcomes->trials)
            return;
        left = outcomes->trials - first;
        play_block(space, l, first, left < DD_BLOCK ? left : DD_BLOCK);
    }
}

static void
play_all(dd_outcomes *outcomes, workspace *spaces, size_t threads)
{
    size_t blocks = (outcomes->trials + DD_BLOCK - 1) / DD_BLOCK;

#pragma omp parallel for num_threads((int) threads) schedule(dynamic)
    for (size_t first = 0; first < blocks; first += DD_LANES)
        play_group(outcomes, &spaces[omp_get_thread_num()], first);
}

static void
add_up(dd_outcomes *self, const dd_book *book)
{
    for (size_t p = 0; p < self->periods; p++)
        for (size_t i = p * self->trials; i < (p + 1) * self->trials; i++)
            self->bookings[i] = book->booked[p] + self->open[i] + self->new_[i];
}

static dd_status
play(dd_outcomes *outcomes, dd_tally *tally, const dd_path_run *run, const dd_crew *crew,
     workspace *spaces, size_t threads, dd_error *err)
{
    dd_status status = DD_OK;

    for (size_t i = 0; !status && i < threads; i++) {
        status = dd_lives_init(&spaces[i].lives, run, err);
        if (!status)
            status = dd_field_init(&spaces[i].field, &spaces[i].lives, crew, outcomes,
                                   tally, err);
    }
    if (status)
        return status;
    play_all(outcomes, spaces, threads);
    for (size_t i = 0; i < threads; i++)
        if (spaces[i].field.failed)
            return dd_error_no_memory(err);
    add_up(outcomes, run->book);
    return DD_OK;
}

static dd_status
check(const dd_crew *crew, const dd_model *model, const dd_book *book, dd_error *err)
{
    dd_status status = dd_crew_check(crew, book, err);

    return status ? status : dd_cells_check(book, model, err);
}

dd_status
dd_field_simulate(dd_outcomes *self, dd_tally *tally, const dd_model *model,
                  const dd_book *book, const dd_question *question, const dd_crew *crew,
                  dd_error *err)
{
    size_t threads = question->threads > 0 ? (size_t) question->threads
                                           : (size_t) omp_get_num_procs();
    dd_path_run run = { 0 };
    workspace *spaces = calloc(threads, sizeof *spaces);
    dd_tally *counts = calloc(question->trials, sizeof *counts);
    dd_status status
        = spaces && counts ? check(crew, model, book, err) : dd_error_no_memory(err);

    memset(self, 0, sizeof *self);
    if (!status)
        status = dd_outcomes_init(self, question->n_periods, question->trials, err);
    if (!status)
        status = dd_path_run_init(&run, model, book, question, err);
    if (!status)
        status = play(self, counts, &run, crew, spaces, threads, err);
    if (!status && tally)
        memcpy(tally, counts, question->trials * sizeof *counts);
    for (size_t i = 0; spaces && i < threads; i++) {
        dd_field_free(&spaces[i].field);
        dd_lives_free(&spaces[i].lives);
    }
    free(spaces);
    free(counts);
    dd_path_run_free(&run);
    if (status)
        dd_outcomes_free(self);
    return status;
}
