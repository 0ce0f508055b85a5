/**
 * @file needed_lane.h
 * One draw's table of efforts, and a trial played over it. Source:
 * sim/engine/effort/needed_lane.c.
 */
#ifndef DD_ENGINE_NEEDED_LANE_H
#define DD_ENGINE_NEEDED_LANE_H

#include "engine/effort/needed.h"
#include "engine/cells/guide.h"
#include "engine/cells/ring.h"
#include "engine/tables.h"

#define DD_EFFORT_ROUND 4096

/** The order of efforts: on which day each of a round is made. */
typedef struct {
    uint32_t day[DD_EFFORT_ROUND];
} dd_effort_order;

/** By the weeks worked on the first useful_days days. @return 0 when nobody works */
int dd_effort_order_make(dd_effort_order *self, const dd_effort_days *days,
                         size_t useful_days);

/** One unit of effort in one draw. */
typedef struct {
    const dd_effort_order *order;
    const dd_tables *tables;
    dd_effort_unit unit;
    size_t period, pipelines, useful_days;
    double *
        hazard; /* pipelines x useful days x 2: by the end of the period, by its start */
    double *chance;  /* useful days: of one for any pipeline to win in it, at level 1 */
    dd_guide *fresh; /* per pipeline: what its new deals bring in this draw */
    uint32_t pipeline[DD_EFFORT_ROUND]; /* that each of a round is made for */
    double by[DD_EFFORT_ROUND + 1];
    dd_ring ring;
    uint64_t seed;
    uint32_t block;
} dd_effort_line;

/** Room; allocates. @return DD_OK or DD_ENOMEM, to be freed either way */
dd_status dd_effort_line_init(dd_effort_line *self, const dd_model *model,
                              size_t useful_days, dd_error *err);
void dd_effort_line_free(dd_effort_line *self);

/** The draw of a block, and what pipelines efforts are made for in it: all its trials, and
 * all units of effort, share that. */
void dd_effort_line_begin(dd_effort_line *self, const dd_tables *tables, uint64_t seed,
                          uint32_t block);

/** Chance that one effort of a unit becomes an opportunity; NAN unknown. */
double dd_effort_times(const dd_effort_draw *draw, dd_effort_unit unit);

/** Ready for a unit. @return 0 when no effort of it can win in the period */
int dd_effort_line_make(dd_effort_line *self, dd_effort_unit unit);

/** Fill `chance`, once it is ready. */
void dd_effort_line_chances(dd_effort_line *self);

/** What a lane needs to reach the goal from what it has already.
 * @param deals  told how many won deals that were; may be NULL */
int64_t dd_effort_line_need(const dd_effort_line *self, const dd_goal *goal, size_t lane,
                            int64_t has, int64_t *deals);

#endif
