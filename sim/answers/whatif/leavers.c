#include "answers/whatif/leavers.h"

#include "engine/field/field.h"
#include "model/curve/process.h"
#include "model/effort.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_TRIALS 2048 /* a rep: all of them are told in the time of one forecast */

/* Handing over as a what-if's file would say it: the nearer to winning, the sooner; who has
 * hardly begun trusts nobody new. */
static const dd_handover usual[DD_PARTS]
    = { [DD_UPPER] = { 21, 0.7 }, [DD_MIDDLE] = { 7, 0.9 }, [DD_LOWER] = { 3, 1 } };

void
dd_leavers_free(dd_leavers *self)
{
    free(self->items);
    *self = (dd_leavers){ 0 };
}

typedef struct {
    dd_leavers *leavers;
    dd_question question;
    dd_roster_of company; /* nothing new comes in, nothing is booked */
    const dd_roster *team;
    dd_model model;
    dd_effort effort;
    dd_process *process; /* of model */
    dd_book book;        /* the deals of one rep; arrays as long as the whole book's */
    int64_t *nothing;    /* booked */
    int64_t *column;
    dd_error *err;
} work;

/* ---- a company in which nothing new comes in ---- */

static dd_status
stop_arrivals(work *w, const dd_model *model)
{
    w->model = *model;
    w->effort = *model->effort;
    w->effort.per_rep_week.given = 0;
    w->process = malloc(model->n_pipelines * sizeof *w->process);
    if (w->process == NULL)
        return DD_ENOMEM;
    for (size_t p = 0; p < model->n_pipelines; p++) {
        w->process[p] = model->process[p];
        w->process[p].arrivals.fixed_per_week = 0;
    }
    w->model.process = w->process;
    w->model.effort = &w->effort;
    return DD_OK;
}

static dd_status
make_room(work *w, const dd_book *book)
{
    size_t n = book->n + 1;
    dd_book *part = &w->book;
    *part = (dd_book){ .periods = book->periods };
    w->nothing = calloc(book->periods + 1, sizeof *w->nothing);
    part->booked = part->booked_wins = w->nothing;
    part->id = malloc(n * sizeof *part->id);
    part->key = malloc(n * sizeof *part->key);
    part->pipeline = malloc(n * sizeof *part->pipeline);
    part->stage = malloc(n * sizeof *part->stage);
    part->age_days = malloc(n * sizeof *part->age_days);
    part->amount = malloc(n * sizeof *part->amount);
    part->owner = malloc(n * sizeof *part->owner);
    part->segment = malloc(n * sizeof *part->segment);
    part->kind = malloc(n * sizeof *part->kind);
    part->source = malloc(n * sizeof *part->source);
    part->first_owner = malloc(n * sizeof *part->first_owner);
    part->first_amount = malloc(n * sizeof *part->first_amount);
    w->column = malloc((w->question.trials + 1) * sizeof *w->column);
    return w->nothing && part->id && part->key && part->pipeline && part->stage
                   && part->age_days && part->amount && part->owner && part->segment
                   && part->kind && part->source && part->first_owner
                   && part->first_amount && w->column
               ? DD_OK
               : DD_ENOMEM;
}

static void
free_room(work *w)
{
    w->book.booked = w->book.booked_wins = NULL;
    dd_book_free(&w->book);
    free(w->nothing);
    free(w->column);
    free(w->process);
}

static void
add_deal(dd_book *part, const dd_book *book, size_t i)
{
    size_t at = part->n++;
    part->id[at] = book->id[i];
    part->key[at] = book->key[i];
    part->pipeline[at] = book->pipeline[i];
    part->stage[at] = book->stage[i];
    part->age_days[at] = book->age_days[i];
    part->amount[at] = book->amount[i];
    part->owner[at] = book->owner[i];
    part->segment[at] = book->segment[i];
    part->kind[at] = book->kind[i];
    part->source[at] = book->source[i];
    part->first_owner[at] = book->first_owner[i];
    part->first_amount[at] = book->first_amount[i];
}

/* ---- one rep ---- */

static dd_status
let_go(dd_scenario *self, const char *owner, dd_day date, dd_error *err)
{
    dd_status status = dd_scenario_init(self, "leave", err);
    dd_team_rules *team;
    if (status)
        return status;
    team = self->layers[0].team = malloc(sizeof *team);
    if (team != NULL)
        dd_team_rules_init(team);
    if (team != NULL && (team->leaves = calloc(1, sizeof *team->leaves)) != NULL) {
        team->n_leaves = 1;
        team->leaves[0].date = date;
        team->leaves[0].owner = strdup(owner);
        memcpy(team->handover, usual, sizeof usual);
    }
    if (team != NULL && team->leaves != NULL && team->leaves[0].owner != NULL)
        return DD_OK;
    dd_scenario_free(self);
    return dd_error_no_memory(err);
}

