/**
 * @file cells.h
 * A block of trials by cells: in which period is a deal won, if at all. Sources:
 * sim/engine/cells.c, sim/engine/cells_open.c, sim/engine/cells_new.c.
 *
 * Open deal: with E = -log(1 - u) it is won by the end of period p when
 * E < level_wins * hazard[row, p] (the level acts as W -> 1 - (1 - W)^level).
 * Deals to come: winners are the points E_1 < E_2 < ... of one unit-rate Poisson process
 * per pipeline and trial, winner k falling into the first period whose cumulative
 * expected number of winners exceeds E_k: exact for any level, and monotone in it.
 *
 * Random words (lane = trial within the block):
 * - fate of an open deal: stream (seed, DD_RNG_OPEN, deal key, block), four words at
 *   each position w = 0..31; word j of position w decides lane 4w + j;
 * - its amount: the same places of stream (seed, DD_RNG_AMOUNT, deal key, block);
 * - new winners 2i and 2i + 1 of a lane: stream (seed, DD_RNG_NEW, pipeline index, block)
 *   at position i << 7 | lane; words 0 and 2 give the gaps to them, 1 and 3 their amounts.
 */
#ifndef DD_ENGINE_CELLS_H
#define DD_ENGINE_CELLS_H

#include "dealdice/outcomes.h"
#include "engine/tables.h"

/** Sums of one block, 128 trials: [period * DD_BLOCK + lane]. */
typedef struct {
    size_t periods;
    int64_t *open;    /* minor units won by open deals */
    int64_t *new_;    /* minor units won by deals to come */
    int64_t *wins;    /* deals won, open and new */
    double *expected; /* workspace */
} dd_block_sums;

dd_status dd_block_sums_init(dd_block_sums *self, size_t periods, dd_error *err);
void dd_block_sums_free(dd_block_sums *self);

/**
 * Can the amounts be summed? Kernels carry amount | 1 << 48 in one word.
 *
 * @return DD_OK; DD_EDATA when the greatest possible sum of open deals, or a single new
 *         deal, could exceed 2^47 minor units
 */
dd_status dd_cells_check(const dd_book *book, const dd_model *model, dd_error *err);

/** Play one block; overwrites sums. Allocates nothing, locks nothing, cannot fail. */
void dd_cells_block(const dd_book *book, const dd_rows *rows, const dd_tables *tables,
                    uint64_t seed, uint32_t block, dd_block_sums *sums);

#endif
