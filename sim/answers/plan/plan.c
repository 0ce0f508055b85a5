#include "answers/plan/plan.h"

#include "answers/plan/plan_by_rep.h"
#include "answers/plan/plan_usual.h"
#include "engine/effort/stage_visits.h"
#include "engine/player.h"
#include "model/effort.h"
#include "model/curve/process.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double unknown = (double) NAN;
#define MOST_SEGMENTS 20 /* more are no table */

/** What plan.c carries along. */
typedef struct {
    dd_plan *plan;
    const dd_plan_ask *ask;
    const dd_model *model;
    const dd_book *book;
    const dd_past *past;
    const dd_question *asked; /* as forecast takes it */
    dd_question question;     /* up to the period asked for */
    dd_goal goal;
    dd_needed needed;
    dd_stage_visits_taken taken;
    dd_coverage coverage;
    dd_roster team; /* played rep by rep, where that is asked for */
    dd_error *err;
} work;

void
dd_plan_free(dd_plan *self)
{
    free(self->currency);
    free(self->reps);
    free(self->coverage);
    dd_quotas_free(&self->quotas);
    *self = (dd_plan){ 0 };
}

/* ---- the ladder ---- */

static const char *
reason_of(const work *w)
{
    const dd_plan *self = w->plan;
    if (w->goal.useful_days == 0)
        return "what is begun now is won after the period's end";
    if (self->rep_weeks <= 0.0)
        return "nobody is at work on a day on which it would still help";
    return "in too many futures no effort reaches it";
}

static dd_status
set_need(work *w, dd_effort_unit unit)
{
    dd_plan *self = w->plan;
    const dd_need_law *law = &w->needed.law[unit];
    dd_ranking ranking;
    int independent = w->question.rates_fixed && w->question.level_off;
    dd_status status = dd_ranking_init(&ranking, w->needed.need[unit], w->needed.trials,
                                       independent, w->err);
    if (status)
        return status;
    for (size_t i = 0; i < self->n_rungs; i++) {
        dd_plan_rung *rung = &self->rungs[i];
        int64_t need = law->by ? dd_need_law_quantile(law, rung->confidence)
                               : dd_summary_quantile(&ranking, rung->confidence);
        if (need >= DD_NEVER) {
            rung->reason = reason_of(w);
            continue;
        }
        rung->need[unit] = (double) need;
        rung->mcse[unit]
            = law->by ? 0.0 : dd_summary_quantile_mcse(&ranking, rung->confidence);
    }
    dd_ranking_free(&ranking);
    return DD_OK;
}

static double
per_rep_week(const dd_plan *self, double need)
{
    if (need <= 0.0)
        return 0.0;
    return self->rep_weeks > 0.0 ? dd_plan_round_up(need / self->rep_weeks) : unknown;
}

static void
finish_rung(const work *w, dd_plan_rung *rung)
{
    const dd_plan *self = w->plan;
    double usual = dd_plan_usual_opportunities(w->model) * self->weeks, on_deals = 0.0;
    if (w->model->effort->n_stages > 0 && !isnan(rung->need[DD_IN_OPPORTUNITIES]))
        on_deals = rung->visits_open = ceil(
            w->taken.open + w->taken.per_opportunity * rung->need[DD_IN_OPPORTUNITIES]);
    rung->visits_per_rep_week = per_rep_week(self, rung->need[DD_IN_VISITS] + on_deals);
    rung->leads_per_rep_week = per_rep_week(self, rung->need[DD_IN_LEADS]);
    rung->effort = usual > 0.0 ? rung->need[DD_IN_OPPORTUNITIES] / usual : unknown;
}

static dd_status
make_ladder(work *w)
{
    dd_plan *self = w->plan;
    dd_status status = DD_OK;
    dd_plan_begin_rungs(self);
    for (int unit = 0; unit < DD_EFFORT_UNITS && !status; unit++)
        if (w->needed.need[unit])
            status = set_need(w, (dd_effort_unit) unit);
    for (size_t i = 0; i < self->n_rungs; i++)
        finish_rung(w, &self->rungs[i]);
    return status;
}

/* ---- rep by rep ---- */