/* @param scenario  NULL: the rep stays */
static dd_status
play(const work *w, dd_outcomes *outcomes, const dd_scenario *scenario)
{
    dd_roster team;
    dd_status status = dd_roster_init(&team, &w->company, scenario, w->err);
    if (status)
        return status;
    team.crew.visits_per_week = (double) INFINITY;
    status = dd_field_simulate(outcomes, NULL, &w->model, &w->book, &w->question,
                               &team.crew, w->err);
    dd_roster_free(&team);
    return status;
}

static void
total(int64_t *column, const dd_outcomes *of, const dd_outcomes *less)
{
    memset(column, 0, of->trials * sizeof *column);
    for (size_t p = 0; p < of->periods; p++)
        for (size_t t = 0; t < of->trials; t++)
            column[t] += of->bookings[p * of->trials + t]
                         - (less != NULL ? less->bookings[p * of->trials + t] : 0);
}

static dd_status
compare(work *w, dd_leaver *self, const dd_outcomes *stays, const dd_outcomes *goes)
{
    dd_difference all;
    size_t trials = stays->trials;
    dd_status status;
    total(w->column, stays, NULL);
    status = dd_difference_of(&all, w->column, &w->question, trials, w->err);
    if (status)
        return status;
    self->expected = all.mean;
    self->expected_mcse = all.mcse;
    total(w->column, stays, goes);
    status = dd_difference_of(&all, w->column, &w->question, trials, w->err);
    self->at_risk = all.mean;
    self->at_risk_mcse = all.mcse;
    return status;
}

static dd_status
lose(work *w, dd_leaver *self)
{
    dd_scenario scenario;
    dd_outcomes stays = { 0 }, goes = { 0 };
    dd_status status = let_go(&scenario, self->owner, w->leavers->date, w->err);
    if (status)
        return status;
    status = play(w, &stays, NULL);
    if (!status)
        status = play(w, &goes, &scenario);
    if (!status)
        status = compare(w, self, &stays, &goes);
    dd_outcomes_free(&stays);
    dd_outcomes_free(&goes);
    dd_scenario_free(&scenario);
    return status;
}

/* ---- all of them ---- */

static int
by_risk(const void *a, const void *b)
{
    const dd_leaver *x = a, *y = b;
    if (x->at_risk != y->at_risk)
        return x->at_risk > y->at_risk ? -1 : 1;
    return strcmp(x->owner, y->owner);
}

static dd_status
fill(work *w, const dd_book *book)
{
    dd_leavers *self = w->leavers;
    dd_status status = DD_OK;
    self->items = calloc(w->team->n_known + 1, sizeof *self->items);
    if (self->items == NULL)
        return dd_error_no_memory(w->err);
    for (size_t r = 0; r < w->team->n_known && !status; r++) {
        dd_leaver *leaver = &self->items[self->n];
        *leaver = (dd_leaver){ .owner = w->team->name[r] };
        w->book.n = 0;
        for (size_t i = 0; i < book->n; i++) {
            if (w->team->of_deal[i] != (int32_t) r)
                continue;
            add_deal(&w->book, book, i);
            leaver->deals++;
            if (book->amount[i] != DD_UNKNOWN_AMOUNT)
                leaver->amount += book->amount[i];
        }
        if (leaver->owner == NULL || leaver->deals == 0 || w->team->rep[r].starts >= 0)
            continue; /* nobody, or one who is not there yet and cannot leave */
        self->n++;
        status = lose(w, leaver);
    }
    qsort(self->items, self->n, sizeof *self->items, by_risk);
    return status;
}

dd_status
dd_leavers_make(dd_leavers *self, const dd_roster_of *company,
                const dd_question *question, dd_error *err)
{
    work w = { .leavers = self, .question = *question, .company = *company, .err = err };
    dd_roster team;
    dd_status status;

    *self = (dd_leavers){ .date = question->as_of + 1 };
    memcpy(self->handover, usual, sizeof usual);
    if (w.question.trials > MOST_TRIALS)
        w.question.trials = MOST_TRIALS;
    self->trials = w.question.trials;
    status = dd_roster_init(&team, company, NULL, err);
    if (status)
        return status;
    w.team = &team;
    if (stop_arrivals(&w, company->model) || make_room(&w, company->book))
        status = dd_error_no_memory(err);
    w.company.model = &w.model;
    w.company.book = &w.book;
    if (!status)
        status = fill(&w, company->book);
    free_room(&w);
    dd_roster_free(&team);
    if (status)
        dd_leavers_free(self);
    return status;
}
