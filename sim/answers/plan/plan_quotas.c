#include "answers/plan/plan_quotas.h"

#include "answers/forecast/summary.h"
#include "engine/player.h"
#include "model/effort.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LATELY_DAYS (26 * 7)
#define SHRINK_WEEKS 2.0
#define MOST_TRIALS 16384 /* of each rep: the quantiles asked for are no extremes */

/** What is carried along. */
typedef struct {
    const dd_model *model;
    const dd_book *book;
    const dd_past *past;
    dd_question question; /* up to the period */
    size_t period;
    size_t n; /* members of the team who are somebody */
    const dd_member **member;
    int32_t *owner;      /* of each; -1: no deal is theirs */
    double *share;       /* of what is to come */
    dd_ranking *ranking; /* bookings of each in the period */
    int64_t **column;
    dd_error *err;
} work;

/* ---- who ---- */

static int32_t
owner_named(const dd_past *past, const char *name)
{
    for (size_t i = 0; i < past->owners.n; i++)
        if (strcmp(past->owners.items[i], name) == 0)
            return (int32_t) i;
    return -1;
}

static double
weeks_in_period(const work *w, const dd_member *member)
{
    double weeks = 0.0;
    const dd_period *period = &w->question.periods[w->period];
    dd_day day = w->question.as_of + 1;
    for (day = day > period->start ? day : period->start; day <= period->end; day++)
        weeks += dd_member_weeks(&w->model->effort->team, member, day);
    return weeks;
}

static int
is_member(const work *w, const char *name)
{
    for (size_t k = 0; k < w->n; k++)
        if (strcmp(w->member[k]->name, name) == 0)
            return 1;
    return 0;
}

/* A new span of the same rep is the same rep. */
static void
find_members(work *w)
{
    const dd_team *team = &w->model->effort->team;
    for (size_t i = 0; i < team->n; i++) {
        const dd_member *member = &team->members[i];
        if (!member->name || weeks_in_period(w, member) <= 0.0
            || is_member(w, member->name))
            continue;
        w->member[w->n] = member;
        w->owner[w->n++] = owner_named(w->past, member->name);
    }
}

/* Deals that came lately in a rep's name, and so many more as the work in the period is
 * part of the team's. */
static void
find_shares(work *w)
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
        weeks += weeks_in_period(w, w->member[k]);
    deals *= SHRINK_WEEKS / (LATELY_DAYS / 7.0);
    for (size_t k = 0; k < w->n; k++) {
        w->share[k]
            += fmax(deals, 1.0) * weeks_in_period(w, w->member[k]) / fmax(weeks, 1e-9);
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

static int64_t
booked_by(const work *w, int32_t owner)
{
    const dd_period *period = &w->question.periods[w->period];
    int64_t sum = 0;
    for (size_t i = 0; i < w->past->n_deals && owner >= 0; i++) {
        const dd_past_deal *deal = &w->past->deals[i];
        if (deal->owner != owner || deal->stage != DD_WON
            || deal->amount == DD_UNKNOWN_AMOUNT)
            continue;
        dd_day day = dd_moment_day(deal->closed);
        if (day >= period->start && day <= period->end)
            sum += deal->amount;
    }
    return sum;
}

/* A share of the arrivals, or of the decided visits those of the rep. */
static void
own_effort(const work *w, size_t k, dd_effort *effort, dd_member *member)
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
play_one(work *w, size_t k)
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
        own.booked[w->period] = booked_by(w, w->owner[k]);
        status = dd_player_simulate(&outcomes, &model, &own, &w->question, NULL, w->err);
    }
    w->column[k] = malloc((trials + 1) * sizeof *w->column[k]);
    if (!status && !w->column[k])
        status = dd_error_no_memory(w->err);
    if (!status) {
        memcpy(w->column[k], outcomes.bookings + w->period * trials,
               trials * sizeof *w->column[k]);
        status
            = dd_ranking_init(&w->ranking[k], w->column[k], trials,
                              w->question.rates_fixed && w->question.level_off, w->err);
    }
    dd_outcomes_free(&outcomes);
    unpick(&own);
    return status;
}

/* ---- sharing out ---- */

static int64_t
sum_at(int64_t *const *sorted, size_t n, size_t trial)
{
    int64_t sum = 0;
    for (size_t k = 0; k < n; k++)
        sum += sorted[k][trial];
    return sum;
}

/* The part of the target that falls to each, rounded in sum. */
static void
scale(int64_t *const *sorted, size_t n, size_t trial, int64_t target, int64_t *quota)
{
    double all = (double) sum_at(sorted, n, trial), so_far = 0.0;
    int64_t given = 0;
    for (size_t k = 0; k < n; k++) {
        so_far += all > 0.0 ? (double) sorted[k][trial] / all : 1.0 / (double) n;
        int64_t by_now = k + 1 < n ? llround(so_far * (double) target) : target;
        quota[k] = by_now - given;
        given = by_now;
    }
}

