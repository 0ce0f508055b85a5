#include "answers/whatif/whatif_money.h"

#include "answers/forecast/cash.h"
#include "answers/whatif/whatif_play.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void
dd_money_init(dd_money *self, const dd_whatif_base *base)
{
    memset(self, 0, sizeof *self);
    self->base = base;
}

void
dd_money_free(dd_money *self)
{
    free(self->income);
    dd_payroll_free(&self->payroll);
    self->income = NULL;
}

/* Months if they and the instalments can be told apart, else the periods. */
static dd_status
cut(dd_money *self, dd_error *err)
{
    const dd_question *question = self->base->question;
    dd_question points;
    if (dd_shorter_months(&self->points, question)) {
        points = dd_shorter_question(&self->points, question);
        if (dd_shorter_cut(&self->shorter, self->base->funnel, &points, NULL) == DD_OK)
            return DD_OK;
    }
    dd_shorter_periods(&self->points, question);
    return dd_shorter_cut(&self->shorter, self->base->funnel, question, err);
}

/* What each point brings: bookings, or cash by instalments. */
static dd_status
pay(dd_money *self, const dd_outcomes *outcomes, int64_t **income, dd_error *err)
{
    size_t n = self->points.n, trials = outcomes->trials;
    const dd_funnel *funnel = self->base->funnel;
    dd_question points = dd_shorter_question(&self->points, self->base->question);
    int64_t bookings[DD_MOST_SHORTER], cash[DD_MOST_SHORTER];
    *income = malloc((n * trials + 1) * sizeof **income);
    if (*income == NULL)
        return dd_error_no_memory(err);
    if (funnel->n_collect == 0)
        memcpy(*income, outcomes->bookings, n * trials * sizeof **income);
    for (size_t t = 0; t < trials && funnel->n_collect > 0; t++) {
        memset(cash, 0, sizeof cash);
        for (size_t f = 0; f < self->shorter.n; f++)
            bookings[f] = outcomes->bookings[f * trials + t];
        dd_cash_pay(funnel, &points, self->shorter.end, self->shorter.n, bookings, cash);
        for (size_t i = 0; i < n; i++)
            (*income)[i * trials + t] = cash[i];
    }
    return DD_OK;
}

/* @param scenario  NULL: the base */
static dd_status
play(dd_money *self, const dd_scenario *scenario, int64_t **income, dd_payroll *payroll,
     size_t *trials, dd_error *err)
{
    dd_question question = dd_shorter_question(&self->shorter, self->base->question),
                points = dd_shorter_question(&self->points, self->base->question);
    dd_book book = dd_shorter_book(&self->shorter, self->base->book);
    dd_whatif_base base = *self->base;
    dd_whatif_future future;
    dd_status status;
    base.question = &question;
    base.book = &book;
    status = dd_whatif_play(&future, &base, scenario, (double) NAN, err);
    *trials = future.outcomes.trials;
    if (!status)
        status = pay(self, &future.outcomes, income, err);
    if (!status && future.team != NULL)
        status = dd_payroll_count(payroll, &future.team->crew, &points, err);
    dd_whatif_future_free(&future);
    return status;
}

static dd_status
play_base(dd_money *self, dd_error *err)
{
    size_t trials;
    dd_status status;
    if (self->income != NULL)
        return DD_OK;
    status = cut(self, err);
    return status ? status
                  : play(self, NULL, &self->income, &self->payroll, &trials, err);
}

dd_status
dd_money_compare(dd_money *self, dd_economics *to, const dd_scenario *scenario,
                 dd_error *err)
{
    dd_question points;
    dd_payroll payroll = { 0 };
    int64_t *income = NULL;
    size_t trials = 0;
    int by_rep = self->base->by_rep;
    dd_status status = DD_OK;
    *to = (dd_economics){ 0 };
    if (isnan(scenario->margin))
        return DD_OK;
    status = play_base(self, err);
    if (!status)
        status = play(self, scenario, &income, &payroll, &trials, err);
    points = dd_shorter_question(&self->points, self->base->question);
    points.trials = trials;
    if (!status)
        status = dd_economics_make(
            to, scenario, &points, &(dd_books_of){ income, by_rep ? &payroll : NULL },
            &(dd_books_of){ self->income, by_rep ? &self->payroll : NULL }, err);
    to->by_cash = self->base->funnel->n_collect > 0;
    dd_payroll_free(&payroll);
    free(income);
    return status;
}
