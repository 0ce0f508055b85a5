#include "base/rng.h"
#include "engine/cells.h"
#include "engine/pace.h"
#include "engine/paths.h"
#include "engine/paths_run.h"
#include "model/effort.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

/* Positions of a path's stream beside its spells 0, 1, 2, ... */
#define AMOUNT_POSITION UINT32_MAX
#define ODDS_POSITION (UINT32_MAX - 1)
#define KIND_POSITION (UINT32_MAX - 2)
#define AGE_POSITION (UINT32_C(1) << 31)

#define ROOM 1024        /* paths in a batch */
#define MOST_TRIES 10000 /* of a path on other odds */
#define NEW_DEAL UINT32_MAX

/* A path that is being played. */
typedef struct {
    dd_path_start start; /* of its first try */
    double theta;        /* its odds of ever winning against its stage's */
    uint32_t deal;       /* of the book, or NEW_DEAL */
    uint32_t tries;
} life;

/* What one thread plays with. */
typedef struct {
    dd_table_maker *maker;
    dd_pace_finder *finder;
    float pace[DD_BLOCK];  /* per trial of the block at hand */
    size_t first_trial;    /* of that block */
    const dd_rates *rates; /* of the pipeline at hand, this block's */
    const dd_tables *tables;
    size_t pipeline;
    dd_risks *risks; /* per stage of the pipeline at hand */
    dd_paths paths;
    life *life;   /* ROOM: of the paths in the batch */
    int all_even; /* none of them on other odds */
} workspace;

/* ---- room ---- */

static size_t
most_stages(const dd_model *model)
{
    size_t most = 1;

    for (size_t p = 0; p < model->n_pipelines; p++)
        if (model->process[p].n_stages > most)
            most = model->process[p].n_stages;
    return most;
}

static dd_status
workspace_init(workspace *self, const dd_path_run *run, dd_error *err)
{
    size_t stages = most_stages(run->model);
    dd_status status = dd_paths_init(&self->paths, stages, ROOM, err);

    self->risks = malloc(stages * sizeof *self->risks);
    self->life = malloc(ROOM * sizeof *self->life);
    if (!status && !(self->risks && self->life))
        status = dd_error_no_memory(err);
    if (!status)
        status = dd_table_maker_new(&self->maker, run->model, &run->rows, run->question,
                                    err);
    if (!status)
        status = dd_pace_finder_new(&self->finder, run->model, run->book, &run->rows,
                                    run->question, err);
    return status;
}

static void
workspaces_free(workspace *self, size_t n)
{
    for (size_t i = 0; self && i < n; i++) {
        dd_table_maker_free(self[i].maker);
        dd_pace_finder_free(self[i].finder);
        dd_paths_free(&self[i].paths);
        free(self[i].risks);
        free(self[i].life);
    }
    free(self);
}

static dd_status
workspaces_new(workspace **self, size_t n, const dd_path_run *run, dd_error *err)
{
    dd_status status = DD_OK;

    *self = calloc(n, sizeof **self);
    if (!*self)
        return dd_error_no_memory(err);
    for (size_t i = 0; i < n && !status; i++)
        status = workspace_init(&(*self)[i], run, err);
    return status;
}

/* ---- where a path starts ---- */

/* Ages spread as under steady inflow, density S(a) up to the oldest seen: by rejection. */
static double
stationary_age(const dd_stage *stage, const dd_stream *stream)
{
    double oldest, age = 0;

    if (stage->bands == 0)
        return 0;
    oldest = fmax(stage->start[stage->bands] - DD_BEYOND_DAYS, 1.0);
    for (uint32_t tries = 0; tries < 1000; tries++) {
        uint32_t word[4];
        dd_stream_words(stream, AGE_POSITION + tries, word);
        age = oldest * dd_uniform53(word[0], word[1]);
        if (dd_uniform53(word[2], word[3]) < dd_stage_survival(stage, age))
            break;
    }
    return age;
}

static dd_stream
stream_of(const dd_path_run *self, uint64_t item, uint32_t trial)
{
    return dd_stream_make(self->question->seed, DD_RNG_PATH, item, trial);
}

/* Tries after the first have streams of their own. */
static uint64_t
item_of_try(const life *path)
{
    uint64_t address[2] = { path->start.item, path->tries };

    if (path->tries == 0)
        return path->start.item;
    return dd_hash((const char *) address, sizeof address);
}

/* Into the batch for one more try. */
static void
try_again(const dd_path_run *self, workspace *space, const life *path)
{
    dd_path_start start = path->start;

    start.item = item_of_try(path);
    if (isnan(start.age_days)) {
        dd_stream stream = stream_of(self, start.item, start.first_trial);
        start.age_days = stationary_age(&space->rates->stage[start.stage], &stream);
    }
    space->life[space->paths.n] = *path;
    dd_paths_add(&space->paths, &start,
                 &space->pace[start.first_trial - space->first_trial], 1);
    space->all_even &= path->theta == 1.0;
}

