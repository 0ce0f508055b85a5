#include "engine/effort/needed.h"

#include "engine/cells/cells.h"
#include "engine/effort/needed_lane.h"
#include "engine/effort/needed_law.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_USE 0.1 /* of the best week's chance: below it a week is too late */

/* What one thread plays with. */
typedef struct {
    dd_table_maker *maker;
    dd_block_sums sums;
    dd_effort_line line;
    dd_coverage_space coverage;
} workspace;

typedef struct {
    const dd_book *book;
    const dd_question *question;
    const dd_goal *goal;
    dd_coverage *coverage; /* NULL: not asked */
    dd_rows rows;
    dd_effort_order order;
    int works; /* somebody is there to make an effort */
    size_t threads;
    workspace *spaces;
} player;

static dd_status
init_space(workspace *self, const player *of, const dd_model *model, dd_error *err)
{
    dd_status status = dd_block_sums_init(&self->sums, of->question->n_periods,
                                          dd_cells_values(model), err);
    if (!status)
        status = dd_effort_line_init(&self->line, model, of->goal->useful_days, err);
    self->line.order = &of->order;
    self->line.period = of->goal->period;
    if (!status && of->coverage)
        status = dd_coverage_space_init(&self->coverage, of->coverage, err);
    if (!status)
        status = dd_table_maker_new(&self->maker, model, &of->rows, of->question, err);
    return status;
}

static void
player_free(player *self)
{
    for (size_t i = 0; self->spaces && i < self->threads; i++) {
        dd_table_maker_free(self->spaces[i].maker);
        dd_block_sums_free(&self->spaces[i].sums);
        dd_effort_line_free(&self->spaces[i].line);
        dd_coverage_space_free(&self->spaces[i].coverage);
    }
    free(self->spaces);
    dd_rows_free(&self->rows);
}

static dd_status
player_init(player *self, const dd_model *model, dd_error *err)
{
    const dd_question *question = self->question;
    dd_effort_days days;
    dd_status status = dd_cells_check(self->book, model, err);

    if (!status)
        status = dd_rows_init(&self->rows, model, self->book, question, err);
    if (!status)
        status = dd_effort_days_init(&days, model, question->as_of, self->rows.end_days,
                                     self->rows.periods, err);
    if (status)
        return status;
    self->works = dd_effort_order_make(&self->order, &days, self->goal->useful_days);
    dd_effort_days_free(&days);
    self->threads = question->threads > 0 ? (size_t) question->threads
                                          : (size_t) omp_get_num_procs();
    self->spaces = calloc(self->threads, sizeof *self->spaces);
    if (!self->spaces)
        return dd_error_no_memory(err);
    for (size_t i = 0; i < self->threads && !status; i++)
        status = init_space(&self->spaces[i], self, model, err);
    return status;
}

/* What a lane reaches by itself. */
static int64_t
reached(const player *self, const dd_block_sums *sums, size_t lane)
{
    size_t p = self->goal->period, from = p * DD_BLOCK + lane;
    if (self->goal->amount == DD_NO_TARGET)
        return self->book->booked_wins[p] + sums->wins[from];
    return self->book->booked[p] + sums->open[from] + sums->new_[from];
}

static void
need_of_unit(const player *self, workspace *space, dd_needed *needed,
             dd_effort_unit unit, size_t first, size_t lanes)
{
    dd_effort_line *line = &space->line;
    int64_t *deals = unit == DD_IN_OPPORTUNITIES ? needed->need[DD_IN_DEALS] : NULL;
    int64_t want
        = self->goal->amount == DD_NO_TARGET ? self->goal->deals : self->goal->amount;
    int helps;
    helps = self->works && dd_effort_line_make(line, unit);
    for (size_t lane = 0; lane < lanes; lane++) {
        int64_t has = reached(self, &space->sums, lane), won = DD_NEVER, need = DD_NEVER;
        if (helps || has >= want)
            need = dd_effort_line_need(line, self->goal, lane, has, &won);
        needed->need[unit][first + lane] = need;
        if (deals)
            deals[first + lane] = won;
        if (deals)
            needed->reached[first + lane] = (double) has;
    }
}

static void
play_block(const player *self, workspace *space, const dd_tables *tables,
           dd_needed *needed, size_t block)
{
    size_t first = block * DD_BLOCK, left = needed->trials - first;
    size_t lanes = left < DD_BLOCK ? left : DD_BLOCK;

    dd_cells_block(&self->rows, tables, self->question->seed, (uint32_t) block,
                   &space->sums);
    dd_effort_line_begin(&space->line, tables, self->question->seed, (uint32_t) block);
    for (dd_effort_unit unit = DD_IN_OPPORTUNITIES; unit < DD_EFFORT_UNITS; unit++)
        if (needed->need[unit])
            need_of_unit(self, space, needed, unit, first, lanes);
    if (self->coverage)
        dd_coverage_block(self->coverage, &space->coverage, self->book, &self->rows,
                          tables, self->question->seed, (uint32_t) block, lanes);
}

