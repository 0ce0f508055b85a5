/**
 * @file past.h
 * What was known on a day. Source: sim/history/past.c.
 *
 * The estimators accept only this. It holds copies of what was known at the end of
 * as-of and no way back to the history, so that looking into the future does not
 * compile.
 */
#ifndef DEALDICE_PAST_H
#define DEALDICE_PAST_H

#include "dealdice/history.h"

/** One deal's stay in one stage, as known on as-of. */
typedef struct {
    uint32_t deal; /* index in deals */
    int32_t pipeline;
    int32_t stage;
    int32_t exit;      /* stage it left for, DD_WON, DD_LOST, DD_RECYCLED, or DD_STILL */
    double from_days;  /* age from which it was watched: > 0 under left truncation */
    double dwell_days; /* in full, or so far; > 0: a recorded zero is half a unit */
    dd_moment entered;
    int64_t amount; /* as last known during the stay, or DD_UNKNOWN_AMOUNT */
} dd_spell;

/** A deal as known on as-of. */
typedef struct {
    const char *id; /* borrowed from the history, as are all strings here */
    const char *name;
    uint64_t key;
    int32_t pipeline, segment, kind, source, owner;
    int32_t first_stage; /* the stage it was created in; 0 where created is unknown */
    int32_t stage;       /* where it stands; DD_WON, DD_LOST, DD_RECYCLED when closed */
    dd_moment created;   /* DD_NO_MOMENT: unknown, or first seen at its end (then it has
                            no spell) */
    dd_moment entered;   /* into the stage where it stands, in layout DD_DEALS into Open;
                            DD_NO_MOMENT unknown */
    dd_moment closed;    /* DD_NO_MOMENT: open */
    int64_t amount;      /* as last known, DD_UNKNOWN_AMOUNT */
    int32_t first_owner; /* when first seen, -1 unknown; in layout DD_DEALS the file's */
    int64_t first_amount; /* when first seen; in layout DD_DEALS nobody knows it */
    size_t first, n;      /* its spells, in order */
    dd_moment close_expected;
    double probability;
} dd_past_deal;

/** Visits made or leads found on a day up to as-of. */
typedef struct {
    dd_day day;
    dd_activity_kind kind;
    int32_t owner; /* index in owners, -1: no deal is theirs */
    int on_deal;   /* concerns a deal that existed before that day: not a new one's */
    int64_t count;
} dd_past_activity;

typedef struct {
    dd_day as_of;     /* the last day that is known */
    dd_day starts;    /* exits are complete from this day on; DD_NO_DAY: always */
    dd_day first_day; /* of any known moment; as_of where there is none */
    dd_layout layout;
    int present; /* nothing in the history comes later; also of pasts made from such a one */
    dd_moment recording_unit;
    size_t n_pipelines;
    /* Pipelines, stages and names known by as-of, and their order as inferred from what
     * was known: owned arrays of borrowed strings. Indices differ from the history's. */
    const dd_pipeline *pipelines;
    dd_names owners, segments, kinds, sources; /* heads of the history's lists */
    size_t n_deals;
    dd_past_deal *deals;
    size_t n_spells;
    dd_spell *spells;
    size_t n_activities;
    dd_past_activity *activities;
    /* Reps who had begun by as-of, with ends that had come by then; on the history's last
     * day all, as planned. Their owner is -1 where no deal known was theirs. */
    size_t n_reps;
    dd_rep *reps;
    struct dd_arena *arena; /* of pipelines */
} dd_past;

/**
 * What was known at the end of as_of.
 *
 * In layout DD_DEALS, on a day before the history's last, all deals open then stand
 * in stage 0 ("Open"), without amount unless that column is filled for most open and
 * most lost deals; on the last day each stands in its stage with its amount.
 * In layout DD_SNAPSHOTS what is known is what photos up to as-of show; stays still open
 * are watched until the last of them. A deal that is no longer on that photo, though no
 * photo showed its end, left as DD_RECYCLED halfway to the first photo without it; one that
 * came and ended between two photos counts as one stay in the first stage. Unless
 * the funnel says otherwise exits are complete from the day after the first photo.
 * @param notes  told about left truncation; may be NULL
 * @return DD_OK; DD_EDATA when nothing was known or watched yet; DD_ENOMEM. On failure self is
 *         freed
 */
dd_status dd_history_as_of(dd_past *self, const dd_history *history, dd_day as_of,
                           dd_notes *notes, dd_error *err);
void dd_past_free(dd_past *self);

/**
 * What `later` says was known on an earlier day: deals created since are left out, those
 * ended since are open again; pipelines and names are borrowed from `later`. Amounts and
 * owners are the later ones, where the day's own are not told by spells; reps and
 * activities are left out. For fits that look back from one as-of.
 * @return DD_OK; DD_EDATA when nothing was known or watched yet; DD_ENOMEM
 */
dd_status dd_past_earlier(dd_past *self, const dd_past *later, dd_day as_of,
                          dd_error *err);

#endif
