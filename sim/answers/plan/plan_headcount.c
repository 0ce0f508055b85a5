#include "answers/plan/plan_headcount.h"

#include "answers/forecast/summary.h"
#include "engine/field/field.h"

#include <gsl/gsl_cdf.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define MOST_TRIALS 4096
#define FEW_TRIALS 2048         /* below them little is known */
#define MOST_REP_TRIALS 1600000 /* thousands of reps take fewer trials */
#define MOST_TIMES 4            /* the team there is */
#define LEAST_FURTHEST 8
#define MOST_LEAP 64 /* times the hires played: a few tell little */
#define CLOSE 200    /* parts of the team: nearer nobody can plan */

/* The chance that a number of hires makes. */
typedef struct {
    int is_played;
    double p_target, mcse;
    double of_goal; /* what comes on average, as a share of the goal */
} played;

typedef struct {
    dd_headcount *headcount;
    const dd_roster_of *company;
    dd_question question;
    const dd_solve_goal *goal;
    int only_divide; /* new reps bring nothing of their own and no visits are short */
    played *with;    /* 0 to furthest hires */
    dd_error *err;
} work;

/* ---- one number of hires ---- */

static void
tell_team(work *w, const dd_roster *roster)
{
    dd_headcount *self = w->headcount;
    self->reps_now = roster->n_known;
    self->ramp_by = roster->rules->ramp_by;
    self->n_ramp = 0;
    for (size_t m = 0; m < roster->crew.rules.n_ramp && m < DD_HEADCOUNT_RAMP; m++)
        self->ramp[self->n_ramp++] = roster->crew.rules.ramp[m];
    w->only_divide = roster->market >= 1 && !dd_roster_is_limited(roster);
}

static double
share_of_goal(const dd_outcomes *outcomes, const dd_solve_goal *goal)
{
    int deals = goal->amount == DD_NO_TARGET;
    const int64_t *column = (deals ? outcomes->wins : outcomes->bookings)
                            + goal->period * outcomes->trials;
    double sum = 0, most = (double) (deals ? goal->deals : goal->amount);
    for (size_t t = 0; t < outcomes->trials; t++)
        sum += (double) column[t];
    return sum / (double) outcomes->trials / most;
}

static dd_status
play(work *w, int64_t hires, played *at)
{
    dd_scenario scenario;
    dd_roster roster;
    dd_outcomes outcomes = { 0 };
    dd_status status = dd_scenario_init(&scenario, "hire", w->err);
    if (status)
        return status;
    at->is_played = 1;
    status = dd_scenario_hire(&scenario, hires, w->headcount->from, w->err);
    if (!status)
        status = dd_roster_init(&roster, w->company, &scenario, w->err);
    dd_scenario_free(&scenario);
    if (status)
        return status;
    tell_team(w, &roster);
    status = dd_field_simulate(&outcomes, NULL, w->company->model, w->company->book,
                               &w->question, &roster.crew, w->err);
    if (!status)
        status = dd_solve_chance(&at->p_target, &at->mcse, &outcomes, &w->question,
                                 w->goal, w->err);
    if (!status)
        at->of_goal = share_of_goal(&outcomes, w->goal);
    dd_outcomes_free(&outcomes);
    dd_roster_free(&roster);
    return status;
}

/* ---- the search ---- */

/* Between which played numbers the fewest lies that are enough: `low` are not, or are -1;
 * `high` are, or are -1 where none played is. */
static void
look(const work *w, double confidence, int64_t *low, int64_t *high)
{
    *low = *high = -1;
    for (int64_t h = 0; h <= w->headcount->furthest && *high < 0; h++) {
        if (!w->with[h].is_played)
            continue;
        if (w->with[h].p_target >= confidence)
            *high = h;
        else
            *low = h;
    }
}

/* Twice as many and more, up to where what hires bring on average would reach the goal. */
static int64_t
further(const work *w, int64_t low)
{
    int64_t furthest = w->headcount->furthest, next = low > 0 ? 2 * low : 1;
    double none = w->with[0].of_goal, gain = w->with[low].of_goal - none;

    if (gain > 0.0) {
        double straight = (1.0 - none) / gain * (double) low;
        double most = (double) low * MOST_LEAP;
        straight = straight < most ? straight : most;
        next = straight > (double) next ? (int64_t) straight : next;
    }
    return next < furthest ? next : furthest;
}

/* The normal quantile of a chance, within what so many trials can tell. */
static double
quantile_of(const work *w, double p)
{
    double least = 0.5 / (double) w->question.trials;
    return gsl_cdf_ugaussian_Pinv(fmin(fmax(p, least), 1.0 - least));
}

