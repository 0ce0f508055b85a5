#include "answers/plan/plan_solve.h"

#include "answers/forecast/summary.h"
#include "engine/player.h"
#include "model/effort.h"

#include <math.h>
#include <string.h>

#define STEPS 8    /* of the grid */
#define HALVINGS 7 /* of the step that crosses: a 128th of it */
#define MOST_TRIALS 16384
#define MOST_TRIALS_OF_REPS 4096

static const struct {
    const char *word;
    dd_lever_kind lever;
    double furthest; /* factor: beyond it nobody would believe an answer */
} levers[] = {
    { "visits", DD_LEVER_VISITS, 10.0 },
    { "win_rate", DD_LEVER_WIN_RATE, 4.0 },
    { "cycle", DD_LEVER_CYCLE, 0.1 },
    { "deal_size", DD_LEVER_DEAL_SIZE, 10.0 },
};

#define N_LEVERS (sizeof levers / sizeof *levers)

int
dd_solve_lever(const char *word, dd_lever_kind *lever)
{
    for (size_t i = 0; i < N_LEVERS; i++)
        if (strcmp(levers[i].word, word) == 0) {
            *lever = levers[i].lever;
            return 0;
        }
    return -1;
}

const char *const *
dd_solve_words(size_t *n)
{
    static const char *const words[]
        = { "headcount", "visits", "win_rate", "cycle", "deal_size" };
    *n = sizeof words / sizeof *words;
    return words;
}

const int64_t *
dd_solve_column(const dd_outcomes *outcomes, const dd_solve_goal *goal)
{
    int deals = goal->amount == DD_NO_TARGET;
    return (deals ? outcomes->wins : outcomes->bookings)
           + goal->period * outcomes->trials;
}

dd_status
dd_solve_chance_of(double *p_target, double *mcse, const int64_t *column, size_t trials,
                   const dd_question *question, const dd_solve_goal *goal, dd_error *err)
{
    int64_t want = goal->amount == DD_NO_TARGET ? goal->deals : goal->amount;
    dd_ranking ranking;
    dd_status status = dd_ranking_init(
        &ranking, column, trials, question->rates_fixed && question->level_off, err);
    if (status)
        return status;
    *p_target = dd_summary_reach(&ranking, want);
    *mcse = dd_summary_reach_mcse(&ranking, want);
    dd_ranking_free(&ranking);
    return DD_OK;
}

dd_status
dd_solve_chance(double *p_target, double *mcse, const dd_outcomes *outcomes,
                const dd_question *question, const dd_solve_goal *goal, dd_error *err)
{
    return dd_solve_chance_of(p_target, mcse, dd_solve_column(outcomes, goal),
                              outcomes->trials, question, goal, err);
}

/** What is carried along. */
typedef struct {
    dd_lever_kind lever;
    const dd_roster_of *company;
    int by_rep;
    dd_question question;
    const dd_solve_goal *goal;
    dd_error *err;
} work;

static dd_status
simulate(const work *w, const dd_model *changed, dd_outcomes *outcomes)
{
    dd_roster_of company = *w->company;
    dd_roster team = { 0 };
    dd_status status = DD_OK;

    company.model = changed;
    if (w->by_rep)
        status = dd_roster_init(&team, &company, NULL, w->err);
    if (!status)
        status = dd_player_simulate(outcomes, changed, company.book, &w->question,
                                    w->by_rep ? &team.crew : NULL, w->err);
    dd_roster_free(&team);
    return status;
}

/* The chance at one setting; 0 where the lever cannot be moved so far. */
static dd_status
play(const work *w, double factor, dd_solved *at)
{
    dd_scenario scenario;
    dd_model changed;
    dd_outcomes outcomes = { 0 };
    dd_change change = { DD_CHANGE_TIMES, factor };
    dd_status status = dd_scenario_init(&scenario, "solve", w->err);
    at->factor = factor;
    at->p_target = 0.0;
    at->p_target_mcse = (double) NAN;
    if (status)
        return status;
    status = dd_scenario_add(&scenario, w->lever, NULL, NULL, change, w->err);
    if (!status)
        status = dd_model_apply(&changed, w->company->model, &scenario,
                                w->question.as_of, NULL);
    dd_scenario_free(&scenario);
    if (status)
        return status == DD_EDATA ? DD_OK : dd_error_no_memory(w->err);
    status = simulate(w, &changed, &outcomes);
    if (!status)
        status = dd_solve_chance(&at->p_target, &at->p_target_mcse, &outcomes,
                                 &w->question, w->goal, w->err);
    dd_outcomes_free(&outcomes);
    dd_model_free(&changed);
    return status;
}

static int
reaches(const work *w, const dd_solved *at)
{
    return at->p_target >= w->question.confidence;
}

/* Between a setting that does not reach it and one that does, the nearest that does. */
static dd_status
halve(const work *w, double low, dd_solved *high)
{
    dd_status status = DD_OK;
    for (int i = 0; i < HALVINGS && !status; i++) {
        dd_solved middle = *high;
        status = play(w, sqrt(low * high->factor), &middle);
        if (!status && reaches(w, &middle))
            *high = middle;
        else
            low = middle.factor;
    }
    return status;
}

static dd_status
search(dd_solved *self, const work *w)
{
    double step = pow(self->furthest, 1.0 / STEPS), factor = 1.0;
    dd_status status = play(w, 1.0, self);
    for (int i = 0; i < STEPS && !status && !reaches(w, self); i++) {
        double before = factor;
        factor *= step;
        status = play(w, factor, self);
        if (!status && reaches(w, self))
            return halve(w, before, self);
    }
    if (!status && !reaches(w, self))
        self->factor = self->p_target = self->p_target_mcse = (double) NAN;
    return status;
}

dd_status
dd_plan_solve(dd_solved *self, dd_lever_kind lever, const dd_roster_of *company,
              int by_rep, const dd_question *question, const dd_solve_goal *goal,
              dd_error *err)
{
    work w = { lever, company, by_rep, *question, goal, err };
    size_t most = by_rep ? MOST_TRIALS_OF_REPS : MOST_TRIALS;

    *self = (dd_solved){ .lever = lever };
    for (size_t i = 0; i < N_LEVERS; i++)
        if (levers[i].lever == lever)
            self->furthest = levers[i].furthest;
    if (w.question.trials > most)
        w.question.trials = most;
    if (lever == DD_LEVER_VISITS
        && !dd_chance_is_known(&company->model->effort->opportunity_of_visit))
        return dd_error_add(
            err, DD_EUSAGE, NULL, NULL,
            "effort: {visits_per_opportunity: 10} in the funnel file, or "
            "activities",
            "nothing tells what comes of a visit");
    return search(self, &w);
}
