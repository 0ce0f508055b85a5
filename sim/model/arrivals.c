#include "model/curve/process.h"

#include <math.h>

#define WINDOW_DAYS (26 * 7)
#define SHAPE_OF_NONE 0.5 /* Jeffreys: a Gamma(n + 1/2, weeks) posterior of the rate */

dd_day
dd_arrivals_first_day(const dd_past *past)
{
    dd_day start = past->first_day;
    if (past->starts != DD_NO_DAY && past->starts > start)
        start = past->starts;
    return start < past->as_of ? start : past->as_of;
}

static int
arrived(const dd_past_deal *deal, int32_t pipeline, dd_day from, dd_day to)
{
    if (deal->pipeline != pipeline || deal->created == DD_NO_MOMENT
        || deal->first_stage < 0)
        return 0;
    dd_day day = dd_moment_day(deal->created);
    return day >= from && day <= to;
}

#define TABLED_DAYS 512 /* weights of so many days ago are kept at hand */

typedef double weights[TABLED_DAYS];

static double
weight_of(const weights table, size_t memory, dd_day ago)
{
    return ago < TABLED_DAYS ? table[ago] : dd_memory_weight(memory, ago);
}

void
dd_arrivals_count(const dd_past *past, int32_t pipeline, const dd_season *season,
                  double n[DD_MEMORIES], double days[DD_MEMORIES])
{
    weights table[DD_MEMORIES];
    dd_day from = dd_arrivals_first_day(past);
    for (size_t m = 0; m < DD_MEMORIES; m++) {
        n[m] = days[m] = 0.0;
        for (dd_day ago = 0; ago < TABLED_DAYS; ago++)
            table[m][ago] = dd_memory_weight(m, ago);
        for (dd_day day = from; day <= past->as_of; day++)
            days[m] += weight_of(table[m], m, past->as_of - day)
                       * (season ? dd_season_at(season, day) : 1.0);
    }
    for (size_t i = 0; i < past->n_deals; i++) {
        const dd_past_deal *deal = &past->deals[i];
        if (!arrived(deal, pipeline, from, past->as_of))
            continue;
        dd_day ago = past->as_of - dd_moment_day(deal->created);
        for (size_t m = 0; m < DD_MEMORIES; m++)
            n[m] += weight_of(table[m], m, ago);
    }
}

/* Shares of the stages entered in the last 26 weeks; nobody seen: all enter `entry`. */
static void
count_shares(dd_arrivals *self, const dd_past *past, int32_t pipeline, size_t n_stages,
             int32_t entry)
{
    double n = 0.0;
    dd_day from = past->as_of - WINDOW_DAYS + 1, first = dd_arrivals_first_day(past);
    for (size_t s = 0; s < n_stages; s++)
        self->share[s] = 0.0;
    for (size_t i = 0; entry < 0 && i < past->n_deals; i++) {
        const dd_past_deal *deal = &past->deals[i];
        if (!arrived(deal, pipeline, from > first ? from : first, past->as_of))
            continue;
        self->share[deal->first_stage] += 1.0;
        n += 1.0;
    }
    for (size_t s = 0; s < n_stages; s++)
        self->share[s]
            = n > 0.0 ? self->share[s] / n : (s == (size_t) (entry < 0 ? 0 : entry));
}

double
dd_arrivals_heads(const dd_past *past, const dd_funnel *funnel)
{
    size_t now = 0, later = 0;
    if (past->n_reps == 0 && funnel->team > 0)
        return (double) funnel->team;
    for (size_t i = 0; i < past->n_reps; i++) {
        const dd_rep *rep = &past->reps[i];
        int has_come = rep->start == DD_NO_DAY || rep->start <= past->as_of;
        now += has_come && (rep->end == DD_NO_DAY || rep->end >= past->as_of);
        later += !has_come;
    }
    return (double) (now > 0 ? now : later > 0 ? later : 1);
}

/* A belief per rep and week, spread over the pipelines. */
static void
add_belief(dd_arrivals *self, const dd_past *past, const dd_funnel *funnel)
{
    const dd_belief *belief = &funnel->new_deals_per_rep_week;
    double heads = dd_arrivals_heads(past, funnel) / (double) past->n_pipelines;
    double per_week = dd_belief_centre(belief) * heads;
    if (dd_belief_is_fixed(belief, funnel->worth)) {
        self->fixed_per_week = per_week;
        return;
    }
    double cv = (belief->high - belief->low) / (2.0 * 1.6448536269514722)
                / fmax(dd_belief_centre(belief), 1e-12);
    double strength = belief->low < belief->high ? 1.0 / (cv * cv) : funnel->worth;
    for (size_t m = 0; per_week > 0.0 && m < DD_MEMORIES; m++) {
        self->shape[m] += strength - (self->shape[m] > 0.0 ? SHAPE_OF_NONE : 0.0);
        self->weeks[m] += strength / per_week;
    }
}

void
dd_arrivals_fit(dd_arrivals *self, const dd_past *past, int32_t pipeline,
                size_t n_stages, int32_t believed_entry, const dd_funnel *funnel)
{
    double n[DD_MEMORIES], days[DD_MEMORIES];
    int watched = past->first_day < past->as_of; /* else nobody counted arrivals */
    dd_arrivals_count(past, pipeline, NULL, n, days);
    count_shares(self, past, pipeline, n_stages, believed_entry);
    self->fixed_per_week = (double) NAN;
    for (size_t m = 0; m < DD_MEMORIES; m++) {
        self->memory_chance[m] = m == 0;
        self->shape[m] = funnel->new_business && watched ? n[m] + SHAPE_OF_NONE : 0.0;
        self->weeks[m] = watched ? days[m] / 7.0 : 0.0;
    }
    if (funnel->new_business && funnel->new_deals_per_rep_week.given)
        add_belief(self, past, funnel);
}

void
dd_arrivals_take_season(dd_arrivals *self, const dd_past *past, int32_t pipeline,
                        const dd_season *season)
{
    double n[DD_MEMORIES], calendar[DD_MEMORIES], days[DD_MEMORIES];
    if (!season->runs || past->first_day >= past->as_of)
        return;
    dd_arrivals_count(past, pipeline, NULL, n, calendar);
    dd_arrivals_count(past, pipeline, season, n, days);
    for (size_t m = 0; m < DD_MEMORIES; m++)
        self->weeks[m] += (days[m] - calendar[m]) / 7.0;
}