static void
set_rep(dd_plan *self, const dd_team *team, const dd_member *member)
{
    const dd_plan_rung *rung = &self->rungs[self->asked];
    dd_plan_rep *rep = &self->reps[self->n_reps];
    double weeks = 0.0, there = 0.0, visits = rung->need[DD_IN_VISITS];
    if (!isnan(rung->visits_open))
        visits += rung->visits_open;
    for (dd_day day = self->first_day; day <= self->last_day; day++) {
        double here = dd_member_weeks(team, member, day);
        weeks += here;
        there += (here > 0.0) / DD_WORKDAYS;
    }
    if (there <= 0.0)
        return;
    rep->owner = member->name;
    weeks /= there * self->rep_weeks;
    rep->visits_per_week = dd_plan_round_up(visits * weeks);
    rep->leads_per_week = dd_plan_round_up(rung->need[DD_IN_LEADS] * weeks);
    self->n_reps++;
}

static dd_status
make_reps(work *w)
{
    dd_plan *self = w->plan;
    const dd_team *team = &w->model->effort->team;
    self->reps = calloc(team->n + 1, sizeof *self->reps);
    if (!self->reps)
        return dd_error_no_memory(w->err);
    for (size_t i = 0; i < team->n && self->last_day != DD_NO_DAY; i++)
        if (team->members[i].name)
            set_rep(self, team, &team->members[i]);
    return DD_OK;
}

/* ---- coverage ---- */

static dd_status
begin_coverage(work *w)
{
    const dd_plan *self = w->plan;
    size_t segments = w->past->segments.n;
    if (self->target_deals > 0 || self->target <= self->booked)
        return DD_OK;
    if (segments < 2 || segments > MOST_SEGMENTS)
        segments = 0;
    return dd_coverage_init(&w->coverage, w->model, w->book, segments,
                            w->question.trials, w->ask->period,
                            self->target - self->booked, w->err);
}

static dd_status
set_coverage(const work *w, size_t g)
{
    const dd_coverage *coverage = &w->coverage;
    dd_plan_coverage *set = &w->plan->coverage[g];
    size_t blocks = (coverage->trials + DD_BLOCK - 1) / DD_BLOCK;
    size_t n = coverage->first[g + 1] - coverage->first[g];
    double left = (double) coverage->left, won = 0.0;
    dd_ranking ranking;
    dd_status status = dd_ranking_init(&ranking, coverage->need + g * coverage->trials,
                                       coverage->trials, 0, w->err);
    if (status)
        return status;
    int64_t need = dd_summary_quantile(&ranking, w->question.confidence);
    dd_ranking_free(&ranking);
    for (size_t b = 0; b < blocks; b++)
        won += coverage->won[g * blocks + b] / (double) blocks;
    set->name = g > 0 ? w->past->segments.items[g - 1] : NULL;
    set->deals = n;
    set->now = coverage->amount[coverage->first[g] + g + n] / left;
    set->average = won > 0.0 ? 1.0 / won : unknown;
    set->coverage = need < DD_NO_COVERAGE ? (double) need / left : unknown;
    return DD_OK;
}

static dd_status
make_coverage(work *w)
{
    dd_plan *self = w->plan;
    dd_status status = DD_OK;
    self->coverage = calloc(w->coverage.n_groups + 1, sizeof *self->coverage);
    if (!self->coverage)
        return dd_error_no_memory(w->err);
    for (size_t g = 0; g < w->coverage.n_groups && !status; g++)
        status = set_coverage(w, g);
    self->n_coverage = w->coverage.n_groups;
    return status;
}

/* ---- turned round: what so much effort reaches ---- */

static void
set_reach(dd_plan_reach *self, const dd_need_law *law, const dd_ranking *ranking)
{
    int64_t more = (int64_t) self->in_all + 1;
    self->p_target = law->by ? dd_need_law_reach(law, more - 1)
                             : 1.0 - dd_summary_reach(ranking, more);
    self->p_target_mcse = law->by ? 0.0 : dd_summary_reach_mcse(ranking, more);
}

