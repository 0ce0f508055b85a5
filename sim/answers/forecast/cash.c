#include "answers/forecast/cash.h"

#include "answers/forecast/shorter.h"
#include "engine/player.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const dd_funnel *funnel;
    const dd_question *question;
    dd_shorter shorter;
    int64_t *known; /* per period: cash of deals won by as-of */
} work;

void
dd_cash_free(dd_cash *self)
{
    free(self->periods);
    *self = (dd_cash){ 0 };
}

/* ---- paying ---- */

/* The period in which a day lies; beyond the last, n_periods; before the first, too. */
static size_t
period_of(const dd_question *question, dd_day day)
{
    size_t q = 0;
    if (day < question->periods[0].start)
        return question->n_periods;
    while (q < question->n_periods && day > question->periods[q].end)
        q++;
    return q;
}

/* Instalments of an amount won on a day: rounded in sum, so that they add up to it. */
static void
pay(const dd_funnel *funnel, const dd_question *question, dd_day day, int64_t amount,
    int64_t *cash)
{
    double share = 0.0;
    int64_t paid = 0;
    for (size_t i = 0; i < funnel->n_collect; i++) {
        const dd_instalment *instalment = &funnel->collect[i];
        size_t q = period_of(question, day + (dd_day) instalment->days);
        share += instalment->share;
        int64_t by_now
            = i + 1 < funnel->n_collect ? llround(share * (double) amount) : amount;
        if (q < question->n_periods)
            cash[q] += by_now - paid;
        paid = by_now;
    }
}

void
dd_cash_pay(const dd_funnel *funnel, const dd_question *question, const dd_day *end,
            size_t shorter_n, const int64_t *bookings, int64_t *cash)
{
    for (size_t f = 0; f < shorter_n; f++)
        pay(funnel, question, end[f], bookings[f], cash);
}

/* ---- what was won already ---- */

/* Deals of one period that are booked, or those before all periods (n_periods). */
static void
pay_won(const work *w, const dd_past *past, size_t period, int64_t *cash, int64_t *sum)
{
    for (size_t i = 0; i < past->n_deals; i++) {
        const dd_past_deal *deal = &past->deals[i];
        dd_day day;
        if (deal->stage != DD_WON || deal->amount == DD_UNKNOWN_AMOUNT)
            continue;
        day = dd_moment_day(deal->closed);
        if (period_of(w->question, day) != period)
            continue;
        *sum += deal->amount;
        pay(w->funnel, w->question, day, deal->amount, cash);
    }
}

static void
pay_booked(work *w, const dd_past *past, const dd_book *book, size_t period,
           int64_t *cash)
{
    size_t n = w->question->n_periods;
    int64_t sum = 0, said = period < n ? book->booked[period] : 0;
    memset(cash, 0, n * sizeof *cash);
    pay_won(w, past, period, cash, &sum);
    if (period < n && said != sum && sum == 0)
        pay(w->funnel, w->question, w->question->as_of, said, cash);
    for (size_t q = 0; q < n; q++)
        w->known[q] += period < n && said != sum && sum != 0
                           ? llround((double) cash[q] * ((double) said / (double) sum))
                           : cash[q];
}

static dd_status
pay_known(work *w, const dd_past *past, const dd_book *book, dd_error *err)
{
    size_t n = w->question->n_periods;
    int64_t *cash = malloc(n * sizeof *cash);
    w->known = calloc(n, sizeof *w->known);
    if (!cash || !w->known) {
        free(cash);
        return dd_error_no_memory(err);
    }
    for (size_t period = 0; period <= n; period++)
        pay_booked(w, past, book, period, cash);
    free(cash);
    return DD_OK;
}

/* ---- all trials ---- */

static void
pay_trials(const work *w, const dd_outcomes *shorter, int64_t *column)
{
    size_t n = w->question->n_periods;
    int64_t bookings[DD_MOST_SHORTER], cash[DD_MOST_SHORTER];
    for (size_t t = 0; t < shorter->trials; t++) {
        memcpy(cash, w->known, n * sizeof *cash);
        for (size_t f = 0; f < w->shorter.n; f++)
            bookings[f] = shorter->bookings[f * shorter->trials + t];
        dd_cash_pay(w->funnel, w->question, w->shorter.end, w->shorter.n, bookings,
                    cash);
        for (size_t q = 0; q < n; q++)
            column[q * shorter->trials + t] = cash[q];
    }
}

static dd_status
summarise(dd_cash *self, const work *w, const dd_outcomes *shorter, dd_error *err)
{
    size_t n = w->question->n_periods, trials = shorter->trials;
    int64_t *column = malloc((n * trials + 1) * sizeof *column);
    int independent = w->question->rates_fixed && w->question->level_off;
    dd_status status = DD_OK;
    self->periods = calloc(n, sizeof *self->periods);
    if (!column || !self->periods) {
        free(column);
        return dd_error_no_memory(err);
    }
    pay_trials(w, shorter, column);
    for (size_t q = 0; q < n && !status; q++) {
        dd_ranking ranking;
        status
            = dd_ranking_init(&ranking, column + q * trials, trials, independent, err);
        if (status)
            break;
        self->periods[q] = dd_summary_of(&ranking);
        dd_ranking_free(&ranking);
    }
    self->n_periods = n;
    free(column);
    return status;
}

dd_status
dd_cash_make(dd_cash *self, const dd_model *model, const dd_book *book,
             const dd_past *past, const dd_funnel *funnel, const dd_question *question,
             const dd_crew *crew, dd_error *err)
{
    work w = { .funnel = funnel, .question = question };
    dd_question shorter;
    dd_book unbooked;
    dd_outcomes outcomes = { 0 };
    dd_status status;

    *self = (dd_cash){ 0 };
    if (funnel->n_collect == 0)
        return DD_OK;
    status = dd_shorter_cut(&w.shorter, funnel, question, err);
    if (!status)
        status = pay_known(&w, past, book, err);
    shorter = dd_shorter_question(&w.shorter, question);
    unbooked = dd_shorter_book(&w.shorter, book);
    if (!status)
        status = dd_player_simulate(&outcomes, model, &unbooked, &shorter, crew, err);
    if (!status)
        status = summarise(self, &w, &outcomes, err);
    dd_outcomes_free(&outcomes);
    free(w.known);
    if (status)
        dd_cash_free(self);
    return status;
}
