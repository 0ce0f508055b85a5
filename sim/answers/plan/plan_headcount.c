#include "answers/plan/plan_headcount.h"

#include "answers/forecast/summary.h"
#include "engine/field/field.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define MOST_TRIALS 4096
#define MOST_TIMES 4 /* the team there is */
#define LEAST_FURTHEST 8

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
    self->ramp_by = roster->ramp_by;
    self->n_ramp = 0;
    for (size_t m = 0; m < roster->crew.n_ramp && m < DD_HEADCOUNT_RAMP; m++)
        self->ramp[self->n_ramp++] = roster->crew.ramp[m];
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

/* Played once, for all confidences. */
static dd_status
reaches(work *w, int64_t hires, double confidence, int *does)
{
    played *at = &w->with[hires];
    dd_status status = at->is_played ? DD_OK : play(w, hires, at);
    *does = !status && at->p_target >= confidence;
    return status;
}

/* ---- the search ---- */

/* Between a number that is not enough and one that is. */
static dd_status
halve(work *w, int64_t low, int64_t *high, double confidence)
{
    dd_status status = DD_OK;
    while (*high - low > 1 && !status) {
        int64_t middle = low + (*high - low) / 2;
        int does;
        status = reaches(w, middle, confidence, &does);
        if (does)
            *high = middle;
        else
            low = middle;
    }
    return status;
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

static dd_status
climb(work *w, dd_headcount_rung *rung)
{
    int64_t low = -1, high = 0, furthest = w->headcount->furthest;
    int does = 0;
    dd_status status = reaches(w, 0, rung->confidence, &does);
    while (!status && !does && high < furthest) {
        low = high;
        high = high == 0 ? 1 : 2 * high;
        high = high < furthest ? high : furthest;
        status = reaches(w, high, rung->confidence, &does);
    }
    if (!status && does)
        status = halve(w, low, &high, rung->confidence);
    rung->hires = does ? high : -1;
    rung->p_target = does ? w->with[high].p_target : (double) NAN;
    rung->p_target_mcse = does ? w->with[high].mcse : (double) NAN;
    rung->reason[0] = '\0';
    if (!does && !status)
        give_reason(w, rung);
    return status;
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

    if (w.question.trials > MOST_TRIALS)
        w.question.trials = MOST_TRIALS;
    self->trials = w.question.trials;
    status = play(&w, 0, &nobody);
    if (status)
        return status;
    self->furthest = furthest_of(self->reps_now);
    w.with = calloc((size_t) self->furthest + 1, sizeof *w.with);
    if (w.with == NULL)
        return dd_error_no_memory(err);
    w.with[0] = nobody;
    for (size_t i = 0; i < self->n_rungs && !status; i++)
        status = climb(&w, &self->rungs[i]);
    free(w.with);
    return status;
}
