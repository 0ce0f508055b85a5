#include "engine/cells/cells.h"

#include "engine/cells/cells_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

dd_status
dd_block_sums_init(dd_block_sums *self, size_t periods, size_t values, dd_error *err)
{
    size_t cells = periods * DD_BLOCK;
    dd_status status;

    memset(self, 0, sizeof *self);
    self->periods = periods;
    self->kernel = dd_kernel_chosen();
    self->open = calloc(cells, sizeof *self->open);
    self->new_ = calloc(cells, sizeof *self->new_);
    self->wins = calloc(cells, sizeof *self->wins);
    self->limit = calloc(cells, sizeof *self->limit);
    self->marks = calloc(cells, sizeof *self->marks);
    self->marked.limit = calloc(cells, sizeof *self->marked.limit);
    self->marked.alike = calloc(periods * DD_MARKS, sizeof *self->marked.alike);
    self->by_end = calloc(cells, sizeof *self->by_end);
    self->products = calloc(1, sizeof *self->products);
    status = dd_guide_init(&self->fresh, values, err);
    if (!status)
        status = dd_guide_init(&self->ratio, values, err);
    if (!status
        && !(self->open && self->new_ && self->wins && self->limit && self->marks
             && self->marked.limit && self->marked.alike && self->by_end
             && self->products))
        status = dd_error_no_memory(err);
    if (status)
        dd_block_sums_free(self);
    return status;
}

void
dd_block_sums_free(dd_block_sums *self)
{
    free(self->open);
    free(self->new_);
    free(self->wins);
    free(self->limit);
    free(self->marks);
    free(self->marked.limit);
    free(self->marked.alike);
    free(self->by_end);
    free(self->products);
    dd_guide_free(&self->fresh);
    dd_guide_free(&self->ratio);
    memset(self, 0, sizeof *self);
}

size_t
dd_cells_values(const dd_model *model)
{
    size_t most = 1;

    for (size_t p = 0; p < model->n_pipelines; p++) {
        const dd_amounts *amounts = &model->amounts[p];
        most = amounts->fresh.n > most ? amounts->fresh.n : most;
        for (size_t s = 0; s < amounts->n_stages; s++)
            most = amounts->ratio[s].n > most ? amounts->ratio[s].n : most;
    }
    return most;
}

static double
largest(const dd_sizes *sizes)
{
    double most = 0;

    for (size_t i = 0; i < sizes->n; i++)
        most = fmax(most, fabs(sizes->value[i]));
    return most;
}

static double
largest_gain(const dd_book *book, size_t deal, const dd_amounts *amounts)
{
    if (book->amount[deal] == DD_UNKNOWN_AMOUNT)
        return largest(&amounts->fresh);
    return fabs((double) book->amount[deal])
           * largest(&amounts->ratio[book->stage[deal]]);
}

dd_status
dd_cells_check(const dd_book *book, const dd_model *model, dd_error *err)
{
    double sum = 0;

    for (size_t deal = 0; deal < book->n; deal++)
        sum += 1 + largest_gain(book, deal, &model->amounts[book->pipeline[deal]]);
    for (size_t i = 0; i < model->n_pipelines; i++)
        sum = fmax(sum, largest(&model->amounts[i].fresh));
    if (sum < 0x1p47)
        return model->later ? dd_cells_check(book, model->later, err) : DD_OK;
    return dd_error_add(err, DD_EDATA, NULL, NULL, "sums below 1 400 000 000 000.00",
                        "amounts of open deals are too large to be summed");
}

void
dd_cells_block(const dd_rows *rows, const dd_tables *tables, uint64_t seed,
               uint32_t block, dd_block_sums *sums)
{
    size_t bytes = sums->periods * DD_BLOCK * sizeof *sums->open;

    memset(sums->open, 0, bytes);
    memset(sums->new_, 0, bytes);
    memset(sums->wins, 0, bytes);
    sums->fresh.law = sums->ratio.law = NULL; /* laws are drawn anew for each block */
    dd_cells_open(rows, tables, seed, block, sums);
    dd_cells_new(tables, seed, block, sums);
    if (tables->visits.days && !isnan(tables->visits.draw.per_rep_week))
        dd_cells_visits(tables, seed, block, sums);
}