/* Where a straight line of those quantiles crosses, an eighth from either end at least. */
static int64_t
between(const work *w, int64_t low, int64_t high, double confidence)
{
    double from = quantile_of(w, w->with[low].p_target);
    double to = quantile_of(w, w->with[high].p_target);
    double part = to > from ? (quantile_of(w, confidence) - from) / (to - from) : 0.5;
    int64_t wide = high - low, edge = wide > 16 ? wide / 8 : 1;
    int64_t next = low + (int64_t) ceil(part * (double) wide);

    next = next > low + edge ? next : low + edge;
    return next < high - edge ? next : high - edge;
}

/* Nobody can tell them apart: fewer than one in two hundred, and by less than the
 * simulation's error. */
static int
is_close(const work *w, int64_t low, int64_t high)
{
    const played *less = &w->with[low], *more = &w->with[high];
    int64_t team = (int64_t) w->headcount->reps_now + high;
    return high - low == 1
           || (CLOSE * (high - low) <= team
               && more->p_target - less->p_target <= more->mcse);
}

static void
give_reason(const work *w, dd_headcount_rung *rung)
{
    int64_t furthest = w->headcount->furthest;
    if (w->only_divide)
        snprintf(rung->reason, sizeof rung->reason,
                 "more reps would only divide the leads there are (leads_from: market)");
    else if (furthest + (int64_t) w->headcount->reps_now == DD_ROSTER_MOST)
        snprintf(rung->reason, sizeof rung->reason,
                 "%d reps are not enough, and no more can be played one by one",
                 DD_ROSTER_MOST);
    else if (w->with[furthest].of_goal - w->with[0].of_goal < 0.01)
        snprintf(rung->reason, sizeof rung->reason,
                 "what reps hired on that day begin is won after the period's end");
    else
        snprintf(rung->reason, sizeof rung->reason,
                 "%" PRId64 " more would not be enough", furthest);
}

/* Four times the team, a handful at least, no more than can be played. */
static int64_t
furthest_of(size_t reps_now)
{
    int64_t furthest = MOST_TIMES * (int64_t) reps_now;
    int64_t room = DD_ROSTER_MOST - (int64_t) reps_now;
    furthest = furthest < LEAST_FURTHEST ? LEAST_FURTHEST : furthest;
    return furthest < room ? furthest : room;
}

/* Every number is played once, for all confidences. */
static dd_status
find(work *w, dd_headcount_rung *rung)
{
    int64_t low, high, next;
    dd_status status = DD_OK;

    for (;;) {
        look(w, rung->confidence, &low, &high);
        if (high == 0 || (high < 0 && low == w->headcount->furthest)
            || (high > 0 && is_close(w, low, high)))
            break;
        next = high < 0 ? further(w, low) : between(w, low, high, rung->confidence);
        status = play(w, next, &w->with[next]);
        if (status)
            return status;
    }
    rung->hires = high;
    rung->p_target = high < 0 ? (double) NAN : w->with[high].p_target;
    rung->p_target_mcse = high < 0 ? (double) NAN : w->with[high].mcse;
    rung->reason[0] = '\0';
    if (high < 0)
        give_reason(w, rung);
    return DD_OK;
}

/* As many as is asked for, but no more than reps and trials can be played of. */
static dd_status
choose_trials(work *w)
{
    dd_roster team;
    dd_status status = dd_roster_init(&team, w->company, NULL, w->err);
    size_t most = MOST_TRIALS;
    if (status)
        return status;
    if (most * team.n_known > MOST_REP_TRIALS)
        most = MOST_REP_TRIALS / team.n_known;
    most = most > FEW_TRIALS ? most : FEW_TRIALS;
    if (w->question.trials > most)
        w->question.trials = most;
    dd_roster_free(&team);
    return DD_OK;
}

dd_status
dd_plan_headcount(dd_headcount *self, const dd_roster_of *company,
                  const dd_question *question, const dd_solve_goal *goal, dd_error *err)
{
    work w = { .headcount = self,
               .company = company,
               .question = *question,
               .goal = goal,
               .err = err };
    played nobody = { 0 };
    dd_status status;

    status = choose_trials(&w);
    self->trials = w.question.trials;
    if (!status)
        status = play(&w, 0, &nobody);
    if (status)
        return status;
    self->furthest = furthest_of(self->reps_now);
    w.with = calloc((size_t) self->furthest + 1, sizeof *w.with);
    if (w.with == NULL)
        return dd_error_no_memory(err);
    w.with[0] = nobody;
    for (size_t i = 0; i < self->n_rungs && !status; i++)
        status = find(&w, &self->rungs[i]);
    free(w.with);
    return status;
}
