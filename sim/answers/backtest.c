#include "answers/backtest.h"

#include "answers/summary.h"
#include "base/rng.h"
#include "dealdice/book.h"
#include "dealdice/model.h"
#include "dealdice/simulate.h"
#include "model/level.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

/* All that the origins share; read-only while they run. */
typedef struct {
    const dd_history *history;
    dd_funnel funnel; /* without targets and booked; borrows all else */
    const dd_backtest_options *options;
    dd_past now; /* what came, as known at the end */
} ground;

/* One origin's forecast, from its past to its outcomes. */
typedef struct {
    dd_past past;
    dd_question question;
    dd_model model;
    dd_book book;
    dd_outcomes outcomes;
} one_forecast;

static void
free_forecast(one_forecast *f)
{
    dd_outcomes_free(&f->outcomes);
    dd_book_free(&f->book);
    dd_model_free(&f->model);
    dd_question_free(&f->question);
    dd_past_free(&f->past);
}

static size_t
known_wins(const dd_past *past)
{
    size_t wins = 0;
    for (size_t i = 0; i < past->n_deals; i++)
        wins += past->deals[i].stage == DD_WON;
    return wins;
}

static dd_status
ask(dd_question *question, const ground *g, const dd_origin *origin, dd_error *err)
{
    dd_question_options options = { 0 };
    options.period = dd_period_kind_name(g->options->kind);
    options.periods = 1;
    options.trials
        = (long) (g->options->trials ? g->options->trials : DD_BACKTEST_TRIALS);
    options.seed = g->options->seed;
    options.threads = 1;
    return dd_question_init(question, &g->funnel, origin->as_of, &options, NULL, err);
}

static double
brier(const dd_ranking *ranking, int64_t actual, int64_t last)
{
    double sum = 0.0;
    for (int percent = 80; percent <= 120; percent += 20)
        sum += dd_score_brier(ranking->sorted, ranking->trials, actual,
                              last * percent / 100);
    return sum / 3.0;
}

/* References count the whole period, what was won before as-of included. */
static void
score_references(dd_scored *scored, const one_forecast *f, const ground *g, dd_what what,
                 dd_reference *reference)
{
    const dd_period *period = &f->question.periods[0];
    int64_t actual = dd_reference_won(&g->now, what, period->start, period->end);
    for (int kind = 0; kind < DD_REFERENCES; kind++) {
        dd_reference_make(reference, (dd_reference_kind) kind, &f->past, period,
                          g->funnel.fiscal_year_starts, what, g->options->seed);
        scored->crps_of[kind] = (double) NAN;
        if (reference->n > 0)
            scored->crps_of[kind]
                = dd_score_make(reference->sample, reference->n, actual, 0.5).crps;
    }
}

/* Simulated wins count from as-of on, bookings from the period's start. */
static dd_status
score_what(dd_origin *origin, const one_forecast *f, const ground *g, dd_what what,
           dd_reference *reference, dd_error *err)
{
    const dd_period *period = &f->question.periods[0];
    dd_scored *scored = &origin->what[what];
    const int64_t *column
        = what == DD_WHAT_WINS ? f->outcomes.wins : f->outcomes.bookings;
    dd_stream stream = dd_stream_make(g->options->seed, DD_RNG_BACKTEST, 99,
                                      (uint32_t) origin->as_of);
    uint32_t word[4];
    dd_ranking ranking;
    dd_status status = dd_ranking_init(&ranking, column, f->outcomes.trials, 0, err);
    if (status)
        return status;
    scored->actual = dd_reference_won(
        &g->now, what, what == DD_WHAT_WINS ? origin->as_of + 1 : period->start,
        period->end);
    dd_period last
        = dd_period_of(period->start - 1, period->kind, g->funnel.fiscal_year_starts);
    dd_stream_words(&stream, (uint32_t) what, word);
    scored->score = dd_score_make(ranking.sorted, ranking.trials, scored->actual,
                                  dd_uniform53(word[0], word[1]));
    scored->brier = brier(&ranking, scored->actual,
                          dd_reference_won(&f->past, what, last.start, last.end));
    score_references(scored, f, g, what, reference);
    dd_ranking_free(&ranking);
    return DD_OK;
}

