#include "answers/whatif/whatif.h"

#include "answers/whatif/whatif_money.h"
#include "answers/whatif/whatif_play.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double unknown = (double) NAN;

static void
free_scenario(dd_whatif_scenario *self)
{
    free(self->periods);
    dd_economics_free(&self->economics);
    if (self->team != NULL)
        dd_roster_free(self->team);
    free(self->team);
    *self = (dd_whatif_scenario){ 0 };
}

void
dd_whatif_free(dd_whatif *self)
{
    for (size_t i = 0; self->scenarios != NULL && i < self->n; i++)
        free_scenario(&self->scenarios[i]);
    free(self->scenarios);
    free(self->levers);
    dd_leavers_free(&self->leavers);
    if (self->grid_team != NULL)
        dd_roster_free(self->grid_team);
    free(self->grid_team);
    free(self->points);
    free(self->currency);
    *self = (dd_whatif){ 0 };
}

/* One scenario against its base, which has itself none. */
typedef struct {
    const dd_question *question;
    const dd_book *book;
    const dd_outcomes *of, *from;
    int64_t *column; /* a value per trial */
    dd_error *err;
} comparison;

static void
no_difference(dd_difference *self)
{
    *self = (dd_difference){ unknown, unknown, unknown, unknown,
                             unknown, unknown, unknown, 0 };
}

static dd_status
compare_target(const comparison *self, dd_whatif_period *to, size_t p)
{
    dd_difference hits;
    dd_status status;
    to->p_target_change = to->p_target_change_mcse = unknown;
    if (self->from == NULL || to->target == DD_NO_TARGET)
        return DD_OK;
    dd_whatif_hits(self->column, self->of, self->from, p, to->target);
    status = dd_difference_of(&hits, self->column, self->question, self->of->trials,
                              self->err);
    if (status)
        return status;
    to->p_target_change = hits.mean;
    to->p_target_change_mcse = hits.mcse;
    return DD_OK;
}

static dd_status
compare_wins(const comparison *self, dd_whatif_period *to, size_t p)
{
    dd_difference wins;
    dd_status status;
    to->wins_change = to->wins_change_mcse = unknown;
    if (self->from == NULL)
        return DD_OK;
    dd_whatif_subtract_wins(self->column, self->of, self->from, p, p);
    status = dd_difference_of(&wins, self->column, self->question, self->of->trials,
                              self->err);
    if (status)
        return status;
    to->wins_change = wins.mean;
    to->wins_change_mcse = wins.mcse;
    return DD_OK;
}

static dd_status
compare_bookings(const comparison *self, dd_difference *to, size_t first, size_t last)
{
    dd_status status;
    no_difference(to);
    if (self->from == NULL)
        return DD_OK;
    dd_whatif_subtract(self->column, self->of, self->from, first, last);
    status = dd_difference_of(to, self->column, self->question, self->of->trials,
                              self->err);
    if (!status
        && to->none) /* the same luck and the same futures: nothing is by chance */
        to->p_better_mcse = 0.0;
    return status;
}

static dd_status
sum_up(const comparison *self, dd_whatif_period *to, size_t p)
{
    dd_ranking ranking;
    int independent = self->question->rates_fixed && self->question->level_off;
    const int64_t *bookings = self->of->bookings + p * self->of->trials;
    dd_status status
        = dd_ranking_init(&ranking, bookings, self->of->trials, independent, self->err);
    if (status)
        return status;
    to->bookings = dd_summary_of(&ranking);
    to->p_target = to->p_target_mcse = unknown;
    if (to->target != DD_NO_TARGET) {
        to->p_target = dd_summary_reach(&ranking, to->target);
        to->p_target_mcse = self->book->booked[p] >= to->target
                                ? 0.0
                                : dd_summary_reach_mcse(&ranking, to->target);
    }
    dd_ranking_free(&ranking);
    return DD_OK;
}

