#include "engine/cells.h"

#include "engine/cells_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

dd_status
dd_block_sums_init(dd_block_sums *self, size_t periods, dd_error *err)
{
    size_t cells = periods * DD_BLOCK;

    memset(self, 0, sizeof *self);
    self->periods = periods;
    self->open = calloc(cells, sizeof *self->open);
    self->new_ = calloc(cells, sizeof *self->new_);
    self->wins = calloc(cells, sizeof *self->wins);
    self->expected = calloc(cells, sizeof *self->expected);
    if (self->open && self->new_ && self->wins && self->expected)
        return DD_OK;
    dd_block_sums_free(self);
    return dd_error_no_memory(err);
}

void
dd_block_sums_free(dd_block_sums *self)
{
    free(self->open);
    free(self->new_);
    free(self->wins);
    free(self->expected);
    memset(self, 0, sizeof *self);
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
        return DD_OK;
    return dd_error_add(err, DD_EDATA, NULL, NULL, "sums below 1 400 000 000 000.00",
                        "amounts of open deals are too large to be summed");
}

void
dd_cells_block(const dd_book *book, const dd_rows *rows, const dd_tables *tables,
               uint64_t seed, uint32_t block, dd_block_sums *sums)
{
    size_t bytes = sums->periods * DD_BLOCK * sizeof *sums->open;

    memset(sums->open, 0, bytes);
    memset(sums->new_, 0, bytes);
    memset(sums->wins, 0, bytes);
    dd_cells_open(book, rows, tables, seed, block, sums);
    dd_cells_new(tables, seed, block, sums);
}
