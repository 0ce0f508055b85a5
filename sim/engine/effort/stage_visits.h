/**
 * @file stage_visits.h
 * Visits that deals take as they enter their stages (`visits_per_stage`), counted along
 * paths by mean rates. Source: sim/engine/effort/stage_visits.c.
 */
#ifndef DD_ENGINE_STAGE_VISITS_H
#define DD_ENGINE_STAGE_VISITS_H

#include "engine/tables.h"

/** Expected visits within so many days after as-of. */
typedef struct {
    double open;            /* that the deals open now still take */
    double per_opportunity; /* that one takes which is found on a day of the team's work
                               within that time */
} dd_stage_visits_taken;

/**
 * @param days  on which visits count; the team works on some of them
 * @return DD_OK, also where no stage takes any: then both are 0; DD_ENOMEM
 */
dd_status dd_stage_visits_expect(dd_stage_visits_taken *taken, const dd_model *model,
                                 const dd_book *book, dd_day as_of, size_t days,
                                 dd_error *err);

#endif
