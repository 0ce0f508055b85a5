#include "model/effort.h"

#include "model/curve/process.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW_DAYS (26 * 7) /* as arrivals are counted */
#define PRIOR_OF_NONE 0.5    /* Jeffreys: Beta(1/2, 1/2) */

static const double unknown = (double) NAN;

/** What the window of activities shows. */
typedef struct {
    dd_day from;          /* of the first visit in it; DD_NO_DAY: none */
    double visits, leads; /* visits that looked for new deals */
    double opportunities; /* that arrived in it */
    double others;        /* of them, of owners who log no visits */
} tally;

static dd_day
window_start(const dd_past *past)
{
    dd_day start = past->as_of - WINDOW_DAYS + 1;
    return past->starts != DD_NO_DAY && past->starts > start ? past->starts : start;
}

static void
count_activities(const dd_past *past, tally *t, char *visits)
{
    for (size_t i = 0; i < past->n_activities; i++) {
        const dd_past_activity *a = &past->activities[i];
        if (a->day < window_start(past) || a->on_deal || a->kind == DD_OTHER_ACTIVITY)
            continue;
        *(a->kind == DD_VISIT ? &t->visits : &t->leads) += (double) a->count;
        if (a->kind != DD_VISIT)
            continue;
        t->from = t->from == DD_NO_DAY || a->day < t->from ? a->day : t->from;
        if (a->owner >= 0)
            visits[a->owner] = 1;
    }
}

/* Deals that arrived since the first visit: those of reps who never log one were not
 * found by any. */
static void
count_opportunities(const dd_past *past, tally *t, const char *visits)
{
    for (size_t i = 0; i < past->n_deals && t->from != DD_NO_DAY; i++) {
        const dd_past_deal *deal = &past->deals[i];
        if (deal->created == DD_NO_MOMENT || dd_moment_day(deal->created) < t->from
            || deal->first_stage < 0)
            continue;
        t->opportunities += 1.0;
        t->others += deal->owner >= 0 && !visits[deal->owner];
    }
}

static dd_status
count_all(const dd_past *past, tally *t, dd_error *err)
{
    char *visits = calloc(past->owners.n + 1, 1);
    *t = (tally){ .from = DD_NO_DAY };
    if (!visits)
        return dd_error_no_memory(err);
    count_activities(past, t, visits);
    count_opportunities(past, t, visits);
    free(visits);
    return DD_OK;
}

/* A chance of which "so many for one" is believed, updated by what was counted: n tried,
 * `hits` of them came off. */
static dd_chance
fit_chance(const dd_belief *times, double worth, double n, double hits)
{
    dd_chance chance = { 0.0, -1.0, unknown };
    dd_belief share = { times->given, 0.0, 0.0 };
    if (!times->given && n <= 0.0)
        return chance;
    chance = (dd_chance){ PRIOR_OF_NONE, PRIOR_OF_NONE, unknown };
    if (times->given) {
        share.low = 1.0 / times->high;
        share.high = 1.0 / times->low;
        double centre = dd_belief_centre(&share);
        if (dd_belief_is_fixed(&share, worth) || centre >= 1.0)
            return (dd_chance){ 0.0, -1.0, centre };
        double deals = dd_belief_chance_worth(&share, worth);
        chance.hits = deals * centre;
        chance.misses = deals * (1.0 - centre);
    }
    chance.hits += fmin(hits, n);
    chance.misses += fmax(n - hits, 0.0);
    return chance;
}

int
dd_chance_is_known(const dd_chance *self)
{
    return self->misses >= 0.0 || !isnan(self->sure);
}

double
dd_chance_mean(const dd_chance *self)
{
    return self->misses < 0.0 ? self->sure : self->hits / (self->hits + self->misses);
}

static double
draw_chance(const dd_chance *self, const gsl_rng *r)
{
    return self->misses < 0.0 ? self->sure : gsl_ran_beta(r, self->hits, self->misses);
}

