#include "engine/paths/lives.h"

#include "base/rng.h"
#include "engine/cells/cells.h"
#include "engine/paths/lives_laws.h"
#include "engine/paths/said.h"
#include "model/clock/clock.h"
#include "model/effort.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Positions of a path's stream beside its spells 0, 1, 2, ... */
#define AMOUNT_POSITION UINT32_MAX
#define ODDS_POSITION (UINT32_MAX - 1)
#define KIND_POSITION (UINT32_MAX - 2)
#define AGE_POSITION (UINT32_C(1) << 31)

#define MOST_TRIES 10000 /* of a path on other odds */

/* ---- room ---- */

static dd_status
make_room(dd_lives *self, dd_error *err)
{
    const dd_model *model = self->run->model;
    size_t stages = 0, most = 1;

    self->first_stage = malloc((model->n_pipelines + 1) * sizeof *self->first_stage);
    if (!self->first_stage)
        return dd_error_no_memory(err);
    for (size_t p = 0; p < model->n_pipelines; p++) {
        self->first_stage[p] = stages;
        stages += model->process[p].n_stages;
        if (model->process[p].n_stages > most)
            most = model->process[p].n_stages;
    }
    self->first_stage[model->n_pipelines] = stages;
    self->life = malloc(DD_LIVES * sizeof *self->life);
    self->fresh = calloc(model->n_pipelines, sizeof *self->fresh);
    if (!self->life || !self->fresh)
        return dd_error_no_memory(err);
    for (size_t p = 0; p < model->n_pipelines; p++) {
        dd_status status = dd_guide_init(&self->fresh[p], dd_cells_values(model), err);
        if (status)
            return status;
    }
    return dd_paths_init(&self->paths, most, DD_LIVES, err);
}

dd_status
dd_lives_init(dd_lives *self, const dd_path_run *run, dd_error *err)
{
    dd_status status;

    memset(self, 0, sizeof *self);
    self->run = run;
    status = make_room(self, err);
    if (!status)
        status = dd_table_maker_new(&self->maker, run->model, &run->rows, run->question,
                                    err);
    return status ? status : dd_lives_laws_init(self, err);
}

void
dd_lives_free(dd_lives *self)
{
    dd_lives_laws_free(self);
    dd_table_maker_free(self->maker);
    dd_paths_free(&self->paths);
    for (size_t p = 0; self->fresh && p < self->run->model->n_pipelines; p++)
        dd_guide_free(&self->fresh[p]);
    free(self->fresh);
    free(self->first_stage);
    free(self->life);
    memset(self, 0, sizeof *self);
}

/* ---- a block ---- */

void
dd_lives_draw(dd_lives *self, size_t first_block)
{
    self->tables = dd_table_maker_run(self->maker, (uint32_t) first_block);
    self->lane = 0;
}

void
dd_lives_begin(dd_lives *self, size_t lane)
{
    self->tables = self->tables - self->lane + lane;
    self->lane = lane;
    for (size_t p = 0; p < self->run->model->n_pipelines; p++)
        dd_guide_make(&self->fresh[p], &self->tables->fresh_size[p]);
    dd_lives_laws_begin(self);
}

void
dd_lives_turn(dd_lives *self, size_t first_trial, size_t trials)
{
    self->first_trial = first_trial;
    self->trials = trials;
}

static dd_stream
stream_of(const dd_lives *self, uint64_t item, size_t trial)
{
    return dd_stream_make(self->run->question->seed, DD_RNG_PATH, item,
                          (uint32_t) trial);
}

/* ---- one deal ---- */

