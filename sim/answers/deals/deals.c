#include "answers/deals/deals.h"

#include "answers/deals/deals_chances.h"
#include "answers/deals/deals_ends.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double unknown = (double) NAN;

void
dd_deals_free(dd_deals *self)
{
    free(self->currency);
    free(self->line);
    *self = (dd_deals){ 0 };
}

static const char *
name_of(const dd_names *names, int32_t index)
{
    return index >= 0 ? names->items[index] : NULL;
}

/* Thirds of the stages; "Open", which the deals layout puts first, is none of them. */
static const char *
part_of(const dd_past *past, int32_t pipeline, int32_t stage)
{
    static const char *const part[] = { "upper", "middle", "lower" };
    int32_t n = (int32_t) past->pipelines[pipeline].n_stages;
    int32_t first = past->layout == DD_DEALS && n > 1;
    return part[stage > first ? (stage - first) * 3 / (n - first) : 0];
}

static dd_day
expected_day(const dd_past_deal *deal)
{
    return deal->close_expected == DD_NO_MOMENT ? DD_NO_DAY
                                                : dd_moment_day(deal->close_expected);
}

/* What is known of the deal without any model. */
static void
set_known(dd_deal_line *line, const dd_past_deal *deal, const dd_past *past)
{
    const dd_pipeline *pipeline = &past->pipelines[deal->pipeline];
    line->id = deal->id;
    line->name = deal->name;
    line->owner = name_of(&past->owners, deal->owner);
    line->segment = name_of(&past->segments, deal->segment);
    line->stage = pipeline->stages[deal->stage];
    line->pipeline = past->n_pipelines > 1 ? pipeline->name : NULL;
    line->part = part_of(past, deal->pipeline, deal->stage);
    line->crm_close_date = expected_day(deal);
    line->crm_probability = deal->probability;
}

/* Age against the stage's own law, and whether the chance has faded with it; both by
 * posterior means. */
static void
set_age(dd_deal_line *line, const dd_deals_ends *means, const dd_book *book, size_t i)
{
    int32_t pipeline = book->pipeline[i], stage = book->stage[i];
    const dd_stage *view = &means->rates[pipeline].stage[stage];
    double age = book->age_days[i], now, fresh, lost;
    line->age_days = age;
    line->age_percentile = unknown;
    line->stuck = -1;
    if (isnan(age) || view->bands == 0)
        return;
    line->age_percentile = 1.0 - dd_stage_survival(view, age);
    dd_deals_ends_of(means, pipeline, stage, age, NULL, &now, &lost);
    dd_deals_ends_of(means, pipeline, stage, 0.0, NULL, &fresh, &lost);
    line->stuck = line->age_percentile > DD_STUCK_AGE && now < DD_STUCK_CHANCE * fresh;
}

static dd_day
day_after(dd_day as_of, double days)
{
    return isnan(days) ? DD_NO_DAY : as_of + (dd_day) ceil(days);
}

static void
set_chances(dd_deal_line *line, const dd_deals_chances *row,
            const dd_deals_window *window, dd_day as_of)
{
    const dd_deals_gain *gain = &row->known;
    double base = (double) line->amount;
    if (line->amount == DD_UNKNOWN_AMOUNT) {
        gain = &row->unknown;
        base = 1.0;
    }
    line->p_won_period = row->won_period;
    line->p_won_ever = row->won_ever;
    line->p_lost = row->lost;
    line->close_p10 = day_after(as_of, window->p10);
    line->close_p50 = day_after(as_of, window->p50);
    line->close_p90 = day_after(as_of, window->p90);
    line->expected = base * gain->mean;
}

/* Shares of the variance of what all open deals bring; they add up to 1. */
static void
set_shares(dd_deals *self, const dd_deals_chances *chances, const dd_rows *rows)
{
    double expected = 0.0, variance = 0.0;
    for (size_t i = 0; i < self->n; i++)
        expected += self->line[i].expected;
    for (size_t i = 0; i < self->n; i++) {
        dd_deal_line *line = &self->line[i];
        const dd_deals_chances *row = &chances[rows->of_deal[i]];
        int known = line->amount != DD_UNKNOWN_AMOUNT;
        line->variance_share
            = dd_deals_covariance(known ? &row->known : &row->unknown,
                                  known ? (double) line->amount : 1.0, expected);
        variance += line->variance_share;
    }
    for (size_t i = 0; i < self->n; i++)
        self->line[i].variance_share
            = variance > 0.0 ? self->line[i].variance_share / variance : unknown;
}

