#include "answers/deals/deals_chances.h"

#include "answers/deals/deals_ends.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

/* First and second moment of a discrete law. */
typedef struct {
    double mean, square;
} moments;

/* What all threads share. */
typedef struct {
    const dd_model *model;
    const dd_rows *rows;
    uint64_t seed;
    int rates_fixed;
    double *amount;  /* rows: sum of known amounts */
    double *unknown; /* rows: deals without one */
    size_t *first;   /* pipelines: where their stages' moments start */
    size_t stages;   /* of all pipelines */
} shared;

/* What one thread works with. */
typedef struct {
    dd_table_maker *maker;
    dd_deals_ends ends;
    double *won;           /* rows x DD_BLOCK: chance in the period at each level */
    moments *ratio;        /* stages, of this draw */
    moments *fresh;        /* pipelines */
    double all[DD_BLOCK];  /* expected sum of open deals at each level */
    dd_deals_chances *sum; /* rows: over the blocks of one group */
} workspace;

double
dd_deals_covariance(const dd_deals_gain *gain, double base, double all)
{
    /* E[Var(X | .)] + Cov(m, M): given draw and level deals are independent. */
    return base * base * (gain->square - gain->own)
           + base * (gain->with_all - gain->mean * all);
}

static moments
moments_of(const dd_size_law *law)
{
    moments m = { 0.0, 0.0 };
    double before = 0.0;
    for (size_t i = 0; i < law->n; i++) {
        double weight = law->cumulative[i] - before;
        m.mean += weight * law->value[i];
        m.square += weight * law->value[i] * law->value[i];
        before = law->cumulative[i];
    }
    return m;
}

static void
set_moments(workspace *space, const shared *all, const dd_tables *tables)
{
    for (size_t p = 0; p < all->model->n_pipelines; p++) {
        space->fresh[p] = moments_of(&tables->fresh_size[p]);
        for (size_t s = 0; s < all->model->amounts[p].n_stages; s++)
            space->ratio[all->first[p] + s] = moments_of(&tables->ratio[p][s]);
    }
}

static moments
ratio_of(const workspace *space, const shared *all, size_t r)
{
    return space
        ->ratio[all->first[all->rows->pipeline[r]] + (size_t) all->rows->stage[r]];
}

/* Chances at each level, 1 - (1 - W)^level, and what all deals bring there. */
static void
set_levels(workspace *space, const shared *all, const dd_tables *tables)
{
    memset(space->all, 0, sizeof space->all);
    for (size_t r = 0; r < all->rows->n; r++) {
        double *won = space->won + r * DD_BLOCK;
        double bring = all->amount[r] * ratio_of(space, all, r).mean
                       + all->unknown[r] * space->fresh[all->rows->pipeline[r]].mean;
        for (int i = 0; i < DD_BLOCK; i++) {
            won[i] = -expm1(-tables->level_wins[i] * tables->hazard[r]);
            space->all[i] += bring * won[i];
        }
    }
}

static void
add_gain(dd_deals_gain *gain, moments law, double won, double square, double with_all)
{
    gain->mean += law.mean * won;
    gain->square += law.square * won;
    gain->own += law.mean * law.mean * square;
    gain->with_all += law.mean * with_all;
}

static void
add_gains(workspace *space, const shared *all, size_t r)
{
    const double *won = space->won + r * DD_BLOCK;
    dd_deals_chances *sum = &space->sum[r];
    double mean = 0.0, square = 0.0, with_all = 0.0;
    for (int i = 0; i < DD_BLOCK; i++) {
        mean += won[i] / DD_BLOCK;
        square += won[i] * won[i] / DD_BLOCK;
        with_all += won[i] * space->all[i] / DD_BLOCK;
    }
    sum->won_period += mean;
    add_gain(&sum->known, ratio_of(space, all, r), mean, square, with_all);
    add_gain(&sum->unknown, space->fresh[all->rows->pipeline[r]], mean, square,
             with_all);
}

/* Ever at a level: p = 1 - (1-c)^level; lost then L (1-p)/(1-c). */
static void
add_ever(workspace *space, const shared *all, const dd_tables *tables, size_t r)
{
    const dd_rows *rows = all->rows;
    double won, lost, hazard, ever = 0.0;
    dd_deals_ends_of(&space->ends, rows->pipeline[r], rows->stage[r], rows->age_days[r],
                     &rows->levels[r], &won, &lost);
    /* The curve is solved on a grid: what it brings in the period is part of ever. */
    hazard = fmax(-log1p(-fmin(won, 1.0)), tables->hazard[r]);
    for (int i = 0; i < DD_BLOCK; i++)
        ever -= expm1(-tables->level_wins[i] * hazard) / DD_BLOCK;
    space->sum[r].won_ever += ever;
    space->sum[r].lost += won < 1.0 ? fmin(lost / (1.0 - won), 1.0) * (1.0 - ever) : 0.0;
}

static void
add_block(workspace *space, const shared *all, const dd_tables *tables, uint32_t block)
{
    if (!all->rates_fixed)
        dd_deals_ends_draw(&space->ends, all->seed, block);
    set_moments(space, all, tables);
    set_levels(space, all, tables);
    for (size_t r = 0; r < all->rows->n; r++) {
        add_gains(space, all, r);
        add_ever(space, all, tables, r);
    }
}

