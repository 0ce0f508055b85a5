/**
 * @file level.h
 * How busy the market is against normal: one level of wins and one of arrivals a
 * trial, common to all deals. Source: sim/model/level/level.c; what past windows tell of it in
 * sim/model/level/level_fit.c.
 *
 * Markets drift and jump for all deals together, so that deals are not independent. How
 * much they do is told by windows that lie in past periods as the days ahead do in theirs:
 * what came in them against what a forecast made at their start expected. Each posterior
 * draw takes a spread of its own: plugging in one made 80 % intervals cover 67 %.
 */
#ifndef DD_MODEL_LEVEL_H
#define DD_MODEL_LEVEL_H

#include "base/rng.h"
#include "dealdice/question.h"
#include "model/level/memory.h"

#define DD_SPREADS 64
#define DD_TAILS 8
#define DD_WAYS (DD_MOVE_MEMORIES * DD_TRACKS)
#define DD_LEAST_KNOWN_WINS 30 /* a fit on fewer says nothing of the market */
#define DD_MOST_WINDOWS 24     /* the latest ones are used */

/** Levels in one posterior draw. */
typedef struct {
    double wins; /* scale of the logarithm of the level of wins, 0..1 */
    double arrivals;
    double correlation; /* of their logarithms, -0.9..0.9 */
    double wins_mean;   /* the tracked present level; 1: as history has it */
    size_t moves;       /* how moves are remembered: index of DD_MOVE_MEMORIES */
    size_t memory;      /* how arrivals are counted: index of DD_MEMORIES */
} dd_spread;

/** What one past window came to against what was expected at its start. */
typedef struct {
    dd_day from;
    int32_t days;
    double wins;
    double expected_wins[DD_MOVE_MEMORIES]; /* given the deals that arrived */
    double response[DD_MOVE_MEMORIES];      /* of their logarithm to the level's, 0..1 */
    double luck[DD_MOVE_MEMORIES];          /* variance of wins over their mean, 0..1 */
    double arrivals, expected_arrivals[DD_MEMORIES];
    double counted[DD_MEMORIES]; /* arrivals that the expectation rests on */
    size_t known_wins;           /* that its fit rested on */
} dd_level_window;

/** Windows that lie in past periods as the days ahead do in theirs, oldest first. */
typedef struct {
    size_t n;
    dd_level_window window[DD_MOST_WINDOWS];
} dd_level_windows;

/** Posterior of the spreads: chances over a grid, cumulative. */
typedef struct dd_level {
    /* [how moves are remembered and the present level is tracked][spread] */
    double wins[DD_WAYS][DD_SPREADS];
    double arrivals[DD_MEMORIES][DD_SPREADS];
    double wins_mean[DD_WAYS]; /* the present level by each way */
    double memory_chance[DD_MEMORIES];
    size_t windows;                      /* that carried weight */
    double wins_spread, arrivals_spread; /* posterior means */
    double present; /* level of wins now, posterior mean; 1: as history has it */
    double tracked; /* chance that the level moves and stays moved */
    double
        scale; /* of spreads drawn: the funnel's `model: {spread: }`, 0 without level */
    /* What it was fitted to, for a fit with other parts. The near ones are fortnights up
     * to as-of, of arrivals alone, where what is forecast is longer than two of them. */
    dd_level_windows far, near;
} dd_level;

/** No window: the priors, of all parts. */
void dd_level_prior(dd_level *self);

/**
 * Posterior given windows, oldest first: half-t3(0.35) cut to [0, 1] times Poisson
 * log-normal likelihoods, over spreads, ways of tracking the present level of wins, and
 * memories of arrivals.
 *
 * A level moves the wins of a window by less than itself where most of its deals are won
 * soon anyhow: W -> 1 - (1 - W)^l, so that d log sum W / d log l = `response`, the sum of
 * -(1 - W) log(1 - W) over that of W. Nor are such wins as lucky as Poisson counts:
 * `luck` is the sum of W (1 - W) over that of W (quasi-Poisson: Wedderburn 1974).
 */
void dd_level_fit(dd_level *self, const dd_level_window *window, size_t n);
/** The same given self->far and self->near, with some parts of it off: no level at all,
 * none tracked, one memory; and with the spreads drawn scaled. */
void dd_level_fit_parts(dd_level *self, const dd_parts *parts);

/**
 * How long the windows should be, in days: the rest of the period after as_of, but half of
 * a whole one and a week at least. Near a period's end the rest is a day or two, whose
 * weekends and single deals say nothing of the quarters that are forecast too.
 */
int32_t dd_level_days(const dd_period *period, dd_day as_of);

/**
 * Where windows of the past begin, oldest first. They reach back without a gap from as_of
 * to the same day of the period before, and so on, so that a month's windows are months,
 * with what each month has of its own: windows of 30 days any which way see halves of two,
 * and 80 % intervals of markets that stray by the month held 69 % instead of 76 %.
 *
 * @param period        holds the day after as_of
 * @param fiscal_start  month in which years start
 * @param first         no window begins before the end of this day
 * @param parts         into how many even windows each whole period is parted
 * @param start         window k is the days after start[k] up to start[k + 1]
 * @return their number, the latest DD_MOST_WINDOWS at most
 */
size_t dd_level_starts(const dd_period *period, dd_day as_of, int fiscal_start,
                       dd_day first, int parts, dd_day start[DD_MOST_WINDOWS + 1]);

/**
 * The level on a day by one way: a weighted regression of the log ratios of what came to
 * what was expected on the windows' responses, over those that had ended by then, shrunk
 * to 0 as by 30 days at it.
 *
 * @param way  how moves are remembered x DD_TRACKS + how the level is tracked
 */
double dd_level_track(const dd_level_windows *past, size_t way, dd_day day);

/** Whether wins lately ran at another level than history has: an alarm that a stable
 * market raises in fewer than one forecast in twenty. */
int dd_level_has_shifted(const dd_level *self);

/** How many times wider than the scale the normal of a trial's logarithm is, i below
 * DD_TAILS, each as likely: sqrt(3 / chi^2) at the mid quantiles. */
double dd_level_tail(size_t i);
/** That normal's sd: no wider than the widest spread, 1, unless the scale is. */
double dd_level_width(double scale, double tail);

/** One draw; the correlation is N(0.3, 0.3^2) cut to +-0.9. */
dd_spread dd_spread_draw(const dd_level *level, const gsl_rng *r);

/** Log-likelihood of a count: Poisson of mean expected x exp(N(-s^2/2, s^2)). */
double dd_poisson_lognormal(double count, double expected, double spread);

/** What makes a block's levels: a normal and a tail for every trial, both stratified over
 * the block, u_lane = (pi(lane) + U)/128, pi random permutations (Latin hypercube). */
typedef struct {
    double z[DD_BLOCK], tail[DD_BLOCK];
} dd_level_luck;

/** @param of  0: of wins; 1: what arrivals have of their own */
void dd_level_luck_make(dd_level_luck *self, uint64_t seed, uint32_t block, int of);

/**
 * The levels of a block's trials: exp(w z - w^2/2), w the width of the trial, with z_a =
 * rho z_w + sqrt(1 - rho^2) z_2. Wins have mean wins_mean, arrivals mean 1.
 */
void dd_level_block(const dd_spread *spread, uint64_t seed, uint32_t block,
                    double wins[DD_BLOCK], double arrivals[DD_BLOCK]);

#endif
