#include "engine/conditional.h"

#include "engine/chebyshev.h"
#include "engine/cells/new_winners.h"
#include "model/curve/curve_lanes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

dd_status
dd_row_sums_init(dd_row_sums *self, const dd_book *book, const dd_rows *rows,
                 dd_error *err)
{
    self->rows = rows;
    self->known = calloc(rows->n + 1, sizeof *self->known);
    self->unknown = calloc(rows->n + 1, sizeof *self->unknown);
    if (!self->known || !self->unknown) {
        dd_row_sums_free(self);
        return dd_error_no_memory(err);
    }
    for (size_t i = 0; i < book->n; i++) {
        if (book->amount[i] == DD_UNKNOWN_AMOUNT)
            self->unknown[rows->of_deal[i]] += 1.0;
        else
            self->known[rows->of_deal[i]] += (double) book->amount[i];
    }
    return DD_OK;
}

void
dd_row_sums_free(dd_row_sums *self)
{
    free(self->known);
    free(self->unknown);
    memset(self, 0, sizeof *self);
}

/* Of the first period. */
static size_t
first_parts(const dd_row_sums *self)
{
    size_t n = 1;
    while (n < self->rows->periods && self->rows->of_period[n] == 0)
        n++;
    return n;
}

/* Amounts of a period's parts are multiplied part by part: what is won by the end of one
 * counts as much more as its own part does than the next one. */
static double
weight_of(const dd_row_sums *self, const dd_tables *tables, size_t pipeline, size_t part)
{
    double size = dd_tables_size(tables, pipeline, part);
    if (part + 1 < first_parts(self))
        size -= dd_tables_size(tables, pipeline, part + 1);
    return size;
}

/* What the row's deals bring if all are won. Rows of one stage stand together, so that
 * its laws' means are taken once. */
static double
row_worth(const dd_row_sums *self, const dd_tables *tables, size_t r, double *ratio,
          double *fresh)
{
    int32_t p = self->rows->pipeline[r], s = self->rows->stage[r];
    if (r == 0 || p != self->rows->pipeline[r - 1] || s != self->rows->stage[r - 1]) {
        *ratio = dd_size_law_expect(&tables->ratio[p][s]);
        *fresh = dd_size_law_expect(&tables->fresh_size[p]);
    }
    return self->known[r] * *ratio + self->unknown[r] * *fresh;
}

/* The open deals' part at up to DD_LEVEL_NODES levels: sum of worth (1 - exp(-level
 * hazard)). */
static void
open_at(const dd_row_sums *self, const dd_tables *tables, size_t part,
        const double *level, size_t n, double *sum)
{
    const dd_curve_lanes *lanes = dd_curve_lanes_chosen();
    double ratio = 1.0, fresh = 0.0, chance[DD_LEVEL_NODES];
    memset(sum, 0, n * sizeof *sum);
    for (size_t r = 0; r < self->rows->n; r++) {
        double worth = row_worth(self, tables, r, &ratio, &fresh)
                       * weight_of(self, tables, (size_t) self->rows->pipeline[r], part);
        double hazard = tables->hazard[r * tables->periods + part];
        lanes->chances(level, n, hazard, chance);
        for (size_t i = 0; i < n; i++)
            sum[i] += worth * chance[i];
    }
}

static void
add_open(const dd_row_sums *self, const dd_tables *tables, size_t part,
         double mean[DD_BLOCK])
{
    double level[DD_LEVEL_NODES], value[DD_LEVEL_NODES], coefficient[DD_LEVEL_NODES];
    double low = tables->fresh[0].low, high = tables->fresh[0].high;
    size_t n = dd_chebyshev_nodes(low, high);
    for (size_t i = 0; i < n; i++)
        level[i] = exp(dd_chebyshev_node(i, low, high));
    open_at(self, tables, part, n > 1 ? level : tables->level_wins, n, value);
    if (n == 1) {
        for (int i = 0; i < DD_BLOCK; i++)
            mean[i] += value[0];
        return;
    }
    dd_chebyshev_fit(n, value, coefficient);
    for (int i = 0; i < DD_BLOCK; i++)
        mean[i] += dd_chebyshev_at(coefficient, low, high, log(tables->level_wins[i]));
}

static void
add_visits(const dd_row_sums *self, const dd_tables *tables, size_t part,
           double mean[DD_BLOCK])
{
    double low = tables->fresh[0].low, high = tables->fresh[0].high;
    for (size_t p = 0; p < tables->pipelines; p++) {
        double size = dd_size_law_expect(&tables->fresh_size[p])
                      * weight_of(self, tables, p, part);
        for (int i = 0; i < DD_BLOCK; i++)
            mean[i] += size
                       * dd_visits_expect(&tables->visits, p, part, low, high,
                                          log(tables->level_wins[i]));
    }
}

static void
add_new(const dd_row_sums *self, const dd_tables *tables, size_t part,
        double mean[DD_BLOCK])
{
    for (size_t p = 0; p < tables->pipelines; p++) {
        double size;
        if (dd_new_winners_none(&tables->fresh[p], part + 1))
            continue;
        size = dd_size_law_expect(&tables->fresh_size[p])
               * weight_of(self, tables, p, part);
        for (int i = 0; i < DD_BLOCK; i++)
            mean[i] += size
                       * dd_tables_new_winners(tables, p, part, tables->level_wins[i],
                                               tables->level_arrivals[i]);
    }
}

/* Parts that weigh nothing are those after which nothing changes. */
static int
weighs(const dd_row_sums *self, const dd_tables *tables, size_t part)
{
    for (size_t p = 0; p < tables->pipelines; p++)
        if (weight_of(self, tables, p, part) != 0.0)
            return 1;
    return 0;
}

void
dd_conditional_means(const dd_row_sums *self, const dd_tables *tables,
                     double mean[DD_BLOCK])
{
    for (int i = 0; i < DD_BLOCK; i++)
        mean[i] = 0.0;
    for (size_t part = 0; part < first_parts(self); part++) {
        if (!weighs(self, tables, part))
            continue;
        if (self->rows->n > 0)
            add_open(self, tables, part, mean);
        add_new(self, tables, part, mean);
        if (tables->visits.days)
            add_visits(self, tables, part, mean);
    }
}
