/**
 * @file hand_made.h
 * A book and its tables written by hand, for tests of the engine alone.
 */
#ifndef DD_TESTS_HAND_MADE_H
#define DD_TESTS_HAND_MADE_H

#include "base/rng.h"
#include "check.h"
#include "engine/tables.h"

#include <stdlib.h>
#include <string.h>

/** One pipeline with one stage; every deal has a row of its own. */
typedef struct {
    dd_book book;
    dd_rows rows;
    dd_tables tables;
    dd_size_law ratio; /* of the stage: 1 unless set */
    dd_size_law *ratios;
    dd_size_law size; /* of new deals and unknown amounts: 1 unless set */
    dd_new_winners fresh;
} hand_made;

static const double hand_one[] = { 1.0 };

static inline void *
hand_alloc(size_t n, size_t size)
{
    void *p = calloc(n + 1, size);

    assert_non_null(p);
    return p;
}

static inline void
hand_make(hand_made *self, size_t deals, size_t periods)
{
    memset(self, 0, sizeof *self);
    self->book.n = deals;
    self->book.key = hand_alloc(deals, sizeof(uint64_t));
    self->book.pipeline = hand_alloc(deals, sizeof(int32_t));
    self->book.stage = hand_alloc(deals, sizeof(int32_t));
    self->book.amount = hand_alloc(deals, sizeof(int64_t));
    self->book.periods = self->rows.periods = self->tables.periods = periods;
    self->book.booked = hand_alloc(periods, sizeof(int64_t));
    self->rows.n = self->rows.n_deals = self->tables.rows = deals;
    self->rows.of_deal = hand_alloc(deals, sizeof(uint32_t));
    self->rows.deal = hand_alloc(deals, sizeof(dd_row_deal));
    self->rows.pipeline = hand_alloc(deals, sizeof(int32_t));
    self->rows.stage = hand_alloc(deals, sizeof(int32_t));
    self->tables.hazard = hand_alloc(deals * periods, sizeof(double));
    self->fresh.coefficient = hand_alloc(periods * DD_LEVEL_NODES, sizeof(double));
    self->ratio = self->size = (dd_size_law){ 1, hand_one, (double *) hand_one };
    self->ratios = &self->ratio;
    self->tables.pipelines = 1;
    self->tables.fresh = &self->fresh;
    self->tables.fresh_size = &self->size;
    self->tables.ratio = &self->ratios;
    for (size_t i = 0; i < deals; i++) {
        self->book.key[i] = dd_hash((const char *) &i, sizeof i);
        self->rows.of_deal[i] = (uint32_t) i;
    }
    for (int lane = 0; lane < DD_BLOCK; lane++)
        self->tables.level_wins[lane] = self->tables.level_arrivals[lane] = 1.0;
}

/** Put the deals into their rows, once keys and amounts are as they should be. */
static inline void
hand_order(const hand_made *self)
{
    for (size_t i = 0; i < self->book.n; i++)
        self->rows.deal[i] = (dd_row_deal){ self->book.key[i], self->book.amount[i],
                                            self->rows.of_deal[i] };
}

/** Chance to be won by the end of a period. */
static inline void
hand_chance(hand_made *self, size_t deal, size_t period, double chance)
{
    self->tables.hazard[deal * self->tables.periods + period] = -log1p(-chance);
}

/** Expected winners to come, by the end of a period. */
static inline void
hand_winners(hand_made *self, size_t period, double winners)
{
    self->fresh.coefficient[period * DD_LEVEL_NODES] = winners;
}

static inline void
hand_free(hand_made *self)
{
    free(self->book.key);
    free(self->book.pipeline);
    free(self->book.stage);
    free(self->book.amount);
    free(self->book.booked);
    free(self->rows.of_deal);
    free(self->rows.deal);
    free(self->rows.pipeline);
    free(self->rows.stage);
    free(self->tables.hazard);
    free(self->fresh.coefficient);
}

#endif
