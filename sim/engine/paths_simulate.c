#include "base/rng.h"
#include "engine/cells.h"
#include "engine/paths.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

/* Positions of a path's stream beside its spells 0, 1, 2, ... */
#define AMOUNT_POSITION UINT32_MAX
#define ODDS_POSITION (UINT32_MAX - 1)
#define KIND_POSITION (UINT32_MAX - 2)
#define AGE_POSITION (UINT32_C(1) << 31)

#define MOST_TRIES 10000 /* of a path on other odds */

/* One pipeline under the rates of a block. */
typedef struct {
    const dd_amounts *amounts;
    dd_rates rates;
    dd_size_law fresh;
    dd_size_law *ratio; /* per stage */
} path_line;

/* What one thread plays with. */
typedef struct {
    size_t n_lines;
    path_line *line;
    gsl_rng *rng; /* for the draws of amounts */
} workspace;

/* What all trials share. */
typedef struct {
    const dd_model *model;
    const dd_book *book;
    const dd_question *question;
    double *end_days;  /* per period, from the end of as-of */
    dd_levels *levels; /* per open deal */
    int rates_fixed;
    dd_outcomes *outcomes;
} path_run;

/* ---- room ---- */

static dd_status
line_init(path_line *self, const dd_model *model, size_t pipeline, dd_error *err)
{
    dd_status status = dd_rates_init(&self->rates, &model->process[pipeline], err);

    self->amounts = &model->amounts[pipeline];
    if (!status)
        status = dd_size_law_init(&self->fresh, &self->amounts->fresh, err);
    self->ratio = calloc(self->amounts->n_stages + 1, sizeof *self->ratio);
    if (!status && !self->ratio)
        status = dd_error_no_memory(err);
    for (size_t s = 0; !status && s < self->amounts->n_stages; s++)
        status = dd_size_law_init(&self->ratio[s], &self->amounts->ratio[s], err);
    return status;
}

static void
line_free(path_line *self)
{
    for (size_t s = 0; self->ratio && s < self->amounts->n_stages; s++)
        dd_size_law_free(&self->ratio[s]);
    free(self->ratio);
    dd_size_law_free(&self->fresh);
    dd_rates_free(&self->rates);
}

static dd_status
workspace_init(workspace *self, const dd_model *model, dd_error *err)
{
    dd_stream none = dd_stream_make(0, DD_RNG_PATH, 0, 0);
    dd_status status = DD_OK;

    self->line = calloc(model->n_pipelines + 1, sizeof *self->line);
    self->rng = dd_rng_gsl(&none);
    if (!self->line || !self->rng)
        return dd_error_no_memory(err);
    for (; !status && self->n_lines < model->n_pipelines; self->n_lines++)
        status = line_init(&self->line[self->n_lines], model, self->n_lines, err);
    return status;
}

static void
workspaces_free(workspace *self, size_t n)
{
    for (size_t i = 0; self && i < n; i++) {
        for (size_t p = 0; p < self[i].n_lines; p++)
            line_free(&self[i].line[p]);
        free(self[i].line);
        if (self[i].rng)
            gsl_rng_free(self[i].rng);
    }
    free(self);
}

static dd_status
workspaces_new(workspace **self, size_t n, const dd_model *model, dd_error *err)
{
    dd_status status = DD_OK;

    *self = calloc(n, sizeof **self);
    if (!*self)
        return dd_error_no_memory(err);
    for (size_t i = 0; i < n && !status; i++)
        status = workspace_init(&(*self)[i], model, err);
    return status;
}

/* ---- one draw a block ---- */

static void
draw_sizes(const path_run *self, workspace *space, const dd_sizes *sizes,
           dd_size_law *law, size_t pipeline, size_t place, uint32_t block)
{
    uint64_t address[2] = { pipeline, place };
    dd_stream stream
        = dd_stream_make(self->question->seed, DD_RNG_PATH,
                         dd_hash((const char *) address, sizeof address), block);

    if (self->rates_fixed) {
        dd_size_law_mean(law, sizes);
        return;
    }
    dd_rng_gsl_seek(space->rng, &stream);
    dd_size_law_draw(law, sizes, space->rng);
}

