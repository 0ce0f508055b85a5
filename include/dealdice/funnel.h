/**
 * @file funnel.h
 * The funnel file: stages, words, beliefs, targets. Source: sim/input/funnel_file.c.
 */
#ifndef DEALDICE_FUNNEL_H
#define DEALDICE_FUNNEL_H

#include "dealdice/date.h"
#include "dealdice/error.h"

#include <stdint.h>

#define DD_UNKNOWN_AMOUNT INT64_MIN

/** Ends of a deal, beside the stages 0, 1, 2, ... of its pipeline. */
enum { DD_WON = -1, DD_LOST = -2, DD_RECYCLED = -3, DD_STILL = -4 };

/** How a history file is laid out; told by its columns. */
typedef enum {
    DD_EVENTS,    /* a row per stage entry */
    DD_DEALS,     /* a row per deal */
    DD_SNAPSHOTS, /* the pipeline photographed again and again */
} dd_layout;

/** A belief: nothing, one fixed figure, or a 90 % range "a to b" (low < high). */
typedef struct {
    int given;
    double low; /* low == high: one fixed figure */
    double high;
} dd_belief;

/** Dwell law of one exit in mixture form. */
typedef enum {
    DD_LAW_EXPONENTIAL, /* a: mean days */
    DD_LAW_WEIBULL,     /* a: shape, b: scale days */
    DD_LAW_LOGNORMAL,   /* a: median days, b: log sd */
    DD_LAW_FIXED,       /* a: days, always the same; 0 resolves at once */
} dd_law_kind;

typedef struct {
    dd_law_kind kind;
    double a;
    double b;
} dd_law;

typedef struct {
    char *to;     /* stage name, or the first word of won/lost */
    double share; /* of those who enter the stage, 0..1 */
    dd_law days;
} dd_exit_belief;

/** What is believed of one stage; `exits` replaces win_rate and days. */
typedef struct {
    char *pipeline; /* NULL: the only one, or every one that has this stage */
    char *stage;
    dd_belief win_rate;
    dd_belief days; /* mean stay whatever the exit */
    size_t n_exits;
    dd_exit_belief *exits;
    dd_place place; /* for messages; file is the funnel's */
} dd_stage_belief;

typedef struct {
    char *name;
    size_t n_stages;
    char **stages; /* in order */
} dd_pipeline_names;

typedef struct {
    char *period;   /* label as written */
    char *group;    /* NULL: all */
    int64_t amount; /* minor units */
    dd_place place;
} dd_period_amount;

typedef struct {
    char *known;   /* our name: deal_id */
    char *heading; /* the file's own: 商机编号 */
    dd_place place;
} dd_column_name;

typedef struct {
    size_t n;
    char **items;
} dd_words;

typedef struct {
    char *owner;
    char *team;
} dd_sample_rep;

typedef struct {
    char *name;
    double share;
} dd_share;

/** An exchange rate: one unit of the currency is so much of the company's. */
typedef struct {
    char *currency; /* USD */
    double rate;    /* 7.1; above 0 */
} dd_fx;

/** What an activity is; its words are the company's own. */
typedef enum { DD_VISIT, DD_LEAD, DD_OTHER_ACTIVITY } dd_activity_kind;

/** Visits that a deal takes while it is in a stage. */
typedef struct {
    char *stage;
    double visits;
    dd_place place;
} dd_stage_visits;

/** The `effort:` section: what is believed of visits and leads; activities update it. */
typedef struct {
    dd_belief visits_per_rep_week; /* decided: so many are made, whatever the market */
    dd_belief visits_per_opportunity; /* at least 1 */
    dd_belief leads_per_visit;        /* at least 1 */
    size_t n_stages;
    dd_stage_visits *stages;
} dd_effort_belief;

/** One instalment: cash follows a booking after so many days. */
typedef struct {
    double share; /* of the amount, 0..1; all instalments add up to 1 */
    double days;  /* whole, at least 0 */
} dd_instalment;