static void
add_group(workspace *space, const shared *all, size_t first, size_t blocks)
{
    const dd_tables *tables = dd_table_maker_run(space->maker, (uint32_t) first);
    memset(space->sum, 0, all->rows->n * sizeof *space->sum);
    for (size_t i = 0; i < DD_LANES && first + i < blocks; i++)
        add_block(space, all, &tables[i], (uint32_t) (first + i));
}

static void
add_gain_sums(dd_deals_gain *to, const dd_deals_gain *from, double weight)
{
    to->mean += weight * from->mean;
    to->square += weight * from->square;
    to->own += weight * from->own;
    to->with_all += weight * from->with_all;
}

static void
add_sums(dd_deals_chances *out, const dd_deals_chances *sum, size_t n, double weight)
{
    for (size_t r = 0; r < n; r++) {
        out[r].won_period += weight * sum[r].won_period;
        out[r].won_ever += weight * sum[r].won_ever;
        out[r].lost += weight * sum[r].lost;
        add_gain_sums(&out[r].known, &sum[r].known, weight);
        add_gain_sums(&out[r].unknown, &sum[r].unknown, weight);
    }
}

/* A group of blocks per thread at a time; sums are taken in the order of groups, so that
 * the number of threads changes nothing. */
static void
add_all(dd_deals_chances *out, const shared *all, workspace *space, size_t threads,
        size_t blocks)
{
    size_t groups = (blocks + DD_LANES - 1) / DD_LANES;
    for (size_t wave = 0; wave < groups; wave += threads) {
        size_t n = groups - wave < threads ? groups - wave : threads;
#pragma omp parallel for num_threads((int) n) schedule(static, 1)
        for (size_t i = 0; i < n; i++)
            add_group(&space[i], all, (wave + i) * DD_LANES, blocks);
        for (size_t i = 0; i < n; i++)
            add_sums(out, space[i].sum, all->rows->n, 1.0 / (double) blocks);
    }
}

static dd_status
init_space(workspace *space, const shared *all, const dd_question *question,
           dd_error *err)
{
    size_t rows = all->rows->n + 1;
    dd_status status
        = dd_table_maker_new(&space->maker, all->model, all->rows, question, err);
    if (!status)
        status = dd_deals_ends_init(&space->ends, all->model, err);
    space->won = malloc(rows * DD_BLOCK * sizeof *space->won);
    space->sum = malloc(rows * sizeof *space->sum);
    space->ratio = calloc(all->stages + 1, sizeof *space->ratio);
    space->fresh = calloc(all->model->n_pipelines + 1, sizeof *space->fresh);
    if (!status && (!space->won || !space->sum || !space->ratio || !space->fresh))
        status = dd_error_no_memory(err);
    return status;
}

static void
free_space(workspace *space)
{
    dd_table_maker_free(space->maker);
    dd_deals_ends_free(&space->ends);
    free(space->won);
    free(space->sum);
    free(space->ratio);
    free(space->fresh);
}

static dd_status
init_shared(shared *all, const dd_book *book, dd_error *err)
{
    all->amount = calloc(all->rows->n + 1, sizeof *all->amount);
    all->unknown = calloc(all->rows->n + 1, sizeof *all->unknown);
    all->first = calloc(all->model->n_pipelines + 1, sizeof *all->first);
    if (!all->amount || !all->unknown || !all->first)
        return dd_error_no_memory(err);
    for (size_t i = 0; i < book->n; i++) {
        uint32_t r = all->rows->of_deal[i];
        if (book->amount[i] == DD_UNKNOWN_AMOUNT)
            all->unknown[r] += 1.0;
        else
            all->amount[r] += (double) book->amount[i];
    }
    for (size_t p = 0; p < all->model->n_pipelines; p++) {
        all->first[p] = all->stages;
        all->stages += all->model->amounts[p].n_stages;
    }
    return DD_OK;
}

static size_t
threads_for(const dd_question *question, size_t blocks)
{
    size_t groups = (blocks + DD_LANES - 1) / DD_LANES;
    size_t threads = question->threads > 0 ? (size_t) question->threads
                                           : (size_t) omp_get_num_procs();
    return threads < groups ? threads : groups;
}

dd_status
dd_deals_chances_make(dd_deals_chances *out, const dd_model *model, const dd_book *book,
                      const dd_rows *rows, const dd_question *question, dd_error *err)
{
    size_t blocks = (question->trials + DD_BLOCK - 1) / DD_BLOCK;
    size_t threads = threads_for(question, blocks);
    shared all = { .model = model,
                   .rows = rows,
                   .seed = question->seed,
                   .rates_fixed = question->rates_fixed || model->rates_fixed };
    workspace *space = calloc(threads, sizeof *space);
    dd_status status = space != NULL ? DD_OK : dd_error_no_memory(err);

    memset(out, 0, rows->n * sizeof *out);
    if (!status)
        status = init_shared(&all, book, err);
    for (size_t i = 0; i < threads && !status; i++)
        status = init_space(&space[i], &all, question, err);
    if (!status)
        add_all(out, &all, space, threads, blocks);
    for (size_t i = 0; space != NULL && i < threads; i++)
        free_space(&space[i]);
    free(space);
    free(all.amount);
    free(all.unknown);
    free(all.first);
    return status;
}
