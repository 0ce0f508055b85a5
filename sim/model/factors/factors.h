/**
 * @file factors.h
 * Factors on odds: who sells, to whom, what, from where and how large multiplies the
 * odds of ever winning, at every stage and age, dwell laws given the exit unchanged
 * (Doob's h-transform). With theta the product of a deal's factors and c its chance at its
 * stage and age, win curves become theta W / (1 - c + theta c), lost ones
 * L / (1 - c + theta c). Sources in sim/model/factors: factors.c (draws), factors_fit.c
 * (from a past), factors_held.c (whether they pay), factor_odds.c (how much),
 * factors_note.c (in words).
 *
 * Log odds of a factor's levels are N(0, spread^2) around what the rates say of all deals.
 * A factor whose levels do not differ is left out; a level that is unknown has odds 1.
 * Common odds are set anew for each draw so that the deals which the rates were learnt
 * from keep the chance that the rates give them together.
 */
#ifndef DD_MODEL_FACTORS_H
#define DD_MODEL_FACTORS_H

#include "dealdice/book.h"

#define DD_ODDS_NODES 33
#define DD_AMOUNT_BANDS 4

typedef enum {
    DD_BY_OWNER,
    DD_BY_SEGMENT,
    DD_BY_KIND,
    DD_BY_SOURCE,
    DD_BY_AMOUNT,
    DD_FACTORS,
} dd_factor_kind;

/** A deal's level of each factor, as when it was first seen: the number of a name in the
 * past's list, or of an amount band; -1 unknown, or a factor that is left out. */
typedef struct {
    int32_t of[DD_FACTORS];
} dd_levels;

/** Posterior of one level's log odds, on equally spaced points. */
typedef struct {
    uint64_t key; /* addresses its draws: of pipeline, factor and name */
    double exits; /* that deals with it were seen to take */
    double low, high;
    double mean, sd;
    double
        below[DD_ODDS_NODES]; /* chance to lie below each point: 0 at low, 1 at high */
} dd_odds;

typedef struct {
    size_t n;      /* levels; 0: left out */
    double spread; /* standard deviation of log odds among levels */
    dd_odds *level;
} dd_factor;

/** Deals that are alike to the factors. */
typedef struct {
    dd_levels levels;
    double chance; /* of ever winning when first seen, without factors */
    double deals;  /* that the rates were learnt from */
    double
        arrived; /* their share of the deals that arrived in the last 26 weeks, or ever
                       where none did */
} dd_alike;

typedef struct {
    size_t n; /* factors that are not left out; 0: all deals have the same odds */
    dd_factor factor[DD_FACTORS];
    int64_t band[DD_AMOUNT_BANDS - 1]; /* least amounts of bands 1.., minor units */
    size_t n_alike;
    dd_alike *alike;
} dd_factors;

struct dd_process;

/**
 * Learn by which factors the deals of a pipeline differ, and how much.
 *
 * Columns that are filled more often for deals open, lost or won than for the others are
 * left out, as are amounts in layout DD_DEALS: they tell the outcome. In that layout
 * there are none at all on a day before the present, when owners and the like are final.
 * Factors are learnt twice, the first time as of the day by which two wins in three had
 * come: where they would have told the ends since worse than the rates alone, there are
 * none.
 * @param process  its rates have been learnt; the factors are to become its own
 * @return DD_OK or DD_ENOMEM
 */
dd_status dd_factors_fit(dd_factors *self, const struct dd_process *process,
                         const dd_past *past, int32_t pipeline, const dd_funnel *funnel,
                         dd_error *err);
/** Tell by which factors deals differ, and how far: code "odds_differ".
 * @param notes  may be NULL */
dd_status dd_factors_note(const struct dd_process *process, const dd_past *past,
                          dd_notes *notes);
void dd_factors_free(dd_factors *self);

/** What a factor is called: "owner", "segment", "kind", "source", "amount". */
const char *dd_factor_name(dd_factor_kind kind);

/** The band of an amount; -1: unknown, or nothing. */
int32_t dd_factors_band(const dd_factors *self, int64_t amount);
/** Levels of a deal, and of an open one of the book. */
dd_levels dd_factors_levels_of(const dd_factors *self, const dd_past_deal *deal);
dd_levels dd_factors_levels(const dd_factors *self, const dd_book *book, size_t deal);

/** One set of log odds of all levels, factor after factor. */
size_t dd_factors_n_levels(const dd_factors *self);
void dd_factors_mean(const dd_factors *self, double *log_odds);
/** The posterior draw of a block, a stream for each level. */
void dd_factors_draw(const dd_factors *self, uint64_t seed, uint32_t block,
                     double *log_odds);
/** Sum over a deal's factors. */
double dd_factors_sum(const dd_factors *self, const double *log_odds,
                      const dd_levels *levels);
/**
 * Odds of each kind of deal, with the common odds that keep the chance of all of them
 * together: sum deals theta p / (1 - p + theta p) = sum deals p.
 *
 * @param theta  n_alike, set
 * @return log of the common odds, included in theta
 */
double dd_factors_centre(const dd_factors *self, const double *log_odds, double *theta);

/** A chance on other odds. */
static inline double
dd_on_odds(double chance, double theta)
{
    return theta * chance / (1.0 - chance + theta * chance);
}

#endif