/** The `sample:` section of a TRUTH.yaml. */
typedef struct {
    int given;
    uint64_t seed;
    dd_day from, to;
    char *layout; /* events | deals | snapshots */
    double new_deals_per_rep_week;
    size_t n_reps;
    dd_sample_rep *reps;
    size_t n_segments;
    dd_share *segments;
    dd_law amount; /* lognormal: a = median in minor units, b = log sd */
    char *names;   /* en | zh | both */
} dd_sample_truth;

/** Parts of the model that a company may do without, as `backtest --tune` finds. */
enum {
    DD_PART_LEVEL = 1,    /* markets move for all deals together */
    DD_PART_TRACKING = 2, /* where the level of wins stands now */
    DD_PART_CLOCK = 4,    /* weekdays and weeks of the quarter */
    DD_PART_MEMORIES = 8, /* arrivals forgotten as past windows tell; else 26 weeks */
    DD_PART_FACTORS = 16, /* odds by owner, segment, kind, source, amount */
    DD_PART_SEASON = 32,  /* months of the year in which more deals arrive, or fewer */
};

/** The `model:` section; zeroed, every part is on. */
typedef struct {
    unsigned off;  /* DD_PART_ bits */
    double spread; /* the level's spreads are multiplied by it; 0: not said, 1 */
} dd_parts;

typedef struct {
    char *path; /* of the funnel file; NULL when a history was given alone */
    /* Files, resolved against the funnel file's folder; a folder stands for its CSV files
     * in the order of their names. */
    dd_words history;
    char *reps; /* paths, resolved as well; NULL: not said */
    char *activities;
    char *holidays;               /* "CN", or the path of a file; NULL: not said */
    struct dd_workdays *workdays; /* what they are: base/workdays.h; models borrow it */
    char *currency;               /* NULL: not said */
    dd_period_kind period;
    int fiscal_year_starts; /* month 1..12 */
    size_t n_columns;
    dd_column_name *columns;
    size_t n_pipelines; /* 0: to be inferred from the history */
    dd_pipeline_names *pipelines;
    dd_words won, lost, recycled;     /* the user's words; known ones are added by the
                                         reader */
    dd_words visit_words, lead_words; /* activity_names; likewise */
    size_t n_fx;
    dd_fx *fx; /* into `currency`, which is then given */
    int timezone_given;
    int utc_offset_seconds; /* of the company's clock; 0 where not given */
    dd_day history_starts;  /* DD_NO_DAY: to be inferred */
    size_t n_targets;
    dd_period_amount *targets;
    size_t n_booked;
    dd_period_amount *booked;
    int64_t team;        /* heads; 0: not said */
    double worth;        /* past deals a stage's beliefs are worth; 0: not said */
    dd_belief deal_size; /* minor units */
    dd_belief new_deals_per_rep_week;
    size_t n_ramp;
    double *ramp; /* share of a full rep's effort, by month since the start; later: 1 */
    size_t n_stages;
    dd_stage_belief *stages;
    dd_effort_belief effort;
    size_t n_collect;
    dd_instalment *collect; /* none: cash is not asked for */
    double market;          /* `leads_from`: the share of new deals that more reps only
                               divide, 0..1; NAN: not said */
    int new_business;       /* 1 estimated, 0 off */
    int rates_estimated;    /* uncertainty: rates */
    int level_estimated;    /* uncertainty: level */
    dd_parts parts;
    dd_sample_truth sample;
} dd_funnel;

/** Everything at its default: no file, quarters from January, all estimated. */
void dd_funnel_init(dd_funnel *self);

/**
 * Read a funnel.yaml, or take a history file or folder alone (anything that does not end
 * in .yaml or .yml is one: then only `history` is set).
 *
 * @param notes  told what was decided; may be NULL
 * @return DD_OK; DD_EIO for a file or folder that cannot be read; DD_EDATA with one
 *         problem per unknown key, wrong type, value out of range, alias, duplicate key,
 *         falling win rates, exchange rates into no currency, and for a folder without
 *         CSV files; DD_ENOMEM. On failure self is freed.
 */
dd_status dd_funnel_read(dd_funnel *self, const char *path, dd_notes *notes,
                         dd_error *err);
void dd_funnel_free(dd_funnel *self);

#endif
