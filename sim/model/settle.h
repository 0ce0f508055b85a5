/**
 * @file settle.h
 * A layer of levers against one pipeline's mean rates: what they can reach, and what is
 * kept of them. Source: sim/model/settle.c.
 */
#ifndef DD_MODEL_SETTLE_H
#define DD_MODEL_SETTLE_H

#include "model/lever.h"

/** The levers of one layer that act on one pipeline; NULL where there is none. */
typedef struct {
    const dd_lever *all; /* win_rate of all deals */
    const dd_lever *step_rate[DD_MAX_STAGES], *win_rate[DD_MAX_STAGES];
    const dd_lever *cycle[DD_MAX_STAGES];
} dd_pipeline_levers;

/**
 * Add the next layer to process->levers, which has room for it, in the order in which
 * dd_levers_move will take it with every draw.
 *
 * @return DD_OK; DD_EDATA for a rate that cannot be reached, with the largest change that
 *         can; DD_ENOMEM
 */
dd_status dd_levers_settle(const dd_process *process, const dd_pipeline_levers *found,
                           dd_error *err);

#endif