/* A deal's first tries in n trials. */
static void
try_trials(const dd_path_run *self, workspace *space, const life *path, size_t n)
{
    size_t first = space->paths.n;

    for (size_t k = 0; k < n; k++) {
        space->life[first + k] = *path;
        space->life[first + k].start.first_trial += (uint32_t) k;
    }
    if (!isnan(path->start.age_days)) {
        dd_paths_add(&space->paths, &path->start, space->pace, n);
        space->all_even &= path->theta == 1.0;
    }
    for (size_t k = 0; isnan(path->start.age_days) && k < n; k++) {
        life one = space->life[first + k];
        try_again(self, space, &one);
    }
}

/* ---- how it ended ---- */

static double
amount_of(const dd_path_run *self, const workspace *space, const life *path, double u)
{
    const dd_size_law *fresh = &space->tables->fresh_size[space->pipeline];
    const dd_book *book = self->book;

    if (path->deal == NEW_DEAL || book->amount[path->deal] == DD_UNKNOWN_AMOUNT)
        return dd_size_law_at(fresh, u);
    return (double) book->amount[path->deal]
           * dd_size_law_at(
               &space->tables->ratio[space->pipeline][book->stage[path->deal]], u);
}

static void
count_win(const dd_path_run *self, const workspace *space, const life *path,
          size_t period)
{
    dd_outcomes *out = self->outcomes;
    dd_stream stream = stream_of(self, item_of_try(path), path->start.first_trial);
    size_t cell = period * out->trials + path->start.first_trial;
    uint32_t word[4];
    int64_t amount;

    dd_stream_words(&stream, AMOUNT_POSITION, word);
    amount = llround(amount_of(self, space, path, dd_uniform32(word[0])));
    if (path->deal == NEW_DEAL)
        out->new_[cell] += amount;
    else
        out->open[cell] += amount;
    out->wins[cell]++;
}

/* A path on the average odds is taken with a chance in proportion to its weight, theta
 * where it is won in the end and 1 where not; so deals win on theta times the odds and
 * dwell given their exits as ever (Doob's transform by rejection). */
static int
is_taken(const dd_path_run *self, const life *path, int32_t end)
{
    dd_stream stream;
    uint32_t word[4];

    if (path->theta == 1.0 || path->tries == MOST_TRIES)
        return 1;
    stream = stream_of(self, item_of_try(path), path->start.first_trial);
    dd_stream_words(&stream, ODDS_POSITION, word);
    return dd_uniform53(word[0], word[1]) * fmax(path->theta, 1.0)
           < (end == DD_WON ? path->theta : 1.0);
}

static void
clear(const dd_path_run *self, workspace *space)
{
    dd_paths_clear(&space->paths, space->risks, self->question->seed, DD_RNG_PATH);
    space->all_even = 1;
}

/* Play the batch until all its paths are taken. */
static void
flush(const dd_path_run *self, workspace *space)
{
    size_t periods = self->question->n_periods;
    double horizon = fmax(self->open_end[periods - 1], self->new_end[periods - 1]);

    while (space->paths.n > 0) {
        size_t n = space->paths.n;
        dd_paths_play(&space->paths, space->all_even ? horizon : (double) INFINITY);
        clear(self, space);
        for (size_t i = 0; i < n; i++) {
            int32_t end = space->paths.stage[i];
            life path = space->life[i];
            size_t period
                = dd_path_run_period(self, path.deal == NEW_DEAL, space->paths.day[i]);
            if (!is_taken(self, &path, end)) {
                path.tries++;
                try_again(self, space, &path);
            } else if (end == DD_WON && period < periods)
                count_win(self, space, &path, period);
        }
    }
}

/* ---- a block ---- */

static void
play_open(const dd_path_run *self, workspace *space, size_t first_trial, size_t n)
{
    const dd_book *book = self->book;

    for (size_t i = 0; i < book->n; i++) {
        life path = { .start = { .item = book->key[i],
                                 .first_trial = (uint32_t) first_trial,
                                 .stage = book->stage[i],
                                 .age_days = book->age_days[i] },
                      .deal = (uint32_t) i };
        if (book->pipeline[i] != (int32_t) space->pipeline)
            continue;
        path.start.age_days
            = dd_rates_age(space->rates, (size_t) path.start.stage, path.start.age_days);
        path.theta = dd_rates_theta(space->rates, &self->levels[i]);
        if (space->paths.n + n > ROOM)
            flush(self, space);
        try_trials(self, space, &path, n);
    }
}

static int32_t
entry_stage(const dd_process *process, double u)
{
    int32_t stage = 0, last = (int32_t) process->n_stages - 1;

    for (; stage < last && u >= process->arrivals.share[stage]; stage++)
        u -= process->arrivals.share[stage];
    return stage;
}

