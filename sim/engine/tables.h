/**
 * @file tables.h
 * What a block's trials read: curves of one posterior draw at the period ends.
 * Sources: sim/engine/tables.c, sim/engine/rows.c, sim/engine/table_rows.c.
 */
#ifndef DD_ENGINE_TABLES_H
#define DD_ENGINE_TABLES_H

#include "dealdice/book.h"
#include "dealdice/model.h"
#include "engine/chebyshev.h"
#include "engine/effort/visits.h"
#include "model/amounts.h"
#include "model/curve/curve.h"
#include "model/factors/factors.h"
#include "model/level/level.h"

/** An open deal in its row's turn; beside the others, so that a block reads on and on. */
typedef struct {
    uint64_t key;
    int64_t amount; /* DD_UNKNOWN_AMOUNT; else minor units */
    uint32_t row;
} dd_row_deal;

/** Open deals grouped by what decides their curve: pipeline, stage, age, and the levels of
 * factors on odds. Rows that differ in levels alone stand together. */
typedef struct {
    size_t n;
    int32_t *pipeline, *stage;
    double *age_days;          /* NAN: unknown */
    dd_levels *levels;         /* of factors that carry something */
    const dd_deal_said **said; /* by a scenario of the row's one deal; NULL: nothing */
    dd_day as_of;
    size_t n_deals;
    uint32_t *of_deal; /* row of each deal of the book */
    dd_row_deal *deal; /* n_deals, row after row */
    size_t periods;    /* the question's, and more where levers part them (of_period) */
    double *end_days;  /* per period: days from the end of as-of to its end */
    size_t *of_period; /* per period: the question's that it is, or is part of */
} dd_rows;

/** A period within which the size of deals or the market changes is parted there. */
dd_status dd_rows_init(dd_rows *self, const dd_model *model, const dd_book *book,
                       const dd_question *question, dd_error *err);
void dd_rows_free(dd_rows *self);

#define DD_STATIONARY_AGES 12

/** Ages spread as a stage's open deals are under steady inflow (density S(a), up to the
 * oldest ever seen): those of a deal whose age is unknown, equally likely. */
void dd_stationary_ages(const dd_stage *stage, double age[DD_STATIONARY_AGES]);

/** Expected winners among deals to come, cumulative by period end, as a function of the
 * level of wins at arrival level 1; Chebyshev coefficients over x = log level. */
typedef struct {
    double low, high;    /* range of x; equal: constant */
    double *coefficient; /* periods x DD_LEVEL_NODES */
} dd_new_winners;

/** One posterior draw, ready for its block. */
typedef struct {
    size_t periods, rows, pipelines;
    double *hazard;        /* rows x periods: -log(1 - W), W the chance to be won by the
                        period's end at level 1; ascending over periods */
    dd_new_winners *fresh; /* per pipeline */
    const double *size;    /* pipelines x periods: by which amounts won in a period are
                              multiplied; borrowed; NULL: by 1 */
    dd_visits visits;      /* without days: none are decided or planned */
    dd_size_law *fresh_size; /* per pipeline */
    dd_size_law **ratio;     /* per pipeline and stage */
    dd_spread spread;
    double level_wins[DD_BLOCK], level_arrivals[DD_BLOCK]; /* per trial of the block */
} dd_tables;

/** By which amounts of a pipeline are multiplied that are won in a period. */
static inline double
dd_tables_size(const dd_tables *self, size_t pipeline, size_t period)
{
    return self->size ? self->size[pipeline * self->periods + period] : 1.0;
}

/** Room in a zeroed one, visits left out (sim/engine/tables_room.c). @return DD_OK or
 * DD_ENOMEM; to be freed either way */
dd_status dd_tables_init(dd_tables *self, const dd_model *model, const dd_rows *rows,
                         dd_error *err);
void dd_tables_free(dd_tables *self, const dd_model *model);

/** Cumulative expected winners by the end of a period, at these levels. */
double dd_tables_new_winners(const dd_tables *self, size_t pipeline, size_t period,
                             double level_wins, double level_arrivals);

/** Makes the tables of DD_LANES blocks at a time; one per thread. */
typedef struct dd_table_maker dd_table_maker;

dd_status dd_table_maker_new(dd_table_maker **self, const dd_model *model,
                             const dd_rows *rows, const dd_question *question,
                             dd_error *err);
void dd_table_maker_free(dd_table_maker *self);
/** Posterior draws and curves of blocks [first, first + DD_LANES). Allocates nothing.
 * @return DD_LANES tables, valid until the next call */
const dd_tables *dd_table_maker_run(dd_table_maker *self, uint32_t first_block);
/** The rates that one of these tables was made from. */
const dd_rates *dd_table_maker_rates(const dd_table_maker *self, size_t pipeline,
                                     size_t lane);
/** Those of a law that begins later (dd_law_days); law 0 is the one in force at once. */
const dd_rates *dd_table_maker_law_rates(const dd_table_maker *self, size_t law,
                                         size_t pipeline, size_t lane);

#endif
