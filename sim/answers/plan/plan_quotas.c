#include "answers/plan/plan_quotas_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_TRIALS 16384 /* of each rep: the quantiles asked for are no extremes */
#define FEW_TRIALS 1024   /* below them little is known */
#define MOST_REP_TRIALS (16 << 20) /* all at once: thousands of reps take fewer */

/* ---- who ---- */

static int32_t
owner_named(const dd_past *past, const char *name)
{
    for (size_t i = 0; i < past->owners.n; i++)
        if (strcmp(past->owners.items[i], name) == 0)
            return (int32_t) i;
    return -1;
}

double
dd_quotas_weeks(const dd_quotas_work *w, const dd_member *member)
{
    double weeks = 0.0;
    const dd_period *period = &w->question.periods[w->period];
    dd_day day = w->question.as_of + 1;
    for (day = day > period->start ? day : period->start; day <= period->end; day++)
        weeks += dd_member_weeks(&w->model->effort->team, member, day);
    return weeks;
}

static int
is_member(const dd_quotas_work *w, const char *name)
{
    for (size_t k = 0; k < w->n; k++)
        if (strcmp(w->member[k]->name, name) == 0)
            return 1;
    return 0;
}

/* A new span of the same rep is the same rep. */
static void
find_members(dd_quotas_work *w)
{
    const dd_team *team = &w->model->effort->team;
    for (size_t i = 0; i < team->n; i++) {
        const dd_member *member = &team->members[i];
        if (!member->name || dd_quotas_weeks(w, member) <= 0.0
            || is_member(w, member->name))
            continue;
        w->member[w->n] = member;
        w->owner[w->n++] = owner_named(w->past, member->name);
    }
}

/* Won in the period in this name; 0 for nobody. */
int64_t
dd_quotas_booked(const dd_quotas_work *w, int32_t owner)
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
set_present(const dd_quotas_work *w, dd_quota *quota, size_t k)
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
set_all(dd_quotas *self, const dd_quotas_work *w, const int64_t *quota)
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
share_out(dd_quotas *self, const dd_quotas_work *w, int64_t target)
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
rank(dd_quotas_work *w)
{
    int fixed = w->question.rates_fixed && w->question.level_off;
    dd_status status = DD_OK;

    for (size_t k = 0; k < w->n && !status; k++)
        status = dd_ranking_init(&w->ranking[k], w->column[k], w->question.trials, fixed,
                                 w->err);
    return status;
}

/* Where reps are played each has a row, and so has nobody and the shelf. */
static void
choose_trials(dd_quotas_work *w, const dd_roster *team)
{
    size_t most = MOST_TRIALS;

    if (team && most * team->crew.n > MOST_REP_TRIALS)
        most = MOST_REP_TRIALS / team->crew.n;
    most = most > FEW_TRIALS ? most : FEW_TRIALS;
    if (w->question.trials > most)
        w->question.trials = most;
}

static dd_status
make_room(dd_quotas_work *w)
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
free_room(dd_quotas_work *w)
{
    for (size_t k = 0; k < w->n && w->ranking; k++)
        dd_ranking_free(&w->ranking[k]);
    free(w->all);
    free(w->member);
    free(w->owner);
    free(w->share);
    free(w->ranking);
    free(w->column);
}

dd_status
dd_quotas_make(dd_quotas *self, const dd_model *model, const dd_book *book,
               const dd_past *past, const dd_question *question, size_t period,
               int64_t target, const dd_roster *team, dd_error *err)
{
    dd_quotas_work w = { .model = model,
                         .book = book,
                         .past = past,
                         .question = *question,
                         .period = period,
                         .err = err };
    dd_status status = make_room(&w);

    *self = (dd_quotas){ 0 };
    w.question.n_periods = period + 1;
    choose_trials(&w, team);
    if (!status)
        find_members(&w);
    if (!status && w.n == 0)
        status = dd_error_add(err, DD_EUSAGE, NULL, NULL,
                              "an owner column in the history, or reps.csv",
                              "nobody is known who could have a quota");
    if (!status)
        status = team ? dd_quotas_play_limits(&w, &team->crew, team->name)
                      : dd_quotas_play_alone(&w);
    if (!status)
        status = rank(&w);
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
