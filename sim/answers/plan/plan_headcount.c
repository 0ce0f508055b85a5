#include "answers/plan/plan_headcount.h"

#include "answers/forecast/summary.h"
#include "answers/plan/plan_hires.h"
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
#define FIRST_PART 8 /* of the trials tells how many hires may be asked for */
#define SPARE 1.15   /* of what it tells */

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
    int are_apart;   /* one play tells all numbers up to its own: */
    dd_hires hires;
    played *with; /* 0 to furthest hires */
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

/* The company with so many more. */
static dd_status
hire(const work *w, int64_t hires, dd_roster *roster)
{
    dd_scenario scenario;
    dd_status status = dd_scenario_init(&scenario, "hire", w->err);
    if (status)
        return status;
    status = dd_scenario_hire(&scenario, hires, w->headcount->from, w->err);
    if (!status)
        status = dd_roster_init(roster, w->company, &scenario, w->err);
    dd_scenario_free(&scenario);
    return status;
}

static double
most_of(const dd_solve_goal *goal)
{
    return (double) (goal->amount == DD_NO_TARGET ? goal->deals : goal->amount);
}

static dd_status
take(const work *w, const int64_t *column, played *at)
{
    at->is_played = 1;
    at->of_goal = dd_summary_mean(column, w->question.trials) / most_of(w->goal);
    return dd_solve_chance_of(&at->p_target, &at->mcse, column, w->question.trials,
                              &w->question, w->goal, w->err);
}

static dd_status
play_number(work *w, int64_t hires)
{
    dd_roster roster;
    dd_outcomes outcomes = { 0 };
    dd_status status = hire(w, hires, &roster);
    if (status)
        return status;
    status = dd_field_simulate(&outcomes, NULL, w->company->model, w->company->book,
                               &w->question, &roster.crew, w->err);
    if (!status)
        status = take(w, dd_solve_column(&outcomes, w->goal), &w->with[hires]);
    dd_outcomes_free(&outcomes);
    dd_roster_free(&roster);
    return status;
}

/* ---- all numbers up to one ---- */

static dd_status
play_up_to(const work *w, int64_t hires, size_t trials, dd_hires *made)
{
    dd_question question = w->question;
    dd_roster roster;
    dd_status status = hire(w, hires, &roster);
    if (status)
        return status;
    question.trials = trials;
    status = dd_hires_play(made, &roster, w->company, &question, w->goal, w->err);
    dd_roster_free(&roster);
    return status;
}

/* What trials lack at the highest confidence, over what a hire brings on average. */
static int64_t
enough(const work *w, const dd_hires *hires)
{
    const dd_headcount *self = w->headcount;
    const int64_t *with = dd_hires_with(hires, hires->n);
    double confidence = 0, gain, mean = dd_summary_mean(with, hires->trials), more;

    for (size_t i = 0; i < self->n_rungs; i++)
        confidence = fmax(confidence, self->rungs[i].confidence);
    gain = (mean - dd_summary_mean(hires->with, hires->trials)) / (double) hires->n;
    more = most_of(w->goal) - mean
           + gsl_cdf_ugaussian_Pinv(confidence)
                 * dd_summary_sd(with, hires->trials, mean);
    more = gain > 0 ? SPARE * ((double) hires->n + more / gain) : (double) INFINITY;
    more = fmax(more, LEAST_FURTHEST); /* nor is a spread known of one trial */
    return more < (double) self->furthest ? (int64_t) more : self->furthest;
}

/* As many as may be asked for, or `hires` if they are more. */
static dd_status
extend(work *w, int64_t hires)
{
    const dd_headcount *self = w->headcount;
    int64_t first = (int64_t) self->reps_now / 4 + LEAST_FURTHEST, most = 0;
    dd_hires few = { 0 };
    dd_status status = DD_OK;

    first = first < self->furthest ? first : self->furthest;
    if (w->hires.n > 0)
        most = enough(w, &w->hires);
    else if (!w->only_divide && first > 0)
        status = play_up_to(w, first, w->question.trials / FIRST_PART + 1, &few);
    if (!status && few.n > 0)
        most = enough(w, &few);
    dd_hires_free(&few);
    dd_hires_free(&w->hires);
    most = most > hires ? most : hires;
    return status ? status : play_up_to(w, most, w->question.trials, &w->hires);
}

static dd_status
play(work *w, int64_t hires)
{
    int64_t as = w->only_divide ? 0 : hires; /* who only divides changes nothing */
    dd_status status = DD_OK;

    if (!w->are_apart)
        return play_number(w, hires);
    if (w->hires.with == NULL || as > (int64_t) w->hires.n)
        status = extend(w, as);
    if (!status)
        status = take(w, dd_hires_with(&w->hires, (size_t) as), &w->with[hires]);
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
 * simulation's error. Where all numbers are at hand it is to the fewest. */
static int
is_close(const work *w, int64_t low, int64_t high)
{
    const played *less = &w->with[low], *more = &w->with[high];
    int64_t team = (int64_t) w->headcount->reps_now + high;
    return high - low == 1
           || (!w->are_apart && CLOSE * (high - low) <= team
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
        status = play(w, next);
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

/* As many trials as are asked for, but no more than reps and trials can be played of. */
static dd_status
look_at_team(work *w)
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
    tell_team(w, &team);
    w->are_apart = dd_hires_are_apart(&team, w->company->model);
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
    dd_status status = look_at_team(&w);

    if (status)
        return status;
    self->trials = w.question.trials;
    self->furthest = furthest_of(self->reps_now);
    w.with = calloc((size_t) self->furthest + 1, sizeof *w.with);
    if (w.with == NULL)
        return dd_error_no_memory(err);
    status = play(&w, 0);
    for (size_t i = 0; i < self->n_rungs && !status; i++)
        status = find(&w, &self->rungs[i]);
    dd_hires_free(&w.hires);
    free(w.with);
    return status;
}
