/**
 * @file scenario.h
 * What a what-if changes: levers and single deals. Sources: sim/input/scenario.c, and
 * sim/input/scenario_file.c for the files.
 */
#ifndef DEALDICE_SCENARIO_H
#define DEALDICE_SCENARIO_H

#include "dealdice/funnel.h"

typedef enum {
    DD_CHANGE_NONE,
    DD_CHANGE_TIMES,  /* "+10%": times 1.10 */
    DD_CHANGE_POINTS, /* "+2pp": plus 0.02 */
    DD_CHANGE_TO,     /* "30%", "60 days", "12万": set */
} dd_change_kind;

typedef struct {
    dd_change_kind kind;
    double
        value; /* factor, points of 1, or the figure itself: a share, days, minor units */
} dd_change;

/** What a figure becomes; unchanged under DD_CHANGE_NONE. */
double dd_change_apply(const dd_change *self, double figure);

typedef enum {
    DD_LEVER_STEP_RATE, /* share of a stage's deals that move on */
    DD_LEVER_WIN_RATE,  /* of a stage by its own exits; without stage, of all deals */
    DD_LEVER_CYCLE,     /* the remaining stay of every deal; TO: the stage's mean stay */
    DD_LEVER_DEAL_SIZE, /* what won deals bring; TO: the mean of new ones */
    DD_LEVER_MARKET,    /* the level of wins and of arrivals; TO: against normal */
    DD_LEVER_VISITS,    /* made a rep and week; TO: where the funnel decides visits */
    DD_LEVER_LEADS,     /* found a rep and week: as many more visits; never TO */
    DD_LEVERS,
} dd_lever_kind;

/** "step_rate": the key that it has in a scenario file. */
const char *dd_lever_name(dd_lever_kind kind);

typedef struct {
    dd_lever_kind kind;
    char *pipeline; /* NULL: every pipeline */
    char *stage;    /* NULL: all stages; owned, like pipeline */
    dd_change change;
    dd_place place; /* of the value; no file where a program made it */
} dd_lever;

typedef enum {
    DD_DEAL_CHANGED, /* by what of win_rate, close and amount is given */
    DD_DEAL_LOST,
    DD_DEAL_WON, /* on the first day after as-of, or on `close` */
} dd_deal_fate;

typedef struct {
    char *id;
    dd_deal_fate fate;
    dd_change win_rate; /* the chance of ever winning */
    dd_day close;       /* the day on which it is won, if it is; DD_NO_DAY: any */
    int64_t amount;     /* minor units, DD_UNKNOWN_AMOUNT: as it is */
    dd_place place;     /* of its key */
} dd_deal_change;

/** One file's worth of changes. */
typedef struct {
    char *path;  /* owned; places point here. NULL: made by a program */
    dd_day from; /* when its levers start to act; DD_NO_DAY: the day after as-of */
    dd_place from_place;
    size_t n_levers;
    dd_lever *levers;
    size_t n_deals;
    dd_deal_change *deals;
} dd_scenario_layer;

typedef struct {
    char *name;
    char *says;    /* NULL: nothing */
    double margin; /* share of bookings that is earned; NAN: not said */
    size_t n_layers;
    dd_scenario_layer *layers; /* what it is built on comes first */
} dd_scenario;

/** A scenario without any change. @param name  copied */
dd_status dd_scenario_init(dd_scenario *self, const char *name, dd_error *err);
/** Add a change to the last layer. @param pipeline, stage  copied; may be NULL */
dd_status dd_scenario_add(dd_scenario *self, dd_lever_kind kind, const char *pipeline,
                          const char *stage, dd_change change, dd_error *err);

/**
 * Read a scenario file, and the ones that it is built on (`base:`).
 *
 * @return DD_OK; DD_EIO; DD_EDATA with one problem per unknown key, key that is not
 *         served yet, change that cannot be read, and for a missing name or a `base:`
 *         that leads back; DD_ENOMEM. On failure self is freed.
 */
dd_status dd_scenario_read(dd_scenario *self, const char *path, dd_error *err);
void dd_scenario_free(dd_scenario *self);

/** Read a change as scenario files write it, n bytes: "+10%", "-2pp", "30%", "12万".
 * @return 0; -1 for what is no change of such a lever; -2 for one out of range */
int dd_change_read(dd_change *self, const char *text, size_t n, dd_lever_kind kind);
/** Write it back: "+10 %", "+2 pp", "30 %"; amounts in currency units. @return buffer */
char *dd_change_format(const dd_change *self, dd_lever_kind kind, char buffer[48]);

#endif
