/*
 * F1: deals of one segment from their first stage on, spell by spell: how many are won
 * within 90 days. In each stage two Weibull waiting times compete, to advance and to be
 * lost. Paths against paths, like for like.
 */
#include "bench.h"
#include "engine/paths/paths.h"
#include "naive.h"
#include "workload.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define DEALS 262144
#define BATCH 512
#define SEGMENT 3
#define HORIZON 90.0
#define BANDED 2e-2 /* 16 bands of constant hazards win 1.6 % more than rising ones */

/* A stage as a model has it: 16 age bands of constant hazards, exact at their edges. */
typedef struct {
    double start[DD_MAX_BANDS + 1], rate[2 * DD_MAX_BANDS];
    int32_t to[2];
} banded_stage;

static double
cumulative(double shape, double scale, double age)
{
    return pow(age / scale, shape);
}

static dd_stage
make_stage(banded_stage *self, const w1_stage *known, int32_t place)
{
    /* Narrow at first, where hazards rise from 0. */
    for (int b = 0; b <= DD_MAX_BANDS; b++)
        self->start[b] = HORIZON * pow(b / (double) DD_MAX_BANDS, 2);
    self->to[0] = place + 1 < W1_STAGES ? place + 1 : DD_WON;
    self->to[1] = DD_LOST;
    for (int b = 0; b < DD_MAX_BANDS; b++) {
        double from = self->start[b], end = self->start[b + 1];
        self->rate[b] = (cumulative(known->advance_shape, known->advance_scale, end)
                         - cumulative(known->advance_shape, known->advance_scale, from))
                        / (end - from);
        self->rate[DD_MAX_BANDS + b]
            = (cumulative(known->lost_shape, known->lost_scale, end)
               - cumulative(known->lost_shape, known->lost_scale, from))
              / (end - from);
    }
    return (dd_stage){ DD_MAX_BANDS, self->start, 2, self->to, self->rate };
}

static size_t
play_paths(dd_paths *paths, const dd_risks *risks)
{
    size_t won = 0;

    for (uint32_t first = 0; first < DEALS; first += BATCH) {
        dd_path_start start = { .item = 1, .first_trial = first };
        dd_paths_clear(paths, risks, 1, DD_RNG_PATH);
        dd_paths_add(paths, &start, NULL, BATCH);
        dd_paths_play(paths, HORIZON);
        for (size_t i = 0; i < BATCH; i++)
            won += paths->stage[i] == DD_WON;
    }
    return won;
}

static double
error_of(double won)
{
    return sqrt(won * (1 - won / DEALS));
}

/* Base R where it is installed. */
static int
against_r(const w1_rates *known, double ours, double won)
{
    static const char *const r[] = { "Rscript --vanilla", NULL };
    char path[] = "/tmp/dd_bench_XXXXXX", arguments[100];
    int handle = mkstemp(path), wrong;
    FILE *file = handle < 0 ? NULL : fdopen(handle, "w");
    bench_peer peer[2];
    size_t n = 0;

    for (int s = 0; file != NULL && s < W1_STAGES; s++) {
        const w1_stage *stage = &known->stage[SEGMENT][s];
        fprintf(file, "%.17g,%.17g,%.17g,%.17g\n", stage->advance_shape,
                stage->advance_scale, stage->lost_shape, stage->lost_scale);
    }
    if (file != NULL && fclose(file) == 0) {
        snprintf(arguments, sizeof arguments, "bench/peers.R %s %d %g", path, DEALS,
                 HORIZON);
        n = bench_peers(r, arguments, peer);
    }
    remove(path);
    if (n == 0) {
        printf("F1       R base: not installed, left out\n");
        return 0;
    }
    bench_row((bench_what){ "F1", "R base", "paths" }, DEALS, "paths", peer[0].seconds);
    wrong = bench_agree("R base", won, error_of(won), peer[0].mean, peer[0].sd, BANDED);
    bench_goal("F1, paths, like for like: times R base", peer[0].seconds / ours, 12, 30,
               0);
    return wrong;
}

static int
compare(const w1_rates *known, dd_paths *paths, size_t rounds)
{
    static dd_risks risks[W1_STAGES];
    double naive[BENCH_MOST_ROUNDS], ours[BENCH_MOST_ROUNDS], naive_won = 0, our_won = 0;

    for (int32_t s = 0; s < W1_STAGES; s++) {
        banded_stage banded;
        dd_stage stage = make_stage(&banded, &known->stage[SEGMENT][s], s);
        dd_risks_make(&risks[s], &stage, s);
    }
    for (size_t i = 0; i < rounds; i++) {
        double start = bench_seconds(), middle;
        naive_won = (double) naive_f1(known, SEGMENT, DEALS, 1 + i);
        middle = bench_seconds();
        our_won = (double) play_paths(paths, risks);
        ours[i] = bench_seconds() - middle;
        naive[i] = middle - start;
    }
    bench_row((bench_what){ "F1", "naive C, GSL", "paths" }, DEALS, "paths",
              bench_median(naive, rounds));
    bench_row((bench_what){ "F1", "dealdice", "paths" }, DEALS, "paths",
              bench_median(ours, rounds));
    bench_goal("F1, paths, like for like: times naive C",
               bench_median(naive, rounds) / bench_median(ours, rounds), 15, 40, 0);
    return bench_agree("naive C", our_won, error_of(our_won), naive_won,
                       error_of(naive_won), BANDED)
           | against_r(known, bench_median(ours, rounds), our_won);
}

int
bench_f1(size_t rounds)
{
    workload work;
    dd_paths paths = { 0 };
    w1_rates known;
    int wrong = workload_read(&work, "bench/w1/funnel.yaml", NULL, 1, 128)
                || naive_rates(&known, &work.funnel, HORIZON)
                || dd_paths_init(&paths, W1_STAGES, BATCH, NULL)
                || compare(&known, &paths, rounds);

    dd_paths_free(&paths);
    workload_free(&work);
    return wrong;
}