static void
play_all(const player *self, dd_needed *needed)
{
    size_t blocks = (needed->trials + DD_BLOCK - 1) / DD_BLOCK;

#pragma omp parallel for num_threads((int) self->threads) schedule(dynamic)
    for (size_t first = 0; first < blocks; first += DD_LANES) {
        workspace *space = &self->spaces[omp_get_thread_num()];
        const dd_tables *tables = dd_table_maker_run(space->maker, (uint32_t) first);
        for (size_t i = 0; i < DD_LANES && first + i < blocks; i++)
            play_block(self, space, &tables[i], needed, first + i);
    }
}

/* The laws behind the trials, where luck is that of efforts alone. */
static dd_status
find_laws(const player *self, dd_needed *needed, dd_error *err)
{
    workspace *space = &self->spaces[0];
    const dd_tables *tables = dd_table_maker_run(space->maker, 0);
    int64_t wins = dd_needed_wins(self->goal, self->book, self->question, tables);
    dd_status status = DD_OK;

    dd_effort_line_begin(&space->line, tables, self->question->seed, 0);
    for (dd_effort_unit unit = DD_IN_OPPORTUNITIES;
         unit < DD_EFFORT_UNITS && wins > 0 && self->works && !status; unit++)
        if (needed->need[unit] && dd_effort_line_make(&space->line, unit)) {
            dd_effort_line_chances(&space->line);
            status = dd_need_law_init(&needed->law[unit], &space->line, wins, err);
        }
    return status;
}

static dd_status
needed_init(dd_needed *self, const dd_model *model, size_t trials, dd_error *err)
{
    const dd_effort_draw mean = dd_effort_mean(model->effort);

    memset(self, 0, sizeof *self);
    self->trials = trials;
    self->reached = malloc((trials + 1) * sizeof *self->reached);
    if (!self->reached)
        return dd_error_no_memory(err);
    for (dd_effort_unit unit = DD_IN_DEALS; unit < DD_EFFORT_UNITS; unit++) {
        if (isnan(dd_effort_times(&mean, unit)))
            continue;
        self->need[unit] = malloc((trials + 1) * sizeof *self->need[unit]);
        if (!self->need[unit])
            return dd_error_no_memory(err);
    }
    return DD_OK;
}

dd_status
dd_needed_play(dd_needed *self, const dd_model *model, const dd_book *book,
               const dd_question *question, const dd_goal *goal, dd_coverage *coverage,
               dd_error *err)
{
    player play
        = { .book = book, .question = question, .goal = goal, .coverage = coverage };
    dd_status status = needed_init(self, model, question->trials, err);

    if (!status)
        status = player_init(&play, model, err);
    if (!status)
        play_all(&play, self);
    if (!status)
        status = find_laws(&play, self, err);
    player_free(&play);
    if (status)
        dd_needed_free(self);
    return status;
}

void
dd_needed_free(dd_needed *self)
{
    for (dd_effort_unit unit = DD_IN_DEALS; unit < DD_EFFORT_UNITS; unit++)
        free(self->need[unit]);
    for (dd_effort_unit unit = DD_IN_DEALS; unit < DD_EFFORT_UNITS; unit++)
        dd_need_law_free(&self->law[unit]);
    free(self->reached);
    memset(self, 0, sizeof *self);
}

/* Chance of an opportunity found in a week to be won in the period, at best. */
static double
best_of_week(const dd_visits *visits, size_t week, size_t period)
{
    const dd_effort_days *days = visits->days;
    double best = 0.0;
    for (size_t d = days->first[week]; d < days->first[week + 1]; d++) {
        double by = dd_visits_hazard_of_any(visits, d, period, 1.0);
        double before
            = period > 0 ? dd_visits_hazard_of_any(visits, d, period - 1, 1.0) : 0.0;
        if (days->weeks[d] > 0.0 && by - before > best)
            best = by - before;
    }
    return best;
}

static size_t
last_useful_day(const dd_visits *visits, size_t period)
{
    const dd_effort_days *days = visits->days;
    double best = 0.0;
    size_t end = 0;
    for (size_t w = 0; w < days->n_weeks; w++) {
        double here = best_of_week(visits, w, period);
        best = here > best ? here : best;
    }
    for (size_t w = 0; w < days->n_weeks && best > 0.0; w++)
        if (best_of_week(visits, w, period) >= LEAST_USE * best)
            end = days->first[w + 1];
    return end;
}

dd_status
dd_useful_days(size_t *days, const dd_model *model, const dd_book *book,
               const dd_question *question, size_t period, dd_error *err)
{
    dd_question mean = *question;
    dd_table_maker *maker = NULL;
    dd_rows rows;
    dd_status status;

    *days = 0;
    mean.rates_fixed = mean.level_off = 1;
    status = dd_rows_init(&rows, model, book, &mean, err);
    if (!status)
        status = dd_table_maker_new(&maker, model, &rows, &mean, err);
    if (!status)
        *days = last_useful_day(&dd_table_maker_run(maker, 0)->visits, period);
    dd_table_maker_free(maker);
    dd_rows_free(&rows);
    return status;
}
