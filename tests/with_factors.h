/**
 * @file with_factors.h
 * A small company whose deals differ by owner and segment, by a posterior written by hand.
 */
#ifndef DD_TESTS_WITH_FACTORS_H
#define DD_TESTS_WITH_FACTORS_H

#include "model/curve/process.h"
#include "small_company.h"

#define ODDS_OWNERS 3
#define ODDS_SEGMENTS 2

typedef struct {
    small_company company;
    int32_t owner[SMALL_DEALS + 1], segment[SMALL_DEALS + 1], none[SMALL_DEALS + 1];
    int64_t first_amount[SMALL_DEALS + 1];
} odd_company;

/* Log odds spread evenly over middle +- width. */
static inline dd_odds
even_odds(double middle, double width, uint64_t key)
{
    dd_odds odds = { .key = key,
                     .low = middle - width,
                     .high = middle + width,
                     .mean = middle,
                     .sd = width / sqrt(3.0) };

    for (int i = 0; i < DD_ODDS_NODES; i++)
        odds.below[i] = i / (DD_ODDS_NODES - 1.0);
    return odds;
}

static inline dd_odds *
hand_levels(const double *middle, size_t n, double width, uint64_t key)
{
    dd_odds *level = calloc(n, sizeof *level);

    assert_non_null(level);
    for (size_t i = 0; i < n; i++)
        level[i] = even_odds(middle[i], width, key + i);
    return level;
}

/* Kinds of deals: all entered the first stage, where p_0 is what the rates give. */
static inline void
hand_alike(dd_factors *factors, double p)
{
    factors->n_alike = (size_t) ODDS_OWNERS * ODDS_SEGMENTS;
    factors->alike = calloc(factors->n_alike, sizeof *factors->alike);
    assert_non_null(factors->alike);
    for (int i = 0; i < ODDS_OWNERS * ODDS_SEGMENTS; i++)
        factors->alike[i] = (dd_alike){
            .levels = { { i % ODDS_OWNERS, i / ODDS_OWNERS, -1, -1, -1 } },
            .chance = p,
            .deals = 100.0 + 30.0 * i,
            .arrived = (100.0 + 30.0 * i) / (600.0 + 450.0),
        };
}

static inline double
chance_of_first_stage(const dd_process *process)
{
    dd_rates rates;
    double p;

    assert_int_equal(dd_rates_init(&rates, process, NULL), DD_OK);
    dd_rates_mean(&rates);
    p = rates.p_ever[0];
    dd_rates_free(&rates);
    return p;
}

static inline void
odd_init(odd_company *self, double new_deals_per_week, size_t trials)
{
    static const double owners[ODDS_OWNERS] = { -0.71, 0.13, 0.88 };
    static const double segments[ODDS_SEGMENTS] = { 0.41, -0.35 };
    dd_factors *factors;
    double p;

    small_init(&self->company, new_deals_per_week, trials);
    factors = &self->company.model.process[0].factors;
    p = chance_of_first_stage(&self->company.model.process[0]);
    factors->n = 2;
    factors->factor[DD_BY_OWNER]
        = (dd_factor){ ODDS_OWNERS, 0.7, hand_levels(owners, ODDS_OWNERS, 0.3, 1000) };
    factors->factor[DD_BY_SEGMENT]
        = (dd_factor){ ODDS_SEGMENTS, 0.4,
                       hand_levels(segments, ODDS_SEGMENTS, 0.2, 2000) };
    hand_alike(factors, p);
    for (int i = 0; i <= SMALL_DEALS; i++) {
        self->owner[i] = i % 7 == 3 ? -1 : i / 2 % ODDS_OWNERS;
        self->segment[i] = i / 5 % ODDS_SEGMENTS;
        self->none[i] = -1;
        self->first_amount[i] = DD_UNKNOWN_AMOUNT;
    }
    self->company.book.first_owner = self->owner;
    self->company.book.segment = self->segment;
    self->company.book.kind = self->company.book.source = self->none;
    self->company.book.first_amount = self->first_amount;
}

static inline void
odd_free(odd_company *self)
{
    small_free(&self->company);
}

#endif
