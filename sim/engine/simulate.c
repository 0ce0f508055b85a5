#include "dealdice/simulate.h"

#include "engine/cells.h"
#include "engine/conditional.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

/* What one thread plays with. */
typedef struct {
    dd_table_maker *maker;
    dd_block_sums sums;
} workspace;

static size_t
blocks_of(size_t trials)
{
    return (trials + DD_BLOCK - 1) / DD_BLOCK;
}

/* No more threads than groups of blocks: a thread without work costs more than it brings. */
static size_t
threads_for(const dd_question *question)
{
    size_t groups = (blocks_of(question->trials) + DD_LANES - 1) / DD_LANES;
    size_t threads = question->threads > 0 ? (size_t) question->threads
                                           : (size_t) omp_get_num_procs();

    return threads < groups || groups == 0 ? threads : groups;
}

static void
workspaces_free(workspace *self, size_t n)
{
    for (size_t i = 0; self && i < n; i++) {
        dd_table_maker_free(self[i].maker);
        dd_block_sums_free(&self[i].sums);
    }
    free(self);
}

static dd_status
workspaces_new(workspace **self, size_t n, const dd_model *model, const dd_rows *rows,
               const dd_question *question, dd_error *err)
{
    dd_status status = DD_OK;
    size_t values = dd_cells_values(model);

    *self = calloc(n, sizeof **self);
    if (!*self)
        return dd_error_no_memory(err);
    for (size_t i = 0; i < n && !status; i++) {
        status = dd_block_sums_init(&(*self)[i].sums, question->n_periods, values, err);
        if (!status)
            status = dd_table_maker_new(&(*self)[i].maker, model, rows, question, err);
    }
    return status;
}

/* A block's sums into the columns, without the surplus lanes of the last block. */
static void
store_block(dd_outcomes *self, const dd_book *book, const dd_block_sums *sums,
            size_t block)
{
    size_t first = block * DD_BLOCK, left = self->trials - first;
    size_t lanes = left < DD_BLOCK ? left : DD_BLOCK;

    for (size_t p = 0; p < self->periods; p++)
        for (size_t lane = 0; lane < lanes; lane++) {
            size_t to = p * self->trials + first + lane, from = p * DD_BLOCK + lane;
            self->open[to] = sums->open[from];
            self->new_[to] = sums->new_[from];
            self->wins[to] = sums->wins[from];
            self->bookings[to] = book->booked[p] + sums->open[from] + sums->new_[from];
        }
}

static void
store_means(dd_outcomes *self, const dd_row_sums *sums, const dd_tables *tables,
            size_t block)
{
    double mean[DD_BLOCK];
    size_t first = block * DD_BLOCK, left = self->trials - first;

    dd_conditional_means(sums, tables, mean);
    memcpy(self->expected + first, mean,
           (left < DD_BLOCK ? left : DD_BLOCK) * sizeof *mean);
}

static void
play_group(dd_outcomes *self, const dd_book *book, const dd_row_sums *sums,
           const dd_question *question, workspace *space, size_t first)
{
    const dd_tables *tables = dd_table_maker_run(space->maker, (uint32_t) first);
    size_t blocks = blocks_of(self->trials);

    for (size_t i = 0; i < DD_LANES && first + i < blocks; i++) {
        dd_cells_block(sums->rows, &tables[i], question->seed, (uint32_t) (first + i),
                       &space->sums);
        store_block(self, book, &space->sums, first + i);
        store_means(self, sums, &tables[i], first + i);
    }
}

static void
play_all(dd_outcomes *self, const dd_book *book, const dd_row_sums *sums,
         const dd_question *question, workspace *spaces, size_t threads)
{
    size_t blocks = blocks_of(self->trials);

#pragma omp parallel for num_threads((int) threads) schedule(dynamic)
    for (size_t first = 0; first < blocks; first += DD_LANES)
        play_group(self, book, sums, question, &spaces[omp_get_thread_num()], first);
}

dd_status
dd_simulate(dd_outcomes *self, const dd_model *model, const dd_book *book,
            const dd_question *question, dd_error *err)
{
    size_t threads = threads_for(question);
    workspace *spaces = NULL;
    dd_rows rows = { 0 };
    dd_row_sums sums = { 0 };
    dd_status status;

    memset(self, 0, sizeof *self);
    status = dd_cells_check(book, model, err);
    if (status)
        goto out;
    status = dd_outcomes_init(self, question->n_periods, question->trials, err);
    if (status)
        goto out;
    status = dd_rows_init(&rows, book, question, err);
    if (status)
        goto out;
    status = dd_row_sums_init(&sums, book, &rows, err);
    if (status)
        goto out;
    status = workspaces_new(&spaces, threads, model, &rows, question, err);
    if (status)
        goto out;
    play_all(self, book, &sums, question, spaces, threads);
out:
    workspaces_free(spaces, threads);
    dd_row_sums_free(&sums);
    dd_rows_free(&rows);
    if (status)
        dd_outcomes_free(self);
    return status;
}