static dd_status
add_up(const comparison *self, dd_whatif_period *to, size_t p)
{
    dd_difference total;
    dd_status status;
    dd_whatif_subtract(self->column, self->of, NULL, 0, p);
    status = dd_difference_of(&total, self->column, self->question, self->of->trials,
                              self->err);
    to->total = total.mean;
    to->total_mcse = total.mcse;
    return status;
}

static dd_status
compare_period(const comparison *self, dd_whatif_period *to, size_t p)
{
    dd_status status;
    to->period = &self->question->periods[p];
    to->target = self->question->target[p];
    status = sum_up(self, to, p);
    if (!status)
        status = compare_target(self, to, p);
    if (!status)
        status = compare_wins(self, to, p);
    if (!status)
        status = compare_bookings(self, &to->difference, p, p);
    if (!status)
        status = compare_bookings(self, &to->cumulative, 0, p);
    return status ? status : add_up(self, to, p);
}

/* @param scenario  NULL: the base, whose outcomes are compared with nothing */
static dd_status
compare(dd_whatif_scenario *self, const comparison *with, const dd_scenario *scenario)
{
    size_t n = with->question->n_periods;
    dd_status status = DD_OK;
    self->name = scenario != NULL ? scenario->name : "base";
    self->says = scenario != NULL ? scenario->says : NULL;
    self->periods = calloc(n, sizeof *self->periods);
    if (self->periods == NULL)
        return dd_error_no_memory(with->err);
    for (size_t p = 0; p < n && !status; p++)
        status = compare_period(with, &self->periods[p], p);
    return status;
}

/* ---- bases: one for each reading of `leads_from` ---- */

typedef struct {
    const dd_whatif_base *base;
    size_t n;
    dd_whatif_future *of; /* the first is the base as it is read */
    double *market;
} bases;

static dd_status
bases_init(bases *self, const dd_whatif_base *base, size_t scenarios, dd_error *err)
{
    size_t most = 2 * scenarios + 2;
    *self = (bases){ .base = base };
    self->of = calloc(most, sizeof *self->of);
    self->market = calloc(most, sizeof *self->market);
    if (self->of == NULL || self->market == NULL)
        return dd_error_no_memory(err);
    return DD_OK;
}

static void
bases_free(bases *self)
{
    for (size_t i = 0; self->of != NULL && i < self->n; i++)
        dd_whatif_future_free(&self->of[i]);
    free(self->of);
    free(self->market);
}

static dd_status
play_base(bases *self, double market, dd_error *err)
{
    dd_whatif_future *future = &self->of[self->n];
    dd_status status = dd_whatif_play(future, self->base, NULL, market, err);
    if (status)
        return status;
    self->market[self->n++] = future->team != NULL ? future->team->market : 0.0;
    return DD_OK;
}

/* The base whose new deals come from where those of this team do. */
static dd_status
base_like(bases *self, double market, const dd_outcomes **of, dd_error *err)
{
    dd_status status = DD_OK;
    size_t i = 0;
    while (i < self->n && self->market[i] != market)
        i++;
    if (i == self->n)
        status = play_base(self, market, err);
    *of = &self->of[i].outcomes;
    return status;
}

/* ---- scenarios ---- */

/* What the same hires bring if leads come from the other side. */
static dd_status
read_otherwise(const dd_whatif *self, dd_whatif_reading *to, const comparison *like,
               bases *all, const dd_scenario *scenario)
{
    size_t last = self->n_periods - 1, target = self->target_period;
    dd_whatif_future future;
    dd_whatif_period period = { .target = DD_NO_TARGET };
    dd_difference change = { 0 };
    comparison with = *like;
    dd_status status
        = dd_whatif_play(&future, all->base, scenario, to->market, with.err);
    if (status)
        return status;
    with.of = &future.outcomes;
    status = base_like(all, to->market, &with.from, with.err);
    if (!status)
        status = compare_bookings(&with, &change, 0, last);
    to->bookings_change = change.mean;
    to->bookings_change_mcse = change.mcse;
    if (!status && target <= last) {
        period.target = with.question->target[target];
        status = compare_target(&with, &period, target);
        to->p_target_change = period.p_target_change;
        to->p_target_change_mcse = period.p_target_change_mcse;
    }
    dd_whatif_future_free(&future);
    return status;
}