static void
draw_block(const path_run *self, workspace *space, uint32_t block)
{
    for (size_t p = 0; p < space->n_lines; p++) {
        path_line *line = &space->line[p];
        if (self->rates_fixed)
            dd_rates_mean(&line->rates);
        else
            dd_rates_draw(&line->rates, self->question->seed, block, (uint32_t) p);
        draw_sizes(self, space, &line->amounts->fresh, &line->fresh, p, 0, block);
        for (size_t s = 0; s < line->amounts->n_stages; s++)
            draw_sizes(self, space, &line->amounts->ratio[s], &line->ratio[s], p, s + 1,
                       block);
    }
}

/* ---- trials ---- */

/* The period in which a day within the horizon falls. */
static size_t
period_of(const path_run *self, double day)
{
    size_t p = 0;

    while (p + 1 < self->question->n_periods && day > self->end_days[p])
        p++;
    return p;
}

static double
amount_uniform(const dd_stream *stream)
{
    uint32_t word[4];

    dd_stream_words(stream, AMOUNT_POSITION, word);
    return dd_uniform32(word[0]);
}

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

/* One try: a path on the average odds is taken with a chance in proportion to its weight,
 * theta where it is won in the end and 1 where not; so deals win on theta times the odds
 * and dwell given their exits as ever (Doob's transform by rejection). */
static int
try_path(const dd_stage *stages, int32_t stage, double age, double theta, double horizon,
         const dd_stream *stream, int32_t *end, double *day)
{
    uint32_t word[4];
    size_t n_steps;

    if (isnan(age))
        age = stationary_age(&stages[stage], stream);
    *end = dd_path_play(stages, stage, age, theta == 1.0 ? horizon : (double) INFINITY,
                        stream, NULL, 0, &n_steps, day);
    dd_stream_words(stream, ODDS_POSITION, word);
    return dd_uniform53(word[0], word[1]) * fmax(theta, 1.0)
           < (*end == DD_WON ? theta : 1.0);
}

/* Is the deal won within the horizon? On average odds the first try is the path. */
static int
play_path(const dd_stage *stages, int32_t stage, double age, double theta,
          double horizon, const dd_stream *stream, double *day)
{
    dd_stream again = *stream;
    int32_t end;

    for (uint64_t k = 1; !try_path(stages, stage, age, theta, horizon, &again, &end, day)
                         && k < MOST_TRIES;
         k++) {
        uint64_t address[2] = { stream->item, k };
        again.item = dd_hash((const char *) address, sizeof address);
    }
    return end == DD_WON && *day <= horizon;
}

