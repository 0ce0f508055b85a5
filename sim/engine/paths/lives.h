/**
 * @file lives.h
 * Deals as paths play them: where they start, on which luck, what they bring. Sources:
 * sim/engine/paths/lives.c; sim/engine/paths/lives_laws.c (laws of a block).
 *
 * On other odds a path is tried until it is taken, with a chance in proportion to its
 * weight, theta where it is won in the end and 1 where not (Doob's transform by
 * rejection): deals win on theta times the odds and dwell given their exits as ever. Each
 * try has a stream of its own; the one that is taken is the deal's luck.
 */
#ifndef DD_ENGINE_LIVES_H
#define DD_ENGINE_LIVES_H

#include "engine/cells/guide.h"
#include "engine/paths/pace.h"
#include "engine/paths/paths.h"
#include "engine/paths/paths_run.h"

#define DD_NEW_DEAL UINT32_MAX
#define DD_LIVES 1024 /* in a batch */

/** A deal in one trial. */
typedef struct {
    dd_path_start start; /* of its first try; age NAN: unknown */
    double theta;        /* its odds of ever winning against its stage's */
    uint32_t deal;       /* of the book, or DD_NEW_DEAL */
    uint32_t tries;      /* that were not taken */
    uint32_t pipeline;
    uint32_t mark;  /* the caller's */
    double wins_on; /* above 0: a scenario has it won on that working day */
} dd_life;

/** A law in the block at hand, as if it held at once. */
typedef struct {
    dd_pace_finder *finder;
    dd_risks *risks; /* per stage of all pipelines */
    dd_paces pace;
} dd_life_law;

/** What one thread plays with. */
typedef struct {
    const dd_path_run *run;
    dd_table_maker *maker;
    size_t *first_stage; /* per pipeline: where its stages stand among all */
    dd_life_law *laws;   /* run->laws.n */
    size_t law;          /* the one in force; its: */
    dd_risks *risks;
    const dd_paces *pace;
    dd_paths paths;
    dd_life *life; /* of the paths in the batch */
    int all_even;  /* none of them on other odds */
    /* Of the block at hand: */
    const dd_tables *tables;
    size_t lane;
    dd_guide *fresh; /* per pipeline: of what deals to come are worth */
    size_t first_trial, trials;
} dd_lives;

dd_status dd_lives_init(dd_lives *self, const dd_path_run *run, dd_error *err);
void dd_lives_free(dd_lives *self);

/** Draw DD_LANES blocks from this one on. Allocates nothing, as what follows. */
void dd_lives_draw(dd_lives *self, size_t first_block);
/** Turn to one of them. */
void dd_lives_begin(dd_lives *self, size_t lane);
/** Turn to a stretch of its trials. */
void dd_lives_turn(dd_lives *self, size_t first_trial, size_t trials);

/** Put a law into force; with each block the first one is. */
void dd_lives_take_law(dd_lives *self, size_t law);

/** A pipeline's rates by the law in force. */
const dd_rates *dd_lives_rates(const dd_lives *self, size_t pipeline);

/** Told of a deal whose path is taken: its end or present stage, and the day of it.
 * Deals that come once a later law is in force are told untried, DD_STILL. */
typedef void dd_life_taken(void *who, const dd_life *life, int32_t end, double day);

/**
 * Play the stretch's open deals and those to come, pipeline after pipeline.
 *
 * @param arrivals  share of the deals to come that are played, 0..1
 */
void dd_lives_play(dd_lives *self, double arrivals, dd_life_taken *taken, void *who);

/** A deal that enters its pipeline in this trial on a day: stage, odds and luck. */
void dd_lives_enter(const dd_lives *self, dd_life *life, size_t pipeline, uint64_t item,
                    size_t trial, double day, double u_stage);

/** The stage that a deal enters first, by u in (0, 1). */
static inline int32_t
dd_process_enter(const dd_process *process, double u)
{
    int32_t stage = 0, last = (int32_t) process->n_stages - 1;

    for (; stage < last && u >= process->arrivals.share[stage]; stage++)
        u -= process->arrivals.share[stage];
    return stage;
}
/** Are all deals to come of even odds in the block at hand? Then their luck is their
 * first try's. */
int dd_lives_are_plain(const dd_lives *self);

/** New deals a calendar day of all pipelines in a trial; and one of them by u in (0, 1),
 * as deals arrive. */
double dd_lives_per_day(const dd_lives *self, size_t trial);
size_t dd_lives_pipeline(const dd_lives *self, double u);

/** Let deals try until a path is taken: only those on other odds have to, whose mark is
 * then whether it is won. Not more than DD_LIVES at once. */
void dd_lives_choose(dd_lives *self, dd_life *life, size_t n);

/** A deal of dd_lives_enter as it enters by the law that is now in force. */
void dd_lives_renew(dd_lives *self, dd_life *life);

/** Paths of a pipeline that begin a spell in these stages, struct of arrays. */
typedef struct {
    size_t n; /* at most DD_LIVES */
    const int32_t *stage;
    const uint64_t *item, *place; /* of the spells, as of dd_spells */
    const float *pace;
    int32_t *won; /* told: 1 or 0 */
} dd_ways;

/** Which of them are won by a law, with nothing in their way. */
void dd_lives_follow(dd_lives *self, const dd_life_law *law, size_t pipeline,
                     const dd_ways *ways);

/** The stream's item of the try at hand, and where its path starts. */
uint64_t dd_life_item(const dd_life *self);
dd_path_start dd_life_start(const dd_lives *lives, const dd_life *self);

/** Who is won: what his amount depends on. */
typedef struct {
    uint64_t item; /* dd_life_item */
    uint32_t trial;
    uint32_t deal, pipeline; /* as of dd_life */
} dd_worth;

/** What they bring, minor units; not more than DD_SPELLS at once. */
void dd_lives_worth(const dd_lives *self, const dd_worth *of, size_t n, int64_t *amount);

#endif
