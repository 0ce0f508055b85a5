/*
 * W2: deals to come. 50 reps, a year in quarters, about 3 900 deals a trial, 10 000
 * trials on one thread; rates known. The whole run against naive C, which plays every
 * deal; what counts as work is the deals that it played.
 */
#include "bench.h"
#include "model/amounts.h"
#include "naive.h"
#include "workload.h"

#include <stdio.h>
#include <stdlib.h>

#define TRIALS 10000
#define QUARTERS 4

typedef struct {
    double end_days[QUARTERS];
    w1_rates rates;
    int64_t *won; /* trial after trial, QUARTERS each */
    int64_t *column;
} naive_work;

static int
play_naively(naive_work *self, const workload *work, unsigned long seed, double *seconds,
             double *deals, dd_summary *summary)
{
    const dd_sizes *sizes = &work->model.amounts[0].fresh;
    double start = bench_seconds();
    int wrong = 0;

    *deals = naive_w2(&self->rates, 50, 1.5, self->end_days, QUARTERS, sizes->value,
                      sizes->n, TRIALS, seed, self->won);
    for (size_t p = QUARTERS; !wrong && p-- > 0;) {
        for (size_t i = 0; i < TRIALS; i++)
            self->column[i] = self->won[i * QUARTERS + p];
        wrong = workload_summarise(self->column, TRIALS, &summary[p]);
    }
    *seconds = bench_seconds() - start;
    return wrong;
}

static int
compare(naive_work *self, const workload *work, size_t rounds)
{
    double naive[BENCH_MOST_ROUNDS], ours[BENCH_MOST_ROUNDS], deals = 0, ratio;
    dd_summary naive_says[QUARTERS] = { { 0 } }, we_say = { 0 };
    size_t naive_rounds = rounds < 3 ? rounds : 3;
    int wrong = 0;

    for (size_t i = 0; i < naive_rounds && !wrong; i++)
        wrong = play_naively(self, work, 7 + i, &naive[i], &deals, naive_says);
    for (size_t i = 0; i < rounds && !wrong; i++)
        wrong = workload_play(work, &ours[i], &we_say);
    if (wrong)
        return 1;
    ratio = bench_median(naive, naive_rounds) / bench_median(ours, rounds);
    bench_row((bench_what){ "W2", "naive C, GSL", "stage by stage" }, deals, "deals",
              bench_median(naive, naive_rounds));
    bench_row((bench_what){ "W2", "dealdice", "whole run, winners only" }, deals,
              "deals", bench_median(ours, rounds));
    bench_goal("W2, whole run: times naive C", ratio, 250, 500, 0);
    return bench_agree("naive C, first quarter", we_say.mean, we_say.mean_mcse,
                       naive_says[0].mean, naive_says[0].mean_mcse, 2e-3);
}

int
bench_w2(size_t rounds)
{
    naive_work self = { { 0 },
                        .won = malloc(TRIALS * QUARTERS * sizeof(int64_t)),
                        .column = malloc(TRIALS * sizeof(int64_t)) };
    workload work;
    int wrong = workload_read(&work, "bench/w2/funnel.yaml", NULL, QUARTERS, TRIALS);

    if (!wrong)
        wrong = naive_rates(&self.rates, &work.funnel, 365) || !self.won || !self.column;
    for (size_t p = 0; p < QUARTERS && !wrong; p++)
        self.end_days[p] = work.question.periods[p].end - work.question.as_of;
    if (!wrong)
        wrong = compare(&self, &work, rounds);
    free(self.won);
    free(self.column);
    workload_free(&work);
    return wrong;
}
