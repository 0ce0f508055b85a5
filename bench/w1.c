/*
 * W1: 2 000 open deals in 8 segments of 5 stages, 10 000 trials of 90 days on one thread;
 * rates known. The whole run (curves, tables, trials, quantiles) against naive C, NumPy
 * and numba; and the kernel alone, in quarters and months under a level, per instruction set.
 */
#include "bench.h"
#include "engine/cells/cells.h"
#include "model/level/level.h"
#include "naive.h"
#include "workload.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TRIALS 10000
#define FUNNEL "bench/w1/funnel.yaml"
#define BLOCKS 80

static int
time_naive(const workload *work, size_t rounds, double *seconds, dd_summary *summary)
{
    double second[BENCH_MOST_ROUNDS];
    int64_t *won = malloc(TRIALS * sizeof *won);
    w1_rates rates;
    int wrong = won == NULL
                || naive_rates(&rates, &work->funnel,
                               work->question.periods[0].end - work->question.as_of);

    for (size_t i = 0; i < rounds && !wrong; i++) {
        double start = bench_seconds();
        naive_w1(&rates, &work->book, TRIALS, 1000 + i, won);
        wrong = workload_summarise(won, TRIALS, summary);
        second[i] = bench_seconds() - start;
    }
    free(won);
    *seconds = bench_median(second, rounds);
    return wrong;
}

static int
time_ours(const workload *work, size_t rounds, double *seconds, dd_summary *summary)
{
    double second[BENCH_MOST_ROUNDS];
    int wrong = 0;

    for (size_t i = 0; i < rounds && !wrong; i++)
        wrong = workload_play(work, &second[i], summary);
    *seconds = bench_median(second, rounds);
    return wrong;
}

/* Each deal's chance and amount, the same collapse for NumPy. */
static int
write_chances(const workload *work, const char *path)
{
    dd_table_maker *maker = NULL;
    dd_rows rows = { 0 };
    FILE *file = fopen(path, "w");
    int wrong
        = file == NULL
          || dd_rows_init(&rows, &work->model, &work->book, &work->question, NULL)
          || dd_table_maker_new(&maker, &work->model, &rows, &work->question, NULL);

    if (!wrong) {
        const dd_tables *tables = dd_table_maker_run(maker, 0);
        for (size_t i = 0; i < work->book.n; i++)
            fprintf(file, "%.17g,%lld\n", -expm1(-tables->hazard[rows.of_deal[i]]),
                    (long long) work->book.amount[i]);
    }
    dd_table_maker_free(maker);
    dd_rows_free(&rows);
    return (file != NULL && fclose(file) != 0) || wrong;
}

/* NumPy and numba where a Python has them; BENCH_PYTHON names another one. */
static int
against_python(const workload *work, double ours, const dd_summary *summary)
{
    const char *own = getenv("BENCH_PYTHON");
    const char *const python[] = { own ? own : "python3", "/usr/bin/python3", NULL };
    char path[] = "/tmp/dd_bench_XXXXXX", arguments[100];
    int handle = mkstemp(path), wrong = 0;
    bench_peer peers[2];
    size_t n = 0;

    if (handle >= 0 && !write_chances(work, path)) {
        snprintf(arguments, sizeof arguments, "bench/peers.py W1 %s %d", path, TRIALS);
        n = bench_peers(python, arguments, peers);
    }
    remove(path);
    for (size_t i = 0; i < n; i++) {
        bench_row((bench_what){ "W1", peers[i].name, "same collapse" }, 2000.0 * TRIALS,
                  "deal-trials", peers[i].seconds);
        wrong |= bench_agree(peers[i].name, summary->mean, summary->mean_mcse,
                             peers[i].mean, peers[i].sd / sqrt(TRIALS), 0);
        bench_goal(i == 0 ? "W1, whole run, like for like: times NumPy"
                          : "W1, whole run, like for like: times numba",
                   peers[i].seconds / ours, i == 0 ? 8 : 12, i == 0 ? 18 : 30, 0);
    }
    if (n < 2)
        printf("W1       %s: not installed, left out\n", n ? "numba" : "NumPy, numba");
    return wrong;
}