/* The team moves to the answer. */
static void
keep_team(dd_whatif_scenario *to, dd_whatif_future *future)
{
    dd_orphaned_share(&to->orphaned_share, &to->orphaned_share_mcse, future);
    to->team = future->team;
    future->team = NULL;
    to->other = (dd_whatif_reading){ unknown, unknown, unknown, unknown, unknown };
    if (to->team != NULL && to->team->n_hires > 0)
        to->other.market = to->team->market < 0.5 ? 1.0 : 0.0;
}

static dd_status
add_scenario(dd_whatif *self, bases *all, dd_money *money, const dd_scenario *scenario,
             const comparison *like)
{
    dd_whatif_scenario *to = &self->scenarios[self->n];
    dd_whatif_future future;
    comparison with = *like;
    dd_status status = dd_whatif_play(&future, all->base, scenario, unknown, with.err);
    if (status)
        return status;
    self->n++;
    with.of = &future.outcomes;
    status = base_like(all, future.team != NULL ? future.team->market : 0.0, &with.from,
                       with.err);
    if (!status)
        status = compare(to, &with, scenario);
    keep_team(to, &future);
    if (!status && !isnan(to->other.market))
        status = read_otherwise(self, &to->other, &with, all, scenario);
    dd_whatif_future_free(&future);
    if (!status)
        status = dd_money_compare(money, &to->economics, scenario, with.err);
    return status;
}

/* Those before it are whole. */
static void
leave_off(dd_whatif *self, size_t scenario)
{
    if (self->n > scenario)
        free_scenario(&self->scenarios[scenario]);
    self->n = scenario;
    self->stopped = 1;
}

static dd_status
add_scenarios(dd_whatif *self, bases *all, const dd_scenario *scenarios, size_t n,
              dd_error *err)
{
    comparison with
        = { .question = all->base->question, .book = all->base->book, .err = err };
    dd_money money;
    dd_status status = play_base(all, unknown, err);
    if (status)
        return status;
    with.of = &all->of[0].outcomes;
    self->trials = with.of->trials;
    with.column = malloc((self->trials + 1) * sizeof *with.column);
    if (with.column == NULL)
        return dd_error_no_memory(err);
    self->n = 1;
    status = compare(&self->scenarios[0], &with, NULL);
    keep_team(&self->scenarios[0], &all->of[0]);
    dd_money_init(&money, all->base);
    for (size_t i = 0; i < n && !status; i++) {
        status = add_scenario(self, all, &money, &scenarios[i], &with);
        if (status == DD_ESTOPPED)
            leave_off(self, i + 1);
    }
    dd_money_free(&money);
    free(with.column);
    return self->stopped ? DD_OK : status;
}

dd_status
dd_whatif_make(dd_whatif *self, const dd_whatif_base *base, const dd_scenario *scenarios,
               size_t n, dd_error *err)
{
    const dd_question *question = base->question;
    bases all;
    dd_status status = bases_init(&all, base, n, err);
    *self = (dd_whatif){ .as_of = question->as_of,
                         .n_periods = question->n_periods,
                         .periods = question->periods };
    while (self->target_period < question->n_periods
           && question->target[self->target_period] == DD_NO_TARGET)
        self->target_period++;
    self->scenarios = calloc(n + 1, sizeof *self->scenarios);
    if (self->scenarios == NULL)
        status = dd_error_no_memory(err);
    if (base->currency != NULL && (self->currency = strdup(base->currency)) == NULL)
        status = dd_error_no_memory(err);
    if (!status)
        status = dd_whatif_check(base, scenarios, n, err);
    if (!status)
        status = add_scenarios(self, &all, scenarios, n, err);
    bases_free(&all);
    if (status)
        dd_whatif_free(self);
    return status;
}
