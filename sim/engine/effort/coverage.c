#include "engine/effort/coverage.h"

#include "base/elementary.h"
#include "base/rng.h"
#include "base/sort.h"
#include "engine/cells/guide.h"
#include "engine/cells/ring.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_WINNERS 100000
#define FIRST_STREAM 16 /* beside those of efforts */
#define MOST_LATER 256  /* deals that stand for all of a group, in a later period */
#define WON_LANES 16    /* every so many are looked at for what is won on average */

static size_t
blocks_of(size_t trials)
{
    return (trials + DD_BLOCK - 1) / DD_BLOCK;
}

static double
mean_size(const dd_model *model, int32_t pipeline)
{
    const dd_sizes *sizes = &model->amounts[pipeline].fresh;
    double sum = 0.0, weight = 0.0;
    for (size_t i = 0; i < sizes->n; i++) {
        sum += sizes->value[i] * sizes->weight[i];
        weight += sizes->weight[i];
    }
    return sum / weight;
}

typedef struct {
    uint64_t key; /* first, for dd_by_key */
    uint32_t deal;
} shuffled;

/* Deals in the order of their keys, which are hashes: group after group. */
static void
fill_groups(dd_coverage *self, const dd_book *book, const shuffled *order)
{
    size_t at = 0;
    for (size_t g = 0; g < self->n_groups; g++) {
        self->first[g] = at;
        for (size_t i = 0; i < book->n; i++)
            if (g == 0 || book->segment[order[i].deal] == (int32_t) g - 1)
                self->deal[at++] = order[i].deal;
    }
    self->first[self->n_groups] = at;
}

static void
fill_amounts(dd_coverage *self, const dd_model *model, const dd_book *book)
{
    for (size_t g = 0; g < self->n_groups; g++) {
        double *amount = self->amount + self->first[g] + g;
        amount[0] = 0.0;
        for (size_t i = self->first[g]; i < self->first[g + 1]; i++) {
            uint32_t d = self->deal[i];
            double one = book->amount[d] != DD_UNKNOWN_AMOUNT
                             ? (double) book->amount[d]
                             : mean_size(model, book->pipeline[d]);
            amount[1] = amount[0] + fmax(one, 0.0);
            amount++;
        }
    }
}

dd_status
dd_coverage_init(dd_coverage *self, const dd_model *model, const dd_book *book,
                 size_t segments, size_t trials, size_t period, int64_t left,
                 dd_error *err)
{
    size_t n = segments + 1;
    shuffled *order = malloc((book->n + 1) * sizeof *order);

    *self = (dd_coverage){
        .n_groups = n, .trials = trials, .period = period, .left = left
    };
    self->first = malloc((n + 1) * sizeof *self->first);
    self->deal = malloc((2 * book->n + 1) * sizeof *self->deal);
    self->amount = malloc((2 * book->n + n + 1) * sizeof *self->amount);
    self->need = malloc((n * trials + 1) * sizeof *self->need);
    self->won = calloc(n * blocks_of(trials) + 1, sizeof *self->won);
    if (!order || !self->first || !self->deal || !self->amount || !self->need
        || !self->won) {
        free(order);
        dd_coverage_free(self);
        return dd_error_no_memory(err);
    }
    for (size_t i = 0; i < book->n; i++)
        order[i] = (shuffled){ book->key[i], (uint32_t) i };
    qsort(order, book->n, sizeof *order, dd_by_key);
    fill_groups(self, book, order);
    fill_amounts(self, model, book);
    free(order);
    return DD_OK;
}

void
dd_coverage_free(dd_coverage *self)
{
    free(self->first);
    free(self->deal);
    free(self->amount);
    free(self->need);
    free(self->won);
    memset(self, 0, sizeof *self);
}

dd_status
dd_coverage_space_init(dd_coverage_space *self, const dd_coverage *of, dd_error *err)
{
    size_t most = of->first[1] + 2;
    self->by = malloc(most * sizeof *self->by);
    self->worth = malloc(most * sizeof *self->worth);
    if (self->by && self->worth)
        return DD_OK;
    dd_coverage_space_free(self);
    return dd_error_no_memory(err);
}

void
dd_coverage_space_free(dd_coverage_space *self)
{
    free(self->by);
    free(self->worth);
    *self = (dd_coverage_space){ 0 };
}

/** One group in one draw. */
typedef struct {
    const dd_coverage *of;
    const dd_book *book;
    const dd_rows *rows;
    const dd_tables *tables;
    size_t group, first, n; /* n 0: opportunities found now */
    dd_ring ring;
    double fresh; /* mean of a new deal's amount */
} line;

/* Hazards of the i-th deal of the row: by the period's end, and by its start. */
static double
hazard_of(const line *self, size_t i, double *before)
{
    const dd_tables *tables = self->tables;
    size_t p = self->of->period;
    const double *hazard;
    *before = 0.0;
    if (self->n == 0) {
        if (p > 0)
            *before = dd_visits_hazard_of_any(&tables->visits, 0, p - 1, 1.0);
        return fmax(dd_visits_hazard_of_any(&tables->visits, 0, p, 1.0), *before);
    }
    hazard = tables->hazard
             + self->rows->of_deal[self->of->deal[self->first + i]] * tables->periods;
    if (p > 0)
        *before = fmin(hazard[p - 1], DD_SURE_HAZARD);
    return fmin(hazard[p], DD_SURE_HAZARD);
}

/* For the first period the row at level 1, which a level multiplies. For a later one each
 * level has a row of its own: what is won before is gone. */
