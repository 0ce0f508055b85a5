#include "answers/plan/plan_limits.h"

#include "engine/field/field.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_TRIALS 4096
#define FURTHEST 8.0 /* times the visits as things go */
#define HALVINGS 7   /* of what lies between too few and enough */
#define CLOSE 0.004  /* of the visits: nearer nobody can plan */

void
dd_limits_init(dd_limits *self, const dd_roster *team, const dd_model *model,
               const dd_book *book, const dd_question *question,
               const dd_solve_goal *goal)
{
    *self = (dd_limits){
        .team = team, .model = model, .book = book, .question = *question, .goal = goal
    };
    if (self->question.trials > MOST_TRIALS)
        self->question.trials = MOST_TRIALS;
}

/* ---- one number of visits ---- */

static double
mean_brought(const dd_tally *tally, size_t trials)
{
    double sum = 0.0;
    for (size_t t = 0; t < trials; t++)
        sum += tally[t].brought;
    return sum / (double) trials;
}

static dd_status
play(const dd_limits *self, const dd_crew *crew, dd_limits_point *at, double *reached,
     dd_error *err)
{
    size_t trials = self->question.trials, period = self->goal->period;
    dd_tally *tally = malloc((trials + 1) * sizeof *tally);
    dd_outcomes outcomes = { 0 };
    dd_status status = tally ? DD_OK : dd_error_no_memory(err);

    if (!status)
        status = dd_field_simulate(&outcomes, tally, self->model, self->book,
                                   &self->question, crew, err);
    if (!status)
        status = dd_solve_chance(&at->p_target, &at->mcse, &outcomes, &self->question,
                                 self->goal, err);
    if (!status)
        at->brought = mean_brought(tally, trials);
    for (size_t t = 0; !status && t < trials; t++)
        *reached += (double) outcomes.bookings[period * trials + t] / (double) trials;
    dd_outcomes_free(&outcomes);
    free(tally);
    return status;
}

dd_status
dd_limits_play(dd_limits *self, double visits, dd_limits_point *at, dd_error *err)
{
    dd_crew crew = self->team->crew;
    double reached = 0.0;

    crew.visits_per_week = visits;
    crew.visits_drawn = 0; /* decided, not drawn */
    *at = (dd_limits_point){ .visits = visits };
    return play(self, &crew, at, &reached, err);
}

dd_status
dd_limits_idle(dd_limits *self, double *p_target, double *reached, dd_error *err)
{
    dd_crew crew = self->team->crew;
    dd_limits_point at;
    dd_status status;

    crew.new_per_visit = 0.0;
    crew.new_drawn = 0;
    *reached = 0.0;
    status = play(self, &crew, &at, reached, err);
    *p_target = at.p_target;
    return status;
}

/* ---- the search ---- */

/* Played, and kept among the others. */
static dd_status
add_point(dd_limits *self, double visits, dd_error *err)
{
    dd_limits_point at;
    dd_status status = dd_limits_play(self, visits, &at, err);
    size_t i = 0;

    if (status)
        return status;
    while (i < self->n && self->point[i].visits < visits)
        i++;
    memmove(self->point + i + 1, self->point + i, (self->n - i) * sizeof at);
    self->point[i] = at;
    self->n++;
    return DD_OK;
}

/* The first point from which on all are sure enough; n: the last one is not. */
static size_t
first_enough(const dd_limits *self, double confidence)
{
    size_t i = self->n;
    while (i > 0 && self->point[i - 1].p_target >= confidence)
        i--;
    return i;
}

/* Between the points, on a straight line; the ends beyond them. */
static dd_limits_point
between(const dd_limits *self, double confidence)
{
    size_t i = first_enough(self, confidence);
    const dd_limits_point *low = &self->point[i > 0 ? i - 1 : 0],
                          *high = &self->point[i < self->n ? i : self->n - 1];
    double apart = high->p_target - low->p_target, part;

    part = apart > 0.0 ? (confidence - low->p_target) / apart : 1.0;
    part = fmin(fmax(part, 0.0), 1.0);
    return (dd_limits_point){
        .visits = low->visits + part * (high->visits - low->visits),
        .p_target = low->p_target + part * apart,
        .mcse = high->mcse,
        .brought = low->brought + part * (high->brought - low->brought),
    };
}

static dd_status
begin(dd_limits *self, dd_error *err)
{
    dd_status status = self->n > 0 ? DD_OK : add_point(self, 0.0, err);
    return status || self->n > 1
               ? status
               : add_point(self, self->team->crew.visits_per_week, err);
}

/* Twice as many, until it is enough. */
static dd_status
climb(dd_limits *self, double confidence, dd_error *err)
{
    double furthest = FURTHEST * self->team->crew.visits_per_week;
    dd_status status = DD_OK;

    while (!status && first_enough(self, confidence) == self->n
           && self->point[self->n - 1].visits < furthest)
        status = add_point(self, fmin(2.0 * self->point[self->n - 1].visits, furthest),
                           err);
    return status;
}

/* Nearer from both sides: by the straight line, unless that hardly moves one of them. */
static dd_status
close_in(dd_limits *self, double confidence, dd_error *err)
{
    dd_status status = DD_OK;

    for (int i = 0; i < HALVINGS && !status && self->n < DD_LIMITS_MOST_POINTS; i++) {
        size_t at = first_enough(self, confidence);
        const dd_limits_point *low = &self->point[at - 1], *high = &self->point[at];
        double apart = high->visits - low->visits, next;
        if (apart <= CLOSE * high->visits
            || high->p_target - low->p_target <= high->mcse)
            return DD_OK;
        next = between(self, confidence).visits;
        next = fmin(fmax(next, low->visits + 0.2 * apart), high->visits - 0.2 * apart);
        status = add_point(self, next, err);
    }
    return status;
}

dd_status
dd_limits_find(dd_limits *self, double confidence, dd_limits_point *at, dd_error *err)
{
    dd_status status = begin(self, err);
    size_t enough;

    if (!status)
        status = climb(self, confidence, err);
    if (status)
        return status;
    enough = first_enough(self, confidence);
    *at = (dd_limits_point){ .visits = (double) NAN };
    if (enough == self->n)
        return DD_OK;
    if (enough == 0) {
        *at = (dd_limits_point){ .visits = 0.0, .p_target = self->point[0].p_target };
        return DD_OK;
    }
    status = close_in(self, confidence, err);
    *at = between(self, confidence);
    at->brought_mcse = (double) NAN;
    if (isnan(at->mcse)) /* too few trials */
        return status;
    const dd_limits_point low = between(self, fmax(confidence - at->mcse, 0.0)),
                          high = between(self, fmin(confidence + at->mcse, 1.0));
    at->mcse = (high.visits - low.visits) / 2.0;
    at->brought_mcse = fabs(high.brought - low.brought) / 2.0;
    return status;
}