static dd_status
make_reach(work *w)
{
    static const double shares[] = { 0.8, 1.0, 1.2 };
    dd_plan *self = w->plan;
    int visits = w->ask->visits > 0.0;
    double asked = visits ? w->ask->visits : w->ask->leads;
    dd_effort_unit unit = visits ? DD_IN_VISITS : DD_IN_LEADS;
    const int64_t *need = w->needed.need[unit];
    const dd_need_law *law = &w->needed.law[unit];
    dd_ranking ranking;
    dd_status status;

    if (!(asked > 0.0))
        return DD_OK;
    self->unit = visits ? "visits" : "leads";
    if (!need)
        return dd_error_add(w->err, DD_EUSAGE, NULL, NULL,
                            visits ? "effort: {visits_per_opportunity: 10} in the "
                                     "funnel file, or activities"
                                   : "effort: {visits_per_opportunity: 10, "
                                     "leads_per_visit: 5} in the funnel file, or "
                                     "activities",
                            "nothing tells what comes of %s",
                            visits ? "a visit" : "a lead");
    status = dd_ranking_init(&ranking, need, w->needed.trials,
                             w->question.rates_fixed && w->question.level_off, w->err);
    for (size_t i = 0; i < 3 && !status; i++) {
        dd_plan_reach *reach = &self->reach[i];
        reach->share = shares[i];
        reach->per_rep_week = shares[i] * asked;
        reach->in_all = floor(reach->per_rep_week * self->rep_weeks + 1e-9);
        set_reach(reach, law, &ranking);
    }
    dd_ranking_free(&ranking);
    return status;
}

/* ---- as things go ---- */

/* Booked wins count: only the rest has to come. */
static dd_solve_goal
goal_of(const work *w)
{
    const dd_plan *self = w->plan;
    return (dd_solve_goal){ w->ask->period, self->target,
                            self->target_deals - self->booked_wins };
}

static dd_status
set_now(work *w)
{
    dd_solve_goal goal = goal_of(w);
    dd_outcomes outcomes;
    dd_status status = dd_player_simulate(&outcomes, w->model, w->book, w->asked,
                                          w->ask->by_rep ? &w->team.crew : NULL, w->err);
    if (status)
        return status;
    status = dd_solve_chance(&w->plan->p_hit_now, &w->plan->p_hit_now_mcse, &outcomes,
                             &w->question, &goal, w->err);
    dd_outcomes_free(&outcomes);
    return status;
}

static void
set_idle(work *w)
{
    dd_plan *self = w->plan;
    double sum = 0.0, hit = 0.0, n = (double) w->needed.trials;
    for (size_t t = 0; t < w->needed.trials; t++) {
        sum += w->needed.reached[t] / n;
        hit += w->needed.need[DD_IN_OPPORTUNITIES][t] == 0;
    }
    self->p_idle = hit / n;
    self->open = self->target_deals > 0 ? unknown : sum - (double) self->booked;
}

static dd_roster_of
company_of(const work *w)
{
    return (dd_roster_of){ w->past, w->ask->funnel, w->model, w->book, w->plan->as_of };
}

static dd_status
solve_headcount(work *w, const dd_solve_goal *goal)
{
    const dd_plan *self = w->plan;
    const dd_roster_of company = company_of(w);
    dd_headcount *headcount = &w->plan->headcount;
    headcount->from = w->ask->hire_from;
    headcount->n_rungs = self->n_rungs;
    headcount->asked = self->asked;
    for (size_t i = 0; i < self->n_rungs; i++)
        headcount->rungs[i].confidence = self->rungs[i].confidence;
    return dd_plan_headcount(headcount, &company, &w->question, goal, w->err);
}

static dd_status
solve(work *w)
{
    dd_plan *self = w->plan;
    const dd_roster_of company = company_of(w);
    dd_solve_goal goal = goal_of(w);
    if (w->ask->headcount)
        return solve_headcount(w, &goal);
    self->has_solved = w->ask->solve;
    return w->ask->solve ? dd_plan_solve(&self->solved, w->ask->lever, &company,
                                         w->ask->by_rep, &w->question, &goal, w->err)
                         : DD_OK;
}

/* In one pass: visits look for new deals, what deals take comes on top. */
static dd_status
plan_deals(work *w)
{
    dd_plan *self = w->plan;
    dd_effort effort = *w->model->effort;
    dd_model planned = *w->model;
    size_t useful = 0;
    dd_status status;

    effort.planned = 1;
    planned.effort = &effort;
    status = dd_useful_days(&useful, &planned, w->book, &w->question, w->ask->period,
                            w->err);
    w->goal.useful_days = useful;
    dd_plan_set_weeks(self, &effort, useful);
    self->last_useful_day = self->last_day;
    if (!status)
        status = begin_coverage(w);
    if (!status)
        status = dd_needed_play(&w->needed, &planned, w->book, &w->question, &w->goal,
                                w->coverage.n_groups > 0 ? &w->coverage : NULL, w->err);
    if (!status)
        status = dd_stage_visits_expect(&w->taken, &planned, w->book, self->as_of,
                                        useful, w->err);
    if (!status)
        status = make_ladder(w);
    if (!status)
        set_idle(w);
    if (!status)
        status = make_coverage(w);
    return status ? status : make_reach(w);
}