/* @return DD_EDATA when nothing could be learnt by then: such an origin is left out */
static dd_status
play_origin(dd_origin *origin, const ground *g, dd_reference *reference)
{
    one_forecast f;
    dd_error err = { 0 };
    memset(&f, 0, sizeof f);
    dd_status status = dd_history_as_of(&f.past, g->history, origin->as_of, NULL, &err);
    if (!status)
        origin->known_wins = known_wins(&f.past);
    if (!status && origin->known_wins < DD_BACKTEST_MIN_WINS)
        status = DD_EDATA;
    if (!status)
        status = ask(&f.question, g, origin, &err);
    if (!status)
        status = dd_model_fit(&f.model, &f.past, &g->funnel, NULL, &err);
    if (!status)
        status = dd_model_fit_level(&f.model, &f.past, &g->funnel,
                                    dd_level_days(&f.question), &err);
    if (!status)
        status = dd_book_init(&f.book, &f.past, &g->funnel, &f.question, &err);
    if (!status)
        status = dd_simulate(&f.outcomes, &f.model, &f.book, &f.question, &err);
    for (int what = 0; !status && what < DD_WHATS; what++)
        status = score_what(origin, &f, g, (dd_what) what, reference, &err);
    origin->fitted = status == DD_OK;
    free_forecast(&f);
    dd_error_free(&err);
    return status;
}

/* Origins: the day before every period, and every so many days within it. */
static dd_status
list_origins(dd_backtest *self, const ground *g, dd_error *err)
{
    const dd_backtest_options *options = g->options;
    int fiscal = g->funnel.fiscal_year_starts;
    dd_day last = options->as_of, known = g->history->first_day;
    dd_day first = known != DD_NO_DAY ? known : last;
    size_t room = 0;
    dd_period period = dd_period_of(first, options->kind, fiscal);

    for (; period.end <= last; period = dd_period_next(&period, fiscal)) {
        int32_t step = options->every > 0 ? options->every : INT32_MAX / 2;
        for (dd_day day = period.start - 1; day < period.end; day += step) {
            if (day < first || (options->from != DD_NO_DAY && day < options->from)
                || (options->to != DD_NO_DAY && day > options->to))
                continue;
            if (self->n == room) {
                room = room ? 2 * room : 64;
                dd_origin *grown = realloc(self->origin, room * sizeof *grown);
                if (!grown)
                    return dd_error_no_memory(err);
                self->origin = grown;
            }
            memset(&self->origin[self->n], 0, sizeof *self->origin);
            self->origin[self->n].as_of = day;
            self->origin[self->n++].period = period;
        }
    }
    return DD_OK;
}

static dd_status
play_all(dd_backtest *self, const ground *g, dd_error *err)
{
    int threads = g->options->threads > 0 ? g->options->threads : omp_get_num_procs();
    int memory = 0;

#pragma omp parallel num_threads(threads)
    {
        dd_reference *reference = malloc(sizeof *reference);
#pragma omp for schedule(dynamic)
        for (size_t i = 0; i < self->n; i++)
            if (!reference || play_origin(&self->origin[i], g, reference) == DD_ENOMEM) {
#pragma omp atomic write
                memory = 1;
            }
        free(reference);
    }
    return memory ? dd_error_no_memory(err) : DD_OK;
}

static void
drop_unfitted(dd_backtest *self)
{
    size_t n = 0;
    for (size_t i = 0; i < self->n; i++)
        if (self->origin[i].fitted)
            self->origin[n++] = self->origin[i];
    self->n = n;
}

static void
look_for_amounts(dd_backtest *self, const dd_past *now)
{
    for (size_t i = 0; i < now->n_deals; i++)
        self->has_amounts |= now->deals[i].stage == DD_WON
                             && now->deals[i].amount != DD_UNKNOWN_AMOUNT
                             && now->deals[i].amount != 0;
}

static dd_status
need_some(const dd_backtest *self, const ground *g, dd_error *err)
{
    if (self->n > 0)
        return DD_OK;
    return dd_error_add(err, DD_EDATA, NULL, NULL,
                        "a longer history, or shorter periods (--period month)",
                        "no %s has %d won deals before it and its end in the data",
                        dd_period_kind_name(g->options->kind), DD_BACKTEST_MIN_WINS);
}

dd_status
dd_backtest_make(dd_backtest *self, const dd_history *history, const dd_funnel *funnel,
                 const dd_backtest_options *options, dd_notes *notes, dd_error *err)
{
    ground g = { .history = history, .funnel = *funnel, .options = options };
    dd_status status;

    memset(self, 0, sizeof *self);
    g.funnel.n_targets = g.funnel.n_booked = 0;
    status = dd_history_as_of(&g.now, history, options->as_of, notes, err);
    if (!status)
        status = list_origins(self, &g, err);
    if (!status)
        status = play_all(self, &g, err);
    if (!status) {
        drop_unfitted(self);
        look_for_amounts(self, &g.now);
        status = need_some(self, &g, err);
    }
    if (!status)
        dd_backtest_summarise(self);
    else
        dd_backtest_free(self);
    dd_past_free(&g.now);
    return status;
}

void
dd_backtest_free(dd_backtest *self)
{
    free(self->origin);
    memset(self, 0, sizeof *self);
}