/* Arrivals that the usual visits do not explain were caused by none. */
static double
unexplained(const dd_effort *self, double usual_per_week, double per_week)
{
    double explained = usual_per_week * dd_chance_mean(&self->opportunity_of_visit);
    if (per_week <= 0.0 || isnan(explained))
        return 0.0;
    return fmax(1.0 - explained / per_week, 0.0);
}

/* Where visits were counted their owners tell; else usual visits at the believed rate. */
static double
uncaused_share(const dd_effort *self, const dd_past *past, const tally *t,
               const dd_funnel *funnel, double per_week)
{
    int fixed
        = dd_belief_is_fixed(&funnel->effort.visits_per_opportunity, funnel->worth);
    if (t->visits > 0.0 && !fixed)
        return t->opportunities > 0.0 ? t->others / t->opportunities : 0.0;
    if (t->visits > 0.0)
        return unexplained(self, self->usual_per_week, per_week);
    if (!self->per_rep_week.given)
        return 0.0;
    return unexplained(self,
                       dd_team_week_until(&self->team, past->as_of)
                           * dd_belief_centre(&self->per_rep_week),
                       per_week);
}

static dd_status
copy_stages(dd_effort *self, const dd_effort_belief *belief)
{
    self->stages = calloc(belief->n_stages + 1, sizeof *self->stages);
    if (!self->stages)
        return DD_ENOMEM;
    for (size_t i = 0; i < belief->n_stages; i++) {
        self->stages[i].visits = belief->stages[i].visits;
        self->stages[i].stage = strdup(belief->stages[i].stage);
        if (!self->stages[i].stage)
            return DD_ENOMEM;
        self->n_stages++;
    }
    return DD_OK;
}

/* Where the funnel does not list its stages, only the past knows them. */
static dd_status
check_stages(const dd_past *past, const dd_funnel *funnel, dd_error *err)
{
    for (size_t i = 0; i < funnel->effort.n_stages; i++) {
        const dd_stage_visits *belief = &funnel->effort.stages[i];
        dd_place place = belief->place;
        int known = 0;
        for (size_t p = 0; p < past->n_pipelines; p++)
            for (size_t s = 0; s < past->pipelines[p].n_stages; s++)
                known |= strcmp(past->pipelines[p].stages[s], belief->stage) == 0;
        place.file = funnel->path;
        if (!known)
            return dd_error_add(err, DD_EDATA, &place, belief->stage,
                                "a stage of the funnel", "visits for an unknown stage");
    }
    return DD_OK;
}

static dd_status
tell(const tally *t, dd_notes *notes)
{
    double caused = t->opportunities - t->others;
    if (t->visits <= 0.0 || caused <= t->visits)
        return DD_OK;
    return dd_notes_add(notes, "more_deals_than_visits",
                        "activities show %.0f visits and %.0f new deals since then: "
                        "visits are hardly all recorded, and a visit's worth is "
                        "overstated",
                        t->visits, caused);
}

#define AS_USUAL 0.05 /* closer than that the decided visits bring what came anyway */

/* Decided visits stand in the place of deals that came by themselves. */
static dd_status
tell_decided(const dd_effort *self, dd_day as_of, double per_week, dd_notes *notes)
{
    double brings;
    if (!dd_effort_is_decided(self) || per_week <= 0.0)
        return DD_OK;
    brings = dd_team_week_from(&self->team, as_of + 1)
                 * dd_belief_centre(&self->per_rep_week)
                 * dd_chance_mean(&self->opportunity_of_visit)
             + self->uncaused * per_week;
    if (fabs(brings - per_week) <= AS_USUAL * per_week)
        return DD_OK;
    return dd_notes_add(
        notes, "visits_decide",
        "new deals follow the visits that effort: decides: %.3g a week%s, "
        "where %.3g came lately; without visits_per_rep_week they "
        "would come as lately",
        brings,
        self->n_stages > 0 ? " but for the visits that open deals take "
                             "first (visits_per_stage)"
                           : "",
        per_week);
}

