/**
 * @file cells.h
 * A block of trials by cells: in which period is a deal won, if at all. Sources:
 * sim/engine/cells/cells.c, sim/engine/cells/cells_open.c, sim/engine/cells/cells_new.c.
 *
 * Open deal: with E = -log(1 - u) it is won by the end of period p when
 * E < level_wins * hazard[row, p] (the level acts as W -> 1 - (1 - W)^level).
 * Deals to come: winners are the points E_1 < E_2 < ... of one unit-rate Poisson process
 * per pipeline and trial, winner k falling into the first period whose cumulative
 * expected number of winners exceeds E_k: exact for any level, and monotone in it.
 *
 * Random words (lane = trial within the block; places within a batch of 16 positions as
 * in kernel.h):
 * - fate of an open deal: stream (seed, DD_RNG_OPEN, deal key, block), as in fates.h;
 * - its amount: word lane of stream (seed, DD_RNG_AMOUNT, deal key, block), in batches;
 * - deals to come: streams (seed, DD_RNG_NEW, pipeline << 32 | kind << 7 | lane, block).
 *   Kind 0, word c: points of the process in [16 c, 16 (c + 1)); kind 1, word 64 c + i:
 *   where in there point i is; kind 2, word k: the amount of the lane's winner k.
 */
#ifndef DD_ENGINE_CELLS_H
#define DD_ENGINE_CELLS_H

#include "dealdice/outcomes.h"
#include "engine/cells/guide.h"
#include "engine/cells/kernel.h"
#include "engine/tables.h"

/** Sums of one block, 128 trials: [period * DD_BLOCK + lane]. */
typedef struct {
    size_t periods;
    int64_t *open; /* minor units won by open deals */
    int64_t *new_; /* minor units won by deals to come */
    int64_t *wins; /* deals won, open and new */
    const dd_kernel *kernel;
    uint16_t *limit;       /* workspace */
    uint16_t *marks;       /* workspace */
    uint64_t *by_end;      /* workspace */
    dd_marked marked;      /* workspace */
    dd_products *products; /* workspace */
    dd_guide fresh, ratio; /* workspace */
} dd_block_sums;

/** The most values that one of a model's laws of amounts or ratios has. */
size_t dd_cells_values(const dd_model *model);
/** @param values  as dd_cells_values says */
dd_status dd_block_sums_init(dd_block_sums *self, size_t periods, size_t values,
                             dd_error *err);
void dd_block_sums_free(dd_block_sums *self);

/**
 * Can the amounts be summed? Kernels carry amount | 1 << 48 in one word.
 *
 * @return DD_OK; DD_EDATA when the greatest possible sum of open deals, or a single new
 *         deal, could exceed 2^47 minor units
 */
dd_status dd_cells_check(const dd_book *book, const dd_model *model, dd_error *err);

/** Play one block; overwrites sums. Allocates nothing, locks nothing, cannot fail. */
void dd_cells_block(const dd_rows *rows, const dd_tables *tables, uint64_t seed,
                    uint32_t block, dd_block_sums *sums);

#endif
