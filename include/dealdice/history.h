/**
 * @file history.h
 * All deals of a company, as read. Source: sim/history/history.c.
 *
 * Immutable once read; owns every string in it (one arena). What was known on a day
 * is a dd_past, and that alone reaches the estimators.
 */
#ifndef DEALDICE_HISTORY_H
#define DEALDICE_HISTORY_H

#include "dealdice/funnel.h"

struct dd_arena;

/** One line of a deal's life: from `at` on it stands in `stage`. */
typedef struct {
    dd_moment at;
    dd_moment known; /* when that was written down: at, but in layout DD_SNAPSHOTS the
                        photo that showed it */
    int32_t stage;   /* of its pipeline, or DD_WON, DD_LOST, DD_RECYCLED */
    int32_t owner;   /* index in owners, -1 unknown */
    int64_t amount;  /* minor units at that time, DD_UNKNOWN_AMOUNT */
    int32_t file;    /* index in files */
    long line;
} dd_entry;

typedef struct {
    const char *id;
    uint64_t key;               /* hash of the id: addresses the deal's random numbers */
    const char *name, *account; /* NULL unknown */
    int32_t pipeline;
    int32_t segment, kind, source; /* index in the lists below, -1 unknown */
    size_t first, n;               /* its entries, in order of time */
    dd_moment created; /* as its earliest row states it, DD_NO_MOMENT (layouts DD_DEALS,
                          DD_SNAPSHOTS) */
    /* Final knowledge, good at the present as-of only (layout DD_DEALS); in others what the
     * last row says: */
    int32_t stage_now;
    int32_t owner_now; /* index in owners, -1 unknown */
    int64_t amount_now;
    dd_moment close_expected; /* the CRM's own, DD_NO_MOMENT */
    double probability;       /* the CRM's own, 0..1, NAN unknown */
} dd_deal;

typedef struct {
    const char *name;
    size_t n_stages;
    const char **stages; /* in order; layout DD_DEALS: the first is "Open" */
    size_t n_given;      /* the first of them that do not come from the rows: told by the
                       funnel, or "Open"; known on any day */
} dd_pipeline;

/** One row that was not used, and why. */
typedef struct {
    int32_t file;
    long line;
    const char *column, *value, *reason; /* column, value may be NULL; value is cut after
                                            200 bytes */
    const char *code;                    /* groups refusals of one kind: "bad_date" */
} dd_refusal;

/** A span of time in which somebody sells, as the file of reps says. */
typedef struct {
    const char *name;
    const char *team;  /* NULL unknown */
    int32_t owner;     /* index in owners, -1: no deal is theirs */
    dd_day start, end; /* first and last day; DD_NO_DAY: from ever, still there */
    int64_t quota;     /* minor units a period, DD_UNKNOWN_AMOUNT */
    dd_period_kind quota_period;
    long line;
} dd_rep;

/** Visits made, leads found and the like on one day. */
typedef struct {
    dd_day day;
    dd_activity_kind kind;
    const char *word; /* as the file calls it */
    const char *name; /* who; NULL unknown */
    int32_t owner;    /* index in owners, -1: no deal is theirs */
    int32_t deal;     /* index in deals, -1: of no deal */
    int64_t count;    /* at least 0 */
} dd_activity;

typedef struct {
    const char *path;
    const char *layout, *encoding; /* layout "reps" and "activities" are no history */
    size_t rows, refused;
} dd_file;

typedef struct {
    size_t n;
    const char **items;
} dd_names;

typedef struct {
    dd_layout layout;
    size_t n_files;
    dd_file *files;
    size_t n_pipelines;
    dd_pipeline *pipelines;
    size_t n_pipelines_given; /* the first of them: told by the funnel, not by rows */
    /* In order of first use, so that what was known on a day is the head of each list. */
    dd_names owners, segments, kinds, sources;
    size_t n_deals;
    dd_deal *deals; /* in the order in which the files hold their earliest rows */
    size_t n_entries;
    dd_entry *entries;
    size_t n_reps;
    dd_rep *reps; /* in the order of their file; spans of one rep do not overlap */
    size_t n_activities;
    dd_activity *activities; /* in the order of their file: not that of time */
    size_t n_refusals;       /* stored; all are counted in the files */
    dd_refusal *refusals;
    dd_day first_day, last_day; /* of the known moments: last_day is the present as-of */
    dd_moment recording_unit;   /* seconds: 86400 when only dates are written, else 1 */
    size_t n_photos;
    const dd_day *photos; /* layout DD_SNAPSHOTS: days of photos, ascending */
    dd_day starts;        /* funnel's history_starts, or DD_NO_DAY */
    const char *currency; /* from the rows; NULL unknown */
    struct dd_arena *arena;
} dd_history;

/**
 * Read the funnel's history files, reps and activities.
 *
 * Rows that cannot be used are refused, counted and kept as dd_refusal; the rest is
 * used. Stages and their order come from the funnel, else are inferred.
 * @param notes  told every decision; may be NULL
 * @return DD_OK; DD_EIO; DD_EDATA when no row can be used or no column is known
 *         (with what was found and what would do); DD_ENOMEM. On failure self is freed.
 */
dd_status dd_history_read(dd_history *self, const dd_funnel *funnel, dd_notes *notes,
                          dd_error *err);
void dd_history_free(dd_history *self);

#endif
