/*
 * F1: deals of one segment from their first stage on, spell by spell: how many are won
 * within 90 days. Paths against paths, like for like.
 */
#include "bench.h"
#include "engine/paths.h"
#include "naive.h"
#include "workload.h"

#include <math.h>
#include <stdio.h>

#define DEALS 200000
#define SEGMENT 3

static size_t
play_paths(const dd_rates *rates, double horizon_days)
{
    size_t won = 0;

    for (uint64_t i = 0; i < DEALS; i++) {
        dd_stream stream = dd_stream_make(1, DD_RNG_PATH, i, 0);
        size_t steps;
        double end;
        won += dd_path_play(rates->stage, 0, 0, horizon_days, &stream, NULL, 0, &steps,
                            &end)
               == DD_WON;
    }
    return won;
}

static double
error_of(double won)
{
    return sqrt(won * (1 - won / DEALS));
}

int
bench_f1(size_t rounds)
{
    double naive[BENCH_MOST_ROUNDS], ours[BENCH_MOST_ROUNDS], naive_won = 0, our_won = 0;
    workload work;
    dd_rates rates = { 0 };
    w1_rates known;
    int wrong = workload_read(&work, "bench/w1/funnel.yaml", NULL, 1, 128)
                || naive_rates(&known, &work.funnel, 90)
                || dd_rates_init(&rates, &work.model.process[SEGMENT], NULL);

    if (!wrong) {
        dd_rates_mean(&rates);
        for (size_t i = 0; i < rounds; i++) {
            double start = bench_seconds(), middle;
            naive_won = (double) naive_f1(&known, SEGMENT, DEALS, 1 + i);
            middle = bench_seconds();
            our_won = (double) play_paths(&rates, 90);
            ours[i] = bench_seconds() - middle;
            naive[i] = middle - start;
        }
        bench_row((bench_what){ "F1", "naive C, GSL", "paths" }, DEALS, "paths",
                  bench_median(naive, rounds));
        bench_row((bench_what){ "F1", "dealdice", "paths" }, DEALS, "paths",
                  bench_median(ours, rounds));
        bench_goal("F1, paths: times naive C",
                   bench_median(naive, rounds) / bench_median(ours, rounds), 15, 40, 0);
        wrong = bench_agree("naive C", our_won, error_of(our_won), naive_won,
                            error_of(naive_won), 2e-3);
    }
    dd_rates_free(&rates);
    workload_free(&work);
    return wrong;
}
