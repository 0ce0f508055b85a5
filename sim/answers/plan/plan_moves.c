#include "answers/plan/plan_moves.h"

#include "answers/whatif/whatif_play.h"
#include "engine/tables.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CANDIDATES 12 /* deals that are played, by the variance of what they bring */
#define MOST_TRIALS_OF_REPS 2048

typedef struct {
    const dd_whatif_base *base;
    size_t period;
    dd_whatif_future now;
    int64_t *column; /* a value per trial */
    dd_error *err;
} work;

/* What a deal brings in the period varies by so much; and how likely it is won. */
typedef struct {
    dd_move_deal move;
    double variance;
} candidate;

static int
by_variance(const void *a, const void *b)
{
    const candidate *x = a, *y = b;
    if (x->variance != y->variance)
        return x->variance < y->variance ? 1 : -1;
    return (x->move.deal > y->move.deal) - (x->move.deal < y->move.deal);
}

/* The chance of a row to be won in the period, at level 1. */
static double
won_in(const dd_tables *tables, size_t row, size_t period)
{
    const double *hazard = tables->hazard + row * tables->periods;
    double before = period > 0 ? exp(-hazard[period - 1]) : 1.0;
    return fmax(before - exp(-hazard[period]), 0.0);
}

static size_t
list_candidates(const work *w, const dd_rows *rows, const dd_tables *tables,
                candidate *all)
{
    const dd_book *book = w->base->book;
    size_t n = 0;
    for (size_t i = 0; i < book->n; i++) {
        double p = won_in(tables, rows->of_deal[i], w->period);
        double amount = (double) book->amount[i];
        if (book->amount[i] == DD_UNKNOWN_AMOUNT || amount <= 0.0 || p <= 0.0)
            continue;
        all[n++] = (candidate){ .move = { .deal = i, .p_won = p },
                                .variance = p * (1.0 - p) * amount * amount };
    }
    qsort(all, n, sizeof *all, by_variance);
    return n < CANDIDATES ? n : CANDIDATES;
}

static dd_status
find_candidates(const work *w, candidate *all, size_t *n)
{
    dd_question mean = *w->base->question;
    dd_table_maker *maker = NULL;
    dd_rows rows;
    dd_status status;

    mean.rates_fixed = mean.level_off = 1;
    status = dd_rows_init(&rows, w->base->model, w->base->book, &mean, w->err);
    if (!status)
        status = dd_table_maker_new(&maker, w->base->model, &rows, &mean, w->err);
    if (!status)
        *n = list_candidates(w, &rows, dd_table_maker_run(maker, 0), all);
    dd_table_maker_free(maker);
    dd_rows_free(&rows);
    return status;
}

/* The first day on which a win counts in the period. */
static dd_day
first_day(const work *w)
{
    const dd_question *question = w->base->question;
    dd_day start = question->periods[w->period].start;
    return start > question->as_of ? start : question->as_of + 1;
}

static dd_status
suppose(const work *w, size_t deal, int won, dd_scenario *scenario)
{
    dd_status status = dd_scenario_init(scenario, "move", w->err);
    dd_scenario_layer *layer;
    if (status)
        return status;
    layer = &scenario->layers[0];
    layer->deals = calloc(1, sizeof *layer->deals);
    if (layer->deals == NULL)
        return dd_error_no_memory(w->err);
    layer->n_deals = 1;
    layer->deals[0] = (dd_deal_change){ .id = strdup(w->base->book->id[deal]),
                                        .fate = won ? DD_DEAL_CHANGED : DD_DEAL_LOST,
                                        .win_rate = { DD_CHANGE_TO, 1.0 },
                                        .close = won ? first_day(w) : DD_NO_DAY,
                                        .amount = DD_UNKNOWN_AMOUNT };
    return layer->deals[0].id != NULL ? DD_OK : dd_error_no_memory(w->err);
}

/* How the chance of the target changes with a deal's fate. */
static dd_status
play(const work *w, size_t deal, int won, double *change, double *mcse)
{
    const dd_question *question = w->base->question;
    dd_whatif_future future = { 0 };
    dd_scenario scenario = { 0 };
    dd_difference hits;
    dd_status status = suppose(w, deal, won, &scenario);
    if (!status)
        status = dd_whatif_play(&future, w->base, &scenario, (double) NAN, w->err);
    if (!status) {
        dd_whatif_hits(w->column, &future.outcomes, &w->now.outcomes, w->period,
                       question->target[w->period]);
        status = dd_difference_of(&hits, w->column, question, future.outcomes.trials,
                                  w->err);
        *change = hits.mean;
        *mcse = hits.mcse;
    }
    dd_whatif_future_free(&future);
    dd_scenario_free(&scenario);
    return status;
}

static dd_status
play_deals(const work *w, candidate *all, size_t n)
{
    dd_status status = DD_OK;
    for (size_t i = 0; i < n && !status; i++) {
        dd_move_deal *m = &all[i].move;
        double swing;
        status = play(w, m->deal, 1, &m->p_target_won, &m->p_target_won_mcse);
        if (!status)
            status = play(w, m->deal, 0, &m->p_target_lost, &m->p_target_lost_mcse);
        swing = m->p_target_won - m->p_target_lost;
        all[i].variance = m->p_won * (1.0 - m->p_won) * swing * swing;
    }
    qsort(all, n, sizeof *all, by_variance);
    return status;
}

