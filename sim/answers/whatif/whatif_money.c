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
play(dd_money *self, const dd_scenario *scenario, int64_t **income, size_t *trials,
     dd_error *err)
{
    dd_question question = dd_shorter_question(&self->shorter, self->base->question);
    dd_book book = dd_shorter_book(&self->shorter, self->base->book);
    dd_whatif_base base = *self->base;
    dd_outcomes outcomes = { 0 };
    dd_status status;
    base.question = &question;
    base.book = &book;
    status = scenario != NULL
                 ? dd_whatif_play(&outcomes, &base, scenario, err)
                 : dd_simulate(&outcomes, base.model, &book, &question, err);
    *trials = outcomes.trials;
    if (!status)
        status = pay(self, &outcomes, income, err);
    dd_outcomes_free(&outcomes);
    return status;
}

dd_status
dd_money_compare(dd_money *self, dd_economics *to, const dd_scenario *scenario,
                 dd_error *err)
{
    dd_question points;
    int64_t *income = NULL;
    size_t trials = 0;
    dd_status status = DD_OK;
    *to = (dd_economics){ 0 };
    if (isnan(scenario->margin))
        return DD_OK;
    if (self->income == NULL) {
        status = cut(self, err);
        if (!status)
            status = play(self, NULL, &self->income, &trials, err);
    }
    if (!status)
        status = play(self, scenario, &income, &trials, err);
    points = dd_shorter_question(&self->points, self->base->question);
    points.trials = trials;
    if (!status)
        status = dd_economics_make(to, scenario, &points, &(dd_books_of){ income, NULL },
                                   &(dd_books_of){ self->income, NULL }, err);
    to->by_cash = self->base->funnel->n_collect > 0;
    free(income);
    return status;
}