uint64_t
dd_life_item(const dd_life *self)
{
    uint64_t address[2] = { self->start.item, self->tries };

    if (self->tries == 0)
        return self->start.item;
    return dd_hash((const char *) address, sizeof address);
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

dd_path_start
dd_life_start(const dd_lives *lives, const dd_life *self)
{
    dd_path_start start = self->start;

    start.item = dd_life_item(self);
    if (isnan(start.age_days)) {
        dd_stream stream = stream_of(lives, start.item, start.first_trial);
        start.age_days = stationary_age(
            &dd_lives_rates(lives, self->pipeline)->stage[start.stage], &stream);
    }
    return start;
}

/* By one word of a stream of its own. */
static int64_t
amount_of(const dd_lives *self, const dd_worth *of, uint32_t word)
{
    const dd_book *book = self->run->book;

    if (of->deal == DD_NEW_DEAL || book->amount[of->deal] == DD_UNKNOWN_AMOUNT)
        return dd_guide_minor_at(&self->fresh[of->pipeline], word);
    return dd_round_minor(
        (double) book->amount[of->deal]
        * dd_size_law_at(&self->tables->ratio[of->pipeline][book->stage[of->deal]],
                         dd_uniform32(word)));
}

void
dd_lives_worth(const dd_lives *self, const dd_worth *of, size_t n, int64_t *amount)
{
    dd_stream key = stream_of(self, 0, 0);
    uint64_t item[DD_SPELLS] = { 0 }, place[DD_SPELLS] = { 0 };
    dd_chances chances;

    for (size_t k = 0; k < n; k++) {
        item[k] = of[k].item;
        place[k] = (uint64_t) of[k].trial << 32 | AMOUNT_POSITION;
    }
    dd_kernel_chosen()->chances(key.key, item, place, n, &chances);
    for (size_t k = 0; k < n; k++)
        amount[k] = amount_of(self, &of[k], (uint32_t) chances.first[k]);
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

int
dd_lives_are_plain(const dd_lives *self)
{
    int plain = 1;

    for (size_t p = 0; p < self->run->model->n_pipelines; p++) {
        const dd_rates *rates = dd_lives_rates(self, p);
        plain &= rates->process->factors.n == 0 && rates->odds == 1;
    }
    return plain;
}

void
dd_lives_enter(const dd_lives *self, dd_life *life, size_t pipeline, uint64_t item,
               size_t trial, double day, double u_stage)
{
    const dd_rates *rates = dd_lives_rates(self, pipeline);
    dd_stream stream = stream_of(self, item, trial);

    life->start.item = item;
    life->start.first_trial = (uint32_t) trial;
    life->start.stage = dd_process_enter(rates->process, u_stage);
    life->start.day = day;
    life->start.age_days = 0;
    life->theta = arrival_odds(rates, &stream);
    life->deal = DD_NEW_DEAL;
    life->tries = life->mark = 0;
    life->pipeline = (uint32_t) pipeline;
    life->wins_on = 0;
}

/* ---- tries, many at once ---- */

static int
is_taken(const dd_lives *self, const dd_life *life, int32_t end)
{
    dd_stream stream;
    uint32_t word[4];

    if (life->theta == 1.0 || life->tries == MOST_TRIES)
        return 1;
    stream = stream_of(self, dd_life_item(life), life->start.first_trial);
    dd_stream_words(&stream, ODDS_POSITION, word);
    return dd_uniform53(word[0], word[1]) * fmax(life->theta, 1.0)
           < (end == DD_WON ? life->theta : 1.0);
}

static const float *
paces_of(const dd_lives *self, const dd_life *life)
{
    return life->deal == DD_NEW_DEAL ? self->pace->of_new : self->pace->of_open;
}

/* Into the batch for one more try. */
static void
try_again(dd_lives *self, const dd_life *life)
{
    dd_path_start start = dd_life_start(self, life);

    self->life[self->paths.n] = *life;
    dd_paths_add(&self->paths, &start,
                 paces_of(self, life) + start.first_trial % DD_BLOCK, 1);
    self->all_even &= life->theta == 1.0;
}

/* A deal's first tries in all trials of the stretch. */
static void
try_trials(dd_lives *self, const dd_life *life)
{
    size_t first = self->paths.n;

    for (size_t k = 0; k < self->trials; k++) {
        dd_life one = *life;
        one.start.first_trial += (uint32_t) k;
        self->life[first + k] = one;
        if (isnan(life->start.age_days))
            try_again(self, &one);
    }
    if (!isnan(life->start.age_days))
        dd_paths_add(&self->paths, &life->start,
                     paces_of(self, life) + self->first_trial % DD_BLOCK, self->trials);
    self->all_even &= life->theta == 1.0;
}

/* ---- what a scenario says of a deal ---- */

/* A chance that is said is reached on odds of its own. A day that is said holds whatever
 * the path would be, and if it is not won then, it never is. */
static void
try_as_said(dd_lives *self, dd_life *life, const dd_deal_said *said,
            dd_life_taken *taken, void *who)
{
    double odds = said->close == DD_NO_DAY ? dd_said_odds(self, life, said) : 0;

    life->theta = odds;
    for (size_t k = 0; k < self->trials; k++) {
        dd_life one = *life;
        one.start.first_trial += (uint32_t) k;
        one.wins_on = odds > 0 ? 0 : dd_said_day(self, &one, said);
        if (one.wins_on > 0)
            taken(who, &one, DD_WON, one.wins_on);
        else
            try_again(self, &one);
    }
}

static void
clear(dd_lives *self, size_t pipeline)
{
    dd_paths_clear(&self->paths, self->risks + self->first_stage[pipeline],
                   self->run->question->seed, DD_RNG_PATH);
    self->all_even = 1;
}

/* Play the batch, all of one pipeline, until all its paths are taken. */
static void
flush(dd_lives *self, size_t pipeline, dd_life_taken *taken, void *who)
{
    while (self->paths.n > 0) {
        size_t n = self->paths.n;
        dd_paths_play(&self->paths,
                      self->all_even ? self->run->horizon : (double) INFINITY);
        clear(self, pipeline);
        for (size_t i = 0; i < n; i++) {
            int32_t end = self->paths.stage[i];
            double day = self->paths.day[i];
            dd_life life = self->life[i];
            if (is_taken(self, &life, end))
                taken(who, &life, end, day);
            else {
                life.tries++;
                try_again(self, &life);
            }
        }
    }
}

static void
keep(void *who, const dd_life *life, int32_t end, double day)
{
    dd_life *taken = (dd_life *) who + life->mark;

    (void) day;
    *taken = *life;
    taken->mark = end == DD_WON;
}

void
dd_lives_choose(dd_lives *self, dd_life *life, size_t n)
{
    for (size_t p = 0; p < self->run->model->n_pipelines; p++) {
        clear(self, p);
        for (size_t k = 0; k < n; k++) {
            if (life[k].pipeline != p || life[k].theta == 1.0)
                continue;
            life[k].mark = (uint32_t) k;
            try_again(self, &life[k]);
        }
        flush(self, p, keep, life);
    }
}

void
dd_lives_renew(dd_lives *self, dd_life *life)
{
    dd_stream stream = stream_of(self, life->start.item, life->start.first_trial);

    life->tries = 0;
    life->theta = arrival_odds(dd_lives_rates(self, life->pipeline), &stream);
    dd_lives_choose(self, life, 1);
}

void
dd_lives_follow(dd_lives *self, const dd_life_law *law, size_t pipeline,
                const dd_ways *ways)
{
    dd_paths_clear(&self->paths, law->risks + self->first_stage[pipeline],
                   self->run->question->seed, DD_RNG_PATH);
    for (size_t k = 0; k < ways->n; k++)
        dd_paths_resume(&self->paths, ways->stage[k], ways->item[k], ways->place[k],
                        &ways->pace[k]);
    dd_paths_play(&self->paths, (double) INFINITY);
    for (size_t k = 0; k < ways->n; k++)
        ways->won[k] = self->paths.stage[k] == DD_WON;
}

static void
play_open(dd_lives *self, size_t pipeline, dd_life_taken *taken, void *who)
{
    const dd_book *book = self->run->book;

    for (size_t i = 0; i < book->n; i++) {
        dd_life life = { .start = { .item = book->key[i],
                                    .first_trial = (uint32_t) self->first_trial,
                                    .stage = book->stage[i],
                                    .age_days = book->age_days[i] },
                         .deal = (uint32_t) i,
                         .pipeline = (uint32_t) pipeline };
        const dd_deal_said *said;
        if (book->pipeline[i] != (int32_t) pipeline)
            continue;
        life.start.age_days = dd_rates_age(dd_lives_rates(self, pipeline),
                                           (size_t) book->stage[i], book->age_days[i]);
        life.theta
            = dd_rates_theta(dd_lives_rates(self, pipeline), &self->run->levels[i]);
        if (self->paths.n + self->trials > DD_LIVES)
            flush(self, pipeline, taken, who);
        said = self->run->rows.said[self->run->rows.of_deal[i]];
        if (said)
            try_as_said(self, &life, said, taken, who);
        else
            try_trials(self, &life);
    }
}

static double
per_day_of(const dd_lives *self, size_t pipeline)
{
    return dd_lives_rates(self, pipeline)->per_day
           * dd_effort_arrivals(self->run->model->effort);
}

double
dd_lives_per_day(const dd_lives *self, size_t trial)
{
    double sum = 0;

    for (size_t p = 0; p < self->run->model->n_pipelines; p++)
        sum += per_day_of(self, p);
    return sum * self->tables->level_arrivals[trial % DD_BLOCK];
}

size_t
dd_lives_pipeline(const dd_lives *self, double u)
{
    size_t last = self->run->model->n_pipelines - 1, p = 0;
    double left = 0;

    for (size_t k = 0; k <= last; k++)
        left += u * per_day_of(self, k);
    while (p < last && left >= per_day_of(self, p))
        left -= per_day_of(self, p++);
    return p;
}

/* Arrivals are Poisson by the calendar: exponential gaps, of average days where they have
 * a season, until the horizon is passed. */
static void
play_new(dd_lives *self, size_t pipeline, double arrivals, size_t trial,
         dd_life_taken *taken, void *who)
{
    const dd_path_run *run = self->run;
    double came = 0, per_day = per_day_of(self, pipeline) * arrivals
                               * self->tables->level_arrivals[trial % DD_BLOCK];
    uint64_t address[2] = { UINT64_MAX, pipeline };
    uint64_t item = dd_hash((const char *) address, sizeof address);
    dd_stream gaps = stream_of(self, item, trial);

    for (uint32_t k = 0; per_day > 0; k++) {
        dd_life life;
        uint32_t word[4];
        dd_stream_words(&gaps, k, word);
        came -= log(dd_uniform53(word[0], word[1])) / per_day;
        double day = run->uneven ? dd_path_run_came(run, came) : came;
        if (!(day < (double) run->days))
            return;
        dd_lives_enter(self, &life, pipeline, item + 1 + k, trial,
                       dd_path_run_work(run, day), dd_uniform53(word[2], word[3]));
        if (run->laws.n > 1 && day >= (double) run->laws.calendar[1]) {
            taken(who, &life, DD_STILL, life.start.day);
            continue;
        }
        if (self->paths.n == DD_LIVES)
            flush(self, pipeline, taken, who);
        try_again(self, &life);
    }
}

void
dd_lives_play(dd_lives *self, double arrivals, dd_life_taken *taken, void *who)
{
    for (size_t p = 0; p < self->run->model->n_pipelines; p++) {
        clear(self, p);
        play_open(self, p, taken, who);
        for (size_t t = self->first_trial; t < self->first_trial + self->trials; t++)
            play_new(self, p, arrivals, t, taken, who);
        flush(self, p, taken, who);
    }
}
