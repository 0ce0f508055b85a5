/**
 * @file whatif.h
 * Scenarios against the base, trial by trial: all meet the same luck, so that what is left
 * of a difference is what the scenario changes. Sources: sim/answers/whatif/whatif.c,
 * sim/answers/whatif/whatif_levers.c, sim/answers/whatif/whatif_grid.c,
 * sim/answers/whatif/whatif_describe.c, sim/answers/whatif/whatif_team.c.
 *
 * Where any scenario changes the team, the base and all scenarios are played rep by rep
 * (engine/field), for the same luck. A scenario that reads `leads_from` otherwise is held
 * against a base that is read like it: where new deals come from is a belief about the
 * world, no change to it.
 */
#ifndef DD_ANSWERS_WHATIF_H
#define DD_ANSWERS_WHATIF_H

#include "answers/forecast/summary.h"
#include "answers/whatif/economics.h"
#include "answers/whatif/leavers.h"
#include "dealdice/doc.h"
#include "dealdice/scenario.h"
#include "dealdice/simulate.h"
#include "engine/roster/roster.h"

/** What is compared with what. All borrowed. */
typedef struct {
    const dd_model *model;
    const dd_book *book;
    const dd_question *question;
    const char *currency;    /* NULL unknown */
    const dd_past *past;     /* read where reps are played */
    const dd_funnel *funnel; /* its `collect:` and `leads_from:` */
    int by_rep; /* reps are played one by one, in the base too; else deals alone */
} dd_whatif_base;

typedef struct {
    const dd_period *period;
    int64_t target;                 /* DD_NO_TARGET */
    double p_target, p_target_mcse; /* NAN without a target, as what follows */
    double p_target_change, p_target_change_mcse;
    double wins_change, wins_change_mcse; /* deals; NAN for the base */
    dd_summary bookings;
    dd_difference difference; /* of the period */
    dd_difference cumulative; /* from the first period to this one's end */
    double total, total_mcse; /* mean bookings from the first period to this one's end */
} dd_whatif_period;

/** The same hires, had new deals another source; all periods together. */
typedef struct {
    double market; /* share of new deals that reps only divide */
    double bookings_change, bookings_change_mcse; /* against a base read likewise */
    double p_target_change, p_target_change_mcse; /* of the first target */
} dd_whatif_reading;

typedef struct {
    const char *name, *says;   /* says: NULL nothing */
    dd_whatif_period *periods; /* as many as the question has */
    dd_economics economics;    /* none of the base, and without a margin */
    /* Where reps are played: */
    dd_roster *team;                            /* NULL: they are not */
    double orphaned_share, orphaned_share_mcse; /* of wins, won after the rep who first
                                                   had them had left; NAN unknown */
    dd_whatif_reading other;                    /* market NAN: nobody is hired */
} dd_whatif_scenario;

/** What one lever brings by itself. */
typedef struct {
    dd_lever_kind lever;
    const char *pipeline, *stage; /* NULL: all */
    dd_change change;
    double p_target_change, mcse; /* of the first target; NAN without one */
    double bookings_change, bookings_change_mcse; /* all periods together */
    double wins_change, wins_change_mcse;         /* deals, all periods together */
} dd_whatif_lever;

#define DD_GRID_MOST_AXES 2
#define DD_GRID_MOST_STEPS 21

#define DD_GRID_HIRE DD_LEVERS /* hires from the day after as-of: DD_CHANGE_TO so many */

/** A lever of all stages, in even steps. */
typedef struct {
    dd_lever_kind lever; /* or DD_GRID_HIRE */
    size_t n;
    dd_change change[DD_GRID_MOST_STEPS];
} dd_grid_axis;

typedef struct {
    size_t n_axes;
    dd_grid_axis axis[DD_GRID_MOST_AXES];
} dd_grid;

/** One point of the grid. */
typedef struct {
    dd_change change[DD_GRID_MOST_AXES];
    double p_target, p_target_mcse;      /* of the first target; NAN without one */
    double bookings_mean, bookings_mcse; /* all periods together */
} dd_grid_point;

typedef struct {
    dd_day as_of;
    char *currency; /* NULL unknown */
    size_t trials, n_periods;
    size_t target_period;     /* the first one with a target; n_periods: none */
    const dd_period *periods; /* the question's, which must outlive it */
    size_t n;
    dd_whatif_scenario *scenarios; /* the base first */
    size_t n_levers;
    dd_whatif_lever
        *levers;        /* by bookings_change, then by wins_change, from the greatest */
    dd_leavers leavers; /* dd_leavers_make; none unless asked for */
    dd_grid grid;
    dd_roster *grid_team; /* the team of its last point; NULL: no hires are in it */
    size_t n_points;
    dd_grid_point *points; /* the last axis runs fastest */
    int stopped; /* the question's watch stopped it: what was not whole by then is left
                    out, and to be asked for no more */
} dd_whatif;

/**
 * Play the base and each scenario.
 *
 * @param scenarios  n of them, borrowed as long as self lives
 * @return DD_OK; DD_EDATA as dd_model_apply and dd_book_apply; DD_ESTOPPED when not even
 *         the base was played; DD_ENOMEM. On failure self is freed.
 */
dd_status dd_whatif_make(dd_whatif *self, const dd_whatif_base *base,
                         const dd_scenario *scenarios, size_t n, dd_error *err);
/** Each lever by itself: 10 % more of every rate and of the size, 10 % shorter stays; a
 * rate that cannot grow so far, as far as it can. */
dd_status dd_whatif_pull_levers(dd_whatif *self, const dd_whatif_base *base,
                                dd_error *err);
/** All combinations of its axes. */
dd_status dd_whatif_fill_grid(dd_whatif *self, const dd_whatif_base *base,
                              const dd_grid *grid, dd_error *err);
/** "win_rate=0%:20% cycle=-20%:0%" -> axes of five even steps each; "...:20%/10": of ten
 * steps more than one point; "hire=0:10" in whole reps. @return DD_OK; DD_EUSAGE; DD_ENOMEM */
dd_status dd_grid_read(dd_grid *self, const char *text, dd_error *err);
/** Do reps have to be played for it? */
int dd_grid_has_hires(const dd_grid *self);
/** "hire", or the lever's name. */
const char *dd_grid_axis_name(const dd_grid_axis *self);
/** Its change at a point, as text: "3", "+10 %". @return buffer */
char *dd_grid_change_format(const dd_grid_axis *self, const dd_change *change,
                            char buffer[48]);
void dd_whatif_free(dd_whatif *self);

/** Keys as_of, currency, trials, warnings, scenarios, levers, leavers, grid; and what text
 * says. */
void dd_whatif_describe(const dd_whatif *self, const dd_notes *notes, dd_doc *doc);

#endif