/* Of which kind a deal to come is, as those that arrived lately. */
static double
arrival_odds(const dd_path_run *self, const dd_rates *rates, uint64_t item,
             uint32_t trial)
{
    const dd_factors *factors = &rates->process->factors;
    dd_stream stream = stream_of(self, item, trial);
    uint32_t word[4];
    double u;
    size_t i = 0;

    if (factors->n == 0)
        return rates->odds;
    dd_stream_words(&stream, KIND_POSITION, word);
    u = dd_uniform53(word[0], word[1]);
    while (i + 1 < factors->n_alike && u >= factors->alike[i].arrived)
        u -= factors->alike[i++].arrived;
    return rates->odds * rates->theta[i];
}

/* Arrivals are Poisson by the calendar: exponential gaps, until the horizon is passed. */
static void
play_new(const dd_path_run *self, workspace *space, size_t trial)
{
    double day = 0,
           per_day = space->rates->per_day * dd_effort_arrivals(self->model->effort)
                     * space->tables->level_arrivals[trial - space->first_trial];
    uint64_t address[2] = { UINT64_MAX, space->pipeline };
    uint64_t item = dd_hash((const char *) address, sizeof address);
    dd_stream gaps = stream_of(self, item, (uint32_t) trial);

    for (uint32_t k = 0; per_day > 0; k++) {
        life path = { .deal = NEW_DEAL };
        uint32_t word[4];
        dd_stream_words(&gaps, k, word);
        day -= log(dd_uniform53(word[0], word[1])) / per_day;
        if (!(day < (double) self->days))
            return;
        path.start.item = item + 1 + k;
        path.start.first_trial = (uint32_t) trial;
        path.start.stage
            = entry_stage(space->rates->process, dd_uniform53(word[2], word[3]));
        path.start.day = dd_path_run_work(self, day);
        path.theta = arrival_odds(self, space->rates, item + 1 + k, (uint32_t) trial);
        if (space->paths.n == ROOM)
            flush(self, space);
        try_again(self, space, &path);
    }
}

static void
play_pipeline(const dd_path_run *self, workspace *space, size_t lane, size_t first,
              size_t n)
{
    space->rates = dd_table_maker_rates(space->maker, space->pipeline, lane);
    for (size_t s = 0; s < space->rates->process->n_stages; s++)
        dd_risks_make(&space->risks[s], &space->rates->stage[s], (int32_t) s);
    clear(self, space);
    play_open(self, space, first, n);
    for (size_t trial = first; trial < first + n; trial++)
        play_new(self, space, trial);
    flush(self, space);
}

static void
play_block(const dd_path_run *self, workspace *space, size_t lane, size_t block)
{
    dd_outcomes *out = self->outcomes;
    size_t first = block * DD_BLOCK, left = out->trials - first;
    size_t n = left < DD_BLOCK ? left : DD_BLOCK;

    space->first_trial = first;
    dd_pace_find(space->finder, space->maker, lane, space->tables->level_wins,
                 space->pace);
    for (size_t p = 0; p < self->model->n_pipelines; p++) {
        space->pipeline = p;
        play_pipeline(self, space, lane, first, n);
    }
    for (size_t p = 0; p < out->periods; p++)
        for (size_t t = first; t < first + n; t++) {
            size_t cell = p * out->trials + t;
            out->bookings[cell]
                = self->book->booked[p] + out->open[cell] + out->new_[cell];
        }
}

static void
play_group(const dd_path_run *self, workspace *space, size_t first_block)
{
    const dd_tables *tables = dd_table_maker_run(space->maker, (uint32_t) first_block);

    for (size_t l = 0;
         l < DD_LANES && (first_block + l) * DD_BLOCK < self->outcomes->trials; l++) {
        space->tables = &tables[l];
        play_block(self, space, l, first_block + l);
    }
}

static void
play_all(const dd_path_run *self, workspace *spaces, size_t threads)
{
    size_t blocks = (self->outcomes->trials + DD_BLOCK - 1) / DD_BLOCK;

#pragma omp parallel for num_threads((int) threads) schedule(dynamic)
    for (size_t first = 0; first < blocks; first += DD_LANES)
        play_group(self, &spaces[omp_get_thread_num()], first);
}

dd_status
dd_paths_simulate(dd_outcomes *self, const dd_model *model, const dd_book *book,
                  const dd_question *question, dd_error *err)
{
    size_t threads = question->threads > 0 ? (size_t) question->threads
                                           : (size_t) omp_get_num_procs();
    dd_path_run run = { .outcomes = self };
    workspace *spaces = NULL;
    dd_status status;

    memset(self, 0, sizeof *self);
    status = dd_cells_check(book, model, err);
    if (!status)
        status = dd_outcomes_init(self, question->n_periods, question->trials, err);
    if (!status)
        status = dd_path_run_init(&run, model, book, question, err);
    if (!status)
        status = workspaces_new(&spaces, threads, &run, err);
    if (!status)
        play_all(&run, spaces, threads);
    workspaces_free(spaces, threads);
    dd_path_run_free(&run);
    if (status)
        dd_outcomes_free(self);
    return status;
}
