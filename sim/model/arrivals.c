#include "model/process.h"

#include <math.h>

#define WINDOW_DAYS (26 * 7)
#define SHAPE_OF_NONE 0.5 /* Jeffreys: a Gamma(n + 1/2, weeks) posterior of the rate */

/* The first day from which arrivals are counted. */
static dd_day
window_start(const dd_past *past)
{
    dd_day start = past->as_of - WINDOW_DAYS + 1;
    if (past->first_day != DD_NO_DAY && start < past->first_day)
        start = past->first_day;
    if (past->starts != DD_NO_DAY && start < past->starts)
        start = past->starts;
    return start < past->as_of ? start : past->as_of;
}

static double
count_arrivals(dd_arrivals *self, const dd_past *past, int32_t pipeline, size_t n_stages)
{
    double n = 0.0;
    dd_moment from = (dd_moment) window_start(past) * DD_SECONDS_PER_DAY;
    for (size_t s = 0; s < n_stages; s++)
        self->share[s] = 0.0;
    for (size_t i = 0; i < past->n_deals; i++) {
        const dd_past_deal *deal = &past->deals[i];
        if (deal->pipeline != pipeline || deal->created == DD_NO_MOMENT
            || deal->created < from || deal->first_stage < 0)
            continue;
        self->share[deal->first_stage] += 1.0;
        n += 1.0;
    }
    return n;
}

/* n deals of any one stage become shares; nobody seen: all enter `entry`. */
static void
make_shares(dd_arrivals *self, double n, size_t n_stages, size_t entry)
{
    for (size_t s = 0; s < n_stages; s++)
        self->share[s] = n > 0.0 ? self->share[s] / n : (s == entry ? 1.0 : 0.0);
}

/* A belief per rep and week, spread over the pipelines. */
static void
add_belief(dd_arrivals *self, double n, const dd_funnel *funnel, size_t pipelines)
{
    const dd_belief *belief = &funnel->new_deals_per_rep_week;
    double heads = (funnel->team > 0 ? (double) funnel->team : 1.0) / (double) pipelines;
    double per_week = dd_belief_centre(belief) * heads;
    if (dd_belief_is_fixed(belief, funnel->worth)) {
        self->fixed_per_week = per_week;
        return;
    }
    double cv = (belief->high - belief->low) / (2.0 * 1.6448536269514722)
                / fmax(dd_belief_centre(belief), 1e-12);
    double strength = belief->low < belief->high ? 1.0 / (cv * cv) : funnel->worth;
    if (per_week > 0.0) {
        self->shape = n + strength;
        self->weeks += strength / per_week;
    }
}

void
dd_arrivals_fit(dd_arrivals *self, const dd_past *past, int32_t pipeline,
                size_t n_stages, int32_t believed_entry, const dd_funnel *funnel)
{
    double n = count_arrivals(self, past, pipeline, n_stages);
    size_t entry = believed_entry >= 0 ? (size_t) believed_entry : 0;
    make_shares(self, believed_entry >= 0 ? 0.0 : n, n_stages, entry);
    self->fixed_per_week = (double) NAN;
    self->shape = 0.0;
    self->weeks = (past->as_of - window_start(past) + 1) / 7.0;
    if (!funnel->new_business)
        return;
    self->shape = n + SHAPE_OF_NONE;
    if (funnel->new_deals_per_rep_week.given)
        add_belief(self, n, funnel, past->n_pipelines);
}
