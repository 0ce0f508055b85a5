/**
 * @file sample.h
 * A made-up company from a known truth. Source: sim/answers/sample/sample.c (its deals),
 * sim/answers/sample/sample_truth.c (its rates).
 *
 * Deals arrive as a Poisson number per rep and week, on weekdays in working hours, at
 * the first stage. Each then follows the stages' exits in mixture form: the exit by its
 * share, the dwell by the exit's law, to the second; who takes no exit stays for ever.
 * Every deal has random numbers of its own, so that a rep more changes no other's deals.
 */
#ifndef DD_ANSWERS_SAMPLE_H
#define DD_ANSWERS_SAMPLE_H

#include "dealdice/doc.h"
#include "dealdice/funnel.h"

typedef struct {
    dd_moment at;
    int32_t stage; /* entered: index in the pipeline, DD_WON or DD_LOST */
} dd_sample_entry;

typedef struct {
    const char *account, *product; /* static */
    int chinese;                   /* written without a blank between them */
    int32_t owner;                 /* index in truth->sample.reps */
    int32_t segment; /* index in truth->sample.segments, -1: there are none */
    int64_t amount;  /* minor units, whole currency units */
    dd_moment created;
    size_t first, n; /* its entries, in order of time; n >= 1 */
    uint64_t key;    /* addresses its random numbers */
} dd_sample_deal;

/** Deals in order of creation; deal i is called D-(i + 1). */
typedef struct {
    const dd_funnel *truth; /* borrowed */
    size_t n_deals;
    dd_sample_deal *deals;
    size_t n_entries;
    dd_sample_entry *entries;
    size_t deal_room, entry_room;
} dd_sample;

/**
 * Make all deals that exist by the end of truth->sample.to; nothing later is in it.
 *
 * @param truth  with `sample:`, one pipeline in `stages:` and `exits` for each stage
 * @return DD_OK; DD_EDATA when one of these is missing, when more than 5 million deals
 *         are expected or an amount exceeds 2^47 minor units; DD_ENOMEM. On failure
 *         self is freed.
 */
dd_status dd_sample_make(dd_sample *self, const dd_funnel *truth, dd_error *err);
void dd_sample_free(dd_sample *self);

/**
 * Every rate as it was: {"seed","from","to","deals","currency","new_deals_per_rep_week",
 * "reps":[{"owner","team"}],"segments":[{"name","share"}],
 * "amount":{"median","log_sd","mean"},"win_rate","stages":[{"name","step_rate",
 * "win_rate","back","lost","never","dwell_days":{"p25","p50","p75"},
 * "exits":[{"to","share","law","median_days"}]}]}. Dwell quantiles are those of deals
 * that leave.
 */
dd_status dd_sample_describe(const dd_sample *self, dd_doc *doc, dd_error *err);

/** Which belief of truth->stages is about stage s of its pipeline; NULL: none. */
const dd_stage_belief *dd_sample_belief(const dd_funnel *truth, size_t stage);
/** Where an exit leads: a stage of the pipeline, DD_WON, DD_LOST. */
int32_t dd_sample_exit(const dd_funnel *truth, const char *to);

#endif
