#include "answers/whatif/whatif.h"

#include "answers/whatif/whatif_money.h"
#include "answers/whatif/whatif_play.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double unknown = (double) NAN;

void
dd_whatif_free(dd_whatif *self)
{
    for (size_t i = 0; self->scenarios != NULL && i < self->n; i++) {
        free(self->scenarios[i].periods);
        dd_economics_free(&self->scenarios[i].economics);
    }
    free(self->scenarios);
    free(self->levers);
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
                             unknown, unknown, unknown };
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
    no_difference(to);
    if (self->from == NULL)
        return DD_OK;
    dd_whatif_subtract(self->column, self->of, self->from, first, last);
    return dd_difference_of(to, self->column, self->question, self->of->trials,
                            self->err);
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

static dd_status
add_scenarios(dd_whatif *self, const dd_whatif_base *base, const dd_scenario *scenarios,
              size_t n, dd_outcomes *of_base, dd_error *err)
{
    dd_outcomes of = { 0 };
    comparison with = { base->question, base->book, of_base, NULL, NULL, err };
    dd_money money;
    dd_status status
        = dd_simulate(of_base, base->model, base->book, base->question, err);
    if (status)
        return status;
    with.column = malloc((of_base->trials + 1) * sizeof *with.column);
    if (with.column == NULL)
        return dd_error_no_memory(err);
    self->trials = of_base->trials;
    self->n = 1;
    status = compare(&self->scenarios[0], &with, NULL);
    with.of = &of;
    with.from = of_base;
    dd_money_init(&money, base);
    for (size_t i = 0; i < n && !status; i++) {
        status = dd_whatif_play(&of, base, &scenarios[i], err);
        self->n++;
        if (!status)
            status = compare(&self->scenarios[i + 1], &with, &scenarios[i]);
        dd_outcomes_free(&of);
        if (!status)
            status = dd_money_compare(&money, &self->scenarios[i + 1].economics,
                                      &scenarios[i], err);
    }
    dd_money_free(&money);
    free(with.column);
    return status;
}

dd_status
dd_whatif_make(dd_whatif *self, const dd_whatif_base *base, const dd_scenario *scenarios,
               size_t n, dd_error *err)
{
    const dd_question *question = base->question;
    dd_outcomes outcomes = { 0 };
    dd_status status = DD_OK;
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
        status = add_scenarios(self, base, scenarios, n, &outcomes, err);
    dd_outcomes_free(&outcomes);
    if (status)
        dd_whatif_free(self);
    return status;
}