static int
whole_run(size_t rounds)
{
    dd_summary naive_says = { 0 }, we_say = { 0 };
    double naive, ours;
    workload work;
    int wrong = workload_read(&work, FUNNEL, NULL, 1, TRIALS);

    if (!wrong && !time_naive(&work, rounds, &naive, &naive_says)
        && !time_ours(&work, rounds, &ours, &we_say)) {
        double trials = (double) work.book.n * TRIALS;
        bench_row((bench_what){ "W1", "naive C, GSL", "stage by stage" }, trials,
                  "deal-trials", naive);
        bench_row((bench_what){ "W1", "dealdice", "whole run" }, trials, "deal-trials",
                  ours);
        /* 16 age bands for each Weibull dwell: 0.1 % of the mean. */
        wrong = bench_agree("naive C", we_say.mean, we_say.mean_mcse, naive_says.mean,
                            naive_says.mean_mcse, 1e-3);
        bench_goal("W1, whole run: times naive C, stage by stage", naive / ours, 300,
                   500, 0);
        wrong |= against_python(&work, ours, &we_say);
    } else
        wrong = 1;
    workload_free(&work);
    return wrong;
}

/* CPU seconds of the open deals of BLOCKS blocks, tables not counted. */
static int
time_blocks(const workload *work, double *seconds)
{
    dd_table_maker *maker = NULL;
    dd_block_sums sums = { 0 };
    dd_rows rows = { 0 };
    int wrong = dd_rows_init(&rows, &work->model, &work->book, &work->question, NULL)
                || dd_table_maker_new(&maker, &work->model, &rows, &work->question, NULL)
                || dd_block_sums_init(&sums, work->question.n_periods,
                                      dd_cells_values(&work->model), NULL);

    *seconds = 0;
    for (uint32_t block = 0; block < BLOCKS && !wrong; block += DD_LANES) {
        const dd_tables *tables = dd_table_maker_run(maker, block);
        double start = bench_seconds();
        for (uint32_t l = 0; l < DD_LANES; l++)
            dd_cells_block(&rows, &tables[l], 1, block + l, &sums);
        *seconds += bench_seconds() - start;
    }
    dd_block_sums_free(&sums);
    dd_table_maker_free(maker);
    dd_rows_free(&rows);
    return wrong;
}

static int
kernel(size_t rounds, const char *period, long periods, const char *way, double *rate)
{
    static const char *const isa[] = { "baseline", "avx2", "avx512" };
    static const char *const name[]
        = { "dealdice, baseline", "dealdice, avx2", "dealdice, avx512" };
    workload work;
    int wrong = workload_read(&work, FUNNEL, period, periods, TRIALS);

    /* The funnel knows its rates and no level: give it the prior's. */
    work.question.level_off = work.model.level_off = 0;
    dd_level_prior(work.model.level);
    for (int k = 0; k < 3 && !wrong; k++) {
        double second[BENCH_MOST_ROUNDS], trials = (double) work.book.n * 128 * BLOCKS;
        rate[k] = 0;
        if (dd_isa_choose(isa[k], NULL))
            continue;
        for (size_t i = 0; i < rounds && !wrong; i++)
            wrong = time_blocks(&work, &second[i]);
        rate[k] = trials / bench_median(second, rounds);
        bench_row((bench_what){ "W1", name[k], way }, trials, "deal-trials",
                  trials / rate[k]);
    }
    wrong |= dd_isa_choose(NULL, NULL) != DD_OK;
    workload_free(&work);
    return wrong;
}

int
bench_w1(size_t rounds)
{
    double quarter[3] = { 0 }, quarters[3] = { 0 }, months[3] = { 0 };
    int wrong = whole_run(rounds);

    wrong |= kernel(rounds, "quarter", 1, "kernel, 1 quarter", quarter);
    wrong |= kernel(rounds, "quarter", 4, "kernel, 4 quarters", quarters);
    wrong |= kernel(rounds, "month", 12, "kernel, 12 months", months);
    bench_goal("W1, kernel with level, 4 quarters, G deal-trials/s: baseline",
               1e-9 * quarters[0], 0.7, 1, 0);
    if (quarters[1] > 0)
        bench_goal("  avx2", 1e-9 * quarters[1], 1.2, 2, 0);
    if (quarters[2] > 0)
        bench_goal("  avx512", 1e-9 * quarters[2], 2, 4, 0);
    return wrong;
}