/* Without activities the visits of the funnel file stand for those made so far, too: what
 * they do not explain of the new deals there were comes whatever is decided. */
static dd_status
tell_uncaused(const dd_effort *self, const tally *t, double per_week, dd_notes *notes)
{
    if (t->visits > 0.0 || !dd_effort_is_decided(self) || per_week <= 0.0
        || self->uncaused <= AS_USUAL)
        return DD_OK;
    return dd_notes_add(notes, "visits_explain",
                        "the visits of effort: are taken for those made so far, and "
                        "explain %.3g of the %.3g new deals a week that came lately: "
                        "the other %.3g come whatever the visits. Where more visits "
                        "were made, say those, and try fewer in a what-if",
                        (1.0 - self->uncaused) * per_week, per_week,
                        self->uncaused * per_week);
}

dd_status
dd_effort_fit(dd_effort *self, const dd_past *past, const dd_funnel *funnel,
              double per_week, dd_notes *notes, dd_error *err)
{
    const dd_effort_belief *belief = &funnel->effort;
    tally t;
    dd_status status;

    memset(self, 0, sizeof *self);
    self->factor = 1.0;
    self->until = DD_NO_DAY;
    self->per_rep_week = belief->visits_per_rep_week;
    self->usual_per_week = unknown;
    status = check_stages(past, funnel, err);
    if (!status)
        status = count_all(past, &t, err);
    if (!status)
        status = dd_team_init(&self->team, past, funnel, err);
    if (status)
        return status;
    self->opportunity_of_visit
        = fit_chance(&belief->visits_per_opportunity, funnel->worth, t.visits,
                     t.opportunities - t.others);
    self->visit_of_lead
        = fit_chance(&belief->leads_per_visit, funnel->worth, t.leads, t.visits);
    if (t.visits > 0.0)
        self->usual_per_week = 7.0 * t.visits / (past->as_of - t.from + 1);
    self->uncaused = uncaused_share(self, past, &t, funnel, per_week);
    if (copy_stages(self, belief)
        || (notes
            && (tell(&t, notes) || tell_decided(self, past->as_of, per_week, notes)
                || tell_uncaused(self, &t, per_week, notes)))) {
        dd_effort_free(self);
        return dd_error_no_memory(err);
    }
    return DD_OK;
}

void
dd_effort_free(dd_effort *self)
{
    for (size_t i = 0; i < self->n_stages; i++)
        free(self->stages[i].stage);
    free(self->stages);
    dd_team_free(&self->team);
    memset(self, 0, sizeof *self);
}

int
dd_effort_is_decided(const dd_effort *self)
{
    return self->per_rep_week.given && !self->planned
           && dd_chance_is_known(&self->opportunity_of_visit);
}

dd_effort_draw
dd_effort_mean(const dd_effort *self)
{
    return (dd_effort_draw){
        dd_chance_mean(&self->opportunity_of_visit),
        dd_chance_mean(&self->visit_of_lead),
        dd_effort_is_decided(self) ? self->factor * dd_belief_centre(&self->per_rep_week)
                                   : unknown,
    };
}

dd_effort_draw
dd_effort_draw_from(const dd_effort *self, const gsl_rng *r)
{
    dd_effort_draw draw = { .per_rep_week = unknown };
    draw.opportunity_of_visit = draw_chance(&self->opportunity_of_visit, r);
    draw.visit_of_lead = draw_chance(&self->visit_of_lead, r);
    if (dd_effort_is_decided(self))
        draw.per_rep_week
            = self->factor * dd_belief_draw_mean(&self->per_rep_week, 0.0, r);
    return draw;
}

double
dd_effort_arrivals(const dd_effort *self)
{
    if (dd_effort_is_decided(self) || self->planned)
        return self->uncaused;
    return dd_chance_is_known(&self->opportunity_of_visit)
               ? 1.0 + (1.0 - self->uncaused) * (self->factor - 1.0)
               : 1.0;
}
