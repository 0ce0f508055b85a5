/**
 * @file order.h
 * The order of a pipeline's stages, by how deals move. Source: sim/history/order.c.
 *
 * Each deal votes on every pair of stages it has been in, by which of them it saw first;
 * a stage's score is the pairs it wins by majority less those it loses (Copeland 1951).
 * Neighbours that the majority sees the other way round then change places until there
 * are none. Ties: first seen first, then by name.
 */
#ifndef DD_HISTORY_ORDER_H
#define DD_HISTORY_ORDER_H

#include "dealdice/history.h"

/** The order of one pipeline. */
typedef struct {
    size_t n;       /* stages that are known */
    int32_t *order; /* n: the history's number of each, in order */
    int32_t *place; /* of each of the history's stages in that order, or -1 */
} dd_stage_order;

/**
 * @param orders  one per pipeline, filled; freed by dd_stage_orders_free even on failure
 * @param until   only entries before this moment vote and are known; a pipeline's given
 *                stages are known always, and when all are given they keep their order
 * @return DD_OK or DD_ENOMEM
 */
dd_status dd_stage_orders(dd_stage_order *orders, const dd_history *history,
                          dd_moment until, dd_error *err);
void dd_stage_orders_free(dd_stage_order *orders, size_t n_pipelines);

#endif