static void
make_line(line *self, dd_coverage_space *space, double level)
{
    size_t n = self->n > 0 ? self->n : 1;
    double before;
    space->by[0] = 0.0;
    for (size_t i = 0; i < n; i++) {
        double hazard = hazard_of(self, i, &before);
        if (self->of->period > 0)
            hazard = -log1p(exp(-level * hazard) - exp(-level * before));
        space->by[i + 1] = space->by[i] + fmin(hazard, DD_SURE_HAZARD);
    }
    self->ring = (dd_ring){ n, space->by };
}

/* Minor units of the first `count` deals of the row. */
static double
amount_of(const line *self, uint64_t count)
{
    const double *amount = self->of->amount + self->first + self->group;
    if (self->n == 0)
        return (double) count * self->fresh;
    return (double) (count / self->n) * amount[self->n] + amount[count % self->n];
}

/* What a won deal brings, at a quantile of what its like have brought. */
static int64_t
brings(const line *self, size_t i, double u)
{
    const dd_tables *tables = self->tables;
    if (self->n == 0)
        return dd_round_minor(dd_size_law_at(&tables->fresh_size[0], u));
    uint32_t d = self->of->deal[self->first + i];
    int32_t p = self->book->pipeline[d];
    if (self->book->amount[d] == DD_UNKNOWN_AMOUNT)
        return dd_round_minor(dd_size_law_at(&tables->fresh_size[p], u));
    return dd_round_minor((double) self->book->amount[d]
                          * dd_size_law_at(&tables->ratio[p][self->book->stage[d]], u));
}

/* Could as many winners as are drawn at the most bring it, each of them all it can? Not
 * where open deals are worth nothing. */
static int
can_bring(const line *self)
{
    int64_t most = 0;
    for (size_t i = 0; i < self->ring.n; i++) {
        int64_t one = brings(self, i, 1.0);
        most = one > most ? one : most;
    }
    return (double) most * MOST_WINNERS >= (double) self->of->left;
}

static int64_t
need_of(const line *self, double level, uint64_t seed, uint32_t block, size_t lane)
{
    double sum = 0.0, amount;
    dd_stream stream
        = dd_stream_make(seed, DD_RNG_NEEDED,
                         (uint64_t) (FIRST_STREAM + self->group) << 16 | lane, block);
    uint64_t next = 0;
    int64_t has = 0;
    uint32_t word[4], k = 0;

    if (!(self->ring.by[self->ring.n] > 0.0))
        return DD_NO_COVERAGE;
    while (has < self->of->left && k < MOST_WINNERS) {
        dd_stream_words(&stream, k++, word);
        sum += dd_minus_log(dd_uniform32(word[0]));
        uint64_t n = dd_ring_find(&self->ring, sum / level);
        if (n >= DD_RING_NEVER)
            return DD_NO_COVERAGE;
        n = n < next ? next : n; /* rounding never wins one twice */
        has += brings(self, n % self->ring.n, dd_uniform32(word[1]));
        next = n + 1;
        sum = level * dd_ring_sum(&self->ring, next);
    }
    amount = amount_of(self, next);
    if (has < self->of->left || amount >= (double) DD_NO_COVERAGE)
        return DD_NO_COVERAGE;
    return llround(amount);
}

/* Of the deals of the row, once: their chances in the period weighted by amount. */
static double
won_of(const line *self, double level, const double *worth)
{
    double won = 0.0, all = 0.0, before;
    for (size_t i = 0; i < self->ring.n; i++) {
        double hazard = hazard_of(self, i, &before);
        double amount = self->n > 0 ? worth[i] : self->fresh;
        won += amount * (exp(-level * before) - exp(-level * hazard));
    }
    all = amount_of(self, self->ring.n);
    return all > 0.0 ? won / all : 0.0;
}

/* What each deal of the row brings on average if it is won. */
static void
fill_worth(const line *self, double *worth)
{
    for (size_t i = 0; i < self->n; i++) {
        uint32_t d = self->of->deal[self->first + i];
        int32_t p = self->book->pipeline[d];
        worth[i] = self->book->amount[d] == DD_UNKNOWN_AMOUNT
                       ? dd_size_law_expect(&self->tables->fresh_size[p])
                       : (double) self->book->amount[d]
                             * dd_size_law_expect(
                                 &self->tables->ratio[p][self->book->stage[d]]);
    }
}

void
dd_coverage_block(dd_coverage *self, dd_coverage_space *space, const dd_book *book,
                  const dd_rows *rows, const dd_tables *tables, uint64_t seed,
                  uint32_t block, size_t lanes)
{
    for (size_t g = 0; g < self->n_groups; g++) {
        line of = { .of = self,
                    .book = book,
                    .rows = rows,
                    .tables = tables,
                    .group = g,
                    .first = self->first[g],
                    .n = self->first[g + 1] - self->first[g] };
        size_t at = g * self->trials + (size_t) block * DD_BLOCK;
        int can;
        double *won = &self->won[g * blocks_of(self->trials) + block];
        of.n = self->period > 0 && of.n > MOST_LATER ? MOST_LATER : of.n;
        of.fresh = dd_size_law_expect(&tables->fresh_size[0]);
        make_line(&of, space, 1.0);
        fill_worth(&of, space->worth);
        can = can_bring(&of);
        for (size_t lane = 0; lane < lanes; lane++) {
            double level = tables->level_wins[lane];
            if (self->period > 0)
                make_line(&of, space, level);
            self->need[at + lane]
                = can ? need_of(&of, self->period > 0 ? 1.0 : level, seed, block, lane)
                      : DD_NO_COVERAGE;
        }
        for (size_t lane = 0; lane < DD_BLOCK; lane += WON_LANES)
            *won += won_of(&of, tables->level_wins[lane], space->worth) * WON_LANES
                    / DD_BLOCK;
    }
}
