/**
 * @file scenario.h
 * What a what-if changes: levers, single deals, the team. Sources: sim/input/scenario.c,
 * and for the files sim/input/scenario_file.c, sim/input/scenario_team.c and
 * sim/input/scenario_rules.c.
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

/** Reps who start together. */
typedef struct {
    int64_t count;
    dd_day start; /* the first day of work */
    char *team; /* told in the answer, nothing else; NULL: not said; owned, like ramp */
    size_t n_ramp; /* 0: as the company's own, or the preset's */
    double *ramp;  /* share of a full rep's effort, by month since the start; later: 1 */
    dd_place start_place, team_place;
} dd_hire;

/** A rep who goes. */
typedef struct {
    char *owner;
    dd_day date; /* the first day without them */
    char *to;    /* who takes the deals over; NULL: those who are there, by lot */
    dd_place place, date_place, to_place;
} dd_leave;

/** From a month of tenure on, so many leavers per head and month: 1/6 is a mean tenure of
 * six months. */
typedef struct {
    double from_month;
    double a_month; /* 0..1 */
} dd_attrition;

/** Parts of a pipeline by thirds of its stages: the lower is the nearest to winning. */
typedef enum { DD_UPPER, DD_MIDDLE, DD_LOWER, DD_PARTS } dd_part;

/** What becomes of a leaver's deals in one part. */
typedef struct {
    double delay_days; /* nobody advances it meanwhile; it may be lost */
    double odds;       /* times those of ever winning, above 0, at most 1 */
} dd_handover;

typedef enum { DD_NO_PRESET, DD_PRESET_EXPERT, DD_PRESET_FIELDFORCE } dd_preset;

/** Rules that a preset may set. */
enum {
    DD_RULE_RAMP = 1,
    DD_RULE_ATTRITION = 2,
    DD_RULE_REFILL = 4,
    DD_RULE_RECYCLE = 8, /* after how long */
    DD_RULE_RECYCLE_ODDS = 16,
    DD_RULE_DELAY = 32, /* of the upper part; << DD_MIDDLE, << DD_LOWER of the others */
    DD_RULE_ODDS = 256, /* likewise */
};

/** How a team comes, goes and hands over. NAN: not said. */
typedef struct {
    dd_preset preset;   /* fills what is not said beside it (dd_scenario_rules) */
    unsigned by_preset; /* DD_RULE_ bits: what it has filled, if only in part */
    size_t n_hires;
    dd_hire *hires; /* owned, as are the other arrays */
    size_t n_leaves;
    dd_leave *leaves;
    size_t n_attrition; /* 0: not said; by ascending months, the first from 0 */
    dd_attrition *attrition;
    size_t n_ramp; /* of hires without one of their own, and of who follows a leaver: */
    double *ramp;  /* only a preset's */
    double refill_days;             /* until a leaver's place is taken */
    dd_handover handover[DD_PARTS]; /* each figure by itself may be NAN */
    double recycle_days;            /* a lost deal is back after, once ... */
    double recycle_odds;            /* ... at odds times those of a new one */
    double referral;                /* 0..1: new deals bred by each won one */
    double market;  /* `leads_from`: the share of new deals that more reps only divide */
    dd_place place; /* of the first of its keys */
} dd_team_rules;

/** Nothing said. */
void dd_team_rules_init(dd_team_rules *self);
void dd_team_rules_free(dd_team_rules *self);
/** Is anything said beside hires and leavers, which have days of their own? */
int dd_team_has_rules(const dd_team_rules *team);

/**
 * One file's worth of changes.
 *
 * Levers act from the morning of `from` on. Rates, stays and chances: a deal lives by the
 * old ones until then and by the new ones from where it stands. The size: of what is won
 * from then on. The market: it multiplies what a deal's -log(1 - W) gains from then on,
 * and the arrivals. Visits and leads: those made from then on.
 *
 * So do rules of the team. Attrition: its hazards, by tenure as ever. Ramp, refill and
 * handover: who comes or goes from then on. Recycling: what is lost, and referrals: what is
 * won from then on. Hires, leavers and changes of single deals have days of their own.
 */
typedef struct {
    char *path;  /* owned; places point here. NULL: made by a program */
    dd_day from; /* when levers and rules start to act; DD_NO_DAY: the day after as-of */
    dd_place from_place;
    size_t n_levers;
    dd_lever *levers;
    size_t n_deals;
    dd_deal_change *deals;
    dd_team_rules *team; /* NULL: nothing said of the team */
} dd_scenario_layer;

typedef struct {
    char *name;
    char *says;                  /* NULL: nothing */
    double margin;               /* share of bookings that is earned; NAN: not said */
    double rep_month, hire_once; /* what a rep costs a month, a hire once; minor units,
                                    NAN: not said */
    size_t n_layers;
    dd_scenario_layer *layers; /* what it is built on comes first */
} dd_scenario;

/** A scenario without any change. @param name  copied */
dd_status dd_scenario_init(dd_scenario *self, const char *name, dd_error *err);
/** Add a change to the last layer. @param pipeline, stage  copied; may be NULL */
dd_status dd_scenario_add(dd_scenario *self, dd_lever_kind kind, const char *pipeline,
                          const char *stage, dd_change change, dd_error *err);

/** Add hires who start on a day to the last layer, ramping as the company's do; 0 of them:
 * nothing. */
dd_status dd_scenario_hire(dd_scenario *self, int64_t count, dd_day start,
                           dd_error *err);

/**
 * Read a scenario file, and the ones that it is built on (`base:`).
 *
 * @return DD_OK; DD_EIO; DD_EDATA with one problem per unknown key, key that is not
 *         served yet, change that cannot be read, and for a missing name or a `base:`
 *         that leads back; DD_ENOMEM. On failure self is freed.
 */
dd_status dd_scenario_read(dd_scenario *self, const char *path, dd_error *err);
void dd_scenario_free(dd_scenario *self);

/** Does it change the team, so that reps have to be played? */
int dd_scenario_has_team(const dd_scenario *self);
/**
 * The rules of a day: hires and leavers of all layers, of the rest what the last layer says
 * of those that have started by then; a preset fills what its own layer leaves unsaid, over
 * the layers below.
 *
 * @param rules  owns its arrays (dd_team_rules_free)
 */
dd_status dd_scenario_rules(dd_team_rules *rules, const dd_scenario *self, dd_day day,
                            dd_error *err);
/** The next day after this one on which a layer's rules start; DD_NO_DAY: none. */
dd_day dd_scenario_rules_change(const dd_scenario *self, dd_day after);

/** Read a change as scenario files write it, n bytes: "+10%", "-2pp", "30%", "12万".
 * @return 0; -1 for what is no change of such a lever; -2 for one out of range */
int dd_change_read(dd_change *self, const char *text, size_t n, dd_lever_kind kind);
/** Write it back: "+10 %", "+2 pp", "30 %"; amounts in currency units. @return buffer */
char *dd_change_format(const dd_change *self, dd_lever_kind kind, char buffer[48]);

#endif
