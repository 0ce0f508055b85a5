#include "answers/plan/plan_quotas_parts.h"

#include "engine/player.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LATELY_DAYS (26 * 7)
#define SHRINK_WEEKS 2.0

/* Deals that came lately in a rep's name, and so many more as the work in the period is
 * part of the team's. */
static void
find_shares(dd_quotas_work *w)
{
    double weeks = 0.0, deals = 0.0, all = 0.0;
    dd_moment since = dd_day_end(w->past->as_of - LATELY_DAYS);
    for (size_t i = 0; i < w->past->n_deals; i++) {
        const dd_past_deal *deal = &w->past->deals[i];
        for (size_t k = 0; k < w->n && deal->created >= since; k++)
            if (deal->owner >= 0 && deal->owner == w->owner[k]) {
                w->share[k] += 1.0;
                deals += 1.0;
            }
    }
    for (size_t k = 0; k < w->n; k++)
        weeks += dd_quotas_weeks(w, w->member[k]);
    deals *= SHRINK_WEEKS / (LATELY_DAYS / 7.0);
    for (size_t k = 0; k < w->n; k++) {
        w->share[k]
            += fmax(deals, 1.0) * dd_quotas_weeks(w, w->member[k]) / fmax(weeks, 1e-9);
        all += w->share[k];
    }
    for (size_t k = 0; k < w->n; k++)
        w->share[k] /= all;
}

/* ---- one rep's own future ---- */

/* Deals of the book with this owner: the book's arrays, picked. */
static dd_status
pick(dd_book *own, const dd_book *book, int32_t owner, dd_error *err)
{
    size_t n = book->n + 1;
    *own = *book;
    own->n = 0;
    own->key = malloc(n * sizeof *own->key);
    own->pipeline = malloc(n * sizeof *own->pipeline);
    own->stage = malloc(n * sizeof *own->stage);
    own->age_days = malloc(n * sizeof *own->age_days);
    own->amount = malloc(n * sizeof *own->amount);
    own->owner = malloc(n * sizeof *own->owner);
    own->segment = malloc(n * sizeof *own->segment);
    own->kind = malloc(n * sizeof *own->kind);
    own->source = malloc(n * sizeof *own->source);
    own->first_owner = malloc(n * sizeof *own->first_owner);
    own->first_amount = malloc(n * sizeof *own->first_amount);
    own->booked = calloc(book->periods + 1, sizeof *own->booked);
    if (!own->key || !own->pipeline || !own->stage || !own->age_days || !own->amount
        || !own->owner || !own->segment || !own->kind || !own->source
        || !own->first_owner || !own->first_amount || !own->booked)
        return dd_error_no_memory(err);
    for (size_t i = 0; i < book->n; i++) {
        size_t k = own->n;
        if (book->owner[i] != owner || owner < 0)
            continue;
        own->key[k] = book->key[i];
        own->pipeline[k] = book->pipeline[i];
        own->stage[k] = book->stage[i];
        own->age_days[k] = book->age_days[i];
        own->amount[k] = book->amount[i];
        own->owner[k] = book->owner[i];
        own->segment[k] = book->segment[i];
        own->kind[k] = book->kind[i];
        own->source[k] = book->source[i];
        own->first_owner[k] = book->first_owner[i];
        own->first_amount[k] = book->first_amount[i];
        own->n++;
    }
    return DD_OK;
}

static void
unpick(dd_book *own)
{
    void *arrays[] = { own->key,    own->pipeline,    own->stage,        own->age_days,
                       own->amount, own->owner,       own->segment,      own->kind,
                       own->source, own->first_owner, own->first_amount, own->booked };
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        free(arrays[i]);
}

/* A share of the arrivals, or of the decided visits those of the rep. */
static void
own_effort(const dd_quotas_work *w, size_t k, dd_effort *effort, dd_member *member)
{
    *effort = *w->model->effort;
    if (dd_effort_is_decided(effort)) {
        *member = *w->member[k];
        effort->team.members = member;
        effort->team.n = 1;
        effort->uncaused *= w->share[k];
        return;
    }
    effort->uncaused = dd_effort_arrivals(effort) * w->share[k];
    effort->planned = 1;
}

static dd_status
play_one(dd_quotas_work *w, size_t k)
{
    dd_outcomes outcomes = { 0 };
    dd_model model = *w->model;
    dd_effort effort;
    dd_member member;
    dd_book own;
    size_t trials = w->question.trials;
    dd_status status = pick(&own, w->book, w->owner[k], w->err);

    own_effort(w, k, &effort, &member);
    model.effort = &effort;
    if (!status) {
        own.booked[w->period] = dd_quotas_booked(w, w->owner[k]);
        status = dd_player_simulate(&outcomes, &model, &own, &w->question, NULL, w->err);
    }
    if (!status)
        memcpy(w->column[k], outcomes.bookings + w->period * trials,
               trials * sizeof *w->column[k]);
    dd_outcomes_free(&outcomes);
    unpick(&own);
    return status;
}

dd_status
dd_quotas_play_alone(dd_quotas_work *w)
{
    size_t trials = w->question.trials;
    dd_status status = DD_OK;

    find_shares(w);
    w->all = malloc((w->n * trials + 1) * sizeof *w->all);
    if (!w->all)
        return dd_error_no_memory(w->err);
    for (size_t k = 0; k < w->n && !status; k++) {
        w->column[k] = w->all + k * trials;
        status = play_one(w, k);
    }
    return status;
}