/* The book holds the open deals in the order of the past. */
static const dd_past_deal *
past_deal(const dd_past *past, size_t open)
{
    size_t d = 0;
    for (;; d++)
        if (past->deals[d].stage >= 0 && open-- == 0)
            return &past->deals[d];
}

static void
name_deal(const work *w, dd_move_deal *move)
{
    const dd_past *past = w->base->past;
    const dd_book *book = w->base->book;
    const dd_past_deal *deal = past_deal(past, move->deal);
    int32_t owner = book->owner[move->deal];
    move->id = book->id[move->deal];
    move->name = deal->name;
    move->owner = owner >= 0 ? past->owners.items[owner] : NULL;
    move->stage = w->base->model->process[book->pipeline[move->deal]]
                      .stage_name[book->stage[move->deal]];
    move->amount = book->amount[move->deal];
}

/* More than the simulation's own error. */
static int
counts(double change, double mcse)
{
    return change > 0.0 && !(change < 2.0 * mcse);
}

static dd_status
move_deals(dd_moves *self, const work *w)
{
    candidate *all = malloc((w->base->book->n + 1) * sizeof *all);
    size_t n = 0;
    dd_status status
        = all != NULL ? find_candidates(w, all, &n) : dd_error_no_memory(w->err);
    if (!status)
        status = play_deals(w, all, n);
    for (size_t i = 0; i < n && self->n_deals < DD_MOVES_DEALS && !status; i++)
        if (counts(all[i].move.p_target_won, all[i].move.p_target_won_mcse)) {
            name_deal(w, &all[i].move);
            self->deals[self->n_deals++] = all[i].move;
        }
    free(all);
    return status;
}

static int
by_chance(const void *a, const void *b)
{
    const dd_whatif_lever *x = a, *y = b;
    if (x->p_target_change != y->p_target_change)
        return x->p_target_change < y->p_target_change ? 1 : -1;
    return (int) x->lever - (int) y->lever;
}

static int
same_name(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* The market is nobody's to move; a stage's step rate and win rate are one task. */
static int
is_move(const dd_moves *self, const dd_whatif_lever *lever)
{
    if (lever->lever == DD_LEVER_MARKET || !counts(lever->p_target_change, lever->mcse))
        return 0;
    for (size_t i = 0; i < self->n_levers; i++) {
        const dd_whatif_lever *taken = &self->levers[i];
        if (lever->stage != NULL && taken->lever != DD_LEVER_CYCLE
            && lever->lever != DD_LEVER_CYCLE && same_name(taken->stage, lever->stage)
            && same_name(taken->pipeline, lever->pipeline))
            return 0;
    }
    return 1;
}

static dd_status
move_levers(dd_moves *self, const work *w)
{
    const dd_question *question = w->base->question;
    dd_whatif pulled = { .n_periods = question->n_periods,
                         .periods = question->periods,
                         .target_period = w->period };
    dd_status status = dd_whatif_pull_levers(&pulled, w->base, w->err);
    if (!status)
        qsort(pulled.levers, pulled.n_levers, sizeof *pulled.levers, by_chance);
    for (size_t i = 0; i < pulled.n_levers && !status; i++)
        if (self->n_levers < DD_MOVES_LEVERS && is_move(self, &pulled.levers[i]))
            self->levers[self->n_levers++] = pulled.levers[i];
    dd_whatif_free(&pulled);
    return status;
}

dd_status
dd_moves_make(dd_moves *self, const dd_roster_of *company, int by_rep,
              const dd_question *asked, dd_error *err)
{
    dd_question few = *asked, *question = &few;
    const dd_whatif_base base = { .model = company->model,
                                  .book = company->book,
                                  .question = question,
                                  .past = company->past,
                                  .funnel = company->funnel,
                                  .by_rep = by_rep };
    work w = { .base = &base, .period = question->n_periods - 1, .err = err };
    dd_status status;
    if (by_rep && few.trials > MOST_TRIALS_OF_REPS)
        few.trials = MOST_TRIALS_OF_REPS;
    *self = (dd_moves){ 0 };
    status = dd_whatif_play(&w.now, &base, NULL, (double) NAN, err);
    if (!status) {
        w.column = malloc((w.now.outcomes.trials + 1) * sizeof *w.column);
        status = w.column != NULL ? DD_OK : dd_error_no_memory(err);
    }
    if (!status) {
        size_t hits = 0, trials = w.now.outcomes.trials;
        dd_whatif_hits(w.column, &w.now.outcomes, NULL, w.period,
                       question->target[w.period]);
        for (size_t t = 0; t < trials; t++)
            hits += (size_t) w.column[t];
        self->p_now = (double) hits / (double) trials;
        status = move_deals(self, &w);
    }
    if (!status)
        status = move_levers(self, &w);
    free(w.column);
    dd_whatif_future_free(&w.now);
    return status;
}