static void
count_stuck(dd_deals *self, const dd_deal_line *line)
{
    const double amount
        = line->amount != DD_UNKNOWN_AMOUNT ? (double) line->amount : 0.0;
    const int faded = line->p_won_ever < DD_FADED_CHANCE;

    self->stuck_expected += line->expected;
    self->stuck_amount += amount;
    self->faded += faded != 0;
    self->faded_amount += faded ? amount : 0.0;
}

void
dd_deals_count(dd_deals *self)
{
    self->chosen = self->n;
    self->stuck = 0;
    self->amount = self->expected = self->wins = 0.0;
    self->stuck_amount = self->stuck_expected = 0.0;
    self->faded = 0;
    self->faded_amount = 0.0;
    for (size_t i = 0; i < self->n; i++) {
        const dd_deal_line *line = &self->line[i];
        self->stuck += line->stuck == 1;
        self->expected += line->expected;
        self->wins += line->p_won_period;
        if (line->amount != DD_UNKNOWN_AMOUNT)
            self->amount += (double) line->amount;
        if (line->stuck == 1)
            count_stuck(self, line);
    }
}

/* The book holds the open deals in the order of the past. */
static void
set_lines(dd_deals *self, const dd_past *past, const dd_book *book,
          const dd_deals_ends *means)
{
    for (size_t d = 0; d < past->n_deals && self->n < book->n; d++) {
        dd_deal_line *line = &self->line[self->n];
        if (past->deals[d].stage < 0)
            continue;
        set_known(line, &past->deals[d], past);
        line->amount = book->amount[self->n];
        line->place = self->n;
        set_age(line, means, book, self->n++);
    }
}

/* What is worked out on the way. */
typedef struct {
    dd_question question; /* about the first period alone; borrows */
    dd_deals_ends means;
    dd_rows rows;
    dd_deals_chances *chances;
    dd_deals_window *window;
} work;

static dd_status
work_out(work *w, const dd_model *model, const dd_book *book, dd_error *err)
{
    dd_status status = dd_deals_ends_init(&w->means, model, err);
    if (!status)
        status = dd_rows_init(&w->rows, model, book, &w->question, err);
    if (status)
        return status;
    w->chances = calloc(w->rows.n + 1, sizeof *w->chances);
    w->window = calloc(w->rows.n + 1, sizeof *w->window);
    if (w->chances == NULL || w->window == NULL)
        return dd_error_no_memory(err);
    status = dd_deals_chances_make(w->chances, model, book, &w->rows, &w->question, err);
    if (!status)
        status = dd_deals_windows_make(w->window, model, book, &w->question, err);
    return status;
}

static void
free_work(work *w)
{
    dd_deals_ends_free(&w->means);
    dd_rows_free(&w->rows);
    free(w->chances);
    free(w->window);
}

static dd_status
fill(dd_deals *self, const work *w, const dd_past *past, const dd_book *book,
     dd_error *err)
{
    self->line = calloc(book->n + 1, sizeof *self->line);
    if (self->line == NULL)
        return dd_error_no_memory(err);
    set_lines(self, past, book, &w->means);
    for (size_t i = 0; i < self->n; i++) {
        uint32_t r = w->rows.of_deal[i];
        set_chances(&self->line[i], &w->chances[r], &w->window[r], self->as_of);
    }
    set_shares(self, w->chances, &w->rows);
    self->n_open = self->n;
    dd_deals_count(self);
    return DD_OK;
}

dd_status
dd_deals_make(dd_deals *self, const dd_past *past, const dd_book *book,
              const dd_model *model, const dd_question *question, const char *currency,
              dd_error *err)
{
    work w = { .question = *question };
    dd_status status = DD_OK;
    w.question.n_periods = 1;
    *self = (dd_deals){ .as_of = question->as_of,
                        .period = question->periods[0],
                        .trials = question->trials };
    if (currency != NULL && (self->currency = strdup(currency)) == NULL)
        status = dd_error_no_memory(err);
    if (!status)
        status = work_out(&w, model, book, err);
    if (!status)
        status = fill(self, &w, past, book, err);
    free_work(&w);
    if (status)
        dd_deals_free(self);
    return status;
}