static dd_status
plan_reps(work *w)
{
    const dd_solve_goal goal = goal_of(w);
    dd_effort effort = *w->model->effort;
    dd_model planned = *w->model;
    dd_limits limits;
    size_t useful = 0;
    dd_status status;

    effort.planned = 1;
    planned.effort = &effort;
    status = dd_useful_days(&useful, &planned, w->book, &w->question, w->ask->period,
                            w->err);
    if (status)
        return status;
    w->plan->last_useful_day = useful > 0 ? w->plan->as_of + (dd_day) useful : DD_NO_DAY;
    dd_limits_init(&limits, &w->team, w->model, w->book, &w->question, &goal);
    return dd_plan_by_rep(w->plan, w->ask, &limits, w->err);
}

/* What is asked for besides. */
static dd_status
answer_more(work *w)
{
    dd_plan *self = w->plan;
    const dd_roster_of company = company_of(w);
    dd_status status = solve(w);
    self->has_moves = w->ask->moves;
    if (!status && w->ask->moves)
        status = dd_moves_make(&self->moves, &company, w->ask->by_rep, &w->question,
                               w->err);
    if (!status && w->ask->quotas)
        status = dd_quotas_make(&self->quotas, w->model, w->book, w->past, &w->question,
                                w->ask->period, self->target,
                                w->ask->by_rep ? &w->team : NULL, w->err);
    return status;
}

static dd_status
fill(work *w, dd_notes *notes)
{
    dd_plan *self = w->plan;
    const dd_roster_of company = company_of(w);
    dd_status status = DD_OK;

    self->by_rep = w->ask->by_rep;
    if (self->by_rep)
        status = dd_roster_init(&w->team, &company, NULL, w->err);
    if (!status)
        status = set_now(w);
    dd_plan_set_usual(self, w->model);
    dd_plan_count_done(self, w->past);
    if (!status)
        status = self->by_rep ? plan_reps(w) : plan_deals(w);
    if (!status)
        status = make_reps(w);
    if (!status)
        status = answer_more(w);
    if (!status && !dd_chance_is_known(&w->model->effort->opportunity_of_visit)
        && dd_notes_add(
            notes, "visits_unknown",
            "nothing tells what comes of a visit: effort: "
            "{visits_per_opportunity: 10} in the funnel file, or activities, "
            "would turn opportunities into visits"))
        status = dd_error_no_memory(w->err);
    if (!status && dd_summary_note_few(self->p_hit_now_mcse, self->trials, notes))
        status = dd_error_no_memory(w->err);
    return status;
}

dd_status
dd_plan_make(dd_plan *self, const dd_plan_ask *ask, const dd_model *model,
             const dd_book *book, const dd_past *past, const dd_question *question,
             const char *currency, dd_notes *notes, dd_error *err)
{
    work w = { .plan = self,
               .ask = ask,
               .model = model,
               .book = book,
               .past = past,
               .asked = question,
               .question = *question,
               .err = err };
    dd_status status = DD_OK;

    *self = (dd_plan){ .as_of = question->as_of,
                       .trials = question->trials,
                       .confidence = question->confidence,
                       .period = question->periods[ask->period],
                       .target
                       = ask->deals > 0 ? DD_NO_TARGET : question->target[ask->period],
                       .target_deals = ask->deals,
                       .booked = book->booked[ask->period],
                       .booked_wins = book->booked_wins[ask->period] };
    w.question.n_periods = ask->period + 1;
    w.goal = (dd_goal){ ask->period, self->target, ask->deals, 0 };
    if (currency != NULL && (self->currency = strdup(currency)) == NULL)
        status = dd_error_no_memory(err);
    if (!status)
        status = fill(&w, notes);
    dd_needed_free(&w.needed);
    dd_coverage_free(&w.coverage);
    dd_roster_free(&w.team);
    if (status)
        dd_plan_free(self);
    return status;
}