void
dd_quotas_share(int64_t *const *sorted, size_t n, size_t trials, int64_t target,
                int64_t *quota)
{
    size_t low = 0, high = trials - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sum_at(sorted, n, middle) < target)
            low = middle + 1;
        else
            high = middle;
    }
    scale(sorted, n, low, target, quota);
}

/* ---- all together ---- */

static void
set_present(const work *w, dd_quota *quota, size_t k)
{
    const dd_period *period = &w->question.periods[w->period];
    quota->quota_now = DD_UNKNOWN_AMOUNT;
    quota->p_attain_now = (double) NAN;
    for (size_t i = 0; i < w->past->n_reps; i++) {
        const dd_rep *rep = &w->past->reps[i];
        if (strcmp(rep->name, quota->owner) != 0 || rep->quota == DD_UNKNOWN_AMOUNT
            || rep->quota_period != period->kind
            || (rep->end != DD_NO_DAY && rep->end < period->start))
            continue;
        quota->quota_now = rep->quota;
        quota->p_attain_now = dd_summary_reach(&w->ranking[k], rep->quota);
    }
}

static void
set_all(dd_quotas *self, const work *w, const int64_t *quota)
{
    double sum = 0.0, quotas = 0.0;
    for (size_t k = 0; k < w->n; k++) {
        dd_quota *one = &self->items[k];
        one->owner = w->member[k]->name;
        one->quota = quota[k];
        one->p_attain = dd_summary_reach(&w->ranking[k], quota[k]);
        one->p_attain_mcse = dd_summary_reach_mcse(&w->ranking[k], quota[k]);
        one->expected = dd_summary_of(&w->ranking[k]).mean;
        set_present(w, one, k);
        sum += one->expected;
        self->p_attain += one->quota > 0 ? one->p_attain : 0.0;
        quotas += one->quota > 0;
    }
    for (size_t k = 0; k < w->n; k++)
        self->items[k].balance
            = sum > 0.0 ? self->items[k].expected * (double) w->n / sum : (double) NAN;
    self->p_attain /= fmax(quotas, 1.0);
    self->n = w->n;
    self->unowned = w->book->n;
    for (size_t i = 0; i < w->book->n; i++)
        for (size_t k = 0; k < w->n; k++)
            self->unowned -= w->book->owner[i] >= 0 && w->book->owner[i] == w->owner[k];
}

static dd_status
share_out(dd_quotas *self, const work *w, int64_t target)
{
    int64_t **sorted = malloc(w->n * sizeof *sorted);
    int64_t *quota = malloc(w->n * sizeof *quota);
    self->items = calloc(w->n, sizeof *self->items);
    if (!sorted || !quota || !self->items) {
        free(sorted);
        free(quota);
        return dd_error_no_memory(w->err);
    }
    for (size_t k = 0; k < w->n; k++)
        sorted[k] = w->ranking[k].sorted;
    dd_quotas_share(sorted, w->n, w->question.trials, target, quota);
    set_all(self, w, quota);
    free(sorted);
    free(quota);
    return DD_OK;
}

static dd_status
make_room(work *w)
{
    size_t n = w->model->effort->team.n + 1;
    w->member = calloc(n, sizeof *w->member);
    w->owner = calloc(n, sizeof *w->owner);
    w->share = calloc(n, sizeof *w->share);
    w->ranking = calloc(n, sizeof *w->ranking);
    w->column = calloc(n, sizeof *w->column);
    return w->member && w->owner && w->share && w->ranking && w->column
               ? DD_OK
               : dd_error_no_memory(w->err);
}

static void
free_room(work *w)
{
    for (size_t k = 0; k < w->n && w->ranking && w->column; k++) {
        dd_ranking_free(&w->ranking[k]);
        free(w->column[k]);
    }
    free(w->member);
    free(w->owner);
    free(w->share);
    free(w->ranking);
    free(w->column);
}

dd_status
dd_quotas_make(dd_quotas *self, const dd_model *model, const dd_book *book,
               const dd_past *past, const dd_question *question, size_t period,
               int64_t target, dd_error *err)
{
    work w = { .model = model,
               .book = book,
               .past = past,
               .question = *question,
               .period = period,
               .err = err };
    dd_status status = make_room(&w);

    *self = (dd_quotas){ 0 };
    w.question.n_periods = period + 1;
    if (w.question.trials > MOST_TRIALS)
        w.question.trials = MOST_TRIALS;
    if (!status) {
        find_members(&w);
        find_shares(&w);
    }
    if (!status && w.n == 0)
        status = dd_error_add(err, DD_EUSAGE, NULL, NULL,
                              "an owner column in the history, or reps.csv",
                              "nobody is known who could have a quota");
    for (size_t k = 0; k < w.n && !status; k++)
        status = play_one(&w, k);
    if (!status)
        status = share_out(self, &w, target);
    free_room(&w);
    if (status)
        dd_quotas_free(self);
    return status;
}

void
dd_quotas_free(dd_quotas *self)
{
    free(self->items);
    *self = (dd_quotas){ 0 };
}