static void
play_open(const path_run *self, const workspace *space, size_t deal, size_t trial)
{
    const dd_book *book = self->book;
    const path_line *line = &space->line[book->pipeline[deal]];
    int32_t stage = book->stage[deal];
    dd_stream stream = dd_stream_make(self->question->seed, DD_RNG_PATH, book->key[deal],
                                      (uint32_t) trial);
    double age = book->age_days[deal], end, amount = (double) book->amount[deal];
    double theta = dd_rates_theta(&line->rates, &self->levels[deal]);
    size_t cell, periods = self->question->n_periods;

    if (!play_path(line->rates.stage, stage, age, theta, self->end_days[periods - 1],
                   &stream, &end))
        return;
    cell = period_of(self, end) * self->outcomes->trials + trial;
    if (book->amount[deal] == DD_UNKNOWN_AMOUNT)
        amount = dd_size_law_at(&line->fresh, amount_uniform(&stream));
    else
        amount *= dd_size_law_at(&line->ratio[stage], amount_uniform(&stream));
    self->outcomes->open[cell] += llround(amount);
    self->outcomes->wins[cell]++;
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
arrival_odds(const dd_rates *rates, const dd_stream *stream)
{
    const dd_factors *factors = &rates->process->factors;
    uint32_t word[4];
    double u;
    size_t i = 0;

    if (factors->n == 0)
        return rates->odds;
    dd_stream_words(stream, KIND_POSITION, word);
    u = dd_uniform53(word[0], word[1]);
    while (i + 1 < factors->n_alike && u >= factors->alike[i].arrived)
        u -= factors->alike[i++].arrived;
    return rates->odds * rates->theta[i];
}

/* A deal that arrives on `day`, the k-th of its pipeline in this trial. */
static void
play_arrival(const path_run *self, const path_line *line, int32_t stage, double day,
             const dd_stream *stream, size_t trial)
{
    double end, horizon = self->end_days[self->question->n_periods - 1] - day;
    size_t cell;

    if (!play_path(line->rates.stage, stage, 0, arrival_odds(&line->rates, stream),
                   horizon, stream, &end))
        return;
    cell = period_of(self, day + end) * self->outcomes->trials;
    self->outcomes->new_[cell + trial]
        += llround(dd_size_law_at(&line->fresh, amount_uniform(stream)));
    self->outcomes->wins[cell + trial]++;
}

/* Arrivals are Poisson: exponential gaps, until the horizon is passed. */
static void
play_new(const path_run *self, const workspace *space, size_t pipeline, size_t trial)
{
    const path_line *line = &space->line[pipeline];
    double day = 0, horizon = self->end_days[self->question->n_periods - 1];
    uint64_t address[2] = { UINT64_MAX, pipeline };
    uint64_t item = dd_hash((const char *) address, sizeof address);
    dd_stream gaps
        = dd_stream_make(self->question->seed, DD_RNG_PATH, item, (uint32_t) trial);

    if (!(line->rates.per_day > 0))
        return;
    for (uint32_t k = 0;; k++) {
        dd_stream stream = dd_stream_make(self->question->seed, DD_RNG_PATH,
                                          item + 1 + k, (uint32_t) trial);
        uint32_t word[4];
        dd_stream_words(&gaps, k, word);
        day -= log(dd_uniform53(word[0], word[1])) / line->rates.per_day;
        if (!(day < horizon))
            return;
        play_arrival(self, line,
                     entry_stage(line->rates.process, dd_uniform53(word[2], word[3])),
                     day, &stream, trial);
    }
}

static void
play_block(const path_run *self, workspace *space, size_t block)
{
    dd_outcomes *out = self->outcomes;
    size_t end = (block + 1) * DD_BLOCK;

    draw_block(self, space, (uint32_t) block);
    for (size_t t = block * DD_BLOCK; t < end && t < out->trials; t++) {
        for (size_t deal = 0; deal < self->book->n; deal++)
            play_open(self, space, deal, t);
        for (size_t p = 0; p < space->n_lines; p++)
            play_new(self, space, p, t);
        for (size_t p = 0; p < out->periods; p++) {
            size_t cell = p * out->trials + t;
            out->bookings[cell]
                = self->book->booked[p] + out->open[cell] + out->new_[cell];
        }
    }
}

static void
play_all(const path_run *self, workspace *spaces, size_t threads)
{
    size_t blocks = (self->outcomes->trials + DD_BLOCK - 1) / DD_BLOCK;

#pragma omp parallel for num_threads((int) threads) schedule(dynamic)
    for (size_t block = 0; block < blocks; block++)
        play_block(self, &spaces[omp_get_thread_num()], block);
}

static double *
ends_of_periods(const dd_question *question)
{
    double *end = malloc((question->n_periods + 1) * sizeof *end);

    for (size_t p = 0; end && p < question->n_periods; p++)
        end[p] = (double) (question->periods[p].end - question->as_of);
    return end;
}

static dd_levels *
levels_of_deals(const dd_model *model, const dd_book *book)
{
    dd_levels *levels = malloc((book->n + 1) * sizeof *levels);

    for (size_t i = 0; levels && i < book->n; i++)
        levels[i]
            = dd_factors_levels(&model->process[book->pipeline[i]].factors, book, i);
    return levels;
}

dd_status
dd_paths_simulate(dd_outcomes *self, const dd_model *model, const dd_book *book,
                  const dd_question *question, dd_error *err)
{
    size_t threads = question->threads > 0 ? (size_t) question->threads
                                           : (size_t) omp_get_num_procs();
    path_run run
        = { .model = model, .book = book, .question = question, .outcomes = self };
    workspace *spaces = NULL;
    dd_status status;

    run.rates_fixed = question->rates_fixed || model->rates_fixed;
    memset(self, 0, sizeof *self);
    status = dd_cells_check(book, model, err);
    if (status)
        goto out;
    status = dd_outcomes_init(self, question->n_periods, question->trials, err);
    if (status)
        goto out;
    run.end_days = ends_of_periods(question);
    run.levels = levels_of_deals(model, book);
    if (!run.end_days || !run.levels) {
        status = dd_error_no_memory(err);
        goto out;
    }
    status = workspaces_new(&spaces, threads, model, err);
    if (status)
        goto out;
    play_all(&run, spaces, threads);
out:
    workspaces_free(spaces, threads);
    free(run.end_days);
    free(run.levels);
    if (status)
        dd_outcomes_free(self);
    return status;
}
